"""The reverse walk: what is set and what is added."""

import numpy as np

from codegen import syntax
from codegen.ir import For, Line, all_lines, items_of
from tests.unit.passes import derived


def forked(x, w):
    y = x * w
    return y * np.sin(x)


def repeated(x, n):
    y = x
    for _ in range(n):
        y = y * x
    return y


def unused(x, w):
    return 2 * x


def operators(function, name, *args):
    """The operators of the lines that write a gradient."""
    lines = all_lines(derived(function, *args).lines)
    return [one.operator for one in lines if syntax.show(one.target) == name]


def test_the_first_gradient_is_set_and_the_second_added():
    assert operators(forked, "dx", 0.5, 2.0) == ["=", "+="]
    assert operators(forked, "dw", 0.5, 2.0) == ["="]


def test_values_are_placeholders():
    values = {
        n.id
        for line in all_lines(derived(forked, 0.5, 2.0).lines)
        for n in syntax.walk(line.value)
        if hasattr(n, "id") and "@" in n.id
    }
    assert {v.partition("@")[0] for v in values} == {"x", "w", "y", "sinx"}


def test_a_loop_is_a_loop_in_reverse():
    loops = [item for item in items_of(derived(repeated, 0.5, 3).lines) if isinstance(item, For)]
    assert [one.backwards for one in loops] == [True]
    assert operators(repeated, "dx", 0.5, 3)[0] == "="


def test_an_argument_that_nothing_reads_has_a_gradient_of_zero():
    (last,) = [
        one
        for one in all_lines(derived(unused, 0.5, 2.0).lines)
        if isinstance(one, Line) and syntax.show(one.target) == "dw"
    ]
    assert syntax.show(last.value) == "0.0"

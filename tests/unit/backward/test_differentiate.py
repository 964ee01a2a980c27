"""The reverse walk: what is set, what is added, and masks of gates that only let the gradient through."""

import numpy as np
import pytest

import codegen
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
    assert {v.partition("@")[0] for v in values} == {"x", "w", "y"}


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


r = np.random.default_rng(9).standard_normal


def hinge(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    return np.sum(margins) / N


def test_zeros_that_are_written_over_the_output_leave_the_mask_right():
    text = codegen.generate(hinge, r((4, 3)), np.arange(4) % 3).source
    assert "cache = (y, N, margins)" in text
    assert "dmargins = (margins > 0) * (dout / N)" in text
    assert "dmargins[np.arange(N), y] = 0" not in text


def twice_zeroed(x):
    h = np.maximum(0, x - 0.1)
    h[0] = 0
    h[:, 0] = 0.0
    return h * x


def set_to_one(x):
    h = np.maximum(0, x - 0.1)
    h[0] = 1.0
    return h * x


def changed_later(x):
    h = np.maximum(0, x - 0.1)
    h[0] = 0
    h *= 2
    return h * x


def read_between(x):
    h = np.maximum(0, x - 0.1)
    s = np.sum(h)
    h[0] = 0
    return h * s


def in_turn(x):
    total = 0.0
    for k in range(3):
        h = np.maximum(0, x * (k + 1) - 0.1)
        h[k] = 0
        total = total + np.sum(h**2)
    return total


def under_a_test(x, last):
    h = np.maximum(0, x - 0.1)
    if last:
        h[-1] = 0
    return h * x


def through_a_view(x):
    h = np.maximum(0, x - 0.1)
    top = h[0]
    top[:] = 0
    return h * x


@pytest.mark.parametrize(
    "function",
    [twice_zeroed, set_to_one, changed_later, read_between, in_turn, under_a_test, through_a_view],
)
def test_masks_of_outputs_that_change(function):
    x = r((3, 4))
    args = (x, True) if function is under_a_test else (x,)
    module = codegen.generate(function, *args)
    assert module.check().verdict == "right"
    assert ("prev_h" not in module.source) == (function in (twice_zeroed, in_turn))

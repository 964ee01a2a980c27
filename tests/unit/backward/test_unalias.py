"""Copies where two gradients would share memory that one of them changes."""

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.backward.unalias import Sharing, needs_numbers, unalias
from codegen.emit.text import lines_of
from codegen.ir import Line
from tests.unit.passes import plan


def line(target, operator, value, *shares):
    """A planned line."""
    return Line(syntax.parse(target), operator, syntax.parse(value), shares=set(shares))


def hazards(lines, results, samples=None):
    """The gradients that need memory of their own."""
    return list(Sharing(lines, results, samples or {}).hazards.values())


def test_a_gradient_that_is_changed_while_another_name_is_read():
    lines = [line("dx", "=", "dq", "dq"), line("dx", "+=", "dz"), line("dy", "=", "2 * dq")]
    assert hazards(lines, ["dx", "dy"]) == ["dx"]


def test_a_change_that_nobody_sees_needs_no_copy():
    lines = [
        line("dq", "=", "2 * dout"),
        line("dx", "=", "dq", "dq"),
        line("dx", "+=", "dz"),
    ]
    assert hazards(lines, ["dx"]) == []


def test_what_is_returned_twice():
    lines = [
        line("dq", "=", "2 * dout"),
        line("dx", "=", "dq", "dq"),
        line("dy", "=", "dq", "dq"),
    ]
    assert len(hazards(lines, ["dx", "dy"])) == 1


def test_numbers_have_no_memory():
    lines = [line("dx", "=", "dq", "dq"), line("dy", "=", "dq", "dq")]
    assert hazards(lines, ["dx", "dy"], {"dx": 0.5, "dy": 0.5, "dq": 0.5}) == []
    assert not needs_numbers([line("dx", "=", "dq"), line("dy", "=", "2 * dq")])


def both(x, y):
    return x + y


def test_two_gradients_of_a_sum_are_two_arrays():
    found = lines_of(unalias(plan(both, np.ones(3), np.ones(3))).lines)
    assert sum(".copy()" in one for one in found) == 2


def test_the_plan_before_stays_as_it_was():
    made = plan(both, np.ones(3), np.ones(3))
    before = lines_of(made.lines)
    unalias(made)
    assert lines_of(made.lines) == before


def rising(x, y):
    u = x
    v = u * y
    u = u + v * y
    return u, v


def relaxed(energy):
    e = energy
    for _ in range(3):
        e = e - 0.1 * np.sin(e) * energy
    return e


def moved_on(x, v):
    return x + np.sin(v), v


@pytest.mark.parametrize(
    ("function", "args", "line"),
    [
        (relaxed, (0.7,), "de = float(dout)"),
        (rising, (1.0, 2.0), "du, dv = map(float, dout)"),
        (moved_on, (1.0, 2.0), "dxpsinv, dv = map(float, dout)"),
    ],
    ids=["one number", "a tuple", "a tuple of which one is changed"],
)
def test_a_dout_without_axes_is_never_changed(function, args, line):
    module = codegen.generate(function, *args)
    assert line in module.source
    out, cache = module.forward(*args)
    ones = tuple(map(np.ones_like, out)) if isinstance(out, tuple) else np.ones_like(out)
    first = module.backward(ones, cache)
    assert np.array_equal(first, module.backward(ones, cache))
    assert np.all(np.array(ones) == 1.0)

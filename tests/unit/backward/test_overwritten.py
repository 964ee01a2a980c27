"""What changes memory between the forward line that reads it and the backward pass."""

import numpy as np
import pytest

from codegen.backward.flow import Flow
from codegen.backward.overwritten import Overwritten, Read
from codegen.ir import statements_of
from tests.unit.passes import stages

X = np.arange(1.0, 5.0)


def left_alone(x):
    y = x * 2.0
    z = y * y
    return np.sum(z)


def changed_later(x):
    y = x * 2.0
    z = y * y
    y[0] = 1.0
    return np.sum(z) + np.sum(y)


def changed_before(x):
    y = x * 2.0
    y[0] = 1.0
    z = y * y
    return np.sum(z)


def changed_under_another_name(x):
    y = x * 2.0
    w = y[1:]
    z = y * y
    w[0] = 1.0
    return np.sum(z) + np.sum(w)


def another_array_by_then(x):
    y = x * 2.0
    z = y * y
    y = x * 3.0
    y[0] = 1.0
    return np.sum(z) + np.sum(y)


def in_the_next_trip(x):
    y = x * 2.0
    out = 0.0
    for i in range(3):
        z = y * y
        out = out + np.sum(z)
        y[i] = 1.0
    return out


def a_number(x):
    y = np.sum(x)
    z = y * y
    y += 1.0
    return z * y


def changes(function, **more):
    """Whether `y`, as the line of `z` reads it, is changed in place before the backward pass reads it."""
    circuit = stages(function, X)
    item = next(s for s in statements_of(circuit.block) if s.bound == ["z"])
    return Overwritten(circuit, Flow(circuit)).changes(Read("y", item, False, **more))


@pytest.mark.parametrize("function", [changed_later, changed_under_another_name, in_the_next_trip])
def test_memory_that_a_later_line_changes_is_not_what_was_read(function):
    assert changes(function)


@pytest.mark.parametrize("function", [left_alone, changed_before, another_array_by_then, a_number])
def test_memory_that_nothing_changes_afterwards_is(function):
    assert not changes(function)


def test_no_change_in_place_alters_a_shape():
    assert not changes(changed_later, shape=True)


def test_items_that_no_later_change_touches_stay():
    assert not changes(changed_later, settled=True)

"""The sides of a choice, and what works element by element."""

import numpy as np

from codegen.ir import Gate, post_order
from codegen.stage.where import MOST_GATES, is_elementwise, whole_sides
from tests.unit.passes import circuit

X = np.array([0.5, -1.0])


def elu(x):
    return np.where(x > 0, x, np.exp(x) - 1.0)


def deep(x):
    return np.where(x > 0, x, np.sin(np.cos(np.sin(np.cos(np.sin(np.cos(np.exp(x))))))))


def summed(x):
    return np.where(x > 0, x, np.sum(x))


def test_a_side_of_small_gates_stays_whole():
    sides = whole_sides(circuit(elu, X).output)
    assert list(sides) == ["y"]
    assert {wire.row.pattern for wire in sides["y"]} == {"x - y", "np.exp(x)"}


def test_a_long_side_and_one_of_another_shape_do_not():
    assert len(post_order(circuit(deep, X).output)) > MOST_GATES
    assert whole_sides(circuit(deep, X).output) == {}
    assert whole_sides(circuit(summed, X).output) == {}


def test_only_a_choice_has_sides():
    root = circuit(elu, X).output
    assert whole_sides(root.operands["y"]) == {}


def test_sums_and_products_of_matrices_do_not_work_element_by_element():
    found = {
        wire.row.pattern: is_elementwise(wire)
        for function in (elu, summed)
        for wire in post_order(circuit(function, X).output)
        if isinstance(wire, Gate)
    }
    assert found["np.exp(x)"]
    assert not found["np.sum(x)"]

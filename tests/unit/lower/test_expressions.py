"""What an expression becomes: gates, displays, calls, or text that no differentiable input reaches."""

import ast

import numpy as np
import pytest

from codegen.ir import Call, Display, Gate, Variable, stages_of
from tests.unit.passes import circuit

X, W = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def wire_of(function, *args):
    """The wire of what is returned."""
    return circuit(function, *args).output


def product(x, w):
    return x * w


def a_pair(x, w):
    return x, w * 2


def sizes(x, w):
    n = len(x)
    return np.sum(x * w) / n


def of_a_size(x, w):
    return x * x.shape[0]


def sigmoid(x, w):
    return 1.0 / (1.0 + np.exp(-x)) * w


def through_a_name(x, w):
    e = np.exp(-x)
    return 1.0 / (1.0 + e) * w


def steps(x):
    y = x * 2
    y = y * y
    return y


def with_helper(x, w):
    return steps(x) + w


def test_a_gate_has_its_row_its_operands_and_the_values_of_its_holes():
    wire = wire_of(product, X, W)
    assert isinstance(wire, Gate)
    assert wire.row.pattern == "x * y"
    assert all(isinstance(w, Variable) for w in wire.operands.values())
    assert {hole: w.name for hole, w in wire.operands.items()} == {"x": "x", "y": "w"}
    assert np.array_equal(wire.values["y"], W)


def test_a_tuple_is_a_display_of_its_parts():
    wire = wire_of(a_pair, X, W)
    assert isinstance(wire, Display)
    assert [type(part) for part in wire.operands.values()] == [Variable, Gate]


def test_what_no_differentiable_input_reaches_stays_text():
    bound = {s.target.id: s.wire for s in stages_of(circuit(sizes, X, W).block) if s.binds}
    assert bound["n"] is None
    wire = wire_of(of_a_size, X, W)
    assert list(wire.operands) == ["x"]
    assert ast.unparse(wire.statics["y"]) == "x.shape[0]"


@pytest.mark.parametrize("function", [sigmoid, through_a_name])
def test_a_fused_gate_is_seen_through_names(function):
    (wire,) = [w for w in wire_of(function, X, W).operands.values() if isinstance(w, Gate)]
    assert wire.row.gradients["x"] == ("(1 - out) * out * dout",)


def test_a_helper_of_several_lines_is_a_call():
    call = wire_of(with_helper, X, W).operands["x"]
    assert isinstance(call, Call)
    assert call.circuit.name == "steps"

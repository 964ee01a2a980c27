"""Calls of the user's own functions: written out, or a call of a pair of their own."""

import numpy as np

from codegen.ir import Call, Gate, post_order, stages_of
from tests.unit.passes import circuit

X = np.array([0.5, 1.0])


def square(x):
    return x * x


def written_out(x):
    return np.sum(square(x) + 1.0)


def relu(x, slope=0.0):
    y = np.maximum(x, 0)
    return y + slope * np.minimum(x, 0)


def called(x):
    return relu(x) * 2.0


def called_twice(x):
    return relu(x) * relu(x + 1.0)


def with_a_keyword(x):
    return relu(slope=0.1, x=x) * 2.0


def calls_in(function):
    """The calls of helpers with a pair of their own."""
    wires = [stage.wire for stage in stages_of(circuit(function, X).block)]
    inner = [w for wire in wires if wire is not None for w in (wire, *wire.operands.values())]
    return [w for w in inner if isinstance(w, Call)]


def test_a_helper_of_one_line_is_written_out():
    assert not calls_in(written_out)
    assert isinstance(circuit(written_out, X).output, Gate)


def test_a_helper_of_several_lines_keeps_a_pair_of_its_own():
    (call,) = calls_in(called)
    assert (call.circuit.name, call.circuit.inputs, list(call.operands)) == ("relu", ["x"], ["x"])


def test_two_calls_share_one_circuit():
    one, other = calls_in(called_twice)
    assert one is not other
    assert one.circuit is other.circuit


def test_arguments_are_told_by_their_names():
    (call,) = calls_in(with_a_keyword)
    assert list(call.operands) == ["x"]


def slopes(y, a, b):
    return np.array([a * y[1] - b * y[0] * y[1], b * y[0] * y[1] - a * y[0]])


def midpoint(y):
    a, b = y[0], y[1]
    return y + 0.1 * slopes(y + 0.05 * slopes(y, a, b), a, b)


def stepped(y):
    a, b = y[0], y[1]
    return y + 0.1 * slopes(y, a, b)


def test_a_helper_of_several_items_that_two_calls_share_keeps_a_pair():
    def called(function):
        return {w.circuit.name for w in all_calls(function)}

    assert called(midpoint) == {"slopes"}
    assert not called(stepped)


def all_calls(function):
    """The calls of helpers with a pair of their own, wherever they stand."""
    wires = [s.wire for s in stages_of(circuit(function, X).block)]
    wires.append(circuit(function, X).output)
    return [
        w for wire in wires if wire is not None for w in post_order(wire) if isinstance(w, Call)
    ]

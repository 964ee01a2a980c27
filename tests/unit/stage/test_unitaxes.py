"""Axes of size 1 that are there to be broadcast are known by how they were made, not by the example."""

import numpy as np

from codegen.ir import stages_of
from tests.unit import passes


def units(function, *args):
    """Return the unit axes of what each variable holds."""
    circuit = passes.stages(function, *args)
    stages = [s for s in stages_of(circuit.block) if s.wire is not None and s.binds]
    return {s.binds[0]: set(s.wire.units) for s in stages}


def kept_and_new(x):
    mean = np.mean(x, axis=1, keepdims=True)
    row = np.sum(x, axis=1)[None, :]
    scaled = mean * 2.0
    whole = x - scaled
    return whole * np.sum(row)


def test_kept_and_new_axes_are_units_and_elementwise_gates_hand_them_on():
    found = units(kept_and_new, np.ones((2, 3)))
    assert found["mean"] == {1}
    assert found["row"] == {0}
    assert found["scaled"] == {1}
    assert found["whole"] == set()


def of_size_one(x, b):
    y = x * b
    return np.sum(y)


def test_an_argument_of_size_1_is_not_told_so():
    assert units(of_size_one, np.ones((1, 3)), np.ones((1, 3)))["y"] == set()

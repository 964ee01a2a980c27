"""Which values get a name, and which."""

import numpy as np

from codegen.ir import stages_of
from codegen.stage.names import Namer, gradient_of
from tests.unit.passes import stages


def names(function, *args):
    """The names that stages bind, in order."""
    return [name for stage in stages_of(stages(function, *args).block) for name in stage.binds]


def short(x, y):
    return x * y


def long(x, y):
    return np.tanh(x * y) / (x + y)


def test_a_line_with_one_gate_has_a_name_for_its_value_only():
    assert names(short, 0.5, 2.0) == ["out"]


def test_names_are_told_by_the_formula():
    assert names(long, 0.5, 2.0) == ["xy", "tanhxy", "den", "invden", "out"]


def test_neither_a_name_nor_that_of_its_gradient_is_taken():
    namer = Namer({"x", gradient_of("den")})
    assert namer.free("num") == "num"
    assert namer.free("den") == "den2"
    assert namer.free("x") == "x2"

"""Stage numbers: which statements of a pair belong together."""

import ast
import importlib

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.inputs import example_inputs


def twice_the_same_line(x, flag):
    if flag:
        y = x * x
    else:
        x = x + 1.0
        y = x * x
    y = y + x
    y = y + x
    return y


def two_lines_back_as_one(y, w):
    p = np.sin(y)
    z = y + 1.0
    return np.sqrt(z * p) * w


def test_equal_lines_are_told_apart():
    stages = codegen.generate(twice_the_same_line, 0.5, True).stages
    # if flag: y = ...; else x, y; y, y: one line runs both sides backwards, one the two equal lines
    assert stages.forward == (0, 1, 0, 1, 2, 2)
    assert stages.backward == (0, 2, 1)


def test_lines_that_go_back_as_one_have_one_number():
    stages = codegen.generate(two_lines_back_as_one, 0.5, 2.0).stages
    assert stages.forward == (0, 1, 1, 2, 3, 4)  # y, w = float(y), float(w); p; z; zp; sqrtzp; out
    assert stages.backward == (0, 4, 3, 2, 2, 1)  # the cache; dw; dzp; dz, dp; dy


LAYERS = ("notes.staged", "modes.batchnorm_modes", "recurrent.rnn_step", "dynamics.newton_sqrt")


@pytest.mark.parametrize("name", LAYERS)
def test_each_statement_of_a_pair_has_its_place(name):
    room, _, own = name.partition(".")
    function = getattr(importlib.import_module(f"examples.{room}"), own)
    inputs = example_inputs(function)
    module = codegen.generate(function, *inputs.args, **inputs.kwargs).as_pair()
    defined = {s.name: s for s in ast.parse(module.source).body if isinstance(s, ast.FunctionDef)}
    forward, backward = (defined[f"{own}_{half}"].body for half in ("forward", "backward"))
    *lines, cache, result = syntax.statements(forward)
    assert len(module.stages.forward) == len(lines)
    *lines, result = syntax.statements(backward)
    assert len(module.stages.backward) == len(lines)
    assert set(module.stages.backward) - {0} <= set(module.stages.forward)

"""The one name by which rows know a function."""

import builtins
import math
import operator

import numpy as np
import pytest

from codegen.gates.callees import canonical_name, numpy_twin, signature_of, static_object
from codegen.gates.forms import MISSING


@pytest.mark.parametrize(
    ("callee", "name"),
    [
        (np.tanh, "np.tanh"),
        (math.acos, "np.arccos"),
        (math.gamma, "math.gamma"),
        (builtins.abs, "np.absolute"),
        (operator.abs, "np.absolute"),
        (np.abs, "np.absolute"),
        (np.linalg.inv, "np.linalg.inv"),
        (builtins.len, "len"),
    ],
)
def test_second_names_are_one(callee, name):
    assert canonical_name(callee) == name


def test_a_function_of_the_users_is_known_by_its_own_module():
    def tanh(x):
        return x

    assert canonical_name(tanh).startswith(f"{__name__}.test_a_function")


def test_twins_are_the_function_itself():
    assert numpy_twin(np.amax) is np.max
    assert numpy_twin(np.exp) is np.exp


def test_what_a_row_calls_is_looked_up_and_never_imported():
    func = __import__("ast").parse("np.linalg.inv", mode="eval").body
    assert static_object(func, np=np) is np.linalg.inv
    func = __import__("ast").parse("nowhere.inv", mode="eval").body
    assert static_object(func) is MISSING


def test_functions_written_in_c_have_signatures():
    assert signature_of(np.exp) is None
    assert list(signature_of(np.dot).parameters) == ["a", "b", "out"]

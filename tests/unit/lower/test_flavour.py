"""How the user writes a gate."""

import math

import numpy as np
import pytest

from codegen.ir import Gate
from tests.unit.passes import circuit

X, W = np.array([0.5, 1.0]), np.array([2.0, 3.0])


def a_method(x, w):
    return x.dot(w)


def a_function(x, w):
    return np.dot(x, w)


def an_operator(x, w):
    return x @ w


def by_name(x, w):
    return np.matmul(x, w)


def of_math(x, w):
    return math.exp(x[0]) * w


@pytest.mark.parametrize(
    ("function", "flavour"),
    [
        (a_method, ".dot"),
        (a_function, "np.dot"),
        (an_operator, ""),
        (by_name, "@"),
        (of_math, "math"),
    ],
)
def test_a_gate_keeps_the_way_in_which_it_is_written(function, flavour):
    wire = circuit(function, X, W).output
    assert isinstance(wire, Gate)
    assert wire.flavour == flavour

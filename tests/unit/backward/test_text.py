"""The text of a gradient: holes of a row filled in, spelled as the user spells."""

import math

import numpy as np
import pytest

from codegen import syntax
from codegen.ir import all_lines
from tests.unit.passes import derived

X, W = np.ones((2, 3)), np.ones((3, 4))


def at(x, w):
    return x @ w


def dotted(x, w):
    return x.dot(w)


def dotted_by_numpy(x, w):
    return np.dot(x, w)


def of_math(x, w):
    return math.sin(x) * w


def values(function, *args):
    """The gradients of the backward pass, without the marks of stages."""
    found = {}
    for line in all_lines(derived(function, *args).lines):
        names = {n: syntax.name(n.partition("@")[0]) for n in syntax.reads(line.value)}
        found[syntax.show(line.target)] = syntax.show(syntax.substitute(line.value, names))
    return found


@pytest.mark.parametrize(
    ("function", "dx", "dw"),
    [
        (at, "dout @ w.T", "x.T @ dout"),
        (dotted, "dout.dot(w.T)", "x.T.dot(dout)"),
        (dotted_by_numpy, "np.dot(dout, w.T)", "np.dot(x.T, dout)"),
    ],
)
def test_a_product_is_spelled_as_in_the_forward_pass(function, dx, dw):
    found = values(function, X, W)
    assert (found["dx"], found["dw"]) == (dx, dw)


def test_a_function_of_the_math_module_has_a_gradient_with_that_module():
    assert any("math.cos(" in text for text in values(of_math, 0.5, 2.0).values())


def reshaped(x):
    return x.reshape(3, 2)


def test_a_shape_is_read_from_the_operand():
    assert values(reshaped, X) == {"dx": "dout.reshape(x.shape)"}

"""What may be written again where it is read."""

import numpy as np
import pytest

from codegen.ir import Gate
from codegen.stage.recomputable import is_cheap, is_scalar, only_new_axes
from tests.unit.passes import circuit

X = np.ones((2, 3))


def item(x, k):
    return np.exp(x[0])


def rows(x, k):
    return np.exp(x[k])


def transposed(x, k):
    return np.exp(x.T)


def shifted(x, k):
    return np.exp(1.0 + x)


def shifted_number(x, k):
    return np.exp(1.0 + x)


def new_axis(x, k):
    return np.exp(x[:, None])


@pytest.mark.parametrize(
    ("function", "args", "cheap"),
    [
        (item, (X, 0), True),
        (rows, (X, np.array([0, 1])), True),
        (rows, (X, np.array([True, False])), False),
        (transposed, (X, 0), True),
        (shifted, (X, 0), False),
        (shifted_number, (0.5, 0), True),
        (new_axis, (X, 0), True),
    ],
)
def test_views_and_numbers_are_cheap_and_new_arrays_are_not(function, args, cheap):
    wire = circuit(function, *args).output.operands["x"]
    assert isinstance(wire, Gate)
    assert is_cheap(wire) is cheap
    assert is_cheap(circuit(function, *args).output) is False


def test_a_number_is_what_has_no_axes():
    assert is_scalar(circuit(shifted_number, 0.5, 0).output)
    assert not is_scalar(circuit(shifted, X, 0).output)


def test_an_index_that_only_adds_axes_is_known():
    assert only_new_axes(circuit(new_axis, X, 0).output.operands["x"])
    assert not only_new_axes(circuit(item, X, 0).output.operands["x"])

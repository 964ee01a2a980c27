"""Names that the user gives to sizes."""

import ast

import numpy as np
import pytest

from codegen.backward.flow import Flow
from codegen.backward.namedsizes import named_axes, own_sizes
from tests.unit.passes import stages


@pytest.mark.parametrize(
    ("line", "axes"),
    [
        ("N, D = x.shape", [(0, "N"), (1, "D")]),
        ("N = x.shape[0]", [(0, "N")]),
        ("N = x.shape", []),
        ("N, (D, M) = x.shape", []),
        ("N = x.shape[k]", []),
        ("N = f(x).shape[0]", []),
        ("N = len(x)", []),
    ],
)
def test_names_are_those_of_the_axes_of_a_shape(line, axes):
    statement = ast.parse(line).body[0]
    assert named_axes(statement.targets[0], statement.value) == axes


def once(x):
    N, D = x.shape
    return np.sum(x * x) / N


def of_what_was_made(x):
    y = x * x
    M = y.shape[1]
    return np.sum(y * y) / M


def twice(x):
    N = x.shape[0]
    y = x * x / N
    N = 2
    return np.sum(y * y) / N


def made_anew(x):
    y = x * x
    y = y[:1] * 2.0
    N = y.shape[0]
    return np.sum(y * y) / N


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (once, {("x", 0): "N", ("x", 1): "D"}),
        (of_what_was_made, {("y", 1): "M"}),
        (twice, {}),
        (made_anew, {}),
    ],
)
def test_a_name_is_that_of_a_size_if_it_and_the_variable_are_bound_once(function, found):
    flow = Flow(stages(function, np.ones((2, 3))))
    assert {place: name for place, (name, _) in own_sizes(flow).items()} == found

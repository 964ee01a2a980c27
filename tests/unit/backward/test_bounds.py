"""What is said of values by how they are made: no test stands in the gradient of what cannot be zero or infinite."""

from __future__ import annotations

import numpy as np
import pytest

import codegen

X = np.array([[0.5, -1.5], [2.0, -0.1]])


def two_sided(x):
    pos = x >= 0
    z = np.zeros_like(x)
    z[pos] = np.exp(-x[pos])
    z[~pos] = np.exp(x[~pos])
    return 1 / (1 + z)


def squares(x):
    z = np.ones(x.shape)
    z[x > 0] = x[x > 0] ** 2
    return 1 / (0.5 + z)


def numbers(x):
    z = np.ones(x.shape)
    z[x > 0] = x[x > 0]
    z[0] = -3.0 * x[0]
    return 1 / (0.5 + z)


@pytest.mark.parametrize(
    ("inner", "is_safe"), [(two_sided, True), (squares, True), (numbers, False)]
)
def test_what_is_put_into_zeros_or_ones_is_as_far_above_zero_as_they_are(inner, is_safe):
    def rows(x, w, m):
        y = inner(x)
        h = y @ w
        return h[m]

    m = np.array([True, False])
    source = codegen.generate(rows, X, X, m).source
    assert ("!= 0" not in source) == is_safe, source

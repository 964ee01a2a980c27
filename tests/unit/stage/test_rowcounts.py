"""Whether an index takes one item of each row in every call, not only in the example."""

import numpy as np
import pytest

from codegen import syntax
from codegen.ir import stages_of
from codegen.stage.rowcounts import RowCounts
from tests.unit.passes import circuit

X, W = np.ones((3, 2)), np.ones((2, 4))


def of_the_argument(x, w, y):
    scores = x.dot(w)
    return np.sum(scores)


def named(x, w, y):
    N = x.shape[0]
    scores = x.dot(w)
    return np.sum(scores) * N


def shifted(x, w, y):
    N, D = x.shape
    scores = x.dot(w)
    scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    return np.sum(scores) * N


def deep(x, w, y):
    hidden = np.maximum(0, x.dot(w))
    scores = hidden.dot(w.T)
    return np.sum(scores)


def sliced(x, w, y):
    scores = x[1:].dot(w)
    return np.sum(scores)


def bound_twice(x, w, y):
    N = x.shape[0]
    N = N - 1
    scores = x.dot(w)
    return np.sum(scores) * N


def takes(function, rows):
    """Whether `scores[rows, y]` takes one item of each row of what is called scores first."""
    made = circuit(function, X, W, np.array([0, 1, 1]))
    wire = next(s.wire for s in stages_of(made.block) if "scores" in s.bound)
    return RowCounts(made).takes_one_of_each(syntax.parse(f"scores[{rows}, y]").slice, wire)


@pytest.mark.parametrize(
    ("function", "rows"),
    [
        (of_the_argument, "np.arange(x.shape[0])"),
        (of_the_argument, "range(len(x))"),
        (named, "np.arange(N)"),
        (shifted, "np.arange(N)"),
        (deep, "np.arange(len(hidden))"),
        (deep, "np.arange(len(x))"),
    ],
)
def test_as_many_rows_as_the_argument_has_are_all_rows(function, rows):
    assert takes(function, rows)


@pytest.mark.parametrize(
    ("function", "rows"),
    [
        (of_the_argument, "np.arange(3)"),
        (of_the_argument, "np.arange(len(w))"),
        (of_the_argument, "np.arange(len(x), dtype=int)"),
        (of_the_argument, "np.zeros(len(x))"),
        (of_the_argument, "y"),
        (sliced, "np.arange(len(x))"),
        (bound_twice, "np.arange(N)"),
    ],
)
def test_what_has_as_many_rows_in_the_example_alone_may_not(function, rows):
    assert not takes(function, rows)

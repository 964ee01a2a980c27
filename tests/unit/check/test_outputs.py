"""Outputs are compared leaf by leaf, up to rounding; upstream gradients have their structure."""

import numpy as np
import pytest

from codegen.check.outputs import (
    are_alike,
    compare,
    float_leaves,
    is_close,
    rounding,
    short,
    upstream,
    vector,
)

X = np.array([[1.0, 2.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("out", "want", "text"),
    [
        (X, X + 1e-15, None),
        (X, X + 1e-9, "out is [1 2 3 4] where the function gives [1 2 3 4]"),
        (X, X[0], "out has shape (2, 2) where the function gives (2,)"),
        (X, X.astype(np.float32), "out is float64 where the function gives float32"),
        ([1.0], (1.0,), "out is a list where the function gives a tuple"),
        ({"a": 1.0}, {"b": 1.0}, "out is a dict where the function gives a dict"),
        ({"a": X, "b": 1.0}, {"a": X, "b": 2.0}, "out['b'] is 1 where the function gives 2"),
        (1.0, None, "out is a float where the function gives None"),
        (np.float64(1.0), 1.0, None),
        (np.array([np.nan]), np.array([np.nan]), None),
        (np.array([1, 2]), np.array([1, 3]), "out is [1 2] where the function gives [1 3]"),
    ],
)
def test_what_differs_is_said(out, want, text):
    assert compare(out, want) == text


def test_rounding_of_what_an_output_is_made_of_counts():
    assert not is_close(X, X * (1 + 1e-6))
    assert is_close(X, X * (1 + 1e-6), made_of=1e-7)


def test_a_call_is_as_coarse_as_its_coarsest_floats():
    assert rounding(((X, 2), {})) == np.finfo(np.float64).eps
    assert rounding(((X, np.float32(1)), {})) == np.finfo(np.float32).eps
    assert rounding(((2, "mean"), {})) == 0


@pytest.mark.parametrize(
    ("out", "paths"),
    [
        (1.0, [()]),
        (3, [()]),
        ((X, 2, "text"), [(0,)]),
        ({"a": [1.0, None]}, [("a", 0)]),
        ("text", []),
        ((1, 2), []),
    ],
)
def test_floats_have_an_upstream_gradient_or_the_int_that_is_all(out, paths):
    assert [path for path, _ in float_leaves(out)] == paths
    assert vector(out).size == sum(np.size(leaf) for _, leaf in float_leaves(out))


def test_an_upstream_gradient_is_neither_zero_nor_one_and_has_the_structure():
    found = upstream((X.astype(np.float32), 2, {"a": 1.0}))
    assert found[0].dtype == np.float32
    assert found[0].shape == X.shape
    assert found[1] is None
    size = np.abs([*found[0].ravel(), found[2]["a"]])
    assert (size >= 0.4).all()
    assert len(set(size)) == 5


def test_where_an_output_is_not_finite_the_upstream_gradient_is_zero():
    found = upstream(np.array([1.0, np.inf, np.nan]))
    assert found[0] != 0
    assert (found[1:] == 0).all()


def test_values_are_alike_up_to_rounding():
    assert are_alike({"a": X, "b": "mean"}, {"a": X * (1 + 1e-15), "b": "mean"})
    assert not are_alike({"a": X, "b": "mean"}, {"a": X, "b": "sum"})
    assert not are_alike({"a": X}, {"a": X + 1e-6})


def test_a_long_value_is_told_by_its_first_numbers():
    assert short(np.arange(6.0)) == "[0 1 2 3 ...]"
    assert short(2.5) == "2.5"

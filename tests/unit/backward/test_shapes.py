"""Sizes of what is made of values whose sizes are known."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.backward.shapes import (
    broadcast,
    factors,
    joined,
    named_axes,
    own_sizes,
    permuted,
    reduced,
    reshaped_to,
    sizes_in,
)
from tests.unit.passes import stages


def sizes(text):
    """Sizes from a text: `N, ?, 1`, where `?` is one that is not known; None for `-`."""
    if text == "-":
        return None
    return [None if one == "?" else syntax.parse(one) for one in text.split(", ")]


def shown(found):
    """The text of sizes."""
    return (
        "-"
        if found is None
        else ", ".join("?" if one is None else syntax.show(one) for one in found)
    )


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("N, D", "N, D", "N, D"),
        ("N, D", "D", "N, D"),
        ("D", "N, D", "N, D"),
        ("N, 1", "N, D", "N, D"),
        ("N, D", "N, 1", "N, D"),
        ("N, 1", "M", "N, M"),
        ("N, D", "M", "N, ?"),
        ("N, ?", "N, D", "N, ?"),
        ("N, ?", "N, 1", "N, ?"),
        ("N, D", "-", "-"),
    ],
)
def test_sizes_of_two_values_item_by_item_are_those_that_both_surely_have(one, other, both):
    assert shown(broadcast(sizes(one), sizes(other))) == both


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("np.sum(x, axis=0)", "D, 2"),
        ("np.sum(x, axis=-1)", "N, D"),
        ("np.sum(x, axis=(0, 2))", "D"),
        ("np.sum(x, axis=1, keepdims=True)", "N, 1, 2"),
        ("np.sum(x, axis=axis)", "-"),
        ("np.sum(x, axis=3)", "-"),
        ("np.sum(x)", "-"),
    ],
)
def test_a_reduction_leaves_out_its_literal_axes(call, found):
    assert shown(reduced(sizes("N, D, 2"), syntax.parse(call))) == found


@pytest.mark.parametrize(
    ("axes", "found"),
    [("", "D, N"), ("1, 0", "D, N"), ("-1, 0", "D, N"), ("0, k", "-"), ("0, 2", "-")],
)
def test_a_transposed_array_has_its_sizes_in_the_order_of_the_axes(axes, found):
    order = syntax.parse(f"f({axes})").args
    assert shown(permuted(sizes("N, D"), order)) == found


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("np.concatenate(xs)", "T * N, D"),
        ("np.concatenate(xs, axis=-1)", "N, T * D"),
        ("np.concatenate(xs, 1)", "-"),
    ],
)
def test_arrays_joined_along_an_axis_are_as_many_times_as_long_there(call, found):
    assert shown(joined(sizes("T, N, D"), syntax.parse(call))) == found


@pytest.mark.parametrize(
    ("shape", "found"),
    [("N, D * 2", "N, D * 2"), ("N, -1", "N, ?"), ("N, len(x)", "N, ?"), ("3", "3"), ("s", "-")],
)
def test_a_shape_that_is_written_out_gives_the_sizes_that_are_short(shape, found):
    assert shown(sizes_in(syntax.parse(f"f({shape})").args)) == found


@pytest.mark.parametrize(
    "call", ["x.reshape(N, -1)", "x.reshape((N, -1))", "np.reshape(x, (N, -1))"]
)
def test_a_reshape_is_known_by_the_name_that_it_reshapes(call):
    assert shown(reshaped_to(syntax.parse(call), "x")) == "N, -1"
    assert reshaped_to(syntax.parse(call), "y") is None


def test_a_size_is_a_product_of_its_factors():
    assert [ast.unparse(one) for one in factors(syntax.parse("N * (T * 2)"))] == ["N", "T", "2"]
    assert factors(None) == []


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

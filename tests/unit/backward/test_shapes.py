"""Sizes of what is made of values whose sizes are known."""

import ast

import pytest

from codegen import syntax
from codegen.backward.shapes import (
    broadcast,
    factors,
    joined,
    permuted,
    reduced,
    reshaped_to,
    sizes_in,
)


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

"""Sizes of what is made of values whose sizes are known."""

import ast

import numpy as np
import pytest

import codegen
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
from tests.cases.names.sizes_named_twice import heads
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


r = np.random.default_rng(3).standard_normal


def rows_of_pixels(x, w):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    return rows.dot(w)


def over_time(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    flat = x.reshape(N * T, D).dot(w)
    return flat.reshape(N, T, M) + b


def picked_columns(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y].reshape(-1, 1)
    return np.sum((x - correct) ** 2)


def both_steps(x, h, w):
    N, T, D = x.shape
    for t in range(T):
        both = np.concatenate((x[:, t], h), axis=1)
        h = np.tanh(both.dot(w))
    return h


def own_name_again(features):
    N, C, H, W = features.shape
    features = features.reshape(N, C, H * W)
    return features @ features.transpose(0, 2, 1)


def in_groups(x, G):
    N, C, H, W = x.shape
    groups = np.reshape(x, (N, G, C // G, H, W))
    mean = np.mean(groups, axis=(2, 3, 4), keepdims=True)
    return (groups - mean) ** 3


def with_ones(x, w):
    X = np.c_[np.ones((x.shape[0], 1)), x]
    return X @ w


def of_heads(x, H):
    B, T, C = x.shape
    q = x.reshape(B, T, H, C // H).transpose(0, 2, 1, 3)
    att = q @ q.transpose(0, 1, 3, 2) / np.sqrt(q.shape[-1])
    mask = np.tril(np.ones((T, T)))
    att = np.tanh(np.where(mask == 0, -1.0, att))
    y = att @ q
    return y.transpose(0, 2, 1, 3).reshape(B, T, C)


def words_to_scores(x, w):
    N, T, D = x.shape
    return x @ w


def mean_of_rows(x):
    return np.mean((x**2).sum(axis=1))


def labelled(scores, y):
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def spread_of_rows(x):
    N, D = x.shape
    xmu = x - np.mean(x, axis=0)
    var = np.mean(xmu**2, axis=0)
    return np.sqrt(var + 1)


@pytest.mark.parametrize(
    ("function", "args", "wanted", "unwanted"),
    [
        (
            rows_of_pixels,
            (r((2, 3, 4, 5)), r((3, 2))),
            "dx = drows.reshape(N, H, W, C).transpose(0, 3, 1, 2)",
            "x.shape)",
        ),
        (over_time, (r((2, 3, 4)), r((4, 5)), r(5)), "dout.reshape(N * T, M)", "w.shape[1]"),
        (picked_columns, (r((4, 3)), np.arange(4) % 3), "dcorrect[:, 0]", "y].shape"),
        (both_steps, (r((2, 3, 4)), r((2, 5)), r((9, 5))), "[:, :D]", "x[:, t].shape"),
        (own_name_again, (r((2, 3, 4, 5)),), "dfeatures.reshape(N, C, H, W)", "prev_features"),
        (with_ones, (r((4, 2)), r((3, 2))), "dX[:, 1:]", ".shape[1] :"),
        (
            of_heads,
            (r((2, 3, 4)), 2),
            "dy = dout.reshape(B, T, H, C // H)",
            "y.transpose(0, 2, 1, 3).shape",
        ),
        (in_groups, (r((2, 6, 3, 4)), 2), "/ (C // G * H * W)", "shape[2]"),
        (
            heads,
            (r((2, 3, 8)), r((2, 5, 8)), 2),
            "dout.reshape(N, S, H, E // H).transpose(0, 2, 1, 3)",
            "transpose(0, 2, 1, 3).shape",
        ),
        (words_to_scores, (r((2, 3, 4)), r((4, 5))), "x.reshape(-1, D).T @", "x.shape"),
        (mean_of_rows, (r((3, 4)),), "2 * dout / x.shape[0]", ".size"),
        (labelled, (r((4, 3)), np.arange(4) % 3), "dout / len(y)", ".size"),
        (spread_of_rows, (r((4, 3)),), "2 * dvar / N", "xmu.shape"),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_sizes_have_the_names_of_the_forward_pass(function, args, wanted, unwanted):
    text = codegen.generate(function, *args).source
    assert wanted in text
    assert unwanted not in text.partition("_backward(")[2]


def reshaped_twice(x, w):
    N, D = x.shape
    x = (w @ x.T).reshape(D, -1)
    N, D = x.shape
    return x.T.reshape(D * N)


def test_a_size_of_an_earlier_value_is_not_taken_for_a_later_one():
    args = r((3, 2)), r((4, 3)).dot(np.ones((3, 2)))
    module = codegen.generate(reshaped_twice, *args)
    assert "reshape(N, D)" not in module.source.partition("_backward(")[2]


def of_heads(q, k, v, n):
    T, D = q.shape
    q, k, v = [one.reshape(T, n, -1).transpose(1, 0, 2) for one in (q, k, v)]
    return np.tanh((q @ k.transpose(0, 2, 1) @ v).transpose(1, 0, 2).reshape(T, D))


def test_a_reshape_takes_what_remains_for_the_one_size_without_a_name():
    text = codegen.generate(of_heads, r((3, 4)), r((3, 4)), r((3, 4)), 2).source
    assert ".reshape(T, n, -1).transpose(1, 0, 2)" in text.partition("_backward(")[2]

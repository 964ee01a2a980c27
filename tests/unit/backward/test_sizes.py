"""Sizes are said by the user's names where a value would be kept, or made again, for its shape alone."""

import numpy as np
import pytest

import codegen
from tests.cases.names.sizes_named_twice import heads

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

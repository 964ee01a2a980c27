"""Gradients of what is read once of a dict of parameters are made as its items."""

import numpy as np
import pytest

from tests.unit.passes import backward_of

r = np.random.default_rng(5).standard_normal
PARAMS = {"W": r((3, 3)), "b": r(3)}


def layer(params, x):
    W, b = params["W"], params["b"]
    return np.tanh(x @ W + b)


def looped(params, x, n):
    W, b = params["W"], params["b"]
    for _ in range(n):
        x = np.tanh(x @ W + b)
    return x


def thrice(params, x):
    W = params["W"]
    return np.tanh(np.tanh(np.tanh(x @ W) @ W) @ W)


@pytest.mark.parametrize("function", [layer, looped])
def test_no_gradient_has_a_name_only_to_be_put_into_the_dict(function):
    text = backward_of(function, PARAMS, r((2, 3)), *([2] if function is looped else []))
    assert "dW" not in text
    assert "db " not in text
    assert text.count("np.zeros_like") == 1


def test_what_is_made_in_many_lines_keeps_its_name():
    assert 'dparams["W"] = dW' in backward_of(thrice, PARAMS, r((2, 3)))


def of_columns(params, X):
    W, b = params["W"], params["b"]
    return np.sum(np.tanh(W @ X + b), axis=0)


def test_a_comment_that_goes_in_front_of_a_line_makes_it_no_longer():
    text = backward_of(of_columns, {"W": r((4, 3)), "b": r((4, 1))}, r((3, 5)))
    assert 'dparams["b"] = np.sum(dtotal, axis=1, keepdims=True)' in text


def tanh_of(x, W, b):
    return np.tanh(x @ W + b)


def blocks(x, layers):
    for one in layers:
        x = x + tanh_of(x, one["p"]["W"], one["p"]["b"])
    return x


def test_what_a_trip_fills_lies_where_it_belongs():
    text = backward_of(blocks, r((2, 3)), [{"p": PARAMS}, {"p": PARAMS}])
    assert 'dlayers[i]["p"]["W"] = x.T @ dpre_x' in text
    assert text.count("np.zeros_like") == 1

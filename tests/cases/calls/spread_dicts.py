"""Helpers of one line that hand on dicts of weights with two stars, as a transformer in NumPy does."""

import numpy as np

from tests.cases import case, normal

r = normal(41)


def linear(x, w, b):
    return x @ w + b


def feed_forward(x, c_fc, c_proj):
    return linear(np.tanh(linear(x, **c_fc)), **c_proj)


def block(x, mlp):
    return x + feed_forward(x, **mlp)


def weights(n, hidden):
    return {
        "c_fc": {"w": r(n, hidden), "b": r(hidden)},
        "c_proj": {"w": r(hidden, n), "b": r(n)},
    }


case(block, (r(3, 4), weights(4, 8)), other=[(r(1, 2), weights(2, 3))])

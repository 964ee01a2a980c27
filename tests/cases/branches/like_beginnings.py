"""Sides of a branch that end with the same lines: their backward passes begin with the same, which stands once."""

import numpy as np

from tests.cases import case, normal

r = normal(2811)


def normed(x, gamma, beta, mode):
    if mode == "train":
        xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
        out = gamma * xhat + beta
    elif mode == "test":
        xhat = np.tanh(x)
        out = gamma * xhat + beta
    else:
        xhat = x**2
        out = gamma * xhat + beta
    return out


case(
    normed,
    (r(4, 3), r(3), r(3), "train"),
    other=[
        (r(5, 2), r(2), r(2), "test"),
        (r(4, 3), r(3), r(3), ""),
        (r(2, 3), r(3), r(3), "train"),
    ],
)


def two_of_three(x, g, mode):
    if mode == 0:
        h = np.tanh(x)
        y = h + g
    elif mode == 1:
        h = np.sin(x)
        y = h * g
    else:
        h = x**2
        y = h * g
    return y


case(two_of_three, (r(3), r(3), 0), other=[(r(4), r(4), 1), (r(4), r(4), 2), (r(2), r(2), 0)])


def whole_of_one(x, g, s):
    if s > 0:
        y = x * g
    else:
        x = np.sin(x)
        y = x * g
    return y


case(whole_of_one, (r(3), r(3), 1.0), other=[(r(4), r(4), -1.0)])


def in_a_loop(x, g):
    out = 0.0
    for row in x:
        if row.sum() > 0:
            h = np.tanh(row)
            s = np.sum(h * g)
            out += s
        else:
            h = row**2
            s = np.sum(h * g)
            out += s
    return out


case(in_a_loop, (r(4, 3), r(3)), other=[(-r(4, 3), r(3)), (r(2, 5), r(5)), (r(0, 2), r(2))])

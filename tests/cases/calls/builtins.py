"""Builtins over traced values: dict of words, sums with a start, zip of what is reversed, options handed on to NumPy."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(449)


def made_dict(x, y):
    d = dict(u=x, v=y * 2)
    return d["u"] * d["v"]


case(made_dict, (u(3), u(3)), other=[(u(4), u(4))])


def sum_start(x, y):
    return sum(x, y)


case(sum_start, (u(4), 1.5), other=[(u(3), 0.5)])


def max_default(xs):
    return max(xs, default=0.0) * 2


case(max_default, ([1.5, 0.5],), other=[([1.5, 0.5, 3.0],)])


def zip_rev(x):
    return sum(a * b for a, b in zip(x, reversed(x)))


case(zip_rev, (u(4),), other=[(u(3),)])


def enum_list(x):
    pairs = list(enumerate(x))
    return sum(i * v for i, v in pairs)


case(enum_list, (u(4),), other=[(u(3),)])


def by_option(x, c, mode="full"):
    return np.convolve(x, c, mode)


case(
    by_option, (u(5), u(3)), other=[(u(6), u(3))], guarded=[raises("mode was", u(6), u(3), "same")]
)


def diffs(x, n, axis):
    return np.diff(x, n=n, axis=axis)


case(diffs, (u(5, 4), 1, 0), other=[(u(6, 5), 1, 0)], guarded=[raises("n was 1", u(6, 5), 2, 0)])


def argmax_choice(scores, values):
    best = max(range(len(values)), key=lambda i: scores[i])
    return values[best] * 2.0


case(argmax_choice, ([0.1, 0.5, 0.2], u(3)), other=[([0.7, 0.5, 0.2], u(3))], wrt=["values"])

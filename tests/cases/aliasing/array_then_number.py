"""One name for two values whose gradients are an array, which has memory, and a number, which has none."""

import numpy as np

from tests.cases import case

X = np.array([1.0, -0.5, 2.0])
A = np.array([[0.5, 1.0, -1.0], [0.3, 2.0, 0.7], [1.5, -0.2, 0.4]])


def mean_field_then_part(x, A, rate):
    u = np.tanh(x)
    v = A[:, 1].copy()
    total = np.sum(u) + v[-1]
    u = x[::-1] * rate
    return v * u[0] + u, total * np.sum(v)


case(mean_field_then_part, (X, A, 2.0), other=[(X[:2], A[:2, :2], 0.5)])


def level_then_series(x):
    level = x**2
    base = np.mean(level)
    level = x * base
    return level + level[0], base


case(level_then_series, (X,), other=[(X[:2],)])


def series_then_level(x, y):
    w = x * y
    first = w + w[0] * w[-1]
    w = np.exp(y)
    return first, w * y + w


case(series_then_level, (X, 0.5), other=[(X[:2], 1.5)])


def number_in_between(x, n):
    t = np.sum(x)
    for _ in range(n):
        t = x * np.tanh(t)
        t = t + t[0]
        t = np.sum(t)
    return t * x + t, t


case(number_in_between, (X, 2), other=[(X, 0), (X[:2], 3)])


def on_one_side(x, y):
    u = np.cos(x)
    s = np.sum(u)
    if y > 0:
        u = x * y
    return u + u[0], s * y


case(on_one_side, (X, 0.5), other=[(X, -0.5), (X[:2], 0.5)])

"""Differences and sums inside a line whose gradient is that of one of their terms, by whose name it goes."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(61), uniform(61)


def layer_norm(x, gamma, beta, eps):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    return gamma * (x - mu) / np.sqrt(var + eps) + beta


case(layer_norm, (r(5, 4), u(4), r(4), 1e-3), other=[(r(2, 3), u(3), r(3), 0.1)])


def overwritten(x, y):
    x = np.exp(x - y)
    x = np.exp(-x + y)
    x = np.sin(x + y) * y
    return x


case(overwritten, (r(3, 4), r(3, 4)), other=[(r(2, 1), r(2, 1))])


def carried(h, u, v):
    for _ in range(3):
        h = np.tanh((h + u) * v - u)
        u = u + h * (u - v)
    return h, u


case(carried, (r(3, 2), r(3, 2), r(3, 2)), other=[(r(1, 4), r(1, 4), r(1, 4))])


def swapped(a, b):
    a, b = (a - b) ** 2, np.sin(a - b)
    a, b = b, a
    return a * (b - a)


case(swapped, (r(3, 2), r(3, 2)), other=[(r(1, 4), r(1, 4))])


def on_both_sides(x, y, a):
    if a > 0:
        z = np.exp((x - y) ** 2)
        z = z + x
    else:
        z = (x + y) ** 3
    return z * (x + z - y)


case(on_both_sides, (r(3, 4), r(3, 4), 0.3), other=[(r(2, 2), r(2, 2), -1.0)])


def term_changes(a, b):
    c = a + b
    d = (c - a) / np.sqrt((c + b) ** 2 + 1)
    c = d + a
    return (c - d) * np.exp(c + d)


case(term_changes, (r(3, 4), r(3, 4)), other=[(r(2, 2), r(2, 2))])


def one_argument_twice(x):
    y = x
    return np.exp((x - y * y) * x) + np.cos(y - x * x)


case(one_argument_twice, (r(3, 2),), other=[(r(1, 5),)])

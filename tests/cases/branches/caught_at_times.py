"""`try` statements that catch something on some of the ways, or in some of the trips."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(425)

A = u(3, 3)
A = A + A.T


def key_error(p, keys, x):
    total = 0.0
    for k in keys:
        try:
            v = p[k]
        except KeyError:
            v = 1.0
        total = total + v * x
    return total


case(
    key_error,
    ({"a": 1.5, "b": 2.0}, ["a", "z", "b"], 0.5),
    other=[({"a": 1.5, "b": 2.0}, ["z", "b"], 0.7)],
)


def cholesky_jitter(K, jitters):
    total = 0.0
    for j in jitters:
        try:
            L = np.linalg.cholesky(K + j * np.eye(len(K)))
            total = total + np.sum(np.log(np.diag(L)))
        except np.linalg.LinAlgError:
            continue
    return total


case(cholesky_jitter, (A, [0.0, 10.0, 20.0]), other=[(A, [0.0, 12.0])])


def solve_or_lstsq(As, b):
    total = 0.0
    for A in As:
        try:
            x = np.linalg.solve(A, b)
        except np.linalg.LinAlgError:
            x = b * 0.5
        total = total + np.sum(x**2)
    return total


case(
    solve_or_lstsq,
    ([A, np.zeros((3, 3)), A + np.eye(3)], u(3)),
    other=[([np.zeros((2, 2)), np.eye(2) + 0.1], u(2))],
)


def index_error(x, ks):
    total = 0.0
    for k in ks:
        try:
            v = x[k] * 2
        except IndexError:
            continue
        total = total + v**2
    return total


case(index_error, (u(4), [0, 7, 2]), other=[(u(3), [1, 3, 2, 2])])


def caught_once(x, table, key):
    try:
        scale = table[key]
    except KeyError:
        scale = table["default"]
    return np.tanh(x * scale)


case(
    caught_once,
    (u(4), {"default": 0.5, "a": 2.0}, "a"),
    other=[(u(3), {"default": 0.5, "a": 2.0}, "a")],
    guarded=[raises("nothing was caught", u(3), {"default": 0.5, "a": 2.0}, "z")],
)


def zero_division(xs, ys):
    out = []
    for x, y in zip(xs, ys):
        try:
            r = x / y
        except ZeroDivisionError:
            r = 0.0
        out.append(r)
    return sum(out)


case(
    zero_division, ([1.0, 2.0, 3.0], [2.0, 0.0, 4.0]), other=[([1.0, 2.0], [2.0, 4.0])], wrt=["xs"]
)


def by_attribute(x, layers):
    for layer in layers:
        try:
            g = layer["gain"]
        except KeyError:
            g = 1.0
        x = np.sin(g * x)
    return x


case(
    by_attribute,
    (u(3), [{"gain": 2.0}, {}, {"gain": 0.5}]),
    guarded=[raises("layers had 3 items", u(4), [{}, {"gain": 2.0}])],
)

"""Quotients made in front of a branch: read on one side alone, where a zero is nobody's business on the other, or on
both.
"""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(31), uniform(32)


def price(kind, S, K, T, v):
    d1 = (math.log(S / K) + v * v / 2.0 * T) / (v * math.sqrt(T))
    if kind == "call":
        return S * math.tanh(d1) - K * math.tanh(d1 - v)
    return K * math.tanh(v - d1) - S * math.tanh(-d1)


case(price, ("call", 60.0, 65.0, 0.25, 0.3), other=[("put", 60.0, 65.0, 0.25, 0.3)])


def of_both_sides(x, n, turned):
    q = x / n
    if turned:
        return q * x
    return np.sin(q)


case(of_both_sides, (r(3), 2.0, True), other=[(r(3), 0.5, False), (r(4), -1.0, True)])


def of_one_side(x, y, is_scaled):
    q = x / y
    if is_scaled:
        return q * x
    return np.sin(x)


case(
    of_one_side,
    (r(3), u(3), True),
    other=[(r(3), u(3), False)],
    exact=[((np.zeros(2), np.array([0.0, 2.0]), False), {"x": np.ones(2), "y": np.zeros(2)})],
)


def of_an_inner_side(x, y, kind):
    q = x / y
    if kind == "plain":
        out = q
    elif kind == "scaled":
        out = q * x
    else:
        out = np.sin(x)
    return out


case(
    of_an_inner_side,
    (r(3), u(3), "plain"),
    other=[(r(3), u(3), "scaled"), (r(3), u(3), "none")],
    exact=[((np.zeros(2), np.array([0.0, 2.0]), "none"), {"x": np.ones(2), "y": np.zeros(2)})],
)

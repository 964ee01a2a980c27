"""Branches, in functions of courses, models and trades."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(112), uniform(113)


def dropout(x, p, mode, seed):
    np.random.seed(seed)
    mask = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    else:
        out = x
    return out


case(
    dropout,
    (r(3, 4), 0.6, "train", 3),
    other=[(r(2, 3), 0.5, "test", 1), (r(2, 3), 0.5, "train", 1)],
    wrt=["x"],
)


def dropout_net(X, W1, W2, p=0.5, train=True, seed=0):
    h = np.maximum(0, X @ W1)
    if train:
        rng = np.random.default_rng(seed)
        mask = (rng.random(h.shape) < p) / p
        h = h * mask
    return h @ W2


case(
    dropout_net,
    (r(3, 4), r(4, 5), r(5, 2)),
    other=[(r(2, 3), r(3, 6), r(6, 2), 0.5, False)],
    wrt=["X", "W1", "W2"],
)


def horner(coeffs, x):
    if len(coeffs) == 1:
        return coeffs[0]
    return coeffs[0] + x * horner(coeffs[1:], x)


case(horner, (r(4), 0.3), other=[(r(6), 0.8), (r(1), 0.4)])


def raytrace(o, d, centre, radius):
    oc = o - centre
    b = oc @ d
    disc = b * b - oc @ oc + radius**2
    if disc < 0:
        return 0.0 * radius
    t = -b - math.sqrt(disc)
    hit = o + t * d
    return ((hit - centre) / radius) @ np.array([0.3, 0.4, 0.5])


case(
    raytrace,
    (np.array([0.0, 0.1, -3.0]), np.array([0.0, 0.0, 1.0]), np.array([0.2, 0.1, 0.3]), 1.2),
    other=[(np.array([0.2, 0.1, -3.0]), np.array([0.1, 0.0, 0.9]), np.array([0.2, 0.1, 0.3]), 1.5)],
)


def one_side_constant(x, flag):
    if flag:
        u_ = 1.5
    else:
        u_ = np.sin(x)
    return u_ * x + u_


case(one_side_constant, (r(3), False), name="one_side_constant_array", other=[(r(2), True)])


case(one_side_constant, (r(3), True), name="one_side_constant_first", other=[(r(2), False)])


def fft_by_hand(re, im):
    n = len(re)
    if n == 1:
        return re, im
    er, ei = fft_by_hand(re[::2], im[::2])
    or_, oi = fft_by_hand(re[1::2], im[1::2])
    ang = -2 * np.pi * np.arange(n // 2) / n
    c, s = np.cos(ang), np.sin(ang)
    tr, ti = c * or_ - s * oi, c * oi + s * or_
    return np.concatenate([er + tr, er - tr]), np.concatenate([ei + ti, ei - ti])


case(fft_by_hand, (r(4), r(4)), other=[(r(8), r(8))])


def expression(tree, env):
    if isinstance(tree, str):
        return env[tree]
    head, left, right = tree
    a, b = expression(left, env), expression(right, env)
    if head == "add":
        return a + b
    return a * b


case(
    expression,
    (("add", ("mul", "x", "y"), "x"), {"x": 1.3, "y": -0.4}),
    other=[(("add", ("mul", "x", "x"), "y"), {"x": 0.3, "y": 0.7})],
)

"""Sides that neither the example nor small changes of it take: what stands there must be right where it is reached."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(131), uniform(132)


def penalty_after_a_while(p, x, step):
    h = np.tanh(x @ p["W"] + p["b"])
    penalty = 0.0
    if step > 1000:
        penalty = np.sum(p["W"] ** 2) + np.sum(p["b"] ** 2)
    return np.mean(h) + 0.1 * penalty


P = {"W": r(3, 2), "b": r(2)}
case(penalty_after_a_while, (P, r(4, 3), 2), wrt=("p",), other=[(P, r(4, 3), 2000)])


def swapped_far_away(x, y, k):
    c, d = 1.5, 0.5
    if k > 500:
        c, d = d, c
        x, y = y, x
    return x * c + y**2 * d


case(swapped_far_away, (r(3), r(3), 2), other=[(r(3), r(3), 900), (r(2), r(2), 3)])


def neighbours_swapped(x, order):
    q = np.array([1.0, 2.0, 3.0])
    if order == "descending":
        q[0], q[2] = q[2], q[0]
    return x * q


case(neighbours_swapped, (r(3), "ascending"), other=[(r(3), "descending")])


def display_read_late(x, n):
    k = 1.0
    d = {"a": k, "x": x}
    if n > 12:
        k = 3.0
    return d["a"] * d["x"] * k


case(display_read_late, (r(3), 2), other=[(r(3), 17)])


def clipped_when_large(x, w):
    z = x * w
    if np.sum(z * z) > 400.0:
        z = z * (20.0 / np.sqrt(np.sum(z * z)))
    return z


case(clipped_when_large, (r(3), r(3)), other=[(r(3) + 30.0, r(3) + 2.0)])


def rows_written_when_long(x):
    z = np.zeros(len(x))
    if len(x) > 50:
        for j in range(1, len(x)):
            z[j] = z[j - 1] * 0.5 + x[j]
    else:
        z = x * 2.0
    return z


case(rows_written_when_long, (r(4),), other=[(r(60),), (r(1),)])


def early_when_far(x, y, step):
    h = np.sin(x) * y
    if step >= 10_000:
        return h * 0.0 + y
    h += x
    return h


case(early_when_far, (r(3), 0.7, 3), other=[(r(3), 0.4, 20_000)])


def three_ways(x, mode):
    if mode == "relu":
        h = np.maximum(x, 0.0)
    elif mode == "tanh":
        h = np.tanh(x)
    else:
        h = x * 0.5
    return h * h


case(three_ways, (r(4), "relu"), other=[(r(4), "tanh"), (r(4), "linear")])


def emptied_before_an_elif(x, k):
    v = np.sin(x)
    a = 1.5
    if a < 40.0:
        parts = [x * 1.0]
    elif k == 0:
        a += np.tanh(0.7) * 0.5
    return v * v[-1]


case(emptied_before_an_elif, (r(3), 2), other=[(r(4), 0)])


def by_size(R, t):
    if R.shape == (2, 2):
        T = np.eye(3)
        T[:2, :2] = R
        T[:2, 2] = t
    elif R.shape == (3, 3):
        T = np.eye(4)
        T[:3, :3] = R
        T[:3, 3] = t
    else:
        raise ValueError(R.shape)
    return T


case(by_size, (r(3, 3), r(3)), guarded=[raises("does not fit", r(2, 2), r(2))])

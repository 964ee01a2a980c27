"""Loops over several variables, each of which is changed in place, of whatever shapes they are."""

import numpy as np

from tests.cases import case, normal

r = normal(1231)


def clipped(a, b):
    u = a * 2
    v = b * 3
    for d in [u, v]:
        np.clip(d, -1, 1, out=d)
    return u.sum() + v.sum()


case(clipped, (r(3), r(4, 2)), other=[(r(2), r(3, 3))])


def doubled(a, b):
    u = a * 2
    v = b * 3
    for d in [u, v]:
        d *= 2
    return u.sum() * v.sum()


case(doubled, (r(3), r(4, 2)), other=[(r(2), r(3, 3))])


def scaled_by_pairs(a, b):
    u = a * 2
    v = b * 3
    n = 0.0
    for d, k in zip([u, v], [2, 3]):
        d *= k
        n = n + (d**2).sum()
    return u.sum() * v.sum() + n


case(scaled_by_pairs, (r(3), r(3)), other=[(r(2), r(3, 3))])


def masked(a, b):
    for d in (a, b):
        d[d > 1] = 1
    return a.sum() * b.sum()


case(masked, (r(3), r(4, 2)), other=[(r(2) + 1, r(3, 3) + 1)])


def numbers(a, b):
    for d in (a, b):
        d += 1
    return a * b


case(numbers, (2.0, 3.0), other=[(0.5, 1.5)])

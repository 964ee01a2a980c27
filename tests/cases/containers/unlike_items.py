"""Displays of things of several kinds that one body of a loop cannot take, and displays among arrays that are joined."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(931)


def future_value(rate, years, payment, when=0):
    rate, years, payment, when = map(np.asarray, [rate, years, payment, when])
    growth = (1 + rate) ** years
    return payment * (1 + rate * when) / rate * (growth - 1)


case(future_value, (0.05, 10, 100.0), other=[(0.1, 3, 20.0, 1)])


def own_number_among_the_items(a, b):
    a, b = [v * a for v in (a, b)]
    return np.sum(a * b)


case(own_number_among_the_items, (r(3), r(3)), other=[(r(2), r(2))])


def weighed_by_place(x, n):
    total = 0.0
    for i, v in enumerate([x, n, x * x]):
        total += v * (i + 1)
    return total


case(weighed_by_place, (0.3, 2), other=[(-1.5, 4)])


def pure_quaternion(v, q):
    p = np.array([0.0, *v])
    return p * q + np.array([*v, 1.0])


case(pure_quaternion, (r(3), r(4)))


def rows_below(X, row, t):
    wide = np.concatenate((X, [row, 2 * row]))
    return wide, np.concatenate(([t], row, [1.0, t * t]))


case(rows_below, (r(2, 3), r(3), 0.4), other=[(r(4, 2), r(2), -1.0)])


def pixel_shuffle(blocks):
    return np.concatenate(np.concatenate(blocks, axis=1), axis=1) ** 2


case(pixel_shuffle, (r(2, 3, 4, 5),), other=[(r(3, 2, 2, 4),)])

"""Stores whose right side is evaluated once, before any of them; passive values among traced ones."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(143), uniform(144)


def one_value_for_two_places(x, i):
    c = x * 1.0
    for i in range(3):
        c[i] = c[i + 1] = np.sin(c[4]) * c[0]
    return c


case(one_value_for_two_places, (r(6), 0), wrt=("x",), other=[(r(7), 1)])


def traced_and_passive_at_once(x):
    u = np.zeros(3)
    y, u[0] = x * 2.0, 5.0
    return y * u[0] + np.sum(u)


case(traced_and_passive_at_once, (r(3),), other=[(r(4),)])


def rows_of_a_passive_array(x, n):
    table = np.zeros((4, len(x)))
    for j in range(n):
        table[j] = x * (j + 1)
    return np.sum(table**2, axis=0)


case(rows_of_a_passive_array, (r(3), 2), other=[(r(3), 0), (r(2), 4)])


def two_items_change_places(x):
    v = x * 1.0
    v[0], v[-1] = v[-1] * 2.0, v[0]
    return v * x


case(two_items_change_places, (r(3),), other=[(r(5),)])


def halves_change_places(x):
    v = x.copy()
    v[:2], v[2:] = v[2:].copy(), v[:2].copy()
    return v * x


case(halves_change_places, (r(4),))


def counts_of_an_int_array(x):
    counts = np.zeros(3, dtype=int)
    counts[:] = np.array([1, 2, 3])
    return x * counts


case(counts_of_an_int_array, (r(3),))


def added_at_repeated_places(x, i):
    out = np.zeros(4)
    np.add.at(out, i, x)
    return out**2


case(added_at_repeated_places, (r(3), np.array([0, 1, 3])), other=[(r(3), np.array([2, 2, 0]))])


def put_at_repeated_places(x, i):
    out = np.zeros(4)
    out[i] = x
    return out * np.arange(4.0)


case(put_at_repeated_places, (r(3), np.array([0, 1, 3])), other=[(r(3), np.array([2, 2, 0]))])

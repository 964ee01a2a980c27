"""Loops that write traced values into what they run over, rows of passive arrays among them."""

from collections import defaultdict

import numpy as np

from tests.cases import case, normal, raises

r = normal(404)


def rows_scaled(x, n):
    u = np.ones((2, 3))
    if n > 12:
        for r in u:
            r *= x[0]
    return np.sum(u) + x[1]


case(rows_scaled, (r(4), 2), other=[(r(4), 17)])


def rows_set_with_a_count(x, n):
    u = np.zeros((3, 4))
    if n > 12:
        for i, r in enumerate(u):
            r[:] = x * i
    return np.sum(u**2) + x[1]


case(rows_set_with_a_count, (r(4), 2), other=[(r(4), 17)])


def arrays_of_a_list(x, n):
    rows = [np.zeros(4), np.zeros(4)]
    if n > 12:
        for r in rows:
            r += x
    return rows[0] * rows[1] + x


case(arrays_of_a_list, (r(4), 2), other=[(r(4), 17)])


def values_of_a_dict(x, n):
    d = dict(a=np.zeros(4), b=np.ones(4))
    if n > 12:
        for v in d.values():
            v += x
    return d["a"] * d["b"] + x


case(values_of_a_dict, (r(4), 2), other=[(r(4), 17)])


def items_by_key(x, n):
    d = dict(a=0.0, b=1.0)
    if n > 12:
        for k in d:
            d[k] += x[0]
    return d["a"] * d["b"] + x


case(items_by_key, (r(4), 2), other=[(r(4), 17)])


def counted_backwards(x, n):
    if n > 12:
        s = 0.0
        for i, v in enumerate(reversed(x)):
            s += i * v**2
        return s * x
    return x * 2


case(counted_backwards, (r(4), 2), other=[(r(4), 17)])


def rows_of_their_own(x, n):
    m = [[0.0] * 2 for _ in range(2)]
    if n > 12:
        m[0][1] = x[0]
        return (m[1][1] + m[0][1]) * x
    return x * 2


case(rows_of_their_own, (r(4), 2), other=[(r(4), 17)])


def starred_rest(x, n):
    if n > 12:
        a, *b = x * 2
        return b[0] * a * x
    return x * 2


case(starred_rest, (r(4), 2), other=[(r(4), 17)])


def starred_rest_behind_an_item(x, n):
    u = np.zeros((2, 4))
    if n > 12:
        u[0], *rest = x, 5.0, 6.0
        return u[0] * rest[1] * x
    return x * 2


case(starred_rest_behind_an_item, (r(4), 2), other=[(r(4), 17)])


def default_numbers(x, n):
    acc = defaultdict(float)
    if n > 12:
        for i in range(4):
            acc[i % 2] += x[i] ** 2
        return acc[0] * acc[1] * x
    return x * 2


case(default_numbers, (r(4), 2), other=[(r(4), 17)])


def item_changed_three_times(x, n):
    d = {"h": np.sin(x)}
    if n > 12:
        d["h"] += x
        d["h"] -= 2 * x
        d["h"] = d["h"] ** 2
    return d["h"] * x


case(item_changed_three_times, (r(4), 2), other=[(r(4), 17)])


def zipped_with_a_display(x, n):
    u = np.zeros((3, 4))
    if n > 12:
        for a, b in zip(u, [1.0, 2.0, 3.0]):
            a += x * b
    return np.sum(u**2) + x[1]


case(
    zipped_with_a_display,
    (r(4), 2),
    guarded=[raises("a loop over this expression is not supported", r(4), 17)],
)


def default_lists(x, n):
    acc = defaultdict(list)
    if n > 12:
        acc["a"].append(x * 2)
        acc["a"].append(x)
        return acc["a"][0] * acc["a"][1]
    return x * 2


case(default_lists, (r(4), 2), other=[(r(4), 17)])


def lists_by_setdefault(x, n):
    acc = {}
    if n > 12:
        acc.setdefault("a", []).append(x * 2)
        acc.setdefault("a", []).append(x)
        return acc["a"][0] * acc["a"][1]
    return x * 2


case(lists_by_setdefault, (r(4), 2), other=[(r(4), 17)])


def rows_that_are_one_list(x, n):
    m = [[0.0] * 2] * 2
    if n > 12:
        m[0][1] = x[0]
        return m[1][1] * x
    return x * 2


case(rows_that_are_one_list, (r(4), 2), guarded=[raises("are one and the same object", r(4), 17)])


def rows_taken_apart_and_written(P, w):
    """What is taken apart has other values behind the loop; of the row itself only the shape is read."""
    Q = P * w
    for i, (a, b) in enumerate(Q):
        Q[i, 0] = b * 3.0
        Q[i] += a
        if i + 1 < len(Q):
            Q[i + 1] *= a * b
    return np.sum(Q**2)


case(rows_taken_apart_and_written, (r(3, 2), r(2)), other=[(r(5, 2), r(2)), (r(1, 2), r(2))])


def arrays_of_a_list_filled(x, s):
    ps = [x * s, x + s]
    for p in ps:
        p[:] = np.sin(p)
        p[0] = p[1] * s
    return ps[0] * ps[1]


case(
    arrays_of_a_list_filled, (np.array([0.3, 0.5, -0.2]), 0.7), other=[(np.array([0.1, 0.9]), 1.7)]
)

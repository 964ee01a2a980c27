"""Dicts of lists, as the caches of networks written by hand."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.cases import case, normal

r = normal(611)


def cache_of_lists(X, Ws):
    cache = {"A": [X], "Z": []}
    for W in Ws:
        cache["Z"].append(cache["A"][-1] @ W)
        cache["A"].append(np.tanh(cache["Z"][-1]))
    total = 0.0
    for z in cache["Z"]:
        total = total + np.sum(z * z)
    return total, cache["A"][-1]


case(
    cache_of_lists,
    (r(4, 3), [r(3, 5), r(5, 2)]),
    other=[(r(2, 3), [r(3, 3), r(3, 4), r(4, 2)])],
)


class Net:
    def __init__(self):
        self.W = [r(3, 4), r(4, 2)]

    def forward(self, X):
        self.cache = {"Z": [], "A": [X]}
        for W in self.W:
            z = self.cache["A"][-1] @ W
            self.cache["Z"].append(z)
            self.cache["A"].append(np.tanh(z))
        return self.cache["A"][-1]


case(Net.forward, (Net(), r(5, 3)), wrt=("self.W", "X"))


def by_key(x, labels):
    groups = {k: [] for k in labels}
    for v, k in zip(x, labels):
        groups[k].append(v)
    return sum(np.mean(v) ** 2 for v in groups.values())


case(by_key, (r(5), [0, 1, 0, 1, 1]), other=[(r(4), [0, 1, 0, 1])])


def squares_by_place(x):
    squares = {i: v**2 for i, v in enumerate(x) if i % 2 == 0}
    return sum(squares.values()) + squares[0] * squares[2]


case(squares_by_place, (r(4),), other=[(r(7),)])


def tuples_by_key(pairs, key):
    total = 0.0
    for k, v in pairs.items():
        total += v[0] * v[1][0]
    return total * pairs[key][1][1]


case(
    tuples_by_key,
    ({"a": (1.0, (2.0, 3.0))}, "a"),
    other=[
        ({"b": (1.5, (2.0, 0.5)), (0, 1): (3.0, (4.0, -1.0))}, (0, 1)),
        ({"a": (1.0, (2.0, 3.0)), 5: (2.0, (1.0, 4.0))}, "a"),
    ],
)


def rows_of_numbers_then_summed(x, n):
    rows = []
    for i in range(n):
        rows.append([x * i, x + i])
    x = x + rows[-1][0] * rows[0][1]
    total = 0.0
    for row in rows:
        total += sum(row)
    return total + x


case(rows_of_numbers_then_summed, (1.5, 2), other=[(0.5, 3), (0.5, 1)])


def sides_of_numbers(x, n):
    sides = {"left": [x, x * n], "right": [x]}
    for _ in range(n):
        sides["left"][-1] = sides["right"][0] * x
        x = x + sides["right"][-1] + sides["left"][0]
    total = 0.0
    for side in sides.values():
        total += sum(side)
    return total + x


case(sides_of_numbers, (1.5, 2), other=[(0.5, 0), (0.5, 1)])


def groups_beside_a_total(xs, keys):
    groups, total = {}, 0.0
    for x, key in zip(xs, keys, strict=False):
        groups.setdefault(key, []).append(x * x)
        total += x
    return total, {key: sum(group) for key, group in groups.items()}


case(groups_beside_a_total, (r(3), "aba"), other=[(r(3), "aba")])


def two_dicts_of_lists(xs, keys):
    squares, others = defaultdict(list), defaultdict(list)
    for x, key in zip(xs, keys, strict=False):
        squares[key].append(x * x)
        others["n"].append(x)
    return {key: sum(group) for key, group in squares.items()}, sum(others["n"])


case(two_dicts_of_lists, (r(3), "aba"), other=[(r(3), "aba")])


def of_a_list(xs, w, n):
    buckets = [[] for _ in range(n)]
    for i, x in enumerate(xs):
        buckets[i % n].append(x * w)
    return sum(np.prod(bucket) for bucket in buckets)


case(of_a_list, ([1.0, 2.0, -0.5], 0.7, 2), other=[([1.2, 0.3, 1.0, 2.0], 0.4, 3)])


def by_sign(xs):
    parts = [[], []]
    for x in xs:
        if x > 0:
            parts[0].append(x)
        else:
            parts[1].append(x * 2)
    return sum(parts[0]) - sum(parts[1])


case(by_sign, ([1.0, -2.0, 3.0],), other=[([-1.0, -2.0, 3.0, 2.0],), ([1.0],)])


def each_key_once(xs, keys):
    parts = {"p": [], "n": []}
    for x, k in zip(xs, keys):
        parts[k].append(x)
    return sum(parts["p"]) - sum(parts["n"])


case(
    each_key_once,
    ([1.0, -2.0], ["p", "n"]),
    other=[([-1.0, -2.0, 3.0, 2.0], ["p", "n", "p", "n"])],
)

"""Lists that grow from `0`, `(0, 0)` or `None`: the first item has whole numbers where the others have floats."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal, raises

r = normal(631)


def pairs(gs):
    kept = []
    m = 0
    for g in gs:
        kept.append((m, g))
        m = 0.9 * m + g
    return sum(a * b for a, b in kept)


case(pairs, (r(4),), other=[(r(3),), (r(1),)])


def numbers(gs):
    kept = []
    m = 0
    for g in gs:
        kept.append(m)
        m = 0.9 * m + g
    s = 0.0
    for h in reversed(kept):
        s = s * 0.5 + h**2
    return s


case(numbers, (r(4),), other=[(r(3),), (r(1),)])


def tables(gs):
    kept = []
    m = 0
    for g in gs:
        kept.append({"m": m, "g": g})
        m = 0.9 * m + g
    return np.sum([h["m"] * h["g"] for h in kept])


case(tables, (r(4),), other=[(r(3),), (r(2),)])


def nothing_before_the_first(gs):
    kept = []
    before = None
    for g in gs:
        kept.append((before, g))
        before = g * 2
    s = 0.0
    for p, g in kept:
        if p is not None:
            s += p * g
    return s


case(nothing_before_the_first, (r(4),), other=[(r(3),), (r(1),)])


def a_walk(angles):
    points = [(0, 0)]
    for angle in angles:
        x, y = points[-1]
        points.append((x + np.cos(angle), y + np.sin(angle)))
    return np.array(points)


case(a_walk, (r(4),), other=[(r(3),)])


def an_area(angles):
    points = [[0, 0]]
    for angle in angles:
        points.append([points[-1][0] + np.cos(angle), points[-1][1] + np.sin(angle)])
    s = 0
    for (a, b), (c, d) in zip(points[:-1], points[1:]):
        s += a * d - b * c
    return s / 2


case(an_area, (r(4),), other=[(r(3),)])


def places_stay_whole(x):
    found = []
    for i in range(len(x)):
        found.append((i, x[i] ** 2))
    s = 0.0
    for i, v in found:
        s += x[i] * v * i
    return s


case(places_stay_whole, (r(4),), other=[(r(3),)])


def a_table_of_the_size_of_others(p, q):
    table = [[0.0 for _ in q] for _ in p]
    again = [[1.0 for _ in range(len(q))] for _ in range(len(p))]
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            table[i][j] = a / b * a
            again[i][j] *= a * b
            if i > 0:
                table[i][j] += table[i - 1][j] * 0.5
    return np.sum(table) + again[0][-1]


case(a_table_of_the_size_of_others, (r(3), r(4)), other=[(r(4), r(2)), (r(1), r(1))])


def first_and_last(xs, k):
    return xs[0] * k + xs[-1]


case(
    first_and_last,
    ([1.0, 2.0], 3.0),
    guarded=[raises("xs had 2 items", [1.0, 2.0, 3.0], 2.0), raises("xs had 2 items", [1.0], 2.0)],
)


def first_two(xs):
    return xs[0] * xs[1]


case(first_two, ([1.0, 2.0],), other=[([3.0, 4.0],)])


def first_two_of_so_many(xs):
    return xs[0] * xs[1] / len(xs)


case(
    first_two_of_so_many,
    ([1.0, 2.0],),
    other=[([3.0, 4.0],)],
    guarded=[raises("xs had 2 items", [1.0, 2.0, 3.0])],
)

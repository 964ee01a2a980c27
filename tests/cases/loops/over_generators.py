"""Comprehensions over generators: `map`, `filter` and what is in parentheses are used up as lists are."""

import numpy as np

from tests.cases import case

x = np.array([1.5, 0.3, 2.1, 0.2])
y = np.array([1.0, 2.0, 3.0, -1.0])
other_x, other_y = np.array([0.5, 1.3, 2.1]), np.array([1.0, -2.0, 3.0])


def squares_above_one(x):
    return sum(v for v in map(lambda q: q**2, x) if v > 1)


case(squares_above_one, (x,), other=[(other_x,)])


def products_above_zero(x, y):
    return sum(v * v for v in map(lambda p, q: p * q, x, y) if v > 0)


case(products_above_zero, (x, y), other=[(other_x, other_y)])


def of_a_generator(x):
    v = 3.0
    return sum(v * q for q in (r**v for r in x) if q < 8) + v


case(of_a_generator, (x,), other=[(other_x,)])


def of_both(x):
    return [v * 2 for v in filter(lambda q: q > 0.2, map(np.sin, x)) if v < 0.95]


case(of_both, (x,), other=[(other_x,)])


def inside_another(x):
    return sum(v * w for w in x for v in map(lambda q: q * w, x) if v > 1)


case(inside_another, (x,), other=[(other_x,)])


def largest_of_rows(x):
    return max(a * a for a in map(lambda row: row.sum(), np.outer(x, x)) if a > 1)


case(largest_of_rows, (x,), other=[(other_x,)])

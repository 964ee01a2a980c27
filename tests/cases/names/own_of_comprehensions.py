"""Comprehensions, and `map` of a lambda, whose variable has the name of what they go over: that is read outside."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(641), uniform(642)


def heads(x, n):
    parts = list(map(lambda x: np.split(x, n, axis=-1), np.split(x, 3, axis=-1)))
    return np.hstack([q * k + v for q, k, v in zip(*parts)])


case(heads, (r(2, 12), 2), other=[(r(3, 6), 2)])


def squares_of_itself(x):
    x = x * 2
    squares = list(map(lambda x: x**2, [x, x + 1]))
    return squares[0] + squares[1] * x


case(squares_of_itself, (0.3,), other=[(-1.2,)])


def over_its_own_name(x):
    x = x * 2
    squares = [x**2 for x in [x, x + 1]]
    return squares[0] + squares[1] * x


case(over_its_own_name, (0.3,), other=[(-1.2,)])


def two_of_a_name(x):
    x = x * 2
    return sum(x**2 * y for x in (x, x + 1) for y in (x, 2 * x)) * x


case(two_of_a_name, (0.3,), other=[(-1.2,)])


def rows_of_its_own_name(x):
    rows = [[x * i for x in x] for i in range(3)]
    return np.sum(np.array(rows)) + x[0]


case(rows_of_its_own_name, (r(3),), other=[(r(2),)])


def items_of_its_own_name(xs):
    xs = [x * 2 for x in xs]
    return sum([[x * y for y in xs][0] for x in xs[:2] if x > 0])


case(items_of_its_own_name, ([0.1, 0.2, 0.3],), other=[([-0.4, 0.7, 0.2, 0.5],)])

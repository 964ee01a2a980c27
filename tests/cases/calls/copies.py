"""Copies by the module `copy`: of numbers, arrays, and containers of both."""

import copy
from copy import copy as shallow

import numpy as np

from tests.cases import case, uniform

u = uniform(11)


def copy_of_a_number(x):
    y = shallow(x)
    return y * x


case(copy_of_a_number, (0.5,), other=[(1.5,)])


def copy_that_is_written(x):
    y = copy.copy(x)
    y[0] = 2 * x[1]
    return y * x


case(copy_that_is_written, (u(3),), other=[(u(5),)])


def steps_that_are_kept(x, n):
    kept = []
    for _ in range(n):
        x = x * np.sin(x)
        kept.append(copy.deepcopy(x))
    return np.array(kept)


case(steps_that_are_kept, (u(3), 3), other=[(u(2), 1)])


def dict_of_both(p):
    q = copy.deepcopy(p)
    q["a"] *= p["b"]
    return q["a"] * p["a"]


case(dict_of_both, ({"a": u(3), "b": 2.0},), other=[({"a": u(2), "b": -1.0},)])


def rows_of_numbers(m):
    n = copy.deepcopy(m)
    n[0][1] = 3 * m[0][0]
    return n[0][1] * n[1][1]


case(rows_of_numbers, ([[0.2, 0.3], [1.0, 2.0]],), other=[([[1.2, 0.3], [1.5, -2.0]],)])

"""Helpers that are given a number where a gate asks for one: the gradient is that of the number."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(737), uniform(738)


def power(x, n):
    return x**n * 3


def powers_by_a_helper(x):
    return power(x[0], 2) + power(x[1], 1) + power(x[1], 0) + power(x[2], -1) + power(x[2], 2.5)


case(powers_by_a_helper, (u(4),), other=[(u(3),)])


def along(x, axis=0):
    return np.sum(x, axis=axis)


def axes_by_a_helper(x):
    return np.sum(along(x) ** 2) + along(x, 1)[0] + along(x, -1)[1] * np.sum(along(x, axis=None))


case(axes_by_a_helper, (r(4, 3),), other=[(r(3, 2),)])

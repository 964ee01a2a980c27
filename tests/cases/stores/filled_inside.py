"""Ufuncs that fill an array in the middle of an expression, `1 - np.divide(a, x, out=e, where=ok)`."""

import numpy as np

from tests.cases import case, uniform

u = uniform(831)


def quotients_where_there_are_some(z, a):
    e = np.zeros_like(z)
    ok = z != 0
    eta = a - 0.1 * z - np.divide(0.005, z, out=e, where=ok) + 0.98
    return eta * z


case(quotients_where_there_are_some, (u(2), 0.3), other=[(np.array([0.7, 0.0, 0.2]), 0.1)])


def read_behind_it(z, a):
    buffer = np.empty_like(z)
    return np.sum(np.exp(z, out=buffer)) * a + buffer[0]


case(read_behind_it, (u(2), 0.3), other=[(u(3), 0.1)])


def filled_twice(z, a):
    buffer = np.empty_like(z)
    return np.sum(np.exp(z, out=buffer) * a + np.sin(z, buffer))


case(filled_twice, (u(2), 0.3), refused="a call that changes buffer inside an expression")


def read_before_it(z, a):
    buffer = z * 2
    return buffer + np.multiply(z, a, buffer)


case(read_before_it, (u(2), 0.3), refused="a call that changes buffer inside an expression")

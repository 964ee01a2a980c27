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


def mask_filled(angle, b):
    left = 1 - b * (1 / np.cos(angle) - 1)
    is_wide = np.full_like(angle, False, dtype="bool")
    np.greater_equal(np.abs(angle), 1.2, where=~np.isnan(angle), out=is_wide)
    return np.maximum(0, np.where(is_wide, 0, left))


case(
    mask_filled,
    (np.array([0.1, 0.5, 1.3]), 0.3),
    other=[(np.array([0.4, -1.4]), 0.5), (np.array([-0.3]), 0.2)],
)
case(mask_filled, (0.4, 0.3), other=[(1.3, 0.2)], name="mask_of_a_number_filled")


def mask_narrowed(x, y):
    chosen = x > 0
    np.logical_and(chosen, y > 0.3, out=chosen)
    return np.sum(x[chosen] * y[chosen]) * chosen.sum()


case(
    mask_narrowed,
    (np.array([0.1, 0.5, -1.3]), np.array([0.1, 0.7, 0.8])),
    other=[(np.array([0.4, 1.5, 1.3, -0.2]), np.array([0.9, 0.7, 0.8, 0.5]))],
)


def full_of_a_type(x, a):
    v = np.full_like(x, a, dtype=float)
    w = np.full_like(x, np.nan, dtype=np.float64)
    w[:] = x * a
    return v * w


case(full_of_a_type, (np.array([0.1, 0.5]), 0.5), other=[(np.array([0.1, 0.5, 0.7]), 0.2)])

"""Rows of a constant array, or arrays of a constant list, that are unpacked to names and written through them."""

import numpy as np

from tests.cases import case, normal

r = normal(1313)


def rows_unpacked_and_written(x):
    a = np.zeros((2, len(x)))
    p, v = a
    p[:] = x
    return a * 2


def row_written_through_the_array(x):
    a = np.zeros((2, len(x)))
    p, v = a
    a[1] = x
    return p + v * v


def rest_of_rows(x):
    a = np.ones((3, len(x)))
    p, *rest = a
    p *= x
    return a * 3 + p


def rows_of_rows(x):
    a = np.zeros((2, 2, len(x)))
    (p, q), v = a
    q[:] = x * x
    v[0] = x
    return a * a


def columns_unpacked(x):
    a = np.zeros((len(x), 2))
    p, v = a.T
    p[:] = x
    v += x * x
    return a


def arrays_of_a_list(x):
    rows = [np.zeros(len(x)), np.ones(len(x))]
    p, v = rows
    p[:] = x
    v *= x
    return rows[0] * rows[1]


def state_that_steps(x, steps):
    state = np.zeros((2, len(x)))
    pos, vel = state
    vel[:] = x
    for _ in range(steps):
        pos += 0.1 * vel
        vel -= 0.1 * pos
    return state


def swapped_names(x):
    a = np.zeros((2, len(x)))
    v, p = a
    p[:] = x
    v[:] = p * p
    return a[0] * a[1]


case(rows_unpacked_and_written, (r(3),), other=[(r(4),)])
case(row_written_through_the_array, (r(3),), other=[(r(4),)])
case(rest_of_rows, (r(3),), other=[(r(4),)])
case(rows_of_rows, (r(3),), other=[(r(4),)])
case(columns_unpacked, (r(3),), other=[(r(4),)])
case(arrays_of_a_list, (r(3),), other=[(r(4),)])
case(state_that_steps, (r(3), 2), other=[(r(4), 0), (r(2), 3)])
case(swapped_names, (r(3),), other=[(r(4),)])


def handed_through(x, y):
    return x, y * 3


def handed_through_under_a_name(x, y):
    q = x
    return q, y * 2


def handed_through_and_read(x, y):
    q = x
    return q, y * q


case(handed_through, (np.array(0.3), np.array(0.4)))
case(handed_through_under_a_name, (np.array(0.3), r(3)), other=[(np.array(0.5), r(4))])
case(handed_through_and_read, (np.array(0.3), r(3)), other=[(np.array(0.5), r(4))])

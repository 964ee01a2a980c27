"""Numbers that were arrays, read as a whole: `d[()]`, `d[...]`, `d[None]`."""

import numpy as np

from tests.cases import case, normal

r = normal(47)


def broadcast_and_back(a, b):
    a, b = np.broadcast_arrays(a, b)
    d = a * b
    return d.squeeze()[()]


case(broadcast_and_back, (0.3, 0.5), other=[(0.7, -0.2)])


def sum_read_whole(x):
    s = np.sum(x**2)
    return s[()] * x


case(sum_read_whole, (r(3),), other=[(r(2),)])


def sum_with_a_new_axis(x):
    s = np.sum(x**2)
    return s[None] * x


case(sum_with_a_new_axis, (r(3),), other=[(r(2),)])


def sum_with_two_axes(x):
    s = np.mean(np.exp(x))
    return s[np.newaxis, None] + x


case(sum_with_two_axes, (r(2, 3),), other=[(r(3, 2),)])


def at_least_one_and_back(a):
    x = np.atleast_1d(a)
    y = np.sin(x) * x
    return y[0][()]


case(at_least_one_and_back, (0.4,), other=[(0.9,)])


def array_made_of_a_number(a, b):
    x = np.asarray(a)
    y = x * b
    return (y + x)[()]


case(array_made_of_a_number, (0.4, 0.6), other=[(0.9, 0.1)])

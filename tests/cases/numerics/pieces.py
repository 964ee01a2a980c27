"""Arrays put together of blocks, functions of pieces, distances between rows, writes by functions of NumPy."""

import numpy as np
from scipy.spatial.distance import pdist

from tests.cases import case, normal

r = normal(171)


def rotated(angle, x):
    R = np.block([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return R @ np.array([x, 1.0])


case(rotated, (r(), r()), other=[(r(), r())])


def pose(R, t):
    return np.block([[R, t], [np.zeros((1, R.shape[1])), 1.0]])


case(pose, (r(2, 2), r(2, 1)), other=[(r(3, 3), r(3, 1))])


def bordered(A, row, corner):
    return np.block([[A, A * corner], [row, corner, corner**2]])


case(bordered, (r(2, 3), r(4), r()), other=[(r(4, 2), r(2), r())])


def cubed_or_squared(x):
    return np.piecewise(x, [x < 0, x >= 0], [lambda t: -(t**2), lambda t: t**3])


case(cubed_or_squared, (r(5),), other=[(r(7),), (-np.abs(r(3)),)])


def two_that_overlap(x, a):
    return np.piecewise(x, [x > -1, x > 0.3], [lambda t: a * t, np.sin])


case(two_that_overlap, (r(6), r()), other=[(r(8) - 1, r())])


def number_or_root(x):
    return np.piecewise(x, [x > 0], [lambda v: np.sqrt(v), 0.0])


case(number_or_root, (r(6),), other=[(r(4),)])


def less_its_mean(x):
    return np.piecewise(x, [x > 0], [lambda v: v - v.mean(), 0.0])


case(less_its_mean, (r(6),), refused="less_its_mean_forward is wrong: out is")


def clipped_to_a_pair(x, bounds):
    return np.sum(np.clip(x, *bounds) ** 2)


case(clipped_to_a_pair, (r(4), (-0.5, 0.5)), other=[(r(6), (-0.2, 0.1))])


def multiplied_in_place(a, s):
    a = a.copy()
    np.multiply(a, s, out=a, casting="unsafe")
    return a**2


case(multiplied_in_place, (r(4), r()), other=[(r(5), r())])


def near_each_other(x):
    return np.sum(np.exp(-pdist(x)) + pdist(x, "cityblock") * pdist(x, "sqeuclidean"))


case(near_each_other, (r(4, 3),), other=[(r(5, 2),)])

"""Sums of transposed arrays: the gradient that comes is a number, which has no transpose."""

import numpy as np

from tests.cases import case, uniform

u = uniform(733)


def sum_of_transpose(x):
    return np.sum(x.T)


case(sum_of_transpose, (u(4, 3),), other=[(u(2, 5),)])


def sum_of_transposed_stage(x, b):
    y = np.tanh(x + b)
    return np.sum(y.T)


case(sum_of_transposed_stage, (u(4, 3), u(3)), other=[(u(2, 5), u(5))])


def transposed_product(x, w):
    return np.sum((x @ w).T) + np.mean(x.T**2)


case(transposed_product, (u(4, 3), u(3, 2)), other=[(u(2, 5), u(5, 3))])


def sums_of_columns(x):
    return np.mean(np.tanh(x).T, axis=0).sum()


case(sums_of_columns, (u(4, 3),), other=[(u(2, 5),)])


def turned_and_swapped(x):
    return np.sum(np.swapaxes(x, 0, 1)) * np.mean(x.T)


case(turned_and_swapped, (u(4, 3),), other=[(u(2, 5),)])


def largest_of_transpose(x, y):
    return np.max((x * y).T)


case(largest_of_transpose, (u(4, 3), u(4, 3)), other=[(u(2, 5), u(2, 5))])

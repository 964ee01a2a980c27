"""Rows that are made for the ranks, the axes and the numbers of operands of a call."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(97)


def diagonals_of_a_stack(x):
    return np.sum(np.diagonal(x, axis1=-2, axis2=-1) ** 2)


def diagonals_beside_it(x, k):
    return np.sum(np.diagonal(x, offset=k, axis1=1, axis2=2) ** 2)


def traces_of_a_stack(x):
    return np.sum(np.trace(x, axis1=-2, axis2=-1) ** 2)


def traces_above(x):
    return np.sum(np.trace(x, offset=1, axis1=-2, axis2=-1) ** 2)


case(diagonals_of_a_stack, (r(2, 4, 4),), other=[(r(3, 2, 5),), (r(2, 3, 3, 4),)])
case(diagonals_beside_it, (r(2, 4, 4), 1), other=[(r(3, 4, 3), -1), (r(3, 3, 4), 0)])
case(traces_of_a_stack, (r(2, 4, 4),), other=[(r(3, 2, 5),)])
case(traces_above, (r(2, 3, 4),), other=[(r(3, 4, 4),)])


def inner_of_a_stack(x, y):
    return np.sum(np.inner(x, y) ** 2)


case(inner_of_a_stack, (r(2, 4, 3), r(5, 3)), other=[(r(3, 1, 2), r(2, 2))])
case(
    inner_of_a_stack,
    (r(3), r(2, 4, 3)),
    other=[(r(2), r(1, 5, 2))],
    name="inner_of_a_vector",
)
case(inner_of_a_stack, (r(2, 4, 3), r(5, 2, 3)), name="inner_of_two_stacks")


def all_in_one_row(x, y):
    return np.sum(np.concatenate((x, y), axis=None) ** 3)


def stacked_along(x, y, axis):
    return np.sum(np.stack((x, y), axis=axis) ** 3 * np.array([1.0, 2.0]))


def beside_each_other(x, y):
    return np.sum(np.block([x, y]) ** 3)


def behind_a_matrix(x, v):
    return np.sum(np.append(x, v) ** 3)


def deep(x, y):
    return np.sum(np.dstack((x, y)) ** 3)


def rows_of_a_stack(x):
    return np.sum(np.vstack(x) ** 3)


def columns_of_a_stack(x):
    return np.sum(np.hstack(x) ** 3)


def columns_put_between(x, v):
    return np.sum(np.insert(x, [1, 2], v, axis=1) ** 3)


case(all_in_one_row, (r(2, 2), r(2, 3)), other=[(r(3), r(4, 1))])
case(stacked_along, (r(3, 2), r(3, 2), 2), other=[(r(2, 2), r(2, 2), 1)])
case(beside_each_other, (r(3), r(2)), other=[(r(1), r(4))])
case(beside_each_other, (r(2, 3), r(2, 2)), name="beside_a_matrix")
case(behind_a_matrix, (r(2, 3), r(3)), other=[(r(1, 2), r(4))])
case(behind_a_matrix, (r(), r(3)), name="behind_a_number")
case(deep, (r(2, 3, 4), r(2, 3, 1)), other=[(r(1, 2, 3), r(1, 2, 5))])
case(rows_of_a_stack, (r(2, 3, 4),), other=[(r(3, 1, 2),)])
case(columns_of_a_stack, (r(2, 3, 4),), other=[(r(3, 1, 2),)])
case(columns_put_between, (r(2, 3), r(2, 2)), other=[(r(4, 5), r(4, 2))])


def padded_by_pairs(x, widths):
    return np.sum(np.pad(x, widths) ** 2 * 0.5) + np.sum(np.pad(x, widths)[0])


def padded_at_the_ends_of_one_axis(x, width):
    return np.sum(np.pad(x, ((0, 0), width))[:, 1] ** 2)


def padded_by_two_arguments(x, rows, columns):
    return np.sum(np.pad(x, (rows, columns))[1:] ** 2)


def edges_repeated(x, width):
    return np.sum(np.pad(x, ((width, width), (0, width)), mode="edge") ** 2)


case(padded_by_pairs, (r(2, 3), ((1, 2), (0, 1))), other=[(r(3, 2), ((2, 0), (1, 1)))])
case(padded_at_the_ends_of_one_axis, (r(2, 3), (1, 2)), other=[(r(3, 4), (0, 1))])
case(padded_by_two_arguments, (r(2, 3), (1, 2), (0, 1)), other=[(r(4, 1), (0, 2), (3, 1))])
case(edges_repeated, (r(2, 3), 1), other=[(r(3, 2), 2)])


def windows_of_both_axes(x, sizes):
    return np.sum(np.lib.stride_tricks.sliding_window_view(x, sizes) ** 2)


def tiled_by(x, times):
    return np.sum(np.tile(x, times) ** 3)


case(windows_of_both_axes, (r(4, 4), (2, 2)), other=[(r(3, 5), (1, 3))])
case(
    tiled_by,
    (r(2, 3), (2, 3)),
    other=[(r(3, 1), (1, 4))],
    guarded=[raises("x was a matrix", r(2, 2, 2), (2, 3))],
)


def added_to_a_start(values, start):
    return sum(values, start) ** 2


case(added_to_a_start, ([1.0, 2.0], 3.0), other=[([0.5, -1.0, 2.0], 0.1)])

"""Lengths that meet only in the example: one row, one column, layers of several sizes, the same array twice."""

import numpy as np

from tests.cases import case, normal, raises, uniform

r, u = normal(145), uniform(146)


def layers_of_several_sizes(x, params):
    for W, b in params:
        z = x @ W + b
        x = np.tanh(z)
    return x


case(
    layers_of_several_sizes,
    (r(3, 4), [(r(4, 5), r(5)), (r(5, 2), r(2))]),
    other=[(r(2, 3), [(r(3, 6), r(6)), (r(6, 4), r(4)), (r(4, 1), r(1))])],
)


def the_same_array_twice(a, b):
    return np.sum(a * b) + np.sum(b**2)


X = r(3)
case(the_same_array_twice, (X, X), other=[(X, X), (r(4), r(4))])


def standing_twice_in_a_list(xs):
    total = 0.0
    for x in xs:
        total += np.sum(x**2)
    return total


case(standing_twice_in_a_list, ([X, X],), other=[([r(2), r(2), r(2)],)])


def one_row_for_all(x, s):
    return np.tanh(x * s)


case(one_row_for_all, (r(4, 3), r(1, 3)), other=[(r(2, 5), r(1, 5)), (r(1, 2), r(1, 2))])


def first_columns(x, y, k):
    return x[:, :k] * y


case(
    first_columns,
    (r(3, 4), r(3, 4)[:, :2], 2),
    guarded=[raises("k was 2", r(3, 4), r(3, 4)[:, :3], 3)],
)


def no_numbers_at_all(x):
    return np.sum(x * x) + 1.0


case(no_numbers_at_all, (r(3),), other=[(np.zeros(0),)])


def a_number_in_a_box(x, y):
    z = x * y
    z = z + x
    return np.sum(z)


case(a_number_in_a_box, (np.array(0.7), r(3)), other=[(np.array(-0.2), r(2))])


def powers_of_a_matrix(a, n):
    return np.linalg.matrix_power(a, n)


case(powers_of_a_matrix, (r(3, 3), 2), other=[(r(3, 3), 3), (r(2, 2), 1)])


def windows_of_three(x):
    out = np.zeros(len(x) - 2)
    for i in range(len(out)):
        out[i] = np.max(x[i : i + 3])
    return out


case(windows_of_three, (r(6),), other=[(r(9),), (r(3),)])


def tiled_as_often_as_rows(v, x, n):
    return np.tile(v, (n, 1)) - x


case(
    tiled_as_often_as_rows,
    (r(4), r(3, 4), 3),
    other=[(r(2), r(5, 2), 5)],
    guarded=[raises("n was 3 when this code was made", r(4), r(3, 4), 1)],
)

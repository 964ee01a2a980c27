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


def a_row_for_every_row(x, s):
    return x * s


case(
    a_row_for_every_row,
    (r(3, 4), r(3, 4)),
    other=[(r(2, 5), r(2, 5)), (r(1, 4), r(1, 4))],
    guarded=[
        raises("x.shape == s.shape", r(3, 4), r(1, 4)),
        raises("x.shape == s.shape", r(3, 1), r(3, 4)),
    ],
)


def a_column_for_a_vector(x, b):
    return np.sum(x * b + b)


case(
    a_column_for_a_vector,
    (r(2, 3), r(3)),
    other=[(r(4, 2), r(2))],
    guarded=[
        raises("x.shape[1] == b.shape[0]", r(2, 1), r(3)),
        raises("x.shape[1] == b.shape[0]", r(2, 3), r(1)),
    ],
)


def one_matrix_for_all(a, b):
    return a @ b


case(
    one_matrix_for_all,
    (r(2, 3, 4), r(2, 4, 5)),
    other=[(r(3, 2, 4), r(3, 4, 2)), (r(1, 3, 4), r(1, 4, 5))],
    guarded=[raises("a.shape[0] == b.shape[0]", r(2, 3, 4), r(1, 4, 5))],
)


def copied_by_hand(x):
    return np.sum(np.broadcast_to(x, (4, 3)) ** 2)


case(copied_by_hand, (r(3),), other=[(r(3),)], guarded=[raises("x.shape[0] != 1", r(1))])


def a_number_for_a_product(A, x, b):
    return A @ x - b


case(
    a_number_for_a_product,
    (r(4, 3), r(3), r(4)),
    other=[(r(2, 5), r(5), r(2))],
    guarded=[raises("A.shape[0] == b.shape[0]", r(4, 3), r(3), r(1))],
)


def any_of_three(c, x, y):
    return np.where(c, x, y)


case(
    any_of_three,
    (r(3, 4) > 0, r(3, 4), r(3, 4)),
    other=[(r(2, 2) > 0, r(2, 2), r(2, 2))],
    guarded=[
        raises("c.shape == x.shape == y.shape", r(3, 4) > 0, r(1, 4), r(3, 4)),
        raises("c.shape == x.shape == y.shape", r(3, 4) > 0, r(3, 4), r(3, 1)),
    ],
)


def more_rows_later(x, s):
    return x * s


case(
    more_rows_later,
    (r(3, 4), r(1, 4)),
    other=[(r(2, 5), r(1, 5))],
    guarded=[raises("s.shape[0] was 1", r(3, 4), r(3, 4))],
)


def items_of_one_shape(xs):
    return np.sum(xs[0] * xs[1])


case(
    items_of_one_shape,
    ([r(3), r(3)],),
    other=[([r(2), r(2)],)],
    guarded=[raises("xs[0].shape == xs[1].shape", [r(3), r(1)])],
)


def a_bias_is_a_parameter(x, w, b):
    return np.tanh(x @ w + b)


case(a_bias_is_a_parameter, (r(3, 4), r(4, 5), r(5)), other=[(r(1, 2), r(2, 1), r(1))])


def one_row_filled_in(m, b):
    out = np.zeros_like(m)
    out[:] = b
    out[:, 0] = b[:, 0]
    return out * m


case(
    one_row_filled_in,
    (u(2, 3), u(1, 3)),
    other=[(u(4, 3), u(1, 3))],
    guarded=[raises("b.shape[0] was 1", u(2, 3), u(2, 3))],
)


def repeated_by_an_int(a, n):
    return np.broadcast_to(a, (n,)) * np.arange(n)


case(
    repeated_by_an_int,
    (u(1), 3),
    other=[(u(1), 5)],
    guarded=[raises("a.shape[0] was 1", u(3), 3)],
)


def centred_and_scaled(x, g):
    mu = x.mean(axis=1, keepdims=True)
    return (x - mu) * g


case(
    centred_and_scaled,
    (u(2, 3), u(2, 1)),
    other=[(u(4, 3), u(4, 1)), (u(1, 3), u(1, 1))],
    guarded=[raises("x.shape[0] == g.shape[0]", u(1, 3), u(2, 1))],
)


def times_as_many_as_asked(x, n):
    return x * np.ones(n)


case(
    times_as_many_as_asked,
    (r(3), 1),
    other=[(r(4), 1), (r(5), 5)],
    guarded=[raises("x.shape[0] != 1", r(1), 3)],
)


def both_times_as_many_as_asked(x, y, n):
    return x * y * np.arange(1, n + 1)


case(
    both_times_as_many_as_asked,
    (r(3), r(3), 1),
    other=[(r(4), r(4), 1), (r(5), r(5), 5)],
    guarded=[
        raises("x.shape[0] and y.shape[0] were", r(1), r(1), 3),
        raises("x.shape[0] and y.shape[0] were", r(1), r(3), 1),
    ],
)


def squares_of_none(x):
    return np.sum(x**2)


case(squares_of_none, (np.zeros((0, 3)),), other=[(r(2, 3),)])


def row_of_a_vector(x, y):
    x = np.atleast_2d(x)
    return (x * y).sum(axis=0)


case(
    row_of_a_vector,
    (r(4), r(4)),
    other=[(r(5), r(5)), (r(1), r(1))],
    guarded=[
        raises("needs a vector x and x.shape == y.shape", r(1), r(4)),
        raises("needs a vector x and x.shape == y.shape", r(2, 4), r(4)),
    ],
)


def row_that_is_reshaped(x, y):
    return np.asarray(x).reshape(1, -1) * y


case(
    row_that_is_reshaped,
    (r(4), r(4)),
    other=[(r(5), r(5))],
    guarded=[raises("x.shape == y.shape", r(1), r(4))],
)

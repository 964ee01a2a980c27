"""Forks on arrays, axes of size one, broadcasting."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(2), uniform(2)


def fork_three_ways(x):
    return x * x + np.sin(x) * x


case(fork_three_ways, (r(3),), other=[(r(2, 2),)])


def fork_through_add(x, y):
    q = x + y
    return q * x + y * q


case(fork_through_add, (r(3), r(3)))


def fork_added_to_itself(x):
    y = x + x
    z = y + y
    return z * x


case(fork_added_to_itself, (r(3),))


def doubled(x):
    return x + x


case(doubled, (r(3),), other=[(0.5,)])


def add_then_output(x, y):
    s = x + y
    t = s + x
    return t


case(add_then_output, (r(3), r(3)))


def residual_chain(x, w1, w2):
    h = x + np.tanh(x @ w1)
    h = h + np.tanh(h @ w2)
    return h


case(residual_chain, (r(2, 3), r(3, 3), r(3, 3)), other=[(r(4, 2), r(2, 2), r(2, 2))])


def subtract_itself(x):
    return x - x


case(subtract_itself, (r(3),))


def row_vector(x, b):
    return (x + b) * b


case(row_vector, (r(4, 3), r(3)), other=[(r(2, 5), r(5)), (r(1, 3), r(3))])


def column_vector(x, c):
    return x * c + c


case(column_vector, (r(4, 3), r(4, 1)), other=[(r(2, 5), r(2, 1))])


def outer_by_broadcasting(a, b):
    return np.tanh(a[:, None] * b[None, :])


case(outer_by_broadcasting, (r(3), r(4)), other=[(r(2), r(5)), (r(1), r(3))])


def scalar_times_array(s, x):
    return s * x + np.sin(s)


case(scalar_times_array, (0.7, r(2, 3)), other=[(1.2, r(4, 2))])


def array_over_scalar(x, s):
    return x / s - s


case(array_over_scalar, (r(3), 1.7), other=[(r(2), 0.6)])


def both_broadcast(a, b):
    return a * b + a


case(both_broadcast, (r(3, 1), r(1, 4)), other=[(r(2, 1), r(1, 2)), (r(5, 1), r(1, 3))])


def higher_rank_mix(x, g):
    return x * g[:, None, None]


case(higher_rank_mix, (r(2, 3, 2, 2), r(3)), other=[(r(3, 2, 4, 1), r(2))])


def bias_channels(x, b):
    return np.tanh(x + b.reshape(1, -1, 1, 1))


case(bias_channels, (r(2, 3, 2, 2), r(3)), other=[(r(1, 2, 3, 2), r(2))])


def size_one_batch(x, mu):
    return (x - mu) ** 2


case(size_one_batch, (r(1, 4), r(4)), other=[(r(1, 6), r(6)), (r(3, 4), r(4))])


def size_one_column(x, w):
    return (x @ w) * 2 + x


case(size_one_column, (r(3, 1), r(1, 1)), other=[(r(4, 3), r(3, 3))])


def keepdims_and_back(x):
    s = np.sum(x, axis=1, keepdims=True)
    return x / (1 + s**2)


case(keepdims_and_back, (r(3, 4),), other=[(r(5, 2),), (r(3, 1),)])


def square_ambiguous(x):
    D, N = x.shape
    return np.sum(x * x, axis=1) / N + np.mean(x, axis=0) * D


case(square_ambiguous, (r(4, 4),))


def mean_square_example(x):
    D, N = x.shape
    return np.mean(x * x, axis=1)


case(mean_square_example, (r(4, 4),), other=[(r(2, 5),), (r(5, 2),)])


def mean_rows_square(x):
    return np.mean(x**2, axis=0)


case(mean_rows_square, (r(3, 3),), other=[(r(2, 5),), (r(5, 2),)])


def fork_with_sum(x):
    s = np.sum(x)
    return x * s + s


case(fork_with_sum, (r(3),), other=[(r(5),)])


def minus_mean(x):
    c = x - np.mean(x, axis=0)
    return c * c


case(minus_mean, (r(4, 3),), other=[(r(2, 6),)])


def centered_both(x):
    c = x - np.mean(x, axis=0)
    c = c - np.mean(c, axis=1, keepdims=True)
    return np.sum(c**3)


case(centered_both, (r(4, 3),), other=[(r(2, 6),)])


def maximum_of_array_and_scalar(x, m):
    return np.maximum(x, m)


case(maximum_of_array_and_scalar, (r(4, 2), 0.1), other=[(r(3, 3), -0.2)])


def zero_d_mixed(x, s):
    return np.sum(x) * s + s * s


case(zero_d_mixed, (r(3), np.array(0.5)), other=[(r(2), np.array(-1.5))])


def where_broadcast(x, a, b):
    return np.where(x > 0, a, b) * x


case(where_broadcast, (r(3, 2), r(2), 0.5), other=[(r(2, 4), r(4), 1.5)])


def three_ranks(a, b, c):
    return a * b + b * c


case(three_ranks, (r(2, 3, 4), r(3, 1), r(4)), other=[(r(3, 2, 2), r(2, 1), r(2))])


def power_broadcast(x, p):
    return x**p


case(power_broadcast, (u(3, 2), u(2)), other=[(u(2, 4), u(4))])


def divide_broadcast(x, y):
    return x / y


case(divide_broadcast, (r(3, 2), u(3, 1)), other=[(r(2, 2), u(2, 1))])


def broadcast_to_explicit(b, x):
    return np.broadcast_to(b, x.shape) * x


case(broadcast_to_explicit, (r(3), r(2, 3)), other=[(r(2), r(4, 2))])


def ones_like_times(s, x):
    return s * np.ones_like(x) + x


case(ones_like_times, (0.5, r(2, 3)), other=[(0.2, r(3, 1))])


def common_subexpression(x, y):
    return np.exp(x) * y + np.exp(x) / (1 + np.exp(x))


case(common_subexpression, (r(3), r(3)))


def later_name_for_earlier_value(Y, W):
    v0 = np.tanh(Y) @ W
    v2 = np.tanh(Y)
    return v0 * v2


case(later_name_for_earlier_value, (r(3, 3), r(3, 3)), other=[(r(2, 2), r(2, 2))])


def standardized_along(x, w, axis=0, ddof=0):
    mean = x.mean(axis=axis, keepdims=True)
    std = x.std(axis=axis, ddof=ddof, keepdims=True)
    size = np.expand_dims(np.sum(x, axis=axis), axis)
    return (x - mean) / std * size + w * (mean * 2 + np.exp(std))


case(
    standardized_along,
    (r(4, 3), r(4, 3)),
    other=[(r(2, 3), r(2, 3), 1), (r(3, 4), r(3, 4), -1, 1), (r(3, 4), r(3, 4), -2)],
)


def log_sum_exp(x, axis=None, keepdims=False):
    largest = np.amax(x, axis=axis, keepdims=True)
    out = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=keepdims))
    if not keepdims:
        largest = np.squeeze(largest, axis=axis)
    return out + largest


case(log_sum_exp, (r(4, 3),), other=[(r(2, 3),)])

"""Indices and slices, in the many forms that Python has for it."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(134), uniform(135)


def split_by_size(x, w):
    k = w.shape[0]
    return x[:, :k] @ w + x[:, k:].sum(axis=1, keepdims=True)


case(split_by_size, (r(2, 4), r(2, 2)), other=[(r(3, 5), r(1, 3)), (r(1, 3), r(2, 4))])


def mean_of_sliced(x):
    return np.mean(x[1:], axis=0) + np.mean(x[:, 1:])


case(mean_of_sliced, (r(3, 3),), other=[(r(4, 2),), (r(2, 5),)])


def outer_ops(a, b):
    return np.outer(a, b) + np.add.outer(a, b) + a[:, None] - b


case(outer_ops, (r(3), r(4)), other=[(r(2), r(5))])


def concat_axis(a, b):
    return np.concatenate([a, b * 2, a[:, :1]], axis=1) ** 2


case(concat_axis, (r(2, 3), r(2, 2)), other=[(r(3, 1), r(3, 4))])


def cumprod_(x):
    return np.cumprod(x) + np.cumsum(x[::-1])[::-1]


case(cumprod_, (r(4),), other=[(r(6),)])


def three_ranks(a, b, c):
    return (a[:, None, None] * b[None, :, None] + c).sum(axis=1) * a[:, None]


case(three_ranks, (r(2), r(3), r(2, 3, 4)), other=[(r(3), r(2), r(3, 2, 5))])


def returns_view(x, w):
    h = x * w
    return h[1:], h[::-1]


case(returns_view, (r(4), r(4)), other=[(r(6), r(6))])


def topk(x, k):
    s = np.sort(x)[::-1]
    return s[:k].sum() / k


case(topk, (r(6), 2), other=[(r(5), 3)])


def complicated_index(x, i):
    return x[i, 1:, None] * x[-1, :-1] + x[..., 0][:, None][i]


case(complicated_index, (r(3, 4), 1), other=[(r(5, 3), 2)])


def parts_swapped(x):
    a = x[2:]
    b = x[:2]
    return np.concatenate([a, b])


case(parts_swapped, (r(5),), other=[(r(7),), (r(3),)])


def turned(x, k):
    return np.concatenate([x[k:], x[:k]])


case(turned, (r(5), 1), other=[(r(7), 1), (r(5), 3)])


def chosen_by_a_list(x, c):
    return np.choose([0, 1, 0], [x, x * c])


case(chosen_by_a_list, (u(3), 2.0))


def mirrored_triangle(A, upper=True):
    i, j = np.triu_indices(len(A), 1)
    k = np.triu_indices(len(A), 1) if upper else np.tril_indices(len(A), -1)
    B = np.zeros_like(A)
    B[i, j] = np.sin(A[i, j])
    B[j, i] = A[i, j] ** 2
    B.T[k] += A[k]
    return B


case(mirrored_triangle, (r(4, 4),), other=[(r(3, 3), False), (r(1, 1),)])


def where_positive(A):
    i, j = np.nonzero(A > 0)
    B = A * A
    B[i, j] = np.sin(A[i, j])
    return B


case(where_positive, (r(3, 4),), other=[(-np.abs(r(2, 2)),)])


def twice_in_a_tuple(A):
    B = 2 * A
    B[0, (1, 1)] = A[1, (2, 0)]
    return B * A[0, (1, 1)].sum()


case(twice_in_a_tuple, (r(3, 4),), other=[(r(2, 3),)])


def ends_joined(x, t):
    y = np.r_[x[0], x, x[-1]]
    z = np.concatenate(([t], y * y, [2 * t, 0.0]))
    return np.sin(z)


case(ends_joined, (r(4), 0.7), other=[(r(1), 0.2)])


def corners_as_a_row(x, abc):
    a, b, c = np.r_[abc]
    return np.max(np.fmin(np.r_[x], x * a)) * (c - b)


case(corners_as_a_row, (r(4), r(3)), other=[(r(5), r(3))])
case(corners_as_a_row, (r(4), r(3).tolist()), other=[(r(5), r(3).tolist())], name="a_list_as_a_row")

"""Masks, where, sorting, and indices made of indices."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(53), uniform(53)


def boolean_mask(x):
    return np.sum(x[x > 0] ** 2)


case(boolean_mask, (r(6),), other=[(r(8),)])


def boolean_mask_argument(x, mask):
    return x[mask] * 2


MASK = np.array([True, False, True])
case(boolean_mask_argument, (r(3), MASK), other=[(r(2), np.array([False, True]))])


def mask_of_rows(x, mask):
    return np.sum(x[mask], axis=0) ** 2


case(mask_of_rows, (r(3, 2), MASK), other=[(r(2, 4), np.array([False, True]))])


def mask_multiplied(x):
    mask = x > 0
    return x * mask + x**2 * ~mask


case(mask_multiplied, (r(6),))


def mask_as_float(x):
    mask = (x > 0).astype(float)
    return mask * x * x


case(mask_as_float, (r(6),))


def where_two(x, y):
    return np.where(x > y, x * y, y - x)


case(where_two, (r(5), r(5)), other=[(r(2, 2), r(2, 2))])


def where_scalar(x):
    return np.where(x > 0, x, 0.1 * x)


case(where_scalar, (r(5),), other=[(r(2, 3),)])


def where_indices(x):
    rows = np.where(x > 0)[0]
    return np.sum(x[rows] ** 3)


case(where_indices, (r(5),), other=[(r(7),)])


def argmax_index(x):
    best = np.argmax(x, axis=1)
    return x[np.arange(len(x)), best] ** 2


case(argmax_index, (r(3, 4),), other=[(r(2, 6),)])


def argsort_index(x):
    order = np.argsort(x)
    return x[order] * np.arange(x.size)


case(argsort_index, (r(5),), other=[(r(3),)])


def sorted_values(x):
    return np.sort(x)[::-1] * np.arange(x.size)


case(sorted_values, (r(5),), other=[(r(3),)])


def take(x, idx):
    return np.take(x, idx, axis=0) ** 2


case(take, (r(4, 2), np.array([0, 3, 3])), other=[(r(2, 3), np.array([1]))])


def take_along(x, idx):
    return np.take_along_axis(x, idx, axis=1) ** 2


case(take_along, (r(3, 4), np.array([[0], [3], [3]])), other=[(r(2, 2), np.array([[1], [0]]))])


def index_of_index(x):
    return x[1:][0] * x[1:][::-1][0]


case(index_of_index, (r(4, 3),), other=[(r(3, 2),)])


def same_element_twice(x):
    return x[0] * x[0] + x[0]


case(same_element_twice, (r(3),))


def elements_of_matrix(x):
    a, b = x[0]
    c, d = x[1]
    return a * d - b * c


case(elements_of_matrix, (r(2, 2),))


def unpacked_array(x):
    a, b, c = x
    return a * b * c + a


case(unpacked_array, (r(3),), name="unpacked_vector")
case(unpacked_array, (r(3, 2),), name="unpacked_rows", other=[(r(3, 4),)])


def negative_index(x, k):
    return x[-k] * x[k]


case(negative_index, (r(5), 1), other=[(r(5), 2)])


def slice_object(x, s):
    return x[s] ** 2


case(slice_object, (r(5), slice(1, 4)), other=[(r(6), slice(0, 6, 2))])


def windows_by_index(x, k):
    idx = np.arange(len(x) - k + 1)[:, None] + np.arange(k)
    return np.max(x[idx], axis=1)


case(windows_by_index, (r(6), 3), other=[(r(8), 2)])


def overlapping_sum(x):
    return x[:-1] + x[1:] * x[:-1]


case(overlapping_sum, (r(5),), other=[(r(3),)])


def repeated_in_two_axes(x, idx):
    return x[idx[:, None], idx] * 1.5


case(repeated_in_two_axes, (r(3, 3), np.array([0, 2, 2])))


def newaxis_in_middle(x):
    return x[:, None, :] - x[None]


case(newaxis_in_middle, (r(3, 2),), other=[(r(2, 4),)])


def empty_slice(x):
    return np.sum(x[:0]) + np.sum(x[3:] ** 2)


case(empty_slice, (r(5),), other=[(r(3),)])


def diagonal(x):
    return np.diag(x) * np.trace(x) + x.diagonal()


case(diagonal, (r(3, 3),), other=[(r(2, 2),)])


def triangles(x):
    return np.tril(x) @ np.triu(x, 1)


case(triangles, (r(3, 3),), other=[(r(2, 2),)])


def capped_at_zero(x, w):
    h = x @ w
    h[h < 0] = 0
    return h @ w.T


case(capped_at_zero, (r(2, 4), r(4, 3)), other=[(r(3, 2), r(2, 5))])


def capped_twice(x):
    h = x * 2.0
    h[h > 1] = 1.0
    h[h <= -1] = -1
    return np.sin(h) * h


case(capped_twice, (r(6),), other=[(r(2, 3)[0],)])


def capped_and_changed(x):
    x = x.copy()
    x[x < 0] = 0
    x *= 3.0
    x[x >= 2.0] = 2.0
    x += 1.0
    return x**2


case(capped_and_changed, (r(6),), other=[(r(3),)])


def capped_in_a_loop(x, n):
    for _ in range(n):
        x = x * 2 - 0.3
        x[x < 0] = 0.0
    return x


case(capped_in_a_loop, (r(4), 2), other=[(r(3), 3), (r(2), 0)])


def another_number_than_the_limit(x):
    h = x * 2.0
    h[h < 0] = 1
    return h**2


case(another_number_than_the_limit, (r(4),), other=[(r(3),)])


def capped_by_another(x, y):
    h = x * 2.0
    h[y < 0] = 0
    return h**2


case(capped_by_another, (r(4), r(4)), wrt=("x",), other=[(r(3), r(3))])

"""Items that change places, and items that get a new value made of the old one."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(613)


def pivoting(A, b):
    A = A.copy()
    sign = 1.0
    for k in range(len(b) - 1):
        p = k + np.argmax(np.abs(A[k:, k]))
        A[[k, p]] = A[[p, k]]
        b[[k, p]] = b[[p, k]]
        if p != k:
            sign = -sign
        for i in range(k + 1, len(b)):
            f = A[i, k] / A[k, k]
            A[i] = A[i] - f * A[k]
            b[i] = b[i] - f * b[k]
    return sign * np.prod(np.diag(A)), b


case(pivoting, (r(4, 4), r(4)), other=[(r(3, 3), r(3)), (r(2, 2), r(2))])


def rows_and_columns(A, i, j):
    A = A * 2
    A[:, [i, j]] = A[:, [j, i]]
    A[[i, j], 1:] = A[[j, i], 1:]
    return A[0] * A[:, 1] ** 2


case(rows_and_columns, (r(4, 4), 1, 1), other=[(r(3, 3), 0, 2)])


def pairs_that_look_alike(A, B, i, j):
    A = A * 2
    A[[i, j], [0, 1]] = A[[j, i], [0, 1]]
    A[[i, j], [0, 1]] = A[[j, i], [1, 0]]
    A[[0, 1]] = B[[1, 0]]
    return A**2


case(pairs_that_look_alike, (r(4, 4), r(4, 4), 1, 2), other=[(r(3, 3), r(3, 3), 0, 2)])


def items_of_items(x, y, i, k):
    x[i] = x[i] + y[k] - x[k] * x[i]
    x[k] = x[k] - y[0] * x[i]
    x[1:] = x[1:] + x[:-1]
    return np.sin(x)


case(items_of_items, (r(4), r(4), 1, 2), other=[(r(3), r(3), 1, 1), (r(3), r(3), 2, 0)])


def edges(u):
    v = u * 2
    v[0] = v[1]
    v[-1] = v[-2]
    v[:, 0] = np.sin(v[:, 1]) * v[:, 2]
    v[:, -1] = v[:, -2] * v[0, 0]
    return v**2


case(edges, (r(4, 4),), other=[(r(3, 5),), (r(2, 3),)])


def axes_left_out(x):
    y = x * 2
    y[..., 1] = y[..., 0, 1] * 3
    return np.sin(y)


case(axes_left_out, (r(3, 3, 3),), other=[(r(4, 4, 4),)])


def second_name_and_items(a, c):
    """The items are written before the second name is bound: it shows what they hold then."""
    a = a * 1.0
    a[:], c = c, a
    return np.sum(c * a * a)


case(second_name_and_items, (r(3), r(3)), other=[(r(5), r(5))])

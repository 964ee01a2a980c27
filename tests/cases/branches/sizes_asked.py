"""Sides that only other sizes take: the example cannot be led there by force, a call of those sizes shows them."""

import numpy as np

from tests.cases import case, normal

r = normal(731)


def one_item(x):
    if x.size == 1:
        return x.item() ** 2
    return np.sum(np.sin(x))


case(one_item, (r(4),), other=[(r(1),), (r(2),)])


def by_its_length(x):
    if len(x) == 3:
        a, b, c = x
        return a * b - c
    elif len(x) == 2:
        a, b = x
        return a * b
    return np.sum(np.sin(x))


case(by_its_length, (r(4),), other=[(r(3),), (r(2),), (r(1),)])


def volume(A):
    if A.shape[0] == A.shape[1]:
        return np.linalg.det(A)
    return np.sqrt(np.linalg.det(A.T @ A + np.eye(A.shape[1])))


case(volume, (r(4, 3),), other=[(r(3, 3),), (r(1, 3),), (r(4, 4),)])


def by_word_and_length(x, mode):
    if mode == "three":
        a, b, c = x
        return a * np.sin(b) + c
    return x.sum() ** 2


case(by_word_and_length, (r(4), "all"), other=[(r(3), "three"), (r(3), "all")])


def rows_or_columns(x):
    n, d = x.shape
    if n == 1:
        (v,) = x
        return v * 2
    if d == 1:
        return x.reshape(n) ** 2
    return x.sum(axis=0)


case(rows_or_columns, (r(2, 3),), other=[(r(1, 3),), (r(2, 1),)])


def wrapped_by_half_a_kernel(x, kernel, mode):
    k = len(kernel) // 2
    if mode == "wrap":
        padded = np.concatenate([x[-k:], x, x[:k]]) if k else x
    else:
        padded = np.zeros(len(x) + 2 * k)
        padded[k : k + len(x)] = x
    return np.array([padded[i : i + len(kernel)] @ kernel for i in range(len(x))])


case(
    wrapped_by_half_a_kernel,
    (r(8), r(3), "zero"),
    other=[(r(5), r(5), "zero"), (r(9), r(1), "wrap"), (r(9), r(5), "wrap"), (r(4), r(1), "zero")],
)


def determinant(A):
    n = len(A)
    if n == 1:
        return A[0, 0]
    if n == 2:
        (a, b), (c, d) = A
        return a * d - b * c
    out = 0.0
    for j in range(n):
        out += (-1) ** j * A[0, j] * np.linalg.det(np.delete(A[1:], j, axis=1))
    return out


case(determinant, (r(4, 4),), other=[(r(1, 1),), (r(2, 2),), (r(3, 3),)])


def few_or_many(x, w):
    if len(x) < 3:
        a = x[:2] * w
        return a.sum() + a.max()
    a, b, *rest = x
    return a * b * np.sum(x * w)


case(few_or_many, (r(5), r(5)), other=[(r(2), r(2)), (r(1), r(1)), (r(4), r(4))])

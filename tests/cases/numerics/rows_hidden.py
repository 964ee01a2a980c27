"""Products of rows that are divided by zero, or are logarithms of it, where a mask of the product hides all that is made
of such a row: zero times nan is nan in a product as well.
"""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(153)

ROWS = np.array([[1.0, 2.0], [3.0, 4.0], [0.5, 0.1]])
ZERO = np.array([[1.0, 2.0], [0.0, 0.0], [0.5, 0.1]])
ALL = np.ones((3, 3), dtype=bool)
FEW = np.outer([True, False, True], [True, False, True])
YES, SOME = np.array([True, True, True]), np.array([True, False, True])


def cosines(U, x):
    n = np.sqrt(np.sum(U**2, axis=1, keepdims=True))
    V = U / n
    m = np.outer(n > 0, n > 0)
    return np.where(m, V @ V.T, 0) * x


case(cosines, (ROWS, r(3, 3)), other=[(ZERO, r(3, 3)), (ROWS[:2], r(2, 2))])


def cosines_by_a_mask(U, m):
    V = U / np.linalg.norm(U, axis=1, keepdims=True)
    return np.where(m, V @ V.T, 0.0)


case(cosines_by_a_mask, (ROWS, ALL), other=[(ZERO, FEW), (ROWS, FEW)])


def shares_written_over(U, m):
    V = U / np.sum(U, axis=1, keepdims=True)
    S = V @ V.T
    S[~m] = 0.0
    return S


case(shares_written_over, (ROWS, ALL), other=[(ZERO, FEW)])


def of_logarithms(U, m):
    L = np.log(U)
    S = L @ L.T
    return S[m]


case(of_logarithms, (ROWS, ALL), other=[(ZERO, FEW)])


def layer_of_unit_rows(U, W, ok):
    V = U / np.sqrt((U**2).sum(axis=1))[:, None]
    h = np.tanh(np.einsum("ij,jk->ik", V, W))
    return np.sum(h * h, where=ok[:, None])


case(layer_of_unit_rows, (ROWS, r(2, 2), YES), other=[(ZERO, r(2, 3), SOME)])


def outer_product(U, m):
    n = np.sum(U, axis=1)
    return np.where(m, np.outer(1 / n, 1 / n), 0.0)


case(outer_product, (ROWS, ALL), other=[(ZERO, FEW)])


def read_where_the_mask_is_true(U, m):
    V = U / np.linalg.norm(U, axis=1, keepdims=True)
    S = V @ V.T
    total = 0.0
    for i in range(len(U)):
        for j in range(len(U)):
            if m[i, j]:
                total += S[i, j]
    return total


case(read_where_the_mask_is_true, (ROWS, ALL), other=[(ZERO, FEW)])


def entropies(A, ok):
    B = A / A.sum(axis=1)[:, None]
    H = -(B * np.log(B)).sum(axis=1)
    return H[ok].mean()


def means_of_logarithms(A, ok):
    return np.sum(np.exp(np.log(A).mean(axis=1)), where=ok)


def largest_shares(A, ok):
    return np.where(ok, np.max(A / A.sum(axis=1)[:, None], axis=1), 0.0)


def running_shares(A, ok):
    c = np.cumsum(A / A.max(axis=1, keepdims=True), axis=1)[:, 0]
    return np.where(ok, c, 0.0)


def lengths_of_roots(A, ok):
    q = np.linalg.norm(A / np.sqrt(A.sum(axis=1))[:, None], axis=1)
    return np.where(ok, q, 0.0)


for function in (
    entropies,
    means_of_logarithms,
    largest_shares,
    running_shares,
    lengths_of_roots,
):
    case(function, (ROWS, YES), other=[(ZERO, SOME), (ROWS, SOME)])

"""Arrays that only a view has a name for, and that change in a branch."""

import numpy as np

from tests.cases import case, normal

r = normal(1011)


def first_row_turned(A):
    L = np.exp(A).T
    if A[0, 0] < 9:
        L[0] *= -1
    return A * L


case(first_row_turned, (r(3, 3),), other=[(r(4, 4),), (r(3, 3) + 20,)])


def all_turned(A):
    L = np.exp(A)[::-1]
    if A[0, 0] < 9:
        L *= -1
    return A * L


case(all_turned, (r(3, 2),), other=[(r(4, 3),), (r(3, 3) + 20,)])


def in_a_loop(A, n):
    L = np.tanh(A)[::-1]
    for k in range(n):
        L[k] = -L[k] * A[0]
    return A * L


case(in_a_loop, (r(3, 2), 2), other=[(r(4, 3), 0), (r(4, 3), 3)])

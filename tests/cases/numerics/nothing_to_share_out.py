"""Softmaxes and logarithms of sums of exponentials that are nan where all exponents are minus infinity: a mask, or a side
of a branch, leaves them out there.
"""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(154)

NONE, HALF = np.array([-np.inf, -np.inf]), np.array([-np.inf, 0.7])
YES, SOME = np.array([True, True, True]), np.array([True, False, True])
ROWS = r(3, 2)
EMPTY = np.array([[1.0, 2.0], [-np.inf, -np.inf], [0.5, -np.inf]])


def logsumexp_behind_a_flag(a, on):
    m = np.max(a)
    s = m + np.log(np.sum(np.exp(a - m)))
    return s if on else np.sum(a[np.isfinite(a)])


case(logsumexp_behind_a_flag, (r(2), True), other=[(NONE, False), (HALF, True), (HALF, False)])


def logsumexp_where_it_is_finite(a, b):
    m = np.max(a)
    s = m + np.log(np.sum(np.exp(a - m)))
    out = b * 2
    if np.isfinite(m):
        out = out + s
    return out


case(logsumexp_where_it_is_finite, (r(2), 3.0), other=[(NONE, 2.0), (HALF, 1.0)])


def softmax_behind_a_flag(a, on):
    e = np.exp(a - a.max())
    p = e / np.sum(e)
    return np.sum(p**2) if on else np.sum(np.exp(a))


def plain_behind_a_flag(a, on):
    s = np.log(np.sum(np.exp(a)))
    return s if on else np.sum(np.exp(a))


def two_behind_a_flag(a, on):
    s = np.logaddexp(a[0], a[1])
    return s if on else np.sum(np.exp(a))


for function in (softmax_behind_a_flag, plain_behind_a_flag, two_behind_a_flag):
    case(function, (r(2), True), other=[(NONE, False), (HALF, True), (HALF, False)])


def logsumexp_of_some_rows(A, on):
    m = A.max(axis=1, keepdims=True)
    s = m[:, 0] + np.log(np.exp(A - m).sum(axis=1))
    return s[on]


def softmax_of_some_rows(A, on):
    P = np.exp(A - A.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    return np.where(on[:, None], P, 0.0)


for function in (logsumexp_of_some_rows, softmax_of_some_rows):
    case(function, (ROWS, YES), other=[(EMPTY, SOME), (ROWS, SOME)])

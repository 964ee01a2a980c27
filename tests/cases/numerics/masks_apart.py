"""Masks that stand apart: an argument of its own says what counts, and where it says no, a root, a quotient or a
logarithm may be infinite, or nan, or one number for a whole row of what is masked.
"""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(152)

YES = np.array([True, True, True])
SOME = np.array([False, True, True])
POSITIVE, AT_ZERO = np.array([0.4, 1.2, 0.7]), np.array([0.0, 1.2, 0.7])


def mean_direction(x, m, lengths):
    s = np.sum(x * m[:, :, None], axis=1)
    n = np.sqrt(np.sum(s**2, axis=1))
    has = lengths > 0
    return np.where(has[:, None], s / n[:, None], 0.0)


case(
    mean_direction,
    (r(2, 3, 2), np.ones((2, 3)), np.array([3, 3])),
    other=[(r(2, 3, 2), np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([2, 0]))],
    wrt=("x",),
)


def standardized(x, v, has):
    s = np.sqrt(v)
    y = x / s
    return np.where(has, y, 0.0)


case(standardized, (r(4, 3), POSITIVE, YES), other=[(r(2, 3), AT_ZERO, SOME)])


def standardized_by_count(x, m):
    n = m.sum(1)
    mu = (x * m).sum(1) / n
    sd = np.sqrt((((x - mu[:, None]) * m) ** 2).sum(1) / n)
    z = (x - mu[:, None]) / sd[:, None]
    return np.where(n[:, None] > 1, z, 0.0) * x


case(
    standardized_by_count,
    (r(2, 3), np.ones((2, 3))),
    other=[(r(2, 3), np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 0.0]]))],
    wrt=("x",),
)


def columns_that_count(x, ok):
    u = x.T / np.sqrt(np.sum(x**2, axis=-1))
    u = u * 2
    return u[:, ok]


case(columns_that_count, (r(3, 2), YES), other=[(r(3, 2) * SOME[:, None], SOME)])


def weighted_by_inverse(d, k, ok):
    w = 1 / d
    return np.where(ok, k * w, 0.0)


case(weighted_by_inverse, (POSITIVE, r(2, 3), YES), other=[(AT_ZERO, r(4, 3), SOME)])


def weighted_by_logarithm(d, k, ok):
    w = np.log(d)
    return np.where(ok, k * w, 0.0)


case(weighted_by_logarithm, (POSITIVE, r(2, 3), YES), other=[(AT_ZERO, r(4, 3), SOME)])


def power_struck_out(d, k, ok):
    out = k - d**-1.5
    out[:, ~ok] = 0
    return out


case(power_struck_out, (POSITIVE, r(2, 3), YES), other=[(AT_ZERO, r(4, 3), SOME)])


def area_where(d, k, ok):
    a = np.arctanh(d)
    return np.sum(k * a, axis=0, where=ok)


case(area_where, (POSITIVE / 2, r(2, 3), YES), other=[(1.0 - AT_ZERO / 2, r(4, 3), SOME)])


def cross_entropy_of_labels(t, q, k):
    y = k * np.log(q)
    return -np.sum(np.where(t > 0, y, 0.0))


case(
    cross_entropy_of_labels,
    (np.ones(3), POSITIVE, r(3)),
    other=[(np.array([0.0, 1.0, 2.0]), AT_ZERO, r(3))],
    wrt=("q", "k"),
)


def struck_out(t, q, k):
    y = k / np.sqrt(q)
    z = y * k
    z[t] = 0
    return z


case(
    struck_out, (~YES, POSITIVE, r(3)), other=[(~SOME, AT_ZERO, r(3)), (~SOME, AT_ZERO - 0.1, r(3))]
)


def rapidities(t, q, k):
    z = (np.arccosh(q) * k)[t]
    return z**2


case(
    rapidities, (YES, POSITIVE + 1, r(3)), other=[(SOME, AT_ZERO + 1, r(3)), (SOME, AT_ZERO, r(3))]
)


def powers_that_count(t, q, k):
    return np.sum(k**q, where=t)


case(powers_that_count, (YES, POSITIVE, POSITIVE), other=[(SOME, AT_ZERO - 0.5, AT_ZERO)])


def roots_of_columns(x, a):
    """A column of nan counts for nothing, nor does the number that made it."""
    return np.nansum(x * np.sqrt(a))


case(roots_of_columns, (r(3, 3), POSITIVE), other=[(r(2, 3), AT_ZERO - 0.1)])


def root_of_a_scale(x, s):
    y = np.sqrt(s) * x
    return np.where(np.isnan(y), 0.0, y)


case(root_of_a_scale, (r(3), 0.4), other=[(r(2), -0.4)])


def logarithms_of_rows(x, w, u):
    return np.nansum(np.log(x) @ w @ u)


case(logarithms_of_rows, (abs(r(3, 3)), r(3, 2), r(2)), other=[(r(3, 3), r(3, 2), r(2))])


def rectified_by_fmax(x, w, b):
    h = np.fmax(0, x.dot(w) + b)
    return h @ h.T


case(
    rectified_by_fmax,
    (r(4, 3), r(3, 2), r(2)),
    other=[(r(1, 3), r(3, 1), r(1)), (r(2, 3), r(3, 2), np.array([np.nan, 0.3]))],
)

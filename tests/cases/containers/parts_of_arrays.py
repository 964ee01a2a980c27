"""Arrays without a name whose items get names: the columns of a matrix, the entries of a product."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(617)


def columns(points, c):
    x, _, z = (points - c).T
    return np.sum(x * z**2)


case(columns, (r(4, 3), r(3)), other=[(r(5, 3), r(3))])


def turned(M, p, n):
    for _ in range(n):
        x, y = M @ p
        p = np.array([y, x * y])
    return p


case(turned, (r(2, 2), r(2), 2), other=[(r(2, 2), r(2), 0), (r(2, 2), r(2), 3)])


def changed_afterwards(points):
    x, y, z = (points * 2).T
    x += z
    y[0] = x[1]
    u, v, w = points.T
    points = points * v[0]
    return np.sum(x * y * z) + points @ np.array([1.0, 2.0, 3.0]) @ u + w[0]


case(changed_afterwards, (r(4, 3),), other=[(r(5, 3),)])


def last_vector(M):
    w, V = np.linalg.eigh(M @ M.T)
    _, _, v = V.T
    return v**2 @ w


case(last_vector, (r(3, 3),), other=[(r(3, 3),)])


def of_a_split(z):
    a, _, c = np.split(z, 3)
    _, b = np.split(z * 2, 2)
    return a * np.tanh(c) + b[: len(a)]


case(of_a_split, (r(6),), other=[(r(12),)])


def in_single_precision(points):
    x, y = points.mean(axis=0)
    return 2.5 * x * y**2


case(
    in_single_precision,
    (r(4, 2).astype(np.float32),),
    other=[(r(3, 2).astype(np.float32),)],
)

"""Eigenvalues and singular values that stand several times: a gradient is right there, or nan, never made up."""

import numpy as np

from tests.cases import case, normal

r = normal(2424)
W = np.arange(9.0).reshape(3, 3)
NAN = np.full((3, 3), np.nan)
TWO = np.diag([1.0, 2.0, 2.0])
TURN = np.linalg.qr(r(3, 3))[0]
NEARLY = TURN @ TWO @ TURN.T  # equal up to rounding


def exponential_of_a_matrix(a):
    w, v = np.linalg.eigh(a + a.T)
    return (v * np.exp(w)) @ v.T


case(
    exponential_of_a_matrix,
    (r(3, 3),),
    other=[(r(2, 2),)],
    exact=[((a,), {"a": NAN}) for a in (np.eye(3), np.zeros((3, 3)), TWO, NEARLY)],
)


def matrix_itself(a):
    w, v = np.linalg.eigh(a + a.T)
    return v * w @ v.T


case(matrix_itself, (r(3, 3),), exact=[((np.zeros((3, 3)),), {"a": NAN})])


def projector_on_equal_ones(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return v[:, 1:] @ v[:, 1:].T


case(projector_on_equal_ones, (r(3, 3),), other=[(r(3, 3),), (TWO,), (NEARLY,)])


def one_of_equal_ones(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return v[:, 0] @ np.array([1.0, 2.0, -0.5])


case(one_of_equal_ones, (r(3, 3),), exact=[((np.eye(3),), {"a": NAN})])


def lowest_beside_equal_ones(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return w[0] * v[:, :1] @ v[:, :1].T


case(lowest_beside_equal_ones, (r(3, 3),), other=[(TWO,), (NEARLY,)])


def sum_of_squared_values(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return np.sum(w**2)


case(sum_of_squared_values, (r(3, 3),), other=[(np.eye(3),), (TWO,), (np.zeros((2, 2)),)])


def nearest_rotation(a):
    u, s, vt = np.linalg.svd(a)
    return W * (u @ vt)


case(
    nearest_rotation,
    (r(3, 3),),
    other=[(TWO,), (TURN,)],
    exact=[((np.eye(3),), {"a": (W - W.T) / 2})],
)


def nearest_frame(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return u @ vt


case(nearest_frame, (r(3, 2),), other=[(np.eye(3)[:, :2],), (np.eye(4)[:2],), (r(2, 4),)])


def bent_singular_values(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return (u * np.tanh(s)) @ vt


case(
    bent_singular_values,
    (r(3, 2),),
    other=[(r(3, 3),), (r(2, 4),)],
    exact=[
        ((np.eye(3),), {"a": NAN}),
        ((np.zeros((3, 3)),), {"a": NAN}),
        ((np.outer([1.0, 2.0, 2.0], [3.0, 4.0]),), {"a": NAN[:, :2]}),
    ],
)


def sum_of_singular_values(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return np.sum(s)


case(sum_of_singular_values, (r(3, 2),), other=[(np.eye(3)[:, :2],), (2 * np.eye(3),)])


def rotation_between(p, q):
    """Of three points, the smallest singular value is 0 but for rounding."""
    u, s, vt = np.linalg.svd((q - np.mean(q, axis=0)).T @ (p - np.mean(p, axis=0)))
    turn = u @ vt
    if np.linalg.det(turn) < 0:
        turn = turn - 2.0 * np.outer(u[:, 2], vt[2])
    return turn


case(rotation_between, (r(5, 3), r(5, 3)), other=[(r(3, 3), r(3, 3)), (r(4, 3), r(4, 3))])

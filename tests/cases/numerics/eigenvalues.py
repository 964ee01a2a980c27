"""Eigenvalues of matrices that are not symmetric, real or refused; singular vectors without a value."""

import numpy as np

from tests.cases import case, raises

NEAR = np.array([[2.0, 0.3, 0.1], [0.5, 1.5, 0.2], [0.1, 0.4, 0.7]])
SYMMETRIC = np.array([[2.0, 0.3, 0.1], [0.3, 1.5, 0.2], [0.1, 0.2, 0.7]])
TURNING = np.array([[2.0, 3.0], [-3.0, 1.5]])
REAL = np.linalg.eigvals(np.eye(2)).dtype.kind == "f"
"""Whether NumPy gives real eigenvalues where they are real: since 2.5 they are always complex, which is refused."""
MIRROR = np.eye(3) - 2 * np.outer([0.6, 0.0, 0.8], [0.6, 0.0, 0.8])


def real_case(function, example, **more):
    """A case that is right where NumPy gives real values, and refused elsewhere."""
    case(function, example, **(more if REAL else {"refused": "complex number"}))


def principal_axis(M):
    w, v = np.linalg.eig(M)
    return v[:, np.argmax(w)]


real_case(
    principal_axis,
    (NEAR,),
    other=[(SYMMETRIC,), (NEAR[:2, :2],)],
    guarded=[raises("np.linalg.eig(M) was real", TURNING)],
)


def values_and_vectors_in_order(M):
    w, v = np.linalg.eig(M)
    order = np.argsort(np.real(w))
    return w[order], np.real(v[:, order])


real_case(
    values_and_vectors_in_order,
    (SYMMETRIC,),
    other=[(NEAR,)],
    guarded=[raises("np.linalg.eig(M) was real", TURNING)],
)


def spectral_radius(A):
    return np.max(np.abs(np.linalg.eigvals(A)))


real_case(
    spectral_radius,
    (NEAR,),
    other=[(SYMMETRIC,)],
    guarded=[raises("np.linalg.eigvals(A) was real", TURNING)],
)


def radius_of_a_sum(A):
    return spectral_radius(A @ A.T + A) + spectral_radius(A)


real_case(radius_of_a_sum, (NEAR,), guarded=[raises("was real", TURNING)])


def normal_of_a_mirror(M):
    w, v = np.linalg.eig(M)
    return v[:, np.argmin(w)]


real_case(normal_of_a_mirror, (MIRROR,), other=[(NEAR,)])


def normal_of_a_symmetric_mirror(M):
    w, v = np.linalg.eigh(M)
    return v[:, np.argmin(w)]


case(normal_of_a_symmetric_mirror, (MIRROR,), other=[(NEAR,)])


def stationary_distribution(P):
    w, v = np.linalg.eig(P.T)
    pi = v[:, np.argmin(np.abs(w - 1))]
    return pi / pi.sum()


real_case(
    stationary_distribution,
    (np.array([[0.9, 0.1], [0.4, 0.6]]),),
    other=[(np.array([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.1, 0.2, 0.7]]),)],
)


def powers_of_a_sum(M, n):
    s = 0.0
    for _ in range(n):
        M = M + 0.1 * M.T
        s += np.sum(np.linalg.eigvals(M) ** 2)
    return s


real_case(powers_of_a_sum, (NEAR, 3), guarded=[raises("was real", TURNING, 2)])


def axis_of_a_rotation(M):
    w, v = np.linalg.eig(M)
    return np.real(v[:, np.argmax(np.real(w))])


case(
    axis_of_a_rotation, (np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]),), refused="complex numbers"
)


def last_of_the_right_vectors(A):
    h = np.linalg.svd(A)[2][-1]
    return h / h[0]


case(
    last_of_the_right_vectors,
    (np.array([[1.0, 0.4, -0.3], [0.2, 2.0, 0.5]]),),
    other=[(np.array([[0.5, 0.4, -0.3, 1.0], [0.2, 1.0, 0.5, 0.0], [0.2, -1.0, 0.5, 0.3]]),)],
)


def principal_components(X):
    _, _, components = np.linalg.svd(X - np.mean(X, axis=0))
    return components


case(principal_components, (np.vstack([NEAR, SYMMETRIC]),), other=[(np.vstack([NEAR, NEAR**2]),)])


def projector_on_what_is_left(A):
    u, _, _ = np.linalg.svd(A)
    left = u[:, 2:]
    return left @ left.T


case(projector_on_what_is_left, (np.vstack([NEAR, SYMMETRIC])[:, :2],), other=[(NEAR[:, :2],)])


def one_of_many_vectors_that_are_left(A):
    u, _, _ = np.linalg.svd(A)
    return u[:, -1]


case(one_of_many_vectors_that_are_left, (NEAR[:, :2],), other=[(NEAR.T[:, :2],)])

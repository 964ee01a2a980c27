"""Linear systems, norms, decompositions, distances."""

import numpy as np
import scipy.linalg
import scipy.signal
import scipy.spatial

from tests.cases import case, normal, uniform

r, u = normal(58), uniform(58)


def spd(n):
    a = r(n, n)
    return a @ a.T + n * np.eye(n)


def solve(a, b):
    return np.linalg.solve(a, b)


case(solve, (spd(3), r(3)), other=[(spd(2), r(2))], name="solve_vector")
case(solve, (spd(3), r(3, 2)), other=[(spd(2), r(2, 3))], name="solve_matrix")


def inverse(a, x):
    return np.linalg.inv(a) @ x


case(inverse, (spd(3), r(3)), other=[(spd(2), r(2))])


def determinant(a):
    return np.linalg.det(a)


case(determinant, (spd(3),), other=[(spd(2),)])


def log_determinant(a):
    sign, logdet = np.linalg.slogdet(a)
    return logdet * sign


case(log_determinant, (spd(3),), other=[(spd(2),)])


def cholesky(a):
    return np.linalg.cholesky(a + a.T)


case(cholesky, (spd(3),), other=[(spd(2),)])


def norms(x):
    return np.linalg.norm(x) + np.linalg.norm(x, axis=1).sum()


case(norms, (r(3, 2),), other=[(r(2, 4),)])


def norm_kinds(x):
    return np.linalg.norm(x, 1) + np.linalg.norm(x, ord=2) * np.linalg.norm(x, np.inf)


case(norm_kinds, (r(3),), other=[(r(5),)])


def unit_vector(x):
    return x / np.linalg.norm(x)


case(unit_vector, (r(3),), other=[(r(5),)])


def unit_rows(x):
    return x / np.linalg.norm(x, axis=1, keepdims=True)


case(unit_rows, (r(2, 3),), other=[(r(4, 2),)])


def eigenvalues(a):
    return np.linalg.eigvalsh(a + a.T)


case(eigenvalues, (r(3, 3),))


def svd_values(a):
    return np.sum(np.linalg.svd(a, compute_uv=False))


case(svd_values, (r(3, 2),))


def least_squares(x, y):
    return np.linalg.solve(x.T @ x, x.T @ y)


case(least_squares, (r(5, 2), r(5)), other=[(r(6, 3), r(6))])


def ridge_loss(x, y, w, lam):
    residual = x @ w - y
    return 0.5 * np.sum(residual**2) + 0.5 * lam * (w @ w)


case(ridge_loss, (r(5, 2), r(5), r(2), 0.1), other=[(r(3, 3), r(3), r(3), 0.7)])


def kronecker(a, b):
    return np.kron(a, b)


case(kronecker, (r(2, 2), r(2, 3)))


def cross_product(a, b):
    return np.cross(a, b)


case(cross_product, (r(3), r(3)))


def rotation(theta, x):
    c, s = np.cos(theta), np.sin(theta)
    R = np.array([[c, -s], [s, c]])
    return R @ x


case(rotation, (0.7, r(2)), other=[(-1.2, r(2))])


def matrix_power_by_hand(a, x):
    return a @ (a @ (a @ x))


case(matrix_power_by_hand, (r(3, 3), r(3)), other=[(r(2, 2), r(2))])


def mahalanobis(x, mu, cov):
    d = x - mu
    return np.sqrt(d @ np.linalg.solve(cov, d))


case(mahalanobis, (r(3), r(3), spd(3)), other=[(r(2), r(2), spd(2))])


def identity_plus(a, s):
    return np.linalg.solve(a + s * np.eye(a.shape[0]), np.ones(a.shape[0]))


case(identity_plus, (spd(3), 0.5), other=[(spd(2), 1.5)])


def transposes(x):
    return np.transpose(x) @ x + x.T.dot(x) + np.transpose(x.T).transpose() @ x


case(transposes, (r(2, 3),), other=[(r(4, 2),)])


def spectra_of_a_stack(x):
    values, vectors = np.linalg.eigh(x)
    sign, size = np.linalg.slogdet(x)
    return np.log(values) * vectors[..., 0, :] ** 2 + (sign * size)[:, None]


case(spectra_of_a_stack, (np.stack([spd(3), spd(3)]),), other=[(np.stack([spd(2)] * 3),)])


def upper_half(x):
    values, vectors = np.linalg.eigh(x, UPLO="U")
    return (vectors * values**2) @ vectors.T + np.linalg.eigvalsh(x, UPLO="U")


case(upper_half, (spd(3),), other=[(spd(2),)])


def singular_values_of_a_stack(x):
    return np.linalg.svd(x, compute_uv=False) + np.sum(np.linalg.pinv(x))


case(singular_values_of_a_stack, (r(2, 4, 3),), other=[(r(3, 2, 3),)])


def root_where_it_is_real(x):
    return scipy.linalg.sqrtm(x)


case(root_where_it_is_real, (spd(3),), other=[(spd(2),)])


def blocks_and_diagonals(x, c):
    return np.sin(scipy.linalg.block_diag(x, scipy.linalg.toeplitz(c), scipy.linalg.toeplitz(c, c)))


case(blocks_and_diagonals, (r(2, 3), r(3)), other=[(r(1, 2), r(4))])


def two_blocks(x, c):
    return np.sin(
        scipy.linalg.block_diag(x, scipy.linalg.toeplitz(c) @ scipy.linalg.toeplitz(c, c))
    )


case(two_blocks, (r(2, 3), r(3)), other=[(r(1, 2), r(4))])


def filtered(b, a, x):
    return scipy.signal.lfilter(b, a, x)


case(
    filtered,
    (r(3), np.array([1.0, -0.3]), r(6)),
    other=[(r(2), np.array([2.0, 0.2, 0.1]), r(4)), (r(4), np.array([1.0]), r(2))],
)


def edges(image, kernel):
    same = scipy.signal.convolve2d(image, kernel, mode="same")
    turned = scipy.signal.correlate2d(image, kernel, mode="same")
    return same * turned, scipy.signal.fftconvolve(image, kernel, mode="valid")


case(edges, (r(5, 4), r(3, 2)), other=[(r(6, 6), r(2, 4)), (r(3, 3), r(6, 6))])


def between_points(x, points, values):
    return np.interp(x, points, values) + np.interp(x, points, values, left=0.0, right=1.0)


case(
    between_points,
    (u(3) * 2, np.array([0.0, 1.0, 2.0]), r(3)),
    other=[(np.array([-1.0, 0.3, 5.0, 2.5]), np.array([0.0, 1.0, 2.0, 4.0]), r(4))],
)


def squared_between_points(x, points, values):
    return np.sum(np.interp(x, points, values) ** 2)


# the points of a table increase: np.interp says nothing of others
case(
    squared_between_points,
    (np.array([1.97, 2.05, 2.46]), np.arange(4.0), np.array([-1.08, 0.03, -0.05, 1.41])),
    other=[(np.array([0.3, 5.0]), np.array([0.0, 1.0, 2.5]), r(3))],
)
case(
    squared_between_points,
    (
        np.array([2.12, 1.12, 0.27]),
        np.array([0.62, 1.89, 1.98, 2.79]),
        np.array([0.67, -2.83, 1.02, -0.95]),
    ),
    name="squared_between_points_that_lie_close",
)


def distances_by_blocks(x, y):
    return scipy.spatial.distance.cdist(x, y, "cityblock")


case(distances_by_blocks, (r(3, 2), r(4, 2)), other=[(r(1, 3), r(2, 3))])


def spread_of_a_linear_process(A, C):
    long_run = scipy.linalg.solve_discrete_lyapunov(A, C @ C.T)
    flow = scipy.linalg.solve_continuous_lyapunov(A - np.eye(len(A)), -C)
    return long_run @ A + flow


case(spread_of_a_linear_process, (0.3 * r(3, 3), r(3, 3)), other=[(0.2 * r(2, 2), r(2, 2))])

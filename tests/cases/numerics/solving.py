"""Linear systems, norms, decompositions, distances."""

import numpy as np

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

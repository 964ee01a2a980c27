"""Linear algebra: products in every spelling and rank, einsum, solve, inverse, decompositions."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(9), uniform(9)


def spd(n):
    """A symmetric positive definite matrix."""
    a = r(n, n)
    return a @ a.T + n * np.eye(n)


def matmul_ranks(x, a, b, y):
    return x @ a @ b @ y


case(
    matmul_ranks,
    (r(2), r(2, 3), r(3, 4), r(4)),
    other=[(r(3), r(3, 2), r(2, 5), r(5))],
)


def dot_spellings(a, b, v):
    return a.dot(b) + np.dot(a, b) + np.matmul(a, b) + (a @ b).dot(v)[:, None]


case(dot_spellings, (r(2, 3), r(3, 4), r(4)), other=[(r(3, 2), r(2, 2), r(2))])


def inner_products(x, y):
    return x.dot(y) * np.inner(x, y) + np.vdot(x, y) + (x @ y) ** 2


case(inner_products, (r(3), r(3)), other=[(r(5), r(5))])


def outer_product(x, y):
    return np.outer(x, y) @ y


case(outer_product, (r(2), r(3)), other=[(r(4), r(2))])


def gram(x):
    return x @ x.T


case(gram, (r(2, 3),), other=[(r(4, 2),)])


def gram_other(x):
    return (x.T @ x) / x.shape[0]


case(gram_other, (r(2, 3),), other=[(r(4, 2),)])


def quadratic_form(x, a):
    return x @ a @ x


case(quadratic_form, (r(3), r(3, 3)), other=[(r(2), r(2, 2))])


def quadratic_form_rows(x, a):
    return np.sum((x @ a) * x, axis=1)


case(quadratic_form_rows, (r(2, 3), r(3, 3)), other=[(r(4, 2), r(2, 2))])


def batched_matmul(a, b):
    return a @ b


case(batched_matmul, (r(2, 3, 4), r(2, 4, 2)), other=[(r(3, 2, 2), r(3, 2, 5))])


def batched_matmul_broadcast(a, b):
    return a @ b


case(batched_matmul_broadcast, (r(2, 3, 4), r(4, 2)), other=[(r(3, 2, 2), r(2, 5))])


def batched_with_transpose(q, k):
    return q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])


case(batched_with_transpose, (r(2, 3, 4), r(2, 5, 4)), other=[(r(1, 2, 3), r(1, 3, 3))])


def batched_swapaxes(q, k):
    return np.matmul(q, np.swapaxes(k, -1, -2))


case(batched_swapaxes, (r(2, 3, 4), r(2, 5, 4)), other=[(r(1, 2, 3), r(1, 3, 3))])


def dot_rank_three(x, w):
    return x.dot(w)


case(dot_rank_three, (r(2, 3, 4), r(4, 2)), other=[(r(1, 2, 3), r(3, 5))])


def tensordot(x, w):
    return np.tensordot(x, w, axes=([1, 2], [0, 1]))


case(tensordot, (r(2, 3, 4), r(3, 4, 2)), other=[(r(3, 2, 2), r(2, 2, 5))])


def tensordot_number(x, w):
    return np.tensordot(x, w, axes=1)


case(tensordot_number, (r(2, 3), r(3, 4)), other=[(r(3, 2), r(2, 5))])


def einsum_matmul(a, b):
    return np.einsum("ij,jk->ik", a, b)


case(einsum_matmul, (r(2, 3), r(3, 4)), other=[(r(3, 2), r(2, 2))])


def einsum_batch(a, b):
    return np.einsum("nhtd,nhsd->nhts", a, b)


case(einsum_batch, (r(2, 2, 3, 2), r(2, 2, 4, 2)))


def einsum_bilinear(x, a, y):
    return np.einsum("i,ij,j", x, a, y)


case(einsum_bilinear, (r(2), r(2, 3), r(3)), other=[(r(3), r(3, 2), r(2))])


def einsum_trace(a):
    return np.einsum("ii", a) * np.einsum("ij->", a)


case(einsum_trace, (r(3, 3),), other=[(r(2, 2),)])


def einsum_same_operand(x):
    return np.einsum("ij,kj->ik", x, x)


case(einsum_same_operand, (r(2, 3),), other=[(r(4, 2),)])


def einsum_lost_index(x, y):
    return np.einsum("ij,k->i", x, y)


case(einsum_lost_index, (r(2, 3), r(4)), other=[(r(3, 2), r(2))])


def correlations(A):
    P = np.linalg.inv(A)
    d = np.diag(P)
    return P / np.sqrt(np.outer(d, d))


case(correlations, (np.eye(3) + 0.1,), other=[(2 * np.eye(4) + 0.1,)])


def products_with_itself(A, C, d):
    return C * np.exp(-A @ A) + np.tanh(np.outer(d, d))


case(
    products_with_itself,
    (np.arange(9.0).reshape(3, 3) / 9, np.ones((3, 3)), np.arange(3.0)),
    other=[(np.eye(2), np.arange(4.0).reshape(2, 2), np.array([0.3, -0.7]))],
)


def diagonal_of_any_matrix(A):
    return np.sum(np.diag(A) ** 2) + np.sum(np.diagonal(np.linalg.inv(A.T @ A)) ** 2)


case(
    diagonal_of_any_matrix,
    (np.array([[1.0, 0.2], [0.3, 1.5], [0.7, 0.1]]),),
    other=[
        (np.eye(3) + 0.2,),
        (np.array([[1.0, 0.2, 0.1], [0.3, 1.5, 0.4], [0.1, 0.2, 0.9], [1.0, 0.0, 2.0]]),),
    ],
)

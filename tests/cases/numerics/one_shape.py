"""Arrays of one shape that meet element by element: refused at run time where one of them is broadcast."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(75)


def scaled_rows(x, s):
    return x * s


case(
    scaled_rows,
    (r(3, 4), r(3, 4)),
    other=[(r(2, 5), r(2, 5))],
    guarded=[raises("needs ", r(3, 4), r(1, 4)), raises("needs ", r(3, 4), r(3, 1))],
)


def squared_distance(current, target):
    return np.sum((current - target) ** 2)


case(
    squared_distance,
    (r(3, 4), r(3, 4)),
    guarded=[raises("needs ", r(3, 4), r(1, 4))],
)


def square_matrices_of_other_sizes(x, w):
    return np.tanh(x @ w) * 2.0


case(square_matrices_of_other_sizes, (r(3, 3), r(3, 3)), other=[(r(2, 4), r(4, 5))])


def weighed_examples(a, w):
    n = np.tanh(a @ a.T)
    return (n * w[:, None]).sum()


case(
    weighed_examples,
    (r(3, 4), r(3)),
    other=[(r(1, 4), r(1)), (r(5, 2), r(5))],
    guarded=[raises("a.shape[0] == w.shape[0]", r(3, 4), r(1))],
)


def divergence(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))


def two_sums(mu, logvar):
    h = np.exp(logvar) - mu**2
    return np.mean(h)


apart = [raises("needs ", r(1, 2), r(4, 2)), raises("needs ", r(4, 1), r(4, 3))]
case(divergence, (r(3, 2), r(3, 2)), other=[(r(4, 5), r(4, 5)), (r(1, 1), r(1, 1))], guarded=apart)
case(two_sums, (r(3, 2), r(3, 2)), other=[(r(4, 5), r(4, 5))], guarded=apart)


def attention(q, k, v, mask=None):
    s = np.einsum("bid,bjd->bij", q, k) / np.sqrt(q.shape[-1])
    if mask is not None:
        s = np.where(mask, s, -1e9)
    e = np.exp(s - s.max(-1, keepdims=True))
    return np.einsum("bij,bjd->bid", e / e.sum(-1, keepdims=True), v)


# what has one shape in the example need not have it elsewhere, with a mask as without
case(
    attention,
    (r(2, 3, 4), r(2, 3, 4), r(2, 3, 4)),
    other=[
        (r(1, 2, 3), r(1, 4, 3), r(1, 4, 2)),
        (r(2, 2, 3), r(2, 2, 3), r(2, 2, 3), np.tril(np.ones((2, 2), bool))),
        (r(2, 2, 3), r(2, 4, 3), r(2, 4, 5), np.ones((2, 4), bool)),
    ],
    guarded=[raises("agreeing sizes of q, k and v", r(2, 3, 4), r(2, 3, 1), r(2, 3, 4))],
)


def scaled_later(x, w, bias=None):
    y = x @ w
    if bias is not None:
        y = y + bias
    return np.tanh(y)


case(
    scaled_later,
    (r(3, 3), r(3, 3)),
    other=[(r(2, 4), r(4, 5)), (r(2, 4), r(4, 5), r(5)), (r(3, 3), r(3, 3), r(3))],
)


def attention_of_heads(q, k, v):
    s = np.einsum("bhqd,bhkd->bhqk", q, k)
    return np.einsum("bhqk,bhkd->bhqd", np.tanh(s), v)


case(
    attention_of_heads,
    (r(2, 3, 5, 4), r(2, 3, 6, 4), r(2, 3, 6, 4)),
    other=[(r(1, 2, 4, 3), r(1, 2, 3, 3), r(1, 2, 3, 5))],
    guarded=[
        raises("agreeing sizes of q, k and v", *some)
        for some in (
            (r(1, 3, 5, 4), r(2, 3, 6, 4), r(2, 3, 6, 4)),
            (r(2, 3, 5, 4), r(2, 1, 6, 4), r(2, 3, 6, 4)),
        )
    ],
)


def rows_of_two_cubes(a, b):
    return np.einsum("nij,mij->nm", a, b)


case(
    rows_of_two_cubes,
    (r(2, 3, 4), r(5, 3, 4)),
    other=[(r(3, 2, 2), r(1, 2, 2))],
    guarded=[raises("a.shape[1:3] == b.shape[1:3]", r(2, 1, 4), r(5, 3, 4))],
)

"""Names of sizes that are bound more than once: their last value serves the backward pass, an earlier one does not."""

import numpy as np

from tests.cases import case, normal

r = normal(409)


def heads(query, value, H):
    N, S, E = query.shape
    N, T, E = value.shape
    q = query.reshape(N, S, H, E // H).transpose(0, 2, 1, 3)
    v = value.reshape(N, T, H, E // H).transpose(0, 2, 1, 3)
    a = np.tanh(q @ v.transpose(0, 1, 3, 2))
    return (a @ v).transpose(0, 2, 1, 3).reshape(N, S, E)


case(
    heads,
    (r(2, 3, 8), r(2, 5, 8), 2),
    other=[(r(1, 4, 6), r(1, 2, 6), 3), (r(3, 1, 4), r(3, 1, 4), 1)],
)


def another_number_later(x, y):
    N, S, E = x.shape
    a = np.tanh(x.reshape(N, S * E))
    c = np.sum(a.reshape(N, E, S), axis=0)
    N, S, E = y.shape
    b = np.tanh(y.reshape(N, S * E))
    return np.sum(b.reshape(N, E, S) * c, axis=0) ** 2


case(
    another_number_later,
    (r(2, 3, 4), r(5, 3, 4)),
    other=[(r(3, 2, 2), r(1, 2, 2)), (r(1, 3, 4), r(1, 3, 4))],
)


def halved_and_added_to(x, y):
    N, D = x.shape
    a = np.tanh(x.reshape(N, D)) * 2
    N = N // 2
    b = np.tanh(a.reshape(N, 2 * D)) + y
    N += 0
    return b.reshape(2 * N, D) ** 2


case(halved_and_added_to, (r(6, 4), r(3, 8)), other=[(r(2, 3), r(1, 6)), (r(4, 1), r(2, 2))])


def halved_on_one_side(x, k, halves):
    N = x.shape[0]
    if halves:
        N = N // k
    a = np.tanh(x).reshape(N, -1)
    c = (a @ a.T) @ a
    return c.reshape(x.shape) ** 2


case(
    halved_on_one_side,
    (r(6, 4), 2, True),
    other=[(r(6, 4), 2, False), (r(12, 2), 3, False), (r(12, 2), 3, True)],
)

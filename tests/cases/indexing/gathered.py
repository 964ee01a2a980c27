"""What arrays of whole numbers pick is read again where its values are needed, unless something moves on."""

import numpy as np

from tests.cases import case, normal

r = normal(31)
I, J = np.array([0, 2, 2, 1]), np.array([1, 3, 3])


def cubic(x, c):
    i = np.floor(x).astype(int)
    u = x - np.floor(x)
    return (1 - u) ** 3 * c[i] + u**3 * c[i + 1]


case(cubic, (np.array([0.3, 1.7, 1.2]), r(4)), other=[(np.array([2.3, 0.7]), r(5))])


def index_moves_on(x, c, i):
    i = i.copy()
    y = x * c[i]
    i += 1
    return y * c[i]


case(index_moves_on, (r(4), r(4), I), other=[(r(3), r(5), J)])


def array_moves_on(x, c, i):
    c = c * 1.0
    y = x * c[i]
    c[0] = 3.0
    return y * c[i]


case(array_moves_on, (r(4), r(4), I), other=[(r(3), r(5), J)])


def index_moves_in_a_loop(x, c, n):
    i = np.zeros(len(x), dtype=int)
    y = x * 0.0
    for _ in range(n):
        y += x * np.tanh(x * c[i])
        i += 1
    return y


case(index_moves_in_a_loop, (r(4), r(4), 3), other=[(r(3), r(5), 2)])


def picked_of_what_a_loop_carries(x, i, n):
    for _ in range(n):
        x = x * x[i]
    return x


case(picked_of_what_a_loop_carries, (r(4), I, 3), other=[(r(3), np.array([1, 2, 0]), 2)])


def ends_of_edges(pos, a, b):
    return np.sum(np.sqrt(np.sum((pos[a] - pos[b]) ** 2, axis=1)))


case(
    ends_of_edges,
    (r(4, 2), I, np.array([1, 0, 3, 3])),
    other=[(r(3, 2), np.array([0, 1]), np.array([1, 2]))],
)


def rows_of_a_table(W, x, i):
    return np.tanh(W[i] @ x)


case(rows_of_a_table, (r(4, 3), r(3), I), other=[(r(3, 2), r(2), np.array([0, 1]))])

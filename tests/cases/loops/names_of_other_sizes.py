"""Names that hold another array in a loop, which has the size of the first one in the example alone."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(611)
WORDS = "needs "


def rows_in_two_loops(w, X, n):
    v = w * 0.5
    t = np.sum(v) ** 2
    for _ in range(n):
        for v in X:
            t = t + np.sum(v * v)
    return v, t


case(
    rows_in_two_loops,
    (r(6), r(5, 6), 2),
    other=[(r(4), r(3, 4), 1), (r(4), r(3, 4), 0)],
    guarded=[raises(WORDS, r(6), r(5, 7), 2)],
)


def rows_in_a_list(w, X, n):
    v = w * 0.5
    rows = [v]
    for _ in range(n):
        for v in X:
            rows[0] = np.tanh(X[0] - v)
        for v in rows[:]:
            if np.sum(v) > 0.3:
                break
    return np.sum(v)


case(
    rows_in_a_list,
    (r(6), r(5, 6), 2),
    other=[(r(4), r(3, 4), 1), (r(4), r(3, 4), 0)],
    guarded=[raises(WORDS, r(6), r(5, 7), 2)],
)


def sum_of_rows(w, X, n):
    v = w * 0.5
    t = np.sum(v) ** 2
    i = 0
    while True:
        v = sum([row * 0.5 for row in X])
        i += 1
        if i >= n or t > 1e9:
            break
    return v, t


case(
    sum_of_rows,
    (r(6), r(5, 6), 2),
    other=[(r(4), r(3, 4), 1)],
    guarded=[raises(WORDS, r(6), r(5, 7), 2)],
)


def last_row_or_parameter(w, X, n, flag):
    """The name has the size of a parameter before the loop, and that of a row behind it; so it is on a forced side."""
    v = w * 0.5
    M = np.ones((3, 1)) * w
    for i in range(n):
        for v in X[::-1]:
            M[:, 0] = w[0]
        if M[0, 0] > 0.1 and flag:
            break
    return v


case(
    last_row_or_parameter,
    (r(4), r(3, 4), 2, False),
    other=[(r(4), r(3, 4), 2, True), (r(5), r(2, 5), 1, False)],
    guarded=[raises("needs ", r(4), r(3, 5), 2, False)],
)

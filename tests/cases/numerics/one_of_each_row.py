"""Scores less their maxima of which one item of each row is read: the gradient of the maxima cancels where that is so in
every call, and is there where an argument says of how many rows.
"""

import numpy as np

from tests.cases import case, normal

r = normal(2917)
y = np.array([0, 1, 3, 2, 1])
MORE = [
    (r(2, 3), r(4, 2), np.array([0, 2, 1, 1])),
    (r(3, 4), r(6, 3), np.array([3, 2, 0, 1, 1, 3])),
]


def named(W, X, y):
    n = X.shape[0]
    s = X @ W
    m = np.max(s, axis=1, keepdims=True)
    s = s - m
    lse = np.log(np.sum(np.exp(s), axis=1))
    return np.mean(lse - s[np.arange(n), y])


case(named, (r(3, 4), r(5, 3), y), other=MORE)


def some_rows(W, X, y, n):
    s = X @ W
    s = s - np.max(s, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(s), axis=1))) - np.sum(s[np.arange(n), y])


case(some_rows, (r(3, 4), r(5, 3), y, 5), wrt=["W", "X"], other=[(r(3, 4), r(7, 3), y, 5)])


def wrong_rows(W, X, y):
    s = X @ W
    n = X.shape[1]
    s = s - np.max(s, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(s), axis=1))) - np.sum(s[np.arange(n), y])


case(
    wrong_rows,
    (r(4, 4), r(4, 4), y[:4]),
    other=[(r(4, 3), r(5, 4), np.array([1, 1, 0, 2])), (r(3, 4), r(5, 3), np.array([1, 1, 0]))],
)


def three_picks(W, X, y):
    n = X.shape[0]
    s = X @ W
    s = s - np.max(s, axis=1, keepdims=True)
    return (
        np.sum(s)
        - np.sum(s[np.arange(n), y])
        - np.sum(s[np.arange(n), 0 * y])
        - np.sum(s[np.arange(n), y * 0 + 1])
    )


case(three_picks, (r(3, 3), r(5, 3), y % 3), other=[(r(3, 4), r(5, 3), y)])


def whole(W, X, y):
    n = len(X)
    s = X.dot(W)
    s -= np.max(s)
    return (np.log(np.exp(s).sum(axis=1)).sum() - s[range(n), y].sum()) / n


case(whole, (r(3, 4), r(5, 3), y), other=MORE)


def read_again(W, X, y):
    N = X.shape[0]
    s = X.dot(W)
    s -= s.max(axis=1, keepdims=True)
    correct = s[np.arange(N), y]
    return np.sum(np.log(np.exp(s).sum(axis=1)) - correct) + np.sum(correct**2)


case(read_again, (r(3, 4), r(5, 3), y), other=MORE)

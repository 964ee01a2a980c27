"""Means of sums, of what is picked of each row, and of ratios of norms: sizes that no name has."""

import numpy as np

from tests.cases import case, normal

r = normal(53)
OTHER = [(r(3, 2), r(2, 4), np.array([1, 0, 3])), (r(1, 2), r(2, 2), np.array([1]))]


def picked(X, W, y):
    z = np.tanh(X @ W)
    return -z[range(len(y)), y].mean() + np.mean(z[np.arange(len(y)), y] ** 2)


case(picked, (r(5, 4), r(4, 3), np.array([0, 2, 1, 1, 0])), other=OTHER)


def summed(X, W, y):
    z = np.exp(X @ W) * y[:, None]
    return np.mean(np.sum(z, axis=1)) + np.mean(np.sum(z, axis=0, keepdims=True) ** 2)


case(summed, (r(5, 4), r(4, 3), np.array([0, 2, 1, 1, 0])), other=OTHER)


def similarity(a, b):
    return a.dot(b) / (np.linalg.norm(a) * np.linalg.norm(b))


case(similarity, (r(5), r(5)), other=[(r(3), r(3)), (r(1), r(1))])

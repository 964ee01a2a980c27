"""Batches in a random order: the backward pass runs over those of the forward pass, not over others."""

import numpy as np

from tests.cases import case, normal

r = normal(721)


def batches(count, size):
    order = np.arange(count)
    np.random.shuffle(order)
    for first in range(0, count, size):
        yield order[first : first + size]


def of_a_generator(x, size):
    t = 1.0
    for rows in batches(len(x), size):
        t = t * 0.5 + np.sin(x[rows]).sum() * t
    return t


case(of_a_generator, (r(7), 3), other=[(r(6), 2)])


class Loader:
    def __init__(self, count, size):
        self.count, self.size = count, size

    def __iter__(self):
        order = np.random.permutation(self.count)
        for first in range(0, self.count, self.size):
            yield order[first : first + self.size]


def of_an_object(x, loader):
    t = 1.0
    for rows in loader:
        t = t * 0.5 + np.sin(x[rows]).sum() * t
    return t


case(of_an_object, (r(7), Loader(7, 3)), other=[(r(6), Loader(6, 2))])


class Rows:
    def __init__(self, X, size):
        self.X, self.size = X, size

    def __iter__(self):
        order = np.random.permutation(len(self.X))
        for first in range(0, len(self.X), self.size):
            yield self.X[order[first : first + self.size]]


def of_an_object_with_data(w, rows):
    total = 0.0
    for batch in rows:
        total = total + np.sum((batch @ w) ** 2)
    return total


case(of_an_object_with_data, (r(3), Rows(r(7, 3), 3)), other=[(r(2), Rows(r(4, 2), 1))])

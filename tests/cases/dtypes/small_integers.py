"""Passive arrays of whole numbers of few bits, as images are: their products have room only beside a float."""

import numpy as np

from tests.cases import case, normal

r = normal(8)


def pixels(*values):
    return np.array(values, dtype=np.uint8)


def weighed(x, n, k):
    return k * np.sum(x * n)


def masked_twice(x, n, m):
    return np.sum(x * n * m)


def doubled(x, n):
    return 3 * np.sum(n * x * 2)


def squared(x, n):
    return np.sum((x * n) ** 2)


def quotient(x, n):
    return np.sum(x / n) + np.dot(n, x) * 2


few, many = pixels(1, 2, 3), pixels(100, 200, 3)

case(weighed, (r(3), few, 2), wrt=("x",), other=[(r(3), many, 200), (r(2), pixels(99, 7), 100)])
case(masked_twice, (r(3), few, few), wrt=("x",), other=[(r(3), many, many)])
case(doubled, (r(3), few), wrt=("x",), other=[(r(3), many)])
case(squared, (r(3), few), wrt=("x",), other=[(r(3), many)])
case(quotient, (r(3), few), wrt=("x",), other=[(r(3), many)])

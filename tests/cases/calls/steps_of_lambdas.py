"""`accumulate`, `starmap` and `reduce` with a lambda that reads what the function has."""

import functools
import itertools

import numpy as np

from tests.cases import case

x, y = np.array([0.3, 0.5, -0.2]), np.array([1.1, -0.7, 0.4])


def running(x, w):
    return list(itertools.accumulate(x, lambda a, b: a * w + b))[-1]


case(running, (x, 0.5), other=[(y, 0.3), (x[:1], 0.2)])


def running_from_a_first(x, w):
    hs = list(itertools.accumulate(x, lambda h, v: np.tanh(h * w + v), initial=w))
    return hs[0] * hs[-1]


case(running_from_a_first, (x, 0.5), other=[(y, 0.3), (x[:1], 0.2)])


def products(x, w):
    return sum(itertools.starmap(lambda a, b: a * b * w[0], zip(x, w, strict=False)))


case(products, (x, y), other=[(y, x), (x[:1], y)])


def horner(coefficients, x):
    return functools.reduce(lambda total, c: total * x + c, coefficients)


case(horner, ([0.3, 0.5, -0.2], 0.7), other=[([0.4], 0.2), ([0.4, 0.3], 0.2)])


def names_of_its_own(x, w):
    a = w * 2
    found = list(itertools.accumulate(x, lambda a, b: a * b + w))
    return found[-1] * a


case(names_of_its_own, (x, 0.5), other=[(y, 0.3)])

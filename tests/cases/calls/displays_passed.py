"""Arguments from displays behind two stars, and built-in functions that take functions."""

import numpy as np

from tests.cases import case, normal

r = normal(100)


def bent(a, b, trips):
    for _ in range(trips):
        a = np.tanh(a) * b
    return a


def by_the_words_of_a_display(x, y):
    return np.sum(bent(**{"a": x, "b": y, "trips": 2}))


def sum_of_what_is_true(values):
    return sum(filter(None, values))


def unpacked_from_a_comprehension(x):
    first, second, third = [v * v for v in x]
    return first * second + third


def read_by_an_inner_function(x):
    table = dict()
    table["a"] = x * 2
    table["b"] = x * x

    def product():
        return table["a"] * table["b"]

    return np.sum(product())


case(by_the_words_of_a_display, (r(3), r(3)), other=[(r(4), r(4))])
case(sum_of_what_is_true, ([1.0, 2.0],), other=[([0.5, -1.0],)])
case(unpacked_from_a_comprehension, (r(3),))
case(read_by_an_inner_function, (r(3),), other=[(r(4),)])

"""Functions of the user's that are named like the operators and methods which the table of gates knows by such names."""

import numpy as np

from tests.cases import case, normal

r = normal(733)


def neg(x):
    return -3 * x


def pos(x):
    return np.maximum(x, 0) * 2


def item(x):
    return x[0] * x[1]


def astype(x):
    return x * 7


def divmod(x, n):
    return x / n, x * n


def sorted(x):
    return np.sort(x) ** 2


def tolist(x):
    return [x[0], x[1] * 2]


def with_own_functions(x):
    a, b = divmod(x, 3)
    first, second = tolist(x)
    return (
        np.sum(neg(x) * pos(x) + a * b + sorted(x)) + item(x) * first + np.sum(astype(x)) * second
    )


case(with_own_functions, (r(4),), other=[(r(3),)])

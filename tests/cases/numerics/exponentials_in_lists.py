"""Exponentials that stand in a list, of which one overflows where nothing else does: its gradient is zero, not nan."""

import math

import numpy as np

from tests.cases import case

NUMBERS = [0.5, 0.2, 0.1]
FAR = [0.5, 800.0, 0.1]
NEAR = [0.5, -800.0, 0.1]


def share(x):
    w = [np.exp(v) for v in x]
    return w[0] / sum(w)


def beside_the_largest(x):
    w = [np.exp(v) for v in x]
    return w[0] / max(w)


def the_least(x):
    w = [np.exp(2 * v) for v in x]
    return min(w) + 1


def one_of_them(x):
    w = [np.exp(v) for v in x]
    return w[0] * 2


def what_they_add_up_to(x):
    w = [np.exp(v) for v in x]
    return 3 / sum(w)


def in_a_running_product(x):
    w = [np.exp(v) for v in x]
    t = 1.0
    for e in w:
        t *= e
    return 3 / t


def squares(x):
    w = [np.exp(v) ** 2 for v in x]
    return w[0] / (1 + sum(w))


def with_factors(x):
    w = [v * np.exp(v) for v in x]
    return w[0] / sum(w)


def unpacked(x):
    a, b, c = [np.exp(v) for v in x]
    return a / (a + b + c)


def in_a_dict(x):
    d = {}
    for i, v in enumerate(x):
        d[i] = np.exp(v)
    return d[0] / sum(d[k] for k in d)


for function in (
    share,
    beside_the_largest,
    the_least,
    one_of_them,
    what_they_add_up_to,
    in_a_running_product,
    squares,
    with_factors,
    unpacked,
    in_a_dict,
):
    case(function, (NUMBERS,), other=[(FAR,), (NEAR,)])


def their_product(x):
    return 1 / np.prod(np.exp(x))


def one_of_them_by_their_product(x):
    w = np.exp(x)
    return w[0] / np.prod(w)


def in_an_array(x):
    w = [np.exp(v) for v in x]
    return np.exp(x[0]) / np.stack(w).sum()


for function in (their_product, one_of_them_by_their_product, in_an_array):
    case(function, (np.array(NUMBERS),), other=[(np.array(FAR),), (np.array(NEAR),)])


def two_of_three(a, b, c):
    p, q, r = np.exp(a), np.exp(b), np.exp(c)
    s = p + q + r
    return p * q / s


case(two_of_three, (0.5, 0.2, 0.1), other=[(0.5, 0.3, 800.0)])


def softmax_in_one_line(a, b, c):
    return np.exp(a) / (np.exp(a) + np.exp(b) + np.exp(c))


def shares_in_a_list(x):
    w = [np.exp(v) for v in x]
    return [e / sum(w) for e in w][0]


def a_share_and_one_more(x):
    w = []
    for v in x:
        w.append(np.exp(2 * v))
    t = np.sum(w)
    return w[0] / t + 1 / t


# Here no number overflows, but the squares of their sums do.
case(softmax_in_one_line, (0.5, 0.2, 0.1), other=[(500.0, 200.0, 100.0), (400.0, 399.0, 398.5)])
case(shares_in_a_list, (NUMBERS,), other=[([500.0, 200.0, 100.0],), ([400.0, 399.0, 398.5],)])
case(a_share_and_one_more, (NUMBERS,), other=[([200.0, 199.0, 198.5],)])


def product_of_a_list(x):
    w = [np.exp(v) for v in x]
    return 1 / (1 + math.prod(w))


def product_of_a_tuple(x):
    w = tuple(np.exp(v) for v in x)
    return 2 / (1 + math.prod(w))


def product_of_a_longer_list(x):
    w = [np.exp(v) for v in x]
    w.append(2.0)
    z = math.prod(w)
    return z / (z + 3)


for function in (product_of_a_list, product_of_a_tuple, product_of_a_longer_list):
    case(
        function,
        (np.array(NUMBERS),),
        other=[(np.array([800.0, 900.0]),), (np.array(FAR),), (np.array([-800.0, -900.0, 2.0]),)],
    )

"""Products that begin as a number and become arrays, changed in place: what is kept of the first trip is a number."""

import numpy as np

from tests.cases import case, normal

r = normal(653)


def product_of_columns(x):
    s = 1.0
    for j in range(x.shape[1]):
        s *= x[:, j]
    return np.sum(s)


case(product_of_columns, (r(2, 3),), other=[(r(4, 1),), (r(3, 2),)])


def product_in_a_dict(x):
    state = {"s": 1.0}
    for j in range(x.shape[1]):
        state["s"] *= x[:, j]
    return np.sum(state["s"])


case(product_in_a_dict, (r(2, 3),), other=[(r(4, 1),), (r(3, 2),)])


def product_and_sum_in_a_list(x):
    s = [1.0, 0.0]
    for j in range(x.shape[1]):
        s[0] *= x[:, j]
        s[1] += x[:, j]
    return np.sum(s[0] * s[1])


case(product_and_sum_in_a_list, (r(2, 3),), other=[(r(4, 1),), (r(3, 2),)])


def likelihood(x, mu):
    p = 1
    for m in mu:
        p *= np.exp(-0.5 * (x - m) ** 2)
    return np.log(np.mean(p))


case(likelihood, (r(4), [0.5, -0.3]), other=[(r(2), [0.1]), (r(3), [0.2, 0.4, 0.1])])

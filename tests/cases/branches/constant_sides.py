"""Sides that return a number where the example returns another: the gradient there is zero."""

import numpy as np

from tests.cases import case, normal

r = normal(14)


def zero_at_no_steps(x, n):
    if n == 0:
        return 0.0
    return np.sum(x) * n


case(zero_at_no_steps, (r(3), 2), other=[(r(3), 0), (r(4), 3)])


def one_where_all_positive(x):
    if np.all(x > 0):
        return 1
    s = np.sum(x)
    return s * s


case(one_where_all_positive, (-abs(r(3)),), other=[(abs(r(3)),)])


def mode_off(x, w, mode):
    if mode == "off":
        return 0.0
    elif mode == "product":
        return np.sum(x * w)
    return np.sum(np.exp(x))


case(
    mode_off,
    (r(3), r(3), "product"),
    other=[(r(3), r(3), "off"), (r(3), r(3), "sum"), (r(2), r(2), "product")],
)


def capped(x, limit=5.0):
    s = np.sum(x**2)
    return -1.0 if s > 100 else s * limit


case(capped, (r(3),), other=[(20 + r(3),), (r(5), 2.0)])


def guarded_mean(x, count):
    return x.mean() if count > 0 else float("inf")


case(guarded_mean, (r(3), 3), other=[(r(4), 1)])


def nothing_left(x, keep):
    for k in keep:
        if k < 0:
            return 0
    return np.sum(x[0] * len(keep))


case(nothing_left, (r(3), [1, 2]), other=[(r(3), [1, -2]), (r(3), [])])

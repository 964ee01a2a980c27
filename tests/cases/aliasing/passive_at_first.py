"""Views of arrays that become differentiable only by what is written through the view."""

import numpy as np

from tests.cases import case, normal

r = normal(151)


def rest_of_ones(x, b):
    v = np.ones(len(x))
    t = v[1:]
    t *= b
    return v * x


case(rest_of_ones, (r(3), 0.7), other=[(r(5), -0.4)])


def column_of_ones(x, s):
    m = np.ones((len(x), 2))
    c = m[:, 0]
    c *= x
    c *= s
    return m * s


case(column_of_ones, (r(3), 0.7), other=[(r(2), -0.4)])


def last_two(x, s):
    v = np.full(4, 2.0)
    t = v[-2:]
    t **= 2
    t *= s * x[0]
    t *= x[1]
    return np.sum(v * v[::-1])


case(last_two, (r(3), 0.7), other=[(r(2), -0.4)])


def reversed_after_a_change(x):
    y = np.cos(x)
    y[-1] = 0.25
    s = y.reshape(-1)
    return s * s[0]


case(reversed_after_a_change, (r(2, 3),), other=[(r(3, 2).T,), (r(1, 4),)])


def view_bound_twice(x, y):
    v = np.ones(len(x))
    t = v[None]
    t += y
    t = v[None]
    t *= x[0]
    return v * y


case(view_bound_twice, (r(3), 2.0), other=[(r(4), 1.5)])


def other_views_under_one_name(x, y):
    v = np.zeros(len(x))
    for k in range(len(x)):
        t = v[k:]
        t += x[k]
        t = v[:k]
        t *= 2
    return v * y


case(other_views_under_one_name, (r(3), 2.0), other=[(r(4), 1.5), (r(1), 1.5)])


def one_of_two_views(x, y, c):
    v = np.zeros(len(x))
    t = v[1:] if c else v[:1]
    t += x[0]
    return v * y


case(one_of_two_views, (r(3), 2.0, True), refused="t is changed in place while v shares its memory")

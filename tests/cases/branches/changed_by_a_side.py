"""Choices inside an expression that change what the expression has read before them."""

import numpy as np

from tests.cases import case

V = np.array([0.5, -0.3, 0.8])


class State:
    def __init__(self, v):
        self.v = v

    def bump(self):
        self.v = self.v * 1.5
        return self.v

    def scaled(self, k):
        return self.v * k


def attribute_and_method(x, v, k):
    s = State(v)
    return s.v * x + (s.bump() if k else 0)


case(attribute_and_method, (1.2, 0.5, 1), other=[(1.2, 0.5, 0)])


def in_a_list(x, v, k):
    s = State(v)
    t = [s.v, s.bump() if k else x, s.v]
    return t[0] * t[1] + t[2]


case(in_a_list, (1.2, 0.5, 1), other=[(1.2, 0.5, 0)])


def item_of_a_dict(x, v, k):
    d = {"v": v}

    def bump():
        d["v"] = d["v"] * x
        return d["v"]

    return d["v"] * x + (bump() if k else 0.0)


case(item_of_a_dict, (1.2, 0.5, 1), other=[(1.2, 0.5, 0)])


def item_of_an_array(x, v, k):
    v = v.copy()

    def bump():
        v[0] *= x
        return v[0]

    return v[0] * x + (bump() if k else 0.0) * v[0]


case(item_of_an_array, (1.2, V, 1), other=[(1.2, V[::-1], 0)])


def taken_off(x, v, k):
    v = list(v)
    return v[-1] * x + (v.pop() if k else 0.0) * v[-1]


case(taken_off, (1.2, V, 1), other=[(1.2, V[::-1], 0)])


def product_of_methods(x, v, k):
    s = State(v)
    return s.scaled(2) * (s.bump() if k else 1.0) + s.scaled(x)


case(product_of_methods, (1.2, 0.4, 1), other=[(1.2, 0.5, 0)])


def times(a, b):
    return a * b + a


def argument_of_a_helper(x, v, k):
    s = State(v)
    return times(s.v, s.bump() if k else x)


case(argument_of_a_helper, (1.2, 0.4, 1), other=[(1.2, 0.5, 0)])


def in_steps(x, v, n):
    s = State(v)
    y = 0.0
    for i in range(n):
        y += s.v * x + (s.bump() if i % 2 else s.v)
    return y


case(in_steps, (1.2, 0.4, 3), other=[(1.2, 0.5, 0), (0.2, 0.5, 5)])


def two_choices(x, v, k):
    s = State(v)
    return s.v * x + (s.bump() if k else 0) - s.v * (s.bump() if k > 1 else x)


case(two_choices, (1.2, 0.5, 1), other=[(1.2, 0.5, 0), (1.2, 0.5, 2)])


def halve(w):
    w *= 0.5
    return w[0]


def changed_by_a_helper(x, v, k):
    w = v * 1.0
    return w[0] * x + (halve(w) if k else x) + w[1]


case(changed_by_a_helper, (1.2, V, 1), other=[(1.2, V[:2], 0)])


def read_in_a_test(x, v, k):
    s = State(v)
    return s.v * x + (s.v if s.bump() > k else -s.v)


case(read_in_a_test, (1.2, 0.5, 0.1), other=[(1.2, 0.5, 2.0)])


def read_before_it_changes(x, v):
    s = State(v)
    y = np.tanh(s.v * x) * s.bump() + s.v
    return y * np.sin(s.v * x + s.bump())


case(read_before_it_changes, (1.2, 0.4), other=[(0.3, 0.5)])


def items_read_before_they_change(x, w):
    a = x.copy()
    return np.tanh(a[0] * w) * taken_off(a) + np.exp(a[0] * w)


def taken_off(a):
    a[0] = a[0] * 0.5
    return a[0]


case(
    items_read_before_they_change, (np.array([0.4, 0.7]), 0.5), other=[(np.array([0.1, 0.2]), 1.5)]
)

"""Exponentials that go by the name of the scores, and are divided by their sum at once; or not quite."""

import numpy as np

from tests.cases import case, normal

r = normal(829)


def divided(a, w):
    a = a @ w
    a = np.exp(a - a.max(axis=1, keepdims=True))
    a = a / a.sum(axis=1, keepdims=True)
    return a @ w.T


case(divided, (r(2, 4), r(4, 3)), other=[(r(3, 2), r(2, 5))])


def in_place(a, w):
    a = a @ w
    kept = a
    a = np.exp(a)
    a /= np.sum(a, axis=-1)[:, None]
    return a * kept


case(in_place, (r(2, 4), r(4, 3)), other=[(r(3, 2), r(2, 5))])


def of_an_argument(a):
    a = np.exp(a - np.max(a))
    a /= a.sum()
    return np.log(a) * a


case(of_an_argument, (r(4),), other=[(r(2),)])


def again_and_again(a, n):
    for _ in range(n):
        a = np.exp(a * 0.5)
        a = a / a.sum(axis=0)
    return a


case(again_and_again, (r(3, 2), 2), other=[(r(4, 3), 3), (r(2, 2), 0)])


def on_one_side(a, hot):
    if hot:
        a = np.exp(a)
        a /= np.sum(a)
    else:
        a = a * a
    return np.sin(a)


case(on_one_side, (r(4), True), other=[(r(3), False), (r(2), True)])


def by_the_sum_of_another(a, b):
    a = np.exp(a)
    a /= b.sum() + 20.0
    return a


case(by_the_sum_of_another, (r(4), r(3)), other=[(r(2), r(2))])


def read_by_a_function(a):
    def total():
        return a.sum()

    a = np.exp(a)
    a = a / a.sum()
    return a * total()


case(read_by_a_function, (r(4),), other=[(r(2),)])


def with_a_name_taken(a, exp_a):
    a = np.exp(a)
    a = a / a.sum()
    return a * exp_a


case(with_a_name_taken, (r(4), r(4)), other=[(r(2), r(2))])


def of_a_part(a):
    a = np.exp(a)
    a = a / a[1:].sum()
    return a


case(of_a_part, (r(4),), other=[(r(3),)])


def more_than_the_sum(a, eps):
    a = np.exp(a)
    a /= a.sum(axis=1, keepdims=True) + eps
    return a


case(more_than_the_sum, (r(4, 2), 0.1), other=[(r(3, 3), 0.5)])

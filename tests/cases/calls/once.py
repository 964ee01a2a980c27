"""Passive calls that give something else, or leave something changed, each time: they are made once."""

import itertools

import numpy as np

from tests.cases import case, normal

r = normal(6969)
LOG = []


def noted(n):
    LOG.append(n)
    return 2.0


def last_number(numbers):
    numbers[0] += 1
    return numbers[0]


class Counter:
    def __init__(self):
        self.n = 0

    @property
    def count(self):
        self.n += 1
        return self.n

    def ticks(self):
        self.n += 2
        return self.n


def next_of_an_iterator(x, start):
    it = itertools.count(start)
    return x * x * next(it) + x * next(it)


def pop_of_a_list(x, q):
    return x * x * q.pop()


def pop_of_a_dict(x, d):
    return x * x * d.pop("k")


def work_list(x, q):
    while len(q) > 1:
        x = x * q.pop() * x
    return x


def helper_that_counts(x, numbers):
    return x * x * last_number(numbers)


def property_that_counts(x, c):
    return x * x * c.count


def method_that_counts(x, c):
    y = np.sin(x) * c.ticks()
    return y * y * c.ticks()


def helper_with_a_log(x):
    return x * x * noted(3)


def pop_beside_a_read(x, q):
    return x * q[-1] * q.pop() * x + q[-1] * x


def noise_in_a_loop_over_items(p, s):
    for o in s:
        p = p * o + np.random.randn(3)
    return p


def pop_in_a_loop_over_items(p, s, q):
    for o in s:
        p = p * o * q.pop() + p
    return p


case(noise_in_a_loop_over_items, (r(3), r(4)))
case(pop_in_a_loop_over_items, (r(3), r(2), [1, 2, 3]), other=[(r(3), r(3), [1, 2, 3, 4])])
case(next_of_an_iterator, (r(3), 2), other=[(r(4), 5)])
case(pop_of_a_list, (r(3), [1, 2, 3]), other=[(r(4), [5, 7])])
case(pop_of_a_dict, (r(3), {"k": 3, "l": 1}), other=[(r(4), {"k": 2})])
case(work_list, (r(3), [1, 2, 3]), other=[(r(4), [5, 7]), (r(2), [1])])
case(helper_that_counts, (r(3), [1]), other=[(r(4), [5])])
case(property_that_counts, (r(3), Counter()))
case(method_that_counts, (r(3), Counter()), wrt=["x"])
case(helper_with_a_log, (r(3),))
case(pop_beside_a_read, (r(3), [2, 3]))

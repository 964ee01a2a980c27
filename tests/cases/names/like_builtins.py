"""Values named like the builtin functions that a backward pass calls; loops over reversed lists that are left early."""

from __future__ import annotations

from tests.cases import case, normal

r = normal(527)


def argument_reversed(x, reversed):
    t = 0.0
    for i in range(x.shape[0]):
        t = t + x[i] * t * reversed + x[i]
    return t


case(argument_reversed, (r(3), 0.5), other=[(r(5), 0.3)])


def local_range_and_zip(x):
    range = 3.0
    zip = x * 2
    t = 0.0
    for v in x:
        t = t * v + v * range
    return t * zip


case(local_range_and_zip, (r(3),), other=[(r(5),)])


def arguments_len_and_list(x, len, list):
    t = 0.0
    for _, v in enumerate(x):
        t = t * v + v * len * list
    return t


case(arguments_len_and_list, (r(3), 0.5, 0.2), other=[(r(5), 0.3, 0.4)])


def local_len_and_range(x):
    range = x.max() - x.min()
    len = x.shape[0]
    t = 0.0
    for v in x:
        t = t * v + v / range
    return t / len


case(local_len_and_range, (r(4),), other=[(r(6),)])


def left_backwards(p, s):
    for o in reversed(s):
        if o > 1:
            break
        p = p * o
    return p


case(left_backwards, (r(3), [0.5, 2.0, 0.4, 0.3]), other=[(r(3), [0.5, 0.2]), (r(2), [2.0, 3.0])])


def returned_backwards(p, s):
    for o in reversed(s):
        p = p * o
        if o > 1:
            return p * 2
    return p


case(returned_backwards, (r(3), [0.5, 2.0, 0.4, 0.3]), other=[(r(3), [0.5, 0.2])])

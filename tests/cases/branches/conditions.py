"""Branches on values and on passive values, jumps, early returns."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(21), uniform(21)


def if_else(x, y):
    if x > y:
        z = x * y
    else:
        z = x + y
    return z * x


case(if_else, (1.5, 0.5), other=[(0.5, 1.5)])


def if_only(x):
    y = x * 2
    if x > 0:
        y = y * x
    return y + x


case(if_only, (1.5,), other=[(-0.5,)], name="if_only_taken")
case(if_only, (-1.5,), other=[(0.5,)], name="if_only_not_taken")


def elif_chain(x):
    if x > 1:
        return x**2
    if x > 0:
        return math.sin(x)
    if x > -1:
        y = x * 3
    else:
        y = math.exp(x)
    return y * x


case(elif_chain, (1.5,), other=[(0.5,), (-0.5,), (-1.5,)])


def mode_string(x, mode):
    if mode == "train":
        out = np.tanh(x) * 2
    elif mode == "test":
        out = x
    else:
        raise ValueError(f"unknown mode {mode}")
    return out


case(mode_string, (r(3), "train"), other=[(r(3), "test")])


def early_return(x, y):
    if x < 0:
        return y
    z = x * y
    return z * z


case(early_return, (1.5, 0.5), other=[(-1.5, 0.5)])


def early_return_arrays(x, scale):
    h = np.tanh(x)
    if scale == 1:
        return h
    return h * scale


case(early_return_arrays, (r(3), 2), other=[(r(3), 1)])


def nested_branches(x, y):
    if x > 0:
        if y > 0:
            z = x * y
        else:
            z = x - y
        z = z * x
    else:
        z = y * y
    return z + x


case(nested_branches, (1.5, 0.5), other=[(1.5, -0.5), (-1.5, 0.5)])


def sides_of_other_ranks(x, flag):
    if flag:
        u_ = 1.5
    else:
        u_ = x * 2
    return u_ * x


case(sides_of_other_ranks, (r(3), True), other=[(r(3), False)], name="rank_first_side")
case(sides_of_other_ranks, (r(3), False), other=[(r(3), True)], name="rank_second_side")


def overwritten_on_one_side(x, y):
    z = x * y
    if x > 0:
        z = z * z
        x = x * 2
    return z * x


case(overwritten_on_one_side, (1.5, 0.5), other=[(-1.5, 0.5)])


def empty_side(x):
    if x > 0:
        pass
    else:
        x = -x * x
    return x * x


case(empty_side, (1.5,), other=[(-0.5,)])


def only_comments_in_body(x):
    if x > 0:
        # nothing to do here
        pass
        # really nothing
    for _ in range(2):
        # nothing either
        pass
    return x * x


case(only_comments_in_body, (1.5,), other=[(-0.5,)])


def condition_on_computed(x, y):
    s = x * y
    d = s - x
    if d > 0:
        d = d * s
    return d


case(condition_on_computed, (1.5, 2.5), other=[(1.5, 0.5)])


def condition_on_array_any(x):
    if np.any(x > 2):
        x = x / np.max(x)
    return x * x


case(condition_on_array_any, (np.array([0.5, 3.0]),), other=[(np.array([0.5, 1.0]),)])


def condition_on_norm(g, limit):
    norm = np.sqrt(np.sum(g**2))
    if norm > limit:
        g = g * (limit / norm)
    return g


case(condition_on_norm, (r(3), 0.5), other=[(r(3), 50.0)])


def and_or_not(x, y, flag):
    if x > 0 and not flag or y > 2:
        return x * y
    return x - y


case(and_or_not, (1.5, 0.5, False), other=[(1.5, 0.5, True), (1.5, 3.0, True)])


def isinstance_branch(x):
    if isinstance(x, float):
        return math.sin(x) * x
    return np.sin(x) * x


case(isinstance_branch, (1.5,), other=[(r(3),)])


def rank_branch(x):
    if x.ndim > 1:
        x = x.reshape(-1)
    return np.sum(x**2)


case(rank_branch, (r(2, 3),), other=[(r(4),)])


def shape_branch(x, w):
    if x.shape[0] > 2:
        y = x @ w
    else:
        y = x @ w * 2
    return y


case(shape_branch, (r(3, 2), r(2, 2)), other=[(r(1, 2), r(2, 2))])


def none_branch(x, b=None):
    y = x * 2
    if b is not None:
        y = y + b
    return y


case(none_branch, (r(3),), wrt=("x",))


def bias_or_not(x, b):
    y = x * x
    if b is not None:
        y = y * b
    return y


case(bias_or_not, (r(3), r(3)))


# fmt: off
def sides_on_one_line(x, word):
    for part in word.split(","):
        if part == "sq": x = x * x
        elif part.startswith("add"): x = x + float(part[3:])
        else: x = np.sin(x)
    return x


# fmt: on
case(sides_on_one_line, (r(3), "sq,add2,sin"), other=[(r(2), "sin,sq"), (r(2), "add1.5")])

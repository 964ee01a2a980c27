"""Branches on values and on passive values, jumps, early returns."""

import math

import numpy as np

from tests.corpus import case, normal, uniform

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
    elif x > 0:
        return math.sin(x)
    elif x > -1:
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


case(isinstance_branch, (1.5,), guarded=[(r(3),)], refused=None)


def rank_branch(x):
    if x.ndim > 1:
        x = x.reshape(-1)
    return np.sum(x**2)


case(rank_branch, (r(2, 3),), guarded=[(r(4),)], refused=None)


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


case(none_branch, (r(3),), wrt=("x",), refused=None)


def bias_or_not(x, b):
    y = x * x
    if b is not None:
        y = y * b
    return y


case(bias_or_not, (r(3), r(3)), refused=None)


def assigned_in_branch_of_loop(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            total += x[i] ** 2
        else:
            total -= 0.1 * x[i]
    return total


case(assigned_in_branch_of_loop, (r(5),), other=[(r(3),), (u(3),), (-u(2),)])


def continue_loop(x):
    total = 0.0
    for i in range(len(x)):
        if x[i] < 0:
            continue
        total += np.sin(x[i]) * x[i]
    return total


case(continue_loop, (r(5),), other=[(r(3),), (u(3),), (-u(2),)])


def continue_on_passive(x, y):
    loss = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if j == y[i]:
                continue
            margin = x[i, j] - x[i, y[i]] + 1
            if margin > 0:
                loss += margin
    return loss / x.shape[0]


case(
    continue_on_passive,
    (r(3, 4), np.array([0, 2, 3])),
    other=[(r(2, 3), np.array([1, 0])), (r(1, 5), np.array([4]))],
)


def break_loop(x):
    total = 0.0
    for i in range(len(x)):
        if total > 1:
            break
        total += x[i] ** 2
    return total


case(break_loop, (np.array([0.5, 1.2, 0.7]),), other=[(np.array([0.1, 0.2]),), (r(6),)])


def break_at_the_end(x):
    y = 1.0
    for i in range(len(x)):
        y = y * x[i]
        if y < 0:
            break
    return y


case(break_at_the_end, (np.array([0.5, -1.2, 0.7]),), other=[(u(3),), (r(6),)])


def break_in_nested(x):
    total = 0.0
    for i in range(x.shape[0]):
        s = 0.0
        for j in range(x.shape[1]):
            s = s * 0.5 + x[i, j]
            if s > 1:
                break
        total += s * s
    return total


case(break_in_nested, (r(3, 4),), other=[(r(2, 5),), (u(3, 3),)])


def return_in_loop(x):
    p = 1.0
    for i in range(len(x)):
        p = p * x[i]
        if p < 0.3:
            return p * 2
    return p + x[0]


case(return_in_loop, (np.array([0.5, 0.2, 0.7]),), other=[(np.array([1.5, 1.2]),)])


def break_side_with_later_names(x):
    y = 0.0
    for i in range(len(x)):
        if x[i] > 1:
            y = y + x[i]
            break
        z = x[i] * x[i]
        y = y + z
    return y


case(
    break_side_with_later_names,
    (np.array([0.5, 0.7, 1.5, 0.2]),),
    other=[(np.array([1.5, 0.2]),), (np.array([0.5, 0.2]),)],
)


def nested_break_then_assignment(a, b, x):
    z = x
    for _ in range(3):
        u_ = z * x
        if a:
            if b:
                break
            y = u_
            u_ = y * 2
        z = u_
    return z


case(
    nested_break_then_assignment,
    (True, False, 0.7),
    other=[(True, True, 0.7), (False, True, 0.5), (False, False, 1.2)],
)


def while_with_continue(x, n):
    k = 0
    y = 0.0
    while k < n:
        k += 1
        if k % 2 == 0:
            continue
        y = y * 0.5 + np.sin(x * k)
    return y


case(while_with_continue, (0.7, 4), other=[(0.5, 1), (1.5, 7)])


def branch_on_index(x):
    y = x[0]
    for i in range(1, len(x)):
        if i % 2:
            y = y * x[i]
        else:
            y = y + x[i]
    return y


case(branch_on_index, (r(5),), other=[(r(2),), (r(7),)])


def branch_defines_in_loop(x):
    best = x[0]
    for i in range(len(x)):
        if x[i] > best:
            best = x[i]
    return best * best


case(branch_defines_in_loop, (np.array([0.5, 1.5, 0.2]),), other=[(-u(4),), (u(6),)])


def ternary_in_loop(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] if x[i] > 0 else 0.01 * x[i]
    return total


case(ternary_in_loop, (r(5),), other=[(u(3),), (-u(2),)])


def guard_clause_raises(x):
    if x <= 0:
        raise ValueError("x must be positive")
    return math.log(x)


case(guard_clause_raises, (1.5,), other=[(0.5,)])


def both_sides_return(x, y):
    if x > y:
        return x, y * x
    else:
        return y, x


case(both_sides_return, (1.5, 0.5), other=[(0.5, 1.5)])


def piecewise_spline(t):
    if t < 0.5:
        return 4 * t**3
    s = -2 * t + 2
    return 1 - s**3 / 2


case(piecewise_spline, (0.3,), other=[(0.7,)])


def branch_then_loop(x, n, flip):
    if flip:
        x = x[::-1]
    h = x * 0.0
    for k in range(n):
        if k > 0:
            h = h + x * k
        h = np.tanh(h + x)
    return h


case(branch_then_loop, (r(3), 2, True), other=[(r(2), 3, False), (r(2), 1, True)])


def match_statement(x, kind):
    match kind:
        case "square":
            return x * x
        case _:
            return x


case(match_statement, (r(3), "square"), other=[(r(3), "other")], refused=None)


def try_except(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        y = -x
    return y * x


case(try_except, (1.5,), guarded=[(-0.5,)], refused=None)

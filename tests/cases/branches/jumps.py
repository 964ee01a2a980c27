"""Branches in loops, break, continue, early returns, guards."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(42), uniform(42)


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


case(match_statement, (r(3), "square"), other=[(r(3), "other")])


def try_except(x):
    try:
        y = math.sqrt(x)
    except ValueError:
        y = -x
    return y * x


case(try_except, (1.5,))


def until_a_step(x, n):
    for k in range(n):
        if k == 5:
            break
    else:
        x = x * 2
    k = 0
    while k < n:
        k += 1
        if k == 4:
            break
    else:
        x = x + x * x
    return x


case(until_a_step, (0.3, 7), other=[(0.3, 3), (0.3, 4), (0.3, 0)])

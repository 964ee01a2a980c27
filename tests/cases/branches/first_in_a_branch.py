"""Gradients of items that a branch writes first: what comes behind the branch is added."""

import numpy as np

from tests.cases import case, normal

r = normal(71)


def weights(reg=0.1):
    return {"W": r(3, 2), "b": r(2), "reg": reg}


def penalty_after_steps(p, x, step):
    h = x @ p["W"] + p["b"]
    penalty = 0.0
    if step > 1000:
        penalty = np.sum(p["W"] ** 2)
    return np.mean(np.tanh(h)) + p["reg"] * penalty


P, X = weights(), r(4, 3)
case(penalty_after_steps, (P, X, 2), wrt=["p"], other=[(P, X, 2000)])


def item_after_item_in_a_branch(x, n):
    y = np.sin(x[0]) * x[1]
    if n > 3:
        y = y + x[0] ** 2 * x[2]
    return y * x[2]


case(item_after_item_in_a_branch, (r(3), 1), other=[(r(3), 7)])


def two_branches_then_all(x, n):
    y = x[0] * x[1] * x[2]
    if n > 3:
        y = y * x[0]
        if n > 5:
            y = y + np.sin(x[1])
    else:
        y = y + x[2] ** 2
    return y * x[0]


case(two_branches_then_all, (r(3), 1), other=[(r(3), 4), (r(3), 9)])


def each_side_its_own_item(p, n):
    base = p["a"] * p["b"]
    if n % 2:
        base = base + p["a"] ** 2
    else:
        base = base + p["b"] ** 3
    return np.sum(base * p["a"])


AB = {"a": r(3), "b": r(3)}
case(each_side_its_own_item, (AB, 1), other=[(AB, 2)])


def late_trips_only(p, x, n):
    for t in range(n):
        x = np.tanh(x * p["w"] + p["b"])
        if t > 4:
            x = x + p["w"] ** 2
    return np.sum(x)


WB = {"w": r(3), "b": r(3)}
case(late_trips_only, (WB, r(3), 2), other=[(WB, r(3), 8)])


def loop_inside_a_branch(p, n):
    y = p["w"] * 2.0 + p["b"]
    if n > 3:
        for _ in range(2):
            y = y + p["w"] * y
    return np.sum(y * p["w"])


case(loop_inside_a_branch, (WB, 1), other=[(WB, 5)])


def list_item_in_a_branch(ws, x, n):
    h = np.tanh(ws[0] @ x)
    if n > 3:
        h = h + ws[0] @ (x * x)
    return np.sum(ws[1] @ h)


case(list_item_in_a_branch, ([r(3, 3), r(2, 3)], r(3), 1), other=[([r(3, 3), r(2, 3)], r(3), 5)])


def first_and_last(x, n):
    y = x[0] * x[1]
    if n > 3:
        y = y * x[-1]
    return y + x[0]


case(first_and_last, (r(4), 1), other=[(r(4), 5), (r(2), 5)])


def slice_and_item(x, n):
    y = np.sum(x[1:] ** 2)
    if n > 3:
        y = y * x[1]
    return y + x[0]


case(slice_and_item, (r(4), 1), other=[(r(4), 5)])


def early_return_behind_a_test(p, x, n):
    h = np.tanh(x @ p["W"])
    if n > 3:
        return np.sum(h) + np.sum(p["W"] ** 2)
    return np.sum(h + p["b"])


case(early_return_behind_a_test, (P, X, 1), wrt=["p"], other=[(P, X, 5)])


def column_in_a_branch(A, n):
    s = np.sum(A[:, 0])
    if n > 3:
        s = s * A[1, 0]
    return s + A[0, 0]


case(column_in_a_branch, (r(3, 2), 1), other=[(r(3, 2), 5)])

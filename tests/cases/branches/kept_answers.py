"""Chains of tests whose answers are kept, since what they ask is gone when the backward pass comes."""

import numpy as np

from tests.cases import case, normal

r = normal(41)


def by_word(x, mode):
    options = {"mode": mode}
    if options["mode"] == "square":
        y = x * x
    elif options["mode"] == "sine":
        y = np.sin(x)
    elif options["mode"] == "no-op":
        y = x
    else:
        y = np.exp(x)
    options["mode"] = "used"
    return y * y


case(by_word, (r(3), "square"), other=[(r(4), "sine"), (r(3), "no-op"), (r(2), "")])


def asked_once_each(x, a):
    todo = [3, 0, 2]
    if todo.pop() > 5:
        y = x * a
    elif todo.pop() > 1:
        y = np.sin(x)
    elif a > 0.5:
        y = x * x * a
    else:
        y = x
    return np.sum(y) + len(todo)


case(asked_once_each, (r(3), 1.0), other=[(r(2), -1.0), (r(3), 0.2)])


def of_trips(x, n):
    s = 0.0
    for _ in range(n):
        above = x > s
        if above.all():
            s = s + np.sum(x * x)
        elif np.any(above):
            s = s + np.sum(np.sin(x))
        elif s > 1:
            s = s * 0.5 * np.sum(x)
        x = x * 0.9
    return s


case(of_trips, (r(3), 2), other=[(r(3), 0), (r(2), 5), (-abs(r(3)), 3)])


def inside_a_side(x, a):
    if a > 0:
        given = {"a": a}
        if given["a"] > 2:
            y = x * a * x
        elif np.all(x < 10 * given["a"]):
            y = np.sin(x) * a
        else:
            y = x
        given["a"] = 0
    else:
        y = np.exp(x * a)
    return y


case(inside_a_side, (r(3), 1.0), other=[(r(3), -1.0), (r(2), 3.0), (100 + r(2), 0.1)])


def names_that_are_taken(x, taken, is_sine):
    c = [taken, is_sine]
    if c[0]:
        y = x * x
    elif c[1] == "sine":
        y = np.sin(x)
    else:
        y = x
    c[0] = c[1] = None
    return y * y


case(names_that_are_taken, (r(3), True, ""), other=[(r(2), False, "sine"), (r(3), False, "")])


def asked_of_what_is_divided_by(w, s):
    r = 1 / np.abs(w).sum()
    if np.abs(w).sum():
        s = s * r
    return s


def asked_of_a_norm(w, s):
    r = s / np.linalg.norm(w)
    return r * w if np.linalg.norm(w) else w * s


def asked_of_a_square(w, s):
    scale = np.sqrt(np.sum(w**2))
    if np.sum(w**2):
        w = w / scale
    else:
        w = w * 0.5
    return w * scale * s


def asked_of_two_ends(w, s):
    d = w.max() - w.min()
    if w.max() and w.min():
        s = s / d
    return s * w


for function in (asked_of_what_is_divided_by, asked_of_a_square, asked_of_two_ends):
    case(function, (r(3), 2.0), other=[(r(2), 0.5)])
case(asked_of_a_norm, (r(3), 2.0), other=[(r(2), 0.5), (np.zeros(2), 0.3)])

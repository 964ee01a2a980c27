"""Values that a branch replaces, in this trip of a loop or in a later one: their gradient is zero there, even where
their slope is infinite.
"""

import numpy as np

from tests.cases import case

A = np.array


def begun_anew(ms):
    s = 0.0
    for m in ms:
        if m > -1:
            s = s + m**0.5
        else:
            s = 2.0
    return s


case(begun_anew, ([0.5, -2.0, 0.7],), other=[([0.0, -2.0, 0.5],)])
case(
    begun_anew,
    (A([0.5, -2.0, 0.7]),),
    other=[(A([0.0, -2.0, 0.5]),)],
    name="begun_anew_in_an_array",
)


def begun_anew_by_index(xs, w):
    s = 0.0
    for i in range(len(xs)):
        if xs[i] >= 0:
            s = s * w + np.sqrt(xs[i])
        else:
            s = 2.0 * w
    return s


case(begun_anew_by_index, (A([0.5, -2.0, 0.7]), 1.1), other=[(A([0.0, -2.0, 0.5]), 0.9)])


def begun_anew_before(xs, w):
    s = 0.0
    for i in range(len(xs)):
        if xs[i] < -1:
            s = 1.0
        r = np.sqrt(np.abs(xs[i] * w))
        s = s + r
    return s


case(begun_anew_before, (A([0.5, -2.0, 0.7]), 1.1), other=[(A([0.0, -2.0, 0.5]), 0.9)])


def rows_begun_anew(xs, w):
    s = np.zeros(2)
    for i in range(len(xs)):
        if xs[i, 0] < -1:
            s = xs[i]
        else:
            s = s + np.sqrt(xs[i]) * w
    return np.sum(s)


case(
    rows_begun_anew,
    (A([[0.5, 0.2], [-2.0, 1.0], [0.7, 0.2]]), 1.1),
    other=[(A([[0.0, 0.2], [-2.0, 1.0], [0.7, 0.2]]), 0.9)],
)


def quotients_begun_anew(xs, w):
    s = 0.0
    for x in xs:
        if x < 0:
            s = 0.0
            continue
        s += w / x if x != 0 else 1.0
    return s


case(quotients_begun_anew, ([0.5, -2.0, 0.7], 1.1), other=[([0.0, -2.0, 0.5], 0.9)])


def begun_with_an_argument(xs, w):
    s = 1.0
    for x in xs:
        if x < 0:
            s = w
        else:
            s = s + w * np.sqrt(x) * s
    return s


case(begun_with_an_argument, ([0.5, -2.0, 0.7], 1.1), other=[([0.0, -2.0, 0.5], 0.9)])


def begun_anew_in_while(xs, w):
    s = 1.0
    k = 0
    while k < len(xs):
        if xs[k] < 0:
            s = w
        else:
            y = np.sqrt(xs[k])
            s = s + w * y
        k += 1
    return s


case(begun_anew_in_while, (A([0.5, -2.0, 0.7]), 1.1), other=[(A([0.0, -2.0, 0.5]), 0.9)])


def largest_of_roots(xs, w):
    s = 1.0
    best = 0.0
    for x in xs:
        y = np.sqrt(x) * w
        if y > best:
            best = y
    return best


case(largest_of_roots, (A([0.5, 2.0, 0.7]), 1.1), other=[(A([0.0, 2.0, 0.5]), 0.9)])


def replaced(x, y):
    s = np.sqrt(x)
    if y > 1:
        s = y
    return s


case(replaced, (0.5, 0.7), other=[(0.0, 1.5)])


def replaced_by_what_is_scaled(x, y):
    s = x**0.5 + y
    if y > 1:
        s = y
    return s * 2


case(replaced_by_what_is_scaled, (0.5, 0.7), other=[(0.0, 1.5)])

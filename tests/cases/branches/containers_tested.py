"""Tests that ask whether there is something in a container, which changes behind them."""

import numpy as np

from tests.cases import case, normal

r = normal(16)


def first_call_of_all(x, log):
    if log:
        y = x * 2
    else:
        y = x * x
    log.append(1)
    return y


case(first_call_of_all, (r(3), [1]), other=[(r(3), []), (r(2), [0, 2])])


def known_or_new(x, table):
    y = np.sin(x) if not table else x**3
    table["k"] = 1
    return y


case(known_or_new, (r(3), {}), other=[(r(3), {"a": 2})])


def all_but_the_first_squared(x):
    out = []
    for v in x:
        y = v * v if out else v
        out.append(y)
    return sum(out)


case(all_but_the_first_squared, (r(3),), other=[(r(5),), (r(1),)])


def each_with_the_one_before(x):
    out = []
    for v in x:
        prev = out[-1] if out else 0.0
        out.append(v * v + prev * v)
    return sum(out)


case(each_with_the_one_before, (r(3),), other=[(r(5),)])


def both_filled(x, one, two):
    y = x * 1.0
    for k in range(3):
        if one and two:
            y = y * x
        two.append(k)
    return y


case(both_filled, (r(3), [1], []), other=[(r(3), [], []), (r(3), [1], [2])])


def set_of_seen(x, items):
    seen = set()
    total = 0.0
    for k in items:
        if seen:
            total += x[k] ** 2
        else:
            total += x[k]
        seen.add(k)
    return total


case(set_of_seen, (r(3), [0, 2]), other=[(r(3), [1, 1, 0]), (r(3), [2])])

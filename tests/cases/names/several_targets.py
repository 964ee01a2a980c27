"""Several targets in one statement: passive and traced, swapped, chained, nested, starred."""

import numpy as np

from tests.cases import case, normal

r = normal(403)


def swap_behind_a_traced_test(x):
    u = np.array([1.0, 2.0])
    if np.sum(x) > 900:
        u[0], u[1] = u[1], u[0]
    return u[0] * x


case(swap_behind_a_traced_test, (r(4),), other=[(r(4) + 1000,)])


def traced_and_passive_at_once(x):
    u = np.array([1.0, 2.0])
    y = 0.0 * x
    if np.sum(x) > 900:
        y, u[0] = x * 3, 7.0
    return u[0] * x + y


case(traced_and_passive_at_once, (r(4),), other=[(r(4) + 1000,)])


def passive_item_first(x):
    u = [1.0, 2.0]
    if np.sum(x) > 900:
        u[0], y = 7.0, x * 3
    else:
        y = x
    return u[0] * x + y


case(passive_item_first, (r(4),), other=[(r(4) + 1000,)])


def chained_items(x):
    c = x.copy()
    c[0] = c[1] = np.sin(c[2]) * c[0]
    return c * x


case(chained_items, (r(4),), other=[(r(4) + 1000,)])


def chained_items_and_a_name(x):
    c = x.copy()
    k = np.zeros(4)
    c[0] = k[1] = y = np.sin(c[2]) * c[0]
    return c * x + k + y


case(chained_items_and_a_name, (r(4),), other=[(r(4) + 1000,)])


def chained_names(x):
    y = z = w = x * 2
    z = z + 1
    return y * z * w


case(chained_names, (r(4),), other=[(r(4) + 1000,)])


def chained_passive_items(x):
    u = np.array([1.0, 2.0])
    v = np.array([1.0, 2.0])
    if np.sum(x) > 900:
        u[0] = v[1] = u[1] + 3
    return u[0] * x + v[1]


case(chained_passive_items, (r(4),), other=[(r(4) + 1000,)])


def nested_targets_behind_a_test(x):
    u = np.zeros(3)
    if np.sum(x) > 900:
        (u[0], u[1]), u[2] = (u[1] + 1, 2.0), u[0] + 5
    return np.sum(u) * x


case(nested_targets_behind_a_test, (r(4),), other=[(r(4) + 1000,)])


def starred_slice(x):
    u = np.array([1.0, 2.0, 3.0])
    if np.sum(x) > 900:
        a, *u[:2] = 5.0, 6.0, 7.0
        return np.sum(u) * x * a
    return x * u[0]


case(starred_slice, (r(4),), other=[(r(4) + 1000,)])


def index_bound_in_the_same_statement(x):
    u = [1.0, 2.0]
    i = 0
    if np.sum(x) > 900:
        i, u[i] = 1, 9.0
    return u[0] * x + u[1] * i


case(index_bound_in_the_same_statement, (r(4),), other=[(r(4) + 1000,)])


def index_bound_by_the_same_chain(x):
    a, b = x, 2.0
    i = 0
    c = [0.0, 0.0]
    i = c[i] = 1
    return a * c[0] + b * c[1] + i * x


case(index_bound_by_the_same_chain, (r(4),), other=[(r(4) + 1000,)])


def item_that_becomes_traced(x):
    u = [1.0, 2.0]
    if np.sum(x) > 900:
        u[0], u[1] = x[0], u[0]
    return u[0] * x + u[1]


case(item_that_becomes_traced, (r(4),), other=[(r(4) + 1000,)])


def swap_of_traced_items(x):
    x = x.copy()
    x[0], x[1] = x[1], x[0]
    return x * np.arange(4.0)


case(swap_of_traced_items, (r(4),), other=[(r(4) + 1000,)])


def bubble_sort_of_an_index(x):
    idx = [2, 0, 1, 3]
    if np.sum(x) > 900:
        for i in range(3):
            for j in range(3 - i):
                if idx[j] > idx[j + 1]:
                    idx[j], idx[j + 1] = idx[j + 1], idx[j]
    return x[idx] * np.arange(4.0)


case(bubble_sort_of_an_index, (r(4),), other=[(r(4) + 1000,)])


def passive_and_optional(a=None, b=None, c=1.0):
    a, b = a * 10, b * 10
    return c * 2 + 0 * int(a) + int(b)


case(passive_and_optional, (2.03, 3.01, 4.0), other=[(1.02, 5.03, 2.0)])


def names_that_show_what_is_stored_behind(a, c):
    a = a * 2
    row, a[0] = a[0], c
    c, a[:] = a, c * row
    return np.sum(a * c) + np.sum(row**3)


case(names_that_show_what_is_stored_behind, (r(2, 3), r(3)), other=[(r(4, 2), r(2))])


def step(h, x):
    h = np.tanh(h + x)
    return h, h * x


def items_that_loops_and_calls_bind(h, x):
    out = np.zeros_like(x)
    total = 0.0
    for t, out[0] in enumerate(x):
        h, out[t] = step(h, out[0])
        total += np.sum(out**2)
    return total * out


case(items_that_loops_and_calls_bind, (r(2), r(3, 2)), other=[(r(3), r(4, 3))])


def targets_in_a_list(x):
    [a, b] = x * x
    c, [d, e] = x[0], x * 2
    return a * b + c * d * e


case(targets_in_a_list, (np.array([0.3, 0.7]),), other=[(np.array([-1.2, 0.4]),)])

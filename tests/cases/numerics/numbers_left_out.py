"""Numbers, and items of lists, that are zero or infinite where nothing of them is read: masked, unread, or put aside."""

import numpy as np

from tests.cases import case

A = np.array
X, SOME, NONE = A([0.3, 0.5]), A([True, False]), A([False, False])


def a_number_behind_a_mask(x, k, ok):
    l = np.log(k)
    y = x * l
    return np.sum(np.where(ok, y, x))


case(a_number_behind_a_mask, (X, 2.0, SOME), other=[(X, 0.0, NONE), (X, 3.0, ~NONE)])


def a_number_behind_a_flag(x, k, flag):
    l = np.log(k)
    y = x * l
    return np.sum(np.where(flag, y, x))


case(a_number_behind_a_flag, (X, 2.0, True), other=[(X, 0.0, False), (X, 3.0, False)])


def a_whole_number_behind_a_mask(x, k, ok):
    l = np.log(k)
    y = x * l
    return np.sum(np.where(ok, y, x))


case(a_whole_number_behind_a_mask, (X, 2, SOME), other=[(X, 0, NONE), (X, 3, SOME)])


def a_root_of_a_number(x, k, ok):
    s = np.sqrt(k)
    y = x / s
    return np.mean(y[ok]) if ok.any() else 0.0


case(a_root_of_a_number, (X, 2.0, SOME), other=[(X, 0.0, NONE), (X, 3.0, SOME)])


def a_share_of_the_sum(x, w, ok):
    z = np.sum(w)
    p = w / z
    return np.sum(np.where(ok, p * x, x))


case(a_share_of_the_sum, (X, A([0.2, 0.4]), SOME), other=[(X, A([0.0, 0.0]), NONE)])


def the_old_value_on_one_side(x, t, k):
    l = np.log(t)
    y = l * x
    y = y * k if k > 0 else x
    return y.sum()


case(the_old_value_on_one_side, (X, 2.0, 1), other=[(X, 0.0, 0), (X, 3.0, 2)])


def one_norm_for_all(x, bad):
    n = np.sqrt(np.sum(x**2))
    y = x / n
    y[bad] = 0
    return y


case(one_norm_for_all, (X, SOME), other=[(A([0.0, 0.0]), ~NONE)])

V = A([0.3, 0.5, 0.7])
LAST = [(A([0.3, 0.5, 0.0]), 2.0), (A([0.3, 0.5, 0.7, 0.0]), 2.0)]


def one_of_a_list(v, x):
    ls = [np.log(a) for a in v]
    return ls[0] * x


case(one_of_a_list, (V, 2.0), other=LAST)


def one_of_a_list_of_floats(v, x, i):
    ls = [np.sqrt(a) for a in v]
    return ls[i] * x


case(one_of_a_list_of_floats, ([0.3, 0.5], 2.0, 0), other=[([0.3, 0.0], 2.0, 0)])


def all_but_the_first(v):
    ls = []
    for a in v:
        ls.append(np.log(a))
    t = 0.0
    for l in ls[1:]:
        t = t + l
    return t


case(all_but_the_first, (V,), other=[(A([0.0, 0.5, 0.7]),)])


def one_of_a_dict(v, x):
    d = {i: np.log(a) for i, a in enumerate(v)}
    return d[0] * x


case(one_of_a_dict, (V, 2.0), other=LAST)


def items_of_an_array_made_of_a_list(v, x):
    a = np.array([np.log(q) * x for q in v])
    return a[0] + a[1]


case(items_of_an_array_made_of_a_list, (V, 2.0), other=LAST)


def items_of_an_array_that_is_filled(v, x):
    out = np.zeros(len(v))
    for i in range(len(v)):
        out[i] = x / v[i]
    return out[1:].sum()


case(items_of_an_array_that_is_filled, (V, 2.0), other=[(A([0.0, 0.5, 0.7]), 2.0)])


def one_written_over(v, x):
    y = [np.log(a) for a in v]
    y[1] = 0.0
    return sum(y) * x


case(one_written_over, (V, 2.0), other=[(A([0.3, 0.0, 0.7]), 2.0)])


def two_of_three_names(v, x):
    l0, l1, l2 = [np.log(a) for a in v]
    return l0 * x + l1


case(two_of_three_names, (V, 2.0), other=LAST[:1])


def one_row_of_a_list(m, x):
    y = [r / np.sum(r) for r in m]
    return np.sum(y[0] ** 2) * x


case(one_row_of_a_list, (A([[0.3, 0.5], [0.4, 0.2]]), 2.0), other=[(A([[0.3, 0.5], [0, 0]]), 2.0)])


def one_popped(v, x):
    y = [np.sqrt(a) for a in v]
    y.pop()
    return sum(y) * x


case(one_popped, (V, 2.0), other=LAST)


def the_one_that_is_popped(v, x):
    y = [np.sqrt(a) for a in v]
    a = y.pop(0)
    return a * x


case(the_one_that_is_popped, (V, 2.0), other=LAST)


def chosen_by_a_mask(v, ok):
    ls = [np.log(a) for a in v]
    return np.sum(np.array(ls)[ok])


case(chosen_by_a_mask, (X, A([True, True])), other=[(A([0.3, 0.0]), SOME)])


def logs(a, x):
    r = np.log(a) * x
    return r


def of_a_function(v, x):
    rows = [logs(a, x) for a in v]
    return rows[0] + rows[1]


case(of_a_function, (V, 2.0), other=LAST)


def entropies(m, keep):
    out = []
    for r in m:
        p = r / r.sum()
        out.append(-np.sum(p * np.log(p)))
    return np.array(out)[keep].mean()


ROWS = A([[0.3, 0.5, 0.4], [0.2, 0.1, 0.7]])
case(entropies, (ROWS, A([True, True])), other=[(ROWS * A([[0.0], [1.0]]), A([False, True]))])


def norms(m, k):
    ns = [np.linalg.norm(r) for r in m]
    return np.log(ns[-1]) * k


case(norms, (ROWS, 2.0), other=[(ROWS * A([[0.0], [1.0]]), 2.0)])


def a_sum_over_trips(v, x, n):
    s = np.sqrt(n)
    out = []
    for a in v:
        out.append(a * x / s)
    return out[-1] + out[0]


case(a_sum_over_trips, (V, 2.0, 4.0), other=[(V, 1.0, 9.0)])


def rows_without_a_name(m):
    a, _, c = [np.sqrt(r) for r in m]
    return (a * c).sum()


SQUARE = A([[0.3, 0.5, 0.4], [0.2, 0.1, 0.7], [0.9, 0.4, 0.3]])
MIDDLE = A([[1.0], [0.0], [1.0]])
case(rows_without_a_name, (SQUARE,), other=[(SQUARE * MIDDLE,), (2 * SQUARE[:, :2],)])


def rows_that_nothing_reads(m):
    a, b, c = np.sqrt(m)
    return (a * c).sum()


case(rows_that_nothing_reads, (SQUARE,), other=[(SQUARE * MIDDLE,), (2 * SQUARE[:, :2],)])


def half_of_a_split(v):
    a, b = np.split(np.log(v), 2)
    return a.sum()


case(half_of_a_split, (X,), other=[(A([0.3, 0.0]),), (A([0.3, 0.4, 0.0, 0.1]),)])


def one_part_of_a_split(v):
    parts = np.split(np.log(v), 3)
    return parts[0].sum()


case(one_part_of_a_split, (V,), other=[(A([0.3, 0.0, 0.0]),)])

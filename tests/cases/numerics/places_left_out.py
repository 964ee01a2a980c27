"""What is read at some places alone, or written over at others: what is infinite elsewhere, or has an infinite slope
there, counts for nothing.
"""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(163)
POSITIVE, AT_ZERO = np.array([0.4, 1.2, 0.7]), np.array([0.0, 1.2, 2.0])
LABELS = np.array([0, 1, 2, 1])
SURE = 1000.0 * r(4, 3)
SURE[np.arange(4), LABELS] += 5000.0  # all other probabilities are zero


def shares(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def taken_along(x, y):
    logs = -np.log(shares(x))
    return np.take_along_axis(logs, y[:, None], axis=1).mean()


case(taken_along, (r(4, 3), LABELS), other=[(SURE, LABELS)])


def one_of_each_row_in_a_loop(x, y):
    logs = -np.log(shares(x))
    total = 0.0
    for i in range(len(y)):
        total += logs[i, y[i]]
    return total


case(one_of_each_row_in_a_loop, (r(4, 3), LABELS), other=[(SURE, LABELS)])


def one_of_each_row(x, y):
    logs = -np.log(shares(x))
    total = 0.0
    for row, c in zip(logs, y):
        total += row[c]
    return total / len(y)


case(one_of_each_row, (r(4, 3), LABELS), other=[(SURE, LABELS)])


def largest_logarithm(x):
    return np.max(np.log(shares(x)))


case(largest_logarithm, (r(1, 3),), other=[(np.array([[0.0, 2000.0, 10.0]]),)])


def some_roots(x, v, i):
    y = np.sqrt(v) * x
    return np.sum(y[i] ** 2)


case(
    some_roots,
    (r(3), POSITIVE, np.array([0, 1, 2])),
    other=[(r(3), AT_ZERO, np.array([1, 2])), (r(3), AT_ZERO - 0.5, np.array([1, 1]))],
)


def roots_but_the_first(x, v):
    y = np.sqrt(v) * x
    return np.sum(y[1:] ** 2)


case(roots_but_the_first, (r(3), POSITIVE), other=[(r(3), AT_ZERO)])


def largest_of_sorted(x, k):
    return np.sum(np.sort(np.log(np.abs(x)))[-k:])


case(largest_of_sorted, (r(4), 2), other=[(AT_ZERO, 2)])


def root_of_the_largest(x, v):
    return (np.sqrt(v) * x)[np.argmax(v)]


case(root_of_the_largest, (r(3), POSITIVE), other=[(r(3), AT_ZERO)])


def pairs_above_the_diagonal(x, v):
    d = np.sqrt(((x[:, None] - x[None]) ** 2).sum(-1))
    i, j = np.triu_indices(len(x), 1)
    e = v[:, None] * v[None] / d
    return np.sum(e[i, j])


case(pairs_above_the_diagonal, (r(3, 2), r(3)), other=[(r(4, 2), r(4))])


def diagonal_written_over(x, m):
    d = x[:, None] - x[None]
    inv = (d**2).sum(-1) ** -1.5
    np.fill_diagonal(inv, 0.0)
    return (m[None, :, None] * d * inv[..., None]).sum(1)


case(diagonal_written_over, (r(3, 2), r(3)), other=[(r(4, 2), r(4))])


def diagonal_by_ranges(x, m):
    inv = 1 / (x[:, None] - x[None])
    inv[np.arange(len(x)), np.arange(len(x))] = 0.0
    return (m[None, :] * inv).sum(1)


case(diagonal_by_ranges, (r(3), r(3)), other=[(r(4), r(4))])


def logarithms_below(x, v):
    e = np.log(np.linalg.norm(x[:, None] - x[None], axis=-1)) * v
    return np.sum(np.tril(e, -1))


case(logarithms_below, (r(3, 2), r(3)), other=[(r(4, 2), r(4))])


def one_direction(x, k):
    u = x / np.linalg.norm(x, axis=1)[:, None]
    return u[k]


case(one_direction, (r(3, 2), 1), other=[(r(3, 2) * np.array([[0.0], [1.0], [0.0]]), 1)])


def joined_and_masked(x, v, ok):
    z = np.concatenate([np.log(v) * x, x])
    return np.sum(z[np.concatenate([ok, ok])])


case(
    joined_and_masked,
    (r(3), POSITIVE, np.array([True, True, True])),
    other=[(r(3), AT_ZERO, np.array([False, True, True]))],
)


def counted_from(v, x, n):
    total = 0.0
    for i in range(len(v)):
        q = np.log(v[i]) * x[i]
        if i >= n:
            total += q
    return total


case(counted_from, (POSITIVE, r(3), 0), other=[(AT_ZERO, r(3), 1), (AT_ZERO - 1, r(3), 2)])


def counted_where(x, v, ok):
    total = 0.0
    for i in range(len(v)):
        q = np.log(v[i])
        if ok[i]:
            total += q * x[i]
    return total


case(
    counted_where,
    (r(3), POSITIVE, np.array([True, True, True])),
    other=[(r(3), AT_ZERO, np.array([False, True, True]))],
)


def root_of_an_item(x, v):
    s = np.sqrt(v[0])
    return np.sum(x) * (s if v[0] > 0 else 1.0)


case(root_of_an_item, (r(3), POSITIVE), other=[(r(3), AT_ZERO - 0.1)])


def quotient_that_counts(x, k, counts):
    y = x / k
    return np.where(counts, y, 0.0)


case(quotient_that_counts, (r(3), 0.4, True), other=[(r(3), 0.0, False)])


ROWS = np.array([[1.0, 0.5], [0.3, 0.2], [0.7, 0.9]])
COUNTS, ONE_EMPTY = np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 0.0])
EMPTY_ROWS = [
    (ROWS, ONE_EMPTY),
    (ROWS * np.array([[1.0], [1.0], [0.0]]), ONE_EMPTY),
    (np.float32(ROWS), np.float32(ONE_EMPTY)),
]


def one_pair(x, n):
    u = x / n[:, None]
    c = u @ u.T
    return c[0, 1]


case(one_pair, (ROWS, COUNTS), other=EMPTY_ROWS)


def pair_of_logarithms(x, n):
    u = np.log(n)[:, None] * x
    return (u @ u.T)[0, 1]


case(pair_of_logarithms, (ROWS, COUNTS), other=EMPTY_ROWS)


def first_pairs(x, n):
    u = x / n[:, None]
    c = np.dot(u, u.T)
    return np.sum(c[:2, :2])


case(first_pairs, (ROWS, COUNTS), other=EMPTY_ROWS)


def alike(x, n):
    u = x / n[:, None]
    return u @ u.T


def pair_of_a_helper(x, n):
    c = alike(x, n)
    return c[1, 0] * 2


case(pair_of_a_helper, (ROWS, COUNTS), other=EMPTY_ROWS)


def pairs_in_a_loop(x, n):
    u = x / n[:, None]
    s = 0.0
    for i in range(2):
        c = u @ x.T
        s += c[i, i + 1]
    return s


case(pairs_in_a_loop, (ROWS, COUNTS), other=EMPTY_ROWS[:2])


def pair_of_einsum(x, n):
    c = np.einsum("ij,kj->ik", x / n[:, None], x)
    return c[0, 1]


case(pair_of_einsum, (ROWS, COUNTS), other=EMPTY_ROWS)


SOME = np.array([True, False, True])
WITHOUT = np.array([0.4, 0.0, 1.3])
ALL_THERE = np.array([0.4, 0.9, 1.3])


def those_of_a_list(x, v, ok):
    ls = [np.log(a) for a in v]
    return sum(l * b for l, b, o in zip(ls, x, ok) if o)


case(those_of_a_list, (COUNTS, ALL_THERE, SOME), other=[(COUNTS, WITHOUT, SOME)])


def those_of_a_list_by_place(x, v, ok):
    ls = [np.log(a) for a in v]
    s = 0.0
    for i in range(len(ls)):
        if ok[i]:
            s += ls[i] * x[i]
    return s


case(those_of_a_list_by_place, (COUNTS, ALL_THERE, SOME), other=[(COUNTS, WITHOUT, SOME)])


def those_of_an_appended_list(x, v, ok):
    roots = []
    for a in v:
        roots.append(np.sqrt(a) * x[0])
    t = 0.0
    for r, o in zip(roots, ok):
        t += r if o else 0.0
    return t * x[1]


case(those_of_an_appended_list, (COUNTS, ALL_THERE, SOME), other=[(COUNTS, WITHOUT, SOME)])


WITH_ZERO = np.array([1.5, 0.0, 2.0])


def read_in_the_next_trip(x, w, n):
    total = 0.0
    for _ in range(n):
        total = total + np.sum(x)
        x = x / w
    return total + x[0]


case(
    read_in_the_next_trip,
    (POSITIVE, POSITIVE + 1.0, 2),
    other=[(POSITIVE, WITH_ZERO, 0), (POSITIVE, WITH_ZERO, 1), (POSITIVE, POSITIVE, 3)],
)


def read_in_no_trip(x, n):
    y, total = np.sqrt(x), 0.0
    for _ in range(n):
        total = total + np.sum(y)
    return total + y[1]


case(read_in_no_trip, (POSITIVE, 2), other=[(AT_ZERO, 0), (POSITIVE, 3)])


def read_on_one_side(x, w, whole):
    y = x / w
    if whole:
        return np.sum(y)
    return 2 * y[0]


case(read_on_one_side, (POSITIVE, POSITIVE, True), other=[(POSITIVE, WITH_ZERO, False)])


def both_ends(x, w):
    y = x / w
    return np.sum(y[:3]) + np.sum(y[-3:])


case(
    both_ends,
    (np.arange(1.0, 7.0), np.arange(2.0, 8.0)),
    other=[(np.arange(1.0, 8.0), np.array([1.0, 2.0, 3.0, 0.0, 4.0, 5.0, 6.0]))],
)


def differences(x, w):
    y = np.sqrt(x) * w
    return np.sum((y[1:] - y[:-1]) ** 2)


case(differences, (POSITIVE, POSITIVE), other=[(np.ones(1), np.ones(1)), (AT_ZERO + 1, AT_ZERO)])


def read_by_what_is_not_read(x, w):
    y = x / w
    unread = np.sum(y)
    return y[0]


case(read_by_what_is_not_read, (POSITIVE, POSITIVE), other=[(POSITIVE, WITH_ZERO)])


def logarithm_on_one_side(x, c, log):
    z = np.where(x > 0, x / c, 0.0)
    if log:
        return np.sum(z) + np.log(c)
    return np.sum(z)


case(
    logarithm_on_one_side,
    (POSITIVE, 1.3, True),
    other=[(-POSITIVE, 0.0, False), (POSITIVE, 2.0, False)],
)


def overwritten_under_another_name(x, w):
    y = x / w
    z = y
    z[w == 0] = 0.0
    return np.sum(y)


def overwritten_in_a_list(x, w):
    y = x / w
    parts = [y, x]
    parts[0][w == 0] = 0.0
    return np.sum(y)


def overwritten_one_by_one(x, w):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] / w[i]
        if w[i] == 0:
            y[i] = 0.0
    return np.sum(y[1:]) + np.sum(y[:-1])


for function in (
    overwritten_under_another_name,
    overwritten_in_a_list,
    overwritten_one_by_one,
):
    case(function, (POSITIVE, POSITIVE), other=[(POSITIVE, WITH_ZERO)], wrt=["x"])

"""A maximum that is taken off and put back, or that cancels: it gets no gradient, and none is lost where it does not."""

import numpy as np

from tests.cases import case, raises

rng = np.random.RandomState(5)
r = rng.randn


def named_by_columns(s):
    m = s.max(axis=0)
    out = m + np.log(np.exp(s - m).sum(axis=0))
    return out


case(named_by_columns, (r(4, 3),), other=[(r(5, 2),), (r(3, 3),)])


def item_of_a_column(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x - m), axis=1)) + m[:, 0]


case(item_of_a_column, (r(4, 3),), other=[(r(5, 2),), (r(3, 3),)])


def column_of_the_largest(x):
    m = x.max(1)[:, None]
    return m[:, 0] + np.log(np.exp(x - m).sum(1))


case(column_of_the_largest, (r(4, 3),), other=[(r(5, 2),), (r(3, 3),)])


def shares_and_their_total(x):
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - m)
    t = e.sum(axis=1, keepdims=True)
    return e / t, np.sum(m + np.log(t))


case(shares_and_their_total, (r(4, 3),), other=[(r(5, 2),), (r(3, 3),)])


def score_of_the_right_class(x, y):
    z = x - x.max(axis=1, keepdims=True)
    lse = np.log(np.sum(np.exp(z), axis=1))
    return np.mean(lse - z[np.arange(len(y)), y])


case(
    score_of_the_right_class, (r(4, 3), np.array([0, 1, 2, 1])), other=[(r(2, 3), np.array([0, 1]))]
)


def axes_of_their_own(x, a, b):
    m = x.max(axis=a, keepdims=True)
    e = np.exp(x - m)
    return e / e.sum(axis=b, keepdims=True)


case(axes_of_their_own, (r(4, 3), 0, 0), other=[(r(4, 3), 0, 1), (r(4, 3), 1, 0)])


def another_largest_is_added(x, j, k):
    m = x.max(axis=1)
    return m[j] + np.log(np.exp(x - m[k]).sum())


case(another_largest_is_added, (r(4, 3), 1, 1), other=[(r(4, 3), 0, 1), (r(4, 3), 1, 0)])


def added_some_times(x, k):
    m = x.max(axis=1, keepdims=True)
    return k * m + np.log(np.exp(x - m).sum(axis=1, keepdims=True))


case(added_some_times, (r(4, 3), 1), other=[(r(4, 3), 2)])


def taken_off_on_one_side(x, k):
    m = x.max(axis=1, keepdims=True)
    if k:
        z = x - m
    else:
        z = x
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


case(taken_off_on_one_side, (r(4, 3), 1), other=[(r(4, 3), 0)])


def taken_off_in_a_loop(x, k):
    out = 0.0
    m = x.max(axis=1, keepdims=True)
    for i in range(k):
        e = np.exp(x - m)
        p = e / e.sum(axis=1, keepdims=True)
        out = out + (p**2).sum()
        x = x + p
    return out


case(taken_off_in_a_loop, (r(4, 3), 3), other=[(r(4, 3), 0)])


def returned_behind_the_loop(x, k):
    out = 0.0
    for i in range(k):
        m = x.max(axis=1, keepdims=True)
        e = np.exp(x - m)
        p = e / e.sum(axis=1, keepdims=True)
        out = out + (p**2).sum()
        x = x + p
    return out, m * 1.0 if k else x


case(returned_behind_the_loop, (r(4, 3), 3), other=[(r(4, 3), 0)])


def read_in_the_next_trip(x, k):
    out = 0.0
    m = x[:, :1] * 2
    for i in range(k):
        z = x - m
        e = np.exp(z)
        out = out + ((e / e.sum(axis=1, keepdims=True)) ** 2).sum() + (m**2).sum()
        m = x.max(axis=1, keepdims=True)
        x = x * 1.1
    return out


case(read_in_the_next_trip, (r(4, 3), 3), other=[(r(4, 3), 0)])


def taken_off_along_another_axis(x):
    m = x.max(axis=1)
    e = np.exp(x - m)
    return e / e.sum(axis=1, keepdims=True)


case(taken_off_along_another_axis, (r(4, 4),), other=[(r(3, 3),)])


def changed_under_two_names(x):
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - m)
    f = e
    e /= e.sum(axis=1, keepdims=True)
    return e * f


case(changed_under_two_names, (r(4, 3),), other=[(r(2, 5),)])


def larger_of_two(a, b):
    m = np.maximum(a, b)
    s = np.exp(a - m) + np.exp(b - m)
    return m + np.log(s), np.exp(a - m) / s


case(larger_of_two, (r(4, 3), r(4, 3)), other=[(r(2, 5), r(2, 5))])


def weighted_sum(x, w):
    m = x.max(axis=1, keepdims=True)
    return (m + np.log(np.sum(w**2 * np.exp(x - m), axis=1, keepdims=True))).sum()


case(weighted_sum, (r(4, 3), r(3)), other=[(r(2, 5), r(5))])


def weighted_average(x, w):
    m = x.max(axis=1, keepdims=True)
    e = np.exp(x - m)
    return (e @ w) / e.sum(axis=1)


case(weighted_average, (r(4, 3), r(3)), other=[(r(2, 5), r(5))])


def times_a_sum_of_zero(xs):
    return np.sum(xs) * np.max(xs) + np.mean(xs)


case(times_a_sum_of_zero, ([0.3, -0.8, 0.5],), other=[([0.9, 0.1, -0.2, 0.6],)])


def times_zeros(x, w):
    m = np.max(x, axis=1, keepdims=True)
    return w * m + np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))


case(times_zeros, (r(3, 4), np.zeros((3, 1))), other=[(r(2, 3), r(2, 1))])


def where_nothing_is(x, mask):
    m = np.max(x, axis=1)
    lse = m + np.log(np.sum(np.exp(x - m[:, None]), axis=1))
    return np.where(mask, m, lse)


case(
    where_nothing_is,
    (r(3, 4), np.array([False, False, False])),
    other=[(r(2, 3), np.array([True, False]))],
)


def largest_of_three(a, b, c):
    return max(a, max(b, c)) - min(a, min(b, c))


case(largest_of_three, (5.0, 3.0, 2.0), other=[(1.0, 3.0, 2.0), (0.1, 0.2, 0.7)])
case(largest_of_three, (1.0, 3.0, 2.0), other=[(5.0, 3.0, 2.0)], name="largest_behind")


def clipped_at_its_maximum(x, top):
    m = np.max(x, axis=1, keepdims=True)
    return np.minimum(np.maximum(x, top), m)


case(clipped_at_its_maximum, (r(3, 4), 9.0), other=[(r(3, 4), -0.5)])


def item_by_an_argument(x, k):
    x = x - np.max(x)
    return np.log(np.sum(np.exp(x))) - x[k]


case(item_by_an_argument, (r(5), 2), other=[(r(3), 0), (r(4), -1), (np.array([2.0, 2.0]), 1)])


def share_by_an_argument(x, k):
    e = np.exp(x - np.max(x))
    return np.log(e[k] / np.sum(e))


case(share_by_an_argument, (r(5), 2), other=[(r(3), 0)])
case(
    share_by_an_argument,
    (r(5), np.array([2, 0])),
    other=[(r(3), np.array([0, 0, 2]))],
    name="shares",
)


def one_of_each_row(x, y):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x), axis=1)) - x[np.arange(x.shape[0]), y]


case(
    one_of_each_row,
    (r(4, 3), np.array([0, 2, 1, 1])),
    other=[(r(2, 5), np.array([4, 4])), (r(1, 3), np.array([1]))],
)


def rows_that_are_picked(x, y, rows):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x), axis=1)) - x[rows, y]


case(
    rows_that_are_picked,
    (r(3, 3), np.array([0, 2, 1]), np.array([0, 1, 2])),
    other=[(r(3, 3), np.array([1, 0, 1]), np.array([2, 0, 0]))],
)


def one_of_each_column(x, y):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.log(np.sum(np.exp(x), axis=1)) - x[y, np.arange(3)]


case(
    one_of_each_column,
    (r(3, 3), np.array([0, 1, 2])),
    other=[(r(3, 3), np.array([2, 2, 1])), (r(3, 3), np.array([2, 0, 1]))],
)


def behind_a_mask(x, mask):
    x = x - np.max(x, axis=0)
    return np.sum(np.exp(x), axis=0) + 0.0 * np.sum(x[mask]), np.sum(x[mask]) - np.sum(x[mask])


case(
    behind_a_mask,
    (r(3, 2), np.array([[True, False], [True, False], [False, True]])),
    other=[(r(3, 2), np.array([[True, True], [True, False], [False, True]]))],
)


def as_many_rows_as_labels(x, y):
    x = x - np.max(x, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(x), axis=1)) - x[np.arange(len(y)), y])


case(
    as_many_rows_as_labels,
    (r(4, 3), np.array([0, 2, 1, 1])),
    other=[(r(2, 3), np.array([0, 2]))],
    guarded=[raises("x.shape[0] == y.shape[0]", r(4, 3), np.array([1]))],
)


def least_cost(x, beta):
    w = np.exp(-beta * (x - x.min(axis=1, keepdims=True)))
    return w / w.sum(axis=1, keepdims=True)


case(least_cost, (r(3, 4), 0.7), other=[(r(2, 5), 1.3)])


def warm(x, t):
    m = x.max(axis=1)
    return m + t * np.log(np.sum(np.exp((x - m[:, None]) / t), axis=1))


case(warm, (r(3, 4), 1.0), other=[(r(2, 5), 1.3)])


def scaled_once(x, b):
    m = x.max(axis=1)
    return m + np.log(np.sum(np.exp(b * (x - m[:, None])), axis=1))


case(scaled_once, (r(3, 4), 1.0), other=[(r(2, 5), 1.3)])


def scaled_by_what_is_bound_anew(x, b):
    m = x.max(axis=1)
    e = np.sum(np.exp(b * (x - m[:, None])), axis=1)
    b = b * b
    return b * m + np.log(e)


case(scaled_by_what_is_bound_anew, (r(3, 4), 1.0), other=[(r(2, 5), 1.3)])

"""Terms with one factor in common, in a loop that reads what it filled: put together where the buffer surely holds
floats, as masks cannot be subtracted from one another.
"""

import numpy as np

from tests.cases import case, normal

r = normal(733)
MASK = np.array([True, False, True, True, False])


def moving_average(x, alpha):
    out = np.zeros_like(x)
    out[0] = x[0]
    for t in range(1, len(x)):
        out[t] = alpha * x[t] + (1 - alpha) * out[t - 1]
    return out


case(moving_average, (r(7), 0.3), other=[(r(1), 0.9), (r(2), 0.0)])


def two_masks(x, a):
    seen = np.zeros_like(MASK)
    also = np.ones_like(seen)
    hit = x > 0
    out = np.zeros(len(x))
    for t in range(len(x)):
        seen[t] = hit[t]
        out[t] = a * seen[t] - a * also[t]
    return out


case(two_masks, (r(5), 0.3), other=[(r(2), 0.9), (r(1), 0.0)])


def like_itself(x, a, n):
    out = np.zeros(len(x))
    for _ in range(n):
        out = np.ones_like(out)
        for t in range(1, len(x)):
            out[t] = a * x[t] + (1 - a) * out[t - 1]
    return out


case(like_itself, (r(5), 0.3, 2), other=[(r(2), 0.9, 1), (r(3), 0.0, 0)])


def rows_of_a_moving_average(x, alpha):
    out = np.zeros_like(x)
    out[0] = x[0]
    for t in range(1, len(x)):
        out[t] = alpha * x[t] + (1 - alpha) * out[t - 1]
    return out


case(rows_of_a_moving_average, (r(7, 3), 0.3), other=[(r(1, 2), 0.9), (r(2, 1), 0.0)])


def counters_that_are_rows_later(x, rows, a):
    total = np.zeros(len(x))
    for t in range(len(x)):
        total[t] = a * x[t] + (1 - a) * total[t - 1]
    for t in rows:
        total = total + a * x[t] * np.sum(x)
    return total


case(
    counters_that_are_rows_later,
    (r(4), [np.array([0, 1, 2, 1]), np.array([3, 3, 0, 1])], 0.3),
    other=[(r(2), [np.array([0, 1])], 0.7), (r(3), [], 0.7)],
)

"""Terms with one factor in common, in a loop that reads what it filled: put together where the buffer surely holds
floats, as masks cannot be subtracted from one another.
"""

import numpy as np

from tests.cases import case, normal, raises

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


def row_maxima(x):
    out = np.zeros(x.shape[0])
    for i in range(x.shape[0]):
        out[i] = x[i].max()
    return out


def largest_so_far(x):
    best = np.zeros(len(x))
    best[0] = x[0]
    for t in range(1, len(x)):
        best[t] = max(best[t - 1], x[t])
    return best


def both_ends(x):
    ends = np.zeros(2)
    ends[0] = x.max()
    ends[1] = x.min()
    return ends * x[0]


def pooled(x):
    out = np.empty((x.shape[0] // 2, x.shape[1] // 2))
    for i in range(x.shape[0] // 2):
        for j in range(x.shape[1] // 2):
            out[i, j] = np.max(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])
    return out


def by_the_largest_of_a_row(x):
    m = np.empty((len(x), 1))
    np.max(x, axis=1, keepdims=True, out=m)
    return x / m


def spread_of_rows(x):
    out = np.zeros(len(x))
    for i, row in enumerate(x):
        out[i] = np.ptp(row)
    return out


def thirds(*shape):
    """Numbers of more digits than a buffer of float64 holds."""
    return (np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape) % 7).astype(np.longdouble) / 3


X = np.array([[0.3, -1.2, 0.7, 0.1], [0.4, 0.9, -0.3, 0.2]])
# A buffer of the function's holds fewer digits than thirds of longdouble have: nothing equals what was rounded.
for function in (row_maxima, pooled):
    case(function, (X,), guarded=[raises("x was an array of floats", thirds(2, 4))])
case(both_ends, (X[0],), guarded=[raises("a vector x of floats", thirds(4))])
for function in (by_the_largest_of_a_row, spread_of_rows):
    case(function, (X,), other=[(thirds(2, 4),)])
case(largest_so_far, (X[0],), other=[(thirds(5),)])

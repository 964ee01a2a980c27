"""The largest of numbers, one of which stands there several times: no kink, and its gradient counts once."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(73)
x4, I = r(4), np.array([0, 1, 2])
TWICE = np.array([2, 2, 1, 2])
HIGH = np.array([0.1, 0.2, 1.5, -0.3])


def largest_of_picked(x, i):
    return np.max(x[i]) * x[3]


case(largest_of_picked, (x4, I), wrt=("x",), other=[(HIGH, TWICE), (-HIGH, TWICE)])


def smallest_of_picked_rows(x, i):
    rows = x[i]
    return np.min(rows, axis=0)


case(smallest_of_picked_rows, (r(4, 3), I), wrt=("x",), other=[(r(4, 2), TWICE)])


def largest_behind_a_relu(x, i):
    h = np.maximum(0, 2 * x[i])
    return np.max(h)


case(largest_behind_a_relu, (abs(x4), I), wrt=("x",), other=[(HIGH, TWICE)])


def largest_of_repeated(x):
    return np.max(np.repeat(x, 2)) + np.max(np.tile(x, 3))


case(largest_of_repeated, (r(3),), other=[(r(4),)])


def widest_pair(x):
    return np.max(np.abs(x[:, None] - x[None, :]))


case(widest_pair, (r(4),), other=[(r(3),)])


def largest_product(x):
    return np.max(np.outer(x, x) * (1 - np.eye(len(x))))


case(largest_product, (r(4),), other=[(r(3),)])


def largest_of_padded(x):
    return np.max(np.pad(x, 2, mode="edge"))


case(largest_of_padded, (r(4),), other=[(r(3),)])


def largest_shifted_row(x, c):
    return np.sum(np.max(x + c, axis=0))


case(largest_shifted_row, (r(3), np.zeros((2, 3))), wrt=("x",), other=[(r(2), np.zeros((4, 2)))])


def range_of_picked(x, i):
    return np.ptp(x[i])


case(range_of_picked, (x4, I), wrt=("x",), other=[(HIGH, np.array([2, 0, 2, 0, 1]))])


def largest_norm_of_picked(x, i):
    return np.linalg.norm(x[i], np.inf)


case(largest_norm_of_picked, (x4, I), wrt=("x",), other=[(HIGH, TWICE)])


def largest(v):
    w = v * 2.0
    return np.max(w) + np.min(w - 1.0)


def largest_in_a_helper(x, i):
    return largest(x[i])


case(largest_in_a_helper, (x4, I), wrt=("x",), other=[(HIGH, TWICE)])


def pooled_windows(x, i):
    cols = x[i]
    total = 0.0
    for k in range(2):
        window = cols[k : k + 2]
        total += np.max(window)
    return total


case(pooled_windows, (x4, I), wrt=("x",), other=[(HIGH, TWICE)])


def largest_of_softmax_shift(x, i):
    s = x[i] - np.max(x[i])
    return np.sum(np.exp(s) ** 2)


case(largest_of_softmax_shift, (x4, I), wrt=("x",), other=[(HIGH, TWICE)])


def builtin_largest(x, i):
    return max(x[i]) + min(x[i])


case(builtin_largest, (x4, I), wrt=("x",), other=[(HIGH, TWICE)])


def ordered_with_repeats(a, b, c):
    first, second, third = sorted([a, b, a + 0 * c])
    return first + 2 * second + 5 * third


case(ordered_with_repeats, (0.3, 0.7, 0.1), other=[(1.3, 0.7, 0.2)])


def ordered_from_the_top(a, b):
    top = sorted([a, b, a * b], reverse=True)
    return top[0] + 2 * top[1] + 5 * top[2]


case(ordered_from_the_top, (0.3, 0.7), other=[(1.3, -0.7)])


def repeated_columns_of_a_square(x, w):
    y = x[:, [0, 0, 1]]
    return np.sum(w * (y - np.max(y, axis=1, keepdims=True)) ** 2)


case(
    repeated_columns_of_a_square,
    (np.array([[-3.0, 1.0], [1.0, 2.0], [0.5, 0.9]]), r(3, 3)),
    other=[(np.array([[3.0, 1.0], [-1.0, 2.0], [0.5, 0.1]]), r(3, 3)), (r(5, 2), r(5, 3))],
)


def shifted_after_a_branch(a, v, flag=True):
    scores = a @ v
    if flag:
        scores = scores * 2.0
    scores = scores - scores.max(axis=-1, keepdims=True)
    w = np.exp(scores)
    w = w / w.sum(axis=-1, keepdims=True)
    return w @ a


case(
    shifted_after_a_branch,
    (r(3, 4), r(4, 3)),
    other=[(r(2, 3), r(3, 2), False), (np.zeros((2, 3)), r(3, 2), True)],
)


def shifted_in_each_trip(a, n):
    scores = a * a
    for _ in range(n):
        scores = scores - scores.max(axis=-1, keepdims=True)
        w = np.exp(scores) / np.sum(np.exp(scores), axis=-1, keepdims=True)
        scores = w * a
    return scores


case(shifted_in_each_trip, (r(3, 4), 2), other=[(r(2, 3), 0), (r(2, 3), 3)])


def shifted_scores_read_before_and_behind(a, flag=True):
    scores = a * a
    if flag:
        scores = scores + 1.0
    total = np.sum(scores)
    scores = scores - scores.max(axis=-1, keepdims=True)
    w = np.exp(scores) / np.sum(np.exp(scores), axis=-1, keepdims=True)
    return w * total + scores


case(shifted_scores_read_before_and_behind, (r(3, 4),), other=[(r(2, 3), False)])


def largest_of_places_named_twice(x):
    return np.max(x[[0, 0, 1]])


case(largest_of_places_named_twice, (np.array([2.0, 1.0, 0.5]),), other=[(np.array([0.5, 2.0]),)])


def largest_of_places_named_once(x):
    return np.max(x[[0, 2]])


case(largest_of_places_named_once, (np.array([2.0, 1.0, 0.5]),), other=[(r(4),)])


def largest_of_a_symmetric_sum(m):
    return np.max(m + m.T)


case(
    largest_of_a_symmetric_sum,
    (np.array([[1.0, 5.0], [4.0, 2.0]]),),
    other=[(np.array([[0.5, 2.0, 1.0], [1.5, 0.0, 0.2], [0.1, 0.3, 0.4]]),)],
)


def likeliest_path(T, E, seen):
    v = E[:, seen[0]]
    for o in seen[1:]:
        s = v[:, None] + T
        v = np.max(s, axis=0) + E[:, o]
    return np.max(v)


# Two ways through a dynamic program sum up the same numbers in another order: equal wherever they are the best.
JUMPS, SIGNS = np.array([[1.0, 2.0], [2.1, -3.0]]), np.array([[0.1, 0.2, 0.3], [-9.0, 0.4, 0.5]])
case(
    likeliest_path,
    (JUMPS, SIGNS, [0, 1, 2, 0]),
    other=[
        (JUMPS, SIGNS, [0, 1, 1, 0]),
        (JUMPS, SIGNS, [0, 2, 2, 2, 0]),
        (r(3, 3), r(3, 4), [3]),
        (r(3, 3), r(3, 4), [3, 0, 1]),
        (JUMPS, SIGNS, [0, 1, 1, 0, 1, 1, 0]),
    ],
)

case(
    likeliest_path,
    (JUMPS, SIGNS, np.array([0, 1, 2, 0])),
    other=[(JUMPS, SIGNS, np.array([0, 1, 1, 0]))],
    name="likeliest_path_of_an_array",
)


def likeliest_path_of_a_tuple(T, E, seen):
    return likeliest_path(T, E, seen)


case(
    likeliest_path_of_a_tuple,
    (JUMPS, SIGNS, (0, 1, 2, 0)),
    other=[(JUMPS, SIGNS, (0, 1, 1, 0)), (r(3, 3), r(3, 4), (3,))],
)


def likeliest_path_of_options(T, E, data):
    v = E[:, 0]
    for o in data["seen"]:
        s = v[:, None] + T
        v = np.max(s, axis=0) + E[:, o]
    return np.max(v)


case(
    likeliest_path_of_options,
    (JUMPS, SIGNS, {"seen": [1, 2, 0]}),
    other=[(JUMPS, SIGNS, {"seen": [1, 1, 0]}), (r(3, 3), r(3, 4), {"seen": []})],
)


def best_rewards(R, gain, n):
    for _ in range(n):
        gain = np.max(R + np.roll(gain, 1)[:, None], axis=0)
    return np.max(gain + 1)


case(best_rewards, (JUMPS, r(2), 2), other=[(JUMPS, np.zeros(2), 5), (r(3, 3), r(3), 0)])


TIED, TWO_PAIRS = np.array([1.0, 1.0, 0.2]), np.array([0.2, 1.0, 0.2, 1.0])


def largest_cleared(x):
    """Which of those that tie is the largest does not count: the sum is that of all."""
    y = x.copy()
    y[np.argmax(y)] = 0
    return y.sum() + x.max()


case(largest_cleared, (r(3),), other=[(TIED,), (TWO_PAIRS,)])


def largest_left_out(x):
    k = np.argmax(x)
    return np.sum(np.delete(x, k) ** 2) + max(x) ** 2


case(largest_left_out, (r(3),), other=[(TIED,), (TWO_PAIRS,)])


def smallest_product(x):
    i = x.argmin()
    y = x.copy()
    y[i] = 1.0
    return np.prod(y) * x.min()


case(smallest_product, (r(3),), other=[(TIED,), (TWO_PAIRS,)])


def largest_of_rows_cleared(x):
    y = x.copy()
    y[np.arange(len(x)), np.argmax(x, axis=1)] = 0
    return y.sum(axis=1) + x.max(axis=1)


case(largest_of_rows_cleared, (r(2, 3),), other=[(np.array([TIED, -TIED, 0 * TIED]),)])


def logarithm_apart(x, w):
    """The largest of the scores stands in front of the logarithm, and the rest inside."""
    s = x @ w
    k = int(s.argmax())
    m = np.max(s)
    return np.log(np.sum(np.exp(np.delete(s, k) - m)) + 1) + m


case(logarithm_apart, (r(3), r(3, 4)), other=[(np.zeros(3), r(3, 4)), (np.zeros(2), r(2, 3))])


def largest_and_all_but_the_last(x):
    return x.max() + np.sort(x)[:-1].sum()


case(
    largest_and_all_but_the_last,
    (r(3),),
    other=[(r(5),)],
    guarded=[raises("no two numbers of x were equal", TIED)],
)


def both_of_two(a, b):
    return np.minimum(a, b) + np.maximum(a, b) + np.fmin(a, b) + np.fmax(a, b)


case(both_of_two, (r(3), r(3)), other=[(TIED, TIED), (TIED, TIED[::-1].copy())])


def above_and_below(x, c):
    return np.maximum(x, c) + np.minimum(x, c)


case(above_and_below, (r(3), 0.5), other=[(TIED, 1.0), (TIED, 0.2)])


def exchanged_where_they_are_out_of_order(x):
    x = x.copy()
    for _ in range(len(x)):
        for j in range(len(x) - 1):
            x[j], x[j + 1] = min(x[j], x[j + 1]), max(x[j], x[j + 1])
    return x.sum() + x @ x


case(exchanged_where_they_are_out_of_order, (r(3),), other=[(TIED,), (TWO_PAIRS,)])


# items of a display, behind a gate that works element by element
FOUR = np.array([0.3, -0.7, 1.1, 2.0])


def strongest_of_three_taps(x, i):
    return np.max(np.abs([x[i], x[1], x[i]]))


case(strongest_of_three_taps, (FOUR, 2), other=[(FOUR, 1), (-FOUR, 0), (FOUR, 3)])


def worst_square_of_some(x, i):
    return np.max(np.array([x[i], x[1], x[2]]) ** 2)


case(worst_square_of_some, (FOUR, 2), other=[(FOUR, 1), (FOUR, 0), (FOUR, 3)])


def peak_of_closed_polygon(x, y):
    return np.max(np.abs([x, y, x]))


case(peak_of_closed_polygon, (FOUR, FOUR / 2), other=[(FOUR, 2 * FOUR), (-FOUR, FOUR / 2)])


def lowest_of_mirrored(x):
    return np.min(np.array([x[0], x[1] * x[0], x[0]]) * 2)


case(lowest_of_mirrored, (FOUR,), other=[(-FOUR,), (2 * FOUR,)])

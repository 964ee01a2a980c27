"""Indexing in every form, with repeats, masks and None; masks and where."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(7), uniform(7)


def integers(x):
    return x[0, 1] * x[1, 0] + x[-1, -1] ** 2


case(integers, (r(3, 3),), other=[(r(2, 4),)])


def rows_and_columns(x):
    return x[0] * x[:, 1][: x.shape[1]] + x[-1]


case(rows_and_columns, (r(3, 3),), other=[(r(4, 2),)])


def slices(x):
    return x[1:-1] * x[:-2] + x[2:] ** 2


case(slices, (r(5),), other=[(r(7),)])


def steps_and_reverse(x):
    return x[::2] * x[::-1][::2] + x[-1::-2]


case(steps_and_reverse, (r(5),), other=[(r(7),)])


def slice_of_two_axes(x):
    return x[1:, :-1] - x[:-1, 1:] * x[0, 0]


case(slice_of_two_axes, (r(3, 4),), other=[(r(2, 2),)])


def ellipsis(x):
    return x[..., 0] * x[..., -1]


case(ellipsis, (r(2, 3, 4),), other=[(r(3, 1, 2),)])


def none_and_newaxis(x):
    return x[:, None] * x[np.newaxis, :] + x[None]


case(none_and_newaxis, (r(3),), other=[(r(2),)])


def integer_array(x, idx):
    return x[idx] ** 2


case(integer_array, (r(5), np.array([0, 2, 4])), other=[(r(3), np.array([1, 2]))])


def integer_array_repeats(x, idx):
    return x[idx] * np.arange(1.0, len(idx) + 1)


case(
    integer_array_repeats,
    (r(5), np.array([0, 2, 2, 0, 0])),
    other=[(r(3), np.array([1, 1])), (r(3), np.array([2, 1]))],
)
case(
    integer_array_repeats,
    (r(5), np.array([0, 2, 3])),
    name="repeats_only_elsewhere",
    other=[(r(3), np.array([1, 1])), (r(4), np.array([-1, 3, 3]))],
)


def index_list(x):
    return x[[0, 2, 2]] * 2


case(index_list, (r(3),))


def embedding(W, idx):
    return np.tanh(W[idx])


case(
    embedding,
    (r(5, 2), np.array([[0, 4], [4, 1]])),
    other=[(r(3, 3), np.array([[0, 0, 0]]))],
)


def pick_correct(scores, y):
    N = scores.shape[0]
    return np.sum(scores[np.arange(N), y] ** 2)


case(pick_correct, (r(4, 3), np.array([0, 2, 2, 1])), other=[(r(2, 5), np.array([4, 4]))])


def pick_with_range(scores, y):
    return scores[range(len(y)), y] * 2


case(pick_with_range, (r(4, 3), np.array([0, 2, 2, 1])), other=[(r(2, 5), np.array([4, 4]))])


def pick_keep_column(scores, y):
    correct = scores[np.arange(scores.shape[0]), y][:, np.newaxis]
    return scores - correct


case(pick_keep_column, (r(4, 3), np.array([0, 2, 2, 1])), other=[(r(2, 5), np.array([4, 4]))])


def two_index_arrays(x, i, j):
    return x[i, j] * 3


case(
    two_index_arrays,
    (r(3, 3), np.array([0, 1, 1]), np.array([2, 0, 0])),
    other=[(r(2, 4), np.array([1]), np.array([3]))],
)


def index_array_and_slice(x, i):
    return x[i, 1:] + x[1:, i][: len(i), : x.shape[1] - 1] * 0.5


case(index_array_and_slice, (r(4, 4), np.array([0, 2, 2])))


def index_slice_and_array(x, i):
    return x[:, i] ** 2


case(index_slice_and_array, (r(2, 4), np.array([3, 3, 0])), other=[(r(3, 2), np.array([1]))])


def outer_indexing(x, i, j):
    return x[np.ix_(i, j)] ** 2


case(outer_indexing, (r(3, 4), np.array([0, 2]), np.array([1, 3])))


def windows_read_more_than_once(x, size, stride):
    """A part whose gradient would say its bounds again and again has a name."""
    out = np.zeros((x.shape[0], (x.shape[1] - size) // stride + 1))
    for n in range(out.shape[0]):
        for i in range(out.shape[1]):
            out[n, i] = np.max(x[n, i * stride : i * stride + size])
            out[n, i] *= np.var(x[n, i * stride : i * stride + size])
    return out


case(
    windows_read_more_than_once,
    (r(2, 6), 2, 2),
    other=[(r(3, 7), 3, 2), (r(1, 5), 2, 1), (r(2, 4), 4, 1)],
)


def windows_of_what_changes(x, size):
    """The window is read before its items change."""
    y = x * 1.0
    total = 0.0
    for i in range(len(x) - size + 1):
        total = total + np.std(y[i : i + size]) * y[i]
        y[i : i + size] = y[i : i + size] * x[i] + np.ptp(y[i : i + size])
    return total + np.sum(y)


case(windows_of_what_changes, (r(5), 2), other=[(r(6), 3), (r(4), 2)])


def windows_of_blocks(x, size):
    """Only the sizes of the window are read."""
    out = np.zeros((x.shape[0] // size, x.shape[1] // size))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = x[i * size : (i + 1) * size, j * size : (j + 1) * size].mean(axis=(0, 1))
    return out + np.sum(x[0:2]) / 9


case(windows_of_blocks, (r(4, 4), 2), other=[(r(6, 3), 3), (r(5, 4), 2)])


def squares_of_items(X, w):
    s = w[0] * w[0] * w[0] - w[1]
    for i in range(len(X)):
        s += np.sum(X[i] * X[i]) + X[i].dot(X[i]) * w[-1] - w[-1]
    return s


case(squares_of_items, (r(3, 2), r(3)), other=[(r(2, 4), r(2)), (r(1, 1), r(4))])

"""Indices of another kind than the example's: a list that names an item twice where a slice or a number was, labels in a
column where they stood in a row.
"""

import numpy as np

from tests.cases import case, normal, raises

r = normal(808)


class Picker:
    def __init__(self, w, where):
        self.w, self.where = w, where

    def picked(self, x):
        return self.w[self.where] * x


def slice_as_index(x, s):
    return x[s] ** 2


case(
    slice_as_index,
    (r(4), slice(0, 2)),
    other=[(r(5), slice(None, None, 2)), (r(5), slice(3, 0, -1))],
    guarded=[
        raises("s was a slice", r(4), [0, 0, 1]),
        raises("s was a slice", r(4), np.array([0, 0, 1])),
    ],
)


def slice_of_columns(x, s):
    return np.tanh(x[:, s])


case(
    slice_of_columns,
    (r(3, 4), slice(0, 2)),
    guarded=[raises("s was a slice", r(3, 4), [1, 1])],
)


def slice_in_a_dict(x, options):
    y = x[options["rows"]]
    return y * y


case(
    slice_in_a_dict,
    (r(4), {"rows": slice(1, 3)}),
    guarded=[raises("was a slice", r(4), {"rows": [1, 1]})],
)


def item_at(x, i):
    return x[i] ** 2


case(
    item_at,
    (r(4), 1),
    other=[(r(3), 0), (r(3), -1)],
    guarded=[raises("i was one number", r(4), [0, 0, 1])],
)


def item_and_sum(x, i):
    return x[i] * x.sum()


case(
    item_and_sum,
    (r(4), 1),
    other=[(r(3), -1)],
    guarded=[raises("i was one number", r(3), slice(None))],
)


def row_at(x, i):
    return x[i] * 2


case(row_at, (r(4, 3), np.int64(1)), guarded=[raises("i was one number", r(4, 3), [0, 0])])


def mask_of_a_matrix(x, mask):
    return x[mask] * 3


case(
    mask_of_a_matrix,
    (r(2, 2), np.array([[True, False], [True, True]])),
    guarded=[raises("mask was an array of booleans", r(2, 2), np.array([[0, 0], [0, 1]]))],
)


case(
    Picker(r(4), slice(0, 2)).picked,
    (r(2),),
    wrt=("self.w", "x"),
    name="slice_of_an_attribute",
)


def slice_that_is_written(x, s):
    y = x * x
    y[s] *= 2
    return y


case(slice_that_is_written, (r(4), slice(0, 2)), other=[(r(4), [0, 2])])


def log_loss_of_labels(p, t):
    return -np.mean(np.log(p[np.arange(p.shape[0]), t]))


case(
    log_loss_of_labels,
    (r(5, 3) ** 2, np.array([0, 1, 2, 1, 0])),
    other=[(r(2, 4) ** 2, np.array([3, 3]))],
    guarded=[raises("a vector t", r(3, 3) ** 2, np.array([[0], [1], [1]]))],
)


def rows_by_number(W, t):
    return W[t] * 2


case(rows_by_number, (r(5, 3), np.array([0, 1, 1])), other=[(r(5, 3), np.array([[0, 1], [1, 4]]))])

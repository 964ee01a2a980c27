"""Calls that write a value to each of some places of an array: `np.fill_diagonal(B, d)`, `np.put(y, places, v)`."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(241)


def diagonal_of_a_new_matrix(d, k):
    B = np.zeros((len(d), len(d)))
    np.fill_diagonal(B, d * k)
    return B @ d


case(diagonal_of_a_new_matrix, (r(3), 2.0), other=[(r(4), 0.5), (r(1), 0.5)])


def diagonal_of_a_product(A, d):
    B = A * 2.0
    np.fill_diagonal(B, d)
    return np.exp(B)


case(
    diagonal_of_a_product,
    (r(3, 3), r(3)),
    other=[(r(4, 4), r(4)), (r(4, 2), r(2)), (r(2, 3), r(2))],
    guarded=[
        raises("d had a value for each place", r(4, 4), r(2)),
        raises("d had a value for each place", r(3, 3), r(4)),
    ],
)
case(
    diagonal_of_a_product,
    (r(4, 4), r(2)),
    refused="a call that changes B in place is not supported",
    name="a_diagonal_that_begins_anew",
)


def put_at_places(x, v, places):
    y = x * 2.0
    np.put(y, places, v**2)
    return y**2


case(
    put_at_places,
    (r(4), r(2), np.array([0, 2])),
    other=[
        (r(5), r(3), np.array([1, -1, 2])),
        (r(5), r(2), np.array([1, 1])),
        (r(3), r(0), np.array([], dtype=int)),
    ],
    guarded=[raises("had a value for each place", r(5), r(1), np.array([1, 2]))],
)


def put_by_a_method(x, v):
    y = np.zeros(5)
    y.put([4, 1], v * x)
    return y * x[0]


case(put_by_a_method, (r(2), r(2)), other=[(r(2), r(2))])

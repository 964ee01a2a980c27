"""What a function gives in several parts, of which one is handed on: its gradient is no part of the caller's `dout`."""

import numpy as np

from tests.cases import case, normal

r = normal(11)


def quotient_and_rest(x):
    return divmod(x, 2.0)


case(quotient_and_rest, (r(3) + 5,), other=[(r(4) + 3,)])


def parts_of_numbers(x):
    return np.modf(x)


case(parts_of_numbers, (r(3) + 5,), other=[(r(4) + 3,)])


def rest_that_grows(x):
    parts = np.divmod(x, 3.0)
    rest = parts[1]
    return rest, x * 2


case(rest_that_grows, (r(3) + 5,), other=[(r(4) + 3,)])


def two_of_them(x, y):
    return [divmod(x, 2.0), divmod(y, 3.0)]


case(two_of_them, (r(3), r(3)), other=[(r(4), r(4))])


def a_piece_beside_another_result(x):
    pieces = np.split(x, 3)
    middle = pieces[1]
    return middle, x * 2


case(a_piece_beside_another_result, (r(3),), other=[(r(6),)])


def two_pieces_and_their_sum(x):
    pieces = np.split(x, 3)
    first, last = pieces[0], pieces[2]
    return last, np.sum(pieces[1]), first


case(two_pieces_and_their_sum, (r(3),), other=[(r(6),)])


def vectors_beside_values(x):
    parts = np.linalg.eigh(x @ x.T)
    values = parts[0]
    return values, x * 2


case(vectors_beside_values, (r(3, 3),), other=[(r(4, 4),)])


def weights_as_they_are(params, x):
    W = params["W"]
    return W, x @ params["V"]


case(
    weights_as_they_are,
    ({"W": r(2), "V": r(3, 2)}, r(4, 3)),
    other=[({"W": r(5), "V": r(2, 2)}, r(1, 2))],
)

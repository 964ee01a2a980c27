"""One name for a number and for an array."""

import numpy as np

from codegen.lower.ranks import mixed_read
from tests.unit.passes import circuit


def one_rank(x, n):
    if n > 2:
        y = x * 2.0
    else:
        y = x + 1.0
    return np.sum(y)


def two_ranks(x, n):
    y = x[0]
    for _ in range(n):
        y = y + x
    return y


def test_one_rank_on_every_way_is_no_mixture():
    assert mixed_read(circuit(one_rank, np.ones(3), 3)) is None


def test_a_sum_that_begins_as_a_number_and_goes_on_as_an_array_is_told_where_it_is_read():
    node, words = mixed_read(circuit(two_ranks, np.ones(3), 3))
    assert node.id == "y"
    assert words == "is a number on one way to this line and an array on another"

"""Which variables are read whatever way a run takes."""

import numpy as np
import pytest

from codegen.backward.hidden import all_read
from codegen.backward.surely import Surely, covers, slices_of
from codegen.ir import stages_of
from tests.unit.passes import stages


def behind_a_loop(x):
    y = x * 2.0
    total = 0.0
    for _ in range(2):
        total = total + np.sum(y)
    return total + np.sum(y[1:]) + np.sum(y[:-1])


def in_a_loop(x):
    y = x * 2.0
    total = 0.0
    for _ in range(2):
        total = total + np.sum(y)
    return total


@pytest.mark.parametrize(("function", "is_read"), [(behind_a_loop, True), (in_a_loop, False)])
def test_what_is_read_behind_a_loop_is_read_without_trips(function, is_read):
    block = stages(function, np.ones(3)).block
    surely = Surely(block, all_read)
    (made,) = (stage for stage in stages_of(block) if stage.binds == ["y"])
    assert ((made, "y", ()) in surely) == is_read


@pytest.mark.parametrize(
    ("indices", "is_all"),
    [
        ([np.s_[2:], np.s_[:-2]], False),
        ([np.s_[3:], np.s_[:3]], True),
        ([np.s_[1:, 1:], np.s_[:-1, :-1]], False),
        ([], False),
    ],
)
def test_slices_together(indices, is_all):
    assert covers([slices_of(index) for index in indices]) == is_all

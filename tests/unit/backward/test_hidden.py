"""Where a mask hides values whose own gradient may be infinite."""

import math

import numpy as np
import pytest

import codegen
from codegen import syntax
from codegen.backward.hidden import Hidden, Mask, Surely, all_read, covers, is_mask, slices_of
from codegen.ir import Gate, post_order, stages_of
from tests.unit.passes import stages

X = np.array([0.5, 1.0])


def guarded(x):
    y = np.sqrt(x)
    return np.where(x > 0, y, 0.0)


def plain(x):
    y = np.sqrt(x)
    return y * 2.0


def needs_guard(function, pattern):
    """Whether the gradient of the gate with a pattern is written with a guard."""
    circuit = stages(function, X)
    wires = [w for s in stages_of(circuit.block) if s.wire is not None for w in post_order(s.wire)]
    (gate,) = {w for w in wires if isinstance(w, Gate) and w.row.pattern == pattern}
    return Hidden(circuit).guards(gate, "x", syntax.parse("0.5 / out * dout"))


def test_a_root_behind_a_choice_that_asks_for_its_operand_needs_a_guard():
    assert needs_guard(guarded, "np.sqrt(x)")


def test_a_root_that_nothing_hides_needs_none():
    assert not needs_guard(plain, "np.sqrt(x)")


def test_masks_are_joined():
    one, other = Mask(frozenset({"x"})), Mask(frozenset({"y"}), True)
    assert not Mask()
    assert (one | other).reads == {"x", "y"}
    assert (one | other).of_nan


def test_a_mask_is_an_array_of_booleans():
    assert [is_mask(v) for v in (X > 0, X, True, [True])] == [True, False, False, False]


def of_small_items(x):
    small = x < 1.0
    y = np.zeros_like(x)
    y[small] = np.exp(x[small])
    return y


def of_large_items(x):
    large = x > -1.0
    y = np.zeros_like(x)
    y[large] = np.exp(x[large])
    y[y > 9.0] = 9.0
    return y


@pytest.mark.parametrize(
    ("function", "is_guarded"), [(of_small_items, False), (of_large_items, True)]
)
def test_an_exponential_of_items_that_are_chosen_small_needs_no_guard(function, is_guarded):
    assert ("np.where" in codegen.generate(function, X).source) is is_guarded


def unit(x, y):
    size = math.sqrt(x * x + y * y)
    if size > 0:
        x, y = x / size, y / size
    return x, y


def test_a_division_on_the_side_of_a_test_that_excludes_zero_needs_no_guard():
    source = codegen.generate(unit, 0.3, 0.4).source
    assert "dx = dx / size\n" in source
    assert "dy = dy / size\n" in source


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

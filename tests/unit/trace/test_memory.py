"""Which memory is read where, and changed later: views show the memory of their array, and numbers are used again."""

import gc
from dataclasses import replace

import numpy as np
import pytest

import codegen
from codegen.trace.memory import Memory, changed_by, differs, may_write, shares


def test_a_change_counts_for_the_reads_before_it_only():
    memory, x = Memory(), np.zeros(3)
    memory.read(1, x)
    memory.change(2, [x])
    memory.read(3, x)
    assert memory.changed_after(1) == {2}
    assert memory.changed_after(3) == set()


def test_a_view_shows_the_memory_of_its_array():
    memory, x = Memory(), np.zeros(3)
    memory.read(1, x[1:])
    memory.change(2, [x[:1]])
    assert memory.changed_after(1) == {2}


def test_other_memory_is_other_memory():
    memory, x = Memory(), np.zeros(3)
    memory.read(1, x)
    memory.change(2, [x.copy()])
    assert memory.changed_after(1) == set()


def test_what_is_known_of_an_array_outlives_it():
    memory = Memory()
    for place in range(3):  # the next array may get the identity of the last
        x = np.zeros(3)
        memory.read(place, x)
        if place == 1:
            memory.change(7, [x])
        del x
        gc.collect()
    assert [memory.changed_after(place) for place in range(3)] == [set(), {7}, set()]


def test_the_pieces_of_a_list_are_its_own_and_those_of_its_arrays():
    memory, x = Memory(), np.zeros(3)
    assert memory.owners(x) < memory.owners([x, 1.0])
    assert memory.owners(1.0) == set()


def test_a_piece_knows_who_changes_it():
    memory, x = Memory(), [1.0]
    memory.change(4, [x])
    assert memory.changers(dict.fromkeys(memory.owners(x), -1)) == {4}


def test_arrays_may_end_while_their_changes_are_asked_for():
    memory, arrays = Memory(), [np.zeros(1), np.ones(1), np.ones(2)]

    class Freeing(dict[int, int]):
        def items(self):
            arrays.clear()
            return super().items()

    for where, array in enumerate(arrays):
        memory.read(9, array)
        memory.change(where, [array])
        piece = memory.piece(array)
        memory.live[id(array)] = replace(piece, changes=Freeing(piece.changes))
    del array
    assert memory.changed_after(9) == {0, 1, 2}
    assert not arrays and memory.after[9] == {0, 1, 2}


def read_or_changed(x, buf, train):
    if train:
        buf[:] = x
        return np.sum(x**2)
    return np.sum(x * buf)


@pytest.mark.parametrize("train", [False, True])
def test_what_the_function_changes_on_another_side_alone_is_kept_as_it_was(train):
    """A call that changes the buffer may come between forward and backward of one that reads it."""
    x, buf = np.array([0.5, 2.0]), np.array([1.0, 3.0])
    module = codegen.generate(read_or_changed, x, buf, train)
    _, cache = module.forward(x, buf, False)
    module.forward(np.array([7.0, 8.0]), buf, True)
    assert module.backward(1.0, cache)[0].tolist() == [1.0, 3.0]


def first_of_a_longer_list(kept, x, train):
    if train:
        kept[0][:] = x
        kept.append(x.copy())
        return np.sum(x**2)
    return np.sum(x * kept[0]) * len(kept)


def test_a_list_that_grows_on_another_side_has_its_items_where_they_were():
    x, kept = np.array([0.5, 2.0]), [np.array([1.0, 3.0])]
    module = codegen.generate(first_of_a_longer_list, [np.ones(2)], x, False)
    _, cache = module.forward(kept, x, False)
    module.forward(kept, np.array([7.0, 8.0]), True)
    assert module.backward(1.0, cache)[1].tolist() == [1.0, 3.0]


def test_a_method_changes_its_list():
    items = [1]
    assert changed_by(items.append, (2,), {}) == [items]
    assert changed_by(items.index, (1,), {}) == []


def test_out_and_at_change_an_array():
    y = np.zeros(2)
    assert changed_by(np.add, (1.0, 2.0), {"out": y})[0] is y
    assert changed_by(np.add.at, (y, 0, 1.0), {})[0] is y


def test_a_ufunc_writes_nothing_else():
    assert not may_write(np.sin, (np.zeros(2),))


def test_what_shows_changed_memory():
    y = np.zeros(3)
    assert shares(y[1:], y)
    assert shares({"a": [y]}, y)
    assert not shares(y.copy(), y)


def test_equal_contents_do_not_differ():
    y = np.zeros(3)
    assert not differs(y, y.copy())
    assert differs([1], [])

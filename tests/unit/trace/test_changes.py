"""What a call changes in place."""

import numpy as np

from codegen.trace.changes import changed_by, differs, may_write, shares


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

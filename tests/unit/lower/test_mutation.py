"""Changes in place, each a stage of its kind; what a float must not be written into."""

import numpy as np

import codegen
from codegen.ir import Add, Append, Bind, Pop, Store, Update, Write, stages_of
from tests.unit.passes import circuit

X = np.array([0.5, 1.0, 2.0])


def items(x):
    y = np.zeros(3)
    y[0] = x[0]
    y[1:] += x[1:]
    np.add.at(y, [0, 0], x[0])
    return np.sum(y)


def whole(x):
    y = x * 2.0
    y *= x
    y[:] = y + 1.0
    return y


def lists(x):
    ys = []
    ys.append(x[0])
    ys.append(x[1])
    y = ys.pop()
    return y * 2.0


def changes(function):
    """The kinds of stages that change something, in order."""
    return [
        type(s)
        for s in stages_of(circuit(function, X).block)
        if isinstance(s, Write | Update | Append | Pop)
    ]


def test_items_are_stored_or_added_to():
    assert changes(items) == [Store, Add, Add]


def test_a_whole_array_is_updated_in_its_memory():
    assert changes(whole)[0] is Update
    assert all(issubclass(kind, Update | Write) for kind in changes(whole))


def test_lists_grow_and_shrink():
    assert changes(lists) == [Append, Append, Pop]


def test_a_store_says_which_variable_it_changes_and_what_was_there():
    stages = stages_of(circuit(items, X).block)
    store = next(s for s in stages if isinstance(s, Store))
    assert store.changes == ["y"]
    assert not isinstance(store, Bind)
    assert store.binds == []


def into_whole_numbers(x):
    n = np.zeros(3, int)
    n[0] = x[0]
    return np.sum(x) + n[0]


def test_a_float_stored_into_an_array_of_whole_numbers_is_cut_off_and_has_no_gradient():
    assert changes(into_whole_numbers) == []
    assert codegen.generate(into_whole_numbers, X).check().verdict == "right"


def named_twice(x, k):
    y = np.zeros(3)
    y[k] = x
    return np.sum(y * y)


def named_once(x, n):
    y = np.zeros(3)
    y[np.arange(n)] = x
    return np.sum(y * y)


def test_an_index_array_may_name_an_item_twice():
    (store,) = (
        s
        for s in stages_of(circuit(named_twice, X, np.array([0, 2, 1])).block)
        if isinstance(s, Store)
    )
    assert store.repeats
    (store,) = (s for s in stages_of(circuit(named_once, X, 3).block) if isinstance(s, Store))
    assert not store.repeats

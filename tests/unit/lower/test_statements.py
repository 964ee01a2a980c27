"""Lowering makes of each statement what it is."""

import numpy as np

from codegen.ir import (
    Add,
    Append,
    Bind,
    Branch,
    Loop,
    LoopItem,
    Passive,
    Pop,
    Raise,
    Return,
    Store,
    Update,
    Within,
    statements_of,
)
from tests.unit.passes import circuit


def kinds(function, *args):
    """The kinds of statements in a function, in the order of the text."""
    return [type(item) for item in statements_of(circuit(function, *args).block)]


def plain(x):
    y = 2 * x
    print(end="")
    return y


def changed(x):
    y = np.zeros(3)
    y[0] = x
    y[1] += x
    y *= 2.0
    return y


def listed(x):
    ys = [x]
    ys.append(x * x)
    y = ys.pop()
    return y


def looped(xs):
    total = 0.0
    for x in xs:
        total = total + x
    return total


def branched(x, n):
    y = x
    if n > 2:
        y = 3 * x
    return y


def never(x, n):
    y = x
    for _ in range(n):
        y = y * x
    return y


def silenced(x):
    with np.errstate(all="ignore"):
        y = x * x
    return y


def test_values_and_the_users_own_lines():
    assert kinds(plain, 0.5) == [Bind, Passive, Return]


def test_changes_in_place():
    assert kinds(changed, 0.5) == [Bind, Store, Add, Update, Return]


def test_lists():
    assert kinds(listed, 0.5) == [Bind, Append, Pop, Return]


def test_what_the_header_of_a_loop_binds():
    assert kinds(looped, np.ones(3)) == [Bind, Loop, LoopItem, Bind, Return]


def test_a_branch_holds_both_sides():
    assert kinds(branched, 0.5, 3) == [Bind, Branch, Bind, Return]


def test_a_loop_that_was_never_entered_raises():
    assert kinds(never, 0.5, 0) == [Bind, Loop, Raise, Return]


def test_what_stands_within():
    assert kinds(silenced, 0.5) == [Within, Bind, Return]

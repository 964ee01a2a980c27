"""Containers that are known piece by piece."""

import collections

import numpy as np

from codegen import syntax
from codegen.ir import Display, Variable, named_text
from tests.unit.passes import builder, circuit

X = np.array([0.5, 1.0])
Pair = collections.namedtuple("Pair", "a b")


def plain(x, n):
    return x * n


def keys(text):
    pairs = builder(plain, X, 2).displays.pairs(syntax.parse(text))
    return pairs and [(key, syntax.show(part)) for key, part in pairs]


def test_parts_are_told_by_their_keys():
    assert keys("(x, n)") == [("0", "x"), ("1", "n")]
    assert keys("{'a': x, 'b': n}") == [('"a"', "x"), ('"b"', "n")]


def test_of_two_parts_with_one_key_the_later_one_counts():
    assert keys("{'a': n, 'a': x}") == [('"a"', "x")]


def test_what_is_no_display_has_no_parts():
    assert keys("x * n") is None


def replaced(x, n):
    pair = Pair(a=x * n, b=x)
    return pair._replace(b=pair.a)


def test_a_namedtuple_with_other_fields_has_the_wires_of_both():
    display = circuit(replaced, X, 2).output
    assert isinstance(display, Display)
    assert [w.name for w in display.operands.values()] == ["pair0", "pair0"]


def starred(x, n):
    rows = [x * n]
    for k in range(n):
        rows.append(x * k)
    return np.stack([*rows, x])


def test_stars_over_lists_whose_length_may_change_are_sums():
    text = syntax.show(named_text(circuit(starred, X, 2).output.node))
    assert text == "np.stack(rows + [x])"


def looked_up(x, n):
    table = {"a": x}
    return table.get("a", n) * n


def test_what_get_finds_is_the_item():
    wire = circuit(looked_up, X, 2).output
    assert isinstance(wire.operands["x"], Variable)
    assert wire.operands["x"].name == "x"

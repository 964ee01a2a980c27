"""Whether an index names an item twice is told from its text, not from the example."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.lower.unique import is_index_array, names_once

VALUES = {
    "n": 3,
    "i": 1,
    "k": np.array([0, 2]),
    "grid": np.zeros((2, 2), int),
    "mask": np.array([True, False]),
}


def value(tree):
    """The sample of an expression."""
    if not isinstance(tree, ast.expr):
        return MISSING
    if isinstance(tree, ast.Slice):
        return slice(*map(value, (tree.lower, tree.upper)))
    return eval(ast.unparse(tree), {"np": np, **VALUES})


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("i", True),
        ("1:n", True),
        ("mask", True),
        ("k", False),
        ("grid", False),
        ("np.arange(n)", True),
        ("np.arange(n), k", True),
        ("np.arange(-i, n)", False),
        ("[0, 2]", True),
        ("[0, -1]", False),
        ("[0, 0]", False),
        ("np.argsort(k)", True),
        ("np.argsort(k)[:2]", True),
        ("np.nonzero(mask)[0]", True),
        ("np.triu_indices(n, 1)", True),
        ("np.triu_indices(n) if i else np.tril_indices(n)", True),
        ("np.triu_indices(n)[0], np.triu_indices(n)[1]", True),
        ("np.triu_indices(n)[0], np.triu_indices(n)[0]", False),
        ("np.triu_indices(n)[0], 1", False),
        ("i, (1, 1)", False),
        ("i, (1, 2)", True),
    ],
)
def test_only_the_text_of_an_index_says_that_it_names_nothing_twice(text, once):
    assert names_once(syntax.parse(f"x[{text}]").slice, value, lambda tree: tree) is once


def test_a_variable_is_seen_through_where_it_still_has_its_value():
    meaning = {"k": syntax.parse("np.arange(2)")}
    found = names_once(
        syntax.parse("k"), value, lambda t: meaning.get(t.id, t) if isinstance(t, ast.Name) else t
    )
    assert found


def test_an_index_that_was_never_seen_may_name_anything_twice():
    assert not names_once(syntax.parse("i"), lambda tree: MISSING, lambda tree: tree)


def test_a_mask_and_a_number_are_no_index_arrays():
    assert [is_index_array(p) for p in (np.array([0]), [0], range(2), np.array([True]), 1)] == [
        True,
        True,
        True,
        False,
        False,
    ]

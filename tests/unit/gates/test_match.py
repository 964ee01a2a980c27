"""Matching: which row stands for an expression, and what its holes stand for."""

import ast

import numpy as np
import pytest

from codegen import gates, syntax
from codegen.gates.canonical import Canonicalizer, pattern_form
from codegen.gates.match import (
    DEPTH,
    Matcher,
    called_under,
    compiled,
    known_heads,
    rows_under,
    sorted_rows,
)
from codegen.gates.table import TABLE
from codegen.handout.circuit.rules import ValueResolver

gates.load()

KNOWN = {
    "np": np,
    "x": np.ones((2, 3)),
    "y": np.ones((2, 3)),
    "W": np.ones((3, 2)),
    "s": 2.0,
    "k": 1,
}


def matches(text):
    """Return the patterns of the rows that fit, and what the holes of the first stand for."""
    facts = ValueResolver(KNOWN)
    tree = syntax.parse(text)
    found = list(Matcher(facts).matches(Canonicalizer(facts).form(tree)))
    first = found[0].bindings if found else {}
    shown = {hole: ast.unparse(form.node) for hole, form in first.items()}
    return [match.row.pattern for match in found], shown


@pytest.mark.parametrize("text", ["x @ W", "x.dot(W)", "np.dot(x, W)", "np.matmul(x, W)"])
def test_one_row_serves_every_spelling(text):
    patterns, holes = matches(text)
    assert patterns[0] == "x @ w"
    assert holes == {"x": "x", "w": "W"}


def test_the_most_specific_row_comes_first():
    patterns, holes = matches("1.0 / (1.0 + np.exp(-s))")
    assert patterns[0] == "1.0 / (d := 1.0 + (e := np.exp(-x)))"
    assert patterns[-2:] == ["1.0 / y", "x / y"]
    assert holes == {"x": "s", "d": "1.0 + np.exp(-s)", "e": "np.exp(-s)"}


def test_a_commutative_operator_fits_both_ways_round():
    assert matches("1.0 / (np.exp(-s) + 1)")[0][0] == "1.0 / (d := 1.0 + (e := np.exp(-x)))"


def test_a_hole_written_twice_stands_for_equal_parts():
    softmax = "(e := np.exp(x)) / np.sum(e)"
    patterns, holes = matches("np.exp(x - y) / np.sum(np.exp(x - y))")
    assert patterns == [softmax, "x / y"]
    assert holes == {"x": "x - y", "e": "np.exp(x - y)"}
    assert softmax not in matches("np.exp(x - y) / np.sum(np.exp(y - x))")[0]


def test_an_unknown_keyword_fits_no_row():
    assert matches("np.sum(x, out=y)")[0] == []


def test_constants_are_compared_as_numbers():
    assert matches("x ** 2.0")[0] == ["x ** 2", "x ** n"]
    assert matches("x ** 2.5")[0][0] == "x ** n"


OLD = np.lib.NumpyVersion(np.__version__) < "2.3.0"


def heads(form):
    """Return the heads of a form and its parts."""
    return {form.head}.union(*map(heads, form.args))


def depth(form):
    """Return how many forms lie in one another in a form."""
    return 1 + max(map(depth, form.args), default=0)


def test_rows_are_left_out_by_functions_that_their_forms_have():
    """An expression without them cannot be what the row says; none of them lies deeper than is looked."""
    for head in known_heads(TABLE.version):
        for row, called in rows_under(head, TABLE.version):
            form = compiled(row)  # "other": an older NumPy lacks its keywords, and it fits nothing
            assert called <= heads(form) or form.head == "other" and OLD, row.pattern
            assert depth(form) <= DEPTH, row.pattern


def test_a_fused_row_whose_functions_are_not_there_is_no_candidate():
    form = pattern_form(syntax.parse("x / y"))
    called = called_under("/", TABLE.version)
    assert not any("np.mean" in row.pattern for row in sorted_rows("/", frozenset(), TABLE.version))
    assert any("np.mean" in row.pattern for row in sorted_rows("/", called, TABLE.version))
    assert not any(
        "np.mean" in row.pattern for row in Matcher(ValueResolver(KNOWN)).candidates(form)
    )

"""Whose memory an expression shows, told from its text."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.analysis.aliasing import root_of, shown_by, viewed

VALUES = {"x": np.ones((2, 3)), "d": {"w": np.ones(2)}, "k": np.array([0, 1]), "n": 1}


def value(tree):
    """The value of an expression of the names above."""
    return eval(compile(ast.Expression(tree), "", "eval"), dict(VALUES))  # noqa: S307


@pytest.mark.parametrize("text", ["x", "x[0]", "x.T[1:]", "x.reshape(3, 2)", "np.ravel(x)"])
def test_a_view_shows_its_variable(text):
    assert shown_by(syntax.parse(text)) == "x"


@pytest.mark.parametrize("text", ["np.sin(x)", "x + 1", "x.copy()"])
def test_a_new_array_shows_none(text):
    assert shown_by(syntax.parse(text)) == ""


def test_the_owner_of_an_item():
    assert root_of(syntax.parse("d['w'][0].T")) == "d"


def test_a_slice_has_no_memory_of_its_own():
    assert viewed(syntax.parse("x[0]"), value) is not None
    assert viewed(syntax.parse("d['w']"), value) is not None


def test_an_index_array_makes_a_copy():
    assert viewed(syntax.parse("x[k]"), value) is None


def test_a_number_has_no_memory():
    assert viewed(syntax.parse("n"), value) is None

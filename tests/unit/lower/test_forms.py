"""Canonical forms of expressions in a scope."""

import numpy as np

from codegen import syntax
from tests.unit.passes import builder, circuit

X = np.array([0.5, 1.0])


def plain(x, n):
    return x * n


def form(text, **bound):
    made = builder(plain, X, 2)
    made.scope.bound = {name: syntax.parse(value) for name, value in bound.items()} or None
    return made.form_of(syntax.parse(text))


def test_a_parameter_bound_to_a_number_is_the_number():
    assert form("k", k="3").value == 3
    assert form("k", k="n").head == "name"


def summed(x, axis):
    options = dict(axis=axis, keepdims=True)
    return np.sum(x, **options)


def test_keywords_out_of_a_dict_are_spelled_one_by_one():
    row = circuit(summed, np.ones((2, 3)), 0).output.row
    assert row is circuit(written_out, np.ones((2, 3)), 0).output.row


def written_out(x, axis):
    return np.sum(x, axis=axis, keepdims=True)

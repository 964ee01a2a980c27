"""What is printed for an expression."""

import ast

import numpy as np

from codegen import syntax
from codegen.lower.texts import keywords_in
from tests.unit.passes import builder

X = np.array([0.5, 1.0])


def plain(x, n):
    return x * n


def shown(node):
    return syntax.show(node)


def test_given_parts_are_replaced():
    node = syntax.parse("x * (y := n)")
    texts = builder(plain, X, 2).texts
    assert shown(texts.of(node)) == "x * y"
    assert shown(texts.of(node, {node.left: syntax.name("z")})) == "z * y"


def test_parameters_stand_for_what_a_call_gives():
    texts = builder(plain, X, 2).texts
    texts.scope.bound = {"n": syntax.parse("a + 1"), "options": syntax.parse("dict(axis=0)")}
    assert shown(texts.of(syntax.parse("x * n"))) == "x * (a + 1)"
    assert shown(texts.of(syntax.parse("np.sum(x, **options)"))) == "np.sum(x, axis=0)"
    assert shown(texts.of(syntax.parse("options['axis']"))) == "0"


def test_the_words_of_a_dict_are_known_if_it_is_written_out():
    assert [k.arg for k in keywords_in(syntax.parse("{'a': 1, 'b': x}"))] == ["a", "b"]
    assert keywords_in(syntax.parse("{k: 1}")) is None
    assert keywords_in(syntax.parse("dict(**more)")) is None
    assert isinstance(keywords_in(syntax.parse("dict(a=1)"))[0].value, ast.Constant)

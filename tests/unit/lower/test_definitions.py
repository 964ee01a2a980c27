"""What a variable still stands for."""

import ast

from codegen import syntax
from codegen.lower.definitions import Definitions, is_hidden


class NoFacts:
    """A run that has seen nothing."""

    facts = {}


def defined(*lines):
    """The definitions behind some lines `name = expression`."""
    found = Definitions()
    for line in lines:
        name, text = line.split(" = ")
        old = found.get(name)
        found.lose(name)
        found.define(name, syntax.parse(text), old, NoFacts())
    return found


def test_a_variable_stands_for_its_expression():
    assert ast.unparse(defined("y = np.exp(x)").get("y")) == "np.exp(x)"


def test_what_was_made_of_a_value_that_is_gone_is_forgotten():
    found = defined("y = np.exp(x)", "z = 2 * y", "x = a")
    assert found.get("y") is None
    assert ast.unparse(found.get("z")) == "2 * y"


def test_a_variable_made_of_its_old_value_reads_it_by_an_alias():
    found = defined("p = np.exp(x)", "p = p / np.sum(p)")
    assert ast.unparse(found.get("p")) == "p'1 / np.sum(p'1)"
    assert ast.unparse(found.get("p'1")) == "np.exp(x)"
    assert is_hidden(found.get("p"))
    assert not is_hidden(found.get("p'1"))


def test_a_copy_has_definitions_of_its_own():
    first = defined("y = np.exp(x)")
    second = first.copy()
    second.lose("x")
    assert second.get("y") is None
    assert first.get("y") is not None

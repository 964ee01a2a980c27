"""Loops of which each trip is written out."""

import ast

import numpy as np
import pytest

from codegen import syntax
from codegen.trace.normalize.lookup import Known, resizes
from codegen.trace.normalize.unrolled import number_of, places_of, unrolled


class Layer:
    """An object with floats."""

    def __init__(self, w):
        self.w = w


def written_out(body, **given):
    """The lines of a function of `x` and `net` in which loops are unrolled."""
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    tree = ast.parse(f"def f(x, net):\n{lines}").body[0]
    tree.body = unrolled(tree.body, Known(tree, {"np": np}, given))
    return ast.unparse(tree).split("\n")[1:]


def test_objects_in_a_list_are_guarded_by_how_many_there_are():
    found = written_out("for l in net:\n    x = l.w * x", net=[Layer(1.0), Layer(2.0)])
    assert found[0].strip() == "if len(net) != 2:"
    assert [line.strip() for line in found[2:]] == ["x = net[0].w * x", "x = net[1].w * x"]


def test_floats_in_a_list_stay_a_loop():
    assert written_out("for v in net:\n    x = v * x", net=[1.0, 2.0])[0].strip() == "for v in net:"


def test_a_list_that_the_function_makes_longer_stays_a_loop():
    body = "net.append(net[0])\nfor l in net:\n    x = l.w * x"
    assert any("for l in net" in line for line in written_out(body, net=[Layer(1.0)]))


def test_functions_side_by_side_are_called_by_their_names():
    found = written_out("for g in (np.sin, np.cos):\n    x = g(x)")
    assert [line.strip() for line in found] == ["x = np.sin(x)", "x = np.cos(x)"]


def test_what_follows_a_break_stands_on_the_side_on_which_the_loop_goes_on():
    body = "for g in (np.sin, np.cos):\n    x = g(x)\n    if x > 1:\n        break"
    assert [line.strip() for line in written_out(body)] == [
        "x = np.sin(x)",
        "if x > 1:",
        "pass",
        "else:",
        "x = np.cos(x)",
        "if x > 1:",
        "pass",
    ]


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("-2", -2), ("3 - 1", 2), ("k", None), ("1.5", None)]
)
def test_whole_numbers_that_are_written_out(text, value):
    assert number_of(syntax.parse(text)) == value


def test_places_that_a_slice_takes():
    assert list(places_of(syntax.parse("v[1:-1]").slice, 4)) == [1, 2]
    assert places_of(syntax.parse("v[k:]").slice, 4) is None


class Shelf:
    def __init__(self):
        self.books = [1, 2]

    def reads(self):
        found = []
        for book in self.books:
            found.append(book)
        return found

    def turns(self):
        self.books = self.books[::-1]

    def drops(self):
        del self.books[0]

    def cuts(self):
        self.books[1:] = []

    def grows(self):
        books = self.books
        books.append(3)


@pytest.mark.parametrize(
    ("method", "changes"),
    [("reads", False), ("turns", True), ("drops", True), ("cuts", True), ("grows", True)],
)
def test_what_a_method_does_to_how_many_items_an_attribute_has(method, changes):
    assert resizes(getattr(Shelf(), method), "books") is changes

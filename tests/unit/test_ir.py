"""The representations: walks and rewriting, nothing changed in place."""

import ast
import dataclasses

import pytest

from codegen import syntax
from codegen.ir import (
    Bind,
    Block,
    Branch,
    Else,
    If,
    Line,
    Loop,
    Remark,
    all_lines,
    items_of,
    rebuilt,
    replanned,
    stages_of,
    statements_of,
)


def bind(name):
    """A stage that binds a name."""
    return Bind(ast.parse(f"{name} = 1").body[0], syntax.name(name), binds=[name])


ONE, TWO, THREE = bind("a"), bind("b"), bind("c")
BRANCH = Branch(ast.parse("if n: pass").body[0], syntax.name("n"), Block([TWO]), Block([THREE]))
LOOP = Loop(ast.parse("for i in y: pass").body[0], Block([ONE, BRANCH]))


def test_statements_come_in_the_order_of_the_text():
    assert list(statements_of(Block([LOOP]))) == [LOOP, ONE, BRANCH, TWO, THREE]
    assert list(stages_of(Block([LOOP]))) == [ONE, TWO, THREE]


def test_a_block_is_rebuilt_all_the_way_down():
    found = rebuilt(Block([LOOP]), lambda stage: [] if stage is TWO else [stage, stage])
    assert [s.binds for s in stages_of(found)] == [["a"], ["a"], ["c"], ["c"]]
    assert list(stages_of(Block([LOOP]))) == [ONE, TWO, THREE]


def test_statements_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ONE.rewritten = True


LINE = Line(syntax.name("dx"), "=", syntax.name("dy"))
ITEMS = [Remark("one"), If([LINE], header="if n:"), Else([LINE], header="else:")]


def test_planned_lines_are_walked_and_rewritten():
    assert list(items_of(ITEMS)) == [ITEMS[0], ITEMS[1], LINE, ITEMS[2], LINE]
    assert all_lines(replanned(ITEMS, lambda line: [])) == []
    assert all_lines(ITEMS) == [LINE, LINE]

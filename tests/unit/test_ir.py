"""The representations: walks and rewriting, nothing changed in place."""

import ast
import dataclasses

import pytest

from codegen import syntax
from codegen.ir import (
    Bind,
    Block,
    Branch,
    Display,
    Else,
    If,
    Line,
    Loop,
    Remark,
    Rewiring,
    WireRef,
    all_lines,
    items_of,
    leaves,
    post_order,
    rebuilt,
    replanned,
    stages_of,
    statements_of,
    variable,
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


def test_statements_and_wires_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        ONE.rewritten = True
    with pytest.raises(dataclasses.FrozenInstanceError):
        X.name = "y"


X, Y = (variable(name, 1.0, syntax.name(name)) for name in "xy")


def pair_of(*wires):
    """The wire of a tuple of wires."""
    node = ast.Tuple([WireRef(w) for w in wires], ast.Load())
    operands = {str(k): w for k, w in enumerate(wires)}
    return Display(node, tuple(w.sample for w in wires), node, operands=operands)


def test_wires_come_operands_first_in_the_order_of_the_text():
    inner = pair_of(Y, X)
    root = pair_of(inner, X)
    assert post_order(root) == [Y, X, inner, root]
    assert list(leaves(root)) == [Y, X, X]


def test_what_stands_for_a_wire_is_written_where_the_wire_was():
    inner = pair_of(X, Y)
    root = pair_of(inner, inner)
    other = variable("z", 2.0, syntax.name("z"))
    rewire = Rewiring()
    found = rewire(root, lambda old, new: other if old is Y else new)
    assert list(leaves(found)) == [X, other, X, other]
    assert found.operands["0"] is found.operands["1"]
    assert [ref.wire for ref in found.operands["0"].node.elts] == [X, other]
    assert list(leaves(root)) == [X, Y, X, Y]
    later = rewire(pair_of(inner))  # a line behind it that is made of the same wire
    assert later.operands["0"] is found.operands["0"]
    assert rewire(found) is found


LINE = Line(syntax.name("dx"), "=", syntax.name("dy"))
ITEMS = [Remark("one"), If([LINE], test=syntax.name("n")), Else([LINE])]


def test_planned_lines_are_walked_and_rewritten():
    assert list(items_of(ITEMS)) == [ITEMS[0], ITEMS[1], LINE, ITEMS[2], LINE]
    assert all_lines(replanned(ITEMS, lambda line: [])) == []
    assert all_lines(ITEMS) == [LINE, LINE]

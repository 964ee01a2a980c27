"""What is free to compute again: a stage goes in, yes or no comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import numpy as np

from codegen import syntax
from codegen.emit.spell import named_text
from codegen.ir import Stage, Wire
from codegen.stage.cheap import is_cheap

PURE = frozenset({"len", "range", "min", "max", "int", "abs", "slice", "divmod", "bool", "float"})
SIMPLE = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.Slice,
    ast.Tuple, ast.Attribute, ast.Call, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip
MOST_OPERATORS = 3  # of numbers; a longer formula is saved instead


def recomputed(stage: Stage) -> bool:
    """Return whether a stage is an item of what a loop runs over, a view, or short arithmetic on numbers."""
    if stage.kind == "item":
        return True
    if stage.kind != "bind":
        return False
    if stage.wire is not None:
        return isinstance(stage.target, ast.Name) and (
            is_view_of_name(stage) or is_number_formula(stage.wire)
        )
    statement = stage.statement
    return (
        isinstance(statement, ast.Assign)
        and not stage.rewritten
        and is_pure(statement.value)
        and not isinstance(stage.sample, np.ndarray)
    )


def is_view_of_name(stage: Stage) -> bool:
    """Return whether a stage only takes a view, or a number, out of a variable."""
    wire = stage.wire
    assert wire is not None
    if wire.kind != "gate" or not isinstance(wire.node, ast.Subscript):
        return False
    name, wire.name = wire.name, None
    try:
        return is_cheap(wire)
    finally:
        wire.name = name


def is_number_formula(wire: Wire) -> bool:
    """Return whether a wire adds and multiplies a few numbers."""
    tree = named_text(wire.node)
    operators = [n for n in syntax.walk(tree) if isinstance(n, ast.BinOp | ast.UnaryOp)]
    return (
        wire.kind == "gate"
        and all(is_number(one) for one in (wire, *wires_below(wire)))
        and is_pure(tree)
        and not any(isinstance(n, ast.Call) for n in syntax.walk(tree))
        and not any(isinstance(n.op, ast.Pow | ast.Div) for n in operators)
        and 0 < len(operators) <= MOST_OPERATORS
    )


def is_number(wire: Wire) -> bool:
    """Return whether the value of a wire is a number, or stands below an index that picks one."""
    return not isinstance(wire.sample, list | tuple | dict) and np.ndim(wire.sample) == 0


def wires_below(wire: Wire) -> list[Wire]:
    """Return the wires of a formula, not looking below an index."""
    found: list[Wire] = []
    if not isinstance(wire.node, ast.Subscript):
        for operand in wire.operands.values():
            found.append(operand)
            if operand.name is None:
                found.extend(wires_below(operand))
    return found


def is_pure(tree: ast.expr) -> bool:
    """Return whether an expression is arithmetic on names, items and sizes."""
    for node in syntax.walk(tree):
        if not isinstance(node, SIMPLE):
            return False
        if isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name) and node.func.id in PURE
        ):
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return False
    return True


def text_of(group: Sequence[Stage]) -> ast.expr:
    """Return what is computed again for some stages of one statement."""
    parts = [
        (
            named_text(s.wire.node)
            if s.wire is not None
            else s.value or getattr(s.statement, "value", syntax.constant(None))
        )
        for s in group
    ]
    return ast.Tuple(parts, ast.Load())

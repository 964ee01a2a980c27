"""What is free to compute again: a stage goes in, yes or no comes out."""

from __future__ import annotations

import ast

import numpy as np

from codegen.circuit import Stage
from codegen.stages import is_cheap

PURE = frozenset({"len", "range", "min", "max", "int", "abs", "slice", "divmod", "bool", "float"})
SIMPLE = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.Slice, ast.Tuple, ast.Attribute, ast.Call,
    ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip


def recomputed(stage: Stage) -> bool:
    """Return whether a stage is an item of what a loop runs over, a view, or arithmetic on sizes."""
    if stage.kind == "item":
        return True
    if stage.kind != "bind" or stage.rewritten:
        return False
    if stage.wire is not None:
        node = stage.wire.node
        return (
            stage.wire.kind == "gate" and isinstance(node, ast.Subscript) and is_view_of_name(stage)
        )
    statement = stage.statement
    return (
        isinstance(statement, ast.Assign)
        and is_pure(statement.value)
        and not isinstance(stage.sample, np.ndarray)
    )


def is_view_of_name(stage: Stage) -> bool:
    """Return whether a stage only takes a view, or a number, out of a variable."""
    wire = stage.wire
    assert wire is not None
    name, wire.name = wire.name, None
    try:
        return is_cheap(wire)
    finally:
        wire.name = name


def is_pure(tree: ast.expr) -> bool:
    """Return whether an expression is arithmetic on names, items and sizes."""
    for node in ast.walk(tree):
        if not isinstance(node, SIMPLE):
            return False
        if isinstance(node, ast.Call) and not (
            isinstance(node.func, ast.Name) and node.func.id in PURE
        ):
            return False
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return False
    return True

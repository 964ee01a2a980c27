"""Tests of branches: a branch goes in; whether the backward pass can ask the same again comes out."""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.ir import Branch
from codegen.trace.observe import Run

CHEAP = frozenset({"len", "isinstance", "abs", "min", "max", "int", "bool", "callable"})
PARTS = frozenset({"shape", "size", "ndim", "dtype"})


def can_ask_again(branch: Branch, run: Run) -> bool:
    """Return whether a test is a question about numbers and sizes, free to be asked a second time."""
    return is_cheap(branch.statement.test, run)


def is_cheap(node: ast.expr, run: Run) -> bool:
    """Return whether an expression is arithmetic on numbers, items and sizes."""
    match node:
        case ast.NamedExpr() | ast.Await() | ast.Lambda() | ast.JoinedStr():
            return False
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in CHEAP:
            return all(is_cheap(a, run) or isinstance(a, ast.Name) for a in node.args)
        case ast.Call():
            return False
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=ast.Name()):
            return True
        case ast.Subscript():
            return is_small(run.fact(node).sample) and all(
                is_cheap(n, run) for n in syntax.parts(node) if isinstance(n, ast.expr)
            )
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.Compare() | ast.Tuple() | ast.Slice():
            return is_small(run.fact(node).sample) and all(
                is_cheap(n, run) for n in syntax.parts(node) if isinstance(n, ast.expr)
            )
    return False


def is_small(value: object) -> bool:
    """Return whether a value is no array."""
    return not isinstance(value, np.ndarray) or value.ndim == 0

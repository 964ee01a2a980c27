"""Repeating: an expression goes in; whether it may be evaluated a second time, and whether that is free, comes out.

The backward pass asks it of the tests of branches, of the headers of loops and of what it would else have to keep; the
stages ask it of what stands twice in the forward pass.

>>> [gives_same(syntax.parse(text)) for text in ("len(x)", "np.sin(x)", "np.random.rand(3)", "f(x)")]
[True, True, False, False]
>>> is_arithmetic(syntax.parse("len(x) - 2 * i")), is_arithmetic(syntax.parse("np.sin(x)"))
(True, False)
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.gates.pure import CHEAP, DICT_VIEWS, is_pure_call

ARITHMETIC = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.Slice,
    ast.Tuple, ast.Attribute, ast.Call, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip


def gives_same(call: ast.Call) -> bool:
    """Return whether a call gives the same again: a builtin, a view of a dict, NumPy without chance."""
    return is_pure_call(call, DICT_VIEWS)


def is_cheap_call(call: ast.Call) -> bool:
    """Return whether a call costs next to nothing, and gives the same again."""
    return isinstance(call.func, ast.Name) and call.func.id in CHEAP


def is_arithmetic(tree: ast.expr) -> bool:
    return all(
        isinstance(part, ARITHMETIC)
        and not isinstance(part, ast.MatMult)
        and (not isinstance(part, ast.Call) or is_cheap_call(part))
        for part in syntax.walk(tree)
    )

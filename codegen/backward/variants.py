"""Shorter ways to write a gradient: the text of a row goes in, the same without what broadcasting does comes out."""

from __future__ import annotations

import ast
from typing import Any

from codegen import expr
from codegen.circuit import Wire


def variants(tree: ast.expr, fixed: bool) -> list[ast.expr]:
    """Return a gradient without what only broadcasts it, then with more and more of it.

    Axes are left out only if they are `fixed`, that is the same in every call.
    """
    key = (id(tree), fixed)
    if key not in _variants or _variants[key][0] is not tree:
        lean = [expr.rewrite(tree, drop(True, True))] if fixed else []
        found: list[ast.expr] = []
        for variant in (*lean, expr.rewrite(tree, drop(True, False)), tree):
            if not any(expr.same(variant, v) for v in found):
                found.append(tree if expr.same(variant, tree) else variant)
        _variants[key] = (tree, found)
    return _variants[key][1]


_variants: dict[tuple[int, bool], tuple[ast.expr, list[ast.expr]]] = {}


def is_fixed(wire: Wire) -> bool:
    """Return whether the axes of a gate are literals."""
    axis = wire.statics.get("axis")
    return axis is None or not any(isinstance(part, ast.Name) for part in ast.walk(axis))


def drop(ones: bool, dims: bool) -> Any:
    """Return a change that takes out factors of ones, and dimensions that are expanded or kept."""

    def change(part: ast.expr) -> ast.expr | None:
        if (
            ones
            and isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Mult)
            and calls(part.right, "np.ones_like")
        ):
            return expr.rewrite(part.left, change)
        if dims and isinstance(part, ast.Call) and calls(part, "np.expand_dims"):
            return expr.rewrite(part.args[0], change)
        if dims and isinstance(part, ast.Call) and any(k.arg == "keepdims" for k in part.keywords):
            kept = [k for k in part.keywords if k.arg != "keepdims"]
            return ast.Call(part.func, [expr.rewrite(a, change) for a in part.args], kept)
        return None

    return change


def calls(part: ast.expr, name: str) -> bool:
    """Return whether a part is a call of a function."""
    return isinstance(part, ast.Call) and expr.show(part.func) == name

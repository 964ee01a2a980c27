"""Shorter ways to write a gradient: the text of a row goes in, the same without what broadcasting does comes out."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codegen import syntax
from codegen.ir import Wire


def variants(tree: ast.expr, fixed: bool) -> list[ast.expr]:
    """Return a gradient without what only broadcasts it, then with more and more of it.

    Axes are left out only if they are `fixed`, that is the same in every call.
    """
    key = (id(tree), fixed)
    if key not in _variants or _variants[key][0] is not tree:
        lean = [syntax.rewrite(tree, drop(True, True))] if fixed else []
        found: list[ast.expr] = []
        for variant in (*lean, syntax.rewrite(tree, drop(True, False)), tree):
            if not any(syntax.same(variant, v) for v in found):
                found.append(tree if syntax.same(variant, tree) else variant)
        _variants[key] = (tree, found)
    return _variants[key][1]


_variants: dict[tuple[int, bool], tuple[ast.expr, list[ast.expr]]] = {}


def is_fixed(wire: Wire) -> bool:
    """Return whether the axes of a gate are literals."""
    axis = wire.statics.get("axis")
    return axis is None or not any(isinstance(part, ast.Name) for part in syntax.walk(axis))


def drop(ones: bool, dims: bool) -> Any:
    """Return a change that takes out factors of ones, and dimensions that are expanded or kept."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.IfExp):
            return part  # of its sides the example shows only one
        if (
            ones
            and isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Mult)
            and calls(part.right, "np.ones_like")
        ):
            return syntax.rewrite(part.left, change)
        if dims and isinstance(part, ast.Call) and calls(part, "np.expand_dims"):
            return syntax.rewrite(part.args[0], change)
        if dims and isinstance(part, ast.Call) and any(k.arg == "keepdims" for k in part.keywords):
            kept = [k for k in part.keywords if k.arg != "keepdims"]
            return ast.Call(part.func, [syntax.rewrite(a, change) for a in part.args], kept)
        return None

    return change


def indexed(tree: ast.expr, wire: Wire, rank: Callable[[ast.expr], int]) -> ast.expr:
    """Return a gradient with `x[:, None]` for a dimension that is expanded at a literal place."""
    found = False

    def change(part: ast.expr) -> ast.expr | None:
        nonlocal found
        if isinstance(part, ast.IfExp):
            return part
        if not (
            isinstance(part, ast.Call) and calls(part, "np.expand_dims") and len(part.args) == 2
        ):
            return None
        axes = literal_axes(part.args[1], wire)
        try:
            own = rank(part.args[0])
        except (ValueError, TypeError, IndexError, AttributeError):
            return None
        total = own + len(axes or ())
        if axes is None or own == 0 or any(not -total <= a < total for a in axes):
            return None
        found = True
        places = {a % total for a in axes}
        keys: list[ast.expr] = [
            syntax.constant(None) if i in places else ast.Slice() for i in range(total)
        ]
        while keys and isinstance(keys[-1], ast.Slice):
            keys.pop()
        if total > 2 and places == {total - 1}:
            keys = [syntax.constant(...), syntax.constant(None)]
        key = keys[0] if len(keys) == 1 else ast.Tuple(keys, ast.Load())
        return syntax.index(syntax.rewrite(part.args[0], change), key)

    fresh = syntax.rewrite(tree, change)
    return fresh if found else tree


def literal_axes(node: ast.expr, wire: Wire) -> tuple[int, ...] | None:
    """Return the axes that a tree names, if they are literals."""
    node = wire.statics.get(node.id, node) if isinstance(node, ast.Name) else node
    try:
        axes = ast.literal_eval(node)
    except ValueError:
        return None
    axes = (axes,) if isinstance(axes, int) else axes
    return tuple(axes) if isinstance(axes, tuple | list) else None


def without_leading(tree: ast.expr) -> ast.expr:
    """Return a gradient in which `x[None, :, None]` is `x[:, None]`: broadcasting makes the first dimensions."""

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript):
            return None
        keys = part.slice.elts if isinstance(part.slice, ast.Tuple) else [part.slice]
        rest = list(keys)
        while rest and isinstance(rest[0], ast.Constant) and rest[0].value is None:
            rest.pop(0)
        if len(rest) == len(keys):
            return None
        inner = syntax.rewrite(part.value, change)
        if not rest:
            return inner
        return syntax.index(inner, rest[0] if len(rest) == 1 else ast.Tuple(rest, ast.Load()))

    return syntax.rewrite(tree, change)


def calls(part: ast.expr, name: str) -> bool:
    """Return whether a part is a call of a function."""
    return isinstance(part, ast.Call) and syntax.show(part.func) == name

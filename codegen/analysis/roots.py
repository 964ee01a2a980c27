"""Roots: an expression goes in; out comes the variable whose memory it shows."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING

METHODS = frozenset({"transpose", "swapaxes", "squeeze", "reshape", "ravel", "view", "diagonal"})
FUNCTIONS = frozenset({
    "transpose", "swapaxes", "squeeze", "moveaxis", "rollaxis", "expand_dims", "flip", "fliplr", "flipud",
    "reshape", "ravel", "asarray", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_to", "rot90",
})  # fmt: skip


def viewed_target(tree: ast.expr) -> ast.expr | None:
    """Return what an item is an item of, or an attribute or method call is one of; None for a name."""
    match tree:
        case (
            ast.Subscript(value=inner)
            | ast.Attribute(value=inner)
            | ast.Call(func=ast.Attribute(value=inner))
        ):
            return inner
    return None


def root_of(tree: ast.expr) -> str:
    """Return the variable at the bottom of a chain of items and views, or nothing."""
    while not isinstance(tree, ast.Name):
        inner = viewed_target(tree)
        if (
            isinstance(tree, ast.Call)
            and isinstance(inner, ast.Name)
            and tree.args
            and inner.id in ("np", "numpy")
        ):
            inner = tree.args[0]
        if inner is None:
            return ""
        tree = inner
    return tree.id


RESHAPERS = frozenset({
    "reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d", "atleast_3d", "asarray",
})  # fmt: skip


def is_reshaped(tree: ast.expr) -> bool:
    """Return whether a view has the items of an array in the same order, by its look."""
    match tree:
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in RESHAPERS
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            return all(is_all_or_new(part) for part in parts)
        case ast.Subscript(slice=part):
            return is_all_or_new(part)
    return False


def is_all_or_new(part: ast.expr) -> bool:
    """Return whether a part of an index is `:`, `...` or `None`."""
    if isinstance(part, ast.Slice):
        return part.lower is part.upper is part.step is None
    return syntax.show(part) in ("None", "...", "np.newaxis")


def shown_by(tree: ast.expr) -> str:
    """Return the variable of which an expression may show a part, by its look; nothing if it makes a new array."""
    while not isinstance(tree, ast.Name):
        match tree:
            case ast.Subscript(value=inner) | ast.Attribute(value=inner):
                tree = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args):
                if attr in METHODS and root_of(inner) not in ("np", "numpy"):
                    tree = inner
                elif attr in FUNCTIONS and args:
                    tree = args[0]
                else:
                    return ""
            case _:
                return ""
    return tree.id


def viewed(tree: ast.expr, value: Any) -> ast.expr | None:
    """Return the expression whose memory another shows: itself for a name, None if it has memory of its own."""
    match tree:
        case ast.Name():
            return tree if isinstance(value(tree), np.ndarray | list | dict) else None
        case ast.Subscript(value=inner, slice=key):
            base, sample = value(inner), value(tree)
            if isinstance(base, list | tuple | dict):
                return (
                    inner
                    if isinstance(sample, np.ndarray | list | dict)
                    and not isinstance(key, ast.Slice)
                    else None
                )
            return (
                inner
                if isinstance(base, np.ndarray) and is_basic(value(key)) and np.ndim(sample)
                else None
            )
        case ast.Attribute(value=inner, attr="T"):
            return inner
        case ast.Call(func=ast.Attribute(value=inner, attr=attr), args=args) if not tree.keywords:
            if isinstance(value(inner), np.ndarray):
                return inner if attr in METHODS else None
            if attr in FUNCTIONS and args and getattr(value(inner), "__name__", "") == "numpy":
                return args[0]
    return None


def is_basic(key: Any) -> bool:
    """Return whether an index takes a view: whole numbers, slices, None and the ellipsis."""
    parts = key if isinstance(key, tuple) else (key,)
    return key is not MISSING and all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice | int | np.integer)
        and not isinstance(part, bool)
        for part in parts
    )


def reads_of(tree: ast.expr) -> set[str]:
    """Return the names in a tree."""
    return set(syntax.reads(tree))


def is_read(part: ast.AST, name: str) -> bool:
    """Return whether a part of a tree reads a name."""
    return isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load)


def inside(part: ast.AST, node: ast.AST) -> bool:
    """Return whether a part belongs to a statement."""
    return any(p is part for p in ast.walk(node))

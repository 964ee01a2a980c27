"""Whether an index names an item twice: the text of an index and its sample go in, yes or no comes out.

A yes is told from the text alone: that the example's index array has no repeats says nothing about the next one.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.operands import all_different

Meaning = Callable[[ast.expr], ast.expr]
Value = Callable[[ast.expr], Any]


PLACES = frozenset({"diag_indices", "nonzero", "tril_indices", "triu_indices", "where"})


def names_once(index: ast.expr, value: Value, meaning: Meaning) -> bool:
    """Return whether an index surely names each item at most once; `value` gives the sample of an expression,
    `meaning` what a variable was bound to, where it still has that value.
    """
    key = value(index)
    if key is MISSING:
        return False
    samples = key if isinstance(key, tuple) else (key,)
    arrays = [p for p in samples if is_index_array(p)]
    if not arrays:
        return True
    if any(np.ndim(a) > 1 for a in arrays):
        return False
    parts = syntax.elements(index)
    return any(distinct(part, value, meaning) for part in parts) or all_of_one(
        parts, value, meaning
    )


def all_of_one(parts: list[ast.expr], value: Value, meaning: Meaning) -> bool:
    """Return whether all that one call gives stands in an index: `x[i, j]` behind `i, j = np.nonzero(mask)`."""
    missing: dict[str, set[object]] = {}
    for part in map(meaning, parts):
        match part:
            case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=place)):
                places = value(call)
                if syntax.called_last(call) in PLACES and isinstance(places, tuple):
                    text = syntax.show(call)
                    missing.setdefault(text, set(range(len(places)))).discard(place)
    return not all(missing.values())


def is_index_array(part: Any) -> bool:
    """Return whether a part of an index is a sequence of whole numbers."""
    if isinstance(part, np.ndarray):
        return part.dtype != bool and part.ndim > 0
    return isinstance(part, list | tuple | range)


def distinct(tree: ast.expr, value: Value, meaning: Meaning) -> bool:
    """Return whether an expression is a sequence of different places."""
    tree = meaning(tree)
    match tree:
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all_different([*map(syntax.literal, parts)])
        case ast.Subscript(value=inner, slice=ast.Slice()):
            return distinct(inner, value, meaning)
        case ast.Subscript(value=ast.Call(args=[mask]) as call, slice=ast.Constant(value=0)):
            return syntax.called_last(call) in ("where", "nonzero") and np.ndim(value(mask)) == 1
        case ast.IfExp(body=one, orelse=other):
            return distinct(one, value, meaning) and distinct(other, value, meaning)
        case ast.Call(args=args):
            name = syntax.called_last(tree)
            if name in PLACES:
                return name in ("diag_indices", "tril_indices", "triu_indices") or len(args) == 1
            if name in ("arange", "range"):
                return bool(args) and not (len(args) > 1 and is_negative(args[0]))
            if name == "permutation":
                return isinstance(value(args[0]), int) if args else False
            return name in ("argsort", "flatnonzero") and np.ndim(value(tree)) == 1
    return False


def is_negative(tree: ast.expr) -> bool:
    """Return whether an expression may be a negative number by its look."""
    return isinstance(tree, ast.UnaryOp) or (
        isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Sub)
    )

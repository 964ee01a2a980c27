"""Stairs: an expression without a gradient goes in; whether it has none because it rounds what is differentiated, or
cuts it to whole numbers, comes out.

What rounds goes up in stairs: far enough along an argument it takes many values, unlike a sign, a size or a place.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.gates.evaluate import evaluate
from codegen.gates.pure import is_pure_call
from codegen.lower.scope import FactResolver

STEPS = (0.0, *(10.0**k for k in range(8)))
FEW = 3
"""The values that a sign, or a step, takes."""


def is_rounded(
    node: ast.expr, is_active: Callable[[ast.expr], bool], resolver: FactResolver
) -> bool:
    """Return whether an expression takes many values as what is active in it grows."""
    if isinstance(node, ast.Call) and not is_pure_call(node):
        return False
    held: dict[ast.AST, ast.expr] = {}
    values: dict[str, tuple[Any, bool]] = {}
    for part in operands(node):
        value = resolver.value(part)
        if value is not MISSING:
            name = f"_{len(values)}"
            held[part], values[name] = syntax.name(name), (value, is_active(part))
    if isinstance(node, ast.Call) and (callee := resolver.callee(node)) is not MISSING:
        if node.func not in held and not any(p in held for p in syntax.parts(node.func)):
            held[node.func], values["_f"] = syntax.name("_f"), (callee, False)
        if callee is np.empty_like:  # what it holds is by chance
            return False
    tree = syntax.rewrite(node, held.get)
    found: set[float] = set()
    try:
        for step in STEPS:
            moved = {n: v + step if active else v for n, (v, active) in values.items()}
            result = np.ravel(evaluate(tree, moved))
            if result.size == 0 or result.dtype.kind not in "iuf":
                return False
            found.add(float(result[0]))
    except Exception:  # noqa: BLE001  # no such values may be given to it
        return False
    return len(found) > FEW


def operands(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what an operator or a call is given, and what a method belongs to."""
    match node:
        case ast.BinOp(left, _, right):
            yield from (left, right)
        case ast.Call(func, args, keywords):
            yield from args
            yield from (k.value for k in keywords)
            if isinstance(func, ast.Attribute):
                yield func.value

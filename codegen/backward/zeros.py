"""Gradients of zero: a variable and its sample go in, the text of a zero gradient of its structure comes out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import expr
from codegen.trace.facts import has_float


def zeros_like(tree: ast.expr, sample: Any) -> ast.expr:
    """Return the text of zeros in the shape, or structure, of a value."""
    if isinstance(sample, dict):
        return zeros_of_dict(tree, sample)
    if isinstance(sample, list | tuple) and not hasattr(sample, "_fields"):
        return zeros_of_list(tree, sample)
    if isinstance(sample, np.ndarray) and sample.ndim:
        return expr.call("np.zeros_like", tree)
    return expr.constant(0.0)


def zeros_of_dict(tree: ast.expr, sample: dict[Any, Any]) -> ast.expr:
    """Return zeros for each differentiable value of a dict."""
    floats = {k: v for k, v in sample.items() if has_float(v)}
    kinds = {expr.show(zeros_like(expr.name("v"), v)) for v in floats.values()}
    if len(kinds) == 1 and len(floats) == len(sample):
        pair = ast.Tuple([ast.Name("k", ast.Store()), ast.Name("v", ast.Store())], ast.Store())
        items = ast.Call(ast.Attribute(tree, "items", ast.Load()), [], [])
        value = zeros_like(expr.name("v"), next(iter(floats.values())))
        return ast.DictComp(expr.name("k"), value, [ast.comprehension(pair, items, [], 0)])
    keys: list[ast.expr | None] = [expr.constant(k) for k in floats]
    return ast.Dict(
        keys, [zeros_like(expr.index(tree, expr.constant(k)), v) for k, v in floats.items()]
    )


def zeros_of_list(tree: ast.expr, sample: list[Any] | tuple[Any, ...]) -> ast.expr:
    """Return zeros for each differentiable item of a list or tuple, None for the others."""
    kinds = {expr.show(zeros_like(expr.name("v"), v)) for v in sample}
    if isinstance(sample, list) and all(map(has_float, sample)) and len(kinds) == 1:
        if kinds == {"0.0"}:
            return ast.BinOp(
                ast.List([expr.constant(0.0)], ast.Load()), ast.Mult(), expr.call("len", tree)
            )
        value = zeros_like(expr.name("v"), sample[0])
        return ast.ListComp(value, [ast.comprehension(ast.Name("v", ast.Store()), tree, [], 0)])
    items = [
        zeros_like(expr.index(tree, expr.constant(i)), v) if has_float(v) else expr.constant(None)
        for i, v in enumerate(sample)
    ]
    return (ast.List if isinstance(sample, list) else ast.Tuple)(items, ast.Load())

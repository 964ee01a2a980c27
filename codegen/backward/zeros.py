"""Gradients of zero: a variable and its sample go in, the text of a zero gradient of its structure comes out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.containers import are_alike, form_of
from codegen.trace.facts import has_float


def zeros_like(tree: ast.expr, sample: Any, depth: int = 0) -> ast.expr:
    """Return the text of zeros in the shape, or structure, of a value; a list for a tuple, so that
    items can be added to.
    """
    if isinstance(sample, dict):
        return zeros_of_dict(tree, sample, depth)
    if isinstance(sample, list | tuple):
        return zeros_of_list(tree, sample, depth)
    if isinstance(sample, np.ndarray) and sample.ndim:
        return syntax.call("np.zeros_like", tree)
    return syntax.constant(0.0)


def zeros_of_dict(tree: ast.expr, sample: dict[Any, Any], depth: int) -> ast.expr:
    """Return zeros for each differentiable value of a dict."""
    if are_alike(sample) and sample:
        key, own = f"k{depth or ''}", f"v{depth or ''}"
        pair = ast.Tuple([ast.Name(key, ast.Store()), ast.Name(own, ast.Store())], ast.Store())
        items = ast.Call(ast.Attribute(tree, "items", ast.Load()), [], [])
        value = zeros_like(syntax.name(own), next(iter(sample.values())), depth + 1)
        return ast.DictComp(syntax.name(key), value, [ast.comprehension(pair, items, [], 0)])
    floats = {k: v for k, v in sample.items() if has_float(v)}
    keys: list[ast.expr | None] = [syntax.constant(k) for k in floats]
    return ast.Dict(
        keys,
        [zeros_like(syntax.index(tree, syntax.constant(k)), v, depth) for k, v in floats.items()],
    )


def zeros_of_list(tree: ast.expr, sample: list[Any] | tuple[Any, ...], depth: int) -> ast.expr:
    """Return zeros for each differentiable item of a list or tuple, None for the others."""
    if are_alike(sample) and sample:
        if form_of(sample[0]) == "number":
            return ast.BinOp(
                ast.List([syntax.constant(0.0)], ast.Load()), ast.Mult(), syntax.call("len", tree)
            )
        own = f"v{depth or ''}"
        value = zeros_like(syntax.name(own), sample[0], depth + 1)
        return ast.ListComp(value, [ast.comprehension(ast.Name(own, ast.Store()), tree, [], 0)])
    items = [
        (
            zeros_like(syntax.index(tree, syntax.constant(i)), v, depth)
            if has_float(v)
            else syntax.constant(None)
        )
        for i, v in enumerate(sample)
    ]
    return ast.List(items, ast.Load())

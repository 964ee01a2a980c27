"""Sums over broadcast axes: a value or a text and two shapes go in, the sum to the smaller shape comes out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax


def summed_axes(
    shape: tuple[int, ...], wanted: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return the leading axes and the size-1 axes to sum over, or None if `shape` does not broadcast from `wanted`."""
    extra = len(shape) - len(wanted)
    if extra < 0:
        return (), ()
    ones = []
    for i, n in enumerate(wanted):
        if shape[extra + i] != n:
            if n != 1:
                return ((), ()) if shape[extra + i] == 1 else None
            ones.append(extra + i)
    return tuple(range(extra)), tuple(ones)


def sum_value(value: Any, wanted: tuple[int, ...]) -> Any:
    """Return a value summed to the shape it was broadcast from."""
    axes = summed_axes(np.shape(value), wanted)
    if axes is None:
        raise ValueError("shapes do not fit")
    lead, ones = axes
    if ones:
        value = np.sum(value, axis=ones, keepdims=True)
    return np.sum(value, axis=lead) if lead else value


def sum_text(tree: ast.expr, shape: tuple[int, ...], wanted: tuple[int, ...]) -> ast.expr:
    """Return the text of the same sum."""
    axes = summed_axes(shape, wanted)
    assert axes is not None
    lead, ones = axes
    if ones:
        tree = syntax.call("np.sum", tree, axis=axis_text(ones), keepdims=syntax.constant(True))
    if lead:
        tree = (
            syntax.call("np.sum", tree)
            if not wanted
            else syntax.call("np.sum", tree, axis=axis_text(lead))
        )
    return tree


def summed_text(
    tree: ast.expr, hole: str, shape: tuple[int, ...], wanted: tuple[int, ...]
) -> ast.expr:
    """Return the text of the sum of a gradient; what divides and reads only the operand is the same along its axes."""
    if shape == wanted or not isinstance(tree, ast.BinOp):
        return sum_text(tree, shape, wanted)
    if isinstance(tree.op, ast.Div) and set(syntax.reads(tree.right)) == {hole}:
        return ast.BinOp(summed_text(tree.left, hole, shape, wanted), ast.Div(), tree.right)
    if isinstance(tree.op, ast.Mult) and isinstance(tree.left, ast.BinOp):
        inner = tree.left
        if isinstance(inner.op, ast.Div) and set(syntax.reads(inner.right)) == {hole}:
            rest = ast.BinOp(inner.left, ast.Mult(), tree.right)
            return ast.BinOp(summed_text(rest, hole, shape, wanted), ast.Div(), inner.right)
    return sum_text(tree, shape, wanted)


def axis_text(axes: tuple[int, ...]) -> ast.expr:
    """Return one axis, or a tuple of several."""
    if len(axes) == 1:
        return syntax.constant(axes[0])
    return ast.Tuple(elts=[syntax.constant(a) for a in axes], ctx=ast.Load())

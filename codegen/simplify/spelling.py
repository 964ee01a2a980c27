"""Spelling: a text goes in, the way people write it comes out: new axes as indices, an array of one number as such."""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.simplify.factors import is_product, negated, unsigned
from codegen.simplify.kinds import Known

DEEPEST = 2


def opened(tree: ast.expr, known: Known) -> ast.expr:
    """Return a text with new and dropped axes written as indices; a number may be Python's own and take none."""

    def change(part: ast.expr) -> ast.expr | None:
        if isinstance(part, ast.Subscript):
            return with_one_index(part, known)
        key = index_of(part)
        if key is None:
            return None
        assert isinstance(part, ast.Call)
        if known.rank(part.args[0]) == 0:
            return part
        return syntax.index(syntax.rewrite(part.args[0], change), key)

    is_long = any(index_of(part) or is_index_twice(part) for part in syntax.walk(tree))
    return syntax.rewrite(tree, change) if is_long else tree


def is_index_twice(part: ast.AST) -> bool:
    return isinstance(part, ast.Subscript) and isinstance(part.value, ast.Subscript)


def index_of(part: ast.AST) -> ast.expr | None:
    """Return the index that does what `np.expand_dims(x, 1)` or `np.squeeze(x, axis=1)` does; else None."""
    match part:
        case ast.Call(func=func, args=[_, axis], keywords=[]) if (
            syntax.show(func) == "np.expand_dims"
        ):
            return at_axis(axis, None)
        case ast.Call(func=func, args=[_], keywords=[ast.keyword(arg="axis", value=axis)]):
            return at_axis(axis, 0) if syntax.show(func) == "np.squeeze" else None
    return None


def at_axis(axis: ast.expr, item: int | None) -> ast.expr | None:
    """Return the index that has an item at one axis and all of the others, or None if the axis is no small number."""
    place = syntax.literal(axis)
    at = syntax.constant(item)
    if place == 0:
        return at
    if place == -1:
        return ast.Tuple([syntax.constant(...), at], ast.Load())
    if isinstance(place, int) and 0 < place <= DEEPEST:
        return ast.Tuple([*(ast.Slice() for _ in range(place)), at], ast.Load())
    return None


def with_one_index(tree: ast.Subscript, known: Known) -> ast.Subscript | None:
    """Return `x[:, i, None]` for `x[:, i][:, None]`, whose second index only has new axes; None for anything else."""
    inner, keys = tree.value, syntax.elements(tree.slice)
    if not isinstance(inner, ast.Subscript) or not any(map(is_new, keys)):
        return None
    parts = syntax.elements(inner.slice)
    axes = sum(isinstance(part, ast.Slice) for part in parts)
    if isinstance(keys[0], ast.Constant) and keys[0].value is ...:
        keys = [*(ast.Slice() for _ in range(axes)), *keys[1:]]
    others = [key for key in keys if not is_new(key)]
    if any(syntax.show(key) != ":" for key in others) or len(others) > axes:
        return None
    if known.rank(inner) != axes:
        return None  # an index is an array, or there are axes of which the first index says nothing
    found: list[ast.expr] = []
    for key in keys:
        if is_new(key) and any(isinstance(part, ast.Slice) for part in parts):
            found.append(key)
        elif is_new(key):
            found, parts = [*found, *parts, key], []
        else:
            end = next(k for k, part in enumerate(parts) if isinstance(part, ast.Slice)) + 1
            found, parts = [*found, *parts[:end]], parts[end:]
    return syntax.index(inner.value, ast.Tuple([*found, *parts], ast.Load()))


def is_new(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and key.value is None


def filled(tree: ast.expr, known: Known) -> ast.expr:
    """Return `np.full_like(x, s)` for a number times `np.ones_like(x)`; anything else as it is."""
    spot, minus = tree, False
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        spot, minus = tree.operand, True
    if not isinstance(spot, ast.BinOp) or not isinstance(spot.op, ast.Mult):
        return tree
    ones = spot.right
    if (
        not isinstance(ones, ast.Call)
        or syntax.show(ones.func) != "np.ones_like"
        or known.rank(spot.left) != 0
    ):
        return tree
    value = ast.UnaryOp(ast.USub(), spot.left) if minus else spot.left
    return syntax.call("np.full_like", *ones.args, value)


def with_sign_inside(tree: ast.expr, known: Known) -> ast.expr:
    """Return a product whose minus stands in the group of small factors at its end: `x * (-dout / N)`."""
    negative, rest = unsigned(tree, known)
    if not negative or not isinstance(rest, ast.BinOp) or not isinstance(rest.op, ast.Mult):
        return tree
    large, small = known.size(rest.left), known.size(rest.right)
    if not is_product(rest.right) or large is None or small is None or small >= large:
        return tree
    minus = with_minus(rest.right, known)
    return tree if minus is None else ast.BinOp(rest.left, rest.op, minus)


def with_minus(tree: ast.expr, known: Known) -> ast.expr | None:
    """Return a product with a minus at its left end; None where a whole number of few bits stands there."""
    if isinstance(tree, ast.BinOp) and is_product(tree):
        left = with_minus(tree.left, known)
        return None if left is None else ast.BinOp(left, tree.op, tree.right)
    return None if known.is_whole(tree) else negated(tree, True)

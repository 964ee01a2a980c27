"""Places: two indices go in; whether they surely have no place in common comes out, by what they look like and by which
names hold sizes, which are never negative.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codegen import syntax
from codegen.simplify.kinds import are_interleaved, literal


def keys_of(target: ast.expr) -> list[ast.expr] | None:
    """Return the indices of an item, the outermost last; None if it is an item of a view."""
    keys: list[ast.expr] = []
    while isinstance(target, ast.Subscript):
        keys.insert(0, target.slice)
        target = target.value
    return keys if isinstance(target, ast.Name) else None


def known_key(key: ast.expr) -> Any:
    """Return a key as a value, or as its text where it has slices; None if nothing is known of it."""
    try:
        value = ast.literal_eval(key)
    except (ValueError, TypeError):
        return key if has_slice(key) else None
    return value if type(value) in (str, int) else None


def is_told_apart(a: Any, b: Any, is_size: Callable[[str], bool] = lambda name: False) -> bool:
    """Return whether two keys name different items, however long the container is."""
    if isinstance(a, ast.expr) or isinstance(b, ast.expr):
        return isinstance(a, ast.expr) and isinstance(b, ast.expr) and is_beside(a, b, is_size)
    if isinstance(a, int) and isinstance(b, int):
        return a != b and (a < 0) == (b < 0)
    return a is not None and b is not None and bool(a != b)


def has_slice(key: ast.expr) -> bool:
    return any(isinstance(part, ast.Slice) for part in syntax.elements(key))


def is_beside(a: ast.expr, b: ast.expr, is_size: Callable[[str], bool]) -> bool:
    """Return whether two indices of slices have a place at which one ends before the other begins.

    >>> a, b = (syntax.parse(f"a[{key}]").slice for key in (":, H : 2 * H", ":, :H"))
    >>> is_beside(a, b, lambda name: name == "H"), is_beside(a, b, lambda name: False)
    (True, False)
    """
    pairs = list(zip(syntax.elements(a), syntax.elements(b), strict=False))
    if len(syntax.elements(a)) != len(syntax.elements(b)):
        return False
    pairs = [(p, q) for p, q in pairs if not (is_rest(p) and is_rest(q))]
    slices = all(as_slice(part) is not None for pair in pairs for part in pair)
    return slices and any(one_ends_before(p, q, is_size) for p, q in pairs)


def one_ends_before(a: ast.expr, b: ast.expr, is_size: Callable[[str], bool]) -> bool:
    """Return whether of two parts of indices for one axis one ends before the other begins, or both take turns."""
    one, other = as_slice(a), as_slice(b)
    if one is None or other is None:
        return False

    def ends_before(first: ast.Slice, second: ast.Slice) -> bool:
        end, start = multiples(first.upper, is_size), multiples(second.lower, is_size)
        return bool(end and start) and all(start.get(k, 0) >= n for k, n in end.items())

    return ends_before(one, other) or ends_before(other, one) or are_interleaved(one, other)


def is_rest(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value is ...


def as_slice(part: ast.expr) -> ast.Slice | None:
    """Return a part of an index that goes up as a slice; None for any other."""
    if isinstance(part, ast.Slice):
        step = 1 if part.step is None else literal(part.step)
        return part if isinstance(step, int) and step > 0 else None
    place = literal(part)
    if type(place) is not int:
        return None
    return ast.Slice(part, syntax.constant(place + 1))


def multiples(tree: ast.expr | None, is_size: Callable[[str], bool]) -> dict[str, int]:
    """Return how often a sum holds each size, and 1 under no name; nothing if it may hold something else."""
    match tree:
        case ast.Constant(value=int() as number) if number >= 0:
            return {"": number}
        case ast.Name(id=name) if is_size(name):
            return {name: 1}
        case ast.BinOp(left=ast.Constant(value=int() as number), op=ast.Mult(), right=inner):
            return {k: number * n for k, n in multiples(inner, is_size).items() if number > 0}
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = multiples(left, is_size), multiples(right, is_size)
            if one and other:
                return {k: one.get(k, 0) + other.get(k, 0) for k in {**one, **other}}
    return {}

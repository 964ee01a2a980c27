"""Sizes: planned lines that read the shapes of values go in; they come out with the shortest text for each size.

*Before*: `dx /= x.shape[0]` and `dcol.reshape(col.transpose(2, 0, 1).shape)`, where the user wrote `N = x.shape[0]` and
`col = np.zeros((C, K, N))`. *After*: `dx /= N` and `dcol.reshape(N, C, K)`. Which name is a size, and what the
shape of an expression is: `shapes.py`.

>>> import numpy as np
>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     N = x.shape[0]
...     return np.mean(x, axis=0)
... '''
>>> after("plan", text, np.ones((2, 3)))
# backprop out = np.mean(x, axis=0)
dx = dout / N * np.ones_like(x)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.shapes import Shapes, by_name, own_sizes
from codegen.ir import Line, Planned, all_lines, replanned
from codegen.stage.local import without_shapes
from codegen.tables import grouped


def short_sizes(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines with the sizes in them written in the shortest way."""
    own = own_sizes(draft.flow)
    shapes = Shapes(draft, own, values_in(items))

    def short(tree: ast.expr) -> ast.expr:
        return by_name(shapes.short(tree), own, draft)

    return from_gradients(replanned(items, lambda line: [line.with_trees(short)]), draft)


def values_in(items: Sequence[Planned]) -> set[str]:
    trees = [t for line in all_lines(items) for t in (line.value, line.target) if t is not None]
    names = {n.id for t in trees for n in syntax.every(ast.Name, without_shapes(t))}
    return {name for name in names if "@" in name}


# ---- sizes of gradients


def from_gradients(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines that read a size from the gradient that is added to, where nothing else of its variable is read."""
    lines = all_lines(items)
    adding = grouped(
        (variable, line)
        for line in lines
        if line.operator in ("+=", "-=") and line.name
        for variable in (key.partition("@")[0] for key in sized(line.value))
        if draft.gradient_names.get(variable) == line.name
    )
    others = {k.partition("@")[0] for _, keys in draft.flags for k in keys}
    if adding:
        others |= unsized(lines, adding)

    def change(line: Line) -> list[Line]:
        value = line.value
        for variable in adding.keys() - others:
            if isinstance(line.target, ast.Name) and line in adding[variable]:
                value = with_size_of(value, variable, line.target.id)
        return [replace(line, value=value)]

    return replanned(items, change)


def unsized(lines: Sequence[Line], adding: dict[str, list[Line]]) -> set[str]:
    """Return the variables of which more is read than sizes in the lines that add to their gradients."""
    found: set[str] = set()
    for line in lines:
        trees = [line.value, *([line.target] if line.target is not None else [])]
        keys = [n.id for t in trees for n in syntax.every(ast.Name, t) if "@" in n.id]
        for variable in {k.partition("@")[0] for k in keys}:
            mine = [k for k in keys if k.startswith(f"{variable}@")]
            sizes = [k for k in sized(line.value) if k.startswith(f"{variable}@")]
            if line not in adding.get(variable, []) or len(sizes) < len(mine):
                found.add(variable)
    return found


def is_sized(part: ast.AST) -> bool:
    return (
        isinstance(part, ast.Attribute)
        and part.attr in ("shape", "size", "ndim")
        and isinstance(part.value, ast.Name)
        and "@" in part.value.id
    )


def sized(tree: ast.expr) -> list[str]:
    return [n.value.id for n in syntax.walk(tree) if is_sized(n)]  # type: ignore[attr-defined]  # as tested


def with_size_of(tree: ast.expr, variable: str, other: str) -> ast.expr:
    def change(part: ast.expr) -> ast.expr | None:
        if is_sized(part) and part.value.id.startswith(f"{variable}@"):  # type: ignore[attr-defined]  # as tested
            return ast.Attribute(syntax.name(other), part.attr, ast.Load())  # type: ignore[attr-defined]  # as tested
        return None

    return syntax.rewrite(tree, change)

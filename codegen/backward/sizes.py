"""Sizes: planned lines with placeholders go in; in them the shortest text of each size comes out.

A size that the user has given a name is read by it. A size of something that is read for nothing else is read
from the gradient of the same shape, so that it need not be kept.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.ir import Line, Nest, Remark, Stage, all_lines

if TYPE_CHECKING:
    from codegen.backward.plan import Planner


def short_sizes(items: Sequence[Line | Remark | Nest], planner: Planner) -> None:
    """Write the sizes in planned lines in the shortest way."""
    lines = all_lines(items)
    own = own_sizes(planner.flow)
    for line in lines:
        line.value = by_name(line.value, own, planner)
        line.target = by_name(line.target, own, planner) if line.target is not None else None
    from_gradients(lines, planner)


# ---- sizes with a name


def own_sizes(flow: Flow) -> dict[tuple[str, int], tuple[str, Stage]]:
    """Return the names of sizes, and the stages that bind them, by variable and axis."""
    found: dict[tuple[str, int], tuple[str, Stage]] = {}
    for item in flow.items:
        statement = item.statement if isinstance(item, Stage) else None
        if (
            not isinstance(statement, ast.Assign)
            or item.owner is not None
            or len(statement.targets) != 1
        ):
            continue
        target, value = statement.targets[0], statement.value
        for axis, name in named_axes(target, value):
            array = syntax.reads(value)[0]
            if flow.definers.get(name) == [item] and is_fixed(flow, array, item):  # type: ignore[arg-type]  # a stage
                found.setdefault((array, axis), (name, item))  # type: ignore[arg-type]  # as above
    return found


def named_axes(target: ast.expr, value: ast.expr) -> list[tuple[int, str]]:
    """Return the axes of a shape to which `N, D = x.shape` or `N = x.shape[0]` gives names."""
    if isinstance(target, ast.Name) and isinstance(value, ast.Subscript):
        axis = value.slice
        if is_shape(value.value) and isinstance(axis, ast.Constant) and type(axis.value) is int:
            return [(axis.value, target.id)]
    if isinstance(target, ast.Tuple) and is_shape(value):
        if all(isinstance(e, ast.Name) for e in target.elts):
            return [(k, e.id) for k, e in enumerate(target.elts)]  # type: ignore[attr-defined]  # names, see above
    return []


def is_shape(tree: ast.expr) -> bool:
    """Return whether a text is the shape of a variable."""
    return (
        isinstance(tree, ast.Attribute)
        and tree.attr == "shape"
        and isinstance(tree.value, ast.Name)
    )


def is_fixed(flow: Flow, array: str, item: Stage) -> bool:
    """Return whether a variable has one value in the whole function, bound before an item."""
    made = flow.definers.get(array, [])
    if array in flow.circuit.parameters:
        return not made
    return len(made) == 1 and made[0].owner is None and made[0].order < item.order


def by_name(
    tree: ast.expr, own: dict[tuple[str, int], tuple[str, Stage]], planner: Planner
) -> ast.expr:
    """Return a text in which sizes are called by the user's names."""

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript) or not is_shape(part.value):
            return None
        key = part.value.value.id  # type: ignore[attr-defined]  # the shape of a name
        axis = part.slice.value if isinstance(part.slice, ast.Constant) else None
        name, stage = own.get((key.partition("@")[0], axis), ("", None))  # type: ignore[arg-type]  # no axis, no name
        read = planner.reads.known.get(key)
        if stage is None or read is None or read.item.order <= stage.order:
            return None
        return syntax.name(planner.reads.key(name, read.item, read.post))

    return syntax.rewrite(tree, change) if own else tree


# ---- sizes of gradients


def from_gradients(lines: Sequence[Line], planner: Planner) -> None:
    """Read a size from the gradient that is added to, where nothing else of its variable is read."""
    adding: dict[str, list[Line]] = {}
    for line in lines:
        if line.operator in ("+=", "-=") and isinstance(line.target, ast.Name):
            for key in sized(line.value):
                variable = key.partition("@")[0]
                if planner.gradient_names.get(variable) == line.target.id:
                    adding.setdefault(variable, []).append(line)
    others = {k.partition("@")[0] for _, keys in planner.flags for k in keys}
    if adding:
        others |= unsized(lines, adding)
    for variable in adding.keys() - others:
        for line in adding[variable]:
            assert isinstance(line.target, ast.Name)
            line.value = with_size_of(line.value, variable, line.target.id)


def unsized(lines: Sequence[Line], adding: dict[str, list[Line]]) -> set[str]:
    """Return the variables of which more is read than sizes in the lines that add to their gradients."""
    found: set[str] = set()
    for line in lines:
        trees = [line.value, *([line.target] if line.target is not None else [])]
        keys = [
            n.id for t in trees for n in syntax.walk(t) if isinstance(n, ast.Name) and "@" in n.id
        ]
        for variable in {k.partition("@")[0] for k in keys}:
            mine = [k for k in keys if k.startswith(f"{variable}@")]
            sizes = [k for k in sized(line.value) if k.startswith(f"{variable}@")]
            if not any(line is one for one in adding.get(variable, [])) or len(sizes) < len(mine):
                found.add(variable)
    return found


def is_sized(part: ast.AST) -> bool:
    """Return whether a part of a text is the shape or size of a forward variable."""
    return (
        isinstance(part, ast.Attribute)
        and part.attr in ("shape", "size", "ndim")
        and isinstance(part.value, ast.Name)
        and "@" in part.value.id
    )


def sized(tree: ast.expr) -> list[str]:
    """Return the placeholders of which a text reads the shape or size."""
    return [n.value.id for n in syntax.walk(tree) if is_sized(n)]  # type: ignore[attr-defined]  # as tested


def with_size_of(tree: ast.expr, variable: str, other: str) -> ast.expr:
    """Return a text that reads the size of another variable instead."""

    def change(part: ast.expr) -> ast.expr | None:
        if is_sized(part) and part.value.id.startswith(f"{variable}@"):  # type: ignore[attr-defined]  # as tested
            return ast.Attribute(syntax.name(other), part.attr, ast.Load())  # type: ignore[attr-defined]  # as tested
        return None

    return syntax.rewrite(tree, change)

"""Sizes with a name: a forward pass goes in; out comes which variable, such as the `N` of `N, D = x.shape`, holds which
size.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow
from codegen.backward.overwritten import Read
from codegen.backward.ranks import Ranks
from codegen.ir import Stage
from codegen.simplify.kinds import signed_literal


def own_sizes(flow: Flow) -> dict[tuple[str, int], tuple[str, Stage]]:
    """Return the names of sizes, and the stages that bind them, by variable and axis."""
    found: dict[tuple[str, int], tuple[str, Stage]] = {}
    for item in flow.items:
        statement = item.statement if isinstance(item, Stage) else None
        if (
            not isinstance(statement, ast.Assign)
            or flow.owner[item] is not None
            or len(statement.targets) != 1
        ):
            continue
        target, value = statement.targets[0], statement.value
        for axis, name in named_axes(target, value):
            array = syntax.reads(value)[0]
            if flow.definers.get(name) == [item] and is_bound_before(flow, array, item):  # type: ignore[arg-type]  # a stage
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
    return (
        isinstance(tree, ast.Attribute)
        and tree.attr == "shape"
        and isinstance(tree.value, ast.Name)
    )


def known_size(tree: ast.expr) -> bool:
    """Return whether a size is more than the -1 of a reshape."""
    return not isinstance(tree, ast.UnaryOp)


def is_bound_before(flow: Flow, array: str, item: Stage) -> bool:
    """Return whether a variable was bound once when an item asks for its shape."""
    made = flow.definers.get(array, [])
    if array in flow.circuit.parameters:
        return not made or flow.order[made[0]] > flow.order[item]
    return len(made) == 1 and flow.owner[made[0]] is None and flow.order[made[0]] < flow.order[item]


def has_same_value(flow: Flow, read: Read) -> bool:
    """Return whether what is read of an argument is what the function was called with."""
    if read.name not in flow.circuit.parameters:
        return True
    made = flow.definers.get(read.name, [])
    end = flow.order[read.item] + read.post
    return not made or flow.order[made[0]] >= end and not flow.loops(read.item)


def by_name(
    tree: ast.expr, own: dict[tuple[str, int], tuple[str, Stage]], draft: Draft
) -> ast.expr:
    """Return a text in which sizes are called by the user's names."""
    ranks = Ranks(draft)

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript) or not is_shape(part.value):
            return None
        array = part.value.value  # type: ignore[attr-defined]  # the shape of a name
        key, axis = array.id, signed_literal(part.slice)
        if isinstance(axis, int) and axis < 0:
            axis += ranks.rank(array) or 0
        name, stage = own.get((key.partition("@")[0], axis), ("", None))  # type: ignore[arg-type]  # no axis, no name
        read = draft.reads.known.get(key)
        order = draft.flow.order
        if stage is None or read is None or order[read.item] <= order[stage]:
            return None
        if not has_same_value(draft.flow, read):
            return None
        return syntax.name(draft.reads.key(name, read.item, read.post))

    return syntax.rewrite(tree, change) if own else tree

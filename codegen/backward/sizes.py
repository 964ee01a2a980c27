"""Sizes: planned lines that read the shapes of values go in; they come out with the shortest text for each size.

*Before*: `dx /= x.shape[0]` and `dcol.reshape(col.transpose(2, 0, 1).shape)`, where the user wrote `N = x.shape[0]` and
`col = np.zeros((C, K, N))`. *After*: `dx /= N` and `dcol.reshape(N, C, K)`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, is_fixed
from codegen.backward.reads import Read
from codegen.ir import Bind, Line, Planned, Stage, all_lines, replanned
from codegen.simplify.known import literal, signed_literal
from codegen.stage.spell import named_text


def short_sizes(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines with the sizes in them written in the shortest way."""
    own, shapes = own_sizes(draft.flow), Shapes(draft)

    def short(tree: ast.expr) -> ast.expr:
        return by_name(shapes.short(tree), own, draft)

    def change(line: Line) -> list[Line]:
        target = short(line.target) if line.target is not None else None
        return [replace(line, target=target, value=short(line.value))]

    return from_gradients(replanned(items, change), draft)


# ---- sizes with a name


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
            if flow.definers.get(name) == [item] and has_one_value(flow, array, item):  # type: ignore[arg-type]  # a stage
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


def has_one_value(flow: Flow, array: str, item: Stage) -> bool:
    """Return whether a variable has one value in the whole function, bound before an item."""
    made = flow.definers.get(array, [])
    if array in flow.circuit.parameters:
        return not made
    return len(made) == 1 and flow.owner[made[0]] is None and flow.order[made[0]] < flow.order[item]


def by_name(
    tree: ast.expr, own: dict[tuple[str, int], tuple[str, Stage]], draft: Draft
) -> ast.expr:
    """Return a text in which sizes are called by the user's names."""

    def change(part: ast.expr) -> ast.expr | None:
        if not isinstance(part, ast.Subscript) or not is_shape(part.value):
            return None
        key = part.value.value.id  # type: ignore[attr-defined]  # the shape of a name
        axis = part.slice.value if isinstance(part.slice, ast.Constant) else None
        name, stage = own.get((key.partition("@")[0], axis), ("", None))  # type: ignore[arg-type]  # no axis, no name
        read = draft.reads.known.get(key)
        order = draft.flow.order
        if stage is None or read is None or order[read.item] <= order[stage]:
            return None
        return syntax.name(draft.reads.key(name, read.item, read.post))

    return syntax.rewrite(tree, change) if own else tree


# ---- shapes of what has no name

Sizes = list[ast.expr | None]
MAKERS = frozenset({"np.zeros", "np.ones", "np.empty", "np.full"})


class Shapes:
    """The shapes of values that would have to be made again to be asked for theirs."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.flow = draft, draft.flow

    def short(self, tree: ast.expr) -> ast.expr:
        """Return a text in which no value is computed for its shape alone, where the sizes are known otherwise."""

        def change(part: ast.expr) -> ast.expr | None:
            if isinstance(part, ast.Subscript) and is_shape_of_made(part.value):
                axis = signed_literal(part.slice)
                found = self.of(part.value.value)
                return (
                    found[axis] if found and isinstance(axis, int) and axis < len(found) else None
                )
            if is_shape_of_made(part):
                found = self.of(part.value)
                if found and all(size is not None for size in found):
                    return ast.Tuple([size for size in found if size is not None], ast.Load())
            if isinstance(part, ast.Call) and is_method(part, "reshape") and len(part.args) == 1:
                whole = change(part.args[0])
                if isinstance(whole, ast.Tuple):
                    func = syntax.rewrite(part.func, change)
                    return ast.Call(func, whole.elts, part.keywords)
            return None

        return syntax.rewrite(tree, change)

    def of(self, tree: ast.expr) -> Sizes | None:
        """Return the sizes of the axes of a text, None where one is not known in short."""
        match tree:
            case ast.Name():
                return self.of_variable(tree.id)
            case ast.Attribute(attr="T", value=inner):
                found = self.of(inner)
                return found[::-1] if found else None
            case ast.Call(func=func, args=[shape, *_]) if syntax.show(func) in MAKERS:
                return sizes_in(parts_of([shape]))
            case ast.Call(func=ast.Attribute(value=inner), args=axes, keywords=[]):
                if is_method(tree, "reshape"):
                    return sizes_in(parts_of(axes))
                if is_method(tree, "transpose"):
                    return permuted(self.of(inner), parts_of(axes))
                if syntax.show(tree.func) == "np.transpose" and axes:
                    return permuted(self.of(axes[0]), parts_of(axes[1:]))
                if syntax.show(tree.func) == "np.reshape" and len(axes) == 2:
                    return sizes_in(parts_of(axes[1:]))
        return None

    def of_variable(self, key: str) -> Sizes | None:
        """Return the sizes of a variable that was made with them, by their names."""
        read = self.draft.reads.known.get(key)
        made = self.definition(read) if read is not None else None
        if read is None or made is None:
            return None
        if made.wire is not None:
            tree = named_text(made.wire.node) if isinstance(made, Bind) else None
        else:
            tree = getattr(made.statement, "value", None)
        if tree is None or isinstance(tree, ast.Name) or not isinstance(made.target, ast.Name):
            return None
        at = made
        found = self.of(
            syntax.rewrite(
                tree,
                lambda p: (
                    syntax.name(self.draft.reads.key(p.id, at, False))
                    if isinstance(p, ast.Name) and p.id in self.draft.forward_names
                    else None
                ),
            )
        )
        return [self.kept(size, read) for size in found] if found else None

    def kept(self, size: ast.expr | None, read: Read) -> ast.expr | None:
        """Return a size as it is called at another place, if its name keeps its value."""
        if not isinstance(size, ast.Name):
            return size
        name = size.id.partition("@")[0]
        definers = self.flow.definers.get(name, [])
        if not is_fixed(self.flow, name) or any(self.flow.owner[d] is not None for d in definers):
            return None
        return syntax.name(self.draft.reads.key(name, read.item, read.post))

    def definition(self, read: Read) -> Stage | None:
        """Return the one stage that surely bound a variable as it is read."""
        definers = self.flow.definers.get(read.name, [])
        order = self.flow.order
        before = [
            d for d in definers if order[d] < order[read.item] or d is read.item and read.post
        ]
        found = before[-1] if before else None
        if not isinstance(found, Stage) or not self.flow.is_under(
            read.item, self.flow.block[found]
        ):
            return None
        for loop in self.flow.loops(read.item):
            inside = [d for d in definers if self.flow.is_in(d, loop)]
            if inside and not self.flow.is_in(found, loop):
                return None
        return found


def is_shape_of_made(tree: ast.expr) -> TypeGuard[ast.Attribute]:
    """Return whether a text is the shape of something that is no variable."""
    return (
        isinstance(tree, ast.Attribute)
        and tree.attr == "shape"
        and not isinstance(tree.value, ast.Name)
    )


def is_method(call: ast.Call, name: str) -> bool:
    """Return whether a text calls a method of an array."""
    func = call.func
    is_module = isinstance(func, ast.Attribute) and syntax.show(func.value) == "np"
    return isinstance(func, ast.Attribute) and func.attr == name and not is_module


def parts_of(args: Sequence[ast.expr]) -> list[ast.expr]:
    """Return the parts of `(a, b)`, or of the arguments `a, b`."""
    if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
        return list(args[0].elts)
    return list(args)


def sizes_in(parts: Sequence[ast.expr]) -> Sizes | None:
    """Return the sizes that a shape gives; None where one is left open or takes more than a name to say."""
    if len(parts) == 1 and not isinstance(parts[0], ast.Constant):
        return None  # a whole shape may have a name, too
    return [
        part if isinstance(part, ast.Name) or isinstance(literal(part), int) else None
        for part in parts
    ]


def permuted(sizes: Sizes | None, axes: Sequence[ast.expr]) -> Sizes | None:
    """Return the sizes of a transposed array."""
    order = [signed_literal(a) for a in axes]
    if sizes is None or not axes:
        return sizes[::-1] if sizes else None
    if not all(isinstance(k, int) and -len(sizes) <= k < len(sizes) for k in order):
        return None
    return [sizes[int(k)] for k in order if k is not None]


# ---- sizes of gradients


def from_gradients(items: Sequence[Planned], draft: Draft) -> list[Planned]:
    """Return lines that read a size from the gradient that is added to, where nothing else of its variable is read."""
    lines = all_lines(items)
    adding: dict[str, list[Line]] = {}
    for line in lines:
        if line.operator in ("+=", "-=") and isinstance(line.target, ast.Name):
            for key in sized(line.value):
                variable = key.partition("@")[0]
                if draft.gradient_names.get(variable) == line.target.id:
                    adding.setdefault(variable, []).append(line)
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
        keys = [
            n.id for t in trees for n in syntax.walk(t) if isinstance(n, ast.Name) and "@" in n.id
        ]
        for variable in {k.partition("@")[0] for k in keys}:
            mine = [k for k in keys if k.startswith(f"{variable}@")]
            sizes = [k for k in sized(line.value) if k.startswith(f"{variable}@")]
            if line not in adding.get(variable, []) or len(sizes) < len(mine):
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

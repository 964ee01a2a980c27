"""Known formulas: planned lines go in; out they come reading by its name what the forward pass has computed already.

*Before*: `dx = 2 * np.exp(x) * dout`, where the forward pass has `y = np.exp(x)`. *After*: `dx = 2 * y * dout`. A
size is read by the user's name for it, or from the gradient that is added to.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from codegen import syntax
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow
from codegen.ir import Bind, Line, Planned, Stage, all_lines, replanned
from codegen.simplify.known import key
from codegen.stage.spell import named_text

Lines = list[Planned]


def by_their_names(items: Lines, draft: Draft) -> Lines:
    """Return lines that read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(draft)
    if not known.named:
        return items
    return replanned(items, lambda line: [replace(line, value=known.short(line.value))])


class Formulas:
    """The values of one function that have a name and never change."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.flow = draft, draft.flow
        self.named: dict[object, Stage] = {}
        self.heads: set[object] = set()
        for item in self.flow.items:
            if isinstance(item, Stage) and is_formula(item) and self.is_constant(item):
                assert item.wire is not None
                tree = named_text(item.wire.node)
                self.named.setdefault(key(tree), item)
                self.heads.add(head(tree))

    def is_constant(self, stage: Stage) -> bool:
        """Return whether the name of a stage, and all that its formula reads, keep their values."""
        assert stage.wire is not None
        names = [*stage.binds, *syntax.reads(named_text(stage.wire.node))]
        return all(is_fixed(self.flow, name) for name in names)

    def short(self, tree: ast.expr) -> ast.expr:
        """Return a text in which formulas are replaced by their names, from the bottom up."""
        found = self.parts(tree)
        if not isinstance(found, ast.Call | ast.BinOp) or head(found) not in self.heads:
            return found
        if found is tree and not any(isinstance(n, ast.Call) for n in syntax.walk(tree)):
            return found
        keys = [n.id for n in syntax.walk(found) if isinstance(n, ast.Name) and "@" in n.id]
        stage = self.named.get(key(plain(found))) if keys else None
        if stage is None:
            return found
        reader = self.draft.reads.known[keys[0]].item
        flow = self.flow
        if flow.owner[stage] is not None and flow.block[stage] is not flow.block[reader]:
            return found  # it may stand on the other side of a branch
        return syntax.name(self.draft.reads.key(stage.binds[0], stage, True))

    def parts(self, tree: ast.expr) -> ast.expr:
        """Return a text whose parts are short."""
        changed = False

        def change(part: ast.expr) -> ast.expr | None:
            nonlocal changed
            if part is tree:
                return None
            short = self.short(part)
            changed |= short is not part
            return short

        found = syntax.rewrite(tree, change)
        return found if changed else tree


def is_formula(stage: Stage) -> bool:
    """Return whether a stage binds one name to the value of a gate."""
    wire = stage.wire
    return (
        wire is not None
        and wire.kind == "gate"
        and isinstance(stage, Bind)
        and isinstance(stage.target, ast.Name)
        and isinstance(wire.node, ast.Call | ast.BinOp)
    )


def is_fixed(flow: Flow, name: str) -> bool:
    """Return whether a variable is bound once and its memory never changed."""
    made = len(flow.definers.get(name, [])) + (name in flow.circuit.parameters)
    return not flow.changers.get(name) and (made == 1 or name not in flow.definers)


def head(tree: ast.expr) -> object:
    """Return what tells most formulas from others at a glance."""
    if isinstance(tree, ast.Call):
        return tree.func.attr if isinstance(tree.func, ast.Attribute) else ""
    return type(tree.op) if isinstance(tree, ast.BinOp) else None


def plain(tree: ast.expr) -> ast.expr:
    """Return a text with variables in place of placeholders."""
    return syntax.rewrite(
        tree,
        lambda p: (
            syntax.name(p.id.partition("@")[0]) if isinstance(p, ast.Name) and "@" in p.id else None
        ),
    )


def short_sizes(items: Lines, draft: Draft) -> Lines:
    """Return lines with the sizes in them written in the shortest way."""
    own = own_sizes(draft.flow)

    def change(line: Line) -> list[Line]:
        target = by_name(line.target, own, draft) if line.target is not None else None
        return [replace(line, target=target, value=by_name(line.value, own, draft))]

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


# ---- sizes of gradients


def from_gradients(items: Lines, draft: Draft) -> Lines:
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

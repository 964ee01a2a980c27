"""Formulas that have a name: planned lines go in; in them a value that the forward pass has computed
is read by its name.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.emit.spell import named_text
from codegen.ir import Line, Nest, Remark, Stage, all_lines
from codegen.simplify.known import key

if TYPE_CHECKING:
    from codegen.backward.plan import Planner


def by_their_names(items: Sequence[Line | Remark | Nest], planner: Planner) -> None:
    """Read what a gradient would compute again by the name that the forward pass gave it."""
    known = Formulas(planner)
    if known.named:
        for line in all_lines(items):
            line.value = known.short(line.value)


class Formulas:
    """The values of one function that have a name and never change."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.flow = planner, planner.flow
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
        reader = self.planner.reads.known[keys[0]].item
        if stage.owner is not None and stage.block is not reader.block:
            return found  # it may stand on the other side of a branch
        return syntax.name(self.planner.reads.key(stage.binds[0], stage, True))

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
        and stage.kind == "bind"
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

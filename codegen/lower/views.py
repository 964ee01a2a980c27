"""Views: a name bound to memory of another variable goes in; out comes whether it is only a second
name for an item of it.

Where memory is changed under one name and read under another, the second name stands for what it shows (`row`
for `y[0]`): what is written through it is written into the variable that owns the memory, what is read
through it is read from there. It gets a value and a gradient of its own only when the owner, or an index in
it, is bound to something else.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.roots import (
    inside,
    is_read,
    is_reshaped,
    reads_of,
    root_of,
    viewed,
    viewed_target,
)
from codegen.ir import Block, Stage, Wire
from codegen.lower.changedmemory import ChangedMemory
from codegen.lower.scope import sample_of
from codegen.lower.state import State
from codegen.lower.wires import WireBuilder


class Views(ChangedMemory):
    """The part of a lowering that knows which names show the memory of others."""

    def second_name(self, target: ast.Name, value: ast.expr, node: ast.stmt) -> bool:
        """Bind a name that only shows memory which is changed under another; return whether it is one."""
        shown = self.shown(value)
        root = root_of(shown) if shown is not None else ""
        if shown is None or root == target.id or not self.conflict(target.id, root):
            return False
        if self.turned(target, value, node):
            return True
        if target.id in self.writers(target.id) and any(
            isinstance(part, ast.Call) for part in ast.walk(shown)
        ):
            raise self.refuse(
                node,
                f"{target.id} shows the memory of {root}, and both names are written",
                f"Write it all through {root}, or make {target.id} with .copy().",
            )
        self.forget([target.id])
        self.add(Stage(syntax.name(target.id), None, node, binds=[target.id]))
        self.scope.views[target.id] = shown
        if root in self.scope.active:
            self.scope.active.add(target.id)
        return True

    def turned(self, target: ast.Name, value: ast.expr, node: ast.stmt) -> bool:
        """Let a new name own the memory of a whole array that is written through it; return whether it is so."""
        inner = viewed(value, self.resolver_value)
        if not isinstance(inner, ast.Name) or inner is value or inner.id in self.scope.views:
            return False
        name = inner.id
        if self.writers(target.id) != {target.id} or any(
            root_of(t) == name for t in self.scope.views.values()
        ):
            return False
        back = self.back(target.id, inner, value)
        if back is None:
            return False
        self.bind_name(target, self.builder().build(value), node)
        self.scope.views[name] = back
        return True

    def back(self, new: str, old: ast.Name, value: ast.expr) -> ast.expr | None:
        """Return what a variable is a view of, seen from a new name for all of its memory."""
        before, after = self.resolver_value(old), self.resolver_value(value)
        if np.size(before) != np.size(after):
            return None
        read = syntax.name(new)
        self.see(read, after)
        if isinstance(value, ast.Attribute):
            found: ast.expr = ast.Attribute(read, "T", ast.Load())
        elif is_reshaped(value):
            shape = ast.Attribute(syntax.name(old.id), "shape", ast.Load())
            self.see(shape.value, before)
            self.see(shape, before.shape)
            found = ast.Call(ast.Attribute(read, "reshape", ast.Load()), [shape], [])
        else:
            return None
        self.see(found, before)
        if isinstance(found, ast.Call):
            self.trace.run.facts[id(found)].callees.append(after.reshape)
        return ast.copy_location(found, value)

    def bind_name(self, target: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Bind a wire, or a passive value, to a name."""
        raise NotImplementedError

    def shown(self, value: ast.expr) -> ast.expr | None:
        """Return what a value shows of a variable, second names looked through; None if it has memory of its own."""
        inner = viewed(value, self.resolver_value)
        if inner is None:
            return None
        if inner is value:
            assert isinstance(value, ast.Name)
            known = self.scope.views.get(value.id)
            return fresh_tree(known, self) if known is not None else value
        below = self.shown(inner)
        if below is None or below is inner:
            return value if below is not None else None
        return self.over(value, inner, below)

    def resolver_value(self, node: ast.expr) -> Any:
        """Return the sample value of an expression."""
        return sample_of(self.scope, node)

    def over(self, value: ast.expr, inner: ast.expr, below: ast.expr) -> ast.expr:
        """Return a view with another tree for what it is a view of."""
        found = syntax.rewrite(value, lambda p: below if p is inner else None)
        self.trace.run.copy_facts(value, found)
        return found

    # ---- when a second name must stand on its own

    def forget(self, names: Sequence[str]) -> None:
        """Take names out of what is known; second names for what they held get values of their own first."""
        self.settle(
            [v for v, tree in self.scope.views.items() if set(names) & reads_of(tree) - {v}]
        )
        super().forget(names)
        for one in names:
            self.scope.views.pop(one, None)

    def settle(self, names: Sequence[str]) -> None:
        """Give second names gradients of their own."""
        for name in names:
            tree = self.scope.views.pop(name)
            self.scope.active.discard(name)
            wire = WireBuilder(self.scope, self.user_call).build(fresh_tree(tree, self))
            if wire is not None and self.is_read_anywhere(name):
                at = self.items[-1].statement if self.items else self.trace.tree.body[0]  # type: ignore[index]  # a function
                never = ast.copy_location(ast.Pass(), at)
                stage = Stage(syntax.name(name), wire, never, kind="view")
                self.items.append(stage)
                self.scope.active.add(name)

    def settle_finished(self, node: ast.stmt) -> None:
        """Give the second names that a statement reads values of their own, if nothing changes their
        memory any more.
        """
        if not self.scope.views:
            return
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        self.settle(
            [
                name
                for name, tree in self.scope.views.items()
                if name in names and not isinstance(tree, ast.Name) and self.is_finished(name, node)
            ]
        )

    def settle_before(self, node: ast.For | ast.While) -> None:
        """Give the second names that a loop may bind anew, or whose owners or indices it binds, values of their own."""
        bound = set(syntax.stores(node)) - set(self.only_changed(node))
        self.settle([v for v, t in self.scope.views.items() if bound & ({v} | reads_of(t))])

    def settle_after(self, node: ast.For | ast.While, before: dict[str, ast.expr]) -> None:
        """Give the second names that a loop's body bound values of their own where they are read outside this trip."""
        made = [v for v in self.scope.views if self.scope.views[v] is not before.get(v)]
        for name in made:
            bindings = [
                p
                for p in ast.walk(node)
                if isinstance(p, ast.Name) and p.id == name and isinstance(p.ctx, ast.Store)
            ]
            first = min((p.lineno for p in bindings), default=0)
            if any(
                is_read(p, name) and (not inside(p, node) or p.lineno <= first)  # type: ignore[attr-defined]  # a name
                for p in ast.walk(self.trace.tree)
            ):
                self.settle([name])
            else:
                self.scope.views.pop(name)
                self.scope.active.discard(name)

    def settle_sides(
        self, body: Block, orelse: Block, active: set[str], views: dict[str, ast.expr]
    ) -> set[str]:
        """Give second names that one side of a branch bound values of their own on that side; return
        what is active behind the body.
        """
        mine = self.scope.views
        other_active, outer = self.scope.active, self.items
        common = {v: t for v, t in mine.items() if views.get(v) is t}
        self.scope.active, self.scope.views, self.items = active, views, body.items
        self.settle([v for v in list(views) if v not in common])
        active = self.scope.active
        self.scope.active, self.scope.views, self.items = other_active, mine, orelse.items
        self.settle([v for v in list(mine) if v not in common])
        self.items = outer
        return active

    def awaken(self, base: str) -> None:
        """Note that a variable, and what is seen of it under second names, may be differentiable now."""
        self.scope.active.add(base)
        for name, tree in self.scope.views.items():
            if root_of(tree) == base:
                self.scope.active.add(name)

    def owned(self, target: ast.expr) -> ast.expr:
        """Return the target of a change as an item of the variable that owns the memory."""
        root = target
        while isinstance(inner := viewed_target(root), ast.expr):
            root = inner
        if not isinstance(root, ast.Name) or root.id not in self.scope.views:
            return target
        shown = fresh_tree(self.scope.views[root.id], self)
        if root is target:
            return shown
        found = syntax.rewrite(target, lambda p: shown if p is root else None)
        self.trace.run.copy_facts(target, found)
        return found


def fresh_tree(tree: ast.expr, state: State) -> ast.expr:
    """Return a copy of a tree with the same facts."""
    fresh = syntax.rewrite(tree, lambda p: None)
    state.trace.run.copy_facts(tree, fresh)
    return fresh

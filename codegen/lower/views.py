"""Views: a name bound to memory of another variable goes in; out comes whether it is only a second
name for an item of it.

Where memory is changed under one name and read under another, the second name stands for what it shows (`row`
for `y[0]`): what is written through it is written into the variable that owns the memory, what is read
through it is read from there. It gets a value and a gradient of its own only when the owner, or an index in
it, is bound to something else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import (
    depends_on_layout,
    inside,
    is_reshaped,
    root_of,
    viewed,
    viewed_target,
)
from codegen.gates.pure import RESIZING
from codegen.ir import Block, View
from codegen.lower.scope import Point
from codegen.lower.state import State
from codegen.trace.passing import copy_of


class SecondNames:
    """Knows which names only show memory of other variables."""

    def __init__(self, state: State) -> None:
        self.state = state

    def back(self, new: str, old: ast.Name, value: ast.expr) -> ast.expr | None:
        """Return what a variable is a view of, seen from a new name for all of its memory."""
        before, after = self.state.value(old), self.state.value(value)
        arrays = isinstance(before, np.ndarray) and isinstance(after, np.ndarray)
        if not arrays or before.size != after.size:
            return None
        read = syntax.name(new)
        self.state.see(read, after)
        if isinstance(value, ast.Attribute):
            found: ast.expr = ast.Attribute(read, "T", ast.Load())
        elif is_reshaped(value):
            shape = ast.Attribute(syntax.name(old.id), "shape", ast.Load())
            self.state.see(shape.value, before)
            self.state.see(shape, before.shape)
            found = syntax.method(read, "reshape", shape)
        else:
            return None
        self.state.see(found, before)
        if isinstance(found, ast.Call):
            self.state.trace.run.facts[found].callees.append(after.reshape)
        return ast.copy_location(found, value)

    def shown(self, value: ast.expr) -> ast.expr | None:
        """Return what a value shows of a variable, second names looked through; None if it has memory of its own."""
        inner = viewed(value, self.state.value)
        if inner is None:
            return None
        if inner is value:
            assert isinstance(value, ast.Name)
            known = self.state.scope.views.get(value.id)
            return copy_of(known, self.state.trace.run) if known is not None else value
        below = self.shown(inner)
        if below is not None and self.is_same_vector(value, inner):
            return below
        if below is None or below is inner:
            return value if below is not None else None
        return self.over(value, inner, below)

    def is_same_vector(self, value: ast.expr, inner: ast.expr) -> bool:
        """Return whether a view is a vector as a whole, as `v.ravel()` and `v.reshape(-1)` are."""
        if not depends_on_layout(value) or not is_reshaped(value):
            return False
        samples = [self.state.value(one) for one in (value, inner)]
        return all(isinstance(one, np.ndarray) and one.ndim == 1 for one in samples)

    def over(self, value: ast.expr, inner: ast.expr, below: ast.expr) -> ast.expr:
        """Return a view with another tree for what it is a view of."""
        found = syntax.rewrite(value, lambda p: below if p is inner else None)
        self.state.trace.run.copy_facts(value, found)
        return found

    def forget(self, names: Sequence[str]) -> None:
        """Take names out of what is known; second names for what they held get values of their own first."""
        views = self.state.scope.views.items()
        self.settle([v for v, tree in views if set(names) & {*syntax.reads(tree)} - {v}])
        self.state.forget(names)
        for one in names:
            self.state.scope.views.pop(one, None)

    def settle_item(self, target: ast.expr) -> None:
        """Give second names for what an item holds values of their own before it holds something else, or moves."""
        views = self.state.scope.views
        self.settle([v for v, tree in views.items() if self.is_through(tree, target)])

    def is_through(self, tree: ast.expr, target: ast.expr) -> bool:
        """Return whether a view shows what an item of a list or a dict, or any item of one, may hold."""
        if isinstance(target, ast.Subscript) and not self.holds_others(target.value):
            return False
        root, mine, other = root_of(target), self.keys_to(tree), self.keys_to(target)
        return (
            root_of(tree) == root
            and len(mine) >= max(1, len(other))
            and not any(map(are_apart, mine, other))
        )

    def keys_to(self, tree: ast.expr) -> list[ast.expr]:
        """Return the keys of lists and dicts that lead from a variable to what an expression shows."""
        root = root_of(tree)
        items = [p for p in syntax.every(ast.Subscript, tree) if root_of(p) == root]
        return [item.slice for item in reversed(items) if self.holds_others(item.value)]

    def holds_others(self, tree: ast.expr) -> bool:
        """Return whether an expression is a list or a dict."""
        return isinstance(self.state.fact(tree).sample, list | dict)

    def settle(self, names: Sequence[str]) -> None:
        """Give second names gradients of their own."""
        for name in names:
            tree = self.state.scope.views.pop(name)
            self.state.scope.active.discard(name)
            wire = self.state.builder().build(copy_of(tree, self.state.trace.run))
            if wire is not None and name in self.state.memory.last_reads():
                at = self.state.items[-1].statement if self.state.items else self.state.trace.tree.body[0]  # type: ignore[index]  # a function
                never = ast.copy_location(ast.Pass(), at)
                self.state.items.append(View(never, syntax.name(name), wire))
                self.state.scope.active.add(name)

    def settle_finished(self, node: ast.stmt) -> None:
        """Give second names that a statement reads values of their own, if nothing changes their memory any more."""
        if not self.state.scope.views:
            return
        names = syntax.names(node)
        self.settle(
            [
                name
                for name, tree in self.state.scope.views.items()
                if name in names
                and not isinstance(tree, ast.Name)
                and self.state.memory.is_finished(name, node)
            ]
        )

    def settle_before(self, node: ast.For | ast.While) -> None:
        """Give the second names that a loop may bind anew, or whose owners or indices it binds, values of their own."""
        bound = set(syntax.stores(node)) - set(self.state.memory.only_changed(node))
        views = self.state.scope.views.items()
        self.settle([v for v, tree in views if bound & {v, *syntax.reads(tree)}])
        for target in replaced_items(node):
            self.settle_item(self.owned(target))

    def settle_after(self, node: ast.For | ast.While, before: dict[str, ast.expr]) -> None:
        """Give the second names that a loop's body bound values of their own where they are read outside this trip."""
        made = [v for v in self.state.scope.views if self.state.scope.views[v] is not before.get(v)]
        for name in made:
            bindings = syntax.uses(node, name, ast.Store)
            memory = self.state.memory
            first = min((memory.end_of(memory.statement_of(p)) for p in bindings), default=0)
            reads = syntax.uses(self.state.trace.tree, name, ast.Load)
            if any(not inside(p, node) or memory.place_of(p) <= first for p in reads):
                self.settle([name])
            else:
                self.state.scope.views.pop(name)
                self.state.scope.active.discard(name)

    def settle_sides(self, body: Block, orelse: Block, one: Point) -> None:
        """Give second names that one side of a branch bound values there; `one` is known at the end of the body."""
        other, outer = self.state.scope.here, self.state.items
        common = {v for v, tree in other.views.items() if one.views.get(v) is tree}
        for point, block in ((one, body), (other, orelse)):
            self.state.scope.here, self.state.items = point, block.items
            self.settle([v for v in list(point.views) if v not in common])
        self.state.items = outer

    def awaken(self, base: str) -> None:
        """Note that a variable, and what is seen of it under second names, may be differentiable now."""
        self.state.scope.active.add(base)
        views = self.state.scope.views.items()
        self.state.scope.active.update(name for name, tree in views if root_of(tree) == base)

    def owned(self, target: ast.expr) -> ast.expr:
        """Return the target of a change as an item of the variable that owns the memory."""
        root = target
        while isinstance(inner := viewed_target(root), ast.expr):
            root = inner
        if not isinstance(root, ast.Name) or root.id not in self.state.scope.views:
            return target
        shown = copy_of(self.state.scope.views[root.id], self.state.trace.run)
        return shown if root is target else self.over(target, root, shown)


def are_apart(one: ast.expr, other: ast.expr) -> bool:
    """Return whether two keys are literals of different values; one that counts from the end is none: `x[-1]`."""
    match one, other:
        case ast.Constant(mine), ast.Constant(theirs):
            return bool(mine != theirs)
    return False


def replaced_items(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the items that a statement assigns to, and the variables whose items it may move."""
    for part in syntax.walk(node):
        match part:
            case ast.Assign(targets=targets):
                for one in (e for target in targets for e in syntax.elements(target)):
                    if isinstance(one, ast.Subscript):
                        yield one
            case ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=attr)):
                if attr in ("append", "extend"):
                    yield last_of(owner)
                elif attr in RESIZING:
                    yield owner


def last_of(owner: ast.expr) -> ast.expr:
    """Return the last item of a list, the only one that is another after `append`."""
    return syntax.index(owner, ast.Constant(value=-1))

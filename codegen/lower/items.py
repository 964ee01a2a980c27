"""Items: what is written into part of an array, a list or a dict goes in, the stage that writes it comes out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.roots import root_of
from codegen.gates.canonical import MISSING
from codegen.ir import Stage, Wire
from codegen.lower.binding import Binding
from codegen.lower.scope import sample_of
from codegen.lower.unique import names_once


class Items(Binding):
    """The part of a lowering that writes items."""

    def base_of(self, target: ast.expr) -> str | None:
        """Return the variable whose items an assignment changes."""
        while isinstance(target, ast.Subscript):
            target = target.value
        return target.id if isinstance(target, ast.Name) else root_of(target) or None

    def owned_item(self, target: ast.Subscript) -> ast.Subscript:
        """Return an item that is written as one of the variable that owns the memory."""
        found = self.owned(target)
        assert isinstance(found, ast.Subscript)
        return found

    def item_of(self, target: ast.Subscript, node: ast.AST) -> tuple[ast.Subscript, Any]:
        """Return an expression that reads what an assignment writes, and its sample."""
        item = ast.copy_location(
            ast.Subscript(value=loaded(target.value), slice=target.slice, ctx=ast.Load()), target
        )
        self.trace.run.copy_facts(target.value, item.value)
        if not self.fact(target.value).visits:
            self.trace.run.facts[id(item.value)] = self.fact(node)
        base_sample = self.fact(item.value).sample
        key = sample_of(self.scope, target.slice)
        if base_sample is MISSING or key is MISSING:
            raise self.refuse(node, "this statement was never reached with the example inputs")
        try:
            sample = base_sample[key]
        except (KeyError, IndexError):
            sample = self.fact(getattr(node, "value", target)).sample
        if isinstance(sample, np.ndarray):
            sample = sample.copy()
        self.see(item, sample)
        return item, sample

    def add_change(
        self,
        kind: str,
        target: ast.Subscript,
        wire: Wire | None,
        node: ast.stmt,
        adds_repeats: bool = False,
    ) -> None:
        """Add a stage that writes items of a variable; `adds_repeats` if an item that is named twice counts twice."""
        spelled: ast.expr = node.target if isinstance(node, ast.AugAssign) else target
        target = self.owned_item(target)
        base = self.base_of(target)
        if base is None or base in self.scope.structs:
            raise self.refuse(
                node,
                "assignment to an item of this expression is not supported",
                "Give the container a name first.",
            )
        self.check_local(base, node)
        key = sample_of(self.scope, target.slice)
        holder = self.fact(target.value).sample
        if holder is MISSING:
            holder = self.fact(node).sample
        sample, copies = None, False
        if isinstance(holder, np.ndarray):
            try:
                sample = holder[key]
            except (IndexError, TypeError) as error:
                raise self.refuse(node, "this index could not be followed") from error
            copies = not np.may_share_memory(holder, sample)
            sample = np.array(sample)[()] if not isinstance(sample, np.ndarray) else sample.copy()
        elif kind == "add" and isinstance(holder, dict | list):
            sample = holder[key]
        elif wire is not None:
            sample = wire.sample
        elif isinstance(holder, dict | list):
            sample = holder[key] if not isinstance(holder, dict) or key in holder else 0.0
        self.check_shared(node, base, True)
        if kind == "store" and wire is not None and is_whole(target, holder, wire.sample):
            changes = sorted(self.fact(node).sharing(base) | {base})
            stage = Stage(
                syntax.name(base), wire, node, kind="update", binds=[base], changes=changes
            )
            stage.written = (
                spelled.value
                if isinstance(spelled, ast.Subscript) and spelled is not target
                else None
            )
            self.add(stage)
            self.awaken(base)
            return
        stage = Stage(
            target, wire, node, kind=kind, changes=sorted(self.fact(node).sharing(base) | {base})
        )
        stage.sample, stage.holder = sample, holder
        stage.copies = copies
        stage.written = spelled if spelled is not target else None
        stage.repeats = wire is not None and not adds_repeats and self.may_repeat(target)
        self.add(stage)
        self.awaken(base)

    def may_repeat(self, target: ast.Subscript) -> bool:
        """Return whether an index array may name an item twice, so that only the last value counts."""
        if not isinstance(self.fact(target.value).sample, np.ndarray):
            return False
        builder = self.builder()
        return not names_once(target.slice, builder.resolver.value, builder.meaning)

    def changed_passively(self, node: ast.stmt, target: ast.expr) -> None:
        """Keep a statement that changes something without effect on any gradient."""
        base = self.base_of(target)
        changes = sorted(self.fact(node).sharing(base or "") | ({base} if base else set()))
        self.add(Stage(syntax.name("_"), None, node, kind="passive", binds=[], changes=changes))

    def untouched(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> None:
        """Keep an assignment to an attribute if it is passive; refuse others."""
        active = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} & self.scope.active
        if active or self.builder().build(value) is not None:
            raise self.refuse(
                node,
                "assignment to an attribute of an object is not supported for traced values",
                "Use a local variable, and return what changes.",
            )
        self.add(Stage(syntax.name("_"), None, node, kind="passive", binds=[]))

    def check_local(self, name: str, node: ast.stmt) -> None:
        """Refuse to put a traced value into a variable that outlives the call."""
        if name not in self.rebinds and name in self.trace.function.__globals__:
            raise self.refuse(
                node,
                f"a traced value is put into {name}, which belongs to the module and not to the function",
                "Pass it as an argument, and return what changes.",
            )

    def check_shared(self, node: ast.stmt, name: str, active: bool) -> None:
        """Refuse to change memory that another traced name shares and that is read again under that name."""
        mine = {name, *(v for v, tree in self.scope.views.items() if root_of(tree) == name)}
        for other in sorted(self.fact(node).sharing(name) - mine):
            if (other in self.scope.active or other in self.scope.structs) and self.read_again(
                other, node
            ):
                raise self.refuse(
                    node,
                    f"{name} is changed in place while {other} shares its memory",
                    f"Make {name} with .copy(), or write {name} = ... to make a new array.",
                )


def loaded(target: ast.expr) -> ast.expr:
    """Return a copy of the outermost part of a tree, read instead of written."""
    fresh = syntax.rewrite(target, lambda p: None)
    for part in ast.walk(fresh):
        if hasattr(part, "ctx"):
            part.ctx = ast.Load()
    return fresh


def everything_of(target: ast.expr) -> ast.Subscript:
    """Return `target[...]`, with the facts that an item needs."""
    key = ast.Constant(value=...)
    return ast.copy_location(ast.Subscript(value=target, slice=key, ctx=ast.Store()), target)


def is_whole(target: ast.Subscript, holder: Any, value: Any) -> bool:
    """Return whether an assignment writes a whole array, each item with one of its own."""
    return (
        isinstance(target.value, ast.Name)
        and isinstance(holder, np.ndarray)
        and np.shape(value) == holder.shape
        and np.asarray(value).dtype == holder.dtype
        and syntax.show(target.slice) in ("...", ":", "Ellipsis")
    )

"""Mutation: what changes a value in place goes in (augmented assignments, items, calls that write); stages come out."""

from __future__ import annotations

import ast
from collections import deque
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.analysis.effects import only_checks
from codegen.gates.canonical import MISSING
from codegen.gates.evaluate import evaluate
from codegen.gates.pure import GROWING, MUTATORS
from codegen.ir import Add, Passive, Store, Update, Wire
from codegen.lower.containers import Containers
from codegen.lower.items import Items
from codegen.lower.state import State
from codegen.lower.views import SecondNames
from codegen.lower.writes import Writes
from codegen.pytree import has_float
from codegen.trace.forced import NEVER_REACHED, NOT_RECORDED
from codegen.trace.paths import path_of


class Mutation:
    """Lowers what changes values in place."""

    def __init__(self, state: State, views: SecondNames) -> None:
        self.state, self.views = state, views
        self.items = Items(state, views)
        self.writes = Writes(state, self.items)
        self.containers = Containers(state, views, self.items)

    def augmented(self, node: ast.AugAssign) -> None:
        """Lower `x += value`: in the backward pass it counts as `x = x + value`."""
        if isinstance(node.target, ast.Name):
            self.augmented_name(node, node.target)
        elif isinstance(node.target, ast.Subscript):
            self.augmented_item(node, node.target)
        else:
            self.store(node.target, node.value, None, node)

    def augmented_name(self, node: ast.AugAssign, target: ast.Name) -> None:
        owned = self.views.owned(target)
        if isinstance(owned, ast.Name):
            target = owned
        else:
            self.augmented_item(
                node, owned if isinstance(owned, ast.Subscript) else everything_of(owned)
            )
            return
        name = target.id
        before = self.state.fact(node).sample
        if isinstance(before, dict) and isinstance(node.value, ast.Dict):
            left = ast.copy_location(syntax.name(name), node)
            self.state.see(left, before)
            self.containers.entries(node, left, node.value, "|=")
            return
        if isinstance(before, list):
            self.containers.list_extended(node, name, node.value)
            return
        left = ast.copy_location(syntax.name(name), node)
        combined = ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node)
        self.state.see(left, before)
        self.state.see(combined, self.result_of(node, before))
        self.state.trace.run.facts[left].kinds |= self.state.fact(node).kinds
        wire = self.state.builder().build(combined)
        in_place = isinstance(before, np.ndarray)
        changes = sorted(self.state.fact(node).changing) if in_place else []
        if wire is None:
            if name in self.state.scope.active:
                text = f"{syntax.show(node.target)} = {syntax.show(combined)}"
                advice = f"Write {text} instead."
                raise self.state.refuse(
                    node, "this update of a traced value is not supported", advice
                )
            if (
                in_place
            ):  # a second name that is read nowhere has no wire, the memory it shows may have
                self.items.check_shared(node, name)
            made = self.state.fact(combined).sample
            self.state.add(
                Passive(node, syntax.name(name), sample=made, binds=[name], changes=changes)
            )
            return
        if in_place:
            self.items.check_shared(node, name)
        if in_place:
            self.state.scope.structs.pop(name, None)
        else:
            self.views.forget([name])
        old = self.state.scope.definitions.get(name)
        self.state.add(Update(node, syntax.name(name), wire, binds=[name], changes=changes))
        if not set(syntax.reads(node.value)) & set(changes) - {name}:
            self.state.scope.definitions.define(name, combined, old, self.state.trace.run)
        self.views.awaken(name)

    def result_of(self, node: ast.AugAssign, before: Any) -> Any:
        """Return the sample value of `x + value` for an augmented assignment."""
        value = self.state.builder().resolver.value(node.value)
        if before is MISSING or value is MISSING:
            raise self.state.refuse(node, NEVER_REACHED)
        if before is None:  # it has a value only in a run that gets here by itself
            raise self.state.refuse(node, NOT_RECORDED)
        try:
            pair = ast.BinOp(syntax.name("a"), node.op, syntax.name("b"))
            found = evaluate(pair, {"a": before, "b": value})
        except Exception as error:
            raise self.state.refuse(node, f"the update could not be followed: {error}") from error
        if isinstance(before, np.ndarray) and isinstance(found, np.ndarray | np.generic):
            return found.astype(before.dtype)
        return found

    def augmented_item(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """Lower `x[i] += value`."""
        owned = self.items.owned_item(target)
        builder = self.state.builder()
        wire = builder.build(node.value)
        is_sum = isinstance(node.op, ast.Add | ast.Sub)
        if wire is None and (root_of(owned) not in self.state.scope.active or is_sum):
            self.items.changed_passively(node, target)
            return
        item, sample = self.items.item_of(owned, node)
        given = builder.resolver.value(node.value)
        if isinstance(sample, list):
            raise self.state.refuse(
                node,
                f"{syntax.show(target)} becomes longer in place, which is not supported for traced values",
                "Use append.",
            )
        is_held = isinstance(self.state.fact(owned.value).sample, dict | list)
        if is_sum and is_held and np.shape(given) != np.shape(sample):
            is_sum = False  # what is added is broadcast to an array that a dict or a list holds
        if is_sum:
            value: ast.expr = node.value
            if isinstance(node.op, ast.Sub):
                value = ast.copy_location(ast.UnaryOp(op=ast.USub(), operand=node.value), node)
                self.state.see(value, -np.asarray(builder.resolver.value(node.value))[()])
                wire = builder.build(value)
            self.items.add_change(Add, target, wire, node)
            return
        left: ast.expr = item
        if isinstance(node.target, ast.Name):  # a second name, under which the old value is read
            left = ast.copy_location(syntax.name(node.target.id), node)
            self.state.see(left, sample)
        combined = ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node)
        self.state.see(combined, self.result_of(node, sample))
        wire = self.state.builder().build(combined)
        self.items.add_change(Store, target, wire, node)

    def store(self, target: ast.expr, value: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Lower an assignment to an item."""
        if not isinstance(target, ast.Subscript):
            if wire is None and not syntax.names(target) & self.state.scope.active:
                self.state.add(Passive(node))
                return
            raise self.state.refuse(
                node,
                "assignment to an attribute of an object is not supported for traced values",
                "Use a local variable, and return what changes.",
            )
        if wire is None and root_of(self.items.owned_item(target)) not in self.state.scope.active:
            self.items.changed_passively(node, target, value)
            return
        self.items.add_change(Store, target, wire, node, value=value)

    def is_without_floats(self, call: ast.Call) -> bool:
        """Return whether a call adds to a container of masks, words or counts what is none of floats, either."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in GROWING:
            return False
        parts = [call.func.value, *syntax.given(call)]
        samples = [self.state.fact(part).sample for part in parts]
        return not any(s is MISSING or has_float(s) for s in samples)

    def bare(self, node: ast.Expr) -> None:
        call = node.value
        if not isinstance(call, ast.Call):
            self.state.add(Passive(node))
            return
        builder = self.state.builder()
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and self.containers.container_call(node, call, call.func, builder)
        ):
            return
        if self.writes.array_call(node, call, builder):
            return
        shares = self.state.fact(call).changing
        touched = [n for n in sorted(shares) if n in self.state.scope.active]
        if touched and not self.is_without_floats(call):
            raise self.state.refuse(
                node,
                f"a call that changes {touched[0]} in place is not supported",
                "Write the change as an assignment.",
            )
        values = syntax.given(call)
        if any(self.state.memory.read_again(n, node) for n in shares) and any(
            builder.build(a) is not None for a in values if not isinstance(a, ast.Starred)
        ):
            raise self.state.refuse(
                node,
                f"a call that puts a traced value into {sorted(shares)[0]} is not supported",
                "Build a list or a dict of its own, and assign it.",
            )
        owner = self.read_through(node, call)
        if owner and any(builder.build(a) is not None for a in values):
            raise self.state.refuse(
                node,
                f"a traced value is put into {owner}, which is no list or dict",
                "Keep it in a list, or in an array.",
            )
        followed = builder.resolver.followed(call)
        called = self.state.trace.run.calls.get(call, [])
        if followed is not None and builder.reach.of(call) and not all(map(only_checks, called)):
            raise self.state.refuse(
                node,
                "a helper that is called for what it changes is not supported",
                "Let it return its result, and assign that.",
            )
        self.state.add(Passive(node, changes=sorted(shares)))

    def read_through(self, node: ast.Expr, call: ast.Call) -> str:
        """Return the attribute that holds a deque or a set to which a call adds, if the function reads it elsewhere."""
        match call.func:
            case ast.Attribute(value=ast.Attribute() as owner, attr=name) if name in MUTATORS:
                path = path_of(owner)
            case _:
                return ""
        held = self.state.fact(owner).sample
        if not path or not isinstance(held, set | deque):
            return ""
        own = set(ast.walk(node))
        reads = (n for n in syntax.walk(self.state.trace.tree) if n not in own)
        return (
            path if any(isinstance(n, ast.Attribute) and path_of(n) == path for n in reads) else ""
        )

    def deleted(self, node: ast.Delete) -> None:
        """Lower `del x`; items of traced containers are refused."""
        only = node.targets[0]
        if len(node.targets) == 1 and isinstance(only, ast.Subscript):
            name = syntax.identifier(only.value)
            if name in self.state.scope.active and self.containers.let_go(node, only):
                return
            made = (
                self.containers.without_item(node, only)
                if name in self.state.scope.active
                else None
            )
            if made is not None:
                self.containers.rebuilt(node, node, name, made)
                return
        for target in node.targets:
            if not isinstance(target, ast.Name) and root_of(target) in self.state.scope.active:
                raise self.state.refuse(
                    node,
                    "deleting items of a container of traced values is not supported",
                    "Build a new container.",
                )
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        self.views.forget(names)
        self.state.add(Passive(node, binds=names))


def everything_of(target: ast.expr) -> ast.Subscript:
    """Return `target[...]`, with the facts that an item needs."""
    key = ast.Constant(value=...)
    return ast.copy_location(ast.Subscript(value=target, slice=key, ctx=ast.Store()), target)

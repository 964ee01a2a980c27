"""Changes in place: augmented assignments, item assignments and bare calls go in, stages come out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.ir import Stage, Wire
from codegen.lower.containers import Containers
from codegen.lower.items import everything_of
from codegen.lower.writers import Writers


class Changes(Writers, Containers):
    """The part of a lowering that changes values in place."""

    def augmented(self, node: ast.AugAssign) -> None:
        """Lower `x += value`: in the backward pass it counts as `x = x + value`."""
        if isinstance(node.target, ast.Name):
            self.augmented_name(node, node.target)
        elif isinstance(node.target, ast.Subscript):
            self.augmented_item(node, node.target)
        else:
            self.untouched(node, node.target, node.value)

    def augmented_name(self, node: ast.AugAssign, target: ast.Name) -> None:
        """Lower `x += value`."""
        owned = self.owned(target)
        if isinstance(owned, ast.Name):
            target = owned
        else:
            self.augmented_item(
                node, owned if isinstance(owned, ast.Subscript) else everything_of(owned)
            )
            return
        name = target.id
        before = self.fact(node).sample
        if isinstance(before, dict) and isinstance(node.value, ast.Dict):
            left = ast.copy_location(syntax.name(name), node)
            self.see(left, before)
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if not isinstance(key, ast.Constant):
                    raise self.refuse(node, "|= with these keys is not supported")
                self.keyed(node, left, key.value, value)
            return
        if isinstance(before, list):
            self.list_extended(node, name, node.value)
            return
        left = ast.copy_location(syntax.name(name), node)
        combined = ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node)
        self.see(left, before)
        self.see(combined, self.result_of(node, before))
        self.trace.run.facts[id(left)].kinds |= self.fact(node).kinds
        wire = self.builder().build(combined)
        in_place = isinstance(before, np.ndarray)
        changes = sorted(self.fact(node).shares) if in_place else []
        if wire is None:
            if name in self.scope.active:
                raise self.refuse(node, "this update of a traced value is not supported")
            self.add(
                Stage(syntax.name(name), None, node, kind="passive", binds=[name], changes=changes)
            )
            return
        if in_place:
            self.check_shared(node, name, name in self.scope.active)
        if in_place:
            self.scope.structs.pop(name, None)
        else:
            self.forget([name])
        old = self.scope.definitions.get(name)
        self.add(Stage(syntax.name(name), wire, node, kind="update", binds=[name], changes=changes))
        if not set(syntax.reads(node.value)) & set(changes) - {name}:
            self.scope.definitions.define(name, combined, old, self.trace.run)
        self.awaken(name)

    def result_of(self, node: ast.AugAssign, before: Any) -> Any:
        """Return the sample value of `x + value` for an augmented assignment."""
        value = self.builder().resolver.value(node.value)
        if before is MISSING or value is MISSING:
            raise self.refuse(node, "this statement was never reached with the example inputs")
        pair = ast.Expression(
            body=ast.BinOp(left=syntax.name("a"), op=node.op, right=syntax.name("b"))
        )
        try:
            with np.errstate(all="ignore"):
                code = compile(ast.fix_missing_locations(pair), "", "eval")
                names = {"a": before, "b": value}
                found = eval(code, names)  # noqa: S307  # two sample values and one operator
        except Exception as error:
            raise self.refuse(node, f"the update could not be followed: {error}") from error
        if isinstance(before, np.ndarray) and isinstance(found, np.ndarray | np.generic):
            return found.astype(before.dtype)
        return found

    def augmented_item(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """Lower `x[i] += value`."""
        owned = self.owned_item(target)
        builder = self.builder()
        base = self.base_of(owned)
        wire = builder.build(node.value)
        is_sum = isinstance(node.op, ast.Add | ast.Sub)
        if wire is None and (base is None or base not in self.scope.active or is_sum):
            self.changed_passively(node, target)
            return
        item, sample = self.item_of(owned, node)
        if is_sum and not isinstance(sample, list):
            value: ast.expr = node.value
            if isinstance(node.op, ast.Sub):
                value = ast.copy_location(ast.UnaryOp(op=ast.USub(), operand=node.value), node)
                self.see(value, -np.asarray(builder.resolver.value(node.value))[()])
                wire = builder.build(value)
            self.add_change("add", target, wire, node)
            return
        combined = ast.copy_location(ast.BinOp(left=item, op=node.op, right=node.value), node)
        self.see(combined, self.result_of(node, sample))
        wire = self.builder().build(combined)
        self.add_change("store", target, wire, node)

    def store(self, target: ast.expr, value: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Lower an assignment to an item."""
        if not isinstance(target, ast.Subscript):
            self.untouched(node, target, value)
            return
        base = self.base_of(self.owned_item(target))
        if wire is None and (base is None or base not in self.scope.active):
            self.changed_passively(node, target)
            return
        self.add_change("store", target, wire, node)

    def bare(self, node: ast.Expr) -> None:
        """Lower an expression statement."""
        call = node.value
        if not isinstance(call, ast.Call):
            self.add(Stage(syntax.name("_"), None, node, kind="passive", binds=[]))
            return
        builder = self.builder()
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and self.container_call(node, call, call.func, builder)
        ):
            return
        if self.array_call(node, call, builder):
            return
        shares = self.fact(call).shares
        touched = [n for n in sorted(shares) if n in self.scope.active]
        if touched:
            raise self.refuse(
                node,
                f"a call that changes {touched[0]} in place is not supported",
                "Write the change as an assignment.",
            )
        followed = builder.followed(call)
        if followed is not None and builder.reached(call):
            raise self.refuse(
                node,
                "a helper that is called for what it changes is not supported",
                "Let it return its result, and assign that.",
            )
        self.add(
            Stage(syntax.name("_"), None, node, kind="passive", binds=[], changes=sorted(shares))
        )

    def deleted(self, node: ast.Delete) -> None:
        """Lower `del x`; items of traced containers are refused."""
        for target in node.targets:
            base = self.base_of(target)
            if not isinstance(target, ast.Name) and base in self.scope.active:
                raise self.refuse(
                    node,
                    "deleting items of a container of traced values is not supported",
                    "Build a new container.",
                )
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        self.forget(names)
        self.add(Stage(syntax.name("_"), None, node, kind="passive", binds=names))

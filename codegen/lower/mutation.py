"""Mutation: what changes a value in place goes in (augmented assignments, items, calls that write); stages come out."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Sequence
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
from codegen.lower.expressions import WireBuilder
from codegen.lower.items import Items
from codegen.lower.state import State
from codegen.lower.views import SecondNames
from codegen.pytree import has_float
from codegen.trace.forced import NEVER_REACHED, NOT_RECORDED
from codegen.trace.guards import raising
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
                self.items.check_shared(node, name, counts=False)
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
        if before is None or value is None:  # only a run that gets here by itself has a value
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
        again = [
            n for n in shares if self.state.memory.read_again(n, node) and not self.is_mask(n, call)
        ]
        if not all(self.is_kept_apart(n, call) for n in again) and any(
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

    def is_mask(self, name: str, call: ast.Call) -> bool:
        """Return whether a call puts its result into an array of truths, by this name: `np.less(x, y, out=mask)`."""
        out = syntax.keyword(call, "out")
        sample = None if out is None else self.state.fact(out).sample
        is_truths = isinstance(sample, np.ndarray) and sample.dtype == bool
        return is_truths and syntax.identifier(out) == name

    def is_kept_apart(self, name: str, call: ast.Call) -> bool:
        """Return whether a call adds to one list of a dict, `d["z"].append(z)`, of which only others are read."""
        match call.func:
            case ast.Attribute(ast.Subscript(ast.Name(root), ast.Constant(key))) if root == name:
                tree = self.state.trace.tree
            case _:
                return False
        items = (n for n in syntax.every(ast.Subscript, tree) if syntax.identifier(n.value) == name)
        keys = [n.slice.value for n in items if isinstance(n.slice, ast.Constant)]
        put = [
            n.targets[0]
            for n in syntax.every(ast.Assign, tree)
            if syntax.identifier(n.value) == name
        ]
        homes = {one.attr for one in put if isinstance(one, ast.Attribute)}
        read = {n.attr for n in syntax.every(ast.Attribute, tree) if isinstance(n.ctx, ast.Load)}
        uses = len(syntax.uses(tree, name, ast.Load))
        return keys.count(key) == 1 and len(keys) + len(homes) == uses and not homes & read

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


# ---- calls that fill an array in place


class Writes:
    """Lowers NumPy's functions and methods that write into an array as what writes its items."""

    def __init__(self, state: State, items: Items) -> None:
        self.state, self.items = state, items

    def array_call(self, node: ast.Expr, call: ast.Call, builder: WireBuilder) -> bool:
        """Lower a call that writes into an array; return whether it was one."""
        callee = builder.resolver.callee(call)
        owner, name = getattr(callee, "__self__", None), getattr(callee, "__name__", "")
        args, keywords = call.args, {k.arg: k.value for k in call.keywords}
        out = keywords.pop("out", None)
        if isinstance(owner, np.ufunc) and name == "at" and len(args) == 3:
            return self.at(node, call, owner, builder)
        is_method = isinstance(owner, np.ndarray) and out is None
        if is_method and isinstance(call.func, ast.Attribute):
            return self.method(node, call, call.func.value, name, keywords)
        if isinstance(callee, np.ufunc) and len(args) == callee.nin + 1:
            out = args[callee.nin]
        if isinstance(out, ast.Name | ast.Subscript):
            where = keywords.get("where")
            if where is not None and isinstance(callee, np.ufunc):
                return self.chosen(node, call, out, where, callee)
            return self.written(node, call, out, everything(call), self.without_out(call, callee))
        if callee is np.copyto and len(args) == 2 and keywords.keys() <= {"where", "casting"}:
            return self.copied(node, call, keywords.get("where"))
        if callee is np.put and len(args) == 3 and not keywords and self.rank(args[0]) == 1:
            return self.one_each(node, call, args[0], args[1], args[2])
        if callee is np.fill_diagonal and len(args) == 2 and not keywords:
            if self.rank(args[0]) != 2:
                return False
            return self.one_each(node, call, args[0], self.diagonal(args[0], call), args[1])
        if callee in (np.putmask, np.place) and len(args) == 3 and self.rank(args[2]) == 0:
            return self.written(node, call, *args)
        return False

    def at(self, node: ast.Expr, call: ast.Call, ufunc: np.ufunc, builder: WireBuilder) -> bool:
        """Lower `np.add.at(x, i, v)` and `np.subtract.at(x, i, v)`."""
        target, key, value = call.args
        if ufunc is np.subtract:
            value = ast.copy_location(ast.UnaryOp(op=ast.USub(), operand=value), call)
            self.state.see(value, -np.asarray(builder.resolver.value(call.args[2]))[()])
        elif ufunc is not np.add:
            if builder.build(value) is None:
                return False
            shown, keys, values = map(syntax.show, call.args)
            one = f"np.{ufunc.__name__}({shown}[k], v)"
            raise self.state.refuse(
                node,
                f"{syntax.show(call.func)} of traced values is not supported",
                f"Write for k, v in zip({keys}, {values}): {shown}[k] = {one}.",
            )
        wire = builder.build(value)
        if wire is None:
            self.share(node, call)
            self.items.changed_passively(node, target)
            return True
        item = ast.copy_location(ast.Subscript(value=target, slice=key, ctx=ast.Store()), call)
        self.share(node, call)
        self.items.add_change(Add, item, wire, node, adds_repeats=True)
        return True

    def method(
        self,
        node: ast.Expr,
        call: ast.Call,
        base: ast.expr,
        name: str,
        keywords: dict[str | None, ast.expr],
    ) -> bool:
        """Lower `x.fill(v)`, `x.sort()` and `x.put(i, v)`."""
        if name == "fill" and len(call.args) == 1:
            return self.written(node, call, base, everything(call), call.args[0])
        if name == "put" and len(call.args) == 2 and self.rank(base) == 1:
            return self.one_each(node, call, base, call.args[0], call.args[1])
        if name == "sort" and not call.args and keywords.keys() <= {"axis"}:
            text = "np.sort(base, axis=axis)" if keywords else "np.sort(base)"
            axis = keywords.get("axis", base)
            value = self.state.spelled(text, call, base=base, axis=axis)
            return self.written(node, call, base, everything(call), value)
        return False

    def one_each(
        self, node: ast.Expr, call: ast.Call, base: ast.expr, key: ast.expr, value: ast.expr
    ) -> bool:
        """Lower a call as `base[key] = value` of a number, or of an array with a value for each item; such a call
        begins anew with a shorter array, and leaves out what is too much.
        """
        resolver = self.state.builder().resolver
        if self.rank(value) == 0:
            return self.written(node, call, base, key, value)
        places = np.shape(resolver.value(base)[resolver.value(key)])
        if self.rank(value) != 1 or np.shape(resolver.value(value)) != places:
            return False
        shown, whole = syntax.show(value), syntax.show(base)
        is_diagonal = isinstance(key, ast.Tuple)
        size = f"(min({whole}.shape),)" if is_diagonal else f"np.shape({syntax.show(key)})"
        test = f"np.shape({shown}) != {size}"
        self.state.add(Passive(raising(test, f"{shown} had a value for each place", node)))
        return self.written(node, call, base, key, value)

    def copied(self, node: ast.Expr, call: ast.Call, where: ast.expr | None) -> bool:
        """Lower `np.copyto(x, v, where=mask)`."""
        target, value = call.args
        if where is None:
            return self.written(node, call, target, everything(call), value)
        parts = self.picked(call, target, where, [value])
        return bool(parts) and self.written(node, call, target, where, *parts)

    def chosen(
        self, node: ast.Expr, call: ast.Call, out: ast.expr, where: ast.expr, ufunc: np.ufunc
    ) -> bool:
        """Lower `np.divide(x, y, out=z, where=mask)`."""
        args = call.args[: ufunc.nin]
        parts = self.picked(call, out, where, args)
        named = {f"x{k}": part for k, part in enumerate(parts or args)}
        text = f"np.{ufunc.__name__}({', '.join(named)})"
        if parts:
            value = self.state.spelled(text, call, **named)
            return self.written(node, call, out, where, value)
        # a mask, or an operand, that is broadcast
        text = f"np.where(where, {text}, out)"
        value = self.state.spelled(text, call, where=where, out=out, **named)
        return self.written(node, call, out, everything(call), value)

    def picked(
        self, call: ast.Call, target: ast.expr, where: ast.expr, values: Sequence[ast.expr]
    ) -> list[ast.expr]:
        """Return the items of some values that a mask picks, numbers as they are; none if the shapes differ."""
        resolver = self.state.builder().resolver
        mask = resolver.value(where)
        found: list[ast.expr] = []
        for value in values:
            if self.rank(value):
                if np.shape(resolver.value(value)) != np.shape(mask):
                    return []
                value = self.state.spelled("value[where]", call, value=value, where=where)
            found.append(value)
        return found if np.shape(mask) == np.shape(resolver.value(target)) else []

    def rank(self, node: ast.expr) -> int:
        return np.ndim(self.state.builder().resolver.value(node))

    def diagonal(self, array: ast.expr, call: ast.Call) -> ast.expr:
        """Return the index of the diagonal of a matrix."""
        places = "np.arange(min(x.shape))"
        return self.state.spelled(f"({places}, {places})", call, x=array)

    def without_out(self, call: ast.Call, callee: Any) -> ast.Call:
        rest = [k for k in call.keywords if k.arg not in ("out", "casting")]
        args = call.args[: callee.nin] if isinstance(callee, np.ufunc) else call.args
        value = ast.copy_location(ast.Call(func=call.func, args=args, keywords=rest), call)
        self.state.trace.run.facts[value] = self.state.fact(call)
        return value

    def share(self, node: ast.Expr, call: ast.Call) -> None:
        """Give a statement the facts on shared memory of its call."""
        self.state.trace.run.facts[node] = self.state.fact(call)

    def written(
        self, node: ast.Expr, call: ast.Call, base: ast.expr, key: ast.expr, value: ast.expr
    ) -> bool:
        """Lower a call as `base[key] = value`."""
        if self.state.fact(base).sample is MISSING and isinstance(base, ast.Name | ast.Subscript):
            return False
        wire = self.state.builder().build(value)
        target = ast.copy_location(ast.Subscript(value=base, slice=key, ctx=ast.Store()), call)
        if wire is None and root_of(target) not in self.state.scope.active:
            return False
        self.share(node, call)
        self.items.add_change(Store, target, wire, node)
        return True


def everything(call: ast.Call) -> ast.Constant:
    return ast.copy_location(ast.Constant(value=...), call)

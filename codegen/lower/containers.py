"""Containers: a call that changes a list or a dict goes in; appends, stores and new lists come out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.effects import popping
from codegen.ir import Append, Bind, Call, Passive, Pop, Store, Wire
from codegen.lower.expressions import WireBuilder
from codegen.lower.items import Items
from codegen.lower.state import State
from codegen.lower.views import SecondNames, last_of
from codegen.trace.facts import kind_of
from codegen.trace.passing import parameters_of


class Containers:
    """Lowers what changes lists and dicts of traced values."""

    def __init__(self, state: State, views: SecondNames, items: Items) -> None:
        self.state, self.views, self.items = state, views, items

    def container_call(
        self, node: ast.Expr, call: ast.Call, func: ast.Attribute, builder: WireBuilder
    ) -> bool:
        """Lower `ys.append(v)`, `ys.extend(vs)`, `d.update(…)`; return whether it was one."""
        assert isinstance(func.value, ast.Name)
        name, sample = func.value.id, self.state.fact(func.value).sample
        if not isinstance(sample, list | dict) or kind_of(sample)[0] not in ("list", "dict"):
            return False
        wires = [builder.build(a) for a in syntax.given(call)]
        if not any(wires) and name not in self.state.scope.active:
            return False
        if func.attr in ("append", "appendleft") and isinstance(sample, list):
            self.appended(node, name, wires[0], is_first=func.attr == "appendleft")
        elif func.attr == "insert" and isinstance(sample, list) and is_front(call.args):
            self.appended(node, name, wires[1], call.args[1], is_first=True)
        elif func.attr == "extend" and isinstance(call.args[0], ast.List | ast.Tuple):
            self.all_appended(node, name, call.args[0].elts)
        elif (
            func.attr == "update"
            and isinstance(sample, dict)
            and all(isinstance(a, ast.Dict) for a in call.args)
        ):
            for display in call.args:
                self.entries(node, func.value, display, "update")
            for keyword in call.keywords:
                self.keyed(node, func.value, str(keyword.arg), keyword.value)
        elif func.attr == "update" and isinstance(self.state.value(call.args[0]), dict):
            self.rebuilt(node, call, name, self.merged(call, func.value))
        elif func.attr == "clear" and isinstance(sample, list):
            self.rebuilt(node, call, name, ast.List([], ast.Load()))
        elif isinstance(sample, list) and (made := self.changed_list(call, func)) is not None:
            self.rebuilt(node, call, name, made)
        else:
            raise self.state.refuse(
                node,
                f"{func.attr} on a container of traced values is not supported",
                "Build the container with append or item assignment.",
            )
        return True

    def merged(self, call: ast.Call, table: ast.Name) -> ast.expr:
        """Return the dict that `d.update(other, key=value)` makes of a dict."""
        words = {f"v{n}": k for n, k in enumerate(call.keywords)}
        items = "".join(f", {k.arg!r}: {name}" for name, k in words.items())
        parts = {name: k.value for name, k in words.items()}
        text = f"{{**table, **other{items}}}"
        return self.state.spelled(text, call, table=table, other=call.args[0], **parts)

    def entries(self, node: ast.stmt, table: ast.Name, display: ast.expr, what: str) -> None:
        """Lower the items of a display that go into a dict, each as a store."""
        assert isinstance(display, ast.Dict)
        for key, value in zip(display.keys, display.values, strict=True):
            if not isinstance(key, ast.Constant):
                raise self.state.refuse(
                    node, f"{what} with these keys is not supported", "Assign the items one by one."
                )
            self.keyed(node, table, key.value, value)

    def changed_list(self, call: ast.Call, func: ast.Attribute) -> ast.expr | None:
        """Return the list that `ys.insert(k, v)`, `ys.extend(vs)`, `ys.sort()`, `ys.reverse()` make of one, or None."""
        ys, args, text = func.value, call.args, ""
        sample = self.state.value(args[0]) if args else None
        parts = {k.arg: k.value for k in call.keywords if k.arg == "reverse"}
        if func.attr == "insert" and len(args) == 2 and is_place(args[0]):
            text, parts = "ys[:k] + [new] + ys[k:]", {"k": args[0], "new": args[1]}
        elif func.attr == "extend" and isinstance(sample, list | tuple | np.ndarray):
            text = "ys + more" if isinstance(sample, list) else "ys + list(more)"
            parts = {"more": args[0]}
        elif func.attr == "sort" and len(parts) == len(call.keywords):
            text = "sorted(ys, reverse=reverse)" if parts else "sorted(ys)"
        elif func.attr == "reverse":
            text = "ys[::-1]"
        return self.state.spelled(text, call, ys=ys, **parts) if text else None

    def without_item(self, node: ast.Delete, target: ast.Subscript) -> ast.expr | None:
        """Return the list that `del ys[k]` or `del ys[:]` makes of a list, or None."""
        ys, key = target.value, target.slice
        sample = self.state.fact(node).sample
        if isinstance(sample, list) and syntax.same(key, ast.Slice()):
            return ast.List([], ast.Load())
        if not is_place(key) or not isinstance(sample, list):
            return None
        ys = syntax.loaded(ys)
        self.state.see(ys, sample)
        if isinstance(key, ast.UnaryOp):
            last = isinstance(key.operand, ast.Constant) and key.operand.value == 1
            return self.state.spelled("ys[:key]", target, ys=ys, key=key) if last else None
        place = self.state.value(key)
        if not isinstance(place, int):
            return None
        behind = place + 1 if isinstance(key, ast.Constant) else "key + 1"
        return self.state.spelled(f"ys[:key] + ys[{behind} :]", target, ys=ys, key=key)

    def rebuilt(self, node: ast.stmt, seen: ast.AST, name: str, value: ast.expr) -> None:
        """Lower a change of a list as `ys = value`, where no other name shows the list."""
        if self.outlives(name):
            self.filled_anew(node, seen, name, value)
            return
        others = self.others(node, seen, name)
        if others or name in self.state.scope.views or name in self.state.scope.structs:
            raise self.state.refuse(
                node, f"{name} changes its length while another name shows the same list"
            )
        self.items.check_local(name, node)
        builder = self.state.builder()
        wire = builder.build(value)
        self.views.forget([name])
        text = f"{name} = {syntax.show(builder.texts.of(value))}" if wire is None else ""
        self.state.add(Bind(node, syntax.name(name), wire, rewritten=True, text=text, binds=[name]))
        if wire is not None:
            self.state.scope.active.add(name)

    def others(self, node: ast.stmt, seen: ast.AST, name: str) -> list[str]:
        """Return the other names of a list that changes here, as far as they are read again."""
        names = sorted(self.state.fact(seen).changing - {name})
        return [n for n in names if self.state.memory.read_again(n, node)]

    def outlives(self, name: str) -> bool:
        """Return whether a list is the caller's: an argument, or an attribute, or put into one."""
        is_parameter = name in parameters_of(self.state.trace.tree)
        is_put = any(
            isinstance(n.targets[0], ast.Attribute) and syntax.identifier(n.value) == name
            for n in syntax.every(ast.Assign, self.state.trace.tree)
        )
        # a list stays the same one where it is made longer
        changes = syntax.every(ast.AugAssign, self.state.trace.tree)
        longer = sum(syntax.identifier(n.target) == name for n in changes)
        return is_put or self.state.rebinds.get(name, 0) - longer <= is_parameter

    def filled_anew(self, node: ast.stmt, seen: ast.AST, name: str, value: ast.expr) -> None:
        """Lower a change of a list as `ys[:] = value`."""
        before = seen.func.value if isinstance(seen, ast.Call) else seen  # type: ignore[attr-defined]  # a method
        whole = ast.Subscript(syntax.name(name), ast.Slice(), ast.Store())
        target = ast.copy_location(whole, node)
        self.state.see(target.value, self.state.fact(before).sample)
        wire = self.state.builder().build(value)
        self.items.add_change(Store, target, wire, node, value=value)

    def keyed(self, node: ast.stmt, base: ast.Name, key: Any, value: ast.expr) -> None:
        """Lower one item of `d.update(…)`."""
        target = ast.copy_location(
            ast.Subscript(
                value=base, slice=ast.copy_location(ast.Constant(value=key), node), ctx=ast.Store()
            ),
            node,
        )
        wire = self.state.builder().build(value)
        if wire is not None or base.id in self.state.scope.active:
            self.items.add_change(Store, target, wire, node, value=value)
        else:
            self.items.changed_passively(node, target)

    def all_appended(self, node: ast.stmt, name: str, parts: Sequence[ast.expr]) -> None:
        """Lower `ys.extend([u, v])`: it is written as several appends where a part calls a function with a pair."""
        builder = self.state.builder()
        calls = [n for part in parts for n in syntax.every(ast.Call, part)]
        splits = any(isinstance(builder.build(call), Call) for call in calls)
        if splits and any(name in syntax.reads(part) for part in parts[1:]):
            raise self.state.refuse(
                node, f"{name} is read while it grows", "Give what is put into it names first."
            )
        for part, wire in [(part, builder.build(part)) for part in parts]:
            self.appended(node, name, wire, part)

    def appended(
        self,
        node: ast.stmt,
        name: str,
        wire: Wire | None,
        value: ast.expr | None = None,
        is_first: bool = False,
    ) -> None:
        """Lower `ys.append(v)`, or one item of several that are appended."""
        owner = self.views.owned(ast.copy_location(syntax.name(name), node))
        if not isinstance(owner, ast.Name) or owner.id in self.state.scope.structs:
            raise self.state.refuse(node, "append to this list is not supported")
        name = owner.id
        self.items.check_local(name, node)
        seen = getattr(node, "value", node)
        others = self.others(node, seen, name)
        if others:
            raise self.state.refuse(node, f"{name} grows while {others[0]} is the same list")
        changes = sorted(self.state.fact(seen).changing | {name})
        self.views.settle_item(owner if is_first else last_of(owner))
        self.state.add(
            Append(node, syntax.name(name), wire, changes=changes, value=value, is_first=is_first)
        )
        self.views.awaken(name)

    def taken_off(self, node: ast.Assign | ast.Expr) -> bool:
        """Lower `v = ys.pop()`; return whether the statement was one."""
        call = popping(node)
        if call is None or not isinstance(self.state.fact(call.func.value).sample, list):  # type: ignore[attr-defined]  # see `popping`
            return False
        name = call.func.value.id  # type: ignore[attr-defined]  # as above
        if name not in self.state.scope.active:
            return False
        target = node.targets[0] if isinstance(node, ast.Assign) else syntax.name("_")
        place = syntax.constant(0) if call.func.attr == "popleft" else (*call.args, None)[0]  # type: ignore[attr-defined]  # as above
        assert isinstance(target, ast.Name)
        self.shortened(node, call, name, target, self.state.fact(call).sample, place)
        if isinstance(node, ast.Assign):
            self.state.scope.active.add(target.id)
        return True

    def let_go(self, node: ast.Delete, item: ast.Subscript) -> bool:
        """Lower `del ys[0]` or `del ys[-1]`, as `ys.pop(0)` or `ys.pop()`; return whether it was one of them."""
        sample, place = self.state.fact(node).sample, self.state.value(item.slice)
        constant = isinstance(item.slice, ast.Constant | ast.UnaryOp)
        if not constant or not isinstance(sample, list) or not sample or place not in (0, -1):
            return False
        assert isinstance(item.value, ast.Name)
        first = None if place else syntax.constant(0)
        self.shortened(node, node, item.value.id, syntax.name("_"), sample[place], first)
        return True

    def shortened(
        self,
        node: ast.stmt,
        seen: ast.AST,
        name: str,
        target: ast.Name,
        sample: Any,
        place: ast.expr | None,
    ) -> None:
        """Lower what takes an item off a list."""
        others = self.others(node, seen, name)
        if name in self.state.scope.structs or self.state.scope.active.intersection(others):
            raise self.state.refuse(node, f"{name} shrinks while another name shows the same list")
        self.views.forget([target.id])
        self.views.settle_item(syntax.name(name))
        self.state.add(
            Pop(
                node,
                target,
                changes=sorted(self.state.fact(seen).changing | {name}),
                sample=sample,
                holder=name,
                place=place,
            )
        )

    def list_extended(self, node: ast.AugAssign, name: str, value: ast.expr) -> None:
        """Lower `ys += [v]`."""
        wire = self.state.builder().build(value)
        if wire is None and name not in self.state.scope.active:
            self.state.add(Passive(node, syntax.name(name), changes=[name]))
        elif isinstance(value, ast.List) and isinstance(node.op, ast.Add):
            self.all_appended(node, name, value.elts)
        elif isinstance(node.op, ast.Add) and isinstance(self.state.value(value), list):
            left = ast.copy_location(syntax.name(name), node)
            self.state.see(left, self.state.fact(node).sample)
            longer = self.state.spelled("left + value", node, left=left, value=value)
            self.rebuilt(node, node, name, longer)
        else:
            raise self.state.refuse(
                node,
                "this way of extending a list of traced values is not supported",
                "Use append.",
            )


def is_front(args: Sequence[ast.expr]) -> bool:
    """Return whether the arguments of `ys.insert(0, v)` put something before all items."""
    match args:
        case [ast.Constant(int(place)), _]:
            return place == 0
    return False


def is_place(key: ast.expr) -> bool:
    """Return whether a place in a list is a name or a number, so that it can be written twice."""
    return isinstance(key.operand if isinstance(key, ast.UnaryOp) else key, ast.Constant | ast.Name)

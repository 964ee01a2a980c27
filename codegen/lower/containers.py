"""Containers: calls that make a list or a dict grow go in, one stage for each new item comes out."""

from __future__ import annotations

import ast
from typing import Any

from codegen import syntax
from codegen.ir import Stage, Wire
from codegen.lower.items import Items
from codegen.lower.wires import WireBuilder
from codegen.trace.facts import kind_of


class Containers(Items):
    """The part of a lowering that changes lists and dicts."""

    def container_call(
        self, node: ast.Expr, call: ast.Call, func: ast.Attribute, builder: WireBuilder
    ) -> bool:
        """Lower `ys.append(v)`, `ys.extend(vs)`, `d.update(…)`; return whether it was one."""
        assert isinstance(func.value, ast.Name)
        name, sample = func.value.id, self.fact(func.value).sample
        if not isinstance(sample, list | dict) or kind_of(sample)[0] not in ("list", "dict"):
            return False
        wires = [builder.build(a) for a in (*call.args, *(k.value for k in call.keywords))]
        if not any(wires) and name not in self.scope.active:
            return False
        if func.attr == "append" and isinstance(sample, list):
            self.appended(node, name, call.args[0], wires[0])
        elif func.attr == "extend" and isinstance(call.args[0], ast.List | ast.Tuple):
            for part in call.args[0].elts:
                self.appended(node, name, part, self.builder().build(part))
        elif func.attr == "update" and isinstance(sample, dict) and not call.args:
            for keyword in call.keywords:
                self.keyed(node, func.value, str(keyword.arg), keyword.value)
        elif (
            func.attr == "update"
            and isinstance(sample, dict)
            and isinstance(call.args[0], ast.Dict)
            and not call.keywords
        ):
            for key, value in zip(call.args[0].keys, call.args[0].values, strict=True):
                if not isinstance(key, ast.Constant):
                    raise self.refuse(
                        node,
                        "update with these keys is not supported",
                        "Assign the items one by one.",
                    )
                self.keyed(node, func.value, key.value, value)
        else:
            raise self.refuse(
                node,
                f"{func.attr} on a container of traced values is not supported",
                "Build the container with append or item assignment.",
            )
        return True

    def keyed(self, node: ast.stmt, base: ast.Name, key: Any, value: ast.expr) -> None:
        """Lower one item of `d.update(…)`."""
        target = ast.copy_location(
            ast.Subscript(
                value=base, slice=ast.copy_location(ast.Constant(value=key), node), ctx=ast.Store()
            ),
            node,
        )
        wire = self.builder().build(value)
        if wire is not None or base.id in self.scope.active:
            self.add_change("store", target, wire, node)
        else:
            self.changed_passively(node, target)

    def appended(self, node: ast.stmt, name: str, value: ast.expr, wire: Wire | None) -> None:
        """Lower `ys.append(v)`."""
        owner = self.owned(ast.copy_location(syntax.name(name), node))
        if not isinstance(owner, ast.Name) or owner.id in self.scope.structs:
            raise self.refuse(node, "append to this list is not supported")
        name = owner.id
        self.check_local(name, node)
        others = sorted(
            n
            for n in self.fact(getattr(node, "value", node)).shares - {name}
            if n in self.scope.active and self.read_again(n, node)
        )
        if others:
            raise self.refuse(node, f"{name} grows while {others[0]} is the same list")
        stage = Stage(
            syntax.name(name),
            wire,
            node,
            kind="append",
            changes=sorted(self.fact(getattr(node, "value", node)).shares | {name}),
        )
        self.add(stage)
        self.awaken(name)

    def taken_off(self, node: ast.Assign | ast.Expr) -> bool:
        """Lower `v = ys.pop()`; return whether the statement was one."""
        call = popping(node)
        if call is None or not isinstance(self.fact(call.func.value).sample, list):  # type: ignore[attr-defined]  # see `popping`
            return False
        name = call.func.value.id  # type: ignore[attr-defined]  # as above
        if name not in self.scope.active:
            return False
        if name in self.scope.structs or self.fact(call).shares - {name} & self.scope.active:
            raise self.refuse(node, f"{name} shrinks while another name shows the same list")
        target = node.targets[0] if isinstance(node, ast.Assign) else syntax.name("_")
        assert isinstance(target, ast.Name)
        self.forget([target.id])
        stage = Stage(syntax.name(target.id), None, node, kind="pop", holder=name)
        stage.value = call.args[0] if call.args else None
        stage.sample, stage.changes = self.fact(call).sample, [name]
        self.add(stage)
        if isinstance(node, ast.Assign):
            self.scope.active.add(target.id)
        return True

    def list_extended(self, node: ast.AugAssign, name: str, value: ast.expr) -> None:
        """Lower `ys += [v]`."""
        wire = self.builder().build(value)
        if wire is None and name not in self.scope.active:
            self.add(Stage(syntax.name(name), None, node, kind="passive", binds=[], changes=[name]))
        elif isinstance(value, ast.List) and isinstance(node.op, ast.Add):
            for part in value.elts:
                self.appended(node, name, part, self.builder().build(part))
        else:
            raise self.refuse(
                node,
                "this way of extending a list of traced values is not supported",
                "Use append.",
            )


def popping(node: ast.stmt) -> ast.Call | None:
    """Return the call of a statement that takes the last or the first item off a list variable."""
    value = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr != "pop" or not isinstance(value.func.value, ast.Name) or value.keywords:
        return None
    if isinstance(node, ast.Assign) and not (
        len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    ):
        return None
    return value if all(isinstance(a, ast.Constant) and a.value == 0 for a in value.args) else None

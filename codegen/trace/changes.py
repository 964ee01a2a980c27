"""Changes in place: item assignments, augmented assignments and calls that change an object go in, stages come out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import expr
from codegen.circuit import Stage, Wire
from codegen.gates.canonical import MISSING
from codegen.trace.binding import Binding
from codegen.trace.facts import kind_of
from codegen.trace.views import root_of
from codegen.trace.wires import WireBuilder, sample_of

CONTAINER_CHANGES = frozenset(
    [
        "insert",
        "extend",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
    ]
)


class Changes(Binding):
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
        if isinstance(before, list):
            self.list_extended(node, name, node.value)
            return
        left = ast.copy_location(expr.name(name), node)
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
                Stage(expr.name(name), None, node, kind="passive", binds=[name], changes=changes)
            )
            return
        if in_place:
            self.check_shared(node, name, name in self.scope.active)
        if in_place:
            self.scope.structs.pop(name, None)
        else:
            self.forget([name])
        self.add(Stage(expr.name(name), wire, node, kind="update", binds=[name], changes=changes))
        self.awaken(name)

    def result_of(self, node: ast.AugAssign, before: Any) -> Any:
        """Return the sample value of `x + value` for an augmented assignment."""
        value = self.builder().resolver.value(node.value)
        if before is MISSING or value is MISSING:
            raise self.refuse(node, "this statement was never reached with the example inputs")
        pair = ast.Expression(body=ast.BinOp(left=expr.name("a"), op=node.op, right=expr.name("b")))
        try:
            with np.errstate(all="ignore"):
                return eval(
                    compile(ast.fix_missing_locations(pair), "", "eval"), {"a": before, "b": value}
                )  # noqa: S307  # two sample values and one operator
        except Exception as error:
            raise self.refuse(node, f"the update could not be followed: {error}") from error

    def augmented_item(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """Lower `x[i] += value`."""
        target = self.owned_item(target)
        builder = self.builder()
        base = self.base_of(target)
        wire = builder.build(node.value)
        is_sum = isinstance(node.op, ast.Add | ast.Sub)
        if wire is None and (base is None or base not in self.scope.active or is_sum):
            self.changed_passively(node, target)
            return
        item, sample = self.item_of(target, node)
        if is_sum and not isinstance(sample, list):
            value: ast.expr = node.value
            if isinstance(node.op, ast.Sub):
                value = ast.copy_location(ast.UnaryOp(op=ast.USub(), operand=node.value), node)
                self.see(value, -np.asarray(builder.resolver.value(node.value))[()])
                wire = builder.build(value)
            self.check_unique(target, node)
            self.add_change("add", target, wire, node)
            return
        combined = ast.copy_location(ast.BinOp(left=item, op=node.op, right=node.value), node)
        self.see(combined, self.result_of(node, sample))
        wire = self.builder().build(combined)
        self.check_unique(target, node)
        self.add_change("store", target, wire, node)

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

    def store(self, target: ast.expr, value: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Lower an assignment to an item."""
        if not isinstance(target, ast.Subscript):
            self.untouched(node, target, value)
            return
        target = self.owned_item(target)
        base = self.base_of(target)
        if wire is None and (base is None or base not in self.scope.active):
            self.changed_passively(node, target)
            return
        self.check_unique(target, node)
        self.add_change("store", target, wire, node)

    def changed_passively(self, node: ast.stmt, target: ast.expr) -> None:
        """Keep a statement that changes something without effect on any gradient."""
        base = self.base_of(target)
        changes = sorted(self.fact(node).shares | ({base} if base else set()))
        self.add(Stage(expr.name("_"), None, node, kind="passive", binds=[], changes=changes))

    def untouched(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> None:
        """Keep an assignment to an attribute if it is passive; refuse others."""
        active = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)} & self.scope.active
        if active or self.builder().build(value) is not None:
            raise self.refuse(
                node,
                "assignment to an attribute of an object is not supported for traced values",
                "Use a local variable, and return what changes.",
            )
        self.add(Stage(expr.name("_"), None, node, kind="passive", binds=[]))

    def add_change(
        self, kind: str, target: ast.Subscript, wire: Wire | None, node: ast.stmt
    ) -> None:
        """Add a stage that writes items of a variable."""
        target = self.owned_item(target)
        base = self.base_of(target)
        if base is None or base in self.scope.structs:
            raise self.refuse(
                node,
                "assignment to an item of this expression is not supported",
                "Give the container a name first.",
            )
        key = sample_of(self.scope, target.slice)
        holder = self.fact(target.value).sample
        if holder is MISSING:
            holder = self.fact(node).sample
        sample = None
        if isinstance(holder, np.ndarray):
            try:
                sample = holder[key]
            except (IndexError, TypeError) as error:
                raise self.refuse(node, "this index could not be followed") from error
            sample = np.array(sample)[()] if not isinstance(sample, np.ndarray) else sample.copy()
        elif wire is not None:
            sample = wire.sample
        elif isinstance(holder, dict | list):
            sample = holder[key] if not isinstance(holder, dict) or key in holder else 0.0
        self.check_shared(node, base, True)
        stage = Stage(
            target, wire, node, kind=kind, changes=sorted(self.fact(node).shares | {base})
        )
        stage.sample, stage.holder = sample, holder
        self.add(stage)
        self.awaken(base)

    def check_unique(self, target: ast.Subscript, node: ast.stmt) -> None:
        """Refuse an assignment to items named by an index array that may name one twice."""
        key = sample_of(self.scope, target.slice)
        parts = key if isinstance(key, tuple) else (key,)
        texts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        arrays = [
            p
            for p in parts
            if isinstance(p, list | range)
            or (isinstance(p, np.ndarray) and p.dtype != bool and p.ndim)
        ]
        if not arrays or any(is_arange(t) for t in texts):
            return
        raise self.refuse(
            node,
            "an index array may name an item twice, and then only the last value counts",
            "Use np.add.at, a mask, a slice or np.arange.",
        )

    def check_shared(self, node: ast.stmt, name: str, active: bool) -> None:
        """Refuse to change memory that another traced name shares and that is read again under that name."""
        for other in sorted(self.fact(node).shares - {name} - set(self.scope.views)):
            if (other in self.scope.active or other in self.scope.structs) and self.read_again(
                other, node
            ):
                raise self.refuse(
                    node,
                    f"{name} is changed in place while {other} shares its memory",
                    f"Make {name} with .copy(), or write {name} = ... to make a new array.",
                )

    # ---- calls that change something

    def bare(self, node: ast.Expr) -> None:
        """Lower an expression statement."""
        call = node.value
        if not isinstance(call, ast.Call):
            self.add(Stage(expr.name("_"), None, node, kind="passive", binds=[]))
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
            Stage(expr.name("_"), None, node, kind="passive", binds=[], changes=sorted(shares))
        )

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
        owner = self.owned(ast.copy_location(expr.name(name), node))
        if not isinstance(owner, ast.Name) or owner.id in self.scope.structs:
            raise self.refuse(node, "append to this list is not supported")
        name = owner.id
        others = sorted(
            n
            for n in self.fact(getattr(node, "value", node)).shares - {name}
            if n in self.scope.active and self.read_again(n, node)
        )
        if others:
            raise self.refuse(node, f"{name} grows while {others[0]} is the same list")
        stage = Stage(
            expr.name(name),
            wire,
            node,
            kind="append",
            changes=sorted(self.fact(getattr(node, "value", node)).shares | {name}),
        )
        self.add(stage)
        self.awaken(name)

    def list_extended(self, node: ast.AugAssign, name: str, value: ast.expr) -> None:
        """Lower `ys += [v]`."""
        wire = self.builder().build(value)
        if wire is None and name not in self.scope.active:
            self.add(Stage(expr.name(name), None, node, kind="passive", binds=[], changes=[name]))
        elif isinstance(value, ast.List) and isinstance(node.op, ast.Add):
            for part in value.elts:
                self.appended(node, name, part, self.builder().build(part))
        else:
            raise self.refuse(
                node,
                "this way of extending a list of traced values is not supported",
                "Use append.",
            )

    def array_call(self, node: ast.Expr, call: ast.Call, builder: WireBuilder) -> bool:
        """Lower `np.add.at(x, i, v)`, `np.copyto(x, v)`, `x.fill(v)` and `f(…, out=x)`; return whether it was one."""
        callee = builder.resolver.callee(call)
        owner = getattr(callee, "__self__", None)
        if owner is np.add and getattr(callee, "__name__", "") == "at" and len(call.args) == 3:
            target = ast.copy_location(
                ast.Subscript(value=call.args[0], slice=call.args[1], ctx=ast.Store()), call
            )
            wire = builder.build(call.args[2])
            if wire is None:
                return False
            self.share(node, call)
            self.add_change("add", target, wire, node)
            return True
        everything = ast.Constant(value=...)
        if callee is np.copyto and len(call.args) == 2 and not call.keywords:
            return self.written(node, call, call.args[0], everything, call.args[1])
        if (
            isinstance(owner, np.ndarray)
            and getattr(callee, "__name__", "") == "fill"
            and isinstance(call.func, ast.Attribute)
        ):
            return self.written(node, call, call.func.value, everything, call.args[0])
        out = [k.value for k in call.keywords if k.arg == "out"]
        if len(out) == 1 and isinstance(out[0], ast.Name):
            value = ast.copy_location(
                ast.Call(
                    func=call.func,
                    args=call.args,
                    keywords=[k for k in call.keywords if k.arg != "out"],
                ),
                call,
            )
            self.trace.run.facts[id(value)] = self.fact(call)
            self.trace.run.held.append(value)
            return self.written(node, call, out[0], everything, value)
        return False

    def share(self, node: ast.Expr, call: ast.Call) -> None:
        """Give a statement the facts on shared memory of its call."""
        self.trace.run.facts[id(node)] = self.fact(call)

    def written(
        self, node: ast.Expr, call: ast.Call, base: ast.expr, key: ast.expr, value: ast.expr
    ) -> bool:
        """Lower a call that writes all items of an array."""
        wire = self.builder().build(value)
        target = ast.copy_location(
            ast.Subscript(value=base, slice=ast.copy_location(key, call), ctx=ast.Store()), call
        )
        name = self.base_of(target)
        if wire is None and (name is None or name not in self.scope.active):
            return False
        self.share(node, call)
        self.add_change("store", target, wire, node)
        return True

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
        self.add(Stage(expr.name("_"), None, node, kind="passive", binds=names))


def loaded(target: ast.expr) -> ast.expr:
    """Return a copy of the outermost part of a tree, read instead of written."""
    fresh = expr.rewrite(target, lambda p: None)
    for part in ast.walk(fresh):
        if hasattr(part, "ctx"):
            part.ctx = ast.Load()
    return fresh


def everything_of(target: ast.expr) -> ast.Subscript:
    """Return `target[...]`, with the facts that an item needs."""
    key = ast.Constant(value=...)
    return ast.copy_location(ast.Subscript(value=target, slice=key, ctx=ast.Store()), target)


def is_arange(tree: ast.expr) -> bool:
    """Return whether an index part is `np.arange(n)` or `range(n)`."""
    if isinstance(tree, ast.Call) and tree.args:
        callee = expr.show(tree.func)
        return callee.endswith("arange") or callee == "range"
    return False

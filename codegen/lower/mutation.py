"""Mutation: what changes a value in place goes in (augmented assignments, items, calls that write); stages come out."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import depends_on_layout, is_basic, is_row_major, root_of
from codegen.analysis.effects import only_checks
from codegen.errors import as_made
from codegen.gates.canonical import MISSING
from codegen.gates.pure import MUTATORS
from codegen.ir import Add, Append, Bind, Call, Passive, Pop, Store, Update, Wire
from codegen.lower.expressions import WireBuilder
from codegen.lower.scope import sample_of
from codegen.lower.state import State
from codegen.lower.unique import names_once
from codegen.lower.views import SecondNames
from codegen.trace.aggregates import path_of
from codegen.trace.facts import kind_of
from codegen.trace.identity import raising
from codegen.trace.passing import parameters_of


class Mutation:
    """Lowers what changes values in place."""

    def __init__(self, state: State, views: SecondNames) -> None:
        self.state, self.views = state, views

    def base_of(self, target: ast.expr) -> str | None:
        """Return the variable whose items an assignment changes."""
        while isinstance(target, ast.Subscript):
            target = target.value
        return target.id if isinstance(target, ast.Name) else root_of(target) or None

    def owned_item(self, target: ast.Subscript) -> ast.Subscript:
        """Return an item that is written as one of the variable that owns the memory."""
        found = self.views.owned(target)
        assert isinstance(found, ast.Subscript)
        return found

    def item_of(self, target: ast.Subscript, node: ast.AST) -> tuple[ast.Subscript, Any]:
        """Return an expression that reads what an assignment writes, and its sample."""
        item = ast.copy_location(
            ast.Subscript(value=loaded(target.value), slice=target.slice, ctx=ast.Load()), target
        )
        self.state.trace.run.copy_facts(target.value, item.value)
        if not self.state.fact(target.value).visits:
            self.state.trace.run.facts[item.value] = self.state.fact(node)
        base_sample = self.state.fact(item.value).sample
        key = sample_of(self.state.scope, target.slice)
        if base_sample is MISSING or key is MISSING:
            raise self.state.refuse(
                node, "this statement was never reached with the example inputs"
            )
        try:
            sample = self.held_at(target, base_sample, key)
        except (KeyError, IndexError):
            sample = self.state.fact(getattr(node, "value", target)).sample
        if isinstance(sample, np.ndarray):
            sample = sample.copy()
        self.state.see(item, sample)
        return item, sample

    def held_at(self, target: ast.Subscript, holder: Any, key: Any) -> Any:
        """Return the sample of an item: of a dict or a list the one that the run has seen, as ranks may differ."""
        seen = self.state.fact(target).sample
        return holder[key] if seen is MISSING or isinstance(holder, np.ndarray) else seen

    def add_change(
        self,
        make: type[Store | Add],
        target: ast.Subscript,
        wire: Wire | None,
        node: ast.stmt,
        adds_repeats: bool = False,
        value: ast.expr | None = None,
    ) -> None:
        """Add a stage that writes items of a variable; `adds_repeats` if an item that is named twice counts twice,
        `value` where the statement does not say alone what is written.
        """
        spelled: ast.expr = node.target if isinstance(node, ast.AugAssign) else target
        target = self.owned_item(target)
        base = self.base_of(target)
        if base is None or base in self.state.scope.structs:
            if isinstance(spelled, ast.Name):
                raise self.state.refuse(
                    node,
                    f"{spelled.id} is a second name for {syntax.show(target)}, and changes in place",
                    f"Change it under one name: put what is new into {syntax.show(target)}.",
                )
            raise self.state.refuse(
                node,
                "assignment to an item of this expression is not supported",
                "Give the container a name first.",
            )
        self.check_local(base, node)
        self.check_number(target, node)
        self.check_layout(base, target, node)
        self.check_repeated(base, target, node)
        holder = self.state.fact(target.value).sample
        if holder is MISSING:
            holder = self.state.fact(node).sample
        is_flat = isinstance(holder, np.flatiter)
        if is_flat:
            holder = np.asarray(holder)
        if wire is not None and isinstance(holder, np.ndarray) and holder.dtype.kind not in "fO":
            self.put_into_other(node, target, holder)
            return
        key = sample_of(self.state.scope, target.slice)
        if isinstance(key, slice) and isinstance(holder, list) and wire is not None:
            given = wire.sample
            if not isinstance(given, list | tuple) or len(given) != len(holder[key]):
                raise self.state.refuse(
                    node,
                    f"a slice of the list {base} is given another number of items",
                    f"Make a new list: {base} = {base}[:i] + [...] + {base}[j:].",
                )
        sample: Any = None
        copies = False
        if isinstance(holder, np.ndarray):
            try:
                found = holder[key]
            except (IndexError, TypeError) as error:
                raise self.state.refuse(node, "this index could not be followed") from error
            copies = is_flat or not is_basic(key)
            sample = found.copy() if isinstance(found, np.ndarray) else np.array(found)[()]
            if is_flat and make is Store and wire is not None and np.ndim(wire.sample):
                view = syntax.show(target.value).removesuffix(".flat")
                raise self.state.refuse(
                    node,
                    "an array that .flat repeats until all items are filled is not supported",
                    f"Write to a view: {view}.reshape(-1)[{syntax.show(target.slice)}] = ...",
                )
        elif make is Add and isinstance(holder, dict | list):
            sample = self.held_at(target, holder, key)
        elif wire is not None:
            sample = wire.sample
        elif isinstance(holder, dict | list):
            sample = holder[key] if not isinstance(holder, dict) or key in holder else 0.0
        self.check_shared(node, base)
        changes = sorted(self.state.fact(node).sharing(base) | {base})
        if make is Store and wire is not None and is_whole(target, holder, wire.sample):
            written = None
            if isinstance(spelled, ast.Subscript) and spelled is not target:
                written = spelled.value
            self.state.add(
                Update(node, syntax.name(base), wire, False, "", [base], changes, written=written)
            )
            self.views.awaken(base)
            return
        self.state.add(
            make(
                node,
                target,
                wire,
                changes=changes,
                sample=sample,
                value=value,
                holder=holder,
                copies=copies,
                written=spelled if spelled is not target else None,
                repeats=wire is not None and not adds_repeats and self.may_repeat(target),
            )
        )
        self.views.awaken(base)

    def check_layout(self, base: str, target: ast.Subscript, node: ast.stmt) -> None:
        """Have a guard where only the order of an array in memory makes what is written to a view of it."""
        if not depends_on_layout(target.value) or is_row_major(base, self.state.trace.tree):
            return
        if base not in self.state.fact(node).changing:
            raise self.state.refuse(
                node,
                f"whether this writes into {base} depends on the order of its numbers in memory",
                f"Index {base} itself.",
            )
        shown = syntax.show(target.value)
        message = as_made(f"{shown} was a view of {base}")
        guard = raising(f"not np.may_share_memory({shown}, {base})", message, node)
        self.state.add(Passive(guard))

    def put_into_other(self, node: ast.stmt, target: ast.Subscript, holder: np.ndarray) -> None:
        """Write a traced value into an array that is not one of floats: whole numbers cut its gradient off."""
        kinds = {kind for kind, _ in self.state.fact(target.value).kinds}
        if holder.dtype.kind not in "iub" or "float" in kinds:
            what = "complex numbers" if holder.dtype.kind == "c" else "other things"
            raise self.state.refuse(
                node,
                f"a traced value is put into an array of {what}",
                "Make the array one of floats.",
            )
        self.changed_passively(node, target)

    def may_repeat(self, target: ast.Subscript) -> bool:
        """Return whether an index array may name an item twice, so that only the last value counts."""
        if not isinstance(self.state.fact(target.value).sample, np.ndarray):
            return False
        builder = self.state.builder()
        return not names_once(target.slice, builder.resolver.value, builder.meaning)

    def changed_passively(
        self, node: ast.stmt, target: ast.expr, value: ast.expr | None = None
    ) -> None:
        """Keep a statement, or that part of it, which changes something without effect on any gradient."""
        base = self.base_of(target)
        changes = sorted(self.state.fact(node).sharing(base or "") | ({base} if base else set()))
        text = ""
        if isinstance(node, ast.Assign) and value is not None and node.targets != [target]:
            read = self.state.builder().text(value, {})
            text = f"{syntax.show(target)} = {syntax.show(read)}"  # it is one of several
        self.state.add(Passive(node, text=text, changes=changes, written=target))

    def check_local(self, name: str, node: ast.stmt) -> None:
        """Refuse to put a traced value into a variable that outlives the call."""
        function, tree = self.state.trace.function, self.state.trace.tree
        if name in parameters_of(tree) and any(hands_on(n, tree, name) for n in syntax.walk(tree)):
            inside = syntax.uses(node, name)
            if any(isinstance(self.state.value(n), dict) for n in inside):
                raise self.state.refuse(
                    node,
                    f"{self.state.trace.label} calls itself, and keeps traced values in {name} for its other calls",
                    "Fill a dict in a loop, from the smallest case on.",
                )
        is_outside = name not in self.state.rebinds and name not in function.__code__.co_freevars
        if is_outside and name in function.__globals__:
            raise self.state.refuse(
                node,
                f"a traced value is put into {name}, which belongs to the module and not to the function",
                "Pass it as an argument, and return what changes.",
            )

    def check_number(self, target: ast.Subscript, node: ast.stmt) -> None:
        """Refuse to store into an array of rank 0 through a mask: its gradient is a number."""
        holder, key = self.state.fact(target.value).sample, self.state.value(target.slice)
        if isinstance(holder, np.ndarray) and not holder.ndim and isinstance(key, bool | np.bool_):
            raise self.state.refuse(
                node,
                f"{syntax.show(target.value)} is one number in the example, and a mask stores into it",
                "Trace it with an array, or begin with x = np.atleast_1d(x).",
            )

    def check_repeated(self, name: str, target: ast.Subscript, node: ast.stmt) -> None:
        """Refuse to change one of several rows that are one and the same object, as those of `[[0.0] * 2] * 3` are."""
        if not isinstance(target.value, ast.Subscript):
            return
        for statement in ast.walk(self.state.trace.tree):
            if isinstance(statement, ast.Assign) and name in syntax.stores(statement):
                if any(map(self.repeats, ast.walk(statement.value))):
                    raise self.state.refuse(
                        node,
                        f"several items of {name} are one and the same object",
                        "Make one for each: [... for _ in range(n)].",
                    )

    def repeats(self, part: ast.AST) -> bool:
        """Return whether a part of an expression repeats a list of things that can be changed."""
        if not isinstance(part, ast.BinOp) or not isinstance(part.op, ast.Mult):
            return False
        lists = [side for side in (part.left, part.right) if isinstance(side, ast.List)]
        return any(
            isinstance(self.state.value(item), np.ndarray | list | dict)
            for one in lists
            for item in one.elts
        )

    def check_shared(self, node: ast.stmt, name: str) -> None:
        """Refuse to change memory that another traced name shares and that is read again under that name."""
        mine = {name, *(v for v, tree in self.state.scope.views.items() if root_of(tree) == name)}
        for other in sorted(self.state.fact(node).sharing(name) - mine):
            if (
                other in self.state.scope.active or other in self.state.scope.structs
            ) and self.state.memory.read_again(other, node):
                holds = isinstance(self.state.fact(node).sample, dict | list)
                raise self.state.refuse(
                    node,
                    f"{name} is changed in place while {other} shares its memory",
                    (
                        f"Put a copy into {name}: {other}.copy()."
                        if holds
                        else f"Make {name} with .copy(), or write {name} = ... to make a new array."
                    ),
                )

    def array_call(self, node: ast.Expr, call: ast.Call, builder: WireBuilder) -> bool:
        """Lower a call that writes into an array; return whether it was one."""
        callee = builder.resolver.callee(call)
        owner, name = getattr(callee, "__self__", None), getattr(callee, "__name__", "")
        args, keywords = call.args, {k.arg: k.value for k in call.keywords}
        if isinstance(owner, np.ufunc) and name == "at" and len(args) == 3:
            return self.at(node, call, owner, builder)
        if isinstance(owner, np.ndarray) and isinstance(call.func, ast.Attribute):
            return self.method(node, call, call.func.value, name, keywords)
        out = keywords.pop("out", None)
        if isinstance(callee, np.ufunc) and len(args) == callee.nin + 1:
            out = args[callee.nin]
        if isinstance(out, ast.Name | ast.Subscript):
            where = keywords.get("where")
            if where is not None and isinstance(callee, np.ufunc):
                return self.chosen(node, call, out, where, callee)
            return self.written(node, call, out, everything(call), self.without_out(call, callee))
        if callee is np.copyto and len(args) == 2 and keywords.keys() <= {"where"}:
            return self.copied(node, call, keywords.get("where"))
        if callee is np.put and len(args) == 3 and not keywords and self.rank(args[0]) == 1:
            return self.rank(args[2]) == 0 and self.written(node, call, *args)
        if callee is np.fill_diagonal and len(args) == 2 and not keywords:
            if self.rank(args[0]) != 2 or self.rank(args[1]):
                return False
            return self.written(node, call, args[0], self.diagonal(args[0], call), args[1])
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
            return False
        wire = builder.build(value)
        if wire is None:
            self.share(node, call)
            self.changed_passively(node, target)
            return True
        item = ast.copy_location(ast.Subscript(value=target, slice=key, ctx=ast.Store()), call)
        self.share(node, call)
        self.add_change(Add, item, wire, node, adds_repeats=True)
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
            return self.rank(call.args[1]) == 0 and self.written(node, call, base, *call.args)
        if name == "sort" and not call.args and keywords.keys() <= {"axis"}:
            value = self.called("np.sort", np.sort, [base], call, call.keywords)
            return self.written(node, call, base, everything(call), value)
        return False

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
        parts = self.picked(call, out, where, call.args[: ufunc.nin])
        if not parts:
            return False
        value = self.called(f"np.{ufunc.__name__}", ufunc, parts, call)
        return self.written(node, call, out, where, value)

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
                part = ast.Subscript(value=value, slice=where, ctx=ast.Load())
                self.state.see(part, resolver.value(value)[mask])
                value = ast.copy_location(part, call)
            found.append(value)
        return found if np.shape(mask) == np.shape(resolver.value(target)) else []

    def rank(self, node: ast.expr) -> int:
        """Return the rank of the sample of an expression."""
        return np.ndim(self.state.builder().resolver.value(node))

    def called(
        self,
        text: str,
        callee: Any,
        args: Sequence[ast.expr],
        call: ast.Call,
        keywords: Sequence[ast.keyword] = (),
    ) -> ast.Call:
        """Return a call of a NumPy function, as if the user had written it."""
        made = ast.Call(func=syntax.parse(text), args=list(args), keywords=list(keywords))
        resolver = self.state.builder().resolver
        named = {str(k.arg): resolver.value(k.value) for k in keywords}
        self.state.see(made, callee(*(resolver.value(a) for a in args), **named))
        self.state.trace.run.facts[made].callees.append(callee)
        assert isinstance(made.func, ast.Attribute)
        self.state.see(made.func.value, np)
        return ast.copy_location(made, call)

    def diagonal(self, array: ast.expr, call: ast.Call) -> ast.Tuple:
        """Return the index of the diagonal of a matrix."""
        size = min(np.shape(self.state.builder().resolver.value(array)))
        shape = ast.Attribute(value=array, attr="shape", ctx=ast.Load())
        places = ast.Call(syntax.parse("np.arange"), [syntax.call("min", shape)], [])
        self.state.see(places, np.arange(size))
        return ast.copy_location(ast.Tuple([places, places], ast.Load()), call)

    def without_out(self, call: ast.Call, callee: Any) -> ast.Call:
        rest = [k for k in call.keywords if k.arg != "out"]
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
        name = self.base_of(target)
        if wire is None and (name is None or name not in self.state.scope.active):
            return False
        self.share(node, call)
        self.add_change(Store, target, wire, node)
        return True

    def container_call(
        self, node: ast.Expr, call: ast.Call, func: ast.Attribute, builder: WireBuilder
    ) -> bool:
        """Lower `ys.append(v)`, `ys.extend(vs)`, `d.update(…)`; return whether it was one."""
        assert isinstance(func.value, ast.Name)
        name, sample = func.value.id, self.state.fact(func.value).sample
        if not isinstance(sample, list | dict) or kind_of(sample)[0] not in ("list", "dict"):
            return False
        wires = [builder.build(a) for a in (*call.args, *(k.value for k in call.keywords))]
        if not any(wires) and name not in self.state.scope.active:
            return False
        if func.attr == "append" and isinstance(sample, list):
            self.appended(node, name, wires[0])
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
        keys: list[ast.expr | None] = [None, None, *(ast.Constant(k.arg) for k in call.keywords)]
        parts = [table, call.args[0], *(k.value for k in call.keywords)]
        new = ast.Dict(keys, parts)
        named = {k.arg: self.state.value(k.value) for k in call.keywords}
        self.state.see(
            new, {**self.state.fact(table).sample, **self.state.value(call.args[0]), **named}
        )
        return new

    def entries(self, node: ast.stmt, table: ast.Name, display: ast.expr, what: str) -> None:
        """Lower the items of a display that go into a dict, each as a store."""
        assert isinstance(display, ast.Dict)
        for key, value in zip(display.keys, display.values, strict=True):
            if not isinstance(key, ast.Constant):
                raise self.state.refuse(
                    node,
                    f"{what} with these keys is not supported",
                    "Assign the items one by one.",
                )
            self.keyed(node, table, key.value, value)

    def changed_list(self, call: ast.Call, func: ast.Attribute) -> ast.expr | None:
        """Return the list that `ys.insert(k, v)`, `ys.extend(vs)` or `ys.reverse()` makes of a list, or None."""
        ys, args = func.value, call.args
        if func.attr == "insert" and len(args) == 2 and is_place(args[0]):
            new = ast.List([args[1]], ast.Load())
            self.state.see(new, [self.state.value(args[1])])
            return self.joined(self.part(ys, None, args[0]), new, self.part(ys, args[0], None))
        if func.attr == "extend" and isinstance(self.state.value(args[0]), list):
            return self.joined(ys, args[0])
        if func.attr == "reverse":
            return self.part(ys, None, None, syntax.parse("-1"))
        return None

    def without_item(self, node: ast.Delete, target: ast.Subscript) -> ast.expr | None:
        """Return the list that `del ys[k]` makes of a list, or None."""
        ys, key = target.value, target.slice
        sample = self.state.fact(node).sample
        if not is_place(key) or not isinstance(sample, list):
            return None
        ys = ast.copy_location(loaded(ys), ys)
        self.state.see(ys, sample)
        if isinstance(key, ast.UnaryOp):
            last = isinstance(key.operand, ast.Constant) and key.operand.value == 1
            return self.part(ys, None, key) if last else None
        place = self.state.value(key)
        if not isinstance(place, int):
            return None
        behind = ast.BinOp(key, ast.Add(), syntax.constant(1))
        self.state.see(behind, place + 1)
        if isinstance(key, ast.Constant):
            return self.joined(
                self.part(ys, None, key), self.part(ys, syntax.constant(place + 1), None)
            )
        return self.joined(self.part(ys, None, key), self.part(ys, behind, None))

    def part(
        self,
        ys: ast.expr,
        lower: ast.expr | None,
        upper: ast.expr | None,
        step: ast.expr | None = None,
    ) -> ast.expr:
        """Return a slice of a list, as if the user had written it."""
        key = ast.Slice(lower, upper, step)
        ends = [None if e is None else self.state.value(e) for e in (lower, upper, step)]
        self.state.see(key, slice(*ends))
        found = ast.Subscript(loaded(ys), key, ast.Load())
        self.state.trace.run.copy_facts(ys, found.value)
        self.state.see(found, self.state.value(ys)[slice(*ends)])
        return found

    def joined(self, first: ast.expr, *rest: ast.expr) -> ast.expr:
        """Return the sum of lists, as if the user had written it."""
        found = first
        for one in rest:
            left = self.state.value(found)
            found = ast.BinOp(found, ast.Add(), one)
            self.state.see(found, [*left, *self.state.value(one)])
        return found

    def rebuilt(self, node: ast.stmt, seen: ast.AST, name: str, value: ast.expr) -> None:
        """Lower a change of a list as `ys = value`, where no other name shows the list."""
        others = self.state.fact(seen).changing - {name}
        if others or name in self.state.scope.views or name in self.state.scope.structs:
            raise self.state.refuse(
                node, f"{name} changes its length while another name shows the same list"
            )
        self.check_local(name, node)
        for part in ast.walk(value):
            if isinstance(part, ast.expr | ast.Slice) and not hasattr(part, "lineno"):
                ast.copy_location(part, node)
        builder = self.state.builder()
        wire = builder.build(value)
        self.views.forget([name])
        text = f"{name} = {syntax.show(builder.text(value, {}))}" if wire is None else ""
        self.state.add(Bind(node, syntax.name(name), wire, rewritten=True, text=text, binds=[name]))
        if wire is not None:
            self.state.scope.active.add(name)

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
            self.add_change(Store, target, wire, node, value=value)
        else:
            self.changed_passively(node, target)

    def all_appended(self, node: ast.stmt, name: str, parts: Sequence[ast.expr]) -> None:
        """Lower `ys.extend([u, v])`: it is written as several appends where a part calls a function with a pair."""
        builder = self.state.builder()
        calls = [n for part in parts for n in ast.walk(part) if isinstance(n, ast.Call)]
        splits = any(isinstance(builder.build(call), Call) for call in calls)
        if splits and any(name in syntax.reads(part) for part in parts[1:]):
            raise self.state.refuse(
                node, f"{name} is read while it grows", "Give what is put into it names first."
            )
        for part, wire in [(part, builder.build(part)) for part in parts]:
            self.appended(node, name, wire, part)

    def appended(
        self, node: ast.stmt, name: str, wire: Wire | None, value: ast.expr | None = None
    ) -> None:
        """Lower `ys.append(v)`, or one item of several that are appended."""
        owner = self.views.owned(ast.copy_location(syntax.name(name), node))
        if not isinstance(owner, ast.Name) or owner.id in self.state.scope.structs:
            raise self.state.refuse(node, "append to this list is not supported")
        name = owner.id
        self.check_local(name, node)
        others = sorted(
            n
            for n in self.state.fact(getattr(node, "value", node)).changing - {name}
            if self.state.memory.read_again(n, node)
        )
        if others:
            raise self.state.refuse(node, f"{name} grows while {others[0]} is the same list")
        changes = sorted(self.state.fact(getattr(node, "value", node)).changing | {name})
        self.state.add(Append(node, syntax.name(name), wire, changes=changes, value=value))
        self.views.awaken(name)

    def taken_off(self, node: ast.Assign | ast.Expr) -> bool:
        """Lower `v = ys.pop()`; return whether the statement was one."""
        call = popping(node)
        if call is None or not isinstance(self.state.fact(call.func.value).sample, list):  # type: ignore[attr-defined]  # see `popping`
            return False
        name = call.func.value.id  # type: ignore[attr-defined]  # as above
        if name not in self.state.scope.active:
            return False
        if (
            name in self.state.scope.structs
            or self.state.fact(call).changing - {name} & self.state.scope.active
        ):
            raise self.state.refuse(node, f"{name} shrinks while another name shows the same list")
        target = node.targets[0] if isinstance(node, ast.Assign) else syntax.name("_")
        assert isinstance(target, ast.Name)
        self.views.forget([target.id])
        self.state.add(
            Pop(
                node,
                syntax.name(target.id),
                changes=[name],
                sample=self.state.fact(call).sample,
                holder=name,
                place=call.args[0] if call.args else None,
            )
        )
        if isinstance(node, ast.Assign):
            self.state.scope.active.add(target.id)
        return True

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
            self.rebuilt(node, node, name, self.joined(left, value))
        else:
            raise self.state.refuse(
                node,
                "this way of extending a list of traced values is not supported",
                "Use append.",
            )

    def augmented(self, node: ast.AugAssign) -> None:
        """Lower `x += value`: in the backward pass it counts as `x = x + value`."""
        if isinstance(node.target, ast.Name):
            self.augmented_name(node, node.target)
        elif isinstance(node.target, ast.Subscript):
            self.augmented_item(node, node.target)
        else:
            self.store(node.target, node.value, None, node)

    def augmented_name(self, node: ast.AugAssign, target: ast.Name) -> None:
        """Lower `x += value`."""
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
            self.entries(node, left, node.value, "|=")
            return
        if isinstance(before, list):
            self.list_extended(node, name, node.value)
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
            self.state.add(Passive(node, syntax.name(name), binds=[name], changes=changes))
            return
        if in_place:
            self.check_shared(node, name)
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
            raise self.state.refuse(
                node, "this statement was never reached with the example inputs"
            )
        pair = ast.Expression(
            body=ast.BinOp(left=syntax.name("a"), op=node.op, right=syntax.name("b"))
        )
        try:
            with np.errstate(all="ignore"):
                code = compile(ast.fix_missing_locations(pair), "", "eval")
                names = {"a": before, "b": value}
                found = eval(code, names)  # noqa: S307  # two sample values and one operator
        except Exception as error:
            raise self.state.refuse(node, f"the update could not be followed: {error}") from error
        if isinstance(before, np.ndarray) and isinstance(found, np.ndarray | np.generic):
            return found.astype(before.dtype)
        return found

    def augmented_item(self, node: ast.AugAssign, target: ast.Subscript) -> None:
        """Lower `x[i] += value`."""
        owned = self.owned_item(target)
        builder = self.state.builder()
        base = self.base_of(owned)
        wire = builder.build(node.value)
        is_sum = isinstance(node.op, ast.Add | ast.Sub)
        if wire is None and (base is None or base not in self.state.scope.active or is_sum):
            self.changed_passively(node, target)
            return
        item, sample = self.item_of(owned, node)
        given = builder.resolver.value(node.value)
        is_held = isinstance(self.state.fact(owned.value).sample, dict | list)
        if is_sum and is_held and np.shape(given) != np.shape(sample):
            is_sum = False  # what is added is broadcast to an array that a dict or a list holds
        if is_sum and not isinstance(sample, list):
            value: ast.expr = node.value
            if isinstance(node.op, ast.Sub):
                value = ast.copy_location(ast.UnaryOp(op=ast.USub(), operand=node.value), node)
                self.state.see(value, -np.asarray(builder.resolver.value(node.value))[()])
                wire = builder.build(value)
            self.add_change(Add, target, wire, node)
            return
        left: ast.expr = item
        if isinstance(node.target, ast.Name):  # a second name, under which the old value is read
            left = ast.copy_location(syntax.name(node.target.id), node)
            self.state.see(left, sample)
        combined = ast.copy_location(ast.BinOp(left=left, op=node.op, right=node.value), node)
        self.state.see(combined, self.result_of(node, sample))
        wire = self.state.builder().build(combined)
        self.add_change(Store, target, wire, node)

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
        base = self.base_of(self.owned_item(target))
        if wire is None and (base is None or base not in self.state.scope.active):
            self.changed_passively(node, target, value)
            return
        self.add_change(Store, target, wire, node, value=value)

    def bare(self, node: ast.Expr) -> None:
        """Lower an expression statement."""
        call = node.value
        if not isinstance(call, ast.Call):
            self.state.add(Passive(node))
            return
        builder = self.state.builder()
        if (
            isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and self.container_call(node, call, call.func, builder)
        ):
            return
        if self.array_call(node, call, builder):
            return
        shares = self.state.fact(call).changing
        touched = [n for n in sorted(shares) if n in self.state.scope.active]
        if touched:
            raise self.state.refuse(
                node,
                f"a call that changes {touched[0]} in place is not supported",
                "Write the change as an assignment.",
            )
        values = [*call.args, *(k.value for k in call.keywords)]
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
        followed = builder.followed(call)
        called = self.state.trace.run.calls.get(call, [])
        if followed is not None and builder.reached(call) and not all(map(only_checks, called)):
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
            name = only.value.id if isinstance(only.value, ast.Name) else ""
            made = self.without_item(node, only) if name in self.state.scope.active else None
            if made is not None:
                self.rebuilt(node, node, name, made)
                return
        for target in node.targets:
            base = self.base_of(target)
            if not isinstance(target, ast.Name) and base in self.state.scope.active:
                raise self.state.refuse(
                    node,
                    "deleting items of a container of traced values is not supported",
                    "Build a new container.",
                )
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        self.views.forget(names)
        self.state.add(Passive(node, binds=names))


def is_place(key: ast.expr) -> bool:
    """Return whether a place in a list is a name or a number, so that it can be written twice."""
    return isinstance(key.operand if isinstance(key, ast.UnaryOp) else key, ast.Constant | ast.Name)


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


def everything(call: ast.Call) -> ast.Constant:
    """Return the index `...`."""
    return ast.copy_location(ast.Constant(value=...), call)


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


def hands_on(node: ast.AST, tree: ast.AST, name: str) -> bool:
    """Return whether a part of a function calls the function itself, and hands it a variable of its own."""
    match node:
        case ast.Call(func=ast.Name(callee), args=args, keywords=keywords) if callee == getattr(
            tree, "name", ""
        ):
            given = [*args, *(k.value for k in keywords)]
            return any(isinstance(a, ast.Name) and a.id == name for a in given)
    return False

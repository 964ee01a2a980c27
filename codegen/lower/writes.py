"""Calls that write: a call that fills an array in place goes in; a stage that writes items comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.gates.canonical import MISSING
from codegen.ir import Add, Passive, Store
from codegen.lower.expressions import WireBuilder
from codegen.lower.items import Items
from codegen.lower.state import State
from codegen.trace.guards import raising


class Writes:
    """Lowers NumPy's functions and methods that write into an array as what writes its items."""

    def __init__(self, state: State, items: Items) -> None:
        self.state, self.items = state, items

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
        parts = self.picked(call, out, where, call.args[: ufunc.nin])
        if not parts:
            return False
        named = {f"x{k}": part for k, part in enumerate(parts)}
        text = f"np.{ufunc.__name__}({', '.join(named)})"
        value = self.state.spelled(text, call, **named)
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
                value = self.state.spelled("value[where]", call, value=value, where=where)
            found.append(value)
        return found if np.shape(mask) == np.shape(resolver.value(target)) else []

    def rank(self, node: ast.expr) -> int:
        """Return the rank of the sample of an expression."""
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
    """Return the index `...`."""
    return ast.copy_location(ast.Constant(value=...), call)

"""Unpacking: a target with several parts and a value go in, a stage for each part comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.ir import Stage, Wire, WireRef
from codegen.lower.views import Views
from codegen.lower.wires import WireBuilder
from codegen.trace.facts import has_float
from codegen.trace.passing import item as item_of


class Unpacking(Views):
    """The part of a lowering that binds several names at once."""

    def bind(self, target: ast.expr, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> None:
        """Bind a value to one target."""
        raise NotImplementedError

    def bind_name(self, target: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Bind a wire, or a passive value, to a name."""
        raise NotImplementedError

    def unpack(
        self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt, builder: WireBuilder
    ) -> None:
        """Bind the parts of a value to the parts of a target."""
        if (
            isinstance(value, ast.Tuple | ast.List)
            and len(value.elts) == len(target.elts)
            and not any(isinstance(e, ast.Starred) for e in (*value.elts, *target.elts))
        ):
            self.parallel(target.elts, value.elts, node)
            return
        keys = self.keys_of_values(value, len(target.elts))
        if keys is not None:
            assert isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)
            owner, run = value.func.value, self.trace.run
            table = self.fact(owner).sample
            self.parallel(target.elts, [item_of(owner, k, table[k], run) for k in keys], node)
            return
        wire = builder.build(value)
        if wire is None:
            self.forget(syntax.stores(target))
            passive = Stage(target, None, node)
            if isinstance(
                node, ast.For
            ):  # an item of what the loop runs over: no statement says so
                passive.value = builder.text(value, {})
            self.add(passive)
            return
        if wire.kind == "display":
            self.unpack_display(target, wire, node)
        elif (
            isinstance(wire.sample, list | tuple)
            and all(isinstance(e, ast.Name) for e in target.elts)
            and (wire.kind == "name" or isinstance(value, ast.Call))
        ):
            self.unpack_many(target, wire, node)
        elif wire.kind == "name" or (
            isinstance(wire.sample, np.ndarray) and not isinstance(value, ast.Call)
        ):
            self.unpack_items(target, value, wire, node)
        elif isinstance(wire.sample, np.ndarray) or not all(
            isinstance(e, ast.Name) for e in target.elts
        ):
            own = self.free("parts")
            self.add(Stage(syntax.name(own), wire, node, rewritten=True))
            self.scope.active.add(own)
            read = syntax.name(own)
            self.see(read, wire.sample)
            self.bind_again(target, read, node)
        else:
            self.unpack_many(target, wire, node)

    def keys_of_values(self, value: ast.expr, count: int) -> list[Any] | None:
        """Return the keys of a dict whose values are unpacked by `d.values()`, or None."""
        if (
            not isinstance(value, ast.Call)
            or value.args
            or not isinstance(value.func, ast.Attribute)
            or value.func.attr != "values"
            or self.builder().build(value.func.value) is None
        ):
            return None
        table = self.fact(value.func.value).sample
        return list(table) if isinstance(table, dict) and len(table) == count else None

    def bind_again(self, target: ast.expr, read: ast.expr, node: ast.stmt) -> None:
        """Bind a target to a name that was made up, so that nothing of the statement is the user's text."""
        before = len(self.items)
        self.bind(target, read, node, self.builder())
        for item in self.items[before:]:
            assert isinstance(item, Stage)
            item.rewritten = True
            if item.wire is None and not item.text:
                item.text = f"{syntax.show(item.target)} = {syntax.show(read)}"

    def unpack_display(self, target: ast.Tuple | ast.List, wire: Wire, node: ast.stmt) -> None:
        """Bind the parts of a known container."""
        count = len(wire.sample)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        places = list(range(count))
        if star is not None:
            rest = places[star : star + count - len(target.elts) + 1]
            places[star : star + len(rest)] = [-1]
        before = len(self.items)
        for part, place in zip(target.elts, places, strict=True):
            if isinstance(part, ast.Starred):
                self.bind_name(part.value, rest_of(wire, rest), node)
                continue
            inner = wire.operands.get(str(place))
            if isinstance(part, ast.Tuple | ast.List):
                if inner is None or inner.kind != "display":
                    raise self.refuse(
                        node, "this nested target is not supported", "Unpack in two steps."
                    )
                self.unpack_display(part, inner, node)
            else:
                self.bind_name(part, inner, node)
                if inner is None and star is not None:
                    stage = self.items[-1]
                    assert isinstance(stage, Stage)
                    stage.text = f"{syntax.show(part)} = {syntax.show(wire.statics[str(place)])}"
        if star is not None:
            for one in self.items[before:]:
                assert isinstance(one, Stage)
                one.rewritten = True

    def unpack_items(
        self, target: ast.Tuple | ast.List, value: ast.expr, wire: Wire, node: ast.stmt
    ) -> None:
        """Bind the items of a container or array variable, each as an index of its own."""
        count = len(wire.sample)
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        if star is not None and len(self.fact(value).kinds) > 1:
            raise self.refuse(
                node,
                "a starred target over containers of several lengths is not supported",
                "Use slices.",
            )
        for i, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                stop = i - len(target.elts) + 1
                upper = minus(stop) if stop else None
                key: ast.expr = ast.Slice(lower=ast.Constant(value=i) if i else None, upper=upper)
                sample = list(wire.sample[i : count + stop])
                part = part.value
            else:
                at = i if star is None or i < star else i - len(target.elts)
                key = minus(at) if at < 0 else ast.Constant(value=at)
                sample = wire.sample[at]
            item = ast.copy_location(ast.Subscript(value=value, slice=key, ctx=ast.Load()), value)
            self.see(item, sample)
            if isinstance(key, ast.Slice):
                self.see(key, slice(i, count + stop))
            self.bind(part, item, node, self.builder())

    def unpack_many(self, target: ast.Tuple | ast.List, wire: Wire, node: ast.stmt) -> None:
        """Bind the values of a gate or helper that returns several."""
        target = self.all_named(target, wire)
        names = [e.id for e in target.elts if isinstance(e, ast.Name)]
        self.forget(names)
        self.add(Stage(target, wire, node))
        for identifier, sample in zip(names, wire.sample, strict=True):
            if has_float(sample):
                self.scope.active.add(identifier)

    def all_named(self, target: ast.Tuple | ast.List, wire: Wire) -> ast.Tuple | ast.List:
        """Return a target in which `_` has a name where the backward pass needs the shape of its value."""
        if wire.kind != "call":
            return target
        fresh = [
            (
                ast.Name(self.free(part_name(wire, i)), ast.Store())
                if isinstance(e, ast.Name) and e.id == "_" and has_float(sample)
                else e
            )
            for i, (e, sample) in enumerate(zip(target.elts, wire.sample, strict=True))
        ]
        return type(target)(fresh, ast.Store())

    def parallel(
        self, targets: Sequence[ast.expr], values: Sequence[ast.expr], node: ast.stmt
    ) -> None:
        """Bind several values at once: one after the other where no value reads an earlier target."""
        bound: set[str] = set()
        clash = False
        for target, value in zip(targets, values, strict=True):
            clash = clash or bool(bound & set(syntax.reads(value)))
            bound |= set(syntax.stores(target)) | (
                {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
                if not isinstance(target, ast.Name)
                else set()
            )
        if not clash:
            for target, value in zip(targets, values, strict=True):
                self.bind(target, value, node, self.builder())
            return
        held: list[tuple[ast.expr, ast.expr]] = []
        builder = self.builder()
        for target, value in zip(targets, values, strict=True):
            if not clashes(target, value, targets, values):
                held.append((target, value))
                continue
            own = self.free(f"next_{target.id}" if isinstance(target, ast.Name) else "value")
            wire = builder.build(value)
            text = builder.text(value, {})
            if wire is None:
                self.add(
                    Stage(
                        syntax.name(own),
                        None,
                        node,
                        rewritten=True,
                        text=f"{own} = {syntax.show(text)}",
                        binds=[own],
                    )
                )
            else:
                self.add(Stage(syntax.name(own), wire, node, rewritten=True))
                self.scope.active.add(own)
            read = syntax.name(own)
            self.see(read, builder.resolver.value(value))
            held.append((target, read))
        for target, source in held:
            self.bind_again(target, source, node)


def clashes(
    target: ast.expr, value: ast.expr, targets: Sequence[ast.expr], values: Sequence[ast.expr]
) -> bool:
    """Return whether a value of a parallel assignment must be held until the others are read."""
    if not isinstance(target, ast.Name):
        return True
    later = [v for t, v in zip(targets, values, strict=True) if v is not value]
    mine = set(syntax.reads(value))
    others = {
        n.id for t in targets if t is not target for n in ast.walk(t) if isinstance(n, ast.Name)
    }
    return any(target.id in syntax.reads(v) for v in later) or bool(mine & others)


def rest_of(wire: Wire, places: list[int]) -> Wire:
    """Return the list that a starred target gets of a known container."""
    texts: list[ast.expr] = [
        WireRef(wire.operands[str(k)]) if str(k) in wire.operands else wire.statics[str(k)]
        for k in places
    ]
    return Wire(
        "display",
        ast.List(texts, ast.Load()),
        [wire.sample[k] for k in places],
        wire.origin,
        operands={
            str(n): wire.operands[str(k)] for n, k in enumerate(places) if str(k) in wire.operands
        },
        statics={
            str(n): wire.statics[str(k)] for n, k in enumerate(places) if str(k) in wire.statics
        },
    )


def part_name(wire: Wire, number: int) -> str:
    """Return a name for one of the values that a helper returns: the helper's own."""
    output = wire.helper.circuit.output if wire.helper is not None else None
    inner = output.operands.get(str(number)) if output is not None else None
    return (inner.name if inner is not None else None) or f"part{number}"


def minus(value: int) -> ast.expr:
    """Return a literal of a negative number."""
    return ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=-value))

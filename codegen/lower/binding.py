"""Binding: assignments to names go in, stages come out; containers are followed piece by piece where that is safe."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from codegen import syntax
from codegen.ir import Stage, Wire, WireRef
from codegen.lower.unpacking import Unpacking
from codegen.lower.wires import WireBuilder


class Binding(Unpacking):
    """The part of a lowering that binds names."""

    def store(self, target: ast.expr, value: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Lower an assignment to an item."""
        raise NotImplementedError

    def walruses(self, node: ast.expr, statement: ast.stmt) -> None:
        """Bind the names that `:=` binds inside an expression, before the expression itself."""
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr):
                if is_conditional(part, node):
                    raise self.refuse(
                        part,
                        "a name that is bound only on some ways through an expression is not supported",
                        "Bind it in a statement of its own.",
                    )
                before = len(self.items)
                self.bind(syntax.name(part.target.id), part.value, statement, self.builder())
                for item in self.items[before:]:
                    assert isinstance(item, Stage)
                    item.rewritten = True
                    if item.wire is None:
                        item.text = f"{part.target.id} = {syntax.show(part.value)}"

    def bind_all(self, targets: Sequence[ast.expr], value: ast.expr, node: ast.stmt) -> None:
        """Bind one value to all targets, from the left."""
        self.bind(targets[0], value, node, self.builder())
        first = targets[0]
        for target in targets[1:]:
            if isinstance(first, ast.Name):
                source = syntax.name(first.id)
                self.trace.run.facts[id(source)] = self.fact(value)
                self.trace.run.held.append(source)
                self.bind(target, source, node, self.builder())
            else:
                self.bind(target, value, node, self.builder())

    def bind(self, target: ast.expr, value: ast.expr, node: ast.stmt, builder: WireBuilder) -> None:
        """Bind a value to one target."""
        if isinstance(target, ast.Tuple | ast.List):
            self.unpack(target, value, node, builder)
            return
        if isinstance(target, ast.Name) and self.second_name(target, value, node):
            return
        wire = builder.build(value)
        if isinstance(target, ast.Name):
            old = self.scope.definitions.get(target.id)
            before = len(self.items)
            self.bind_name(target, wire, node)
            if wire is None and isinstance(stage := self.items[before], Stage):
                stage.sample, stage.value = builder.resolver.value(value), builder.text(value, {})
            self.scope.definitions.define(target.id, value, old, self.trace.run)
        else:
            self.store(target, value, wire, node)

    def bind_name(self, target: ast.expr, wire: Wire | None, node: ast.stmt) -> None:
        """Bind a wire, or a passive value, to a name."""
        assert isinstance(target, ast.Name)
        identifier = target.id
        if wire is None:
            self.forget([identifier])
            self.add(Stage(syntax.name(identifier), None, node))
            return
        if (
            wire.kind == "display"
            and self.rebinds.get(identifier, 0) <= 1
            and identifier not in self.opaque
        ):
            wire = self.pieces(identifier, wire, node)
            self.forget([identifier])
            self.scope.structs[identifier] = wire
            self.scope.active.add(identifier)
            return
        self.forget([identifier])
        self.add(Stage(syntax.name(identifier), wire, node))
        self.scope.active.add(identifier)

    def pieces(self, identifier: str, wire: Wire, node: ast.stmt) -> Wire:
        """Give each part of a new container a name, so that later reads find it; return the container's wire."""
        named: dict[str, Wire] = {}
        changed = False
        for key, part in wire.operands.items():
            if part.kind == "display":
                named[key] = self.pieces(f"{identifier}_{plain(key)}", part, node)
                continue
            if (
                part.kind == "name"
                and part.name
                and self.rebinds.get(part.name, 0) <= 1
                and part.name not in self.opaque
            ):
                named[key] = part
                continue
            own = self.free(
                f"{identifier}_{plain(key)}" if not key.isdigit() else f"{identifier}{key}"
            )
            self.add(Stage(syntax.name(own), part, node, rewritten=True))
            self.scope.active.add(own)
            named[key] = Wire("name", syntax.name(own), part.sample, part.origin, name=own)
            changed = True
        parts = {id(ref.wire): named[key] for key, ref in self.refs_of(wire)}
        text = syntax.rewrite(
            wire.node,
            lambda p: (
                WireRef(parts[id(p.wire)])
                if isinstance(p, WireRef) and id(p.wire) in parts
                else None
            ),
        )
        fresh = Wire(
            "display", text, wire.sample, wire.origin, operands=named, statics=wire.statics
        )
        if "_" not in identifier or identifier in self.names:
            self.add(Stage(syntax.name(identifier), fresh, node, rewritten=changed, text="struct"))
        return fresh

    def refs_of(self, wire: Wire) -> Iterator[tuple[str, WireRef]]:
        """Yield the places of a container's parts in its text."""
        by_wire = {id(part): key for key, part in wire.operands.items()}
        for node in walk(wire.node):
            if isinstance(node, WireRef) and id(node.wire) in by_wire:
                yield by_wire[id(node.wire)], node


def plain(key: str) -> str:
    """Return a container key as part of a name."""
    return "".join(c if c.isalnum() else "_" for c in key).strip("_") or "part"


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all parts of a tree, not looking into wires."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from walk(child)


def sample_at(base: Any, key: Any) -> Any:
    """Return an item of a sample."""
    return base[key]


def is_conditional(part: ast.AST, node: ast.AST) -> bool:
    """Return whether a part of an expression is evaluated on some ways through it only."""
    match node:
        case _ if part is node:
            return False
        case ast.BoolOp(values=[first, *rest]):
            sure, unsure = [first], rest
        case ast.IfExp(test=test, body=body, orelse=orelse):
            sure, unsure = [test], [body, orelse]
        case ast.Compare(left=left, comparators=[first, *rest]):
            sure, unsure = [left, first], rest
        case _:
            sure, unsure = list(ast.iter_child_nodes(node)), []  # type: ignore[arg-type]  # parts of an expression
    if any(part is n for one in unsure for n in ast.walk(one)):
        return True
    return any(is_conditional(part, one) for one in sure if any(part is n for n in ast.walk(one)))

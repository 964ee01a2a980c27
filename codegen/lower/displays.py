"""Displays: lists, tuples, dicts and namedtuples of active parts go in, wires that are known piece by
piece come out.
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.ir import Wire, WireRef
from codegen.lower.scope import FactResolver, Scope
from codegen.trace.passing import item


class Displays:
    """The part of a builder of wires that makes containers."""

    scope: Scope
    resolver: FactResolver

    def build(self, node: ast.expr) -> Wire | None:
        """Return the wire of an expression."""
        raise NotImplementedError

    def text(self, node: ast.expr, parts: dict[int, ast.expr]) -> ast.expr:
        """Return the text of an expression with some parts replaced."""
        raise NotImplementedError

    def spelled(self, node: ast.expr) -> str:
        """Return the second name that an expression is, or nothing."""
        raise NotImplementedError

    def refused(self, node: ast.expr, what: str, advice: str | None = None) -> Wire:
        """Return a wire that raises once its gradient is wanted."""
        raise NotImplementedError

    def is_lookup(self, node: ast.Call) -> bool:
        """Return whether a call is `d.get(key)` of a key that is there."""
        callee = self.resolver.callee(node)
        owner = getattr(callee, "__self__", None)
        return (
            isinstance(owner, dict)
            and getattr(callee, "__name__", "") == "get"
            and isinstance(node.func, ast.Attribute)
            and bool(node.args)
            and self.resolver.value(node.args[0]) in owner
        )

    def display(self, node: ast.expr) -> Wire | None:
        """Return the wire of a tuple, list or dict with active parts."""
        pairs = self.pairs(node)
        if pairs is None:
            parts = [
                p.value if isinstance(p, ast.Starred) else p for p in ast.iter_child_nodes(node)
            ]
            if all(self.build(part) is None for part in parts if isinstance(part, ast.expr)):
                return None
            return self.refused(node, "a display with a star over things whose number may change")
        return self.parts_of(node, pairs)

    def pairs(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a display by key, those behind stars one by one; None if they cannot be told."""
        if isinstance(node, ast.BinOp):
            sides = [self.pairs(n) or self.entries(n) for n in (node.left, node.right)]
            return None if None in sides else [pair for side in sides for pair in side or ()]
        found: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                part = [(syntax.show(key), value)] if key is not None else self.entries(value)
                if part is None:
                    return None
                found.extend(part)
            return found
        if not isinstance(node, ast.Tuple | ast.List):
            return None
        for value in node.elts:
            part = (
                [("", value)] if not isinstance(value, ast.Starred) else self.entries(value.value)
            )
            if part is None:
                return None
            found.extend(part)
        return [(str(k), value) for k, (_, value) in enumerate(found)]

    def entries(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """Return the items of a container that is known piece by piece, or of a dict or tuple, each as
        an expression.
        """
        sample = self.resolver.value(node)
        wire = self.container(node)
        if isinstance(sample, list) and (wire is None or wire.kind != "display"):
            return None
        if not isinstance(sample, list | tuple | dict) or not isinstance(
            node, ast.Name | ast.Subscript
        ):
            return None
        run = self.scope.trace.run
        keys = list(sample) if isinstance(sample, dict) else range(len(sample))
        return [
            (repr(key) if isinstance(sample, dict) else "", item(node, key, sample[key], run))
            for key in keys
        ]

    def named_fields(self, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a new namedtuple; None if the call makes something else."""
        made_of = self.resolver.callee(node)
        if (
            not isinstance(made_of, type)
            or not issubclass(made_of, tuple)
            or not hasattr(made_of, "_fields")
        ):
            return None
        given = [
            *zip(made_of._fields, node.args, strict=False),
            *((k.arg, k.value) for k in node.keywords),
        ]
        parts = dict(given)
        if any(isinstance(a, ast.Starred) for a in node.args) or None in parts:
            return None
        return [(str(made_of._fields.index(k)), v) for k, v in parts.items() if k is not None]

    def parts_of(self, node: ast.expr, pairs: list[tuple[str, ast.expr]]) -> Wire | None:
        """Return the wire of a container with the given parts."""
        wires = {key: wire for key, part in pairs if (wire := self.build(part)) is not None}
        if not wires:
            return None
        parts: dict[int, ast.expr] = {
            id(part): WireRef(wires[key], self.spelled(part)) for key, part in pairs if key in wires
        }
        text = self.text(node, parts)
        statics = {key: self.text(part, {}) for key, part in pairs if key not in wires}
        return Wire(
            "display", text, self.resolver.value(node), node, operands=wires, statics=statics
        )

    def spread(self, node: ast.Tuple | ast.List) -> Wire | None:
        """Return the wire of a display with a starred part that is known piece by piece."""
        return self.refused(node, "a starred part of traced values")

    def container(self, node: ast.expr) -> Wire | None:
        """Return the wire of a name or an item, without looking for gates."""
        if isinstance(node, ast.Name):
            return self.build(node)
        return self.element(node) if isinstance(node, ast.Subscript) else None

    def element(self, node: ast.Subscript) -> Wire | None:
        """Return the wire inside a known container at a literal key, if this is one."""
        base = self.container(node.value)
        if base is None or base.kind != "display":
            return None
        key = self.resolver.value(node.slice)
        if (
            isinstance(node.slice, ast.Constant | ast.UnaryOp)
            and not isinstance(base.sample, dict)
            and isinstance(key, int)
        ):
            return base.operands.get(str(key % max(1, len(base.sample))))
        if isinstance(node.slice, ast.Constant) and isinstance(base.sample, dict):
            return base.operands.get(syntax.show(node.slice))
        return None

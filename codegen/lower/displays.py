"""Containers that are known piece by piece: a display, a new namedtuple or an item of one goes in; its wire, or that of
the part, comes out.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import root_of
from codegen.gates.canonical import MISSING
from codegen.ir import Display, Wire, WireRef
from codegen.lower.assumed import Assumed
from codegen.lower.missing import Missing
from codegen.trace.aggregates import new_fields
from codegen.trace.passing import item, see, spelled


class Displays:
    """Builds the wires of displays, and finds those of their parts."""

    def __init__(
        self, assumed: Assumed, missing: Missing, build: Callable[[ast.expr], Wire | None]
    ) -> None:
        self.scope, self.resolver, self.texts = assumed.scope, assumed.resolver, assumed.texts
        self.assumed, self.missing, self.build = assumed, missing, build

    def of(self, node: ast.expr) -> Wire | None:
        """Return the wire of a tuple, list or dict with active parts."""
        pairs = self.pairs(node)
        if pairs is None:
            parts = [p.value if isinstance(p, ast.Starred) else p for p in syntax.parts(node)]
            if all(self.build(part) is None for part in parts if isinstance(part, ast.expr)):
                return None
            written = self.summed(node)
            if written is not None:
                return self.build(written)
            return self.missing.refused(
                node, "a display with a star over things whose number may change"
            )
        return self.parts_of(node, pairs)

    def pairs(self, node: ast.expr) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a display by key, those behind stars one by one; None if they cannot be told."""
        if isinstance(node, ast.BinOp):
            left = self.pairs(node.left) or self.entries(node.left)
            right = self.pairs(node.right) or self.entries(node.right, left or ())
            return None if left is None or right is None else [*left, *right]
        found: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                part = (
                    [(syntax.show(key), value)] if key is not None else self.entries(value, found)
                )
                if part is None:
                    return None
                found.extend(part)
            return list(dict(found).items())  # of two with one key the later one counts
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

    def entries(
        self, node: ast.expr, before: Sequence[tuple[str, ast.expr]] = ()
    ) -> list[tuple[str, ast.expr]] | None:
        """Return the items of a container that is known piece by piece; they replace those `before` them."""
        sample = self.resolver.value(node)
        wire = self.container(node)
        run = self.scope.trace.run
        lengths = {rank for kind, rank in run.fact(node).kinds if kind == "tuple"}
        if isinstance(sample, list) and not isinstance(wire, Display) or len(lengths) > 1:
            return None
        if not isinstance(sample, list | tuple | dict) or not isinstance(
            node, ast.Name | ast.Subscript
        ):
            return None
        replaces = isinstance(sample, dict) and any(self.build(part) for _, part in before)
        if not isinstance(wire, Display) and (wire is not None or replaces):
            self.assumed.items(node, sample)
        keys = list(sample) if isinstance(sample, dict) else range(len(sample))
        return [
            (
                self.key_text(key) if isinstance(sample, dict) else "",
                item(node, key, sample[key], run),
            )
            for key in keys
        ]

    def key_text(self, key: Any) -> str:
        """Return the key of an item as it is told from others."""
        return syntax.show(ast.Constant(key)) if isinstance(key, str | int | float) else repr(key)

    def summed(self, node: ast.expr) -> ast.expr | None:
        """Return a display with stars over things of any number as a sum of lists: `[0.0] + list(x)`."""
        if not isinstance(node, ast.List | ast.Tuple) or not syntax.has_star(node.elts):
            return None
        run, kind = self.scope.trace.run, list if isinstance(node, ast.List) else tuple
        value = self.resolver.value
        if kind.__name__ in self.scope.local or self.pairs(node) is not None:
            return None
        found: list[ast.expr] = []
        for is_star, group in groupby(node.elts, lambda e: isinstance(e, ast.Starred)):
            for items in ([e] for e in group) if is_star else [list(group)]:
                parts = [e.value if isinstance(e, ast.Starred) else e for e in items]
                values = [self.resolver.value(part) for part in parts]
                if any(v is MISSING for v in values):
                    return None
                if not is_star:
                    found.append(type(node)(parts, ast.Load()))
                    see(run, found[-1], kind(values))
                elif not isinstance(values[0], list | tuple | np.ndarray) or not len(values[0]):
                    return None
                elif type(values[0]) is kind and len(node.elts) > 1:
                    found += parts
                else:
                    found.append(spelled(run, value, f"{kind.__name__}(x)", node, x=parts[0]))
        terms = {f"x{k}": one for k, one in enumerate(found)}
        return spelled(run, value, " + ".join(terms), node, **terms)

    def named_fields(self, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of a new namedtuple or dataclass; None if the call makes something else."""
        replaced = self.replaced_fields(node)
        if replaced is not None:
            return replaced
        made_of = self.resolver.callee(node)
        new = new_fields(node, made_of)
        if new is not None:
            return [(repr(name), part) for name, part in new.items()]
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
        if syntax.has_star(node.args) or None in parts:
            return None
        return [(str(made_of._fields.index(k)), v) for k, v in parts.items() if k is not None]

    def replaced_fields(self, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
        """Return the parts of `p._replace(x=...)` of a namedtuple `p`; None if the call makes something else."""
        run, base = self.scope.trace.run, getattr(node.func, "value", None)
        old = run.fact(base).sample if base is not None else None
        names, new = getattr(old, "_fields", ()), {k.arg: k.value for k in node.keywords}
        if (
            not isinstance(base, ast.Name)
            or not isinstance(old, tuple)
            or syntax.show(node.func) != f"{base.id}._replace"
            or not new.keys() <= set(names)
        ):
            return None
        parts = []
        for place, name in enumerate(names):
            part = new.get(name)
            if part is None:
                part = ast.copy_location(syntax.index(base, syntax.constant(place)), node)
                self.resolver.see(part, old[place])
            parts.append((str(place), part))
        return parts

    def parts_of(self, node: ast.expr, pairs: list[tuple[str, ast.expr]]) -> Wire | None:
        wires = {key: wire for key, part in pairs if (wire := self.build(part)) is not None}
        if not wires:
            return None
        parts: dict[ast.AST, ast.expr] = {
            part: WireRef(wires[key], self.texts.second_name(part))
            for key, part in pairs
            if key in wires
        }
        statics = {key: self.texts.of(part) for key, part in pairs if key not in wires}
        parts |= {part: statics[key] for key, part in pairs if key in statics}
        text = self.texts.of(node, parts)
        return Display(text, self.resolver.value(node), node, operands=wires, statics=statics)

    def container(self, node: ast.expr) -> Wire | None:
        """Return the wire of a name, an item, or what the user's function gives, without looking for gates."""
        is_followed = isinstance(node, ast.Call) and self.resolver.followed(node) is not None
        if isinstance(node, ast.Name) or is_followed:
            return self.build(node)
        return self.element(node) if isinstance(node, ast.Subscript) else None

    def element(self, node: ast.Subscript) -> Wire | None:
        """Return the wire inside a known container at a literal key, if this is one."""
        found = self.place(node)
        return found[0].operands.get(found[1]) if found is not None else None

    def is_passive_part(self, node: ast.Subscript) -> bool:
        """Return whether an item of a variable is a passive part of a container that is known piece by piece."""
        found = self.place(node) if isinstance(node.value, ast.Name | ast.Subscript) else None
        return found is not None and found[1] in found[0].statics

    def place(self, node: ast.Subscript) -> tuple[Wire, str] | None:
        """Return the known container that an item with a literal key is in, and its key there."""
        base = self.container(node.value)
        if not isinstance(base, Display):
            return None
        key = self.resolver.value(node.slice)
        if (
            isinstance(node.slice, ast.Constant | ast.UnaryOp)
            and not isinstance(base.sample, dict)
            and isinstance(key, int)
        ):
            return base, str(key % max(1, len(base.sample)))
        if isinstance(node.slice, ast.Constant) and isinstance(base.sample, dict):
            return base, syntax.show(node.slice)
        return None

    def is_put_at_times(self, owner: ast.expr, key: ast.expr) -> bool:
        """Return whether the function gives a dict an item in branches and loops alone."""
        item, tree = syntax.show(syntax.index(owner, key)), self.scope.trace.tree
        body = tree.body if isinstance(tree, ast.FunctionDef) else []
        begun = {one for statement in body for one in syntax.items_put(statement)}
        return item not in begun and item in syntax.written_texts(tree)

    def looked_up(self, node: ast.Call) -> ast.expr | None:
        """Return what `d.get(key, default)` gives; the default holds as long as the key is missing."""
        callee = self.resolver.callee(node)
        owner = getattr(callee, "__self__", None)
        if (
            not isinstance(owner, dict)
            or getattr(callee, "__name__", "") != "get"
            or not isinstance(node.func, ast.Attribute)
            or not node.args
        ):
            return None
        key, *default = node.args
        is_put = self.resolver.value(key) in owner  # by the end of the call
        found = self.scope.trace.run.fact(node).found
        if is_put and found != {False} or len(found) > 1:
            read = ast.copy_location(syntax.index(node.func.value, key), node)
            self.resolver.see(read, self.resolver.value(node))
            is_traced = any(self.build(one) is not None for one in (read, *default))
            if len(found) > 1 and not is_traced:
                return None  # the call says itself which it is
            if len(found) > 1 and default and is_traced:
                asked, table = syntax.show(key), syntax.show(node.func.value)
                raise self.scope.trace.source.refuse(
                    node,
                    f"{table} has {asked} at one time and not at another, which is not supported",
                    f"Write ({table}[{asked}] if {asked} in {table} else {syntax.show(default[0])}).",
                )
        if is_put and found != {False}:
            held = self.resolver.value(node.func.value)
            root = root_of(node.func.value)
            from_outside = root in self.scope.trace.values and root in self.scope.active
            was_there = isinstance(held, dict) and self.resolver.value(key) in held
            is_unsure = self.is_put_at_times(node.func.value, key)  # in a method, say
            if (
                default
                and isinstance(key, ast.Constant)
                and (from_outside and was_there or is_unsure)
            ):
                self.assumed.key(node.func.value, key, True)
            return read
        if not isinstance(key, ast.Constant):
            return None  # it may be there in another trip
        if not is_put and not isinstance(self.resolver.value(node), str | bool):
            self.assumed.key(node.func.value, key, False)
        return default[0] if default else ast.copy_location(syntax.constant(None), node)

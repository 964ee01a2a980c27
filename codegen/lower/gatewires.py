"""Wires of gates: an expression goes in, the wire of the row that fits it comes out, or the refusal
that says what is missing.
"""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import MissingGateError
from codegen.gates.canonical import MISSING, Form
from codegen.gates.match import Match, Matcher
from codegen.ir import Wire, WireRef
from codegen.lower.definitions import is_hidden
from codegen.lower.displays import Displays
from codegen.lower.forms import ScopeCanonicalizer, advice_for, flavour_of, wants_array
from codegen.lower.unique import names_once
from codegen.trace.facts import has_float, kind_of

PASSIVE_KINDS = frozenset({"int", "bool", "text", "none"})

MASKED = "masked arrays are not differentiated"
COMPLEX = "complex numbers are not differentiated"
STRANGE = {
    MASKED: "Keep the mask in an array of its own, and choose with np.where.",
    COMPLEX: "Write the real and the imaginary part as two arrays, "
    "or the whole transformation and its way back in one expression.",
}


class GateWires(Displays):
    """The part of a builder of wires that finds the rows of gates."""

    canonicalizer: ScopeCanonicalizer
    matcher: Matcher

    def reached(self, node: ast.AST) -> bool:
        """Return whether an expression reads an active name."""
        raise NotImplementedError

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression a fact."""
        raise NotImplementedError

    def gate(self, node: ast.expr) -> Wire | None:
        """Return the wire of a gate: the first row whose differentiable holes cover what is active."""
        form = self.canonicalizer.form(node)
        problem = None
        for match in self.matcher.matches(form):
            if match.row.zero or self.is_flat(match):
                return None
            wire = self.matched(node, match)
            if wire is not None:
                return wire
            problem = match
        if isinstance(node, ast.GeneratorExp | ast.SetComp):
            return self.refused(node, "a generator or set of traced values", "Use a list.")
        if self.is_passive(node) or not self.has_active_part(node):
            return None
        return self.no_gate(node, form, problem)

    def meaning(self, node: ast.expr) -> ast.expr:
        """Return the expression that a variable was bound to, if it still has that value; other
        expressions as they are.
        """
        known = self.scope.definitions.get(node.id) if isinstance(node, ast.Name) else None
        return node if known is None else known

    def is_flat(self, match: Match) -> bool:
        """Return whether all that is active in a gate has the gradient zero."""
        flat = match.row.flat
        active = [h for h, f in match.bindings.items() if flat and self.build(f.node) is not None]
        return bool(active) and flat.issuperset(active)

    def has_active_part(self, node: ast.AST) -> bool:
        """Return whether some part of an expression has a wire, or is a function or comprehension that
        reads active names.
        """
        for part in ast.iter_child_nodes(node):
            if isinstance(
                part, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
            ):
                if self.reached(part):
                    return True
            elif (
                isinstance(part, ast.Starred | ast.keyword | ast.Slice)
                or isinstance(node, ast.Call)
                and part is node.func
                and isinstance(part, ast.Attribute)
            ):
                if self.has_active_part(part):
                    return True
            elif isinstance(part, ast.expr) and self.build(part) is not None:
                return True
        return False

    def matched(self, node: ast.expr, match: Match) -> Wire | None:
        """Return the wire for a row, or None if a hole without gradient is active."""
        wires: dict[str, Wire] = {}
        statics: dict[str, ast.expr] = {}
        parts: dict[int, ast.expr] = {}
        named: dict[str, Wire] = {}
        asked: list[Wire] = []
        here = {id(part) for part in ast.walk(node)}
        values = {hole: self.resolver.value(form.node) for hole, form in match.bindings.items()}
        for hole, form in match.bindings.items():
            if hole in match.row.named and hole not in match.row.read:
                continue
            if id(form.node) in here:
                wire = self.build(form.node)
            elif is_hidden(form.node):
                return None
            else:
                wire = self.scope.made.get(id(form.node)) or self.build(form.node)
                if wire is not None and wire.kind == "gate":
                    asked.append(wire)
            if hole in match.row.named:
                if wire is None:
                    statics[hole] = self.text(form.node, {})
                else:
                    named[hole] = wire
                    parts[id(form.node)] = WireRef(wire)
                continue
            if wire is None or hole in match.row.flat:
                statics[hole] = self.text(form.node, {})
                if hole in match.row.gradients and wants_array(match.row, form, hole, values):
                    statics[hole] = syntax.call("np.array", statics[hole])
                    values[hole] = np.array(values[hole])
            elif hole in match.row.gradients:
                if wants_array(match.row, form, hole, values):
                    wire = self.as_array(form)
                    values[hole] = wire.sample
                wires[hole] = wire
                parts[id(form.node)] = WireRef(wire, self.spelled(form.node))
            else:
                return None
        if not wires:
            return None
        for wire in asked:  # it stands in an earlier line, which must give it a name
            wire.asked = True
        flavour = flavour_of(node, self.resolver)
        text = self.text(node, parts)
        if match.row.inline is not None:
            trees = {hole: WireRef(wire) for hole, wire in wires.items()} | statics
            text = syntax.substitute(syntax.parse(match.row.inline), trees)
            self.scope.rewritten.add(id(self.scope.current))
        index = match.bindings.get("index")
        return Wire(
            "gate",
            text,
            self.resolver.value(node),
            node,
            row=match.row,
            operands=wires,
            statics=statics,
            flavour=flavour,
            values=values,
            named=named,
            unique=index is not None and names_once(index.node, self.resolver.value, self.meaning),
        )

    def as_array(self, form: Form) -> Wire:
        """Return the wire of the array that NumPy makes of a list or a tuple."""
        node = syntax.call("np.array", form.node)
        self.see(node, np.array(self.resolver.value(form.node)))
        self.canonicalizer.memo[id(node)] = Form("np.array", (form,), ("object",), None, node)
        wire = self.build(node)
        assert wire is not None
        return wire

    def is_passive(self, node: ast.expr) -> bool:
        """Return whether the value of an expression that no row knows has no derivative by its nature."""
        value = self.resolver.value(node)
        if isinstance(node, ast.Compare | ast.JoinedStr | ast.Lambda):
            return True
        if value is MISSING:
            return isinstance(node, ast.BoolOp | ast.Slice)
        if kind_of(value)[0] in PASSIVE_KINDS:
            return True
        if isinstance(value, np.dtype | type | range | slice | ModuleType):
            return True
        return (
            isinstance(value, list | tuple | dict | set) and not has_float(value) and len(value) > 0
        )

    def strange(self, node: ast.expr) -> str:
        """Return what is strange about the values of an expression, where no gate can be of help."""
        values = [self.resolver.value(p) for p in ast.walk(node) if isinstance(p, ast.expr)]
        if any(isinstance(v, np.ma.MaskedArray) for v in values):
            return MASKED
        arrays = [v for v in values if isinstance(v, complex | np.ndarray | np.generic)]
        return COMPLEX if any(map(np.iscomplexobj, arrays)) else ""

    def no_gate(self, node: ast.expr, form: Form, tried: Match | None) -> Wire:
        """Return a wire that says which gate is missing."""
        source = self.scope.trace.source
        shown = syntax.show(node)
        short = shown if len(shown) <= 60 else shown[:57] + "..."
        strange = self.strange(node)
        if strange:
            message, advice = f"{strange} here: {short}", STRANGE[strange]
        elif form.head == "other":
            message, advice = (
                f"no gate is known for {short}",
                "Write it with NumPy functions that have a gate.",
            )
        else:
            message = f"no gate fits {short}"
            advice = advice_for(form, tried)
        error = MissingGateError(message, advice=advice, location=source.location(node))
        return Wire(
            "unsupported", self.text(node, {}), self.resolver.value(node), node, problem=error
        )

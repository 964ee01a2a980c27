"""From expressions to wires: a tree with its facts goes in, a wire comes out, or None where the value is passive."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen import expr
from codegen.circuit import Wire, WireRef
from codegen.errors import MissingGateError
from codegen.gates.canonical import MISSING, Form
from codegen.gates.match import Match, Matcher
from codegen.trace.definitions import is_hidden
from codegen.trace.displays import Displays
from codegen.trace.facts import fact_of, has_float, kind_of
from codegen.trace.followed import function_of, is_user_function
from codegen.trace.forms import ScopeCanonicalizer, advice_for, flavour_of, wants_array
from codegen.trace.scope import FactResolver, Scope
from codegen.trace.traced import Trace
from codegen.trace.unique import names_once

PASSIVE_KINDS = frozenset({"int", "bool", "text", "none"})


class WireBuilder(Displays):
    """Builds the wires of one scope."""

    def __init__(
        self, scope: Scope, helper: Callable[[Wire, ast.Call, Trace, Scope], Wire | None]
    ) -> None:
        self.scope = scope
        self.helper = helper
        self.resolver = FactResolver(scope)
        self.canonicalizer = ScopeCanonicalizer(self)
        self.matcher = Matcher(self.resolver.value, self.definition)
        self.leaves: dict[str, Wire] = {}
        self.shown: dict[str, Wire | None] = {}
        self.memo: dict[int, Wire | None] = {}

    def build(self, node: ast.expr) -> Wire | None:
        """Return the wire of `node`, or None if its value is passive."""
        if id(node) not in self.memo:
            self.memo[id(node)] = wire = self.fresh(node)
            if wire is not None and isinstance(node, ast.Call):
                self.scope.callees.append((self.text(node.func, {}), self.resolver.callee(node)))
        return self.memo[id(node)]

    def fresh(self, node: ast.expr) -> Wire | None:
        """Return a new wire for `node`."""
        if isinstance(node, ast.Name):
            return self.leaf(node)
        if not self.reached(node):
            return None
        if isinstance(node, ast.NamedExpr):
            return self.build(node.value)
        if isinstance(node, ast.Tuple | ast.List | ast.Dict) or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitOr)
            and isinstance(self.resolver.value(node), dict)
        ):
            return self.display(node)
        if isinstance(node, ast.Call) and self.is_lookup(node):
            assert isinstance(node.func, ast.Attribute)
            read = ast.copy_location(ast.Subscript(node.func.value, node.args[0], ast.Load()), node)
            self.see(read, self.resolver.value(node))
            return self.build(read)
        if isinstance(node, ast.IfExp):
            return self.choice(node)
        if isinstance(node, ast.Subscript):
            inner = self.element(node)
            if inner is not None:
                return inner
        if isinstance(node, ast.Call) and self.generates(node):
            return self.refused(node, "a generator of traced values", "Build a list.")
        if isinstance(node, ast.Call):
            fields = self.named_fields(node)
            if fields is not None:
                return self.parts_of(node, fields)
            followed = self.followed(node)
            if followed is not None:
                return self.user_call(node, followed)
        return self.gate(node)

    def reached(self, node: ast.AST) -> bool:
        """Return whether `node` reads an active name."""
        return any(
            self.is_active(n.id) or any(map(self.is_active, self.scope.closures.get(n.id, ())))
            for n in expr.free_names(node)
        )

    def see(self, node: ast.expr, sample: Any) -> None:
        """Give a made-up expression a fact."""
        run = self.scope.trace.run
        run.facts[id(node)] = fact_of(sample)
        run.held.append(node)

    def is_active(self, name: str) -> bool:
        """Return whether a name is active in this scope."""
        bound = self.scope.bound
        if bound is not None and name in bound:
            return isinstance(bound[name], Wire)
        return name in self.scope.active

    def leaf(self, node: ast.Name) -> Wire | None:
        """Return the wire of a variable."""
        bound = self.scope.bound
        if bound is not None and node.id in bound:
            found = bound[node.id]
            return found if isinstance(found, Wire) else None
        if node.id not in self.scope.active:
            return None
        if node.id in self.scope.structs:
            return self.scope.structs[node.id]
        if node.id in self.scope.views:
            if node.id not in self.shown:
                self.shown[node.id] = wire = self.build(self.seen_through(node))
                if wire is not None and wire.kind != "name":
                    wire.spelled = node.id
            return self.shown[node.id]
        if node.id not in self.leaves:
            self.leaves[node.id] = Wire(
                "name", expr.name(node.id), self.resolver.value(node), node, name=node.id
            )
        return self.leaves[node.id]

    def seen_through(self, node: ast.Name) -> ast.expr:
        """Return what a second name stands for, with the value that it has here."""
        run = self.scope.trace.run
        tree = self.scope.views[node.id]
        fresh = expr.rewrite(tree, lambda p: None)
        run.copy_facts(tree, fresh)
        if run.fact(node).visits and fresh is not tree:
            run.facts[id(fresh)] = replace(run.fact(node), callees=run.fact(tree).callees)
        return fresh

    def spelled(self, node: ast.expr) -> str:
        """Return the second name that an expression is, or nothing."""
        known = isinstance(node, ast.Name) and node.id in self.scope.views
        return node.id if known else ""  # type: ignore[attr-defined]  # a name

    def generates(self, node: ast.Call) -> bool:
        """Return whether a call makes a generator that reads active variables."""
        callee = self.resolver.callee(node)
        if not isinstance(callee, FunctionType) or not inspect.isgeneratorfunction(callee):
            return False
        return self.reached(node) or any(map(self.is_active, callee.__code__.co_freevars))

    def choice(self, node: ast.IfExp) -> Wire | None:
        """Return the wire of a ternary."""
        if self.build(node.test) is not None:
            return self.refused(node, "a ternary on a traced value", "Use np.where.")
        wires = {
            key: wire
            for key, part in (("body", node.body), ("orelse", node.orelse))
            if (wire := self.build(part))
        }
        if not wires:
            return None
        text = self.text(
            node, {id(getattr(node, key)): WireRef(wire) for key, wire in wires.items()}
        )
        return Wire(
            "choice",
            text,
            self.resolver.value(node),
            node,
            operands=wires,
            statics={"test": self.text(node.test, {})},
        )

    def followed(self, node: ast.Call) -> Trace | None:
        """Return the trace of the one user function that is called here."""
        traces = self.scope.trace.run.calls.get(id(node), [])
        callee = self.resolver.callee(node)
        target = function_of(callee)
        if is_user_function(target) and not isinstance(callee, type):
            return next((t for t in traces if t.function.__code__ is target.__code__), None)
        return None

    def user_call(self, node: ast.Call, trace: Trace) -> Wire | None:
        """Return the wire of a call of a user function."""
        placeholder = Wire("call", node, self.resolver.value(node), node)
        return self.helper(placeholder, node, trace, self.scope)

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

    def definition(self, form: Form) -> Form | None:
        """Return the form of the expression of a variable, if it still has that value."""
        value = self.scope.definitions.get(form.value) if isinstance(form.node, ast.Name) else None
        return self.canonicalizer.form(value) if value is not None else None

    def meaning(self, node: ast.expr) -> ast.expr:
        """Return the expression that a variable was bound to, if it still has that value; other expressions as they are."""
        known = self.scope.definitions.get(node.id) if isinstance(node, ast.Name) else None
        return node if known is None else known

    def is_flat(self, match: Match) -> bool:
        """Return whether all that is active in a gate has the gradient zero."""
        flat = match.row.flat
        active = [h for h, f in match.bindings.items() if flat and self.build(f.node) is not None]
        return bool(active) and flat.issuperset(active)

    def has_active_part(self, node: ast.AST) -> bool:
        """Return whether some part of an expression has a wire, or is a function or comprehension that reads active names."""
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
        here = {id(part) for part in ast.walk(node)}
        values = {hole: self.resolver.value(form.node) for hole, form in match.bindings.items()}
        for hole, form in match.bindings.items():
            if hole in match.row.named and hole not in match.row.read:
                continue
            wire = self.build(form.node)
            if id(form.node) not in here and (
                is_hidden(form.node) or wire is not None and not isinstance(form.node, ast.Name)
            ):
                return None  # it stands in an earlier line, where it has no name
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
                    statics[hole] = expr.call("np.array", statics[hole])
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
        flavour = flavour_of(node, self.resolver)
        text = self.text(node, parts)
        if match.row.inline is not None:
            trees = {hole: WireRef(wire) for hole, wire in wires.items()} | statics
            text = expr.substitute(expr.parse(match.row.inline), trees)
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
        node = expr.call("np.array", form.node)
        self.see(node, np.array(self.resolver.value(form.node)))
        self.canonicalizer.memo[id(node)] = Form("np.array", (form,), ("object",), None, node)
        wire = self.build(node)
        assert wire is not None
        return wire

    def text(self, node: ast.expr, parts: dict[int, ast.expr]) -> ast.expr:
        """Return the text of `node`, with given parts replaced and the parameters of inlined functions put in."""

        def change(part: ast.expr) -> ast.expr | None:
            if id(part) in parts:
                return parts[id(part)]
            if id(part) in self.scope.drawn:
                return expr.name(self.scope.drawn[id(part)])
            if isinstance(part, ast.NamedExpr):
                return expr.name(part.target.id)
            if (
                isinstance(part, ast.Name)
                and self.scope.bound is not None
                and part.id in self.scope.bound
            ):
                bound = self.scope.bound[part.id]
                return WireRef(bound) if isinstance(bound, Wire) else bound
            return None

        return expr.rewrite(node, change)

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

    def refused(self, node: ast.expr, what: str, advice: str | None = None) -> Wire:
        """Return a wire that raises once its gradient is wanted."""
        problem = self.scope.trace.source.refuse(node, f"{what} is not supported", advice)
        return Wire(
            "unsupported", self.text(node, {}), self.resolver.value(node), node, problem=problem
        )

    def no_gate(self, node: ast.expr, form: Form, tried: Match | None) -> Wire:
        """Return a wire that says which gate is missing."""
        source = self.scope.trace.source
        shown = expr.show(node)
        short = shown if len(shown) <= 60 else shown[:57] + "..."
        if form.head == "other":
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

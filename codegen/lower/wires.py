"""From expressions to wires: a tree with its facts goes in, a wire comes out, or None where the value is passive."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.gates.forms import Form
from codegen.gates.match import Matcher
from codegen.ir import Wire, WireRef
from codegen.lower.forms import ScopeCanonicalizer
from codegen.lower.gatewires import GateWires
from codegen.lower.scope import FactResolver, Scope
from codegen.trace.facts import fact_of
from codegen.trace.followed import function_of, is_user_function
from codegen.trace.traced import Trace


class WireBuilder(GateWires):
    """Builds the wires of one scope."""

    def __init__(
        self, scope: Scope, helper: Callable[[Wire, ast.Call, Trace, Scope], Wire | None]
    ) -> None:
        self.scope = scope
        self.helper = helper
        self.resolver = FactResolver(scope, self.form_of)
        self.canonicalizer = ScopeCanonicalizer(self)
        self.matcher = Matcher(self.resolver)
        self.leaves: dict[str, Wire] = {}
        self.shown: dict[str, Wire | None] = {}
        self.memo: dict[int, Wire | None] = {}

    def form_of(self, node: ast.expr) -> Form:
        """Return the canonical form of an expression."""
        return self.canonicalizer.form(node)

    def build(self, node: ast.expr) -> Wire | None:
        """Return the wire of `node`, or None if its value is passive."""
        if id(node) not in self.memo:
            self.memo[id(node)] = wire = self.fresh(node)
            if wire is not None and wire.kind == "gate":
                self.scope.made[id(node)] = wire
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
            for n in syntax.free_names(node)
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
                "name", syntax.name(node.id), self.resolver.value(node), node, name=node.id
            )
        return self.leaves[node.id]

    def seen_through(self, node: ast.Name) -> ast.expr:
        """Return what a second name stands for, with the value that it has here."""
        run = self.scope.trace.run
        tree = self.scope.views[node.id]
        fresh = syntax.rewrite(tree, lambda p: None)
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

    def text(self, node: ast.expr, parts: dict[int, ast.expr]) -> ast.expr:
        """Return the text of `node`, with given parts replaced and the parameters of inlined functions put in."""

        def change(part: ast.expr) -> ast.expr | None:
            if id(part) in parts:
                return parts[id(part)]
            if id(part) in self.scope.drawn:
                return syntax.name(self.scope.drawn[id(part)])
            if isinstance(part, ast.NamedExpr):
                return syntax.name(part.target.id)
            if (
                isinstance(part, ast.Name)
                and self.scope.bound is not None
                and part.id in self.scope.bound
            ):
                bound = self.scope.bound[part.id]
                return WireRef(bound) if isinstance(bound, Wire) else bound
            return None

        return syntax.rewrite(node, change)

    def refused(self, node: ast.expr, what: str, advice: str | None = None) -> Wire:
        """Return a wire that raises once its gradient is wanted."""
        problem = self.scope.trace.source.refuse(node, f"{what} is not supported", advice)
        return Wire(
            "unsupported", self.text(node, {}), self.resolver.value(node), node, problem=problem
        )

"""From expressions to wires: a tree with its facts goes in, a wire comes out, or None where the value is passive."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import FunctionType, MappingProxyType
from typing import Any

from codegen import syntax
from codegen.gates.canonical import MISSING, Form
from codegen.ir import Gate, Unsupported, Variable, Wire, variable
from codegen.lower.assumed import Assumed
from codegen.lower.displays import Displays
from codegen.lower.forms import ScopeCanonicalizer
from codegen.lower.matched import Gates
from codegen.lower.missing import Missing, has_complex
from codegen.lower.reach import Reach
from codegen.lower.scope import FactResolver, Scope
from codegen.lower.texts import Texts
from codegen.pytree import has_float, is_row_of_numbers
from codegen.trace.facts import has_parts, kind_of
from codegen.trace.normalize.generators import yields
from codegen.trace.paths import path_of
from codegen.trace.run import Trace


class WireBuilder:
    """Builds the wires of one scope."""

    def __init__(
        self,
        scope: Scope,
        helper: Callable[[Any, ast.Call, Trace, Scope], Wire | None],
        wholes: Mapping[str, Wire] = MappingProxyType({}),
    ) -> None:
        self.scope, self.helper = scope, helper
        self.leaves: dict[str, Wire] = {}
        self.shown: dict[str, Wire | None] = {}
        self.memo: dict[ast.expr, Wire | None] = {}
        self.resolver = FactResolver(scope, self.form_of)
        self.texts = Texts(scope)
        self.reach = Reach(scope, self.build, wholes)

    # most statements have nothing that asks for these, and one looks through all of them

    @cached_property
    def assumed(self) -> Assumed:
        return Assumed(self.scope, self.resolver, self.texts)

    @cached_property
    def missing(self) -> Missing:
        return Missing(self.scope, self.resolver, self.texts, self.reach, self.build)

    @cached_property
    def displays(self) -> Displays:
        return Displays(self.assumed, self.missing, self.build)

    @cached_property
    def canonicalizer(self) -> ScopeCanonicalizer:
        return ScopeCanonicalizer(self.displays, self.memo)

    @cached_property
    def gates(self) -> Gates:
        return Gates(self.canonicalizer, self.missing, self.reach, self.build)

    def form_of(self, node: ast.expr) -> Form:
        return self.canonicalizer.form(node)

    def build(self, node: ast.expr) -> Wire | None:
        """Return the wire of `node`, or None if its value is passive."""
        if node not in self.memo:
            wire = self.fresh(node)
            if wire is not None and not isinstance(wire, Unsupported) and has_complex(wire.sample):
                wire = self.missing.refused(node, "a complex number", "Compute with its two parts.")
            self.memo[node] = wire
            if isinstance(wire, Gate):
                self.scope.made[node] = wire
            if isinstance(node, ast.Call) and (wire is not None or self.reach.of(node)):
                self.scope.callees.append((self.texts.of(node.func), self.resolver.callee(node)))
        return self.memo[node]

    def fresh(self, node: ast.expr) -> Wire | None:
        if isinstance(node, ast.Name):
            return self.leaf(node)
        if isinstance(node, ast.Attribute) and path_of(node) in self.reach.wholes:
            return self.reach.wholes[path_of(node)]
        if not self.reach.of(node):
            return None
        if isinstance(node, ast.NamedExpr):  # bound before, where it stands in a statement
            own = variable(node.target.id, self.resolver.value(node), node)
            self.leaves.setdefault(node.target.id, own)
            return self.leaf(node.target) or self.build(node.value)
        if isinstance(node, ast.Tuple | ast.List | ast.Dict) or (
            isinstance(node, ast.BinOp)
            and isinstance(node.op, ast.BitOr)
            and isinstance(self.resolver.value(node), dict)
        ):
            return self.displays.of(node)
        if isinstance(node, ast.Call) and (found := self.displays.looked_up(node)) is not None:
            return self.build(found)
        if isinstance(node, ast.IfExp):
            return self.choice(node)
        if isinstance(node, ast.Subscript):
            kinds = {kind for kind, _ in self.scope.trace.run.fact(node).kinds}
            if kinds and kinds <= {"text", "none"}:
                return None  # a word among numbers, or what is left out
            inner = self.displays.element(node)
            if inner is not None:
                return inner
            if self.displays.is_passive_part(node) or self.is_idle_item(node):
                return None
        if isinstance(node, ast.Call) and self.generates(node):
            return self.missing.refused(node, "a generator of traced values", "Build a list.")
        if isinstance(node, ast.Call):
            fields = self.displays.named_fields(node)
            if fields is not None:
                return self.displays.parts_of(node, fields)
            followed = self.resolver.followed(node)
            if followed is not None:
                return self.helper(self.resolver.value(node), node, followed, self.scope)
            written = self.gates.respelled.with_items(node) or self.gates.respelled.with_sums(node)
            if written is not None:
                return self.build(written)
        return self.gates.of(node)

    def is_idle_item(self, node: ast.Subscript) -> bool:
        """Return whether an item of a tuple, or of a list of unlike things, is none that has a gradient: an exponent or
        a function among the arguments that a solver hands on. In a row of numbers ints make room for floats; of
        objects that are put into a list here it is not known what counts.
        """
        holder, item = self.resolver.value(node.value), self.resolver.value(node)
        is_bound_here = syntax.root_name(node) in syntax.stores(self.scope.trace.tree)
        kinds = {kind for kind, _ in self.scope.trace.run.fact(node).kinds} or {kind_of(item)[0]}
        return (
            isinstance(node.slice, ast.Constant)
            and isinstance(holder, list | tuple)
            and not is_row_of_numbers(holder)
            and item is not MISSING
            and kinds <= {"int", "bool", "other"}
            and not (has_float(item) or has_parts(item) and is_bound_here)
        )

    def leaf(self, node: ast.Name) -> Wire | None:
        bound = self.scope.bound
        if bound is not None and node.id in bound:
            found = bound[node.id]
            return found if isinstance(found, Wire) else None
        if node.id in self.reach.wholes:
            return self.reach.wholes[node.id]
        if node.id not in self.scope.active:
            return None
        if node.id in self.scope.structs:
            return self.scope.structs[node.id]
        if node.id in self.scope.views:
            if node.id not in self.shown:
                wire = self.build(self.seen_through(node))
                if wire is not None and not isinstance(wire, Variable):
                    wire = replace(wire, spelled=node.id)
                self.shown[node.id] = wire
            return self.shown[node.id]
        if node.id not in self.leaves:
            self.leaves[node.id] = variable(node.id, self.resolver.value(node), node)
        return self.leaves[node.id]

    def seen_through(self, node: ast.Name) -> ast.expr:
        """Return what a second name stands for, with the value that it has here."""
        run = self.scope.trace.run
        tree = self.scope.views[node.id]
        fresh = syntax.rewrite(tree, lambda p: None)
        run.copy_facts(tree, fresh)
        if run.fact(node).visits and fresh is not tree:
            run.facts[fresh] = replace(run.fact(node), callees=run.fact(tree).callees)
        return fresh

    def generates(self, node: ast.Call) -> bool:
        """Return whether a call makes a generator that reads active variables."""
        callee = self.resolver.callee(node)
        if not isinstance(callee, FunctionType) or not inspect.isgeneratorfunction(callee):
            return False
        traces = self.scope.trace.run.calls.get(node, [])
        if traces and not any(yields(trace.tree) for trace in traces):
            return False  # it returns a list of its items
        return self.reach.of(node) or any(map(self.reach.is_active, callee.__code__.co_freevars))

    def choice(self, node: ast.IfExp) -> Wire | None:
        """Refuse a ternary with an active part: those that can be taken apart are branches by now."""
        if all(self.build(part) is None for part in (node.test, node.body, node.orelse)):
            return None
        what = "a ternary over traced values inside this expression"
        return self.missing.refused(node, what, "Use an if statement.")

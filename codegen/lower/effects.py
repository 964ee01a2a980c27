"""Effects: statements whose expressions do more than compute go in; out they come with draws bound to
names, or refused.

A draw of random numbers must happen once, in the forward pass; a change inside an expression would go unseen; a name
that is read through `locals()` would lose its gradient.
"""

from __future__ import annotations

import ast
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen import syntax
from codegen.analysis.roots import root_of
from codegen.gates.canonical import MISSING
from codegen.ir import Stage
from codegen.lower.containers import popping
from codegen.lower.disguises import Disguises, own_expressions
from codegen.lower.wires import WireBuilder
from codegen.trace.facts import kind_of

HIDDEN_READS = frozenset({"eval", "exec", "locals", "globals", "vars", "dir"})
DRAWING_MODULES = ("numpy.random", "random", "secrets", "time", "uuid", "datetime")
DRAWERS = (np.random.Generator, np.random.RandomState, random.Random, secrets.SystemRandom)
OPAQUE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Effects(Disguises):
    """The part of a lowering that looks for what an expression does besides computing."""

    def effects(self, node: ast.stmt) -> None:
        """Look through the expressions of a statement, before it is lowered."""
        self.disguises(node)
        for part in own_expressions(node):
            for call in calls_in(part):
                self.hidden_reads(call)
                self.hidden_change(node, call)
        if isinstance(node, ast.For) and (hasattr(node, "drawn") or self.draws(node.iter)):
            self.draw_order(node)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr):
            if node.value is not None and self.draws(node.value):
                self.draw_first(node, node.value)

    # ---- what is refused

    def hidden_reads(self, call: ast.Call) -> None:
        """Refuse `eval`, `locals()` and the like: what they read cannot be seen."""
        if not isinstance(call.func, ast.Name) or call.func.id not in HIDDEN_READS:
            return
        if call.func.id in self.rebinds or (call.func.id == "vars" and call.args):
            return
        raise self.refuse(
            call,
            f"{call.func.id}() hides which values it reads, so its gradient cannot be found",
            "Write the expression itself.",
        )

    def hidden_change(self, node: ast.stmt, call: ast.Call) -> None:
        """Refuse a change of something traced in the middle of an expression."""
        shares = self.fact(call).shares
        if (
            not shares
            or (isinstance(node, ast.Expr) and node.value is call)
            or popping(node) is call
        ):
            return
        builder = self.builder()
        keywords = [k.value for k in call.keywords]
        if shares & (self.scope.active | set(self.scope.structs)) or any(
            builder.build(a) is not None
            for a in (*call.args, *keywords)
            if not isinstance(a, ast.Starred)
        ):
            raise self.refuse(
                call,
                f"a call that changes {sorted(shares)[0]} inside an expression is not supported",
                "Make the change a statement of its own.",
            )

    # ---- draws

    def draws(self, node: ast.AST) -> bool:
        """Return whether an expression draws random numbers, or asks for the time, wherever that stands in it."""
        return any(self.is_draw(call) for call in calls_in(node, opaque=True))

    def is_draw(self, call: ast.Call) -> bool:
        """Return whether a call gives something else each time."""
        if any(is_drawing(c) for c in self.fact(call).callees if c is not MISSING):
            return True
        for trace in self.trace.run.calls.get(id(call), ()):
            if trace.draws is None:
                trace.draws = False  # a recursive call asks again
                trace.draws = self.draws(trace.tree)
            if trace.draws:
                return True
        return False

    def draw_first(self, node: ast.stmt, value: ast.expr) -> None:
        """Bind each passive part of an expression that draws to a name of its own, in front of the statement."""
        builder = self.builder()
        bare = isinstance(node, ast.Expr)
        updates = isinstance(node, ast.AugAssign) and root_of(node.target) in self.scope.active
        parts = (
            [*value.args, *(k.value for k in value.keywords)]
            if bare and isinstance(value, ast.Call)
            else [value]
        )
        if not updates and all(builder.build(part) is None for part in parts):
            return
        for part in (found for one in parts for found in self.drawing_parts(one, builder)):
            sample = builder.resolver.value(part)
            own = self.free("mask" if kind_of(sample)[0] == "bool" else "noise")
            text = f"{own} = {syntax.show(builder.text(part, {}))}"
            self.add(Stage(syntax.name(own), None, node, rewritten=True, text=text, binds=[own]))
            self.scope.drawn[id(part)] = own
            self.held.append(part)
            self.scope.rewritten.add(id(node))

    def draw_order(self, node: ast.For) -> None:
        """Bind what a loop runs over to a name in front of it, if it is drawn in the header."""
        known = getattr(node, "drawn", None)
        if known is None:
            builder = self.builder()
            if builder.build(node.iter) is not None:
                return
            own, sample = self.free("order"), builder.resolver.value(node.iter)
            text = f"{own} = {syntax.show(builder.text(node.iter, {}))}"
            read = ast.copy_location(syntax.name(own), node.iter)
            self.see(read, sample)
            known = node.drawn = (own, text, sample)  # type: ignore[attr-defined]  # the loop may be lowered again
            node.iter, node.made = read, True  # type: ignore[attr-defined]  # its header is no line of the user's
        own, text, sample = known
        at = ast.copy_location(ast.Pass(), node)
        at.made = True  # type: ignore[attr-defined]  # no line of the user's
        self.add(
            Stage(syntax.name(own), None, at, rewritten=True, text=text, binds=[own], sample=sample)
        )

    def drawing_parts(self, node: ast.expr, builder: WireBuilder) -> Iterator[ast.expr]:
        """Yield the largest passive parts of an expression that draw."""
        if not self.draws(node):
            return
        if builder.build(node) is None:
            yield node
            return
        if isinstance(node, (*OPAQUE, ast.IfExp, ast.BoolOp)):
            raise self.refuse(
                node,
                "random numbers drawn at this place are not supported",
                "Draw them in a statement of their own, and give them a name.",
            )
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.keyword | ast.Starred):
                child = child.value
            if isinstance(child, ast.expr):
                yield from self.drawing_parts(child, builder)


def is_drawing(callee: Any) -> bool:
    """Return whether a callee draws random numbers or tells the time."""
    owner = getattr(callee, "__self__", None)
    if isinstance(owner, DRAWERS):
        return True
    if isinstance(callee, type):
        return False
    module = getattr(callee, "__module__", None) or getattr(owner, "__name__", "") or ""
    if not isinstance(module, str):
        return False
    if callee in (time.sleep, np.random.default_rng, np.random.seed):
        return False
    return module.startswith(DRAWING_MODULES)


def calls_in(node: ast.AST, opaque: bool = False) -> Iterator[ast.Call]:
    """Yield the calls in an expression; those inside lambdas and comprehensions if asked."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        if opaque or not isinstance(child, OPAQUE):
            yield from calls_in(child, opaque)

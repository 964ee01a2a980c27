"""Effects: statements whose expressions do more than compute go in; out they come with draws bound to names, or refused.

A draw of random numbers must happen once, in the forward pass; a change inside an expression would go unseen; a name
that is read through `locals()` or a number that travels through text would lose its gradient.
"""

from __future__ import annotations

import ast
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen import expr
from codegen.circuit import Stage
from codegen.errors import UnsupportedError
from codegen.gates.canonical import MISSING
from codegen.trace.containers import popping
from codegen.trace.facts import has_float, kind_of
from codegen.trace.state import State
from codegen.trace.wires import WireBuilder

HIDDEN_READS = frozenset({"eval", "exec", "locals", "globals", "vars", "dir"})
DISGUISES = frozenset(
    {"view", "tobytes", "tostring", "dumps", "hex", "as_integer_ratio", "to_bytes"}
)
DRAWING_MODULES = ("numpy.random", "random", "secrets", "time", "uuid", "datetime")
DRAWERS = (np.random.Generator, np.random.RandomState, random.Random, secrets.SystemRandom)
OPAQUE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Effects(State):
    """The part of a lowering that looks for what an expression does besides computing."""

    def effects(self, node: ast.stmt) -> None:
        """Look through the expressions of a statement, before it is lowered."""
        for part in own_expressions(node):
            for call in calls_in(part):
                self.hidden_reads(call)
                self.hidden_change(node, call)
                self.disguise(call)
        if isinstance(node, ast.For | ast.AsyncFor) and self.draws(node.iter):
            raise self.refuse(
                node.iter,
                "a loop over random numbers that are drawn in its header is not supported",
                "Draw them before the loop, and give them a name.",
            )
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr):
            self.note_text(node)
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

    def disguise(self, call: ast.Call) -> None:
        """Refuse a number that was made from the text, the bytes or the address of a traced value."""
        builder = self.builder()
        if not builder.reached(call):
            return
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in DISGUISES
            and builder.build(call.func.value) is not None
            and (call.args or kind_of(self.fact(call).sample)[0] == "text")
            and call.func.attr in ("view", "as_integer_ratio")
        ) or (
            isinstance(call.func, ast.Name)
            and call.func.id in ("id", "hash")
            and call.func.id not in self.rebinds
            and any(builder.build(a) is not None for a in call.args)
        ):
            raise self.disguised(call)
        if not has_float(self.fact(call).sample) or builder.build(call) is not None:
            return
        if any(
            self.is_text(part)
            for arg in (*call.args, *(k.value for k in call.keywords))
            for part in ast.walk(arg)
        ):
            raise self.disguised(call)

    def disguised(self, call: ast.Call) -> UnsupportedError:
        """Return the error that refuses a disguised value."""
        return self.refuse(
            call,
            "a traced value that travels as text, bytes or an address loses its gradient",
            "Pass the number itself.",
        )

    def is_text(self, node: ast.AST) -> bool:
        """Return whether an expression is text or bytes made from a traced value."""
        if not isinstance(node, ast.expr) or isinstance(node, ast.Constant):
            return False
        if isinstance(node, ast.Name):
            return node.id in self.scope.texts
        if isinstance(node, ast.JoinedStr):
            return self.builder().reached(node)
        return kind_of(self.fact(node).sample)[0] == "text" and self.builder().reached(node)

    def note_text(self, node: ast.stmt) -> None:
        """Remember the names of text and bytes made from a traced value."""
        value = getattr(node, "value", None)
        if value is not None and self.is_text(value):
            self.scope.texts |= set(expr.stores(node))

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
        parts = (
            [*value.args, *(k.value for k in value.keywords)]
            if bare and isinstance(value, ast.Call)
            else [value]
        )
        if all(builder.build(part) is None for part in parts):
            return
        for part in (found for one in parts for found in self.drawing_parts(one, builder)):
            sample = builder.resolver.value(part)
            own = self.free("mask" if kind_of(sample)[0] == "bool" else "noise")
            text = f"{own} = {expr.show(builder.text(part, {}))}"
            self.add(Stage(expr.name(own), None, node, rewritten=True, text=text, binds=[own]))
            self.scope.drawn[id(part)] = own
            self.held.append(part)
            self.scope.rewritten.add(id(node))

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


def own_expressions(node: ast.stmt) -> Iterator[ast.expr]:
    """Yield the expressions of a statement, not those of the statements inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif isinstance(child, ast.withitem):
            yield child.context_expr


def calls_in(node: ast.AST, opaque: bool = False) -> Iterator[ast.Call]:
    """Yield the calls in an expression; those inside lambdas and comprehensions if asked."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        if opaque or not isinstance(child, OPAQUE):
            yield from calls_in(child, opaque)

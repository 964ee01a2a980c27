"""Planning the backward pass: a staged circuit goes in, the lines of the backward function come out.

Stages are walked in reverse. For each variable the plan knows whether its gradient exists yet: the first
contribution is `=`, later ones `+=`; the assignment that gave a variable its value takes the gradient away
again, so that overwritten names need no special care.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.fit import Gradient
from codegen.backward.polish import polished
from codegen.backward.samples import is_plain, random_like
from codegen.backward.settled import Settled
from codegen.backward.terms import Live, Term
from codegen.backward.versions import Versions
from codegen.backward.written import Written
from codegen.backward.zeros import zeros_like
from codegen.emit.spell import stage_text
from codegen.gates.absent import without_parts
from codegen.ir import Circuit, Line, Nest, Remark, Stage, Wire
from codegen.stage.local import mask_of
from codegen.trace.facts import has_float


@dataclass
class Plan:
    """The backward pass of one circuit.

    Attributes
    ----------
    lines : list
    versions : Versions
        What the forward pass must keep.
    results : list of ast.expr
        The gradients to return.
    upstream, cache : str
        The names of the arguments of the backward function.
    samples : dict
        A sample of each gradient.
    """

    lines: list[Line | Remark | Nest]
    versions: Versions
    results: list[ast.expr]
    upstream: str
    cache: str
    samples: dict[str, Any]


def plan(circuit: Circuit) -> Plan:
    """Return the backward pass of a staged circuit."""
    return Planner(circuit).plan()


class Planner(Written):
    """Walks one circuit backwards."""

    def __init__(self, circuit: Circuit) -> None:
        super().__init__(circuit)
        self.upstream = self.own_name("dout", "dout")
        self.cache = self.own_name(circuit.trace.source.caches.own, "cache")
        self.live: dict[str, Live] = {}
        self.touched: set[str] = set()
        self.shown: ast.AST | None = None

    def plan(self) -> Plan:
        """Return the whole plan."""
        self.block(self.circuit.block)
        self.at = self.circuit.block.items[0]
        found = {name: self.result(name) for name in self.circuit.inputs}
        results = self.wholes(found)
        variables = {d: variable for variable, d in self.gradient_names.items()}
        ranks = {d: np.ndim(s) for d, s in self.samples.items() if is_plain(s)}
        lines = polished(Settled(self).lines(), self.flow, variables, ranks)
        return Plan(lines, self.versions, results, self.upstream, self.cache, self.samples)

    def wholes(self, found: dict[str, ast.expr]) -> list[ast.expr]:
        """Return the gradients of the arguments; that of a dataclass is one with the gradients of its fields."""
        if not self.circuit.wholes:
            return list(found.values())
        by_path = {self.circuit.fields.get(name, name): tree for name, tree in found.items()}

        def whole(path: str) -> ast.expr:
            if path in by_path:
                return by_path[path]
            root, *rest = path.split(".")
            base: ast.expr = self.post(root)
            for attribute in rest:
                base = ast.Attribute(base, attribute, ast.Load())
            below = [p for p in by_path if p.startswith(f"{path}.")]
            inner = dict.fromkeys(p[len(path) + 1 :].split(".")[0] for p in below)
            return syntax.call(
                "dataclasses.replace", base, **{k: whole(f"{path}.{k}") for k in inner}
            )

        results = []
        for path in self.circuit.wholes:
            tree = whole(path)
            if path not in by_path:
                target = self.d(path.split(".")[-1])
                self.lines.append(self.line(target, "=", tree, None))
                tree = syntax.name(target)
            results.append(tree)
        return results

    def pop(self, name: str) -> Live | None:
        """Return the gradient of a variable, and take it away: this item gave the variable its value."""
        if name in self.live:
            self.touched.add(name)
        return self.live.pop(name, None)

    def stage(self, stage: Stage) -> None:
        """Add the lines of one stage."""
        self.lets.clear()
        match stage.kind:
            case "return":
                self.outputs()
            case "break" | "raise":
                return
            case "store" | "add":
                self.written(stage)
            case "append":
                self.appended(stage)
            case "pop":
                self.taken_off(stage)
            case _:
                self.bound(stage)

    def bound(self, stage: Stage) -> None:
        """Add the lines of a stage that binds names."""
        if isinstance(stage.target, ast.Tuple) and stage.wire is not None:
            self.many(stage, stage.target)
            return
        if stage.wire is None:
            for name in stage.binds:
                self.pop(name)
            return
        assert isinstance(stage.target, ast.Name)
        live = self.pop(stage.target.id)
        if live is None:
            return
        wire = stage.wire
        start = len(self.lines)
        upstream = Gradient(
            live.tree, random_like(wire.sample), sources=set(syntax.reads(live.tree))
        )
        self.emit(wire, upstream, stage.target.id, live)
        self.remark(stage, start)

    def many(self, stage: Stage, target: ast.Tuple) -> None:
        """Add the lines of a stage that binds several names at once."""
        names = [n.id for n in target.elts if isinstance(n, ast.Name)]
        lives = [self.pop(n) for n in names]
        if stage.wire is None or not any(lives):
            return
        start = len(self.lines)
        parts: list[ast.expr] = []
        for name, live, sample in zip(names, lives, stage.wire.sample, strict=True):
            missing = (
                zeros_like(self.post(name), sample) if has_float(sample) else syntax.constant(None)
            )
            parts.append(live.tree if live else missing)
        sources = {n for p in parts for n in syntax.reads(p)}
        display = ast.Tuple if isinstance(stage.wire.sample, tuple) else ast.List
        upstream = Gradient(
            display(parts, ast.Load()), random_like(list(stage.wire.sample)), sources=sources
        )
        stage.wire.parts = names
        wire = stage.wire
        absent = frozenset(k for k, live in enumerate(lives) if live is None)
        if wire.row is not None and absent:
            wire = replace(wire, row=without_parts(wire.row, absent))
        self.emit(wire, upstream, "", None)
        self.remark(stage, start)

    def remark(self, stage: Stage, start: int) -> None:
        """Put the comment that names the forward line before the lines it made, once for each statement."""
        if len(self.lines) == start:
            return
        if self.shown is stage.statement and not stage.rewritten and stage.kind != "item":
            return
        self.shown = stage.statement if not stage.rewritten else None
        self.lines.insert(
            start, Remark(f"backprop {stage_text(stage, self.circuit.trace.source)}", stage=stage)
        )

    def emit(self, wire: Wire, upstream: Gradient, target: str, live: Live | None) -> None:
        """Add the lines that hand the gradient of a wire to the variables below it."""
        terms: list[Term] = []
        masked = self.mask(wire, upstream, live) if live else None
        if masked is not None:
            (operand,) = wire.operands.values()
            self.push(operand, masked, terms)
        else:
            self.push_through(wire, upstream, terms)
        self.spread(terms, target, live)

    def spread(self, terms: list[Term], target: str, live: Live | None) -> None:
        """Add what reaches each variable, the rewritten one last."""
        grouped: dict[str, list[Term]] = {}
        for term in terms:
            assert term.wire.name is not None
            grouped.setdefault(term.wire.name, []).append(term)
        for name in sorted(grouped, key=lambda n: n == target):
            self.contribute(name, grouped[name], name == target, live)

    def mask(self, wire: Wire, upstream: Gradient, live: Live) -> Gradient | None:
        """Write `dx[x <= 0] = 0` for a gate that only lets the gradient through; return what is left of it."""
        condition = mask_of(wire)
        if condition is None or not live.own or not isinstance(live.tree, ast.Name):
            return None
        opposite = {ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Lt: ast.GtE, ast.LtE: ast.Gt}.get(
            type(condition.ops[0])
        )
        if opposite is None:
            return None
        flipped = ast.Compare(condition.left, [opposite()], condition.comparators)
        text = self.filled(flipped, wire, upstream)
        self.lines.append(
            Line(syntax.index(live.tree, self.resolved(text)), "=", syntax.constant(0))
        )
        return upstream

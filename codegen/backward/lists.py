"""Lists that grow and shrink: stages that append or take off go in; lines that take off or append
gradients come out.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.backward.containers import copied
from codegen.backward.fit import Gradient
from codegen.backward.outputs import Outputs
from codegen.backward.samples import random_like
from codegen.backward.terms import Live, Term
from codegen.backward.zeros import zeros_like
from codegen.ir import Line, Stage


class Lists(Outputs):
    """The part of the planner that runs `append` and `pop` backwards: each is the other's mirror."""

    def pop(self, name: str) -> Live | None:
        """Return the gradient of a variable, and take it away."""
        raise NotImplementedError

    def remark(self, stage: Stage, start: int) -> None:
        """Put the comment that names the forward line before the lines it made."""
        raise NotImplementedError

    def spread(self, terms: list[Term], target: str, live: Live | None) -> None:
        """Add what reaches each variable."""
        raise NotImplementedError

    def appended(self, stage: Stage) -> None:
        """Add the lines of `ys.append(v)`."""
        assert isinstance(stage.target, ast.Name)
        base = stage.target.id
        if base not in self.live:
            return
        start = len(self.lines)
        self.touched.add(base)
        own = self.d(base)
        self.own(base, own, self.sample_of(base))
        popped = ast.Call(ast.Attribute(self.live[base].tree, "pop", ast.Load()), [], [])
        if stage.wire is None:
            self.lines.append(Line(None, "", popped))
        elif stage.wire.name is not None and stage.wire.name not in self.live:
            name = stage.wire.name
            self.touched.add(name)
            self.lines.append(self.line(self.d(name), "=", popped, stage.wire.sample))
            self.live[name] = Live(syntax.name(self.d(name)), True, stage.wire.sample)
        else:
            part = self.own_name(f"d{base}_item", f"d{base}_item")
            self.lines.append(self.line(part, "=", popped, stage.wire.sample))
            terms: list[Term] = []
            self.push(
                stage.wire,
                Gradient(syntax.name(part), random_like(stage.wire.sample), sources={part}),
                terms,
            )
            self.spread(terms, "", None)
        self.remark(stage, start)

    def taken_off(self, stage: Stage) -> None:
        """Add the lines of `v = ys.pop()`."""
        assert isinstance(stage.target, ast.Name)
        base, item = stage.holder, self.pop(stage.target.id)
        if base not in self.live and item is None:
            return
        start = len(self.lines)
        self.touched.add(base)
        own, sample = self.d(base), self.sample_of(base)
        if base not in self.live:
            self.lines.append(self.line(own, "=", zeros_like(self.post(base), sample), sample))
            self.live[base] = Live(syntax.name(own), True, sample)
        self.own(base, own, sample)
        first = stage.value is not None
        if item is None:
            there = syntax.index(syntax.name(base), syntax.constant(0 if first else -1))
            value = self.resolved(zeros_like(there, stage.sample))
        else:
            value = item.tree if item.own else copied(item.tree, stage.sample)
        at = [syntax.constant(0)] if first else []
        method = ast.Attribute(syntax.name(own), "insert" if first else "append", ast.Load())
        line = Line(None, "", ast.Call(method, [*at, value], []))
        if isinstance(value, ast.Name) and np.ndim(stage.sample):
            line.shares = {value.id}
        self.lines.append(line)
        self.remark(stage, start)

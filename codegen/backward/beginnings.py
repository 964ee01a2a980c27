"""What a loop begins with: a name goes in; out comes the gradient it has before the trips of a loop,
or between two of them.
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.accumulate import Accumulate
from codegen.backward.containers import copied
from codegen.backward.zeros import zeros_like
from codegen.ir import Item, Loop, Stage


class Beginnings(Accumulate):
    """The part of the planner that gives carried names their gradients."""

    def sample_of(self, name: str) -> Any:
        """Return a sample of a variable: the largest of the values bound to it."""
        found = [self.circuit.samples[name]] if name in self.circuit.samples else []
        for item in self.flow.definers.get(name, []):
            if isinstance(item, Stage) and item.wire is not None:
                found.append(
                    item.wire.sample
                    if isinstance(item.target, ast.Name)
                    else self.part_of(item, name)
                )
            elif isinstance(item, Stage) and item.sample is not None:
                found.append(item.sample)
        live = self.live.get(name)
        if live is not None and live.sample is not None:
            found.append(live.sample)
        best = max(found, key=fullness, default=0.0)
        return (
            max([best, *self.read_samples(name)], key=fullness)
            if isinstance(best, list | tuple | dict) and not best
            else best
        )

    def read_samples(self, name: str) -> list[Any]:
        """Return the samples of a container where it is read: it may be filled item by item."""
        reads = [
            n
            for n in syntax.walk(self.circuit.trace.tree)
            if isinstance(n, ast.Name) and n.id == name
        ]
        samples = [self.circuit.trace.run.fact(node).sample for node in reads]
        return [s for s in samples if isinstance(s, list | tuple | dict)]

    def part_of(self, item: Stage, name: str) -> Any:
        """Return the sample of one of several names bound at once."""
        assert isinstance(item.target, ast.Tuple) and item.wire is not None
        return next(
            (
                s
                for t, s in zip(item.target.elts, item.wire.sample, strict=False)
                if isinstance(t, ast.Name) and t.id == name
            ),
            0.0,
        )

    def place(self, name: str) -> tuple[int, str]:
        """Return where a name comes in the order of the function."""
        parameters = self.circuit.parameters
        return (
            (parameters.index(name) - len(parameters), "")
            if name in parameters
            else (self.versions.first(name), name)
        )

    def is_known_before(self, name: str, item: Item) -> bool:
        """Return whether a name may have a value before an item."""
        return (
            name in self.circuit.parameters
            or any(d.order < item.order for d in self.flow.definers.get(name, []))
            or bool(self.flow.loops(item))
        )

    def begin(self, name: str, loop: Loop) -> None:
        """Add the line that gives a name a gradient of its own before a loop."""
        live, target, sample = self.live.get(name), self.d(name), self.sample_of(name)
        if live is None:
            self.at = loop
            self.lines.append(self.line(target, "=", self.zero(name, sample, loop), sample))
        elif not live.own or not isinstance(live.tree, ast.Name) or live.tree.id != target:
            self.lines.append(self.line(target, "=", copied(live.tree, sample), sample))

    def zero(self, name: str, sample: Any, loop: Loop) -> ast.expr:
        """Return a gradient of zero for a name that a loop hands from trip to trip or adds to."""
        if isinstance(sample, np.ndarray) and sample.ndim:
            first = self.beginning(name, loop)
            if first is not None and np.shape(first.sample_of()) == sample.shape:
                if first.wire is not None and first.wire.kind == "name" and first.wire.name:
                    key = self.reads.key(first.wire.name, first, False)
                    return zeros_like(syntax.name(key), sample)
                if first.wire is None and first.value is not None and is_zeros(first.value):
                    self.at = first
                    return self.resolved(first.value)
        return zeros_like(self.post(name), sample)

    def beginning(self, name: str, loop: Loop) -> Stage | None:
        """Return the one stage that gives a carried name its value before a loop."""
        definers = self.flow.definers.get(name, [])
        if not any(self.flow.is_in(d, loop) for d in definers):
            return None
        earlier = [d for d in definers if d.order < loop.order and not self.flow.is_in(d, loop)]
        only = earlier[0] if len(earlier) == 1 else None
        return only if isinstance(only, Stage) else None

    def nothing(self, loop: Loop, name: str, sample: Any) -> ast.expr:
        """Return a gradient of zero for the value that a trip found and gave another: a container may
        have had another length.
        """
        if not isinstance(sample, list | tuple | dict):
            return zeros_like(syntax.name(self.d(name)), sample)
        self.at = loop.body.items[0]
        return self.resolved(zeros_like(syntax.name(name), sample))


def fullness(value: Any) -> int:
    """Return the rank of an array, and whether a container holds something."""
    return min(len(value), 1) if isinstance(value, list | tuple | dict) else np.ndim(value)


def is_zeros(tree: ast.expr) -> bool:
    """Return whether a text makes an array of zeros of the usual type."""
    return (
        isinstance(tree, ast.Call)
        and syntax.show(tree.func) in ("np.zeros_like", "np.zeros")
        and len(tree.args) == 1
        and not tree.keywords
        and not any(isinstance(n, ast.Call) for n in syntax.walk(tree.args[0]))
    )

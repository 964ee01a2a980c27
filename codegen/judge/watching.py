"""Watched runs: a wrong derivative goes in, what each of its statements made of which variable comes out."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from codegen.judge.code import Code, Statement, code_of, watched
from codegen.judge.forms import Leaf, bare, variables_of
from codegen.judge.points import Point
from codegen.judge.probes import PROBED, Truths
from codegen.judge.reading import Reading, read
from codegen.judge.running import Backward, Forward, Ran, Seen, outputs_of
from codegen.judge.truth import Estimate, Slopes
from codegen.records import dataclass


@dataclass(frozen=True)
class Wrong:
    """A derivative that is wrong at a point, and all that is known about it there."""

    reference: Any
    backward: Backward
    runner: Any
    forward: Forward
    cached: bool
    point: Point
    weights: tuple[Any, ...]
    upstream: tuple[Any, ...]
    ran: Ran
    reading: Reading
    bad: Mapping[str, Estimate]
    leaves: tuple[Leaf, ...]
    rights: tuple[str, ...]

    def slopes(self) -> Slopes:
        return Slopes(
            lambda values: outputs_of(self.forward, values, self.cached),
            self.point.values,
            self.weights,
        )

    def reading_of(self, ran: Ran) -> Reading:
        """Return what another run of the derivative gives, leaf by leaf."""
        outs = ran.outputs or self.ran.outputs or self.weights
        return read(self.backward, ran, self.leaves, self.point.values, outs)


def truths_of(wrong: Wrong, count: int = PROBED) -> Truths:
    """Return the true gradients of the variables that a derivative is about, once for each point."""
    half = wrong.backward.forward
    own = (
        half
        if half.function is not wrong.forward.function and code_of(half.function)
        else wrong.forward
    )
    takes = bool(wrong.backward.parameters("upstream"))
    key = (wrong.point.name, own.function, wrong.backward.cached, takes, count)
    kept: dict[Any, Truths] = wrong.reference.probes
    if key not in kept:
        cached = wrong.cached if own is wrong.forward else wrong.backward.cached
        kept[key] = Truths(own, cached, wrong.point.values, wrong.weights, count)
    return kept[key]


class Watch:
    """The run of a wrong derivative, and runs of it with other statements."""

    def __init__(
        self,
        wrong: Wrong,
        code: Code,
        put: Mapping[int, ast.stmt] | None = None,
        count: int = PROBED,
    ) -> None:
        # put: statements that are run after others, by their numbers
        self.wrong, self.code, self.put = wrong, code, put or {}  # code: of the derivative
        self.truths = truths_of(wrong, count)
        self.ran = self.run({})  # with what was seen after each statement

    def run(self, patch: Mapping[int, Sequence[ast.stmt]], code: Code | None = None) -> Ran:
        """Watch a run of the derivative, some statements replaced; or another form of its code."""
        code = code or self.code
        assert code is not None
        for k, statement in self.put.items():
            patch = {**patch, k: (*patch.get(k, (code.statements[k].node,)), statement)}
        found: Ran = self.wrong.runner.watch(
            watched(code, patch), self.wrong.point.values, self.wrong.upstream
        )
        return found

    def records(self, ran: Ran) -> list[Seen]:
        """Return what was seen of gradients, numbers only; masks are numbers too."""
        return [
            replace(s, value=s.value.astype(np.float64))
            for s in ran.seen
            if isinstance(s.value, np.ndarray)
            and s.value.dtype.kind in "fiub"
            and not s.label.startswith("!")
        ]

    def named_after(self, label: str) -> list[str]:
        wanted = variables_of(label)
        both = self.wrong.forward.function is self.wrong.backward.function
        # a forward variable, unless both passes are one function or it is made anew for an argument: `dp = a - p`
        if label in self.truths.names and not both:
            own = {bare(leaf.argument) for leaf in self.wrong.leaves}
            if label in self.code.unpacked or not own & set(wanted):
                return []
        found = [n for n in self.truths.names if bare(last_part(n)) in wanted and n != label]
        found = found or [self.renamed[n] for n in wanted if n in self.renamed]
        found.sort(key=lambda n: "." in n)  # `x` before `self.x`, which only keeps it
        return [
            n for n in found if label.endswith(last_part(n)) or not self.has_namesake(label, n)
        ][:1]

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The forward variables that come out of the cache under another bare name: `sample_var` as `var`."""
        names, found = self.truths.names, dict[str, str]()
        for seen in self.records(self.ran):
            if seen.label in self.code.unpacked and seen.label not in names and seen.value.ndim:
                held = [
                    n
                    for n in names
                    if any(np.array_equal(seen.value, v) for v in self.truths.values[n])
                ]
                if len(held) == 1:
                    found[bare(seen.label)] = held[0]
        return found

    def has_namesake(self, label: str, name: str) -> bool:
        """Return whether another label is named after a variable in its very case: `gV` beside `gv` for V."""
        labels = {one for statement in self.code.statements for one in statement.labels}
        name = last_part(name)
        return any(
            one != label and one.endswith(name) and bare(name) in variables_of(one)
            for one in labels
        )


def last_part(name: str) -> str:
    """Return what a variable is called without its object: `W` of `self.W`."""
    return name.rpartition(".")[2]


def described(statement: Statement) -> str:
    """Return what a statement sets, in words."""
    return ", ".join(statement.labels) or "the result"

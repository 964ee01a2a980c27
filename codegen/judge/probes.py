"""True gradients of variables. In: a forward function, a point. Out: the gradient of each definition and of each use.

Each is moved a little. So a variable of the backward pass that is still missing terms can be told from one that is
wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.judge.code import DEFINE, USE, Code, Mover, Probed, code_of, made_in, probed
from codegen.judge.mistakes import NEAR, near, nothing, relation, subsets
from codegen.judge.running import Forward, fresh, plain, split
from codegen.judge.truth import Estimate, estimated, flat
from codegen.pytree import duplicate
from codegen.records import dataclass

PROBED = 16  # entries of a variable whose true gradient is computed
CALLS = 20_000  # of the forward function for all of them
TRIPS = 12  # of a loop whose variables are told apart
FEW = 4  # entries that are looked at again
TERMS = 6  # uses of a variable whose sums are tried


@dataclass(frozen=True, eq=False)
class Known:
    """The true gradient of one definition of a variable, or through one use of it."""

    name: str
    kind: str
    """"define" or "use"."""
    line: int
    """Of the forward function's file."""
    text: str
    """That line."""
    estimate: Estimate
    trip: int = 0
    """Which trip of a loop it belongs to."""


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of terms, one under the other, that a value is compared with at once: NaN where one is not known."""

    totals: Any

    @classmethod
    def of(cls, sums: Sequence[Sequence[Known]]) -> Sums:
        totals = [np.sum([t.estimate.value for t in terms], axis=0) for terms in sums]
        return cls(np.array([np.ravel(total) for total in totals], ndmin=2))

    def hold(self, value: Any) -> bool:
        """Return whether a value is one of the sums, as far as that one is known."""
        if not self.totals.size:
            return False
        known = np.isfinite(self.totals)
        true = np.where(known, self.totals, 0.0)
        room = NEAR * np.max(np.abs(true), axis=1, initial=0.0, keepdims=True) + 1e-12
        close = ~known | (np.abs(np.ravel(value) - true) <= room)
        return bool(np.any(close.all(axis=1) & known.any(axis=1)))


class Truths:
    """True gradients of the variables of a forward function at a point."""

    def __init__(
        self,
        forward: Forward,
        cached: bool,
        values: Mapping[str, Any],
        weights: tuple[Any, ...],
        count: int = PROBED,
    ) -> None:
        self.forward, self.cached, self.point, self.weights = forward, cached, values, weights
        self.count = count
        self.code: Code | None = code_of(forward.function)
        self.calls = 0
        self.found: dict[str, list[Known]] = {}
        self.summed: dict[tuple[str, tuple[int, ...]], Sums] = {}
        self.values: dict[str, list[Any]] = {}  # of the variables, by name, all versions
        self.probed: Probed | None = None
        self.mover = Mover()
        if self.code is None:
            return
        if not (self.probe(True) or self.probe(False)):
            self.probed = None
            return
        assert self.probed is not None
        for (kind, k, _), value in self.mover.log.items():
            if kind == "define":
                self.values.setdefault(self.probed.definitions[k][0], []).append(value)

    def probe(self, attributes: bool) -> bool:
        """Make the forward function one whose variables can be moved, those of its object too.

        Returns whether that runs.
        """
        assert self.code is not None
        self.probed, self.mover = probed(self.code, attributes), Mover()
        more = {USE: self.mover.use, DEFINE: self.mover.define}
        forward = self.forward
        try:
            made = made_in(self.probed.text, forward.function, more)
            positional = (*(("self",) if forward.method else ()), *forward.positional)
            self.moved_forward = replace(forward, function=made, method="", positional=positional)
            self.outputs(None, 0.0)
        except Exception:  # noqa: BLE001  # a function that cannot be run in this way tells nothing
            return False
        return True

    def outputs(self, target: Any, by: Any) -> Any:
        self.calls += 1
        fresh()
        self.mover.start(target, by)
        result = self.moved_forward.call(duplicate(dict(self.point)))
        outs, _ = split(result, self.cached, self.forward.first)
        return flat([plain(out) for out in outs], self.weights)

    @property
    def names(self) -> list[str]:
        """The variables of the forward function that hold floats."""
        return list(self.values)

    def of(self, name: str) -> list[Known]:
        """Return the true gradients of a variable: all definitions, then through each use."""
        if name not in self.found:
            self.found[name] = list(self.computed(name)) if self.probed else []
            if self.probed:
                self.found[name] += self.assembled(name)
        return self.found[name]

    def definitions(self, name: str) -> list[Known]:
        return [one for one in self.of(name) if one.kind == "define"]

    def uses(self, name: str) -> list[Known]:
        """Return the true gradients through the uses of a variable, those that are 0 left out."""
        return [one for one in self.of(name) if one.kind != "define" and not nothing(one.estimate)]

    def grouped(self, name: str) -> list[Known]:
        """Return the gradients through the uses of a variable, all trips of a loop together."""
        found = self.uses(name)
        lines = {(one.line, one.text) for one in found if one.kind == "use"}
        return [one for one in found if one.kind == "use" or (one.line, one.text) not in lines]

    def computed(self, name: str) -> Iterator[Known]:
        assert self.probed is not None
        assert self.code is not None
        for kind, places in (("define", self.probed.definitions), ("use", self.probed.uses)):
            for k, (own, line) in enumerate(places):
                if own != name:
                    continue
                counts = [key for key in self.mover.log if key[:2] == (kind, k)]
                text = self.code.lines.get(line, "").strip()
                for target in counts[:TRIPS]:
                    value = self.mover.log[target]
                    yield Known(
                        name,
                        kind if kind == "define" else "trip",
                        line,
                        text,
                        self.estimate(target, value),
                        target[2],
                    )
                if kind == "use" and counts:
                    if len(counts) > 1 and len({self.mover.log[c].shape for c in counts}) == 1:
                        group = ("use", k, -1)
                        yield Known(
                            name, "use", line, text, self.estimate(group, self.mover.log[counts[0]])
                        )

    def assembled(self, name: str) -> list[Known]:
        """Return the gradient of an array that is filled part by part: every entry's as it was when it was stored."""
        assert self.probed is not None
        versions = [one for one in self.found[name] if one.kind == "define"]
        values = [
            value
            for (kind, k, _), value in self.mover.log.items()
            if kind == "define" and self.probed.definitions[k][0] == name
        ]
        if not 2 <= len(versions) == len(values) or len({v.shape for v in values}) > 1:
            return []
        whole, slack = versions[0].estimate.value.copy(), versions[0].estimate.slack.copy()
        for before, after, version in zip(values, values[1:], versions[1:], strict=False):
            stored = before != after
            whole = np.where(stored, version.estimate.value, whole)
        last = versions[-1]
        return [Known(name, "define", last.line, last.text, Estimate(whole, slack))]

    def estimate(self, target: Any, value: Any) -> Estimate:
        """Return the gradient of the weighted outputs by one definition or use."""
        weights = flat(self.weights)
        if self.calls > CALLS or weights is None:
            return Estimate(np.full(np.shape(value), np.nan), np.zeros(np.shape(value)))

        def moved(index: tuple[int, ...], t: float) -> Any:
            by = np.zeros(np.shape(value))
            by[index] = t
            try:
                return self.outputs(target, by if by.ndim else float(by))
            except Exception:  # noqa: BLE001  # no value here
                return None

        found = estimated(moved, value, weights, self.count, careful=False)
        if found.known.any() or found.value.size > FEW:
            return found
        return estimated(moved, value, weights, self.count)  # of terms that nearly cancel

    def is_partial(self, value: Any, name: str, versions: Sequence[Known]) -> bool:
        """Return whether a value is a sum of some of the terms of a gradient, none of them included."""
        shape = np.shape(value)
        if not any(v.estimate.value.shape == shape for v in versions):
            return False
        if not np.any(value):
            return True
        return self.sums(name, shape).hold(value)

    def sums(self, name: str, shape: tuple[int, ...]) -> Sums:
        """Return the sums that a gradient of this shape may be before all its terms are added."""
        if (name, shape) not in self.summed:
            atoms = [u for u in self.uses(name) if u.estimate.value.shape == shape]
            grouped = [u for u in self.grouped(name) if u.estimate.value.shape == shape]
            trips = [u for u in atoms if u.kind == "trip"]
            some = [
                [terms[k] for k in places]
                for terms in (grouped[:TERMS], trips[:TERMS])
                for places in subsets(range(len(terms)))
                if places
            ]
            for line in {u.line for u in trips}:
                own = [u for u in trips if u.line == line]
                for k in sorted({u.trip for u in own}):
                    some += [[u for u in own if u.trip >= k], [u for u in own if u.trip <= k]]
            self.summed[name, shape] = Sums.of(some)
        return self.summed[name, shape]

    def is_part(self, value: Any, name: str, versions: Sequence[Known]) -> bool:
        """Return whether a value that is not changed any more is a sum of some of the terms, and not of none."""
        return bool(np.any(value)) and self.is_partial(value, name, versions)


def version_for(value: Any, versions: Sequence[Known]) -> Known:
    """Return the version of a variable whose gradient a value is compared with: one of its shape, the nearest."""
    fitting = [v for v in versions if v.estimate.value.shape == value.shape] or list(versions)
    for version in fitting:
        related = relation(value, version.estimate)
        if related is not None and related[0] in ("sign", "factor"):
            return version

    def gap(version: Known) -> float:
        if version.estimate.value.shape != value.shape:
            return 0.0
        return float(np.nansum(np.abs(version.estimate.value - value)))

    return min(fitting, key=gap)


def is_full(value: Any, versions: Sequence[Known]) -> bool:
    """Return whether a value is the true gradient of some version."""
    return any(
        v.estimate.value.shape == value.shape
        and v.estimate.known.any()
        and near(value, v.estimate.value, v.estimate.known)
        for v in versions
    )


def is_sum(value: Any, terms: Sequence[Known]) -> bool:
    return Sums.of([terms]).hold(value)

"""Judging a hand-written derivative: a function and a derivative go in, a `Judgement` comes out.

It is judged by numbers first, at the example and at points like it, whether or not anything can be said about its
lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from codegen.judge import running
from codegen.judge.code import compiled
from codegen.judge.forms import (
    FormError,
    Leaf,
    bound,
    floated,
    leaves_of,
    recognised,
)
from codegen.judge.lines import Located, first_wrong
from codegen.judge.numbers import Compared, compared, true_of
from codegen.judge.points import Around, Point
from codegen.judge.probes import Truths
from codegen.judge.reading import Reading, read
from codegen.judge.report import Finding, Judgement
from codegen.judge.truth import Estimate, Slopes, Values
from codegen.judge.watching import Wrong
from codegen.pytree import duplicate, holds, is_float, is_number
from codegen.records import dataclass

WATCHED = 1_000_000  # lines of a derivative whose lines are looked at


class Runner(Protocol):
    """Runs a derivative, here or in another process."""

    def run(self, values: Values, upstream: Sequence[Any], twice: bool = False) -> running.Ran:
        """Return what one run gives."""

    def watch(self, text: str, values: Values, upstream: Sequence[Any]) -> running.Ran:
        """Return what one run of an instrumented text of the derivative gives."""


@dataclass(frozen=True)
class Local:
    """Runs a derivative in this process."""

    backward: running.Backward

    def run(self, values: Values, upstream: Sequence[Any], twice: bool = False) -> running.Ran:
        return running.run(self.backward, values, upstream, twice)

    def watch(self, text: str, values: Values, upstream: Sequence[Any]) -> running.Ran:
        seen: list[running.Seen] = []
        made = compiled(text, self.backward.function, seen)
        backward = replace(self.backward, function=made)
        if "while" not in text:
            return running.run(backward, values, upstream, False, seen)
        with running.Counted(WATCHED):  # a repair may make a loop endless
            return running.run(backward, values, upstream, False, seen)


@dataclass
class Tally:
    """What was found about one leaf so far."""

    leaf: Leaf
    error: float | None = None
    kinks: int = 0
    why: str = ""
    at: str = ""
    bad: bool = False
    judged: bool = False


@dataclass(frozen=True)
class Reference:
    """A forward function with its points and true derivatives, which many judgements share."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    wrt: tuple[str, ...] = ()
    trues: dict[Any, Estimate] = field(default_factory=dict)
    probes: dict[Any, Any] = field(default_factory=dict)


def judge(
    function: Callable[..., Any],
    derivative: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    wrt: str | Sequence[str] | None = None,
    form: str | None = None,
    half: Callable[..., Any] | None = None,
) -> Judgement:
    """Judge a hand-written derivative: what `asserting.check` does, its parameters in the same order."""
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt or ())
    reference = Reference(function, tuple(args), dict(kwargs or {}), names)
    return judged(reference, derivative, form, half)


def judged(
    reference: Reference,
    derivative: Callable[..., Any],
    form: str | None = None,
    half: Callable[..., Any] | None = None,
    runner: Callable[[running.Backward], Runner] = Local,
) -> Judgement:
    with running.silence():
        return Judging(reference, derivative, form, half, runner).judgement()


class Judging:
    """One derivative on its way to a judgement."""

    def __init__(
        self,
        reference: Reference,
        derivative: Callable[..., Any],
        form: str | None,
        half: Callable[..., Any] | None,
        runner: Callable[[running.Backward], Runner],
    ) -> None:
        self.reference, self.told = reference, form
        made = bound(reference.function, reference.args, reference.kwargs)
        self.example = floated(made.values, reference.wrt)
        self.original = made.values
        self.given = made.given
        first = derivative is reference.function
        backward = recognised(reference.function, derivative, made, half)
        self.forward: running.Forward = replace(made.forward, first=first)
        own = backward.cached and backward.forward.function is made.forward.function
        self.lines = 0
        self.cached = self.keeps_cache(first) or own
        self.leaves = leaves_of(self.example, reference.wrt)
        outs = self.outputs(self.example)
        if not any(map(is_number, outs)):
            raise FormError(f"{named(reference.function)} returns no number at the example")
        self.backward = with_upstreams(
            replace(backward, forward=replace(backward.forward, first=first)), len(outs)
        )
        self.runner = runner(self.backward)
        self.tallies: dict[str, Tally] = {leaf.label: Tally(leaf) for leaf in self.leaves}
        self.faults: list[str] = []
        self.read: list[Leaf] = []  # by which there is a derivative
        self.failed = ""  # the point at which it raised, or returned nothing
        self.notes: list[str] = []
        self.names: list[str] = []
        self.form = ""
        self.wrong: Wrong | None = None
        self.rights: list[str] = []

    def keeps_cache(self, first: bool) -> bool:
        """Return whether the forward function itself returns `(out, cache)`."""
        with running.silence(), running.Counted() as counted:
            try:
                result = self.forward.call(duplicate(dict(self.example)))
            except Exception as error:  # the user's code may raise anything
                raise FormError(
                    f"{named(self.reference.function)} raises {type(error).__name__} at the example: {error}",
                    advice="Call it on these inputs first; it must run before its derivative can be judged.",
                ) from error
        self.lines = 50 * counted.count + 50_000
        if first or not isinstance(result, tuple) or len(result) < 2:
            return False
        last = result[-1]
        return not (is_float(last) or isinstance(last, (int, bool)))

    def outputs(self, values: Values) -> tuple[Any, ...]:
        found = running.outputs_of(self.forward, values, self.cached)
        first = found[0].astype(np.float64) if is_number(found[0]) else found[0]
        return (first, *found[1:])

    def value(self, values: Values) -> tuple[Any, ...] | None:
        try:
            with running.Counted(self.lines):
                found = self.outputs(values)
        except Exception:  # noqa: BLE001  # no point then
            return None
        numbers = [out for out in found if is_float(out)]
        return found if numbers and all(np.isfinite(out).all() for out in numbers) else None

    def layout(self, values: Values) -> dict[Any, tuple[int, ...]]:
        found = Truths(self.forward, self.cached, values, self.weights(self.outputs(values), 0))
        return {
            key: np.shape(value) for key, value in found.mover.log.items() if key[0] == "define"
        }

    def weights(self, outs: tuple[Any, ...], seed: int) -> tuple[Any, ...]:
        """Return a random upstream gradient; ones where the derivative takes none."""
        rng = np.random.default_rng(seed)
        takes = bool(self.backward.parameters("upstream"))
        found: list[Any] = []
        for out in outs:
            if not is_float(out):
                found.append(None)
                continue
            drawn = rng.uniform(0.4, 1.8, out.shape) * rng.choice((-1.0, 1.0), out.shape)
            found.append(np.asarray(drawn) if takes else np.ones(out.shape))
        return tuple(found)

    def judgement(self) -> Judgement:
        around = Around(self.example, self.leaves, self.given, self.value, self.layout)
        for number, point in enumerate(around.points(lambda: self.read)):
            self.names.append(point.name)
            self.at(number, point)
            if self.wrong and number == 0 and self.faults:
                break
        located = Located() if self.wrong is None else first_wrong(self.wrong)
        findings = tuple(self.finding(tally) for tally in self.tallies.values())
        return Judgement(
            named(self.reference.function),
            named(self.backward.function),
            self.form,
            findings,
            tuple(self.names),
            tuple(dict.fromkeys(self.faults)),
            tuple(dict.fromkeys(self.notes)),
            located.place,
            located.mistake,
            located.stages,
        )

    def at(self, number: int, point: Point) -> None:
        outs = self.outputs(point.values)
        weights = self.weights(outs, number)
        with running.Counted(
            self.lines if number and isinstance(self.runner, Local) else float("inf")
        ):
            ran = self.runner.run(point.values, self.passed(weights), number < 2)
        if ran.raised is not None and point.kind == "number" and is_empty(ran.raised):
            self.notes.append(
                f"not judged at {point.name}: there {named(self.backward.function)} raises {ran.raised}"
            )
            return
        if ran.raised is not None:
            where = "" if number == 0 else f" ({point.name})"
            own = self.backward.forward.function
            fault = f"{named(self.backward.function)} raises {ran.raised}{where}"
            if ran.raised.kind == running.NoCacheError.__name__:
                fault = (
                    f"{named(self.backward.function)} reads a cache, but {named(own)} returns none"
                )
            self.fails(fault, point, weights, ran)
            return
        reading = read(
            self.backward, ran, self.leaves, point.values, outs, self.told, bool(self.reference.wrt)
        )
        if number == 0:
            self.read = [item.leaf for item in reading.items]
            self.form = reading.form
            self.notes += reading.notes
            self.single_precision()
        if ran.result is None and all(item.value is None for item in reading.items):
            fault = f"{named(self.backward.function)} returns nothing"
            self.fails(fault, point, weights, ran)
            return
        slopes = Slopes(self.outputs, point.values, weights)
        least, found = 0.0, {}
        trues = {}
        for item in reading.items:
            true = self.true(number, item, slopes, outs)
            trues[item.leaf.label] = true
            least = max(least, 1e-7 * true.size)
        for item in reading.items:
            result = compared(item, trues[item.leaf.label], slopes, item.leaf.gradient, least)
            found[item.leaf.label] = result
            self.count(item.leaf, result, point)
        self.promises(number, point, ran, reading, outs)
        bad = {label: trues[label] for label, one in found.items() if one.wrong}
        if bad or (number < 2 and ran.changed) or not ran.again:
            self.found_wrong(self.wrong_as(point, weights, ran, reading, bad))
        else:
            self.rights.append(point.kind)

    def fails(self, fault: str, point: Point, weights: tuple[Any, ...], ran: running.Ran) -> None:
        self.faults.append(fault)
        self.failed = self.failed or point.name
        self.found_wrong(self.wrong_as(point, weights, ran, Reading(""), {}))

    def passed(self, weights: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the upstream gradient as it is passed: a plain float for a plain float."""
        return tuple(float(w) if isinstance(w, np.ndarray) and w.ndim == 0 else w for w in weights)

    def true(self, number: int, item: Any, slopes: Slopes, outs: tuple[Any, ...]) -> Estimate:
        takes = bool(self.backward.parameters("upstream"))
        shape = np.shape(item.value) if item.kind in ("jacobian", "hessian") else ()
        key = (number, item.leaf, item.kind, takes, shape)
        if key not in self.reference.trues:
            self.reference.trues[key] = true_of(item, slopes, outs)
        return self.reference.trues[key]

    def count(self, leaf: Leaf, result: Compared, point: Point) -> None:
        tally = self.tallies.setdefault(leaf.label, Tally(leaf))
        if result.error is not None:
            tally.judged = True
            tally.error = max(tally.error or 0.0, result.error)
        elif not tally.why:
            tally.why = result.why
        tally.kinks += result.kinks
        if result.wrong and not tally.bad:
            tally.bad, tally.why, tally.at = True, result.why, point.name

    def promises(
        self, number: int, point: Point, ran: running.Ran, reading: Reading, outs: tuple[Any, ...]
    ) -> None:
        """Look for what is wrong beside the gradients."""
        for name in ran.changed:
            if name == "the cache" and ran.again:
                self.notes.append("the cache is changed in place")
            elif name != "the cache":
                self.faults.append(
                    f"{name} is changed in place: the caller's own array is not the same afterwards"
                )
        if not ran.again:
            self.faults.append(
                "a second call with the same cache gives another result: the cache is changed in place"
            )
        for mine, true in zip(ran.outputs, outs, strict=False):
            if is_float(true) and not close(mine, true):
                self.faults.append(
                    f"the forward half gives another value than {named(self.reference.function)} at {point.name}"
                )
                break
        if reading.value is not None and not close(reading.value, outs[0]):
            self.faults.append(
                f"the returned value is not that of {named(self.reference.function)} at {point.name}"
            )
        if number == 0:
            for leaf in reading.missing:
                tally = self.tallies[leaf.label]
                tally.why = "no derivative is returned for it"
                tally.bad = bool(self.reference.wrt)

    def single_precision(self) -> None:
        """Note a result in double precision where the arguments are in single precision."""
        singles = [n for n, v in self.original.items() if holds(partial(is_of, np.float32), v)]
        if not singles:
            return
        try:
            outs = running.outputs_of(self.forward, self.original, self.cached)
        except Exception:  # noqa: BLE001  # said elsewhere
            return
        weights = tuple(
            w.astype(out.dtype) if w is not None else None
            for w, out in zip(self.weights(self.outputs(self.example), 0), outs, strict=True)
        )
        ran = self.runner.run(self.original, self.passed(weights))
        if ran.raised is None and holds(partial(is_of, np.float64), ran.result):
            self.notes.append(f"{singles[0]} is float32, but a result is float64")

    def found_wrong(self, wrong: Wrong) -> None:
        """Keep the first point at which something is wrong."""
        if self.wrong is None or (wrong.bad and not self.wrong.bad):
            self.wrong = wrong

    def wrong_at(self, point: Point, outs: tuple[Any, ...], weights: tuple[Any, ...]) -> Wrong:
        """Return the derivative at a point as what its lines are searched in, whether or not anything is wrong."""
        ran = self.runner.run(point.values, self.passed(weights))
        empty = ran.raised is not None
        reading = (
            Reading("") if empty else read(self.backward, ran, self.leaves, point.values, outs)
        )
        slopes = Slopes(self.outputs, point.values, weights)
        trues = {leaf.label: slopes.gradient(leaf) for leaf in self.leaves}
        return self.wrong_as(point, weights, ran, reading, trues)

    def wrong_as(
        self,
        point: Point,
        weights: tuple[Any, ...],
        ran: running.Ran,
        reading: Reading,
        bad: Mapping[str, Estimate],
    ) -> Wrong:
        """Return all that is known about the derivative at a point."""
        return Wrong(
            self.reference,
            self.backward,
            self.runner,
            self.forward,
            self.cached,
            point,
            weights,
            self.passed(weights),
            ran,
            reading,
            dict(bad),
            tuple(self.leaves),
            tuple(self.rights),
        )

    def finding(self, tally: Tally) -> Finding:
        name = tally.leaf.gradient
        if tally.bad:
            verdict = "wrong"
        elif tally.judged and not self.failed:
            verdict = "right"
        else:
            verdict = "wrong" if self.failed else "not judged"
        why = tally.why if verdict != "right" else ""
        if verdict == "not judged":
            why = why or "no derivative is returned for it"
        if self.failed and tally.judged and not tally.bad:  # right as far as it came
            return Finding(name, tally.leaf.label, verdict, None, "not returned", self.failed)
        return Finding(name, tally.leaf.label, verdict, tally.error, why, tally.at, tally.kinks)


def is_of(dtype: Any, value: Any) -> bool:
    return bool(getattr(value, "dtype", None) == dtype)


def is_empty(raised: running.Raised) -> bool:
    """Return whether an exception says that a number makes no sense where it is 0: a step, a divisor."""
    zero = raised.kind == "ZeroDivisionError" or "not be zero" in raised.text
    return zero or "cannot be zero" in raised.text


def with_upstreams(backward: running.Backward, count: int) -> running.Backward:
    """Return a derivative whose one upstream gradient is a tuple where the function has several outputs."""
    several = [role for role in backward.roles if role.kind == "upstream"]
    if count == 1 or len(several) != 1:
        return backward
    roles = tuple(replace(r, name="all") if r.kind == "upstream" else r for r in backward.roles)
    return replace(backward, roles=roles)


def close(mine: Any, true: Any) -> bool:
    if not is_number(mine) or mine.size != true.size:
        return False
    return bool(
        np.allclose(
            mine.astype(np.float64).ravel(),
            true.ravel(),
            rtol=1e-4,
            atol=1e-7 + 1e-4 * float(np.max(np.abs(true), initial=0)),
            equal_nan=True,
        )
    )


def named(function: Callable[..., Any]) -> str:
    name = getattr(function, "__qualname__", "") or getattr(function, "__name__", "the function")
    return str(name).rpartition("<locals>.")[2]

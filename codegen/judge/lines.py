"""The first wrong line. In: a derivative that is wrong at some point. Out: the line, and the mistake in words.

The variables of the backward pass are compared with the true gradients of the variables they are named after, in the
order in which they are computed. The true gradients are numbers too: every definition and every use of a variable in
the forward pass is moved a little. So a variable that is still missing terms can be told from one that is wrong.
"""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from codegen.judge.code import (
    DEFINE,
    USE,
    Code,
    Mover,
    Probed,
    Statement,
    code_of,
    made_in,
    position,
    probed,
    reads_of,
    watched,
)
from codegen.judge.forms import (
    Leaf,
    Reading,
    bare,
    bound,
    floated,
    leaves_of,
    read,
    returned_names,
    variables_of,
)
from codegen.judge.mistakes import NEAR, mistake, near, nothing, ratio_of, relation, subsets
from codegen.judge.numbers import compared, entry, shown_number
from codegen.judge.points import Point, redrawn
from codegen.judge.repairs import Repair, Scope, repairs
from codegen.judge.report import Mistake, Place, Stage, indent
from codegen.judge.running import (
    Backward,
    Forward,
    NoCacheError,
    Other,
    Ran,
    Seen,
    fresh,
    plain,
    split,
)
from codegen.judge.truth import Estimate, Slopes, flat, gradient_of
from codegen.pytree import duplicate, is_float
from codegen.records import dataclass

PROBED = 16  # entries of a variable whose true gradient is computed
CALLS = 20_000  # of the forward function for all of them
TRIPS = 12  # of a loop whose variables are told apart
TRIES = 600  # repairs that are tried
DRAWS = 8  # other numbers of the example's sizes
FEW = 4  # entries that are looked at again
TERMS = 6  # uses of a variable whose sums are tried
SUMS = (  # mistakes in a sum of terms, each of which may be right
    "overwritten",
    "overlapping",
    "term_missing",
    "term_twice",
    "regularisation_forgotten",
    "regularisation_doubled",
)
ARRAYS = ("np.array", "numpy.array", "np.asarray", "np.stack", "np.vstack")
SHAPES = ("ValueError", "IndexError", "TypeError", "AxisError")  # what shapes that do not fit raise
SHAPING = ("transposed", "sum_missing", "sum_axis", "sum_extra", "pad_zero", "wrong_variable")
OPEN_SLICE = re.compile(r"(\w+)\s*:\s*-\s*\1\b")  # `pad:-pad`
REGULAR = re.compile(r"(?<![a-z])(reg|l2|lam|lambda|decay|penalty|ridge|weight_decay)(?![a-z])")


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


@dataclass(frozen=True, eq=False)
class Known:
    """The true gradient of one definition of a variable, or through one use of it.

    Attributes
    ----------
    name : str
    kind : str
        "define" or "use".
    line : int
        Of the forward function's file.
    text : str
        That line.
    estimate : Estimate
    trip : int
        Which trip of a loop it belongs to.
    """

    name: str
    kind: str
    line: int
    text: str
    estimate: Estimate
    trip: int = 0


class Truths:
    """True gradients of the variables of a forward function at a point.

    Attributes
    ----------
    forward : Forward
    code : Code or None
    values : dict
        Of the variables, by name, all versions.
    """

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
        self.values: dict[str, list[Any]] = {}
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
        """Return the outputs as one vector, with something moved."""
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
        """Return the true gradients of the versions of a variable."""
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
        """Yield the true gradients of a variable."""
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

        found = gradient_of(moved, value, weights, self.count, careful=False)
        if found.known.any() or found.value.size > FEW:
            return found
        return gradient_of(moved, value, weights, self.count)  # of terms that nearly cancel


@dataclass(frozen=True)
class Suspect:
    """A variable of the backward pass that is wrong.

    Attributes
    ----------
    number : int
        Which record shows it first.
    statement : int
    label : str
    found : array
    true : Known
    kind, facts : str, dict
        The mistake, as far as the numbers tell; "" if they do not.
    chain : tuple of int
        The statements that made the value.
    last : int
        Which record shows its last value.
    """

    number: int
    statement: int
    label: str
    found: Any
    true: Known
    kind: str = ""
    facts: Any = None
    chain: tuple[int, ...] = ()
    last: int = 0


@dataclass(frozen=True)
class Located:
    """The first wrong line, the mistake, and what is right and wrong among the variables of the backward pass."""

    place: Place | None = None
    mistake: Mistake | None = None
    stages: tuple[Stage, ...] = ()


def first_wrong(wrong: Wrong) -> Located:
    """Return the first wrong line and the mistake, each None if it cannot be told."""
    try:
        return Search(wrong).result()
    except RecursionError:
        return Located()


class Search:
    """The search for the first wrong line of one derivative.

    Attributes
    ----------
    wrong : Wrong
    code : Code or None
        Of the derivative.
    truths : Truths
    ran : Ran
        With what was seen after each statement.
    put : mapping
        Statements that are run after others, by their numbers.
    """

    def __init__(
        self, wrong: Wrong, put: Mapping[int, ast.stmt] | None = None, count: int = PROBED
    ) -> None:
        self.wrong, self.put = wrong, put or {}
        self.code = code_of(wrong.backward.function)
        half = wrong.backward.forward
        own = (
            half
            if half.function is not wrong.forward.function and code_of(half.function)
            else wrong.forward
        )
        takes = any(role.kind == "upstream" for role in wrong.backward.roles)
        key = (wrong.point.name, own.function, wrong.backward.cached, takes, count)
        kept = wrong.reference.probes
        if key not in kept:
            cached = wrong.cached if own is wrong.forward else wrong.backward.cached
            kept[key] = Truths(own, cached, wrong.point.values, wrong.weights, count)
        self.truths: Truths = kept[key]
        self.tries = 0
        self.moved: dict[str, list[Seen]] = {}
        self.ran = wrong.ran
        if self.code is not None:
            self.ran = self.run({})

    def run(self, patch: Mapping[int, Sequence[ast.stmt]], code: Code | None = None) -> Ran:
        """Run the derivative with eyes open, some statements replaced; or another form of its code."""
        code = code or self.code
        assert code is not None
        for k, statement in self.put.items():
            patch = {**patch, k: (*patch.get(k, (code.statements[k].node,)), statement)}
        found: Ran = self.wrong.runner.watch(
            watched(code, patch), self.wrong.point.values, self.wrong.upstream
        )
        return found

    def result(self) -> Located:
        """Return the place, the mistake and the stages."""
        ran = self.wrong.ran
        if ran.raised is not None and ran.raised.kind == NoCacheError.__name__:
            return Located(self.reads_cache(), mistake("no_cache"))
        if ran.raised is None and ran.result is None and not self.wrong.reading.items:
            return Located(self.head(), mistake("no_return"))
        if self.code is None:
            return Located(None, self.special(self.by_results()))
        place, found = self.located()
        return Located(place, self.special(found, place), self.stages())

    def head(self) -> Place | None:
        """Return the line that begins the derivative."""
        if self.code is None:
            return None
        line = next(iter(self.code.lines)) + self.code.tree.lineno - 1
        text, name = self.code.lines.get(line, ""), self.code.tree.name
        return Place(self.code.file, line, max(text.find(name), 0), len(name), text)

    def reads_cache(self) -> Place | None:
        """Return the first line that reads the cache."""
        names = {r.parameter.lstrip("*=") for r in self.wrong.backward.roles if r.kind == "cache"}
        for statement in self.code.statements if self.code is not None else ():
            if names & statement.reads:
                return self.place(statement, None)
        return None

    def stages(self) -> tuple[Stage, ...]:
        """Return the variables that are named after one of the forward pass, each with its verdict."""
        assert self.code is not None
        last = {seen.label: seen for seen in self.records(self.ran)}
        found = []
        for label, seen in last.items():
            for name in self.named_after(label):
                versions = [v for v in self.truths.definitions(name) if v.estimate.known.any()]
                if versions:
                    line = self.code.statements[seen.statement].line
                    found.append(Stage(label, line, self.is_full(seen.value, versions)))
        return tuple(found)

    def special(self, found: Mistake | None, place: Place | None = None) -> Mistake | None:
        """Return what is said about a derivative that is right at the example but not here."""
        kind = self.wrong.point.kind
        specific = found is not None and found.kind in (
            "pad_zero",
            "overlapping",
            "mask",
            "forward_overwritten",
            "changed_in_place",
        )
        if "example" not in self.wrong.rights or specific:
            return found
        text = place.text if place is not None else ""
        if kind == "number" and OPEN_SLICE.search(text):
            return mistake("pad_zero")
        numbers = ("", "factor", "unknown", "local_gradient", "shape", "wrong_variable")
        frozen = kind == "number" and (found is None or found.kind in numbers)
        if kind == "size" or (frozen and not self.is_switch()):
            return found if self.is_wrong_there() else mistake("only_this_size")
        if kind == "negative":
            return mistake("only_positive")
        return found

    def is_wrong_there(self) -> bool:
        """Return whether the derivative is wrong at the sizes of the example, too, only not at its own numbers."""
        wrong, rng = self.wrong, np.random.default_rng(11)
        if wrong.bad.keys() - {leaf.label for leaf in wrong.leaves} or wrong.ran.raised is not None:
            return False
        reference = wrong.reference
        made = bound(reference.function, reference.args, reference.kwargs).values
        judged = [item.leaf for item in wrong.reading.items]
        takes = any(role.kind == "upstream" for role in wrong.backward.roles)
        outputs = self.slopes().outputs
        for _ in range(DRAWS):
            values = redrawn(floated(made, reference.wrt), wrong.leaves, rng, judged)
            try:
                outs = outputs(values)
                drawn = [np.ones(np.shape(out)) for out in outs]
                if takes:
                    drawn = [np.asarray(rng.uniform(0.4, 1.8, np.shape(out))) for out in outs]
                slopes = Slopes(outputs, values, tuple(drawn))
                upstream = [float(w) if np.ndim(w) == 0 else w for w in drawn]
                ran = wrong.runner.run(values, tuple(upstream))
                items = read(wrong.backward, ran, wrong.leaves, values, outs).items
                if any(compared(i, slopes.gradient(i.leaf), slopes, "").wrong for i in items):
                    return True
            except Exception:  # noqa: BLE001, S112  # no such numbers
                continue
        return False

    def is_switch(self) -> bool:
        """Return whether the point differs from the example by a switch, not by a whole number."""
        return self.wrong.point.name.endswith(("= True", "= False"))

    # ------------------------------------------------------------------ from the results alone

    def by_results(self) -> Mistake | None:
        """Return the mistake as far as the results tell."""
        for item in self.wrong.reading.items:
            true = self.wrong.bad.get(item.leaf.label)
            if (
                true is None
                or not isinstance(item.value, np.ndarray)
                or item.value.dtype.kind not in "fiu"
            ):
                continue
            found = self.told_by_numbers(item.value.astype(np.float64), true, item.leaf.label)
            return mistake(found[0], variable=item.leaf.gradient, **found[1]) if found else None
        return None

    def told_by_numbers(
        self, value: Any, true: Estimate, name: str
    ) -> tuple[str, dict[str, Any]] | None:
        """Return the kind of a mistake that a wrong array shows by itself."""
        related = relation(value, true)
        if related is not None and related[0] in ("sign", "transposed", "sum_missing"):
            return related
        if value.shape == true.value.shape and not nothing(true):
            arguments = {bare(leaf.label) for leaf in self.wrong.leaves}
            for leaf in leaves_of(self.wrong.point.values) if bare(name) in arguments else ():
                if leaf.label != name and self.is_derivative_by(leaf, value):
                    return "other_argument", {"other": leaf.label}
            terms = self.terms(value, true, name)
            if terms is not None:
                return terms
        return related

    def is_derivative_by(self, leaf: Leaf, value: Any) -> bool:
        """Return whether a value is the derivative by some leaf: its gradient, or all slopes by a single number."""
        slopes, shape = self.slopes(), np.shape(leaf.of(self.wrong.point.values))
        if shape == value.shape:
            other = slopes.gradient(leaf)
        elif not shape and [np.shape(w) for w in self.wrong.weights] == [value.shape]:
            column = slopes.jacobian(leaf)
            other = Estimate(column.value.reshape(value.shape), column.slack.reshape(value.shape))
        else:
            return False
        return not nothing(other) and near(value, other.value, other.known)

    def slopes(self) -> Slopes:
        """Return the slopes of the function at the point."""
        wrong = self.wrong

        def outputs(values: Mapping[str, Any]) -> tuple[Any, ...]:
            fresh()
            outs, _ = split(
                wrong.forward.call(duplicate(dict(values))), wrong.cached, wrong.forward.first
            )
            return tuple(plain(out) for out in outs)

        return Slopes(outputs, wrong.point.values, wrong.weights)

    def is_regular(self, text: str) -> bool:
        """Return whether a line of the forward pass is the regularisation of a loss."""
        return is_regular(text) and all(np.ndim(w) == 0 for w in self.wrong.weights)

    def terms(self, value: Any, true: Estimate, name: str) -> tuple[str, dict[str, Any]] | None:
        """Return which term of a sum is missing, or stands there twice."""
        same = [n for n in self.truths.names if bare(last_part(n)) == bare(last_part(name))]
        uses = [
            use
            for n in same
            for use in self.truths.grouped(n)
            if use.estimate.value.shape == value.shape
        ]
        if not 1 <= len(uses) <= 8:
            return None
        alike = Counter(use.text for use in uses)
        alone = [use for use in uses if alike[use.text] == 1]
        found = self.term(value, true, alone, len(uses) > 1, lambda use: f"`{use.text}`")
        if found is not None:
            return found
        for text in alike:
            total = sum(use.estimate.value for use in uses if use.text == text)
            known = true.known & np.isfinite(total)
            if len(alike) == 1 or not known.any():
                continue
            factors = (1.0, 0.5, -1.0, -0.5) if self.is_regular(text) else (1.0,)
            for factor in factors:
                if near(value + factor * total, true.value, known, true.size):
                    kind = "term_missing"
                    if self.is_regular(text):
                        forgotten = factor == 1.0
                        kind = f"regularisation_{'forgotten' if forgotten else 'doubled'}"
                    return kind, {"term": f"`{text}`", "times": f"{1 - factor:g}"}
        several = [use for use in uses if alike[use.text] > 1]
        return self.term(
            value,
            true,
            several,
            True,
            lambda use: f"one of the {alike[use.text]} uses in `{use.text}`",
        )

    def term(
        self,
        value: Any,
        true: Estimate,
        uses: Sequence[Known],
        sums: bool,
        words: Callable[[Known], str],
    ) -> tuple[str, dict[str, Any]] | None:
        """Return which one of some terms is missing, or stands there twice."""
        for use in uses:
            known = true.known & use.estimate.known
            if not sums or not known.any():
                continue
            regular = self.is_regular(use.text)
            if near(value + use.estimate.value, true.value, known, true.size):
                kind = "regularisation_forgotten" if regular else "term_missing"
                return kind, {"term": words(use)}
            if near(value - use.estimate.value, true.value, known, true.size):
                kind = "regularisation_doubled" if regular else "term_twice"
                return kind, {"term": words(use), "times": "2"}
        return None

    # ------------------------------------------------------------------ line by line

    def located(self) -> tuple[Place | None, Mistake | None]:
        """Return the first wrong line and the mistake."""
        assert self.code is not None
        suspects = self.suspects(self.ran)
        astray = self.unpacked_astray() or self.returned_early() or self.running_forwards()
        if astray is not None:
            return astray
        changed = self.in_place()
        if changed is not None and (not suspects or self.explains(changed, suspects[0])):
            if not self.wrong.bad or self.is_read_after(changed):
                return changed
        for suspect in suspects:
            if not self.is_relaid(suspect) or self.results_cured(suspect):
                return self.about(suspect)
        if suspects:
            return self.about(suspects[0])
        if self.wrong.ran.raised is not None:
            return self.about_raise()
        return self.about_results()

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
        """Return the forward variables that a label is named after."""
        assert self.code is not None
        wanted = variables_of(label)
        both = self.wrong.forward.function is self.wrong.backward.function
        # a forward variable, unless both passes are one function or it is made anew for an argument: `dp = a - p`
        if label in self.truths.names and not both:
            own = {bare(leaf.argument) for leaf in self.wrong.leaves}
            if label in self.code.unpacked or not own & set(wanted):
                return []
        found = [n for n in self.truths.names if bare(last_part(n)) in wanted and n != label]
        found.sort(key=lambda n: "." in n)  # `x` before `self.x`, which only keeps it
        return [
            n for n in found if label.endswith(last_part(n)) or not self.has_namesake(label, n)
        ][:1]

    def has_namesake(self, label: str, name: str) -> bool:
        """Return whether another label is named after a variable in its very case: `gV` beside `gv` for V."""
        assert self.code is not None
        labels = {one for statement in self.code.statements for one in statement.labels}
        name = last_part(name)
        return any(
            one != label and one.endswith(name) and bare(name) in variables_of(one)
            for one in labels
        )

    def chains(self, ran: Ran) -> Iterator[tuple[str, list[tuple[int, Seen]]]]:
        """Yield, for each label, the records from one `label = ...` to the next."""
        assert self.code is not None
        open_chains: dict[str, list[tuple[int, Seen]]] = {}
        records = self.records(ran)
        counts = Counter(seen.statement for seen in records)
        for k, seen in enumerate(records):
            statement = self.code.statements[seen.statement]
            # `dy = dy * x` in a loop is the gradient of another version of y at each trip
            anew = counts[seen.statement] > 1 and statement.transforms(seen.label)
            before = open_chains.get(seen.label)
            if before and np.shape(before[-1][1].value) != np.shape(seen.value):
                anew = anew or isinstance(statement.node, ast.Assign)
            if (statement.sets(seen.label) or anew) and seen.label in open_chains:
                yield seen.label, open_chains.pop(seen.label)
            open_chains.setdefault(seen.label, []).append((k, seen))
        yield from open_chains.items()

    def suspects(self, ran: Ran) -> list[Suspect]:
        """Return the wrong variables in the order in which they become wrong."""
        by_label: dict[str, list[list[tuple[int, Seen]]]] = {}
        for label, chain in self.chains(ran):
            by_label.setdefault(label, []).append(chain)
        unwritten = {seen.label for seen in ran.seen if isinstance(seen.value, Other)}
        found: list[Suspect] = []
        for label, chains in by_label.items():
            unfinished = self.wrong.ran.raised is not None or label in unwritten
            for name in self.named_after(label):
                found += self.judged(label, name, chains, unfinished)
        found = [
            self.advanced(one, ran)
            for one in found
            if not (self.is_unfinished(one) or self.is_innocent(one, ran))
        ]
        return sorted(found, key=lambda one: one.number)

    def advanced(self, suspect: Suspect, ran: Ran) -> Suspect:
        """Return a suspect that begins where its value is wrong first: not where something right is made from it.

        `dx = dout` before a loop that goes backwards in time is the gradient of the last x, whatever it is called.
        """
        records = self.records(ran)
        assert self.code is not None
        own = [
            (k, s)
            for k, s in enumerate(records)
            if s.label == suspect.label and suspect.number <= k <= suspect.last
        ]
        for (k, seen), (end, after) in zip(own, own[1:], strict=False):
            alone = replace(suspect, number=k, statement=seen.statement, last=k)
            running = sum(s.statement == after.statement for _, s in own) > 1
            begins = running and only_copies(self.code.statements[seen.statement])
            if suspect.kind in SUMS or not (begins or self.is_innocent(alone, ran, end)):
                break
            suspect = replace(suspect, number=end, statement=after.statement)
        return suspect

    def is_unfinished(self, suspect: Suspect) -> bool:
        """Return whether a suspect would have been changed further, had nothing been raised before."""
        assert self.code is not None
        raised = self.wrong.ran.raised
        stopped = self.code.at_line(raised.line) if raised is not None and raised.line else None
        if stopped is None:
            return False
        return any(suspect.label in s.labels for s in self.code.statements[stopped.index :])

    def is_innocent(self, suspect: Suspect, ran: Ran, end: int | None = None) -> bool:
        """Return whether something right was made from a suspect: then it is right too, and only named otherwise."""
        assert self.code is not None
        if suspect.kind in SUMS:
            return False  # a term that is missing may cancel in what comes later
        labels, made, seen_before = {suspect.label}, {suspect.label}, suspect.last
        for k, seen in enumerate(self.records(ran)[:end]):
            statement = self.code.statements[seen.statement]
            if k <= seen_before or seen.label == suspect.label:
                continue
            reads = statement.reads_for(seen.label)
            if made & reads:
                made.add(seen.label)
                if self.is_right_result(seen) and self.moves(suspect, k, ran):
                    return True
            if not labels & reads:
                continue
            for name in self.named_after(seen.label):
                versions = self.truths.definitions(name)
                if self.is_full(seen.value, versions) and np.any(seen.value):
                    if self.moves(suspect, k, ran):
                        return True
                if self.is_part(seen.value, name, versions) and statement.sets(seen.label):
                    if self.moves(suspect, k, ran):
                        return True
            if not self.named_after(seen.label):
                labels.add(seen.label)  # what is wrong and has a name answers for itself
        if end is None and self.is_only_begun(suspect):
            return True
        return end is None and any(
            made & reads_of(element) and suspect.label not in named_parts(element)
            for element in self.right_elements()
        )

    def is_relaid(self, suspect: Suspect) -> bool:
        """Return whether a suspect holds the true gradient in another layout: `dxn.reshape(xg.shape)`."""
        found, true = suspect.found, suspect.true.estimate
        if np.shape(found) == true.value.shape or np.size(found) != true.value.size:
            return False
        return near(np.ravel(found), np.ravel(true.value), np.ravel(true.known))

    def results_cured(self, suspect: Suspect) -> bool:
        """Return whether a change of a suspect's statements makes the results right."""
        assert self.code is not None
        for k in (suspect.statement, *suspect.chain):
            for repair in repairs(self.code.statements[k], self.scope):
                if self.tries >= TRIES:
                    return False
                if self.cures_all(k, repair):
                    return True
        return False

    def moves(self, suspect: Suspect, number: int, ran: Ran) -> bool:
        """Return whether a later value changes with a suspect: else it is right whatever that holds."""
        assert self.code is not None
        if ran is not self.ran or not suspect.label.isidentifier():
            return True
        statement = self.code.statements[suspect.statement]
        later, true = self.records(ran)[number].value, suspect.true.estimate
        if np.shape(suspect.found) == true.value.shape:
            off = np.abs(np.where(true.known, suspect.found - true.value, 0.0))
            if np.max(off, initial=0.0) < 1e-3 * np.max(np.abs(later), initial=0.0):
                return True  # too little to be seen there
        if suspect.label not in self.moved:
            text = f"{suspect.label} = 1.5 * {suspect.label}"
            more = (statement.node, ast.parse(text).body[0])
            self.moved[suspect.label] = self.records(self.run({statement.index: more}))
        there, here = self.moved[suspect.label], self.records(ran)
        if len(there) != len(here) or here[number].statement == statement.index:
            return True
        return not same_numbers(there[number].value, here[number].value)

    def is_only_begun(self, suspect: Suspect) -> bool:
        """Return whether a suspect is a copy of something that only the last `return` makes a gradient."""
        assert self.code is not None
        returns = [s.node for s in self.code.statements if isinstance(s.node, ast.Return)]
        value = returns[-1].value if returns else None
        elements = value.elts if isinstance(value, ast.Tuple) else [value]
        reading = [e for e in elements if e is not None and suspect.label in reads_of(e)]
        copies = is_copy(self.code.statements[suspect.statement]) and suspect.number == suspect.last
        return (
            copies and bool(reading) and not any(suspect.label in named_parts(e) for e in reading)
        )

    def is_right_result(self, seen: Seen) -> bool:
        """Return whether a variable holds one of the results that are right, that which it is named after."""
        wanted = variables_of(seen.label)
        return bool(np.any(seen.value)) and any(
            item.leaf.label not in self.wrong.bad
            and bare(last_key(item.leaf)) in wanted
            and isinstance(item.value, np.ndarray)
            and same_numbers(seen.value, item.value)
            for item in self.wrong.reading.items
        )

    def right_elements(self) -> Iterator[ast.expr]:
        """Yield the expressions in the last `return` whose results are right."""
        assert self.code is not None
        reading, result = self.wrong.reading, self.wrong.ran.result
        returns = [s.node for s in self.code.statements if isinstance(s.node, ast.Return)]
        value = returns[-1].value if returns else None
        if not (isinstance(value, ast.Tuple) and isinstance(result, tuple)):
            return
        right = [i.value for i in reading.items if i.leaf.label not in self.wrong.bad]
        for element, found in zip(value.elts, result, strict=False):
            if not isinstance(found, np.ndarray) or not found.any():
                continue
            if any(found is one for one in right):
                yield element

    def judged(
        self,
        label: str,
        name: str,
        chains: Sequence[Sequence[tuple[int, Seen]]],
        unfinished: bool,
    ) -> Iterator[Suspect]:
        """Yield what is wrong with one variable, to which more may be added if it is not finished."""
        versions = [v for v in self.truths.definitions(name) if v.estimate.known.any()]
        if not versions:
            return
        full = [self.is_full(chain[-1][1].value, versions) for chain in chains]
        last = chains[-1]
        if full[-1] and len(chains) == 1:
            return
        partial = [self.is_partial(chain[-1][1].value, name, versions) for chain in chains]
        partial[-1] = partial[-1] and (unfinished or bool(np.any(last[-1][1].value)))
        for k, chain in enumerate(chains):
            if any(
                full[j] and same_entries(chains[j][-1][1].value, chain[-1][1].value)
                for j in range(k)
            ):
                continue  # a gradient that is right, in another layout: `dq = merge_heads(dq)`
            if not (full[k] or partial[k]):
                if full[-1] and len(versions) == 1:
                    continue  # the name was used for something else before
                yield self.unexplained(label, name, chain, versions)
                return
        if any(full) or unfinished:
            return
        # every value is a part of the sum, none is all of it
        number_, seen = last[-1]
        true = self.version_for(seen.value, versions)
        uses = self.terms(seen.value.astype(np.float64), true.estimate, name)
        kind, facts = uses or ("unknown", {})
        if len(chains) > 1:
            number_, seen = chains[-1][0]
            kind, facts = "overwritten", {}
        elif kind == "term_missing" and self.overwritten_part(last):
            kind = "overlapping"
        elif kind == "term_missing":
            number_, seen = self.beside(last, name, facts) or (number_, seen)
        yield Suspect(
            number_,
            seen.statement,
            label,
            seen.value,
            true,
            kind,
            facts,
            tuple(s.statement for _, s in last),
            last[-1][0],
        )

    def beside(
        self, chain: Sequence[tuple[int, Seen]], name: str, facts: Mapping[str, Any]
    ) -> tuple[int, Seen] | None:
        """Return the record that adds another term of the line of the forward pass whose term is missing."""
        own = [use for use in self.truths.grouped(name) if facts["term"].endswith(f"`{use.text}`")]
        before: Any = 0.0
        for number_, seen in chain:
            if np.shape(before) in ((), np.shape(seen.value)):
                if any(self.is_sum(seen.value - before, [use]) for use in own):
                    return number_, seen
            before = seen.value
        return None

    def overwritten_part(self, chain: Sequence[tuple[int, Seen]]) -> bool:
        """Return whether parts of an array were stored with `=` in a loop."""
        assert self.code is not None
        number = chain[-1][1].statement
        node = self.code.statements[number].node
        stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
        return stored and sum(seen.statement == number for _, seen in chain) > 1

    def version_for(self, value: Any, versions: Sequence[Known]) -> Known:
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

    def is_full(self, value: Any, versions: Sequence[Known]) -> bool:
        """Return whether a value is the true gradient of some version."""
        return any(
            v.estimate.value.shape == value.shape
            and v.estimate.known.any()
            and near(value, v.estimate.value, v.estimate.known)
            for v in versions
        )

    def is_partial(self, value: Any, name: str, versions: Sequence[Known]) -> bool:
        """Return whether a value is a sum of some of the terms of a gradient, none of them included."""
        shape = np.shape(value)
        if not any(v.estimate.value.shape == shape for v in versions):
            return False
        if not np.any(value):
            return True
        atoms = [u for u in self.truths.uses(name) if u.estimate.value.shape == shape]
        grouped = [u for u in self.truths.grouped(name) if u.estimate.value.shape == shape]
        trips = [u for u in atoms if u.kind == "trip"]
        for terms in (grouped[:TERMS], trips[:TERMS]):
            for some in subsets(range(len(terms))):
                if some and self.is_sum(value, [terms[k] for k in some]):
                    return True
        for line in {u.line for u in trips}:
            own = [u for u in trips if u.line == line]
            for k in sorted({u.trip for u in own}):
                late, early = [u for u in own if u.trip >= k], [u for u in own if u.trip <= k]
                if self.is_sum(value, late) or self.is_sum(value, early):
                    return True
        return False

    def is_part(self, value: Any, name: str, versions: Sequence[Known]) -> bool:
        """Return whether a value that is not changed any more is a sum of some of the terms, and not of none."""
        return bool(np.any(value)) and self.is_partial(value, name, versions)

    def is_sum(self, value: Any, terms: Sequence[Known]) -> bool:
        """Return whether a value is the sum of some terms."""
        total = np.sum([t.estimate.value for t in terms], axis=0)
        known = np.isfinite(total)
        return bool(known.any()) and near(value, np.where(known, total, 0.0), known)

    def unexplained(
        self, label: str, name: str, chain: Sequence[tuple[int, Seen]], versions: Sequence[Known]
    ) -> Suspect:
        """Return the suspect for a value that is no sum of terms."""
        first = next(
            (
                k
                for k, (_, s) in enumerate(chain)
                if not self.is_partial(s.value, name, versions)
                and not self.is_full(s.value, versions)
            ),
            len(chain) - 1,
        )
        number_, seen = chain[first]
        final = chain[-1][1].value.astype(np.float64)
        true = self.version_for(final, versions)
        carried = self.carried([s for _, s in chain[: first + 1]], chain[first:], versions)
        if carried is not None:
            final, true = seen.value.astype(np.float64), carried
        told = self.told_by_numbers(final, true.estimate, name)
        kind, facts = told or ("", {})
        return Suspect(
            number_,
            seen.statement,
            label,
            final,
            true,
            kind,
            facts,
            tuple(dict.fromkeys(s.statement for _, s in chain[first:])),
            chain[-1][0],
        )

    def carried(
        self, seen: Sequence[Seen], rest: Sequence[tuple[int, Seen]], versions: Sequence[Known]
    ) -> Known | None:
        """Return what a gradient that a loop carries backwards should be after the first trip that makes it wrong: that
        of the version before the one which it was right for.
        """
        if len(seen) < 2 or len(rest) < 2 or len({s.statement for _, s in rest}) > 1:
            return None
        for k, version in enumerate(versions[1:]):
            if self.is_full(seen[-2].value, [version]):
                before = versions[k]
                return (
                    before if before.estimate.value.shape == version.estimate.value.shape else None
                )
        return None

    def about(self, suspect: Suspect) -> tuple[Place, Mistake]:
        """Return the place and the mistake of a suspect."""
        assert self.code is not None
        kind, facts, number = suspect.kind, dict(suspect.facts or {}), suspect.statement
        if kind == "term_missing" and self.repaired_overwrite(suspect):
            kind = "overwritten"
        if kind not in (*SUMS, "other_argument", "transposed"):
            if self.ignores_upstream(suspect):
                kind, facts = "no_upstream", {}
            kind, facts, number = self.blamed(suspect, kind, facts)
        if kind == "factor" and "ratio" not in facts:
            ratio = ratio_of(suspect.found, suspect.true.estimate)
            facts = {"ratio": f"{ratio:.6g}"} if ratio else {}
        if kind == "sign" and not facts:
            related = relation(suspect.found, suspect.true.estimate)
            facts = related[1] if related and related[0] == "sign" else {}
        if kind == "sum_missing" and "found" not in facts:
            shape = suspect.true.estimate.value.shape
            facts = {"found": np.shape(suspect.found), "expected": shape}
        statement = self.code.statements[number]
        label = suspect.label if suspect.label in statement.labels else described(statement)
        if kind in ("", "local_gradient", "unknown") and any(
            isinstance(node, ast.Compare) for node in ast.walk(statement.node)
        ):
            kind = "mask" if is_masked(suspect.found, suspect.true.estimate) else kind
        found = mistake(kind or "local_gradient", variable=label, **facts)
        return self.place(statement, suspect), found

    def blamed(
        self, suspect: Suspect, kind: str, facts: dict[str, Any]
    ) -> tuple[str, dict[str, Any], int]:
        """Return the kind, the facts and the statement, as far as changes of the lines tell."""
        assert self.code is not None
        repair = self.repair(suspect)
        if repair is not None:
            number, other = repair
            vague = kind in ("", "unknown", "constant", "shape", "sum_extra")
            if kind == "no_upstream":  # du for the slope of u, and the slope is wrong
                vague = other in ("local_gradient", "factor", "sign")
            if kind == "factor":
                vague = other in ("factor", "only_this_size", "sum_missing")
            return (other if vague else kind), facts, number
        number = suspect.statement
        mixed = self.mixture(suspect) if kind in ("", "unknown", "constant", "factor") else None
        if mixed is not None:
            return *mixed, suspect.chain[-1] if suspect.chain else number
        if suspect.chain and kind in ("sign", "factor"):
            number = suspect.chain[-1]
        if only_copies(self.code.statements[number]):
            numbers = (*suspect.chain, *self.unknown_before(suspect, places=False))
            before = [self.code.statements[k] for k in numbers]
            number = next((one.index for one in before if not only_copies(one)), number)
        return kind, facts, number

    def repaired_overwrite(self, suspect: Suspect) -> bool:
        """Return whether `+=` in place of `=` in the statement makes a variable right."""
        assert self.code is not None
        for repair in repairs(self.code.statements[suspect.statement], Scope((), (), ())):
            if repair.kind in ("overwritten", "overlapping"):
                return self.cures(suspect.statement, repair, suspect)
        return False

    def mixture(self, suspect: Suspect) -> tuple[str, dict[str, Any]] | None:
        """Return the factors of the terms of a sum, where a wrong value is such a sum everywhere.

        The terms are those of the lines that read the variable. At a few points the value is written as a sum of them
        with one factor each; there are more numbers than factors, so that a fit is no accident.
        """
        assert self.code is not None
        name = suspect.true.name
        lines = list(dict.fromkeys(use.text for use in self.truths.grouped(name)))
        if not 2 <= len(lines) <= TERMS or len(self.truths.definitions(name)) != 1:
            return None
        rows: list[Any] = []
        values: list[Any] = []
        for truths, ran in self.elsewhere(len(lines) + 2):
            uses = truths.grouped(name)
            seen = [s for s in self.records(ran) if s.label == suspect.label]
            terms = [
                np.sum([u.estimate.value for u in uses if u.text == text], axis=0) for text in lines
            ]
            if not seen or any(np.shape(one) != np.shape(seen[-1].value) for one in terms):
                return None
            rows.append(np.stack([np.ravel(one) for one in terms], axis=1))
            values.append(np.ravel(seen[-1].value))
        matrix, found = np.concatenate(rows), np.concatenate(values)
        known = np.isfinite(matrix).all(axis=1) & np.isfinite(found)
        matrix, found = matrix[known], found[known]
        if len(found) < len(lines) + 2 or np.linalg.matrix_rank(matrix) < len(lines):
            return None
        factors = np.linalg.lstsq(matrix, found, rcond=None)[0]
        if np.max(np.abs(matrix @ factors - found)) > NEAR * np.max(np.abs(found)):
            return None
        wrong = [k for k in range(len(lines)) if abs(factors[k] - 1) > NEAR]
        if not wrong:
            return None
        kinds = {0.0: "term_missing", 2.0: "term_twice"}
        if len(wrong) == 1 and round(float(factors[wrong[0]]), 4) in kinds:
            kind = kinds[round(float(factors[wrong[0]]), 4)]
            return kind, {"term": f"`{lines[wrong[0]]}`"}
        words = [f"that of `{lines[k]}` {factor_in_words(float(factors[k]))}" for k in wrong]
        return "term_factors", {"terms": "; ".join(words)}

    def elsewhere(self, count: int) -> Iterator[tuple[Truths, Ran]]:
        """Yield the true gradients and what the derivative gives at the point and at others like it."""
        assert self.code is not None
        wrong, rng = self.wrong, np.random.default_rng(3)
        judged = [item.leaf for item in wrong.reading.items]
        yield self.truths, self.ran
        for _ in range(count - 1):
            values = redrawn(dict(wrong.point.values), wrong.leaves, rng, judged)
            truths = Truths(self.truths.forward, self.truths.cached, values, wrong.weights)
            if truths.probed is not None:
                yield truths, wrong.runner.watch(watched(self.code), values, wrong.upstream)

    def ignores_upstream(self, suspect: Suspect) -> bool:
        """Return whether a value stays the same when the upstream gradient is three times as large."""
        if not any(role.kind == "upstream" for role in self.wrong.backward.roles):
            return False
        assert self.code is not None
        upstream = tuple(3.0 * w if is_float(w) else w for w in self.wrong.upstream)
        again = self.wrong.runner.watch(watched(self.code), self.wrong.point.values, upstream)
        records = self.records(again)
        before = self.records(self.ran)
        if len(before) != len(records):
            return False
        size = 1e-6 * suspect.true.estimate.size
        first, last = before[suspect.number].value, before[suspect.last].value
        first3, last3 = records[suspect.number].value, records[suspect.last].value
        if np.max(np.abs(last), initial=0.0) <= size:
            return False
        if same_numbers(last, last3):
            return True
        rest = np.shape(first) == np.shape(last) and same_numbers(
            3 * (last - first), last3 - first3
        )
        return bool(rest and same_numbers(first, first3) and np.any(first))

    def repair(self, suspect: Suspect) -> tuple[int, str] | None:
        """Return the statement and the kind of the change that makes a suspect right."""
        assert self.code is not None
        statements = self.code.statements
        places = (*suspect.chain, *self.unknown_before(suspect))
        # a line that only copies what another one made is the last to be blamed
        for k in sorted(places, key=lambda k: only_copies(statements[k])):
            for repair in repairs(statements[k], self.scope):
                if self.tries >= TRIES:
                    return None
                if self.cures(k, repair, suspect):
                    return k, repair.kind
        return None

    def unknown_before(self, suspect: Suspect, places: bool = True) -> list[int]:
        """Return the statements that a suspect's value rests on and of which nothing is known, the nearest first; also
        those that only tell the places where it is stored, if wanted.
        """
        assert self.code is not None
        known = {s.statement for s in self.records(self.ran) if self.named_after(s.label)}
        needed: set[str] = set()
        for k in (suspect.statement, *suspect.chain):
            node = self.code.statements[k].node
            value = getattr(node, "value", None)
            needed |= reads_of(value if value is not None and not places else node)
        found = []
        last = max((suspect.statement, *suspect.chain))
        for statement in reversed(self.code.statements[: last + 1]):
            if statement.index in suspect.chain or not needed & set(statement.labels):
                continue
            if statement.index in known:
                continue
            needed |= statement.reads
            found.append(statement.index)
        return found

    def cures(self, k: int, repair: Repair, suspect: Suspect | None) -> bool:
        """Return whether a repair makes a suspect, or without one the results, right."""
        self.tries += 1
        try:
            ran = self.run({k: repair.nodes})
        except Exception:  # noqa: BLE001  # not even Python
            return False
        if suspect is not None and self.spoils(ran):
            return False
        if self.results_right(ran):
            return True
        if suspect is None:
            return False
        left = self.suspects(ran)
        if not any(s.label == suspect.label for s in ran.seen):
            return False
        if ran.raised is not None and self.wrong.ran.raised is None:
            return False
        return not any(
            one.label == suspect.label and one.number <= suspect.number for one in left
        ) and self.was_seen(ran, suspect)

    def spoils(self, ran: Ran) -> bool:
        """Return whether a result that was right is another one in a run."""
        right = [i for i in self.wrong.reading.items if i.leaf.label not in self.wrong.bad]
        if ran.raised is not None or self.wrong.ran.raised is not None or not right:
            return False
        wrong = self.wrong
        outs = ran.outputs or wrong.ran.outputs or wrong.weights
        found = read(wrong.backward, ran, wrong.leaves, wrong.point.values, outs).items
        now = {item.leaf.label: item.value for item in found}
        return any(
            isinstance(item.value, np.ndarray)
            and not same_numbers(now.get(item.leaf.label), item.value)
            for item in right
        )

    def was_seen(self, ran: Ran, suspect: Suspect) -> bool:
        """Return whether the suspect's variable became a true gradient."""
        versions = self.truths.definitions(suspect.true.name)
        values = [s.value for s in self.records(ran) if s.label == suspect.label]
        return any(
            self.is_full(v, [suspect.true] if suspect.true in versions else versions)
            for v in values
        )

    def results_right(self, ran: Ran) -> bool:
        """Return whether all wrong results are right."""
        wrong = self.wrong
        if ran.raised is not None:
            return False
        reading = read(
            wrong.backward,
            ran,
            wrong.leaves,
            wrong.point.values,
            ran.outputs or wrong.ran.outputs or wrong.weights,
        )
        if not wrong.bad:
            slopes = self.slopes()
            return bool(reading.items) and all(
                not compared(i, slopes.gradient(i.leaf), slopes, "").wrong for i in reading.items
            )
        for label, true in wrong.bad.items():
            item = next((i for i in reading.items if i.leaf.label == label), None)
            if (
                item is None
                or not isinstance(item.value, np.ndarray)
                or item.value.dtype.kind not in "fiu"
            ):
                return False
            if item.value.shape != true.value.shape or not near(item.value, true.value, true.known):
                return False
        return True

    @cached_property
    def scope(self) -> Scope:
        """What a statement could have meant."""
        assert self.code is not None
        seen: dict[str, Any] = {}
        for record in self.ran.seen:
            if record.label.isidentifier():
                seen.setdefault(record.label, record.value)
        ints = tuple(
            n
            for n, v in seen.items()
            if isinstance(v, np.ndarray) and v.dtype.kind == "i" and v.ndim == 0
        )
        floats = [n for n, v in seen.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"]
        upstream = [
            r.parameter.lstrip("*=") for r in self.wrong.backward.roles if r.kind == "upstream"
        ]
        own = [
            r.parameter.lstrip("*=")
            for r in self.wrong.backward.roles
            if r.kind in ("argument", "output")
        ]
        gradients = [n for n in floats if self.named_after(n) or n in upstream]
        forwards = [*own, *[n for n in floats if n not in gradients]]
        sizes = tuple(f"{u}.shape[{a}]" for u in upstream[:1] for a in (0, 1)) or tuple(
            f"{x}.shape[{a}]" for x in own[:1] for a in (0, 1)
        )
        stacks = [n for n in floats if np.ndim(seen[n]) > 2][:3]
        sizes += tuple(f"{n}.shape[{a}]" for n in stacks for a in range(np.ndim(seen[n])))
        return Scope(
            tuple(dict.fromkeys(forwards)),
            tuple(dict.fromkeys((*upstream, *gradients))),
            ints,
            sizes,
        )

    # ------------------------------------------------------------------ other ways to be wrong

    def unpacked_astray(self) -> tuple[Place, Mistake] | None:
        """Return the statement that takes a cache apart in another order than it was packed, if the right order
        makes all results right.
        """
        assert self.code is not None
        for statement in self.code.statements:
            node = statement.node
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple)):
                continue
            if not self.code.unpacked.issuperset(statement.labels):
                continue
            held = {
                s.label: s.value
                for s in self.ran.seen
                if s.statement == statement.index and s.label in self.truths.values
            }
            meant = {label: self.holder(value, held) for label, value in held.items()}
            astray = {label: other for label, other in meant.items() if other not in ("", label)}
            if not astray or sorted(astray) != sorted(astray.values()):
                continue
            elements = [
                ast.Name(astray.get(e.id, e.id), ast.Store()) if isinstance(e, ast.Name) else e
                for e in node.targets[0].elts
            ]
            sorted_out = ast.Assign([ast.Tuple(elements, ast.Store())], node.value, lineno=1)
            if self.cures_all(statement.index, Repair("unpacked", (sorted_out,))):
                label, other = next(iter(astray.items()))
                found = mistake("unpacked", variable=label, other=other)
                return self.place(statement, None, label), found
        return None

    def holder(self, value: Any, held: Mapping[str, Any]) -> str:
        """Return which of some variables has a value in the forward pass, "" if none has."""
        for name in held:
            if any(same_numbers(value, version) for version in self.truths.values[name]):
                return name
        return ""

    def returned_early(self) -> tuple[Place, Mistake] | None:
        """Return the `return` in a loop that makes all results right when it stands behind the loop."""
        assert self.code is not None
        for statement in self.code.statements:
            if not isinstance(statement.node, ast.Return):
                continue
            tree = behind_its_loop(self.code.tree, statement.node)
            if tree is not None and self.results_right(self.run({}, replace(self.code, tree=tree))):
                return self.place(statement, None), mistake("return_in_loop")
        return None

    def running_forwards(self) -> tuple[Place, Mistake] | None:
        """Return the loop that makes all results right when it runs the other way."""
        assert self.code is not None
        loops = [n for n in ast.walk(self.code.tree) if isinstance(n, ast.For)]
        for k, loop in enumerate(loops):
            if not (isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"):
                continue
            tree = copy.deepcopy(self.code.tree)
            other = [n for n in ast.walk(tree) if isinstance(n, ast.For)][k]
            other.iter = ast.Call(ast.Name("reversed", ast.Load()), [other.iter], [])
            if self.results_right(self.run({}, replace(self.code, tree=tree))):
                line = next(iter(self.code.lines)) + loop.lineno - 1
                text = self.code.lines.get(line, "")
                column = len(text) - len(text.lstrip())
                width = (loop.iter.end_col_offset or 0) - loop.col_offset + 1
                return Place(self.code.file, line, column, width, text), mistake("backwards")
        return None

    def in_place(self) -> tuple[Place, Mistake] | None:
        """Return the statement that changes something that belongs to the caller or is needed again."""
        assert self.code is not None
        for seen in self.ran.seen:
            if seen.label.startswith("!"):
                name = seen.label[1:]
                statement = self.code.statements[seen.statement]
                return self.place(statement, None, name), mistake("changed_in_place", variable=name)
        for statement in self.code.statements:
            for label in statement.labels:
                own = "." in label or label in self.code.unpacked
                rebound = own and label in self.truths.names
                if rebound and statement.index > 0 and self.rebinds(statement, label):
                    if self.cures_all(statement.index, Repair("forward_overwritten", ())):
                        return self.place(statement, None, label), mistake(
                            "forward_overwritten", variable=label
                        )
        return None

    def rebinds(self, statement: Statement, label: str) -> bool:
        """Return whether a statement gives a forward variable a value that it has not in the forward pass."""
        for seen in self.ran.seen:
            if seen.statement == statement.index and seen.label == label:
                versions = self.truths.values.get(label, [])
                return not any(
                    np.shape(v) == np.shape(seen.value) and np.allclose(v, seen.value)
                    for v in versions
                )
        return False

    def cures_all(self, k: int, repair: Repair) -> bool:
        """Return whether a repair makes all results right."""
        return self.cures(k, repair, None)

    def explains(self, changed: tuple[Place, Mistake], suspect: Suspect) -> bool:
        """Return whether something changed in place comes before a suspect."""
        assert self.code is not None
        return changed[0].line <= self.code.statements[suspect.statement].line

    def is_read_after(self, changed: tuple[Place, Mistake]) -> bool:
        """Return whether what was changed in place is read afterwards, so that more than the caller is hurt."""
        assert self.code is not None
        name = changed[0].variable
        return any(name in s.reads for s in self.code.statements if s.line > changed[0].line)

    def about_raise(self) -> tuple[Place | None, Mistake | None]:
        """Return what is known about a line that raises."""
        assert self.code is not None
        raised = self.wrong.ran.raised
        assert raised is not None
        statement = self.code.at_line(raised.line) if raised.line else None
        if statement is None:
            return None, mistake("raises", error=str(raised))
        if self.wrong.point.kind == "size" or raised.kind not in SHAPES:
            return self.place(statement, None), mistake("raises", error=str(raised))
        for k in (statement.index, *self.feeding(statement)):
            for repair in repairs(self.code.statements[k], self.scope):
                if self.tries >= TRIES:
                    break
                if repair.kind in SHAPING and self.cures(k, repair, None):
                    place = self.place(self.code.statements[k], None)
                    label = described(self.code.statements[k])
                    return place, mistake(repair.kind, variable=label)
        return self.place(statement, None), mistake("raises", error=str(raised))

    def feeding(self, statement: Statement) -> list[int]:
        """Return the statements before one that set what it reads, the nearest first."""
        assert self.code is not None
        needed = set(statement.reads)
        found: list[int] = []
        for one in reversed(self.code.statements[: statement.index]):
            if needed & set(one.labels):
                found.append(one.index)
                needed |= one.reads
        return found

    def about_results(self) -> tuple[Place | None, Mistake | None]:
        """Return the most likely line of results that no variable of the backward pass explains."""
        assert self.code is not None
        told = self.by_results()
        if told is not None and told.kind == "other_argument":
            swapped = self.swapped_return()
            if swapped is not None:
                return swapped, told
        statements = self.resulting()
        if not statements:
            return None, told
        for k in statements:
            for repair in repairs(self.code.statements[k], self.scope):
                if self.tries >= TRIES:
                    break
                if self.cures(k, repair, None):
                    place = self.narrowed(self.code.statements[k])
                    if told is not None and told.kind not in (
                        "factor",
                        "constant",
                        "shape",
                        "unknown",
                    ):
                        return place, told
                    label = self.meant(self.code.statements[k])
                    ratio = self.ratio()
                    facts = {"ratio": ratio} if ratio else {}
                    if repair.kind == "sign":
                        facts = {"where": ""} if ratio == "-1" else {}
                    return place, mistake(repair.kind, variable=label, **facts)
        place = replace(self.narrowed(self.code.statements[statements[0]]), sure=False)
        bad = next((leaf for leaf in self.wrong.leaves if leaf.label in self.wrong.bad), None)
        if told is None and bad is not None:
            told = mistake("unknown", variable=bad.gradient)
        return place, told

    def meant(self, statement: Statement) -> str:
        """Return what a statement is wrong about, in words: of a `return`, the first wrong result."""
        bad = [i.leaf for i in self.wrong.reading.items if i.leaf.label in self.wrong.bad]
        returns = isinstance(statement.node, ast.Return) and bool(bad)
        return bad[0].gradient if returns else described(statement)

    def swapped_return(self) -> Place | None:
        """Return the line that returns variables that are right in the wrong places."""
        assert self.code is not None
        returns = [s for s in self.code.statements if isinstance(s.node, ast.Return)]
        names = returned_names(self.wrong.backward.function)
        items = self.wrong.reading.items
        if not returns or len(names) != len(items):
            return None
        for name, item in zip(names, items, strict=True):
            label = bare(item.leaf.label)
            if item.leaf.label in self.wrong.bad and name and label not in variables_of(name):
                return self.place(returns[-1], None)
        return None

    def ratio(self) -> str:
        """Return the factor between the first wrong result and the true one, "" if there is none."""
        for item in self.wrong.reading.items:
            true = self.wrong.bad.get(item.leaf.label)
            if true is not None and isinstance(item.value, np.ndarray):
                ratio = ratio_of(item.value.astype(np.float64), true)
                if ratio is not None:
                    return f"{ratio:.4g}"
        return ""

    def resulting(self) -> list[int]:
        """Return the statements that wrong results come from, nearest first;
        those that are known to be right end the way.
        """
        assert self.code is not None
        returns = [s for s in self.code.statements if isinstance(s.node, ast.Return)]
        names = returned_names(self.wrong.backward.function)
        leaves = [*self.wrong.leaves, *(item.leaf for item in self.wrong.reading.items)]
        bad = {bare(last_key(leaf)) for leaf in leaves if leaf.label in self.wrong.bad}
        left = {n for s in self.code.statements for n in s.labels if "." in n}
        wanted = {n for n in (*names, *left) if n and bad & set(variables_of(n))}
        if not wanted:
            wanted = {n for s in returns for n in s.reads}
        found = [s.index for s in returns if not all(names)]
        right = {
            s.statement
            for s in self.records(self.ran)
            for n in self.named_after(s.label)
            if self.is_full(s.value, self.truths.definitions(n))
        }
        for statement in reversed(self.code.statements):
            if statement.index in found or not wanted & set(statement.labels):
                continue
            if statement.index in right:
                continue
            wanted |= statement.reads
            found.append(statement.index)
        # every variable is right: then the line that returns one of them as it is does too little, or too much
        return found or [s.index for s in returns if left.isdisjoint(wanted)]

    def narrowed(self, statement: Statement) -> Place:
        """Return a statement as a place; of a `return` of several results, or of the entries of an array, the first
        that is wrong.
        """
        assert self.code is not None
        place, node, result = self.place(statement, None), statement.node, self.wrong.ran.result
        item = next((i for i in self.wrong.reading.items if i.leaf.label in self.wrong.bad), None)
        if not isinstance(node, ast.Return) or item is None or node.value is None:
            return place
        part: ast.expr = node.value
        if isinstance(part, ast.Tuple) and isinstance(result, tuple):
            pairs = zip(part.elts, result, strict=False)
            part = next((one for one, found in pairs if found is item.value), part)
        true = self.wrong.bad[item.leaf.label]
        if np.shape(item.value) == true.value.shape:
            gap = np.abs(np.where(true.known, item.value - true.value, 0.0))
            first = np.argwhere(gap > 1e-5 * max(true.size, 1e-300))
            part = entry_of(part, [int(k) for k in first[0]] if len(first) else [])
        if part is node.value or part.lineno != part.end_lineno or part.end_col_offset is None:
            return place
        line = statement.line + part.lineno - node.lineno
        text = self.code.lines.get(line, "")
        inset = indent(next(iter(self.code.lines.values())))  # of a function within something
        start, end = inset + part.col_offset, inset + part.end_col_offset
        column, width = (len(text.encode()[a:b].decode()) for a, b in ((0, start), (start, end)))
        return replace(place, line=line, text=text, column=column, width=width)

    def place(self, statement: Statement, suspect: Suspect | None, name: str = "") -> Place:
        """Return a statement as a place, with the first entry that differs."""
        assert self.code is not None
        text = self.code.lines.get(statement.line, "")
        target = suspect.label if suspect else name or described(statement)
        column = text.find(target) if target and target in text else len(text) - len(text.lstrip())
        width = len(target) if target and target in text else len(text.strip())
        expected = found = ""
        variable = target
        if suspect is not None and np.shape(suspect.found) == suspect.true.estimate.value.shape:
            true = suspect.true.estimate
            size = max(true.size, 1e-300)
            differs = true.known & (np.abs(suspect.found - true.value) > 1e-5 * size)
            if differs.any():
                index = tuple(int(i) for i in np.argwhere(differs)[0])
                variable = entry(suspect.label, index)
                expected, found = shown_number(true.value[index]), shown_number(
                    suspect.found[index]
                )
        elif suspect is not None:
            variable = f"the shape of {suspect.label}"
            expected, found = str(suspect.true.estimate.value.shape), str(np.shape(suspect.found))
        return Place(self.code.file, statement.line, column, width, text, variable, expected, found)


def entry_of(node: ast.expr, index: Sequence[int]) -> ast.expr:
    """Return the entry of an array that is written out, or as much of it as is: `np.array([[a, b], [c, d]])`."""
    rest = list(index)
    while True:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ARRAYS and len(node.args) == 1:
            inner = node.args[0]
            if not isinstance(inner, (ast.List, ast.Tuple)):
                return node
            node = inner
        elif isinstance(node, (ast.List, ast.Tuple)) and rest and rest[0] < len(node.elts):
            node = node.elts[rest.pop(0)]
        else:
            return node


def behind_its_loop(tree: ast.FunctionDef, node: ast.stmt) -> ast.FunctionDef | None:
    """Return a function whose `return` stands behind the loop that ends in it, None if there is no such loop."""
    made = copy.deepcopy(tree)
    for outer in ast.walk(made):
        for name in ("body", "orelse"):
            block = getattr(outer, name, None)
            for k, one in enumerate(block if isinstance(block, list) else ()):
                if not isinstance(one, (ast.For, ast.While)) or len(one.body) < 2:
                    continue
                if position(one.body[-1]) == position(node):
                    getattr(outer, name).insert(k + 1, one.body.pop())
                    return made
    return None


def same_numbers(one: Any, two: Any) -> bool:
    """Return whether two arrays are the same but for rounding."""
    if any(np.asarray(a).dtype.kind not in "fiub" for a in (one, two)):
        return False
    return np.shape(one) == np.shape(two) and bool(np.allclose(one, two, equal_nan=True))


def last_key(leaf: Leaf) -> str:
    """Return what a leaf is called without what it lies in: `W` of `params['W']` and of `self.W`."""
    key = leaf.path[-1] if leaf.path else leaf.argument
    return str(getattr(key, "name", key))


def same_entries(one: Any, two: Any) -> bool:
    """Return whether two arrays of different shapes hold the same numbers."""
    return (
        np.shape(one) != np.shape(two)
        and np.size(one) == np.size(two)
        and bool(np.allclose(np.sort(np.ravel(one)), np.sort(np.ravel(two))))
    )


def is_masked(found: Any, true: Estimate) -> bool:
    """Return whether an array differs from the true one only in which of its entries are 0."""
    if np.shape(found) != true.value.shape or nothing(true):
        return False
    known, least = true.known, NEAR * true.size
    value = np.where(known, true.value, 0.0)
    alike = known & (np.abs(found - value) <= least)
    none = (np.abs(found) <= least) != (np.abs(value) <= least)
    return bool(np.all(~known | alike | none) and np.any(found))


def is_only_to_do(search: Search, label: str) -> bool:
    """Return whether what a label holds is still to be written, in a line of its own."""
    assert search.code is not None
    lines = [s for s in search.code.statements if label in s.labels and s.index not in search.put]
    return any("todo" in s.reads for s in lines)


def factor_in_words(factor: float) -> str:
    """Return how a term with a factor differs from what it should be."""
    if abs(factor) < NEAR:
        return "is missing"
    if abs(factor + 1) < NEAR:
        return "has the wrong sign"
    return f"is {factor:.4g} times what it should be"


def named_parts(node: ast.expr) -> set[str]:
    """Return what an element of a `return` is called, if it is only a name."""
    return {node.id} if isinstance(node, ast.Name) else set()


def last_part(name: str) -> str:
    """Return what a variable is called without its object: `W` of `self.W`."""
    return name.rpartition(".")[2]


def only_copies(statement: Statement) -> bool:
    """Return whether a statement stores what there is already: a variable, or a view of it."""
    value = getattr(statement.node, "value", None)
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(
        isinstance(part, (ast.Name, ast.Subscript, ast.Attribute))
        and not any(isinstance(inner, (ast.BinOp, ast.Call)) for inner in ast.walk(part))
        for part in parts
    )


def is_copy(statement: Statement) -> bool:
    """Return whether a statement stores a copy of a variable: `dx = dout.copy()`, `dx = np.array(dout)`."""
    value = getattr(statement.node, "value", None)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        if value.func.attr == "copy" and not value.args:
            return isinstance(value.func.value, ast.Name)
        if value.func.attr in ("array", "copy", "asarray") and len(value.args) == 1:
            return isinstance(value.args[0], ast.Name)
    return only_copies(statement)


def described(statement: Statement) -> str:
    """Return what a statement sets, in words."""
    return ", ".join(statement.labels) or "the result"


def is_regular(text: str) -> bool:
    """Return whether a line of the forward pass is a regularisation."""
    return bool(REGULAR.search(text.lower()))

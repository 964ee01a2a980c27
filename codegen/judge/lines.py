"""The first wrong line. In: a derivative that is wrong at some point. Out: the line, and the mistake in words.

`watching.py` watches it run, `probes.py` knows the true gradients of the forward pass, `suspects.py` which
variables are wrong; `cures.py` tries what a line could have meant, `astray.py` looks for what no variable shows, and
`told.py` says what the numbers tell.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.judge.astray import Astray
from codegen.judge.code import Statement, code_of, watched
from codegen.judge.cures import Cures
from codegen.judge.forms import bare, bound, floated, returned_names, variables_of
from codegen.judge.mistakes import NEAR, mistake, nothing, ratio_of, relation
from codegen.judge.numbers import compared
from codegen.judge.places import head_of, narrowed, place_of, reads_cache
from codegen.judge.points import redrawn
from codegen.judge.probes import TERMS, Truths, is_full
from codegen.judge.reading import read
from codegen.judge.report import Mistake, Place, Stage
from codegen.judge.running import NoCacheError, Ran
from codegen.judge.suspects import SUMS, Suspect, Suspects, last_key, only_copies, same_numbers
from codegen.judge.told import Told
from codegen.judge.truth import Estimate, Slopes
from codegen.judge.watching import Watch, Wrong, described, truths_of
from codegen.pytree import is_float
from codegen.records import dataclass

DRAWS = 8  # other numbers of the example's sizes
SHAPES = ("ValueError", "IndexError", "TypeError", "AxisError")  # what shapes that do not fit raise
SHAPING = ("transposed", "sum_missing", "sum_axis", "sum_extra", "pad_zero", "wrong_variable")
OPEN_SLICE = re.compile(r"(\w+)\s*:\s*-\s*\1\b")  # `pad:-pad`


@dataclass(frozen=True)
class Located:
    """The first wrong line, the mistake, and what is right and wrong among the variables of the backward pass."""

    place: Place | None = None
    mistake: Mistake | None = None
    stages: tuple[Stage, ...] = ()


def first_wrong(wrong: Wrong) -> Located:
    try:
        return searched(wrong)
    except RecursionError:
        return Located()


def searched(wrong: Wrong) -> Located:
    """Return the place, the mistake and the stages."""
    code, ran = code_of(wrong.backward.function), wrong.ran
    if ran.raised is not None and ran.raised.kind == NoCacheError.__name__:
        return Located(reads_cache(wrong, code), mistake("no_cache"))
    if ran.raised is None and ran.result is None and not wrong.reading.items:
        return Located(head_of(code), mistake("no_return"))
    if code is None:
        return Located(None, special(wrong, Told(wrong, truths_of(wrong)).by_results()))
    search = Search(Watch(wrong, code))
    place, found = search.located()
    return Located(place, special(wrong, found, place), search.stages())


class Search:
    """The search for the first wrong line of one derivative."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.told = watch, Told(watch.wrong, watch.truths)
        self.suspects = Suspects(watch, self.told)
        self.cures = Cures(watch, self.suspects)
        self.astray = Astray(watch, self.cures)
        self.wrong, self.code = watch.wrong, watch.code
        self.truths, self.ran = watch.truths, watch.ran

    def stages(self) -> tuple[Stage, ...]:
        """Return the variables that are named after one of the forward pass, each with its verdict."""
        last = {seen.label: seen for seen in self.watch.records(self.ran)}
        found = []
        for label, seen in last.items():
            for name in self.watch.named_after(label):
                versions = [v for v in self.truths.definitions(name) if v.estimate.known.any()]
                if versions:
                    line = self.code.statements[seen.statement].line
                    found.append(Stage(label, line, is_full(seen.value, versions)))
        return tuple(found)

    def located(self) -> tuple[Place | None, Mistake | None]:
        suspects = self.suspects.of(self.ran)
        astray = (
            self.astray.unpacked_astray()
            or self.astray.returned_early()
            or self.astray.running_forwards()
        )
        if astray is not None:
            return astray
        changed = self.astray.in_place()
        if changed is not None and (not suspects or self.explains(changed, suspects[0])):
            if not self.wrong.bad or self.is_read_after(changed):
                return changed
        for suspect in suspects:
            if not self.suspects.is_relaid(suspect) or self.cures.results_cured(suspect):
                return self.about(suspect)
        if suspects:
            return self.about(suspects[0])
        if self.wrong.ran.raised is not None:
            return self.about_raise()
        return self.about_results()

    def explains(self, changed: tuple[Place, Mistake], suspect: Suspect) -> bool:
        """Return whether something changed in place comes before a suspect."""
        return changed[0].line <= self.code.statements[suspect.statement].line

    def is_read_after(self, changed: tuple[Place, Mistake]) -> bool:
        """Return whether what was changed in place is read afterwards, so that more than the caller is hurt."""
        name = changed[0].variable
        return any(name in s.reads for s in self.code.statements if s.line > changed[0].line)

    def about(self, suspect: Suspect) -> tuple[Place, Mistake]:
        kind, facts, number = suspect.kind, dict(suspect.facts or {}), suspect.statement
        if kind == "term_missing" and self.cures.repaired_overwrite(suspect):
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
        return place_of(self.code, statement, suspect), found

    def blamed(
        self, suspect: Suspect, kind: str, facts: dict[str, Any]
    ) -> tuple[str, dict[str, Any], int]:
        """Return the kind, the facts and the statement, as far as changes of the lines tell."""
        cure = self.cures.of(suspect)
        if cure is not None:
            number, other = cure[0], cure[1].kind
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
            numbers = (*suspect.chain, *self.cures.unknown_before(suspect, places=False))
            before = [self.code.statements[k] for k in numbers]
            number = next((one.index for one in before if not only_copies(one)), number)
        return kind, facts, number

    def mixture(self, suspect: Suspect) -> tuple[str, dict[str, Any]] | None:
        """Return the factors of the terms of a sum, where a wrong value is such a sum everywhere.

        The terms are those of the lines that read the variable. At a few points the value is written as a sum of them
        with one factor each; there are more numbers than factors, so that a fit is no accident.
        """
        name = suspect.true.name
        lines = list(dict.fromkeys(use.text for use in self.truths.grouped(name)))
        if not 2 <= len(lines) <= TERMS or len(self.truths.definitions(name)) != 1:
            return None
        rows: list[Any] = []
        values: list[Any] = []
        for truths, ran in self.elsewhere(len(lines) + 2):
            uses = truths.grouped(name)
            seen = [s for s in self.watch.records(ran) if s.label == suspect.label]
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
        if not self.wrong.backward.parameters("upstream"):
            return False
        upstream = tuple(3.0 * w if is_float(w) else w for w in self.wrong.upstream)
        again = self.wrong.runner.watch(watched(self.code), self.wrong.point.values, upstream)
        records = self.watch.records(again)
        before = self.watch.records(self.ran)
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

    def about_raise(self) -> tuple[Place | None, Mistake | None]:
        """Return what is known about a line that raises."""
        raised = self.wrong.ran.raised
        assert raised is not None
        statement = self.code.at_line(raised.line) if raised.line else None
        if statement is None:
            return None, mistake("raises", error=str(raised))
        if self.wrong.point.kind == "size" or raised.kind not in SHAPES:
            return place_of(self.code, statement, None), mistake("raises", error=str(raised))
        places = (statement.index, *self.cures.feeding(statement))
        cure = self.cures.first(places, None, SHAPING)
        if cure is not None:
            cured = self.code.statements[cure[0]]
            found = mistake(cure[1].kind, variable=described(cured))
            return place_of(self.code, cured, None), found
        return place_of(self.code, statement, None), mistake("raises", error=str(raised))

    def about_results(self) -> tuple[Place | None, Mistake | None]:
        """Return the most likely line of results that no variable of the backward pass explains."""
        told = self.told.by_results()
        if told is not None and told.kind == "other_argument":
            swapped = self.swapped_return()
            if swapped is not None:
                return swapped, told
        statements = self.resulting()
        if not statements:
            return None, told
        cure = self.cures.first(statements, None)
        if cure is not None:
            statement, kind = self.code.statements[cure[0]], cure[1].kind
            place = narrowed(self.wrong, self.code, statement)
            if told is not None and told.kind not in ("factor", "constant", "shape", "unknown"):
                return place, told
            ratio = self.ratio()
            facts = {"ratio": ratio} if ratio else {}
            if kind == "sign":
                facts = {"where": ""} if ratio == "-1" else {}
            return place, mistake(kind, variable=self.meant(statement), **facts)
        place = replace(
            narrowed(self.wrong, self.code, self.code.statements[statements[0]]), sure=False
        )
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
        returns = self.code.returns
        names = returned_names(self.wrong.backward.function)
        items = self.wrong.reading.items
        if not returns or len(names) != len(items):
            return None
        for name, item in zip(names, items, strict=True):
            label = bare(item.leaf.label)
            if item.leaf.label in self.wrong.bad and name and label not in variables_of(name):
                return place_of(self.code, returns[-1], None)
        return None

    def ratio(self) -> str:
        for item in self.wrong.reading.items:
            true = self.wrong.bad.get(item.leaf.label)
            if true is not None and isinstance(item.value, np.ndarray):
                ratio = ratio_of(item.value.astype(np.float64), true)
                if ratio is not None:
                    return f"{ratio:.4g}"
        return ""

    def resulting(self) -> list[int]:
        """Return the statements that wrong results come from, nearest first; right ones end the way."""
        returns = self.code.returns
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
            for s in self.watch.records(self.ran)
            for n in self.watch.named_after(s.label)
            if is_full(s.value, self.truths.definitions(n))
        }
        for statement in reversed(self.code.statements):
            if wanted & set(statement.labels) and statement.index not in right.union(found):
                wanted |= statement.reads
                found.append(statement.index)
        # every variable is right: then the line that returns one of them as it is does too little, or too much
        return found or [s.index for s in returns if left.isdisjoint(wanted)]


def special(wrong: Wrong, found: Mistake | None, place: Place | None = None) -> Mistake | None:
    """Return what is said about a derivative that is right at the example but not here."""
    kind = wrong.point.kind
    specific = found is not None and found.kind in (
        "pad_zero",
        "overlapping",
        "mask",
        "forward_overwritten",
        "changed_in_place",
    )
    if "example" not in wrong.rights or specific:
        return found
    text = place.text if place is not None else ""
    if kind == "number" and OPEN_SLICE.search(text):
        return mistake("pad_zero")
    numbers = ("", "factor", "unknown", "local_gradient", "shape", "wrong_variable")
    frozen = kind == "number" and (found is None or found.kind in numbers)
    if kind == "size" or (frozen and not is_switch(wrong)):
        return found if is_wrong_there(wrong) else mistake("only_this_size")
    return mistake("only_positive") if kind == "negative" else found


def is_wrong_there(wrong: Wrong) -> bool:
    """Return whether the derivative is wrong at the sizes of the example, too, only not at its own numbers."""
    rng = np.random.default_rng(11)
    if wrong.bad.keys() - {leaf.label for leaf in wrong.leaves} or wrong.ran.raised is not None:
        return False
    reference = wrong.reference
    made = bound(reference.function, reference.args, reference.kwargs).values
    judged = [item.leaf for item in wrong.reading.items]
    takes = wrong.backward.parameters("upstream")
    outputs = wrong.slopes().outputs
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


def is_switch(wrong: Wrong) -> bool:
    """Return whether the point differs from the example by a switch, not by a whole number."""
    return wrong.point.name.endswith(("= True", "= False"))


def is_masked(found: Any, true: Estimate) -> bool:
    """Return whether an array differs from the true one only in which of its entries are 0."""
    if np.shape(found) != true.value.shape or nothing(true):
        return False
    known, least = true.known, NEAR * true.size
    value = np.where(known, true.value, 0.0)
    alike = known & (np.abs(found - value) <= least)
    none = (np.abs(found) <= least) != (np.abs(value) <= least)
    return bool(np.all(~known | alike | none) and np.any(found))


def factor_in_words(factor: float) -> str:
    """Return how a term with a factor differs from what it should be."""
    if abs(factor) < NEAR:
        return "is missing"
    if abs(factor + 1) < NEAR:
        return "has the wrong sign"
    return f"is {factor:.4g} times what it should be"

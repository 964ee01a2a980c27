"""Suspects: a run of a wrong derivative goes in; out come its wrong variables, in the order in which they become wrong.

The variables of the backward pass are compared with the true gradients of the variables they are named after. One from
which something right is made is innocent: it is only named otherwise.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import syntax
from codegen.judge.code import Statement, reads_of
from codegen.judge.forms import Leaf, bare, variables_of
from codegen.judge.mistakes import near
from codegen.judge.probes import Known, is_full, is_sum, version_for
from codegen.judge.running import Other, Ran, Seen
from codegen.judge.told import Told
from codegen.judge.watching import Watch
from codegen.records import dataclass
from codegen.tables import grouped

SUMS = (  # mistakes in a sum of terms, each of which may be right
    "overwritten",
    "overlapping",
    "term_missing",
    "term_twice",
    "regularisation_forgotten",
    "regularisation_doubled",
)


@dataclass(frozen=True)
class Suspect:
    number: int
    """Which record shows it first."""
    statement: int
    label: str
    found: Any
    true: Known
    kind: str = ""
    facts: Any = None
    """The mistake, as far as the numbers tell; "" if they do not."""
    chain: tuple[int, ...] = ()
    """The statements that made the value."""
    last: int = 0
    """Which record shows its last value."""


class Suspects:
    """Finds the wrong variables in runs of one derivative."""

    def __init__(self, watch: Watch, told: Told) -> None:
        self.watch, self.told = watch, told
        self.wrong, self.code = watch.wrong, watch.code
        self.truths, self.ran = watch.truths, watch.ran
        self.moved: dict[str, list[Seen]] = {}

    def chains(self, ran: Ran) -> Iterator[tuple[str, list[tuple[int, Seen]]]]:
        """Yield, for each label, the records from one `label = ...` to the next."""
        open_chains: dict[str, list[tuple[int, Seen]]] = {}
        records = self.watch.records(ran)
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

    def of(self, ran: Ran) -> list[Suspect]:
        """Return the wrong variables in the order in which they become wrong."""
        unwritten = {seen.label for seen in ran.seen if isinstance(seen.value, Other)}
        found: list[Suspect] = []
        for label, chains in grouped(self.chains(ran)).items():
            unfinished = self.wrong.ran.raised is not None or label in unwritten
            for name in self.watch.named_after(label):
                found += self.judged(label, name, chains, unfinished)
        found = [
            self.advanced(one, ran)
            for one in found
            if not (is_within_slack(one) or self.is_unfinished(one) or self.is_innocent(one, ran))
        ]
        return sorted(found, key=lambda one: one.number)

    def advanced(self, suspect: Suspect, ran: Ran) -> Suspect:
        """Return a suspect that begins where its value is wrong first: not where something right is made from it.

        `dx = dout` before a loop that goes backwards in time is the gradient of the last x, whatever it is called.
        """
        records = self.watch.records(ran)
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
        raised = self.wrong.ran.raised
        stopped = self.code.at_line(raised.line) if raised is not None and raised.line else None
        if stopped is None:
            return False
        return any(suspect.label in s.labels for s in self.code.statements[stopped.index :])

    def is_innocent(self, suspect: Suspect, ran: Ran, end: int | None = None) -> bool:
        """Return whether something right was made from a suspect: then it is right too, and only named otherwise."""
        if suspect.kind in SUMS:
            return False  # a term that is missing may cancel in what comes later
        labels, made, seen_before = {suspect.label}, {suspect.label}, suspect.last
        for k, seen in enumerate(self.watch.records(ran)[:end]):
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
            for name in self.watch.named_after(seen.label):
                versions = self.truths.definitions(name)
                if is_full(seen.value, versions) and np.any(seen.value):
                    if self.moves(suspect, k, ran):
                        return True
                if self.truths.is_part(seen.value, name, versions) and statement.sets(seen.label):
                    if self.moves(suspect, k, ran):
                        return True
            if not self.watch.named_after(seen.label):
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

    def moves(self, suspect: Suspect, number: int, ran: Ran) -> bool:
        """Return whether a later value changes with a suspect: else it is right whatever that holds."""
        if ran is not self.ran or not suspect.label.isidentifier():
            return True
        statement = self.code.statements[suspect.statement]
        later, true = self.watch.records(ran)[number].value, suspect.true.estimate
        if np.shape(suspect.found) == true.value.shape:
            off = np.abs(np.where(true.known, suspect.found - true.value, 0.0))
            if np.max(off, initial=0.0) < 1e-3 * np.max(np.abs(later), initial=0.0):
                return True  # too little to be seen there
        if suspect.label not in self.moved:
            text = f"{suspect.label} = 1.5 * {suspect.label}"
            more = (statement.node, ast.parse(text).body[0])
            self.moved[suspect.label] = self.watch.records(self.watch.run({statement.index: more}))
        there, here = self.moved[suspect.label], self.watch.records(ran)
        if len(there) != len(here) or here[number].statement == statement.index:
            return True
        return not same_numbers(there[number].value, here[number].value)

    def is_only_begun(self, suspect: Suspect) -> bool:
        """Return whether a suspect is a copy of something that only the last `return` makes a gradient."""
        reading = [e for e in syntax.elements(self.returned) if suspect.label in reads_of(e)]
        copies = is_copy(self.code.statements[suspect.statement]) and suspect.number == suspect.last
        return (
            copies and bool(reading) and not any(suspect.label in named_parts(e) for e in reading)
        )

    @property
    def returned(self) -> ast.expr | None:
        """What the last `return` returns."""
        returns = self.code.returns
        return getattr(returns[-1].node, "value", None) if returns else None

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
        reading, result, value = self.wrong.reading, self.wrong.ran.result, self.returned
        if not (isinstance(value, ast.Tuple) and isinstance(result, tuple)):
            return
        right = [i.value for i in reading.items if i.leaf.label not in self.wrong.bad]
        for element, found in zip(value.elts, result, strict=False):
            if not isinstance(found, np.ndarray) or not found.any():
                continue
            if any(found is one for one in right):
                yield element

    def judged(
        self, label: str, name: str, chains: Sequence[Sequence[tuple[int, Seen]]], unfinished: bool
    ) -> Iterator[Suspect]:
        versions = [v for v in self.truths.definitions(name) if v.estimate.known.any()]
        if not versions:
            return
        rows = {np.shape(chain[-1][1].value) for chain in chains}
        if len(chains) > 1 and rows <= {v.estimate.value.shape[1:] for v in versions}:
            if rows.isdisjoint(v.estimate.value.shape for v in versions):
                return  # in a loop over the rows, up to a factor that comes later
        full = [is_full(chain[-1][1].value, versions) for chain in chains]
        last = chains[-1]
        if full[-1] and len(chains) == 1:
            return
        partial = [self.truths.is_partial(chain[-1][1].value, name, versions) for chain in chains]
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
        true = version_for(seen.value, versions)
        uses = self.told.terms(seen.value.astype(np.float64), true.estimate, name)
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
                if any(is_sum(seen.value - before, [use]) for use in own):
                    return number_, seen
            before = seen.value
        return None

    def overwritten_part(self, chain: Sequence[tuple[int, Seen]]) -> bool:
        """Return whether parts of an array were stored with `=` in a loop."""
        number = chain[-1][1].statement
        node = self.code.statements[number].node
        stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
        return stored and sum(seen.statement == number for _, seen in chain) > 1

    def unexplained(
        self, label: str, name: str, chain: Sequence[tuple[int, Seen]], versions: Sequence[Known]
    ) -> Suspect:
        """Return the suspect for a value that is no sum of terms."""
        first = next(
            (
                k
                for k, (_, s) in enumerate(chain)
                if not self.truths.is_partial(s.value, name, versions)
                and not is_full(s.value, versions)
            ),
            len(chain) - 1,
        )
        number_, seen = chain[first]
        final = chain[-1][1].value.astype(np.float64)
        true = version_for(final, versions)
        carried = self.carried([s for _, s in chain[: first + 1]], chain[first:], versions)
        if carried is not None:
            final, true = seen.value.astype(np.float64), carried
        told = self.told.by_numbers(final, true.estimate, name)
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
        """Return what a loop's carried gradient should be after the first wrong trip: that of the version before."""
        if len(seen) < 2 or len(rest) < 2 or len({s.statement for _, s in rest}) > 1:
            return None
        for k, version in enumerate(versions[1:]):
            if is_full(seen[-2].value, [version]):
                before = versions[k]
                return (
                    before if before.estimate.value.shape == version.estimate.value.shape else None
                )
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


def is_within_slack(suspect: Suspect) -> bool:
    """Return whether a value is as near to the true one as that is known: of terms that cancel little is left."""
    found, true = suspect.found, suspect.true.estimate
    if np.shape(found) != true.value.shape or not true.known.all():
        return False
    return bool(np.all(np.abs(found - true.value) <= true.slack))


def named_parts(node: ast.expr) -> set[str]:
    """Return what an element of a `return` is called, if it is only a name."""
    return {node.id} if isinstance(node, ast.Name) else set()


def only_copies(statement: Statement) -> bool:
    """Return whether a statement stores what there is already: a variable, or a view of it."""
    value = getattr(statement.node, "value", None)
    return value is not None and all(
        isinstance(part, (ast.Name, ast.Subscript, ast.Attribute))
        and not any(isinstance(inner, (ast.BinOp, ast.Call)) for inner in ast.walk(part))
        for part in syntax.elements(value)
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

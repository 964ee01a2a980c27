"""Cures: changes of the statements of a wrong derivative are tried; out comes which of them makes it right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from codegen.judge.code import Statement, reads_of
from codegen.judge.mistakes import near
from codegen.judge.numbers import compared
from codegen.judge.probes import is_full
from codegen.judge.repairs import Repair, Scope, repairs
from codegen.judge.running import Ran
from codegen.judge.suspects import Suspect, Suspects, only_copies, same_numbers
from codegen.judge.watching import Watch
from codegen.pytree import is_float, is_number

TRIES = 600  # repairs that are tried


class Cures:
    """Tries repairs of one derivative; `tries` counts them."""

    def __init__(self, watch: Watch, suspects: Suspects) -> None:
        self.watch, self.suspects = watch, suspects
        self.wrong, self.code = watch.wrong, watch.code
        self.truths, self.ran = watch.truths, watch.ran
        self.tries = 0

    def first(
        self, places: Sequence[int], suspect: Suspect | None, kinds: Sequence[str] = ()
    ) -> tuple[int, Repair] | None:
        """Return the first of some statements that a repair, of some kinds if so asked, makes right; and the repair."""
        for k in places:
            for repair in repairs(self.code.statements[k], self.scope):
                if self.tries >= TRIES:
                    return None
                if (not kinds or repair.kind in kinds) and self.cures(k, repair, suspect):
                    return k, repair
        return None

    def of(self, suspect: Suspect) -> tuple[int, Repair] | None:
        places = (*suspect.chain, *self.unknown_before(suspect))
        # a line that only copies what another one made is the last to be blamed
        return self.first(
            sorted(places, key=lambda k: only_copies(self.code.statements[k])), suspect
        )

    def results_cured(self, suspect: Suspect) -> bool:
        return self.first((suspect.statement, *suspect.chain), None) is not None

    def cures(self, k: int, repair: Repair, suspect: Suspect | None = None) -> bool:
        """Return whether a repair makes a suspect, or without one the results, right."""
        self.tries += 1
        try:
            ran = self.watch.run({k: repair.nodes})
        except Exception:  # noqa: BLE001  # not even Python
            return False
        if suspect is not None and self.spoils(ran):
            return False
        if self.results_right(ran):
            return True
        if suspect is None:
            return False
        left = self.suspects.of(ran)
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
        now = {item.leaf.label: item.value for item in self.wrong.reading_of(ran).items}
        return any(
            isinstance(item.value, np.ndarray)
            and not same_numbers(now.get(item.leaf.label), item.value)
            for item in right
        )

    def was_seen(self, ran: Ran, suspect: Suspect) -> bool:
        """Return whether the suspect's variable became a true gradient."""
        versions = self.truths.definitions(suspect.true.name)
        values = [s.value for s in self.watch.records(ran) if s.label == suspect.label]
        return any(
            is_full(v, [suspect.true] if suspect.true in versions else versions) for v in values
        )

    def results_right(self, ran: Ran) -> bool:
        wrong = self.wrong
        if ran.raised is not None:
            return False
        reading = wrong.reading_of(ran)
        if not wrong.bad:
            slopes = self.wrong.slopes()
            return bool(reading.items) and all(
                not compared(i, slopes.gradient(i.leaf), slopes, "").wrong for i in reading.items
            )
        for label, true in wrong.bad.items():
            item = next((i for i in reading.items if i.leaf.label == label), None)
            if item is None or not is_number(item.value):
                return False
            if item.value.shape != true.value.shape or not near(item.value, true.value, true.known):
                return False
        return True

    @cached_property
    def scope(self) -> Scope:
        seen: dict[str, Any] = {}
        for record in self.ran.seen:
            if record.label.isidentifier():
                seen.setdefault(record.label, record.value)
        ints = tuple(
            n
            for n, v in seen.items()
            if isinstance(v, np.ndarray) and v.dtype.kind == "i" and v.ndim == 0
        )
        floats = [n for n, v in seen.items() if is_float(v)]
        upstream = self.wrong.backward.parameters("upstream")
        own = self.wrong.backward.parameters("argument", "output")
        gradients = [n for n in floats if self.watch.named_after(n) or n in upstream]
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

    def unknown_before(self, suspect: Suspect, places: bool = True) -> list[int]:
        """Return what a suspect's value rests on and is not known, nearest first; also its places, if wanted."""
        known = {
            s.statement for s in self.watch.records(self.ran) if self.watch.named_after(s.label)
        }
        needed: set[str] = set()
        for k in (suspect.statement, *suspect.chain):
            node = self.code.statements[k].node
            value = getattr(node, "value", None)
            needed |= reads_of(value if value is not None and not places else node)
        found = []
        last = max((suspect.statement, *suspect.chain))
        for statement in reversed(self.code.statements[: last + 1]):
            if needed & set(statement.labels) and statement.index not in known.union(suspect.chain):
                needed |= statement.reads
                found.append(statement.index)
        return found

    def repaired_overwrite(self, suspect: Suspect) -> bool:
        """Return whether `+=` in place of `=` in the statement makes a variable right."""
        for repair in repairs(self.code.statements[suspect.statement], Scope((), (), ())):
            if repair.kind in ("overwritten", "overlapping"):
                return self.cures(suspect.statement, repair, suspect)
        return False

    def feeding(self, statement: Statement) -> list[int]:
        """Return the statements before one that set what it reads, the nearest first."""
        needed = set(statement.reads)
        found: list[int] = []
        for one in reversed(self.code.statements[: statement.index]):
            if needed & set(one.labels):
                found.append(one.index)
                needed |= one.reads
        return found

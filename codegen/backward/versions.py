"""Versions: the values that the backward pass reads go in; what the forward pass keeps for it comes out.

A value of each trip is saved in a list of steps, others in the cache. One that is overwritten before it could
be saved is kept under a name of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from codegen.backward.assigned import Assigned
from codegen.backward.flow import Flow, has_break
from codegen.backward.lasting import Read, is_shared
from codegen.backward.reads import Reads
from codegen.backward.tests import can_ask_again
from codegen.ir import Branch, Circuit, Item, Loop, Stage


@dataclass
class Steps:
    """What one loop saves for each trip.

    Attributes
    ----------
    name : str
        The list of steps, or the number of trips if nothing is saved.
    saved : list of str
    copied : set of str
        The saved names whose arrays change later.
    position : int
        The number of the item of the body before which they are saved.
    """

    name: str = ""
    saved: list[str] = field(default_factory=list)
    copied: set[str] = field(default_factory=set)
    position: int = -1


@dataclass(frozen=True)
class Place:
    """A place of the forward pass: before an item, or behind it."""

    item: Item
    behind: bool


@dataclass
class Kept:
    """A value that is overwritten later, under a name of its own."""

    name: str
    source: str
    place: Place
    copies: bool


class Versions(Reads):
    """Keeps the values that the backward pass of one circuit reads."""

    def __init__(self, circuit: Circuit, flow: Flow, fresh: Callable[[str], str]) -> None:
        super().__init__(circuit, flow)
        self.fresh = fresh
        self.steps: dict[Loop, Steps] = {}
        self.kept: dict[tuple[str, Place], Kept] = {}
        self.cached: dict[str, None] = {}
        self.cached_copies: set[str] = set()
        self.copied: set[Stage] = set()

    def finish(
        self, wanted: Iterable[str], flags: Sequence[tuple[Branch, list[str]]], counted: set[Loop]
    ) -> None:
        """Save all that the planned lines read.

        `flags` are the tests of branches and what they read, `counted` the loops whose trips only the forward
        pass knows.
        """
        reads = self.closure([self.reads[key] for key in sorted(wanted, key=self.order)])
        for branch, keys in flags:
            reads = self.closure([*reads, *self.tested(branch, keys, reads)])
        self.save(reads, counted)

    def order(self, key: str) -> tuple[int, str]:
        """Return where a placeholder comes in the order of the function."""
        return self.reads[key].item.order, key

    def first(self, name: str) -> int:
        """Return where a name is bound first."""
        return min((d.order for d in self.flow.definers.get(name, [])), default=-1)

    def place(self, name: str) -> tuple[int, int]:
        """Return where a name is bound first, and how many are bound there before it."""
        made = min(self.flow.definers.get(name, []), key=lambda d: d.order, default=None)
        binds = made.binds if isinstance(made, Stage | Loop) else []
        return self.first(name), binds.index(name) if name in binds else 0

    # ---- tests

    def tested(self, branch: Branch, keys: list[str], saved: list[Read]) -> list[Read]:
        """Return what the backward pass reads to know which side was taken: the test's own variables, or a flag."""
        asked = [self.reads[key] for key in keys]
        for read in asked:
            self.settle(read)
        missing = [r for r in asked if not self.is_there(r, saved)]
        plain = [r for r in missing if not self.is_array(r.name) and not self.kills(r)]
        if can_ask_again(branch, self.circuit.trace.run) and len(missing) == len(plain) < 2:
            return asked
        if not branch.flag:
            branch.flag = self.fresh("taken")
            self.flow.define(branch.flag, branch)
        return [self.read(branch.flag, branch, True)]

    def is_there(self, read: Read, saved: list[Read]) -> bool:
        """Return whether the backward pass has a value anyway."""
        if read.kind in ("header", "again"):
            return True
        if read.kind == "cache" and not self.kills(read) and not self.changes(read):
            return True
        twins = [r for r in saved if r.name == read.name and r.level is read.level]
        return any(self.kills(r) == self.kills(read) and r.kind == read.kind for r in twins)

    # ---- saving

    def save(self, reads: list[Read], counted: set[Loop]) -> None:
        """Save what is read: in the cache, or for each trip; inner loops first, since an outer one
        saves their steps.
        """
        savers = {r.level for r in reads if r.kind == "steps" and r.level is not None}
        savers |= counted
        savers |= {outer for loop in savers for outer in self.flow.loops(loop)}
        reads.sort(key=lambda r: r.item.order)
        for loop in sorted(savers, key=lambda one: -one.order):
            mine = [r for r in reads if r.kind == "steps" and r.level is loop]
            steps = self.steps[loop] = Steps(position=self.position(loop, mine))
            for read in sorted(mine, key=lambda r: self.first(r.name)):
                self.save_step(steps, loop, read)
            own = self.unforeseen(loop, reads) if loop in counted else []
            steps.saved[:0] = [n for n in own if n not in steps.saved]
            steps.name = self.steps_name(loop, bool(steps.saved), len(savers) > 1)
            self.flow.define(steps.name, loop)
            reads.append(self.read(steps.name, loop, True))
        for read in reads:
            if read.kind == "cache":
                if self.kills(read) and not self.is_copied(read):
                    read.found = self.keep(read).name
                self.cached.setdefault(read.found)
                if read.found == read.name and self.changes_outside(read):
                    self.cached_copies.add(read.found)

    def unforeseen(self, loop: Loop, reads: list[Read]) -> list[str]:
        """Return the variables of a loop that the backward pass reads and cannot count again."""
        if loop.counts():
            return []
        read = {r.name for r in reads if r.kind == "header" and r.level is loop}
        return [name for name in loop.binds if name in read]

    def save_step(self, steps: Steps, loop: Loop, read: Read) -> None:
        """Save one value for each trip."""
        copies = False
        if self.is_copied(read):
            pass
        elif steps.position < len(loop.body.items) or not self.kills(read):
            copies = self.changes(read)
        else:
            read.found = self.keep(read).name
        if read.found not in steps.saved:
            steps.saved.append(read.found)
        if copies:
            steps.copied.add(read.found)

    def is_copied(self, read: Read) -> bool:
        """Return whether a stage of our own, which shows memory that changes, can copy it at once."""
        stage = self.own_stage(read.name)
        if stage is None or any(k in self.flow.definers[read.name] for k in self.kills(read)):
            return False
        if not self.changes(read) or not is_shared(stage.wire.sample):  # type: ignore[union-attr]  # see `own_stage`
            return False
        self.copied.add(stage)
        return True

    def steps_name(self, loop: Loop, saves: bool, several: bool) -> str:
        """Return a name for the steps of a loop, or for its number of trips."""
        word = "steps" if saves else "trips"
        target = loop.statement.target if isinstance(loop.statement, ast.For) else None
        named = several and isinstance(target, ast.Name) and target.id != "_"
        return self.fresh(f"{word}_{target.id}" if named else word)  # type: ignore[union-attr]  # a name, see above

    def keep(self, read: Read) -> Kept:
        """Return the overwritten value that is read, kept under a name of its own."""
        first = self.kills(read)[0]
        place = Place(self.flow.common(first, read.item), False)
        if read.level is not None and self.may_leave(read.item, place.item, read.level):
            place = Place(read.item, read.post)
        found = self.kept.get((read.name, place)) or self.kept_already(read)
        if found is None:
            own = self.fresh(f"prev_{read.name}")
            found = self.kept[read.name, place] = Kept(own, read.name, place, False)
            self.flow.define(own, place.item)
        found.copies = found.copies or self.changes(read)
        return found

    def kept_already(self, read: Read) -> Kept | None:
        """Return a kept value that surely is the one that is read: nothing gives the name another
        between the two places.
        """
        blocks = self.flow.blocks(read.item, read.level)
        for kept in self.kept.values():
            item = kept.place.item
            if kept.source != read.name or not any(item.block is b for b in blocks):
                continue
            if item.order > read.item.order or (
                item is read.item and kept.place.behind > read.post
            ):
                continue
            between = self.flow.items[item.order + kept.place.behind : read.item.order + read.post]
            if not any(d in between for d in self.definitions(read)):
                return kept
        return None

    def may_leave(self, start: Item, end: Item, loop: Loop) -> bool:
        """Return whether a loop may end between two items of its body."""
        return any(
            isinstance(item, Stage)
            and item.kind == "break"
            and self.flow.loops(item)[0] is loop
            and not self.flow.exclusive(item, start)
            for item in self.flow.items[start.order : end.order]
        )

    def position(self, loop: Loop, mine: list[Read]) -> int:
        """Return where in the body the values of a trip are saved: at its end, or before the first value is lost."""
        last = len(loop.body.items)
        if not any(self.kills(r) for r in mine) or has_break(loop):
            return last
        return next(
            (p for p in range(last - 1, 0, -1) if all(self.holds_at(r, loop, p) for r in mine)),
            last,
        )

    def holds_at(self, read: Read, loop: Loop, position: int) -> bool:
        """Return whether a name has the value that is read before an item of the body."""
        numbers = {item: n for n, item in enumerate(loop.body.items)}
        kills = self.kills(read)
        at = numbers[self.flow.child_of(loop, read.item)]  # type: ignore[index]  # it stands in this body
        for d in self.definitions(read):
            if d is loop or not self.flow.is_in(d, loop):
                continue
            where = numbers[self.flow.child_of(loop, d)]  # type: ignore[index]  # as above
            if d in kills and at < position and where < position:
                return False
            if d not in kills and where >= position and not self.flow.exclusive(d, read.item):
                return False
        return True

    def unbound(self) -> dict[Item, list[str]]:
        """Return the names that need a value before some items of the function, because they are saved
        but bound on one side only.
        """
        assigned = Assigned(self.circuit, self.flow, self)
        wanted = [n for n in self.cached if n not in assigned.at_end]
        for loop, steps in self.steps.items():
            wanted += [n for n in steps.saved if n not in assigned.at_save(loop, steps)]
        wanted += assigned.risky
        found: dict[Item, list[str]] = {}
        for name in dict.fromkeys(wanted):
            first = min(self.flow.definers.get(name, []), key=lambda d: d.order, default=None)
            if first is not None:
                found.setdefault(self.flow.child_of(None, first), []).append(name)
        return found

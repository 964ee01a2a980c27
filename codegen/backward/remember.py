"""Versions: the values that the backward pass reads go in; what the forward pass keeps for it comes out.

A value of each trip is saved in a list of steps, others in the cache. One that is overwritten before it could
be saved is kept under a name of its own.
"""

from __future__ import annotations

import ast
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from itertools import islice

import numpy as np

from codegen import syntax
from codegen.backward.flow import Flow, between, binds_of, has_break
from codegen.backward.reads import Read, Reads, is_shared
from codegen.ir import Block, Branch, Circuit, Item, Loop, Stage, Within
from codegen.records import dataclass
from codegen.trace.observe import Run


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


@dataclass(eq=False)
class Kept:
    """A value that is overwritten later, under a name of its own."""

    name: str
    source: str
    place: Place
    copies: bool


def where_kept(kept: Kept) -> int:
    """Return the number of the item before which a value is kept."""
    return kept.place.item.order + kept.place.behind


class Versions:
    """Keeps the values that the backward pass of one circuit reads."""

    def __init__(self, reads: Reads, fresh: Callable[[str], str]) -> None:
        self.reads, self.circuit, self.flow, self.memory = (
            reads,
            reads.circuit,
            reads.flow,
            reads.memory,
        )
        self.fresh = fresh
        self.steps: dict[Loop, Steps] = {}
        self.kept: dict[tuple[str, Place], Kept] = {}
        self.kept_of: dict[str, list[Kept]] = {}
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
        found: dict[Read, None] = {}
        self.reads.add([self.reads.known[key] for key in sorted(wanted, key=self.order)], found)
        twins: dict[tuple[str, Loop | None], list[Read]] = {}
        for branch, keys in flags:
            for read in islice(found, sum(map(len, twins.values())), None):
                twins.setdefault((read.name, read.level), []).append(read)
            self.reads.add(self.tested(branch, keys, twins), found)
        self.save(list(found), counted)

    def order(self, key: str) -> tuple[int, str]:
        """Return where a placeholder comes in the order of the function."""
        return self.reads.known[key].item.order, key

    def first(self, name: str) -> int:
        """Return where a name is bound first."""
        made = self.flow.first(name)
        return made.order if made is not None else -1

    def place(self, name: str) -> tuple[int, int]:
        """Return where a name is bound first, and how many are bound there before it."""
        made = self.flow.first(name)
        binds = made.binds if isinstance(made, Stage | Loop) else []
        return self.first(name), binds.index(name) if name in binds else 0

    # ---- tests

    def tested(
        self, branch: Branch, keys: list[str], twins: dict[tuple[str, Loop | None], list[Read]]
    ) -> list[Read]:
        """Return what the backward pass reads to know which side was taken: the test's own variables, or a flag."""
        asked = [self.reads.known[key] for key in keys]
        for read in asked:
            self.reads.settle(read)
        missing = [r for r in asked if not self.is_there(r, twins.get((r.name, r.level), []))]
        plain = [
            r for r in missing if not self.memory.is_array(r.name) and not self.reads.is_lost(r)
        ]
        if can_ask_again(branch, self.circuit.trace.run) and len(missing) == len(plain) < 2:
            return asked
        if not branch.flag:
            branch.flag = self.fresh("taken")
            self.flow.define(branch.flag, branch)
        return [self.reads.read(branch.flag, branch, True)]

    def is_there(self, read: Read, twins: list[Read]) -> bool:
        """Return whether the backward pass has a value anyway; `twins` are the reads of its name in its loop."""
        if read.kind in ("header", "again"):
            return True
        lost = list(self.reads.kills(read))
        if read.kind == "cache" and not lost and not self.memory.changes(read):
            return True
        return any(r.kind == read.kind and list(self.reads.kills(r)) == lost for r in twins)

    # ---- saving

    def save(self, reads: list[Read], counted: set[Loop]) -> None:
        """Save what is read: in the cache, or for each trip; inner loops first, since an outer one
        saves their steps.
        """
        savers = {r.level for r in reads if r.kind == "steps" and r.level is not None}
        savers |= counted
        savers |= {outer for loop in savers for outer in self.flow.loops(loop)}
        reads.sort(key=lambda r: r.item.order)
        by_loop: dict[Loop | None, list[Read]] = {}
        for read in reads:
            by_loop.setdefault(read.level, []).append(read)
        for loop in sorted(savers, key=lambda one: -one.order):
            mine = [r for r in by_loop.get(loop, []) if r.kind == "steps"]
            steps = self.steps[loop] = Steps(position=self.position(loop, mine))
            for read in sorted(mine, key=lambda r: self.first(r.name)):
                self.save_step(steps, loop, read)
            own = self.unforeseen(loop, by_loop.get(loop, [])) if loop in counted else []
            steps.saved[:0] = [n for n in own if n not in steps.saved]
            steps.name = self.steps_name(loop, bool(steps.saved), len(savers) > 1)
            self.flow.define(steps.name, loop)
            own_read = self.reads.read(steps.name, loop, True)
            reads.append(own_read)
            by_loop.setdefault(own_read.level, []).append(own_read)
        for read in reads:
            if read.kind == "cache":
                if self.reads.is_lost(read) and not self.is_copied(read):
                    read.found = self.keep(read).name
                self.cached.setdefault(read.found)
                if read.found == read.name and self.memory.changes_outside(read):
                    self.cached_copies.add(read.found)

    def unforeseen(self, loop: Loop, mine: list[Read]) -> list[str]:
        """Return the variables of a loop that the backward pass reads and cannot count again."""
        if loop.counts():
            return []
        read = {r.name for r in mine if r.kind == "header"}
        return [name for name in loop.binds if name in read]

    def save_step(self, steps: Steps, loop: Loop, read: Read) -> None:
        """Save one value for each trip."""
        copies = False
        if self.is_copied(read):
            pass
        elif steps.position < len(loop.body.items) or not self.reads.is_lost(read):
            copies = self.memory.changes(read)
        else:
            read.found = self.keep(read).name
        if read.found not in steps.saved:
            steps.saved.append(read.found)
        if copies:
            steps.copied.add(read.found)

    def is_copied(self, read: Read) -> bool:
        """Return whether a stage of our own, which shows memory that changes, can copy it at once."""
        stage = self.memory.own_stage(read.name)
        if stage is None or any(k is stage for k in self.reads.kills(read)):
            return False
        if not self.memory.changes(read) or not is_shared(stage.wire.sample):  # type: ignore[union-attr]  # see `own_stage`
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
        first = next(self.reads.kills(read))
        place = Place(self.flow.common(first, read.item), False)
        if read.level is not None and self.may_leave(read.item, place.item, read.level):
            place = Place(read.item, read.post)
        found = self.kept.get((read.name, place)) or self.kept_already(read)
        if found is None:
            own = self.fresh(f"prev_{read.name}")
            found = self.kept[read.name, place] = Kept(own, read.name, place, False)
            insort(self.kept_of.setdefault(read.name, []), found, key=where_kept)
            self.flow.define(own, place.item)
        found.copies = found.copies or self.memory.changes(read)
        return found

    def kept_already(self, read: Read) -> Kept | None:
        """Return a kept value that surely is the one that is read: nothing gives the name another
        between the two places.
        """
        end = read.item.order + read.post
        found = self.kept_of.get(read.name, [])
        for kept in found[: bisect_right(found, end, key=where_kept)][::-1]:
            start = where_kept(kept)
            if next(self.reads.definitions(read, start, end), None) is not None:
                return None
            block = kept.place.item.block
            if self.flow.is_under(read.item, block) and (
                read.level is None or self.flow.is_in(kept.place.item, read.level)
            ):
                return kept
        return None

    def may_leave(self, start: Item, end: Item, loop: Loop) -> bool:
        """Return whether a loop may end between two items of its body."""
        return any(
            self.flow.loops(item)[0] is loop and not self.flow.exclusive(item, start)
            for item in between(self.flow.breaks, start.order, end.order)
        )

    def position(self, loop: Loop, mine: list[Read]) -> int:
        """Return where in the body the values of a trip are saved: at its end, or before the first value is lost."""
        last = len(loop.body.items)
        if has_break(loop) or not any(self.reads.is_lost(r) for r in mine):
            return last
        bounds = [self.held(read, loop) for read in mine]
        lowest, highest = max(1, *(b[0] for b in bounds)), min(last - 1, *(b[1] for b in bounds))
        return highest if lowest <= highest else last

    def held(self, read: Read, loop: Loop) -> tuple[int, int]:
        """Return between which items of the body a name has the value that is read: behind what gave
        it, before what takes it.
        """

        def number(item: Item) -> int:
            return self.flow.number[self.flow.child_of(loop, item)]

        taken = next(self.reads.kills(read), None)
        behind = read.item.order if not read.post else self.flow.end(read.item)
        given = [
            number(d)
            for d in self.reads.definitions(read, loop.order + 1, behind)
            if not self.flow.exclusive(d, read.item)
        ]
        highest = max(number(read.item), number(taken)) if taken else len(loop.body.items)
        return max(given, default=-1) + 1, highest

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
            first = self.flow.first(name)
            if first is not None:
                found.setdefault(self.flow.child_of(None, first), []).append(name)
        return found


# ---- definite assignment


class Assigned:
    """The names that are surely bound at each item."""

    def __init__(self, circuit: Circuit, flow: Flow, versions: Versions) -> None:
        self.flow, self.versions = flow, versions
        self.extra: dict[Item, list[str]] = {loop: [s.name] for loop, s in versions.steps.items()}
        self.kept: dict[tuple[Item, bool], list[Kept]] = {}
        for kept in versions.kept.values():
            self.kept.setdefault((kept.place.item, kept.place.behind), []).append(kept)
        self.risky: list[str] = []
        self.saves: dict[tuple[Block, int], set[str]] = {}
        self.early: dict[Item, set[str]] = {}
        self.at_end = self.block(circuit.block, set(circuit.parameters)) or set()

    def block(self, block: Block, names: set[str]) -> set[str] | None:
        """Return the names surely bound after a block; None if it never ends."""
        current: set[str] | None = set(names)
        in_loop = bool(block.items) and isinstance(block.items[0].owner, Loop)
        for number, item in enumerate(block.items):
            if current is None:
                return None
            if in_loop:
                self.saves[block, number] = set(current)
            current |= set(self.extra.get(item, []))
            self.keep(item, False, current)
            if isinstance(item, Branch):
                sides = [
                    self.block(side, current | ({item.flag} if item.flag else set()))
                    for side in (item.body, item.orelse)
                ]
                open_sides = [s for s in sides if s is not None]
                current = set.intersection(*open_sides) if open_sides else None
            elif isinstance(item, Loop):
                self.block(item.body, current | set(binds_of(item)))
                endless = isinstance(item.statement, ast.While) and isinstance(
                    item.statement.test, ast.Constant
                )
                if endless:
                    current = self.early.get(item)
            elif isinstance(item, Within):
                current = self.block(item.body, current | set(binds_of(item)))
            elif item.kind in ("break", "raise") or isinstance(item.statement, ast.Raise):
                self.breaks(item, current)
                current = None
            else:
                current |= set(binds_of(item))
            if current is not None:
                self.keep(item, True, current)
        if current is not None:
            self.saves[block, len(block.items)] = set(current)
        return current

    def keep(self, item: Item, behind: bool, current: set[str]) -> None:
        """Note the values that are kept at a place."""
        for kept in self.kept.get((item, behind), []):
            if kept.source not in current:
                self.risky.append(kept.source)
            current.add(kept.name)

    def breaks(self, stage: Stage, current: set[str]) -> None:
        """Note what is bound where a loop ends early."""
        if stage.kind != "break":
            return
        loop = self.flow.loops(stage)[0]
        self.early[loop] = self.early.get(loop, current) & current

    def at_save(self, loop: Loop, steps: Steps) -> set[str]:
        """Return the names surely bound wherever the values of a trip are saved."""
        position = steps.position if steps.position >= 0 else len(loop.body.items)
        found = self.saves.get((loop.body, position))
        early = self.early.get(loop)
        if found is None:
            return early or set()
        return found & early if early is not None else found


# ---- tests that are asked again

CHEAP = frozenset({"len", "isinstance", "abs", "min", "max", "int", "bool", "callable"})
PARTS = frozenset({"shape", "size", "ndim", "dtype"})


def can_ask_again(branch: Branch, run: Run) -> bool:
    """Return whether a test is a question about numbers and sizes, free to be asked a second time."""
    return is_cheap(branch.statement.test, run)


def is_cheap(node: ast.expr, run: Run) -> bool:
    """Return whether an expression is arithmetic on numbers, items and sizes."""
    match node:
        case ast.NamedExpr() | ast.Await() | ast.Lambda() | ast.JoinedStr():
            return False
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in CHEAP:
            return all(is_cheap(a, run) or isinstance(a, ast.Name) for a in node.args)
        case ast.Call():
            return False
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=ast.Name()):
            return True
        case ast.Subscript():
            return is_small(run.fact(node).sample) and all(
                is_cheap(n, run) for n in syntax.parts(node) if isinstance(n, ast.expr)
            )
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.Compare() | ast.Tuple() | ast.Slice():
            return is_small(run.fact(node).sample) and all(
                is_cheap(n, run) for n in syntax.parts(node) if isinstance(n, ast.expr)
            )
    return False


def is_small(value: object) -> bool:
    """Return whether a value is no array."""
    return not isinstance(value, np.ndarray) or value.ndim == 0

"""What is kept: the values that the backward pass reads go in; what the forward pass keeps for it comes out.

A value of each trip is saved in a list of steps, others in the cache. One that is overwritten before it could
be saved is kept under a name of its own. What no finished line reads in the end, such as the number of trips of a loop
that runs over its steps, the text of the module leaves out.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, n):
...     y = x
...     for _ in range(n):
...         y = y * x
...     return y
... '''
>>> after("remember", text, 0.5, 3)
cache: x, n, steps
steps: prev_y of each trip of for _ in range(n):
prev_y: y before y = y * x
"""

from __future__ import annotations

import ast
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import field, replace
from itertools import islice

import numpy as np

from codegen import ir, syntax
from codegen.analysis.aliasing import shown_by
from codegen.analysis.effects import is_arithmetic, is_outlived, reads_settings
from codegen.backward.differentiate import Derived
from codegen.backward.draft import Draft
from codegen.backward.flow import Flow, has_break, is_foreseen
from codegen.backward.overwritten import Read, is_shared
from codegen.backward.reads import Way
from codegen.backward.rows import WIDTH, Rows, rows
from codegen.records import dataclass
from codegen.stage.local import without_shapes
from codegen.tables import grouped
from codegen.trace.run import Run, Trace


def flag_name(test: ast.expr) -> str:
    """Return what the answer of a test is called where it is kept.

    >>> tests = "x is None", "self.kind == 'relu'", "not mask.any()", "a > b and b"
    >>> [flag_name(syntax.parse(text)) for text in tests]
    ['no_x', 'is_relu', 'taken', 'taken']
    >>> flag_name(syntax.parse("near.any()")), flag_name(syntax.parse("np.all(near)"))
    ('any_near', 'all_near')
    """
    match test:
        case ast.Compare(left=ast.Name(name), ops=[ast.Is()], comparators=[ast.Constant(None)]):
            return f"no_{name}"
        case ast.Compare(ops=[ast.Eq()], comparators=[ast.Constant(str() as word)]):
            own = f"is_{word.lower()}"
            return own if own.isidentifier() and own.isascii() else "taken"
        case ast.Call(func=ast.Attribute(value=value, attr="any" | "all" as asked), args=args):
            name = syntax.identifier(args[0] if args else value)
            return f"{asked}_{name}" if name else "taken"
    return "taken"


@dataclass(frozen=True)
class Steps:
    name: str = ""
    """The list of steps, or the number of trips if nothing is saved."""
    saved: Sequence[str] = ()
    copied: Set[str] = frozenset()
    """The saved names whose arrays change later."""
    position: int = -1
    """The number of the item of the body before which they are saved."""
    depth: int = 1
    """How many compound statements stand around the lines of the body, its own loop among them."""

    def rows(self) -> Rows:
        """Return the saved names in the rows in which they are kept."""
        indent = 4 * (self.depth + 1)
        room = WIDTH - indent - len(f"for  in reversed({self.name}):")
        return rows([self.saved], room, WIDTH - indent - 8 - len("(),"))


@dataclass(frozen=True)
class Place:
    """A place of the forward pass: before an item, or behind it."""

    item: ir.Statement
    behind: bool


@dataclass(frozen=True, eq=False)
class Kept:
    """A value that is overwritten later, under a name of its own."""

    name: str
    source: str
    place: Place
    copies: bool = False


@dataclass(frozen=True)
class Saved:
    """What the forward pass keeps for the backward pass."""

    flow: Flow
    """Where the items of the circuit stand."""
    cached: list[str]
    """The variables in the cache, in the order of the function."""
    texts: dict[str, str]
    """How the cache reads those that are not just names: copies of what the caller changes later, say."""
    steps: dict[ir.Loop, Steps]
    """What each loop saves for each trip."""
    kept: list[Kept]
    """The values that are overwritten, each under a name of its own."""
    copied: set[ir.Stage]
    """The stages that copy what they show."""
    flags: dict[ir.Branch, str]
    """For each branch whose test the backward pass cannot ask again: the variable that holds its answer."""
    unset: dict[ir.Statement, list[str]]
    """The names that need a value before an item, because they are saved but bound on one side only."""
    names: dict[str, str]
    """For each placeholder in the lines: the name under which the value is read."""
    again: dict[ir.Block, list[ir.Stage]]
    """For each block the stages that are computed again where its backward pass begins."""
    sides: dict[ir.Block, tuple[str, Rows]]
    """For each side of a branch with a cache of its own: the variable that holds it, and what it holds, in rows."""
    empty: dict[ir.Block, list[str]] = field(default_factory=dict)
    """The names that need a value at the end of a side, which does not bind them."""
    chains: dict[ir.Branch, list[ir.Branch]] = field(default_factory=dict)
    """For the first of a chain of tests: those behind it that are asked in front of the chain, as their answers are
    kept. Where no test before it holds: `low = not high and y < 0`."""


def remember(derived: Derived) -> Saved:
    """Return what the forward pass keeps for the lines of a backward pass."""
    draft = derived.draft
    wanted = set(placeholders(derived.lines))
    valued = {*placeholders(derived.lines, values=True), *(k for _, ks in draft.flags for k in ks)}
    draft.reads.measured(wanted - valued)
    loops = {
        n.loop for n in ir.items_of(derived.lines) if isinstance(n, ir.For) and n.loop is not None
    }
    counted = {loop for loop in loops if not is_foreseen(loop, draft.circuit.trace)}
    versions = Versions(draft)
    versions.finish(wanted, draft.flags, counted)
    reads, parameters = draft.reads, draft.circuit.parameters
    others = sorted((n for n in versions.cached if n not in parameters), key=versions.place)
    return Saved(
        draft.flow,
        [*(n for n in parameters if n in versions.cached), *others],
        {name: versions.copy(name) for name in versions.cached if name in versions.cached_copies},
        versions.steps,
        [replace(k, copies=k in versions.kept_copies) for k in versions.kept.values()],
        versions.copied,
        versions.flags,
        versions.unbound(),
        {key: versions.name(read) for key, read in reads.known.items()},
        reads.again,
        {},
        chains=versions.chains(),
    )


def placeholders(lines: Sequence[ir.Planned], values: bool = False) -> list[str]:
    """Return the placeholders in all lines and headers; if asked, not those read for their shape alone."""
    found: list[str] = []
    for item in ir.items_of(lines):
        trees: list[ast.expr] = []
        if isinstance(item, ir.Line):
            trees = [item.value, *([item.target] if item.target is not None else [])]
        elif isinstance(item, ir.For):
            trees = [item.iterable] if item.iterable is not None else []
        found.extend(
            n.id
            for tree in trees
            for n in syntax.every(ast.Name, without_shapes(tree) if values else tree)
            if "@" in n.id
        )
    return found


def unless_none(text: str, copy: str) -> str:
    return f"None if {text} is None else {copy}"


class Versions:
    """Keeps the values that the backward pass of one circuit reads."""

    def __init__(self, draft: Draft) -> None:
        reads = draft.reads
        self.reads, self.circuit, self.flow, self.memory = (
            reads,
            reads.circuit,
            reads.flow,
            reads.memory,
        )
        self.draft = draft
        self.steps: dict[ir.Loop, Steps] = {}
        self.flags: dict[ir.Branch, str] = {}
        self.kept: dict[tuple[str, Place], Kept] = {}
        self.kept_of: dict[str, list[Kept]] = {}
        self.kept_copies: set[Kept] = set()
        self.cached: dict[str, None] = {}
        self.cached_copies: set[str] = set()
        self.copied: set[ir.Stage] = set()
        self.names: dict[Read, str] = {}

    def name(self, read: Read) -> str:
        return self.names.get(read, read.name)

    def copy(self, name: str) -> str:
        text = f"{name}.copy()"
        return unless_none(name, text) if self.memory.is_none_at_times(name) else text

    def way(self, read: Read) -> Way:
        return self.reads.found(read).way

    def kin(self, read: Read) -> tuple[str, ir.Loop | None]:
        """Return what reads of one name in one loop have in common."""
        return read.name, self.reads.found(read).level

    def finish(
        self,
        wanted: Iterable[str],
        flags: Sequence[tuple[ir.Branch, list[str]]],
        counted: set[ir.Loop],
    ) -> None:
        """Save all that the planned lines read.

        `flags` are the tests of branches and what they read, `counted` the loops whose trips only the forward
        pass knows.
        """
        found: dict[Read, None] = {}
        self.reads.add([self.reads.known[key] for key in sorted(wanted, key=self.order)], found)
        twins: dict[tuple[str, ir.Loop | None], list[Read]] = {}
        for branch, keys in sorted(flags, key=lambda one: self.flow.order[one[0]]):
            for read in islice(found, sum(map(len, twins.values())), None):
                twins.setdefault(self.kin(read), []).append(read)
            self.reads.add(self.tested(branch, keys, twins), found)
        self.save(list(found), counted)

    def fresh(self, wanted: str) -> str:
        return self.draft.own_name(wanted)

    def order(self, key: str) -> tuple[int, str]:
        return self.flow.order[self.reads.known[key].item], key

    def first(self, name: str) -> int:
        made = self.flow.first(name)
        return self.flow.order[made] if made is not None else -1

    def place(self, name: str) -> tuple[int, int]:
        made = self.flow.first(name)
        binds = made.binds if isinstance(made, ir.Stage | ir.Loop) else []
        return self.first(name), binds.index(name) if name in binds else 0

    # ---- tests

    def tested(
        self,
        branch: ir.Branch,
        keys: list[str],
        twins: dict[tuple[str, ir.Loop | None], list[Read]],
    ) -> list[Read]:
        """Return what the backward pass reads to know which side was taken: the test's own variables, or a flag."""
        asked = [self.reads.known[key] for key in keys]
        missing = [r for r in asked if not self.is_there(r, twins.get(self.kin(r), []))]
        plain = [
            r for r in missing if not self.memory.is_array(r.name) and not self.reads.is_lost(r)
        ]
        if can_ask_again(branch, self.circuit.trace) and len(missing) == len(plain) < 2:
            return asked
        if branch not in self.flags:
            self.flags[branch] = self.fresh(flag_name(branch.test))
            self.flow.define(self.flags[branch], branch)
        return [self.reads.read(self.flags[branch], branch, True)]

    def is_there(self, read: Read, twins: list[Read]) -> bool:
        """Return whether the backward pass has a value anyway; `twins` are the reads of its name in its loop."""
        way = self.way(read)
        if way in (Way.HEADER, Way.AGAIN):
            return True
        lost = list(self.reads.kills(read))
        if way is Way.CACHE and not lost and not self.memory.changes(read):
            return True
        return any(self.way(r) is way and list(self.reads.kills(r)) == lost for r in twins)

    # ---- saving

    def save(self, reads: list[Read], counted: set[ir.Loop]) -> None:
        """Save what is read, in the cache or for each trip; inner loops first, since outer ones save their steps."""
        every = [self.reads.found(read) for read in reads]
        savers = {one.level for one in every if one.way is Way.STEPS and one.level is not None}
        savers |= counted
        savers |= {outer for loop in savers for outer in self.flow.loops(loop)}
        reads.sort(key=lambda r: self.flow.order[r.item])
        by_loop = grouped((self.reads.found(read).level, read) for read in reads)
        for loop in sorted(savers, key=lambda one: -self.flow.order[one]):
            mine = [r for r in by_loop.get(loop, []) if self.way(r) is Way.STEPS]
            position, copied = self.position(loop, mine), set[str]()
            saved: dict[str, None] = {}
            for read in sorted(mine, key=lambda r: self.first(r.name)):
                copies = self.saved_with_a_copy(position, loop, read)
                saved.setdefault(self.name(read))
                copied |= {self.name(read)} if copies else set()
            own = self.unforeseen(loop, by_loop.get(loop, [])) if loop in counted else []
            names = [*(n for n in own if n not in saved), *saved]
            steps = self.steps_name(loop, bool(names), savers)
            depth = 1 + len(list(self.flow.owners(loop)))
            self.steps[loop] = Steps(steps, names, copied, position, depth)
            self.flow.define(steps, loop)
            own_read = self.reads.read(steps, loop, True)
            reads.append(own_read)
            by_loop.setdefault(self.reads.found(own_read).level, []).append(own_read)
        for read in reads:
            if self.way(read) is Way.CACHE:
                if self.reads.is_lost(read) and not self.is_copied(read):
                    self.names[read] = self.keep(read).name
                self.cached.setdefault(self.name(read))
                if self.name(read) == read.name and self.memory.changes_outside(read):
                    self.cached_copies.add(read.name)

    def unforeseen(self, loop: ir.Loop, mine: list[Read]) -> list[str]:
        """Return the variables of a loop that the backward pass reads and cannot count again."""
        if loop.counts():
            return []
        read = {r.name for r in mine if self.way(r) is Way.HEADER}
        return [name for name in loop.binds if name in read]

    def saved_with_a_copy(self, position: int, loop: ir.Loop, read: Read) -> bool:
        """Return whether a value is copied when it is saved; one that is lost by then is kept under another name."""
        if self.is_copied(read):
            return False
        if not self.reads.is_lost(read) or (
            self.is_held(position, loop, read) and not self.is_computed_again(read)
        ):
            return self.memory.changes(read)
        self.names[read] = self.keep(read).name
        return False

    def is_computed_again(self, read: Read) -> bool:
        """Return whether the value that a name gets behind the read is computed again, under the same name."""
        again = [stage for stages in self.reads.again.values() for stage in stages]
        return any(kill in again for kill in self.reads.kills(read))

    def is_copied(self, read: Read) -> bool:
        """Return whether a stage of our own, which shows memory that changes, can copy it at once."""
        stage = self.memory.own_stage(read.name, read.item)
        if stage is None or any(k is stage for k in self.reads.kills(read)):
            return False
        if not shown_by(ir.named_text(stage.wire.node)):  # type: ignore[union-attr]  # see `own_stage`
            return False  # the array that changes is its own
        if not self.memory.changes(read) or not is_shared(stage.wire.sample):  # type: ignore[union-attr]  # see `own_stage`
            return False
        self.copied.add(stage)
        return True

    def steps_name(self, loop: ir.Loop, saves: bool, savers: Set[ir.Loop]) -> str:
        """Return a name for the steps of a loop, or for its number of trips; the loops of one variable are numbered."""
        word, other = ("steps", "step_cache") if saves else ("trips", "trips")
        ends = {
            one: f"_{trip_of(one)}" if len(savers) > 1 and trip_of(one) else "" for one in savers
        }
        order = self.flow.order
        before = [one for one in savers if ends[one] == ends[loop] and order[one] < order[loop]]
        end = ends[loop] + (f"{'' if ends[loop] else '_'}{len(before) + 1}" if before else "")
        return self.draft.first_free(word + end, other + end)

    def keep(self, read: Read) -> Kept:
        first = next(self.reads.kills(read))
        place = Place(self.flow.common(first, read.item), False)
        level = self.reads.found(read).level
        if level is not None and self.may_leave(read.item, place.item, level):
            place = Place(read.item, read.post)
        found = self.kept.get((read.name, place)) or self.kept_already(read)
        if found is None:
            own = self.fresh(self.name_of(read.name, place))
            found = self.kept[read.name, place] = Kept(own, read.name, place)
            insort(self.kept_of.setdefault(read.name, []), found, key=self.where_kept)
            self.flow.define(own, place.item)
        if self.memory.changes(read):
            self.kept_copies.add(found)
        return found

    def name_of(self, name: str, place: Place) -> str:
        """Return the name for a value before it is overwritten: the previous one, or the how-manyth of several."""
        flow = self.flow
        loop = next(iter(flow.loops(place.item)), None)
        start = flow.order[loop] + 1 if loop is not None else 0
        makers, end = flow.definers.get(name, []), flow.end(loop)
        made = len(flow.places(makers, start, end))
        given = loop is not None or name in self.circuit.parameters
        if made + given <= 2 and not name.startswith("prev"):
            return f"prev_{name}"
        here = flow.order[place.item] + place.behind
        number = len(flow.places(makers, start, min(here, end))) - (not given)
        return f"{name}{'_' if name[-1].isdigit() else ''}{max(number, 0)}"

    def kept_already(self, read: Read) -> Kept | None:
        """Return a kept value that surely is the one read: nothing binds the name between the two places."""
        end = self.flow.order[read.item] + read.post
        found = self.kept_of.get(read.name, [])
        for kept in found[: bisect_right(found, end, key=self.where_kept)][::-1]:
            start = self.where_kept(kept)
            if next(self.reads.definitions(read, start, end), None) is not None:
                return None
            block, level = self.flow.block[kept.place.item], self.reads.found(read).level
            if self.flow.is_under(read.item, block) and (
                level is None or self.flow.is_in(kept.place.item, level)
            ):
                return kept
        return None

    def where_kept(self, kept: Kept) -> int:
        return self.flow.order[kept.place.item] + kept.place.behind

    def may_leave(self, start: ir.Statement, end: ir.Statement, loop: ir.Loop) -> bool:
        return any(
            self.flow.loops(item)[0] is loop and not self.flow.exclusive(item, start)
            for item in self.flow.between(
                self.flow.breaks, self.flow.order[start], self.flow.order[end]
            )
        )

    def position(self, loop: ir.Loop, mine: list[Read]) -> int:
        """Return where a body saves a trip: at its end, or before a value is lost or the loop may end."""
        last = len(loop.body.items)
        if has_break(loop):
            number, child_of = self.flow.number, self.flow.child_of
            mine_only = [b for b in self.flow.breaks if self.flow.loops(b)[0] is loop]
            first = min(number[child_of(loop, one)] for one in mine_only)
            return first if all(self.held(read, loop)[0] <= first for read in mine) else last
        if not any(self.reads.is_lost(r) and not self.is_computed_again(r) for r in mine):
            return last
        bounds = [self.held(read, loop) for read in mine]
        lowest, highest = max(1, *(b[0] for b in bounds)), min(last - 1, *(b[1] for b in bounds))
        return highest if lowest <= highest else last

    def is_held(self, position: int, loop: ir.Loop, read: Read) -> bool:
        """Return whether a name has the value that is read where the values of a trip are saved early."""
        lowest, highest = self.held(read, loop)
        return position < len(loop.body.items) and lowest <= position <= highest

    def held(self, read: Read, loop: ir.Loop) -> tuple[int, int]:
        """Return between which items of the body a name has the value that is read."""

        def number(item: ir.Statement) -> int:
            return self.flow.number[self.flow.child_of(loop, item)]

        taken = next(self.reads.kills(read), None)
        behind = self.flow.order[read.item] if not read.post else self.flow.end(read.item)
        given = [
            number(d)
            for d in self.reads.definitions(read, self.flow.order[loop] + 1, behind)
            if not self.flow.exclusive(d, read.item)
        ]
        highest = max(number(read.item), number(taken)) if taken else len(loop.body.items)
        return max(given, default=-1) + 1, highest

    def chains(self) -> dict[ir.Branch, list[ir.Branch]]:
        """Return for the first of each chain of tests those behind it whose answers are kept."""
        places = {place.item for _, place in self.kept}
        found: dict[ir.Branch, list[ir.Branch]] = {}
        head: dict[ir.Branch, ir.Branch] = {}
        for branch in sorted(self.flags, key=self.flow.order_of):
            before = tested_before(branch, self.flow)
            if before is None or branch in places or ir.never_ends(before.body):
                continue
            is_first = tested_before(before, self.flow) is None
            if before not in self.flags:  # asked twice then
                is_first = is_first and can_ask_again(before, self.circuit.trace)
            if before in head or is_first:
                head[branch] = head.get(before, before)
                found.setdefault(head[branch], []).append(branch)
        return found

    def unbound(self) -> dict[ir.Statement, list[str]]:
        """Return the names that need a value before some items, because they are saved but bound on one side only."""
        assigned = Assigned(self.circuit, self.flow, self)
        wanted = [n for n in self.cached if n not in assigned.at_end]
        for loop, steps in self.steps.items():
            wanted += [n for n in steps.saved if n not in assigned.at_save(loop, steps)]
        wanted += assigned.risky
        firsts = ((name, self.flow.first(name)) for name in dict.fromkeys(wanted))
        known = ((name, first) for name, first in firsts if first is not None)
        return grouped((self.flow.child_of(None, first), name) for name, first in known)


def trip_of(loop: ir.Loop) -> str:
    target = loop.statement.target if isinstance(loop.statement, ast.For) else None
    return target.id if isinstance(target, ast.Name) and target.id != "_" else ""


def tested_before(branch: ir.Branch, flow: Flow) -> ir.Branch | None:
    """Return the branch of which one is all of the other side: in a chain, the test before it."""
    owner = flow.owner[branch]
    return owner if isinstance(owner, ir.Branch) and owner.orelse.items == [branch] else None


# ---- definite assignment


class Assigned:
    """The names that are surely bound at each item."""

    def __init__(self, circuit: ir.Circuit, flow: Flow, versions: Versions) -> None:
        self.flow, self.versions = flow, versions
        self.extra: dict[ir.Statement, list[str]] = {
            loop: [s.name] for loop, s in versions.steps.items()
        }
        self.kept = grouped(((k.place.item, k.place.behind), k) for k in versions.kept.values())
        self.chains = versions.chains()
        self.risky: list[str] = []
        self.saves: dict[tuple[ir.Block, int], set[str]] = {}
        self.early: dict[ir.Statement, set[str]] = {}
        self.at_end = self.block(circuit.block, set(circuit.parameters)) or set()

    def block(self, block: ir.Block, names: set[str]) -> set[str] | None:
        """Return the names surely bound after a block; None if it never ends."""
        current: set[str] | None = set(names)
        in_loop = bool(block.items) and isinstance(self.flow.owner[block.items[0]], ir.Loop)
        for number, item in enumerate(block.items):
            if current is None:
                return None
            if in_loop:
                self.saves[block, number] = set(current)
            current |= set(self.extra.get(item, []))
            self.keep(item, False, current)
            if isinstance(item, ir.Branch):
                asked = [item, *self.chains.get(item, [])]
                flag = {self.versions.flags[b] for b in asked if b in self.versions.flags}
                sides = [self.block(side, current | flag) for side in (item.body, item.orelse)]
                open_sides = [s for s in sides if s is not None]
                current = set.intersection(*open_sides) if open_sides else None
            elif isinstance(item, ir.Loop):
                self.block(item.body, current | set(item.bound))
                endless = isinstance(item.statement, ast.While) and isinstance(
                    item.statement.test, ast.Constant
                )
                if endless:
                    current = self.early.get(item)
            elif isinstance(item, ir.Within):
                current = self.block(item.body, current | set(item.bound))
            elif isinstance(item, ir.Break):
                self.breaks(item, current)
                current = None
            elif isinstance(item, ir.Raise) or isinstance(item.statement, ast.Raise):
                current = None
            else:
                current |= set(item.bound)
            if current is not None:
                self.keep(item, True, current)
        if current is not None:
            self.saves[block, len(block.items)] = set(current)
        return current

    def keep(self, item: ir.Statement, behind: bool, current: set[str]) -> None:
        for kept in self.kept.get((item, behind), []):
            if kept.source not in current:
                self.risky.append(kept.source)
            current.add(kept.name)

    def breaks(self, stage: ir.Break, current: set[str]) -> None:
        loop = self.flow.loops(stage)[0]
        self.early[loop] = self.early.get(loop, current) & current

    def at_save(self, loop: ir.Loop, steps: Steps) -> set[str]:
        position = steps.position if steps.position >= 0 else len(loop.body.items)
        found = self.saves.get((loop.body, position))
        early = self.early.get(loop)
        if found is None:
            return early or set()
        if position < len(loop.body.items):
            return found  # the loop cannot have ended before
        return found & early if early is not None else found


# ---- tests that are asked again

OWNED = (list, dict, set)
"""What changes in place and is small next to an array."""


def can_ask_again(branch: ir.Branch, trace: Trace) -> bool:
    """Return whether a test asks about numbers and sizes; an empty container may be full when it is asked again."""
    test, run = branch.statement.test, trace.run
    if not is_arithmetic(test) or is_outlived(trace, test) or reads_settings(trace, test):
        return False
    return all(is_number_or_size(part, run) for part in syntax.walk(test)) and not any(
        isinstance(run.fact(part).sample, OWNED) for part in truths(test)
    )


def truths(test: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of a test whose truth it asks for."""
    match test:
        case ast.BoolOp(values=values):
            for value in values:
                yield from truths(value)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield from truths(inner)
        case _:
            yield test


def is_number_or_size(part: ast.AST, run: Run) -> bool:
    """Return whether a part of a test computes no array, and reads none out of an object in an object."""
    if isinstance(part, ast.Attribute):
        return isinstance(part.value, ast.Name)
    if isinstance(part, ast.Name | ast.Call):
        return True
    value = run.fact(part).sample if isinstance(part, ast.expr) else None
    return not isinstance(value, np.ndarray) or value.ndim == 0

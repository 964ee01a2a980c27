"""Versions: reads of forward variables go in; out comes where the backward pass finds each value.

A value is supplied by the header of a loop, recomputed at the head of the backward body if that is free, kept in the cache, or saved
for each trip in a list of steps. One that is overwritten before it could be saved is kept under a name of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen import expr
from codegen.backward.assigned import Assigned
from codegen.backward.flow import Flow
from codegen.backward.recompute import recomputed
from codegen.circuit import Branch, Circuit, Item, Loop, Stage
from codegen.spell import named_text


@dataclass(eq=False)
class Read:
    """One value that the backward pass reads.

    Attributes
    ----------
    name : str
    item : Item
        Where the forward pass has the value: before the item, or behind it if `post`.
    kind : str
        `"header"`, `"recompute"`, `"cache"`, `"steps"`; set when it is settled.
    found : str
        The name under which it is read.
    level : Loop, optional
        The loop for each of whose trips it has a value.
    """

    name: str
    item: Item
    post: bool
    kind: str = ""
    found: str = ""
    level: Loop | None = None


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
    recomputed : list of Stage
        What the backward body computes again.
    """

    name: str = ""
    saved: list[str] = field(default_factory=list)
    copied: set[str] = field(default_factory=set)
    position: int = -1
    recomputed: list[Stage] = field(default_factory=list)


CHEAP_TESTS = frozenset(
    {"len", "isinstance", "abs", "min", "max", "int", "bool", "range", "callable"}
)


class Versions:
    """Finds the values that the backward pass of one circuit reads."""

    def __init__(self, circuit: Circuit, flow: Flow, fresh: Callable[[str], str]) -> None:
        self.circuit, self.flow, self.fresh = circuit, flow, fresh
        self.reads: dict[str, Read] = {}
        self.steps: dict[Loop, Steps] = {}
        self.previous: dict[tuple[str, Item], tuple[str, bool]] = {}
        self.cached: dict[str, None] = {}
        self.cached_copies: set[str] = set()
        self.flags: dict[Branch, str] = {}
        self.memory = circuit.trace.run.memory

    # ---- asking

    def key(self, name: str, item: Item, post: bool) -> str:
        """Return the placeholder under which a value is read until it is settled."""
        found = f"{name}@{item.order}{'p' if post else ''}"
        if found not in self.reads:
            self.reads[found] = Read(name, item, post)
        return found

    # ---- settling

    def definitions(self, read: Read) -> list[Item]:
        """Return the items that bind the name or change its memory."""
        found = [*self.flow.definers.get(read.name, []), *self.flow.changers.get(read.name, [])]
        return [*found, *(d for d in self.later_changes(read) if d not in found)]

    def later_changes(self, read: Read) -> list[Item]:
        """Return the items that were seen to change, under another name, memory that is read here."""
        found = []
        for node in ast.walk(read.item.statement) if isinstance(read.item, Stage) else []:
            if isinstance(node, ast.Name) and node.id == read.name and hasattr(node, "place"):
                for place in sorted(self.memory.changed_after(node.place)):
                    item = self.item_at(place)
                    if item is not None and item not in found:
                        found.append(item)
        return found

    def item_at(self, place: int) -> Item | None:
        """Return the item of this circuit whose statement holds a place."""
        run = self.circuit.trace.run
        node: ast.AST | None = run.nodes[place]
        while node is not None:
            if id(node) in self.flow.by_statement:
                return self.flow.by_statement[id(node)]
            node = run.parents.get(id(node))
        return None

    def is_array(self, name: str) -> bool:
        """Return whether a variable may hold an array or a container, which can change in place."""
        for node in ast.walk(self.circuit.trace.tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                sample = self.circuit.trace.run.fact(node).sample
                if isinstance(sample, list | dict) or (
                    isinstance(sample, np.ndarray) and sample.ndim
                ):
                    return True
        return any(
            isinstance(d, Stage)
            and d.wire is not None
            and isinstance(d.wire.sample, np.ndarray | list | dict)
            and d.kind != "store"
            for d in self.flow.definers.get(name, [])
        )

    def changes(self, name: str) -> bool:
        """Return whether the memory of a variable is changed in place after it is read."""
        if not self.is_array(name):
            return False
        if self.flow.changers.get(name):
            return True
        return any(
            isinstance(node, ast.Name)
            and node.id == name
            and hasattr(node, "place")
            and self.memory.changed_after(node.place)
            for node in ast.walk(self.circuit.trace.tree)
        )

    def settle(self, read: Read) -> None:
        """Decide where a value is found, but for the name of one that is overwritten."""
        if read.kind:
            return
        definitions = self.definitions(read)
        read.found = read.name
        read.level = next(
            (
                loop
                for loop in self.flow.loops(read.item)
                if any(self.flow.is_in(d, loop) for d in definitions)
            ),
            None,
        )
        if read.level is None:
            read.kind = "cache"
            return
        inside = [d for d in definitions if self.flow.is_in(d, read.level)]
        if all(d is read.level for d in inside):
            read.kind = "header"
            return
        if len(inside) == 1 and self.can_recompute(read, inside[0]):
            read.kind = "recompute"
            return
        read.kind = "steps"

    def can_recompute(self, read: Read, item: Item) -> bool:
        """Return whether a value is free to compute again at the head of the backward body."""
        assert read.level is not None
        if (
            not isinstance(item, Stage)
            or item.block is not read.level.body
            or not (item.order < read.item.order or (item is read.item and read.post))
        ):
            return False
        group = self.group(item)
        if not all(recomputed(stage) for stage in group):
            return False
        own = {n for stage in group for n in stage.binds}
        if own & set(expr.reads(recompute_tree(group))):  # a value of the trip before
            return False
        inner = []
        for name in expr.reads(recompute_tree(group)):
            if not self.is_local(name):
                continue
            asked = self.reads.get(self.key(name, item, False))
            assert asked is not None
            self.settle(asked)
            inner.append(asked)
        if not all(
            a.kind in ("header", "recompute") or (a.kind == "cache" and not self.overwritten(a))
            for a in inner
        ):
            for a in inner:
                a.kind = a.kind if a.kind != "steps" else ""
            return False
        steps = self.steps.setdefault(read.level, Steps())
        steps.recomputed.extend(s for s in group if s not in steps.recomputed)
        return True

    def group(self, stage: Stage) -> list[Stage]:
        """Return the stages of the same statement in the same block."""
        if stage.kind == "item":
            return [stage]
        return [
            s for s in stage.block.items if isinstance(s, Stage) and s.statement is stage.statement
        ]

    def is_local(self, name: str) -> bool:
        """Return whether a name is a variable of the forward function."""
        return name in self.flow.definers or name in self.circuit.parameters

    def overwritten(self, read: Read) -> list[Item]:
        """Return the items that give the name another value before it could be saved at the end."""
        found = []
        for d in self.definitions(read):
            if read.level is not None and not self.flow.is_in(d, read.level):
                continue
            if d is read.level or (
                read.post and d is not read.item and self.flow.is_in(d, read.item)
            ):
                continue
            if self.flow.is_after(d, read.item) or (d is read.item and not read.post):
                found.append(d)
            elif (
                d is read.item
                and read.post
                and d in self.flow.changers.get(read.name, [])
                and read.name not in binds(d)
            ):
                continue
        return sorted(found, key=lambda d: d.order)

    # ---- all at once

    def finish(
        self,
        wanted: set[str],
        flags: list[tuple[Branch, list[str]]],
        counted: set[Loop],
        variables: dict[Loop, list[str]],
    ) -> None:
        """Settle all reads that the planned lines contain, and save them.

        `flags` are the tests of branches and what they read, `counted` the loops whose number of trips only the forward pass knows,
        `variables` what the backward pass reads of a loop's own variables.
        """
        for key in sorted(wanted, key=lambda k: (self.reads[k].item.order, k)):
            self.settle(self.reads[key])
        kept = [r for key, r in self.reads.items() if key in wanted]
        for branch, keys in flags:
            kept.extend(self.tested(branch, keys))
        for steps in list(self.steps.values()):
            for stage in steps.recomputed:
                for name in expr.reads(recompute_tree(self.group(stage))):
                    if self.is_local(name) and name not in {
                        n for s in self.group(stage) for n in s.binds
                    }:
                        read = self.reads[self.key(name, stage, False)]
                        self.settle(read)
                        kept.append(read)
        self.save(list(dict.fromkeys(kept)), counted, variables)

    def tested(self, branch: Branch, keys: list[str]) -> list[Read]:
        """Return what the backward pass reads to know which side was taken: the test's own variables, or a flag."""
        for key in keys:
            self.settle(self.reads[key])
        costs = any(
            isinstance(n, ast.Call)
            and not (isinstance(n.func, ast.Name) and n.func.id in CHEAP_TESTS)
            for n in ast.walk(branch.test)
        )
        if costs or any(
            self.reads[k].kind == "steps"
            or self.overwritten(self.reads[k])
            or self.is_array(self.reads[k].name)
            for k in keys
        ):
            self.flag(branch)
            read = self.reads[self.key(branch.flag, branch, True)]
            self.settle(read)
            return [read]
        return [self.reads[k] for k in keys]

    def flag(self, branch: Branch) -> None:
        """Let the forward pass hold the test of a branch in a variable."""
        if branch not in self.flags:
            self.flags[branch] = branch.flag = self.fresh("taken")
            self.flow.define(branch.flag, branch)

    def save(self, kept: list[Read], counted: set[Loop], variables: dict[Loop, list[str]]) -> None:
        """Save what is read: in the cache, or for each trip; inner loops first, since an outer one saves their steps."""
        loops = {r.level for r in kept if r.kind == "steps" and r.level is not None} | counted
        several = len(loops) > 1
        for loop in sorted(loops, key=lambda one: -one.order):
            mine = [r for r in kept if r.kind == "steps" and r.level is loop]
            steps = self.steps.setdefault(loop, Steps())
            steps.position = self.position(loop, mine)
            for read in sorted(mine, key=lambda r: self.first(r.name)):
                self.save_step(steps, loop, read)
            steps.saved[:0] = [n for n in variables.get(loop, []) if n not in steps.saved]
            steps.name = self.steps_name(loop, bool(steps.saved), several)
            self.flow.define(steps.name, loop)
            read = Read(steps.name, loop, True)
            self.settle(read)
            kept.append(read)
        for read in kept:
            if read.kind != "cache":
                continue
            if self.overwritten(read):
                read.found, _ = self.kept_before(read)
            self.cached.setdefault(read.found)

    def first(self, name: str) -> int:
        """Return where a name is bound first."""
        return min((d.order for d in self.flow.definers.get(name, [])), default=-1)

    def save_step(self, steps: Steps, loop: Loop, read: Read) -> None:
        """Save one value for each trip."""
        copies = False
        if steps.position < len(loop.body.items) or not self.overwritten(read):
            read.found = read.name
            copies = self.changes(read.name)
        else:
            read.found, copies = self.kept_before(read)
        if read.found not in steps.saved:
            steps.saved.append(read.found)
        if copies:
            steps.copied.add(read.found)

    def steps_name(self, loop: Loop, saves: bool, several: bool) -> str:
        """Return a name for the steps of a loop, or for its number of trips."""
        word = "steps" if saves else "trips"
        target = loop.statement.target if isinstance(loop.statement, ast.For) else None
        return self.fresh(
            f"{word}_{target.id}"
            if several and isinstance(target, ast.Name) and target.id != "_"
            else word
        )

    def kept_before(self, read: Read) -> tuple[str, bool]:
        """Return the name under which an overwritten value is kept; the second is whether steps must copy it again."""
        first = self.overwritten(read)[0]
        place = self.flow.common(first, read.item)
        if (read.name, place) not in self.previous:
            own = self.fresh(f"prev_{read.name}")
            self.previous[read.name, place] = (own, self.changes(read.name))
            self.flow.define(own, place)
        return self.previous[read.name, place][0], False

    def position(self, loop: Loop, mine: list[Read]) -> int:
        """Return where in the body the values of a trip are saved: at its end, or before the first value is lost."""
        last = len(loop.body.items)
        if not any(self.overwritten(r) for r in mine) or has_break(loop):
            return last
        return next(
            (p for p in range(last - 1, 0, -1) if all(self.holds_at(r, loop, p) for r in mine)),
            last,
        )

    def holds_at(self, read: Read, loop: Loop, position: int) -> bool:
        """Return whether a name has the value that is read before an item of the body."""
        at = loop.body.items.index(self.flow.child_of(loop, read.item))  # type: ignore[arg-type]  # it stands in this body
        for d in self.definitions(read):
            if not self.flow.is_in(d, loop) or d is loop:
                continue
            where = loop.body.items.index(self.flow.child_of(loop, d))  # type: ignore[arg-type]  # as above
            after = self.flow.is_after(d, read.item) or (d is read.item and not read.post)
            before = (
                d.order < read.item.order
                and not self.flow.exclusive(d, read.item)
                or (d is read.item and read.post)
            )
            if at < position and after and where < position:
                return False
            if at >= position and before and where >= position:
                return False
        return True

    def unbound(self) -> dict[Item, list[str]]:
        """Return the names that must be None before some items of the function, because they are saved but bound on one side only."""
        assigned = Assigned(self.circuit, self.flow, self)
        found: dict[Item, list[str]] = {}
        wanted: list[str] = [n for n in self.cached if n not in assigned.at_end]
        for loop, steps in self.steps.items():
            wanted += [n for n in steps.saved if n not in assigned.at_save(loop, steps)]
        for name in dict.fromkeys(wanted):
            first = min(self.flow.definers.get(name, []), key=lambda d: d.order, default=None)
            if first is not None:
                found.setdefault(self.flow.child_of(None, first), []).append(name)
        return found


def binds(item: Item) -> list[str]:
    """Return the names a stage binds."""
    return item.binds if isinstance(item, Stage) else []


def recompute_tree(group: list[Stage]) -> ast.AST:
    """Return what is computed again for some stages of one statement."""
    parts = [
        (
            named_text(s.wire.node)
            if s.wire is not None
            else s.value or getattr(s.statement, "value", expr.constant(None))
        )
        for s in group
    ]
    return ast.Tuple(parts, ast.Load())


def has_break(loop: Loop) -> bool:
    """Return whether a loop may end early."""

    def look(block: Any) -> bool:
        for item in block.items:
            if isinstance(item, Stage) and item.kind == "break":
                return True
            if isinstance(item, Branch) and (look(item.body) or look(item.orelse)):
                return True
        return False

    return look(loop.body)

"""Reads of forward variables: a name at an item goes in; out comes in which way the backward pass finds the value.

A value is supplied by the header of a loop, computed again where that is free, kept in the cache, or saved
for each trip.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum
from heapq import merge
from itertools import islice

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import shown_by
from codegen.analysis.repeating import is_arithmetic
from codegen.backward.flow import Flow
from codegen.gates.operands import ufunc_of
from codegen.ir import (
    Bind,
    Block,
    Branch,
    Call,
    Circuit,
    Gate,
    Loop,
    LoopItem,
    Stage,
    Statement,
    Store,
    Update,
    Wire,
    Within,
)
from codegen.records import dataclass
from codegen.stage.recomputable import is_cheap_formula, is_scalar
from codegen.stage.spell import named_text
from codegen.stage.where import is_elementwise
from codegen.trace.facts import CHANGEABLE


@dataclass(frozen=True, eq=False)
class Read:
    """One value that the backward pass reads.

    Attributes
    ----------
    name : str
    item : Statement
        Where the forward pass has the value: before the item, or behind it if `post`.
    shape : bool
        Whether only the shape of an array is read, which no change in place alters.
    settled : bool
        Whether only items are read that no later change touches.
    """

    name: str
    item: Statement
    post: bool
    shape: bool = False
    settled: bool = False


class Way(Enum):
    """In which way the backward pass finds a value."""

    CACHE = "in the cache"
    HEADER = "the header of a loop supplies it"
    STEPS = "saved for each trip of a loop"
    AGAIN = "computed again in each trip of a loop"


@dataclass(frozen=True, eq=False)
class Found:
    """How a value is found: the way, the loop for each of whose trips it has a value, and what is computed again."""

    way: Way
    level: Loop | None = None
    stage: Stage | None = None


class Memory:
    """What changes the memory that reads show, under whatever name."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.run = circuit.trace.run
        self.memory = self.run.memory
        tree = circuit.trace.tree
        self.written = syntax.names(tree)
        self.by_name: dict[str, list[ast.Name]] = {}
        for node in syntax.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                self.by_name.setdefault(node.id, []).append(node)
        self.everywhere: dict[str, tuple[list[int], set[int]]] = {}
        self.arrays: dict[str, bool] = {}
        self.binders: dict[str, list[Statement]] = {}
        self.later: dict[Read, list[Statement]] = {}

    def places(self, read: Read) -> tuple[list[int], set[int]]:
        """Return the places of the function where the run has seen the memory that is read, and the
        places that change it later on.
        """
        stage = read.item if isinstance(read.item, Stage) else None
        if stage is not None and read.post and stage.wire is not None:
            origin = self.run.fact(stage.wire.origin).place
            if (
                isinstance(stage.target, ast.Name)
                and origin is not None
                and self.memory.is_read(origin)
            ):
                return self.changed_after([origin])
        if stage is not None and not read.post:
            own = self.seen(syntax.walk(stage.statement), read.name)
            if own:
                return self.changed_after(own)
        if read.name not in self.everywhere:
            seen = self.seen(self.loaded(read.name), read.name)
            self.everywhere[read.name] = self.changed_after(seen)
        return self.everywhere[read.name]

    def changed_after(self, places: list[int]) -> tuple[list[int], set[int]]:
        """Return places, and those that change what was read there later on."""
        return places, {where for p in places for where in self.memory.changed_after(p)}

    def seen(self, nodes: Iterable[ast.AST], name: str) -> list[int]:
        """Return the places of the nodes that read a name, where the run has seen them."""
        found = [
            self.run.fact(node).place
            for node in nodes
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        ]
        return [place for place in found if place is not None]

    def loaded(self, name: str) -> list[ast.Name]:
        """Return the parts of the function that read a name."""
        return self.by_name.get(name, [])

    def later_changes(self, read: Read) -> list[Statement]:
        """Return the items that were seen to change, under any name, memory that is read here; in order."""
        if read not in self.later:
            seen, places = self.places(read)
            items = {self.item_at(where) for where in places} - {None}
            if not seen:
                items.update(self.changes_of_owner(read))
            self.later[read] = sorted((i for i in items if i is not None), key=self.flow.order_of)
        return self.later[read]

    def changes_outside(self, read: Read) -> bool:
        """Return whether the caller was seen to change memory that is read here, once the function has returned."""
        if read.shape or not self.is_array(read.name):
            return False
        _, places = self.places(read)
        return any(self.item_at(where) is None for where in places)

    def changes_of_owner(self, read: Read) -> list[Statement]:
        """Return what changes the variable of which a made-up name may show a part."""
        name, seen = read.name, set()
        while name not in seen and (own := self.own_stage(name)) is not None:
            seen.add(name)
            name = shown_by(named_text(own.wire.node)) or name  # type: ignore[union-attr]  # see `own_stage`
        return self.flow.changers.get(name, []) if seen else []

    def own_stage(self, name: str) -> Stage | None:
        """Return the stage that binds a name which is not the user's."""
        definers = self.flow.definers.get(name, [])
        only = definers[0] if len(definers) == 1 else None
        if isinstance(only, Bind) and only.wire is not None and name not in self.written:
            return only
        return None

    def item_at(self, place: int) -> Statement | None:
        """Return the item of this circuit whose statement holds a place."""
        node: ast.AST | None = self.run.nodes[place]
        while node is not None:
            if isinstance(node, ast.stmt) and node in self.flow.by_statement:
                return self.flow.by_statement[node]
            node = self.run.parents.get(node)
        return None

    def holds_arrays(self, name: str) -> bool:
        """Return whether a variable was never seen to hold anything but arrays."""
        facts = [self.run.facts.get(node) for node in self.loaded(name)]
        samples = [fact.sample for fact in facts if fact is not None]
        definers = self.flow.definers.get(name, [])
        samples += [d.wire.sample for d in definers if isinstance(d, Stage) and d.wire is not None]
        return bool(samples) and all(isinstance(sample, np.ndarray) for sample in samples)

    def is_array(self, name: str) -> bool:
        """Return whether a variable may hold an array or a container, which can change in place."""
        if name not in self.arrays:
            samples = [self.run.fact(node).sample for node in self.loaded(name)]
            samples += [
                d.wire.sample
                for d in self.flow.definers.get(name, [])
                if isinstance(d, Stage) and d.wire is not None and not isinstance(d, Store)
                # a helper makes its own copies of what its cache holds
                and not (isinstance(d.wire, Call) and name == d.wire.cache)
            ]
            samples += [  # of what changes only: its old value is no part of the text
                self.circuit.trace.run.fact(item.statement).sample
                for item in self.flow.changers.get(name, [])
                if isinstance(item, Stage)
                and isinstance(item.statement, ast.AugAssign)
                and isinstance(item.statement.target, ast.Name)
                and item.statement.target.id == name
            ]
            self.arrays[name] = any(map(is_shared, samples))
        return self.arrays[name]

    def changes(self, read: Read) -> bool:
        """Return whether the memory that is read may change in place before the backward pass reads it."""
        if read.shape or read.settled or not self.is_array(read.name):
            return False
        places = self.places(read)[1]
        if places and not self.are_earlier(read, places):
            return True
        changers = self.flow.changers.get(read.name, [])
        return self.is_reached(read, changers) or self.is_reached(read, self.changes_of_owner(read))

    def are_earlier(self, read: Read, places: set[int]) -> bool:
        """Return whether all of some changes were made between where an array is made and where it is read, in one
        block: those of other trips are changes of other arrays.
        """
        flow = self.flow
        made = next(flow.before(self.bound(read.name), flow.order[read.item]), None)
        here = flow.block[read.item]
        if made is None or flow.block[made] is not here or not makes_array(made):
            return False
        end = flow.order[read.item] + read.post
        items = [self.item_at(place) for place in places]
        return all(
            item is not None
            and flow.block[item] is here
            and flow.order[made] < flow.order[item] < end
            for item in items
        )

    def is_reached(self, read: Read, changers: list[Statement]) -> bool:
        """Return whether a change in place may meet the value that is read: no new value is bound between them."""
        if not changers:
            return False
        flow, bound = self.flow, self.bound(read.name)
        start = flow.order[read.item] + read.post
        after = (
            c for c in changers if c is read.item and not read.post or flow.is_after(c, read.item)
        )
        if not self.are_hidden(after, bound, start):
            return True
        return any(
            not self.are_hidden(
                flow.between(changers, flow.order[loop], flow.end(loop)), bound, flow.order[loop]
            )
            for loop in flow.loops(read.item)
            if not any(
                flow.block[d] is loop.body for d in flow.between(bound, start, flow.end(loop))
            )
        )

    def bound(self, name: str) -> list[Statement]:
        """Return the items that bind a name to new memory, in order."""
        if name not in self.binders:
            self.binders[name] = [
                d for d in self.flow.definers.get(name, []) if isinstance(d, Bind | LoopItem)
            ]
        return self.binders[name]

    def are_hidden(
        self, changers: Iterator[Statement], bound: Sequence[Statement], start: int
    ) -> bool:
        """Return whether before each of some changes, and not before `start`, the name gets another value."""
        flow, covered = self.flow, 0
        for change in changers:
            if flow.order[change] < covered:
                continue
            blocks = set(flow.blocks(change))
            hiding = (
                d
                for d in flow.before(bound, flow.order[change])
                if flow.block[d] in blocks or flow.order[d] < start
            )
            last = next(hiding, None)
            if last is None or flow.order[last] < start:
                return False
            covered = flow.end(flow.owner[last])
        return True


def makes_array(item: Statement) -> bool:
    """Return whether an item binds a new array: what works item by item makes one, unless it is told where to."""
    value = getattr(item.statement, "value", None)
    if not isinstance(item, Bind) or not isinstance(value, ast.expr):
        return False
    calls = [part for part in syntax.walk(value) if isinstance(part, ast.Call)]
    functions = [ufunc_of(syntax.show(call.func)) for call in calls]
    if any(
        call.keywords or function and len(call.args) != function.nin
        for call, function in zip(calls, functions, strict=True)
    ):
        return False
    if item.wire is not None:
        return isinstance(item.wire, Gate) and is_elementwise(item.wire)
    return isinstance(value, ast.Call) and functions[0] is not None


def key_of(name: str, flow: Flow, item: Statement, post: bool = True) -> str:
    """Return the placeholder of a value as it is before an item, or behind it."""
    return f"{name}@{flow.order[item]}{'p' if post else ''}"


class Reads:
    """The values that the backward pass of one circuit reads."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.memory = Memory(circuit, flow)
        self.known: dict[str, Read] = {}
        self.ways: dict[Read, Found] = {}
        self.again: dict[Block, list[Stage]] = {}

    def key(self, name: str, item: Statement, post: bool) -> str:
        """Return the placeholder under which a value is read until it is settled."""
        found = key_of(name, self.flow, item, post)
        if found not in self.known:
            self.known[found] = Read(name, item, post)
        return found

    def settled_key(self, name: str, stage: Stage) -> str:
        """Return the placeholder of a variable of which a stage reads items that no later change touches, if no other
        change was seen either.
        """
        plain = self.key(name, stage, False)
        own = {item.statement for item in self.flow.changers.get(name, [])}
        if any(i.statement not in own for i in self.memory.later_changes(self.known[plain])):
            return plain
        return self.noted(f"{plain}s", Read(name, stage, False, settled=True))

    def noted(self, key: str, read: Read) -> str:
        """Note the read that a placeholder stands for; return the placeholder."""
        self.known.setdefault(key, read)
        return key

    def measured(self, keys: set[str]) -> None:
        """Note that only the shapes of some values are read."""
        for key in keys:
            read = self.known[key]
            self.known[key] = replace(read, shape=self.memory.holds_arrays(read.name))

    def read(self, name: str, item: Statement, post: bool) -> Read:
        """Return a value that the backward pass reads."""
        return self.known[self.key(name, item, post)]

    def found(self, read: Read) -> Found:
        """Return in which way a value is found."""
        if read in self.ways:
            return self.ways[read]
        for loop in self.flow.loops(read.item):
            inside = list(
                islice(self.definitions(read, self.flow.order[loop], self.flow.end(loop)), 2)
            )
            if inside:
                break
        else:
            self.ways[read] = Found(Way.CACHE)
            return self.ways[read]
        # known before it is asked for again, by what a value is computed again of that is made of itself
        self.ways[read] = Found(Way.HEADER if inside == [loop] else Way.STEPS, loop)
        match inside:
            case [Stage() as stage] if self.is_free(read, stage):
                self.ways[read] = Found(Way.AGAIN, loop, stage)
        return self.ways[read]

    # ---- what gives a name its values

    def definitions(self, read: Read, low: int, high: int) -> Iterator[Statement]:
        """Yield the items with numbers from `low` up to `high` that bind the name or change its memory, in order."""
        own = self.flow.between(self.flow.definers.get(read.name, []), low, high)
        if read.shape or read.settled:
            yield from (d for d in own if not is_update(d))
            return
        changers = self.flow.between(self.flow.changers.get(read.name, []), low, high)
        later = self.flow.between(self.memory.later_changes(read), low, high)
        known: Statement | None = None
        for item in merge(own, changers, later, key=self.flow.order_of):
            if item is not known:
                yield item
            known = item

    def kills(self, read: Read) -> Iterator[Statement]:
        """Yield the items that give the name another value behind the read, in the same trip; in order."""
        start = self.flow.end(read.item) if read.post else self.flow.order[read.item]
        for d in self.definitions(read, start, self.flow.end(self.found(read).level)):
            if d is read.item or self.flow.is_after(d, read.item):
                yield d

    def is_lost(self, read: Read) -> bool:
        """Return whether the name has another value behind the read, in the same trip."""
        return next(self.kills(read), None) is not None

    # ---- what is free to compute again

    def is_free(self, read: Read, item: Stage) -> bool:
        """Return whether a value costs nothing to compute again where the backward pass of its block begins."""
        level = self.found(read).level
        assert level is not None
        if not self.flow.is_under(read.item, self.flow.block[item]):
            return False
        order = self.flow.order
        if not (order[item] < order[read.item] or (item is read.item and read.post)):
            return False
        group = self.group(item)
        is_item = isinstance(item, LoopItem)
        return all(recomputed(stage) for stage in group) and all(
            self.is_at_hand(self.read(name, item, False), level, is_item)
            for name in self.inner(group)
        )

    def is_at_hand(self, read: Read, level: Loop, is_item: bool) -> bool:
        """Return whether a value is there when a trip of a loop begins; what a loop runs over is kept once under a name
        of its own, rather than each of its items.
        """
        found = self.found(read)
        if found.way is Way.STEPS and found.level is level:
            return False
        if found.way in (Way.HEADER, Way.AGAIN) or not self.is_lost(read):
            return True
        return is_item and found.way is Way.CACHE and not self.memory.changes(read)

    def group(self, stage: Stage) -> list[Stage]:
        """Return the stages that are computed again together: the passive ones of one statement."""
        if isinstance(stage, LoopItem) or stage.wire is not None:
            return [stage]
        items = [i for i in self.flow.block[stage].items if isinstance(i, Stage)]
        return [s for s in items if s.statement is stage.statement]

    def inner(self, group: list[Stage]) -> list[str]:
        """Return the variables that are read when stages are computed again."""
        return [n for n in syntax.reads(text_of(group)) if self.is_local(n)]

    def is_local(self, name: str) -> bool:
        """Return whether a name is a variable of the forward function."""
        return name in self.flow.definers or name in self.circuit.parameters

    def add(self, reads: list[Read], found: dict[Read, None]) -> None:
        """Add reads to those that are found already, and what computing again needs; note what is computed
        again in which block.
        """
        waiting = deque(reads)
        while waiting:
            read = waiting.popleft()
            if read in found:
                continue
            found[read] = None
            stage = self.found(read).stage
            if stage is None:
                continue
            group = self.group(stage)
            again = self.again.setdefault(self.home(self.flow.block[stage]), [])
            again.extend(s for s in group if s not in again)
            waiting.extend(self.read(n, stage, False) for n in self.inner(group))

    def home(self, block: Block) -> Block:
        """Return the block in whose backward lines a block's lines stand."""
        owner = self.flow.owner[block.items[0]]
        if isinstance(owner, Within) or (isinstance(owner, Branch) and owner.is_open_on_one_side()):
            return self.home(self.flow.block[owner])
        return block


def is_update(item: Statement) -> bool:
    """Return whether an item gives a variable new values in the memory it has."""
    return (
        isinstance(item, Update)
        and item.wire is not None
        and isinstance(item.wire.sample, np.ndarray)
    )


def is_shared(value: object) -> bool:
    """Return whether a value can be changed in place."""
    return isinstance(value, CHANGEABLE)


# ---- what is free to compute again

MOST_OPERATORS = 3  # of numbers; a longer formula is saved instead


def recomputed(stage: Stage) -> bool:
    """Return whether a stage is an item of what a loop runs over, a view, or short arithmetic on numbers."""
    if isinstance(stage, LoopItem):
        return True
    if not isinstance(stage, Bind):
        return False
    if stage.wire is not None:
        return isinstance(stage.target, ast.Name) and (
            is_view_of_name(stage) or is_number_formula(stage.wire)
        )
    statement = stage.statement
    return (
        isinstance(statement, ast.Assign)
        and not stage.rewritten
        and is_arithmetic(statement.value)
        and not isinstance(stage.sample, np.ndarray)
    )


def is_view_of_name(stage: Stage) -> bool:
    """Return whether a stage only takes a view, or a number, out of a variable; a transposed one, too."""
    wire = stage.wire
    while isinstance(wire, Gate) and isinstance(wire.node, ast.Attribute) and wire.node.attr == "T":
        (wire,) = wire.operands.values()
    if not isinstance(wire, Gate) or not isinstance(wire.node, ast.Subscript):
        return False
    return is_cheap_formula(wire)


def is_number_formula(wire: Wire) -> bool:
    """Return whether a wire adds and multiplies a few numbers."""
    tree = named_text(wire.node)
    operators = [n for n in syntax.walk(tree) if isinstance(n, ast.BinOp | ast.UnaryOp)]
    return (
        isinstance(wire, Gate)
        and all(is_scalar(one) for one in (wire, *wires_below(wire)))
        and is_arithmetic(tree)
        and not any(isinstance(n, ast.Call) for n in syntax.walk(tree))
        and not any(isinstance(n.op, ast.Div) or is_high_power(n) for n in operators)
        and 0 < len(operators) <= MOST_OPERATORS
    )


def is_high_power(part: ast.BinOp | ast.UnaryOp) -> bool:
    """Return whether a part of a formula is a power, but for squares and cubes."""
    if not isinstance(part.op, ast.Pow):
        return False
    assert isinstance(part, ast.BinOp)
    return not isinstance(part.right, ast.Constant) or part.right.value not in (2, 3)


def wires_below(wire: Wire) -> list[Wire]:
    """Return the wires of a formula, not looking below an index."""
    found: list[Wire] = []
    if not isinstance(wire.node, ast.Subscript):
        for operand in wire.operands.values():
            found.append(operand)
            if operand.name is None:
                found.extend(wires_below(operand))
    return found


def value_of(stage: Stage) -> ast.expr | None:
    """Return the text of a passive value that no statement says alone."""
    return stage.value if isinstance(stage, Bind | LoopItem) else None


def text_of(group: Sequence[Stage]) -> ast.expr:
    """Return what is computed again for some stages of one statement."""
    parts = [
        (
            named_text(s.wire.node)
            if s.wire is not None
            else value_of(s) or getattr(s.statement, "value", syntax.constant(None))
        )
        for s in group
    ]
    return ast.Tuple(parts, ast.Load())

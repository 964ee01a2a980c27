"""Reads of forward variables: a name at an item goes in; out comes in which way the backward pass finds the value.

A value is supplied by the header of a loop, computed again where that is free, kept in the cache, or saved
for each trip.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from heapq import merge
from itertools import islice

import numpy as np

from codegen import ir, syntax
from codegen.analysis.effects import is_arithmetic
from codegen.backward.flow import Flow
from codegen.backward.overwritten import Overwritten, Read
from codegen.records import dataclass
from codegen.stage.recomputable import is_cheap_formula, is_scalar


class Way(Enum):
    """In which way the backward pass finds a value."""

    CACHE = "in the cache"
    HEADER = "the header of a loop supplies it"
    STEPS = "saved for each trip of a loop"
    AGAIN = "computed again where the backward pass of its block begins"


@dataclass(frozen=True, eq=False)
class Found:
    """How a value is found: the way, the loop for each of whose trips it has a value, and what is computed again."""

    way: Way
    level: ir.Loop | None = None
    stage: ir.Stage | None = None


def key_of(name: str, flow: Flow, item: ir.Statement, post: bool = True) -> str:
    """Return the placeholder of a value as it is before an item, or behind it."""
    return f"{name}@{flow.order[item]}{'p' if post else ''}"


def value_key(key: str) -> str:
    """Return the placeholder of a value where that of the name stands for its shape alone."""
    return f"{key}v"


def unplaced(tree: ast.expr) -> ast.expr:
    return syntax.rewrite(
        tree, lambda p: syntax.name(p.id.partition("@")[0]) if isinstance(p, ast.Name) else None
    )


class Reads:
    """The values that the backward pass of one circuit reads."""

    def __init__(self, circuit: ir.Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.memory = Overwritten(circuit, flow)
        self.known: dict[str, Read] = {}
        self.ways: dict[Read, Found] = {}
        self.again: dict[ir.Block, list[ir.Stage]] = {}

    def key(self, name: str, item: ir.Statement, post: bool) -> str:
        """Return the placeholder under which a value is read until it is settled."""
        found = key_of(name, self.flow, item, post)
        if found not in self.known:
            self.known[found] = Read(name, item, post)
        return found

    def settled_key(self, name: str, stage: ir.Stage, post: bool) -> str:
        """Return the placeholder of a variable of which a stage reads items that no change touches later."""
        plain = self.key(name, stage, post)
        own = {item.statement for item in self.flow.changers.get(name, [])}
        if any(i.statement not in own for i in self.memory.later_changes(self.known[plain])):
            return plain
        return self.noted(f"{plain}s", Read(name, stage, post, settled=True))

    def noted(self, key: str, read: Read) -> str:
        """Note the read that a placeholder stands for; return the placeholder."""
        self.known.setdefault(key, read)
        return key

    def measured(self, keys: set[str]) -> None:
        """Note that only the shapes of some values are read."""
        for key in keys:
            read = self.known[key]
            self.known[key] = replace(read, shape=self.memory.holds_arrays(read.name))

    def read(self, name: str, item: ir.Statement, post: bool) -> Read:
        """Return a value that the backward pass reads; lines may read its shape there, too."""
        key = self.key(name, item, post)
        if self.known[key].shape:
            key = self.noted(value_key(key), Read(name, item, post))
        return self.known[key]

    def found(self, read: Read) -> Found:
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
            case [ir.Stage() as stage] if self.is_free(read, stage):
                self.ways[read] = Found(Way.AGAIN, loop, stage)
        return self.ways[read]

    # ---- what gives a name its values

    def definitions(self, read: Read, low: int, high: int) -> Iterator[ir.Statement]:
        """Yield the items with numbers from `low` up to `high` that bind the name or change its memory, in order."""
        own = self.flow.between(self.flow.definers.get(read.name, []), low, high)
        if read.shape or read.settled:
            yield from (d for d in own if not is_update(d))
            return
        changers = self.flow.between(self.flow.changers.get(read.name, []), low, high)
        later = self.flow.between(self.memory.later_changes(read), low, high)
        known: ir.Statement | None = None
        for item in merge(own, changers, later, key=self.flow.order_of):
            if item is not known:
                yield item
            known = item

    def kills(self, read: Read) -> Iterator[ir.Statement]:
        """Yield the items that give the name another value behind the read, in the same trip; in order."""
        start = self.flow.end(read.item) if read.post else self.flow.order[read.item]
        for d in self.definitions(read, start, self.flow.end(self.found(read).level)):
            if d is read.item or self.flow.is_after(d, read.item):
                yield d

    def is_lost(self, read: Read) -> bool:
        """Return whether the name has another value behind the read, in the same trip."""
        return next(self.kills(read), None) is not None

    # ---- what is free to compute again

    def is_free(self, read: Read, item: ir.Stage) -> bool:
        """Return whether a value costs nothing to compute again where the backward pass of its block begins."""
        level = self.found(read).level
        if not self.flow.is_under(read.item, self.flow.block[item]):
            return False
        order = self.flow.order
        if not (order[item] < order[read.item] or (item is read.item and read.post)):
            return False
        group = self.group(item)
        is_item = isinstance(item, ir.LoopItem)
        return all(recomputed(stage) for stage in group) and all(
            self.is_at_hand(self.read(name, item, False), level, is_item)
            for name in self.inner(group)
        )

    def is_at_hand(self, read: Read, level: ir.Loop | None, is_item: bool) -> bool:
        """Return whether a value is there when a trip, or the backward pass, begins; what is run over is kept once."""
        found = self.found(read)
        if found.way is Way.STEPS and found.level is level:
            return False
        if found.way in (Way.HEADER, Way.AGAIN) or not self.is_lost(read):
            return True
        return is_item and found.way is Way.CACHE and not self.memory.changes(read)

    def group(self, stage: ir.Stage) -> list[ir.Stage]:
        """Return the stages that are computed again together: the passive ones of one statement."""
        if isinstance(stage, ir.LoopItem) or stage.wire is not None:
            return [stage]
        items = [i for i in self.flow.block[stage].items if isinstance(i, ir.Stage)]
        return [s for s in items if s.statement is stage.statement]

    def inner(self, group: list[ir.Stage]) -> list[str]:
        """Return the variables that are read when stages are computed again."""
        return [n for n in syntax.reads(text_of(group)) if self.is_local(n)]

    def nameless(self, name: str) -> ast.expr | None:
        """Return the item of what a loop runs over that only we name: `Q[i]` for `for i, (a, b) in enumerate(Q)`."""
        made = self.flow.definers.get(name, [])
        if len(made) != 1 or not isinstance(made[0], ir.LoopItem) or name in self.memory.written:
            return None
        return ir.named_text(made[0].wire.node) if made[0].wire is not None else None

    def is_local(self, name: str) -> bool:
        return name in self.flow.definers or name in self.circuit.parameters

    def add(self, reads: list[Read], found: dict[Read, None]) -> None:
        """Add reads, and what computing them again needs; note what is computed again in which block."""
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

    def home(self, block: ir.Block) -> ir.Block:
        """Return the block in whose backward lines a block's lines stand."""
        owner = self.flow.owner[block.items[0]]
        if isinstance(owner, ir.Within) or (
            isinstance(owner, ir.Branch) and owner.is_open_on_one_side()
        ):
            return self.home(self.flow.block[owner])
        return block


def is_update(item: ir.Statement) -> bool:
    return (
        isinstance(item, ir.Update)
        and item.wire is not None
        and isinstance(item.wire.sample, np.ndarray)
    )


# ---- what is free to compute again

MOST_OPERATORS = 3  # of numbers; a longer formula is saved instead


def recomputed(stage: ir.Stage) -> bool:
    """Return whether a stage is an item of what a loop runs over, a view, or short arithmetic on numbers."""
    if isinstance(stage, ir.LoopItem):
        return True
    if not isinstance(stage, ir.Bind):
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


def is_view_of_name(stage: ir.Stage) -> bool:
    """Return whether a stage only takes a view, or a number, out of a variable; a transposed one, too."""
    wire = stage.wire
    while (
        isinstance(wire, ir.Gate) and isinstance(wire.node, ast.Attribute) and wire.node.attr == "T"
    ):
        (wire,) = wire.operands.values()
    if not isinstance(wire, ir.Gate) or not isinstance(wire.node, ast.Subscript):
        return False
    return is_cheap_formula(wire)


def is_number_formula(wire: ir.Wire) -> bool:
    tree = ir.named_text(wire.node)
    operators = [n for n in syntax.walk(tree) if isinstance(n, ast.BinOp | ast.UnaryOp)]
    return (
        isinstance(wire, ir.Gate)
        and all(is_scalar(one) for one in (wire, *wires_below(wire)))
        and is_arithmetic(tree)
        and not syntax.has(tree, ast.Call)
        and not any(is_division(n) or is_high_power(n) for n in operators)
        and 0 < len(operators) <= MOST_OPERATORS
    )


def is_division(part: ast.BinOp | ast.UnaryOp) -> bool:
    """Return whether a part of a formula divides by more than a number that is written out."""
    return isinstance(part.op, ast.Div) and not isinstance(part.right, ast.Constant)


def is_high_power(part: ast.BinOp | ast.UnaryOp) -> bool:
    """Return whether a part of a formula is a power, but for squares and cubes."""
    if not isinstance(part.op, ast.Pow):
        return False
    assert isinstance(part, ast.BinOp)
    return not isinstance(part.right, ast.Constant) or part.right.value not in (2, 3)


def wires_below(wire: ir.Wire) -> list[ir.Wire]:
    """Return the wires of a formula, not looking below an index."""
    found: list[ir.Wire] = []
    if not isinstance(wire.node, ast.Subscript):
        for operand in wire.operands.values():
            found.append(operand)
            if operand.name is None:
                found.extend(wires_below(operand))
    return found


def value_of(stage: ir.Stage) -> ast.expr | None:
    """Return the text of a passive value that no statement says alone."""
    return stage.value if isinstance(stage, ir.Bind | ir.LoopItem) else None


def text_of(group: Sequence[ir.Stage]) -> ast.expr:
    parts = [
        (
            ir.named_text(s.wire.node)
            if s.wire is not None
            else value_of(s) or getattr(s.statement, "value", syntax.constant(None))
        )
        for s in group
    ]
    return ast.Tuple(parts, ast.Load())

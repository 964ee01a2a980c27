"""Overwritten values: a read of the backward pass goes in; out comes what changes that memory before it is read, under
whatever name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from codegen import syntax
from codegen.analysis.aliasing import shown_by
from codegen.backward.flow import Flow
from codegen.gates.operands import ufunc_of
from codegen.ir import Bind, Call, Circuit, Gate, LoopItem, Stage, Statement, Store, named_text
from codegen.records import dataclass
from codegen.stage.where import is_elementwise
from codegen.tables import grouped
from codegen.trace.facts import CHANGEABLE, kind_of

NOTHING = kind_of(None)


@dataclass(frozen=True, eq=False)
class Read:
    """One value that the backward pass reads."""

    name: str
    item: Statement
    """Where the forward pass has the value: before the item, or behind it if `post`."""
    post: bool
    shape: bool = False
    """Whether only the shape of an array is read, which no change in place alters."""
    settled: bool = False
    """Whether only items are read that no later change touches."""


def held_nothing(circuit: Circuit) -> set[str]:
    """Return the variables that were seen to hold None, or are bound to it."""
    run, tree = circuit.trace.run, circuit.trace.tree
    names = syntax.loads(tree, ast.Name)
    bound = [
        target.id
        for statement in syntax.every(ast.Assign, tree)
        for target, value in syntax.bindings(statement)
        if isinstance(target, ast.Name) and syntax.is_nothing(value)
    ]
    seen = [node.id for node in names if node in run.facts and NOTHING in run.facts[node].kinds]
    return {*bound, *seen}


class Overwritten:
    """What changes the memory that reads show, under whatever name."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.run = circuit.trace.run
        self.memory = self.run.memory
        tree = circuit.trace.tree
        self.written = syntax.names(tree)
        self.nothings = held_nothing(circuit)
        self.by_name = grouped((node.id, node) for node in syntax.loads(tree, ast.Name))
        self.everywhere: dict[str, tuple[list[int], set[int]]] = {}
        self.arrays: dict[str, bool] = {}
        self.binders: dict[str, list[Statement]] = {}
        self.later: dict[Read, list[Statement]] = {}
        # of several calls in one statement each is a stage
        self.calls: dict[ast.AST, Statement] = {
            item.wire.origin: item
            for item in flow.order
            if isinstance(item, Stage) and isinstance(item.wire, Call)
        }

    def places(self, read: Read) -> tuple[list[int], set[int]]:
        """Return where the run has seen the memory that is read, and where it is changed later on."""
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
        while name not in seen and (own := self.own_stage(name, read.item)) is not None:
            seen.add(name)
            name = shown_by(named_text(own.wire.node)) or name  # type: ignore[union-attr]  # see `own_stage`
        return self.flow.changers.get(name, []) if seen else []

    def own_stage(self, name: str, at: Statement) -> Stage | None:
        """Return the stage that binds a name which is not the user's, as it is read at an item."""
        makers = self.flow.definers.get(name, [])
        definers = [d for d in makers if not self.flow.exclusive(d, at)]
        only = definers[0] if len(definers) == 1 else None
        if isinstance(only, Bind) and only.wire is not None and name not in self.written:
            return only
        return None

    def item_at(self, place: int) -> Statement | None:
        node: ast.AST | None = self.run.nodes[place]
        while node is not None:
            if node in self.calls:
                return self.calls[node]
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

    def is_none_at_times(self, name: str) -> bool:
        """Return whether a variable may hold None: an argument that may be left out, or one that was seen to."""
        return name in self.circuit.optional or name in self.nothings

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
                and syntax.identifier(item.statement.target) == name
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
        if self.is_reached(read, changers) or self.is_reached(read, self.changes_of_owner(read)):
            return True
        return self.is_outlived(read)

    def is_outlived(self, read: Read) -> bool:
        """Return whether a made-up name shows a part of what the next call of the function changes."""
        own, seen = self.own_stage(read.name, read.item), {read.name}
        while own is not None and own.wire is not None:
            shown = shown_by(named_text(own.wire.node))
            places = self.seen(syntax.walk(own.wire.origin), shown or "")
            if any(map(self.memory.is_outlived, places)):
                return True
            own = self.own_stage(shown, read.item) if shown and shown not in seen else None
            seen.add(shown or "")
        return False

    def are_earlier(self, read: Read, places: set[int]) -> bool:
        """Return whether changes came between an array's birth and its read, in one block: else they are of others."""
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
    calls = syntax.every(ast.Call, value)
    functions = [ufunc_of(syntax.show(call.func)) for call in calls]
    if any(
        call.keywords or function and len(call.args) != function.nin
        for call, function in zip(calls, functions, strict=True)
    ):
        return False
    if item.wire is not None:
        return isinstance(item.wire, Gate) and is_elementwise(item.wire)
    return isinstance(value, ast.Call) and functions[0] is not None


def is_shared(value: object) -> bool:
    return isinstance(value, CHANGEABLE)

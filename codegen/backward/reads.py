"""Reads of forward variables: a name at an item goes in; out comes in which way the backward pass finds the value.

A value is supplied by the header of a loop, computed again where that is free, kept in the cache, or saved for each trip.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from codegen import expr
from codegen.backward.flow import Flow
from codegen.backward.recompute import recomputed, text_of
from codegen.circuit import Block, Branch, Circuit, Item, Loop, Stage, Within
from codegen.spell import named_text
from codegen.trace.facts import CHANGEABLE
from codegen.trace.roots import shown_by


@dataclass(eq=False)
class Read:
    """One value that the backward pass reads.

    Attributes
    ----------
    name : str
    item : Item
        Where the forward pass has the value: before the item, or behind it if `post`.
    kind : str
        `"header"`, `"again"`, `"cache"`, `"steps"`; set when it is settled.
    found : str
        The name under which it is read.
    level : Loop, optional
        The loop for each of whose trips it has a value.
    stage : Stage, optional
        What is computed again.
    shape : bool
        Whether only the shape of an array is read, which no change in place alters.
    """

    name: str
    item: Item
    post: bool
    kind: str = ""
    found: str = ""
    level: Loop | None = None
    stage: Stage | None = None
    shape: bool = False


class Reads:
    """The values that the backward pass of one circuit reads."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.reads: dict[str, Read] = {}
        self.by_name: dict[str, list[ast.Name]] = {}
        self.memory = circuit.trace.run.memory
        self.again: dict[Block, list[Stage]] = {}
        tree = circuit.trace.tree
        self.written = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}

    def key(self, name: str, item: Item, post: bool) -> str:
        """Return the placeholder under which a value is read until it is settled."""
        found = f"{name}@{item.order}{'p' if post else ''}"
        if found not in self.reads:
            self.reads[found] = Read(name, item, post)
        return found

    def measured(self, keys: set[str]) -> None:
        """Note that only the shapes of some values are read."""
        for key in keys:
            read = self.reads[key]
            read.shape = self.holds_arrays(read.name)

    def read(self, name: str, item: Item, post: bool) -> Read:
        """Return a value that the backward pass reads, settled."""
        found = self.reads[self.key(name, item, post)]
        self.settle(found)
        return found

    def settle(self, read: Read) -> None:
        """Decide in which way a value is found."""
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
        read.kind = "steps"
        if len(inside) == 1 and self.is_free(read, inside[0]):
            assert isinstance(inside[0], Stage)
            read.kind, read.stage = "again", inside[0]

    # ---- what gives a name its values

    def definitions(self, read: Read) -> list[Item]:
        """Return the items that bind the name or change its memory."""
        if read.shape:
            return [d for d in self.flow.definers.get(read.name, []) if not is_update(d)]
        found = [*self.flow.definers.get(read.name, []), *self.flow.changers.get(read.name, [])]
        return list(dict.fromkeys([*found, *self.later_changes(read)]))

    def kills(self, read: Read) -> list[Item]:
        """Return the items that give the name another value behind the read, in the same trip."""
        found = []
        for d in self.definitions(read):
            if d is read.level or read.level is not None and not self.flow.is_in(d, read.level):
                continue
            if read.post and self.flow.is_in(d, read.item):
                continue
            if d is read.item or self.flow.is_after(d, read.item):
                found.append(d)
        return sorted(found, key=lambda d: d.order)

    def places(self, read: Read) -> list[int]:
        """Return the places of the function where the run has seen the memory that is read."""
        stage = read.item if isinstance(read.item, Stage) else None
        if stage is not None and read.post and stage.wire is not None:
            origin = getattr(stage.wire.origin, "place", None)
            if (
                isinstance(stage.target, ast.Name)
                and isinstance(origin, int)
                and origin in self.memory.reads
            ):
                return [origin]
        if stage is not None and not read.post:
            own = [n.place for n in expr.walk(stage.statement) if self.is_read_of(n, read.name)]  # type: ignore[attr-defined]  # seen by `is_read_of`
            if own:
                return own
        return [n.place for n in self.seen(read.name)]  # type: ignore[attr-defined]  # as above

    def seen(self, name: str) -> list[ast.Name]:
        """Return the parts of the function that read a name where the run has seen it."""
        return [node for node in self.loaded(name) if self.is_read_of(node, name)]

    def loaded(self, name: str) -> list[ast.Name]:
        """Return the parts of the function that read a name."""
        if not self.by_name:
            for node in expr.walk(self.circuit.trace.tree):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    self.by_name.setdefault(node.id, []).append(node)
        return self.by_name.get(name, [])

    def is_read_of(self, node: ast.AST, name: str) -> bool:
        """Return whether a part of the function reads a name where the run has seen it."""
        return (
            isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
            and hasattr(node, "place")
        )

    def later_changes(self, read: Read) -> list[Item]:
        """Return the items that were seen to change, under any name, memory that is read here."""
        seen = self.places(read)
        places = {where for p in seen for where in self.memory.changed_after(p)}
        found = [self.item_at(where) for where in sorted(places)]
        if not seen:
            found += self.changes_of_owner(read)
        return [item for item in dict.fromkeys(found) if item is not None]

    def changes_outside(self, read: Read) -> bool:
        """Return whether the caller was seen to change memory that is read here, once the function has returned."""
        places = {where for p in self.places(read) for where in self.memory.changed_after(p)}
        return any(self.item_at(where) is None for where in places) and self.is_array(read.name)

    def changes_of_owner(self, read: Read) -> list[Item]:
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
        made = isinstance(only, Stage) and only.kind == "bind" and name not in self.written
        return only if made and only.wire is not None else None  # type: ignore[return-value,union-attr]  # a stage, see above

    def item_at(self, place: int) -> Item | None:
        """Return the item of this circuit whose statement holds a place."""
        run = self.circuit.trace.run
        node: ast.AST | None = run.nodes[place]
        while node is not None:
            if id(node) in self.flow.by_statement:
                return self.flow.by_statement[id(node)]
            node = run.parents.get(id(node))
        return None

    def holds_arrays(self, name: str) -> bool:
        """Return whether a variable was never seen to hold anything but arrays."""
        samples = [self.circuit.trace.run.fact(node).sample for node in self.seen(name)]
        definers = self.flow.definers.get(name, [])
        samples += [d.wire.sample for d in definers if isinstance(d, Stage) and d.wire is not None]
        return bool(samples) and all(isinstance(sample, np.ndarray) for sample in samples)

    def is_array(self, name: str) -> bool:
        """Return whether a variable may hold an array or a container, which can change in place."""
        if any(is_shared(self.circuit.trace.run.fact(node).sample) for node in self.loaded(name)):
            return True
        return any(
            isinstance(d, Stage)
            and d.wire is not None
            and is_shared(d.wire.sample)
            and d.kind != "store"
            for d in self.flow.definers.get(name, [])
        )

    def changes(self, read: Read) -> bool:
        """Return whether the memory that is read may change in place before the backward pass reads it."""
        if read.shape or not self.is_array(read.name):
            return False
        if any(self.memory.changed_after(p) for p in self.places(read)):
            return True
        changers = [*self.flow.changers.get(read.name, []), *self.changes_of_owner(read)]
        return any(self.reaches(read, d) for d in changers)

    def reaches(self, read: Read, change: Item) -> bool:
        """Return whether a change in place may meet the value that is read: no new value is bound between them."""
        bound = [
            d
            for d in self.flow.definers.get(read.name, [])
            if isinstance(d, Stage) and d.kind in ("bind", "item")
        ]
        behind = [
            d for d in bound if d.order > read.item.order or (d is read.item and not read.post)
        ]
        before = [
            d
            for d in bound
            if d.order < change.order and any(d.block is b for b in self.flow.blocks(change))
        ]
        after = change is read.item and not read.post or self.flow.is_after(change, read.item)
        if after and not any(d in behind for d in before):
            return True
        return any(
            self.flow.is_in(change, loop)
            and not any(self.flow.is_in(d, loop) for d in before)
            and not any(d.block is loop.body for d in behind)
            for loop in self.flow.loops(read.item)
        )

    # ---- what is free to compute again

    def is_free(self, read: Read, item: Item) -> bool:
        """Return whether a value costs nothing to compute again where the backward pass of its block begins."""
        assert read.level is not None
        if not isinstance(item, Stage) or not any(
            item.block is b for b in self.flow.blocks(read.item, read.level)
        ):
            return False
        if not (item.order < read.item.order or (item is read.item and read.post)):
            return False
        group = self.group(item)
        return all(recomputed(stage) for stage in group) and all(
            self.is_at_hand(self.read(name, item, False), read.level) for name in self.inner(group)
        )

    def is_at_hand(self, read: Read, level: Loop) -> bool:
        """Return whether a value is there when a trip of a loop begins."""
        if read.kind == "steps":
            outer = read.level is not level and read.level is not None
            return outer and not self.kills(read)
        return read.kind in ("header", "again") or not self.kills(read)

    def group(self, stage: Stage) -> list[Stage]:
        """Return the stages that are computed again together: the passive ones of one statement."""
        if stage.kind == "item" or stage.wire is not None:
            return [stage]
        items = [i for i in stage.block.items if isinstance(i, Stage)]
        return [s for s in items if s.statement is stage.statement]

    def inner(self, group: list[Stage]) -> list[str]:
        """Return the variables that are read when stages are computed again."""
        return [n for n in expr.reads(text_of(group)) if self.is_local(n)]

    def is_local(self, name: str) -> bool:
        """Return whether a name is a variable of the forward function."""
        return name in self.flow.definers or name in self.circuit.parameters

    def closure(self, reads: list[Read]) -> list[Read]:
        """Return reads with those that computing again needs; note what is computed again in which block."""
        found = list(dict.fromkeys(reads))
        for read in found:
            self.settle(read)
            if read.stage is None:
                continue
            group = self.group(read.stage)
            again = self.again.setdefault(self.home(read.stage.block), [])
            again.extend(s for s in group if s not in again)
            more = [self.read(n, read.stage, False) for n in self.inner(group)]
            found.extend(r for r in more if r not in found)
        return found

    def home(self, block: Block) -> Block:
        """Return the block in whose backward lines a block's lines stand."""
        owner = block.items[0].owner
        if isinstance(owner, Within) or (isinstance(owner, Branch) and owner.is_open_on_one_side()):
            return self.home(owner.block)
        return block


def is_update(item: Item) -> bool:
    """Return whether an item gives a variable new values in the memory it has."""
    return (
        isinstance(item, Stage)
        and item.kind == "update"
        and isinstance(item.wire.sample if item.wire else None, np.ndarray)
    )


def is_shared(value: object) -> bool:
    """Return whether a value can be changed in place."""
    return isinstance(value, CHANGEABLE)

"""Which values last: a read of a forward variable goes in; out comes what changes the memory it shows,
under whatever name.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from codegen import syntax
from codegen.analysis.roots import shown_by
from codegen.backward.flow import Flow
from codegen.emit.spell import named_text
from codegen.ir import Circuit, Item, Loop, Stage
from codegen.trace.facts import CHANGEABLE


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


class Lasting:
    """The memory that reads show."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        self.circuit, self.flow = circuit, flow
        self.by_name: dict[str, list[ast.Name]] = {}
        self.memory = circuit.trace.run.memory
        tree = circuit.trace.tree
        self.written = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}

    def places(self, read: Read) -> list[int]:
        """Return the places of the function where the run has seen the memory that is read."""
        stage = read.item if isinstance(read.item, Stage) else None
        if stage is not None and read.post and stage.wire is not None:
            origin = getattr(stage.wire.origin, "place", None)
            if (
                isinstance(stage.target, ast.Name)
                and isinstance(origin, int)
                and self.memory.is_read(origin)
            ):
                return [origin]
        if stage is not None and not read.post:
            own = [n.place for n in syntax.walk(stage.statement) if self.is_read_of(n, read.name)]  # type: ignore[attr-defined]  # seen by `is_read_of`
            if own:
                return own
        return [n.place for n in self.seen(read.name)]  # type: ignore[attr-defined]  # as above

    def seen(self, name: str) -> list[ast.Name]:
        """Return the parts of the function that read a name where the run has seen it."""
        return [node for node in self.loaded(name) if self.is_read_of(node, name)]

    def loaded(self, name: str) -> list[ast.Name]:
        """Return the parts of the function that read a name."""
        if not self.by_name:
            for node in syntax.walk(self.circuit.trace.tree):
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

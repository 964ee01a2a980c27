"""Reads of forward variables: a name at an item goes in; out comes in which way the backward pass finds the value.

A value is supplied by the header of a loop, computed again where that is free, kept in the cache, or saved
for each trip.
"""

from __future__ import annotations

from codegen import syntax
from codegen.backward.flow import Flow
from codegen.backward.lasting import Lasting, Read, is_update
from codegen.backward.recompute import recomputed, text_of
from codegen.ir import Block, Branch, Circuit, Item, Loop, Stage, Within


class Reads(Lasting):
    """The values that the backward pass of one circuit reads."""

    def __init__(self, circuit: Circuit, flow: Flow) -> None:
        super().__init__(circuit, flow)
        self.reads: dict[str, Read] = {}
        self.again: dict[Block, list[Stage]] = {}

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
        return [n for n in syntax.reads(text_of(group)) if self.is_local(n)]

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

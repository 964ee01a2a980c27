"""Definite assignment: a circuit goes in; which names surely have a value at the end, and where steps
are saved, comes out.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codegen.backward.flow import Flow, binds_of
from codegen.ir import Block, Branch, Circuit, Item, Loop, Stage, Within

if TYPE_CHECKING:
    from codegen.backward.versions import Kept, Steps, Versions


class Assigned:
    """The names that are surely bound at each item."""

    def __init__(self, circuit: Circuit, flow: Flow, versions: Versions) -> None:
        self.flow, self.versions = flow, versions
        self.extra: dict[Item, list[str]] = {loop: [s.name] for loop, s in versions.steps.items()}
        self.kept: dict[tuple[Item, bool], list[Kept]] = {}
        for kept in versions.kept.values():
            self.kept.setdefault((kept.place.item, kept.place.behind), []).append(kept)
        self.risky: list[str] = []
        self.saves: dict[int, set[str]] = {}
        self.at_end = self.block(circuit.block, set(circuit.parameters)) or set()

    def block(self, block: Block, names: set[str]) -> set[str] | None:
        """Return the names surely bound after a block; None if it never ends."""
        current: set[str] | None = set(names)
        in_loop = bool(block.items) and isinstance(block.items[0].owner, Loop)
        for number, item in enumerate(block.items):
            if current is None:
                return None
            if in_loop:
                self.saves[self.key(block, number)] = set(current)
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
                    current = self.saves.get(-id(item))
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
            self.saves[self.key(block, len(block.items))] = set(current)
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
        key = -id(loop)
        self.saves[key] = self.saves[key] & current if key in self.saves else set(current)

    def key(self, block: Block, number: int) -> int:
        """Return the key of a place in a block."""
        return hash((id(block), number))

    def at_save(self, loop: Loop, steps: Steps) -> set[str]:
        """Return the names surely bound wherever the values of a trip are saved."""
        position = steps.position if steps.position >= 0 else len(loop.body.items)
        found = self.saves.get(self.key(loop.body, position))
        early = self.saves.get(-id(loop))
        if found is None:
            return early or set()
        return found & early if early is not None else found

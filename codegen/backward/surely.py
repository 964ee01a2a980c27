"""What is surely read: a block of a circuit goes in; for each stage the variables come out whose gradient, behind it,
no mask hides, whichever way the run takes.

What a mask leaves out of one reading is no zero where another one reads all: `dy` has none in `np.sum(y) + y[0]`. A
loop may make no trip, and a branch takes one side: what is read behind the loop, or on both sides, is read in any case.
Slices that leave nothing out together read all: `x[1:] - x[:-1]`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from codegen import ir, syntax

Slices = tuple[tuple[int | None, ...], ...]
"""Where each slice of an index begins and ends, and its step."""
Part = tuple[str, Slices]
"""A variable and the index of a part of it; the index is empty for the whole."""
POLE: Slices = ((None, 0, None),)
"""Stands for a reading that is infinite where a variable is zero."""
SIZES = (2, 3, 4, 5, 40)
"""How long axes are on which slices are tried."""


class Surely:
    """Of each stage, the parts of variables that are surely read behind it; `read` tells those that a stage reads."""

    def __init__(self, block: ir.Block, read: Callable[[ir.Stage], Iterable[Part]]) -> None:
        self.read = read
        self.behind: dict[ir.Statement, frozenset[Part]] = {}
        stores = (s for s in ir.stages_of(block) if isinstance(s, ir.Store) or s.wire is None)
        self.overwritten = {syntax.root_name(s.target) for s in stores}
        self.before(block, frozenset())

    def __contains__(self, one: tuple[ir.Statement, str | None, Slices]) -> bool:
        return one[1:] in self.behind.get(one[0], ())

    def before(self, block: ir.Block, found: frozenset[Part]) -> frozenset[Part]:
        """Return what is surely read from the beginning of a block on, of what is found behind it."""
        for item in reversed(block.items):
            match item:
                case ir.Stage():
                    found = self.through(item, found)
                case ir.Branch():
                    sides = [side for side in item.blocks if not ir.ends_in_raise(side)]
                    ways = [self.before(side, found) for side in sides]
                    found = frozenset.intersection(*ways) if ways else frozenset()
                case ir.Loop():
                    again = found
                    while (
                        once := found & without(self.before(item.body, again), item.binds)
                    ) < again:
                        again = once
                    found = again
                case ir.Around():
                    found = without(self.before(item.body, found), item.binds)
        return found

    def through(self, stage: ir.Stage, found: frozenset[Part]) -> frozenset[Part]:
        """Return what is surely read from a stage on."""
        self.behind[stage] = found
        if isinstance(stage, ir.Return):
            return all_of(self.read(stage))
        if isinstance(stage, ir.Break | ir.Raise):
            return frozenset()
        targets = list(stage.binds)
        if isinstance(stage, ir.Add):
            targets = [
                root for root in [syntax.root_name(stage.target)] if root not in self.overwritten
            ]
        is_plain = (
            isinstance(stage, ir.Bind | ir.Update | ir.Add | ir.View) and stage.wire is not None
        )
        is_read = is_plain and targets and all((name, ()) in found for name in targets)
        kept = (
            found if isinstance(stage, ir.Add) else without(found, [*stage.binds, *stage.changes])
        )
        return all_of([*kept, *self.read(stage)]) if is_read else kept


def without(found: frozenset[Part], names: Iterable[str]) -> frozenset[Part]:
    names = set(names)
    return frozenset(part for part in found if part[0] not in names)


def all_of(parts: Iterable[Part]) -> frozenset[Part]:
    """Return some parts, and the whole of each variable that they leave nothing out of."""
    found = set(parts)
    for name in {name for name, _ in found}:
        if covers([index for one, index in found if one == name and index not in ((), POLE)]):
            found.add((name, ()))
    return frozenset(found)


def slices_of(index: Any) -> Slices:
    """Return the slices of an index that has nothing else."""
    parts = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(part, slice) for part in parts):
        return ()
    return tuple((part.start, part.stop, part.step) for part in parts)


def covers(indices: Collection[Slices]) -> bool:
    """Return whether slices leave nothing out together, however long an axis is on which none of them is empty.

    >>> covers([slices_of(np.s_[:-2]), slices_of(np.s_[1:-1]), slices_of(np.s_[2:])])
    True
    >>> covers([slices_of(np.s_[:5]), slices_of(np.s_[-5:])])
    False
    """
    if len({len(index) for index in indices}) != 1:
        return False
    for size in SIZES:
        read = np.zeros([size] * len(next(iter(indices))), bool)
        parts = [tuple(slice(*one) for one in index) for index in indices]
        for part in parts:
            read[part] = True
        if not read.all() and all(read[part].size for part in parts):
            return False
    return True

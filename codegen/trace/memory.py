"""Which memory is read where, and changed later: values and changes of a run go in, the changes behind
each read come out.

>>> import numpy as np
>>> memory, x = Memory(), np.zeros(3)
>>> memory.read(1, x[:2])
>>> memory.change(2, [x])
>>> memory.read(3, x)
>>> memory.changed_after(1), memory.changed_after(3)
({2}, set())
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from codegen.pytree import SCALARS, Attribute, Path, Seen, children, has_fields, vars_of
from codegen.records import dataclass
from codegen.trace.facts import CHANGEABLE


@dataclass(frozen=True)
class Piece:
    """One piece of memory: an array that owns its numbers, a list, a dict."""

    number: int
    """No other piece of the run has it."""
    reads: dict[int, int] = field(default_factory=dict)
    """When each place read it first."""
    changes: dict[int, int] = field(default_factory=dict)
    """When each place changed it last."""
    kept: Any = None
    """The list or dict, kept alive so that none takes its place; for an array the reference that tells of its end."""


class Memory:
    """The reads and changes of one run, in order."""

    def __init__(self) -> None:
        self.clock = self.count = 0  # so many changes so far
        self.live: dict[int, Piece] = {}  # by the identity of what they are, while that exists
        # by place: those that changed what it had read and that is gone
        self.after: dict[int, set[int]] = {}
        # by the number of a piece: where, and when last
        self.changed: dict[int, dict[int, int]] = {}
        self.readers: dict[int, set[int]] = {}
        # of the functions whose next call changes again what they changed
        self.calls: set[int] = set()
        # by where a part lies: who reads it in any run, who changes it
        self.given: dict[Path, tuple[set[int], set[int]]] = {}

    def piece(self, value: Any) -> Piece:
        """Return the piece of memory that a value shows."""
        owner = owner_of(value)
        key = id(owner)
        found = self.live.get(key)
        if found is None:
            self.count += 1
            is_array = isinstance(owner, np.ndarray)  # a list or dict cannot tell of its end
            kept = weakref.ref(owner, lambda _: self.end(key)) if is_array else owner
            found = self.live[key] = Piece(self.count, kept=kept)
        return found

    def end(self, key: int) -> None:
        """Sum up what is known of an array that is gone: another one may get its identity."""
        piece = self.live.pop(key)
        for place, start in piece.reads.items():
            self.readers[place].discard(key)
            later = {where for where, when in piece.changes.items() if when > start}
            if later:
                self.after.setdefault(place, set()).update(later)

    def read(self, place: int, value: Any) -> None:
        self.piece(value).reads.setdefault(place, self.clock)
        self.readers.setdefault(place, set()).add(id(owner_of(value)))

    def is_read(self, place: int) -> bool:
        """Return whether a place has read memory that can change."""
        return place in self.readers

    def owners(self, value: Any) -> set[int]:
        """Return the numbers of the pieces of memory that belong to a value and to the items inside it."""
        if not isinstance(value, (*CHANGEABLE, tuple)):
            return set()
        items = (
            value.values()
            if isinstance(value, dict)
            else value if isinstance(value, list | tuple) else ()
        )
        shown = [item for item in items if item.__class__ not in SCALARS]
        return {self.piece(value).number, *(key for item in shown for key in self.owners(item))}

    def changers(self, since: Mapping[int, int]) -> set[int]:
        """Return the places that change some pieces of memory, each since a time of its own."""
        return {
            place
            for number, start in since.items()
            for place, when in self.changed.get(number, {}).items()
            if when > start
        }

    def change(self, place: int, changed: Sequence[Any]) -> None:
        for value in changed:
            if not isinstance(value, CHANGEABLE):
                continue
            self.clock += 1
            piece = self.piece(value)
            piece.changes[place] = self.clock
            self.changed.setdefault(piece.number, {})[place] = self.clock

    def outlasts(self, place: int, given: Mapping[str, Any]) -> None:
        """Note that what was changed of the values that a function was given, by their names, will change again, at a
        place, when it is called once more: what its backward pass reads of them must be kept as it was. So must what
        another run reads of them, on a side that changes nothing itself.
        """
        for path, part in parts_by_place(given):
            piece = self.live.get(id(owner_of(part)))
            if piece is None:
                continue
            reads, changed = self.given.setdefault(path, (set(), set()))
            reads.update(piece.reads)
            changed.update([place] if piece.changes else [])
            if changed:
                self.calls.update(changed)
                for where in reads:
                    self.after.setdefault(where, set()).update(changed)

    def is_outlived(self, place: int) -> bool:
        """Return whether the next call of the function changes what was read at a place."""
        return bool(self.calls and self.calls & self.changed_after(place))

    def is_changed(self, value: Any) -> bool:
        """Return whether the run has changed a value in place."""
        piece = self.live.get(id(owner_of(value)))
        return piece is not None and bool(piece.changes)

    def changed_after(self, place: int) -> set[int]:
        """Return the places that change, later on, memory that a place has read."""
        found: set[int] = set()
        for key in tuple(self.readers.get(place, ())):
            piece = self.live.get(key)
            start = None if piece is None else piece.reads.get(place)
            if piece is not None and start is not None:
                found.update(where for where, when in piece.changes.items() if when > start)
        # asked last: the garbage collector may end an array at any line above
        return found | self.after.get(place, set())


def parts_by_place(values: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Yield every array and every container inside some values, objects included, with its place."""
    waiting: list[tuple[Path, Any]] = [((name,), value) for name, value in values.items()]
    seen = Seen()
    for path, item in waiting:  # it grows
        if isinstance(item, CHANGEABLE):
            yield path, item
        if isinstance(item, np.ndarray) or item in seen:
            continue
        inside = children(item)
        if has_fields(item):
            inside += [(Attribute(name), part) for name, part in vars_of(item).items()]
        if inside:
            seen.add(item)
        waiting += [((*path, key), part) for key, part in inside if part.__class__ not in SCALARS]


def owner_of(value: Any) -> Any:
    """Return the array whose memory a view shows; other values own themselves."""
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return value

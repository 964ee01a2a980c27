"""Which memory is read where, and changed later: values and changes of a run go in, the changes behind
each read come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from codegen.trace.facts import CHANGEABLE


@dataclass
class Memory:
    """The reads and changes of one run, in order.

    Attributes
    ----------
    clock : int
        The number of changes so far.
    reads : dict
        For each place: when it first read each piece of memory.
    changes : dict
        For each piece of memory: when and where it was changed.
    held : dict
        The pieces of memory, kept alive so that none takes another's place.
    """

    clock: int = 0
    reads: dict[int, dict[int, int]] = field(default_factory=dict)
    changes: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    held: dict[int, Any] = field(default_factory=dict)

    def read(self, place: int, value: Any) -> None:
        """Note that a place reads a value."""
        owner = owner_of(value)
        key = id(owner)
        self.held[key] = owner
        self.reads.setdefault(place, {}).setdefault(key, self.clock)

    def owners(self, value: Any) -> set[int]:
        """Return the pieces of memory that belong to a value and to the items inside it."""
        if not isinstance(value, (*CHANGEABLE, tuple)):
            return set()
        owner = owner_of(value)
        self.held[id(owner)] = owner
        items = (
            value.values()
            if isinstance(value, dict)
            else value if isinstance(value, list | tuple) else ()
        )
        return {id(owner), *(key for item in items for key in self.owners(item))}

    def changers(self, keys: Iterable[int]) -> set[int]:
        """Return the places that change some pieces of memory."""
        return {place for key in keys for _, place in self.changes.get(key, ())}

    def change(self, place: int, changed: Sequence[Any]) -> None:
        """Note that a place changes values."""
        for value in changed:
            if not isinstance(value, CHANGEABLE):
                continue
            owner = owner_of(value)
            self.clock += 1
            self.held[id(owner)] = owner
            self.changes.setdefault(id(owner), []).append((self.clock, place))

    def changed_after(self, place: int) -> set[int]:
        """Return the places that change, later on, memory that a place has read."""
        found: set[int] = set()
        for key, start in self.reads.get(place, {}).items():
            found.update(where for when, where in self.changes.get(key, ()) if when > start)
        return found


def owner_of(value: Any) -> Any:
    """Return the array whose memory a view shows; other values own themselves."""
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return value

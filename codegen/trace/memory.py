"""Memory in a run: values and changes go in; out comes what changes behind each read, and what shows it.

>>> import numpy as np
>>> memory, x = Memory(), np.zeros(3)
>>> memory.read(1, x[:2])
>>> memory.change(2, [x])
>>> memory.read(3, x)
>>> memory.changed_after(1), memory.changed_after(3)
({2}, set())

What a call changes in place is told before it is made:

>>> y = np.zeros(3)
>>> changed_by(np.add, (1.0, 2.0), {"out": y})[0] is y, shares([y[1:]], y)
(True, True)
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from typing import Any

import numpy as np

from codegen.gates.callees import METHOD_NAMES, canonical_name
from codegen.gates.match import canonical_heads
from codegen.gates.pure import MUTATORS
from codegen.pytree import (
    ROWS,
    SCALARS,
    Attribute,
    Path,
    Seen,
    children,
    fields_of,
    has_fields,
    module_of,
    overlap,
    vars_of,
)
from codegen.records import dataclass
from codegen.trace.facts import CHANGEABLE, holds_objects


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


DEEPEST, MOST = 3, 200  # steps to what objects hold, and how many values are looked at
CHANGES_FIRST = frozenset({np.copyto, np.place, np.put, np.putmask, np.fill_diagonal})


def changed_by(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the objects that a call changes in place, for the callees that are known to do so."""
    changed = []
    owner = getattr(callee, "__self__", None)
    name = getattr(callee, "__name__", "")
    if owner is not None and name in MUTATORS and isinstance(owner, CHANGEABLE):
        changed.append(owner)
    if name == "at" and isinstance(owner, np.ufunc) and args:
        changed.append(args[0])
    if callable(callee) and getattr(callee, "__hash__", None) and callee in CHANGES_FIRST and args:
        changed.append(args[0])
    out = kwargs.get("out")
    if out is None and isinstance(callee, np.ufunc):
        out = tuple(one for one in args[callee.nin :] if one is not None)
    if out is not None:
        changed.extend(out if isinstance(out, tuple) else (out,))
    return changed


def may_write(callee: Any, args: tuple[Any, ...]) -> bool:
    """Return whether a library's function may write into an array that it is given, as far as anybody knows."""
    if isinstance(callee, np.ufunc | type) or module_of(callee) in (
        "math",
        "builtins",
    ):
        return False
    if isinstance(getattr(callee, "__self__", None), np.ndarray):
        return callee.__name__ not in METHOD_NAMES
    return len(args) > 2 or canonical_name(callee) not in canonical_heads()


def changeable(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the arrays, lists and dicts that a call is given."""
    given = (getattr(callee, "__self__", None), *args, *kwargs.values())
    return [one for one in given if isinstance(one, np.ndarray | list | dict | deque)]


def differs(value: Any, before: Any) -> bool:
    """Return whether an array, a list or a dict holds something else than before."""
    if isinstance(value, np.ndarray):
        return bool(value.shape != before.shape or value.tobytes() != before.tobytes())
    if isinstance(value, dict):
        value, before = [*value.items()], [*before.items()]
        return len(value) != len(before) or any(
            k is not m or v is not w for (k, v), (m, w) in zip(value, before, strict=True)
        )
    return len(value) != len(before) or any(v is not w for v, w in zip(value, before, strict=True))


VIEWS = (np.ndarray, *ROWS, dict)


def showing(variables: Iterable[tuple[str, Any]], changed: Any) -> set[str]:
    """Return the names of the variables through which changing `changed` in place can be seen."""
    return {
        name
        for name, value in variables
        if (value is changed or isinstance(value, VIEWS)) and shares(value, changed)
    }


def is_twice(value: Any, holder: Any) -> bool:
    """Return whether a list or a dict holds something that can be changed at several places."""
    changeable = isinstance(value, CHANGEABLE) and isinstance(holder, dict | list)
    return changeable and holder is not value and places(value, holder, DEEPEST) > 1


def places(value: Any, holder: Any, deep: int) -> int:
    """Return at how many places of a container something stands, or an array that shares its memory."""
    if not deep or not isinstance(holder, dict | list | tuple):
        return 0
    held = holder.values() if isinstance(holder, dict) else holder
    return sum(is_seen_through(one, value) or places(value, one, deep - 1) for one in held)


def is_seen_through(one: Any, value: Any) -> bool:
    """Return whether something is an object that changes, or an array that shares its memory."""
    arrays = isinstance(one, np.ndarray) and isinstance(value, np.ndarray)
    return one is value or (arrays and overlap(one, value))


def attributes(variables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the objects among some variables hold, as a user writes it: `net.layers[0].W`."""
    found = [(name, value, 0) for name, value in variables.items()]
    for path, value, depth in islice(found, MOST):
        inside: list[tuple[str, Any]] = []
        if isinstance(value, list | tuple | dict):
            # a list that grows is not walked whole at every append
            held = value.values() if isinstance(value, dict) else value
            if SCALARS.issuperset(map(type, islice(held, MOST))):
                continue
            items = [*islice(held, MOST)]
            if not (depth or holds_objects(items)):
                continue
            keys = value if isinstance(value, dict) else range(len(value))
            inside = [(f"{path}[{key!r}]", item) for key, item in zip(keys, items, strict=False)]
        elif has_fields(value) and not isinstance(value, np.ndarray):
            inside = [(f"{path}.{key}", item) for key, item in vars_of(value).items()]
        yield from inside
        if depth < DEEPEST:
            found += [
                (inner, item, depth + 1) for inner, item in inside if item.__class__ not in SCALARS
            ]


def shares(value: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through `value`."""
    if value.__class__ in SCALARS:
        return False
    if value is changed:
        return not isinstance(value, int | float | str | tuple | type(None))
    if isinstance(value, np.ndarray) and isinstance(changed, np.ndarray):
        return overlap(value, changed)
    if isinstance(value, ROWS):
        return any(holds(v, changed) for v in islice(value, 64))
    if isinstance(value, dict):
        return any(holds(v, changed) for v in list(value.values())[:64])
    return False


def holds(item: Any, changed: Any) -> bool:
    """Return whether changing `changed` in place can be seen through an item, which may be an object."""
    if shares(item, changed):
        return True
    return any(shares(getattr(item, name, None), changed) for name in fields_of(item))

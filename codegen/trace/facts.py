"""Facts: what a run has seen of one place of the function, joined over all visits."""

from __future__ import annotations

import collections
import copy
from collections.abc import Mapping
from dataclasses import field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen.gates.canonical import MISSING
from codegen.pytree import has_attributes, has_float, held_in, holds, is_float, vars_of
from codegen.records import dataclass

LONG = 64  # items
# What can be changed in place.
CHANGEABLE = (np.ndarray, list, dict, set, bytearray, collections.deque)


@dataclass
class Fact:
    """What was seen of one expression."""

    sample: Any = MISSING
    """One of the values (arrays copied), of the largest rank that was seen."""
    visits: int = 0
    kinds: set[tuple[str, int]] = field(default_factory=set)
    """The (kind, rank) pairs that were seen; kind as `kind_of` tells it."""
    forced: set[tuple[str, int]] = field(default_factory=set)
    """Those of them that forced runs alone have seen."""
    callees: list[Any] = field(default_factory=list)
    """For a call, the distinct objects that were called."""
    truths: set[bool] = field(default_factory=set)
    """For a test, the sides that were taken."""
    found: set[bool] = field(default_factory=set)
    """For a `d.get(key)`, whether the key was there."""
    left: dict[bool, str] = field(default_factory=dict)
    """For a test, the sides that are left to a `raise`, and why: they are wrong, or not judged, or refused."""
    groups: list[set[str]] = field(default_factory=list)
    """For a change in place, the names whose arrays share the memory that changes, for each thing that changes."""
    fields: set[tuple[int, Any, str]] = field(default_factory=set)
    """The attributes whose arrays share the memory, here and in the functions that called this one: number of the
    group, the trace, and the attribute as that function writes it: `layer.W`."""
    far: set[tuple[int, Any, str]] = field(default_factory=set)
    """For a change in place, the same in the functions that called this one: number of the group, identity of the
    trace, name."""
    place: int | None = None
    """The number of the expression in the run; None for what the run has not seen."""
    twice: set[str] = field(default_factory=set)
    """The containers that hold what changes in place, or its memory, at several places; "" for one without a name."""
    is_open: bool = False
    """Whether the sample is an empty array, or a container in which floats may stand later where it has whole
    numbers or None."""

    @property
    def changing(self) -> set[str]:
        """The names whose memory changes here."""
        return set().union(*self.groups)

    def rename(self, names: Mapping[str, str]) -> None:
        """Give names that share memory other ones."""
        self.groups = [{names.get(n, n) for n in group} for group in self.groups]

    def sharing(self, name: str) -> set[str]:
        """Return the names that share the memory which changes under one of them."""
        return set().union(*(group for group in self.groups if name in group))

    def see(self, value: Any) -> None:
        self.visits += 1
        kind = kind_of(value)
        if kind in self.kinds and self.visits > 1:
            if self.is_open and kind == kind_of(self.sample):
                self.hold(joined(self.sample, value))
            return
        self.kinds.add(kind)
        if self.sample is MISSING or self.sample is None or better(kind, kind_of(self.sample)):
            self.hold(kept(value))

    def hold(self, sample: Any) -> None:
        self.sample, self.is_open = sample, is_open(sample)


@dataclass
class Behind(Fact):
    """What a forced run sees of a place that the real run has seen: it counts where the real value tells less."""

    real: Fact = field(default_factory=Fact)
    """What the real run has seen."""
    keeps_rank: bool = False
    """Whether a number or array of the real run stays the sample where a forced one has another rank."""
    met_ranks: bool = False
    """Whether that was so anywhere."""

    def see(self, value: Any) -> None:
        """Join one more value behind the real ones."""
        kind = kind_of(value)
        if kind not in self.real.kinds:
            self.real.kinds.add(kind)
            self.real.forced.add(kind)
            known = kind_of(self.real.sample)
            # a list that grew further has no other items, and what was made of it is not seen again
            is_longer = kind[0] == known[0] in ("list", "tuple") and known[1] > 0
            is_size = known[0] in ("int", "bool", "text") and kind[0] in ("list", "tuple", "dict")
            if is_size and not has_float(value):
                return  # a size of an array stays one where a forced run gives several
            if self.real.sample is None and kind[0] == "other":
                self.real.hold(kept(value))  # an object that was not there
            if self.real.sample is not MISSING and better(kind, known) and not is_longer:
                has_ranks = kind[0] == known[0] == "float"
                self.met_ranks = self.met_ranks or has_ranks
                if not (has_ranks and self.keeps_rank):
                    self.real.hold(kept(value))


def fact_of(sample: Any) -> Fact:
    fact = Fact()
    fact.see(sample)
    return fact


def better(new: tuple[str, int], old: tuple[str, int]) -> bool:
    """Return whether a value of kind `new` makes the better sample: floats before others, then the larger rank.

    A long list that grows is copied each time it has doubled, so that all copies together are no more than the list.
    """
    grown = new[1] if old[1] < LONG or new[0] != old[0] or new[1] >= 2 * old[1] else old[1]
    return (new[0] == "float", grown) > (old[0] == "float", old[1])


def is_open(value: Any) -> bool:
    """Return whether a value tells little of others like it: empty, or short with whole numbers or None."""
    if isinstance(value, np.ndarray):
        return value.size == 0
    if type(value) not in (list, tuple, dict) or len(value) > LONG:
        return False
    items = value.values() if type(value) is dict else value
    return any(item is None or type(item) is int or is_open(item) for item in items)


def joined(one: Any, other: Any) -> Any:
    """Return a container with floats, or an array with items, wherever another one like it has such."""
    if type(one) is int and isinstance(other, float | np.floating):
        return float(one)
    if one is None and is_float(other) or isinstance(one, np.ndarray) and one.size == 0:
        return kept(other)
    if (
        type(one) is not type(other)
        or type(one) not in (list, tuple, dict)
        or len(one) != len(other)
    ):
        return one
    if type(one) is dict:
        return {k: joined(v, other.get(k)) for k, v in one.items()}
    return type(one)(map(joined, one, other))


def levelled(items: list[Any]) -> list[Any]:
    """Return a list whose items have floats wherever one of them has."""
    if not any(item is None or type(item) is int or is_open(item) for item in items):
        return items
    all_of_them = items[0]
    for item in items:
        all_of_them = joined(all_of_them, item)
    return [joined(item, all_of_them) for item in items]


NUMPY = (np.ndarray, np.generic)
LETTERS = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex"}
PLAIN = {
    float: ("float", 0),
    int: ("int", 0),
    bool: ("bool", 0),
    np.float64: ("float", 0),
    np.float32: ("float", 0),
    str: ("text", 0),
    type(None): ("none", 0),
}


def kind_of(value: Any) -> tuple[str, int]:
    """Return what a value is: float, int, bool, complex, text, none, list, tuple, dict, or other; and its rank."""
    known = PLAIN.get(value.__class__)
    if known is not None:
        return known
    if isinstance(value, NUMPY):
        return LETTERS.get(value.dtype.kind, "other"), value.ndim
    if isinstance(value, int):
        return "int", 0
    if isinstance(value, float):
        return "float", 0
    if isinstance(value, complex):
        return "complex", 0
    if isinstance(value, str | bytes):
        return "text", 0
    if isinstance(value, list | tuple | dict):
        return type(value).__name__, len(value)
    if isinstance(value, collections.deque):
        return "list", len(value)
    return "other", 0


def kept(value: Any) -> Any:
    """Return a copy of a value that later changes in place cannot reach."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)(kept(v) for v in value)
    if isinstance(value, collections.deque):
        return list(map(kept, value))
    if type(value) is dict:
        return {k: kept(v) for k, v in value.items()}
    if isinstance(value, tuple | dict | list):
        try:
            return copy.deepcopy(value)
        except Exception:  # noqa: BLE001  # an object that refuses to be copied is kept as it is
            return value
    return value


def holds_objects(value: Any) -> bool:
    """Return whether a value is an object of the user's, or a container with one inside."""
    return holds(lambda v: has_attributes(v) and not isinstance(v, np.ndarray), value)


def has_parts(value: Any) -> bool:
    """Return whether a value is an object of the user's with floats among its attributes, or inside them."""
    return is_object(value) and any(has_float(part) for _, part in parts_of(value))


def has_numbers(value: Any) -> bool:
    """Return whether a value is an object of the user's with numbers inside, be they whole: floats may follow them."""
    return is_object(value) and any(
        has_float(part) or type(part) is int for _, part in parts_of(value)
    )


def holds_weights(value: Any, around: tuple[Any, ...] = ()) -> bool:
    """Return whether a value is an object of the user's with floats in its attributes, or in those of its parts."""
    inside = vars_of(value)
    if not inside or isinstance(value, type | FunctionType | ModuleType):
        return False
    if any(value is one for one in around):
        return False
    held = list(inside.values())
    for one in inside.values():
        held += held_in(one) if isinstance(one, list | tuple | dict) else ()
    return any(has_float(v) or holds_weights(v, (*around, value)) for v in held)


def is_object(value: Any) -> bool:
    """Return whether a value is one with attributes, but no module."""
    return kind_of(value)[0] == "other" and not isinstance(value, ModuleType)


def parts_of(value: Any, around: tuple[Any, ...] = ()) -> list[tuple[str, Any]]:
    """Return the attributes of an object, and those of objects in them, as text and value; an object that some of those
    `around` it are attributes of as well stands there whole.
    """
    found: list[tuple[str, Any]] = []
    for name, part in vars_of(value).items():
        is_new = is_object(part) and not any(part is one for one in (*around, value))
        inner = parts_of(part, (*around, value)) if is_new else []
        found += [(f".{name}{steps}", one) for steps, one in inner] or [(f".{name}", part)]
    return found

"""What functions keep from one call to the next. In: functions. Out: a `State` that can be put back.

Defaults that are lists, global counters, histories, generators of random numbers: unless they are put back, a function
gives another value at each call, and the user finds them changed by the check.
"""

from __future__ import annotations

import dis
import enum
import gc
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator, MutableSequence, Set
from contextlib import suppress
from functools import lru_cache
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from codegen.pytree import Seen, duplicate, has_attributes, has_fields, module_of, same, slots_of
from codegen.records import dataclass
from codegen.trace.followed import codes_in, is_library_file

FUNCTIONS = 50
LARGE = 1_000_000  # entries of what is data rather than state
Cached = type(lru_cache(len))
CONTAINERS = (MutableSequence, dict, set, np.ndarray)
RANDOM = (np.random.Generator, np.random.RandomState, random.Random)
STORES = ("STORE_ATTR", "DELETE_ATTR", "STORE_GLOBAL", "DELETE_GLOBAL")
STORING = frozenset(dis.opmap[name] for name in STORES)
MISSING = object()
"""What a variable holds that is not there."""


@dataclass(frozen=True)
class Place:
    """A variable outside of a function."""

    holder: Any
    """Where the variable lives; None for a default, which is never bound anew."""
    name: str
    """Its key, if that is a dict, or its attribute."""
    value: Any
    before: Any
    """What it holds, and a copy."""

    @property
    def now(self) -> Any:
        if self.holder is None:
            return self.value
        if isinstance(self.holder, dict):
            return self.holder.get(self.name, MISSING)
        if isinstance(self.holder, CellType):
            return self.holder.cell_contents
        return attribute(self.holder, self.name)

    def moved(self) -> bool:
        return self.now is not self.value or not same(self.value, self.before)

    def put_back(self) -> None:
        if not same(self.value, self.before):
            refill(self.value, duplicate(self.before))
        if isinstance(self.holder, CellType):
            self.holder.cell_contents = self.value
        elif isinstance(self.holder, dict) and self.value is MISSING:
            self.holder.pop(self.name, None)
        elif isinstance(self.holder, dict):
            self.holder[self.name] = self.value
        elif self.value is MISSING:
            with suppress(AttributeError):
                delattr(self.holder, self.name)
        elif self.holder is not None:
            setattr(self.holder, self.name, self.value)


def attribute(holder: Any, name: str) -> Any:
    return (
        vars(holder).get(name, MISSING)
        if isinstance(holder, type)
        else getattr(holder, name, MISSING)
    )


class State:
    """The variables outside of some functions that they may change; put back at the end of a `with` block."""

    def __init__(self, *functions: Callable[..., Any]) -> None:
        self.places = list(places(functions))
        self.moving: list[Place] = []
        cached = dict.fromkeys(p.value for p in self.places if isinstance(p.value, Cached))
        self.empty = [one for one in cached if not one.cache_info().currsize]

    def __enter__(self) -> State:
        return self

    def __exit__(self, *error: object) -> None:
        self.restore()

    def notice(self) -> None:
        """Find the variables that a call has changed: from now on, they are put back."""
        known = self.moving  # equal ones, of two arrays, are not one
        self.moving = [p for p in self.places if any(p is one for one in known) or p.moved()]

    def put_back(self) -> None:
        for place in self.moving:
            place.put_back()

    def restore(self) -> None:
        for place in self.places:
            if place.moved():
                place.put_back()
        for cached in self.empty:  # what it keeps by now may have been changed as well
            cached.cache_clear()


def places(functions: tuple[Callable[..., Any], ...]) -> Iterator[Place]:
    """Yield the variables outside of functions, and of the functions that these call."""
    waiting: list[Any] = list(functions)
    seen: set[FunctionType] = set()
    known: dict[str, list[Place]] = {}
    while waiting and len(seen) < FUNCTIONS:
        function = waiting.pop()
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        if is_library_file(function.__code__.co_filename):
            continue
        own = vars(function)
        yield Place(None, function.__name__, own, duplicate(own))  # what it keeps in its attributes
        for holder, name, value in with_classes(outside(function)):
            if isinstance(value, FunctionType):
                waiting.append(value)
            if isinstance(value, Cached):
                waiting.append(value.__wrapped__)
                yield Place(None, name, value, value)
                for item in results_of(value):
                    yield Place(None, name, item, duplicate(item))
            kept = may_change(value)
            if (kept or name in stored(function.__code__)) and not any(
                one.holder is holder and one.value is value for one in known.get(name, ())
            ):
                place = Place(holder, name, value, duplicate(value) if kept else value)
                known.setdefault(name, []).append(place)
                yield place


def results_of(cached: Any) -> Iterator[Any]:
    """Yield the containers that a cached function has returned and keeps."""
    held = [one for one in gc.get_referents(cached) if one is not vars(cached)]
    if cached.cache_parameters()["maxsize"] is None:  # they stand in a dict
        held = [item for one in held if isinstance(one, dict) for item in one.values()]
    kinds = {one for one in held if isinstance(one, type)}  # one of them that of its entries
    for one in held:
        if isinstance(one, CONTAINERS) and may_change(one):
            if not (isinstance(one, dict) and kinds & {*map(type, one.values())}):
                yield one


def with_classes(found: Iterator[tuple[Any, str, Any]]) -> Iterator[tuple[Any, str, Any]]:
    """Yield variables, and for a class of the user's what its attributes hold."""
    for holder, name, value in found:
        yield holder, name, value
        if isinstance(value, type) and is_users(value):
            for key, item in list(vars(value).items()):
                if not key.startswith("__") and may_change(item):
                    yield value, key, item


def is_users(value: Any) -> bool:
    file = getattr(sys.modules.get(module_of(value)), "__file__", None)
    return file is not None and not is_library_file(file) and not issubclass(value, enum.Enum)


def may_change(value: Any) -> bool:
    """Return whether a value may be what a function keeps: a number, a container, an object of the user's."""
    if isinstance(value, CONTAINERS):
        return np.size(value) <= LARGE if isinstance(value, np.ndarray) else len(value) <= LARGE
    if isinstance(value, (int, float, str, *RANDOM)):
        return True
    module = sys.modules.get(module_of(type(value)))
    file = getattr(module, "__file__", None)
    return file is not None and has_fields(value) and not is_library_file(file)


def outside(function: FunctionType) -> Iterator[tuple[Any, str, Any]]:
    """Yield (holder, name, value) for the globals, outer variables and defaults of one function."""
    space, names = function.__globals__, set(names_in(function.__code__))
    written = stored(function.__code__)
    for name in sorted(names | written):
        if name in space or name in written:
            yield space, name, space.get(name, MISSING)
    yield from members([*map(space.get, names), *map(sys.modules.get, names)], names, written)
    for cell in function.__closure__ or ():
        try:
            yield cell, "", cell.cell_contents
        except ValueError:  # not filled yet
            continue
    for value in [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]:
        if isinstance(value, list | dict | set | np.ndarray):
            yield None, "", value


def members(found: list[Any], names: set[str], written: Set[str]) -> Iterator[tuple[Any, str, Any]]:
    """Yield (holder, name, value) for what a function writes of what it names, or names of the user's modules."""
    holders = Seen()
    for one in found:
        if one in holders or not (isinstance(one, ModuleType) or has_attributes(one)):
            continue
        holders.add(one)
        read: set[str] = set()
        if isinstance(one, ModuleType):
            found += [vars(one)[name] for name in sorted(names & vars(one).keys())]
            file = getattr(one, "__file__", None)
            read = names & vars(one).keys() if file and not is_library_file(file) else read
        elif may_change(one):
            continue  # put back as a whole
        for name in sorted(written | read):
            yield (vars(one) if isinstance(one, ModuleType) else one), name, attribute(one, name)


@lru_cache(maxsize=256)  # asked for each run of a check
def stored(code: CodeType) -> frozenset[str]:
    """Return the attributes and globals that code writes; where it may write one by a word, all its words."""
    codes = codes_in(code)
    # to take code apart takes as long as to make it: most of it writes none
    writing = [one for one in codes if not STORING.isdisjoint(one.co_code[::2])]
    found = {i.argval for one in writing for i in dis.get_instructions(one) if i.opname in STORES}
    if {"setattr", "delattr"} & set(names_in(code)):
        found |= {text for one in codes for text in one.co_consts if isinstance(text, str)}
    return frozenset(found)


def names_in(code: CodeType) -> Iterator[str]:
    for part in codes_in(code):
        yield from part.co_names


def refill(value: Any, before: Any) -> None:
    """Give an object the contents it had."""
    if isinstance(value, np.ndarray):
        if value.shape == before.shape and value.flags.writeable:
            value[...] = before
    elif isinstance(value, deque):
        value.clear()
        value.extend(before)
    elif isinstance(value, MutableSequence):
        value[:] = before
    elif isinstance(value, dict | set):
        value.clear()
        value.update(before)
    elif isinstance(value, np.random.Generator):
        value.bit_generator.state = before.bit_generator.state
    elif isinstance(value, np.random.RandomState):
        value.set_state(before.get_state())
    elif isinstance(value, random.Random):
        value.setstate(before.getstate())
    elif has_fields(value):
        if hasattr(value, "__dict__"):
            vars(value).clear()
            vars(value).update(vars(before))
        for key in slots_of(value.__class__):
            if hasattr(before, key):
                object.__setattr__(value, key, getattr(before, key))
            elif hasattr(value, key):
                object.__delattr__(value, key)

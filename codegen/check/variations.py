"""Calls like the example. In: a `Search` with its moves. Out: calls with other sizes, values, ints and words."""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from types import CodeType
from typing import Any

import numpy as np

from codegen.check.arguments import Call
from codegen.check.axes import Axis, deep_leaves
from codegen.check.leaves import Path, replaced
from codegen.check.sizes import Move, Search
from codegen.check.values import Draw, wide

WORDS, DRAWS = 8, 8
DIRECT = 2  # keys that lead to an argument itself
FUNCTIONS: tuple[Callable[..., Any], ...] = (np.sin, np.exp, np.square)


@dataclass(frozen=True)
class Candidate:
    """A call like the example, with other values and, unless `kept`, other sizes."""

    call: Call
    kept: bool


@dataclass(frozen=True)
class Other:
    """A call in which one passive argument is another one: where it lies, what it is, and the call."""

    path: Path
    value: Any
    call: Call


def candidates(search: Search) -> Iterator[Candidate]:
    """Yield second sets, the best first: all sizes changed, then fewer, then none; values fresh, then near."""
    if not search.mode:
        return
    lists = [m for m in search.moves if any(axis.kind == "list" for axis in m.axes)]
    plain = [m for m in search.moves if m not in lists]
    sets = [search.moves, plain] if lists else [search.moves]
    sets += [search.together(), *([move] for move in plain if len(plain) > 1)]
    for moves in [*(moves for moves in sets if moves), []]:
        for mode, seed in [(search.mode, 0), (search.mode, 1), (search.mode, 2), ("near", 3)]:
            call = search.moved(moves, mode, seed)
            if search.accepts(call):
                yield Candidate(call, kept=not moves)


def larger_ones(search: Search) -> Iterator[tuple[Axis, Call]]:
    """Yield calls in which an axis of size 1 has grown."""
    for move in search.ones:
        grown = Move(move.axes, plus=max(move.plus, 2))
        call = search.moved([grown], search.mode, 0)
        if search.accepts(call):
            yield move.axes[0], call


def one_by_one(search: Search) -> Iterator[tuple[Move, Call]]:
    """Yield calls in which one size has grown alone, with the move that has made it."""
    for move in search.moves:
        call = search.moved([move], search.mode, 0)
        if search.accepts(call):
            yield move, call


def smaller(search: Search) -> Iterator[Call]:
    """Yield calls in which sizes are smaller than in the example; 1 is left out, for it may be broadcast by chance."""
    arrays = [m for m in search.moves if m.times == 1 and m.axes[0].kind == "array"]
    least = {m: search.sizes[m.axes[0]] for m in arrays}
    for size in (lambda n: 2, lambda n: n - 1):
        moves = [Move(m.axes, plus=size(n) - n) for m, n in least.items() if n > 2]
        call = search.moved(moves, search.mode, 0)
        if moves and search.accepts(call):
            yield call


def scattered(search: Search, sizes: Sequence[float]) -> Iterator[Call]:
    """Yield calls of the example's sizes with values that may take other ways through the function.

    The `sizes` are numbers that the function may compare its values with.
    """
    if search.mode:
        modes: list[str | Draw] = ["negated", search.mode, "wide", "small", "wide"]
        likely: list[str | Draw] = [partial(wide, size=size) for size in sizes]
        for near in islice(cycle(likely or ["wide"]), DRAWS):
            modes += [search.mode, "wide", near]
        for seed, mode in enumerate(modes, start=4):
            call = search.moved([], mode, seed)
            if search.accepts(call):
                yield call


def others(search: Search, words: Sequence[str]) -> Iterator[Other]:
    """Yield calls in which one passive int, bool, word or function is another one."""
    for path, leaf in deep_leaves(search.call):
        if callable(leaf) and len(path) > DIRECT:
            continue  # what an object is made with stays as it is
        accepted = (
            Other(path, value, call)
            for value in instead(leaf, words)
            if search.accepts(call := replaced(search.call, path, value))
        )
        most = WORDS if isinstance(leaf, str) else 1
        for _, found in zip(range(most), accepted, strict=False):
            yield found


def instead(leaf: Any, words: Sequence[str]) -> list[Any]:
    """Return what might stand in the place of a passive value."""
    if isinstance(leaf, (bool, np.bool_)):
        return [type(leaf)(not leaf)]
    if isinstance(leaf, (int, np.integer)):
        return [type(leaf)(k) for k in ([leaf + 1, leaf - 1] if leaf > 0 else [leaf + 1])]
    if isinstance(leaf, str):
        return [word for word in words if word != leaf]
    if callable(leaf) and not isinstance(leaf, type):
        return [function for function in FUNCTIONS if function is not leaf]
    if isinstance(leaf, np.ndarray) and leaf.size:
        return other_arrays(leaf)
    return []


def other_arrays(leaf: Any) -> list[Any]:
    """Return other indices, or the other side of a mask, in the place of an array."""
    if leaf.dtype.kind == "b":
        return [~leaf]
    if leaf.dtype.kind in "iu" and leaf.min() >= 0:
        rng, top = np.random.default_rng(231), int(leaf.max())
        return [rng.integers(0, top + more, leaf.shape).astype(leaf.dtype) for more in (3, 2, 1)]
    return []


def constants(code: CodeType) -> Iterator[Any]:
    """Yield the strings and numbers in a piece of code, which it may compare with or look up.

    They are those that its instructions load: what `co_consts` holds beside them depends on the version of Python.
    """
    waiting = loaded(code)
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str | float | int) and not isinstance(one, bool):
            yield one
        elif isinstance(one, tuple | frozenset):
            waiting.extend(sorted(one, key=repr))
        elif isinstance(one, CodeType):
            waiting.extend(loaded(one))


def loaded(code: CodeType) -> list[Any]:
    """Return the constants that instructions load, each once."""
    found = {
        (type(i.argval), i.argval): i.argval
        for i in dis.get_instructions(code)
        if i.opcode in dis.hasconst or i.opname == "LOAD_SMALL_INT"
    }
    return list(found.values())

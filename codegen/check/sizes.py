"""A search for other sizes. In: a function and its example call. Out: the moves of sizes that it accepts.

Nobody says which axes belong together, so the function is asked: an axis that may change alone does; else it changes
with the smallest group of axes of its size; else together with axes it is a multiple, a factor or a sum of.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations, product
from typing import Any

import numpy as np

from codegen import pytree
from codegen.check import outputs
from codegen.check.calls import LARGE, Caller, Meter, amount
from codegen.check.state import State
from codegen.check.values import Draw, redrawn, wide
from codegen.process import quiet, staying
from codegen.records import dataclass


@dataclass(frozen=True)
class Axis:
    """Something of a call that has a size."""

    path: pytree.Path
    """Where it lies in the call."""
    number: int = 0
    """Which axis of the array; 0 for a list and for an int."""
    kind: str = "array"
    """"array", "list" (its length, or that of a tuple) or "int" (its value)."""


Sizes = Mapping[Axis, int]


def array_sizes(call: pytree.Call) -> dict[Axis, int]:
    arrays = [
        (path, leaf) for path, leaf in pytree.deep_leaves(call) if isinstance(leaf, np.ndarray)
    ]
    return {Axis(path, k): n for path, leaf in arrays for k, n in enumerate(leaf.shape) if n}


def int_sizes(call: pytree.Call) -> dict[Axis, int]:
    return {
        Axis(path, kind="int"): int(leaf)
        for path, leaf in pytree.deep_leaves(call)
        if isinstance(leaf, (int, np.integer)) and not isinstance(leaf, bool) and leaf > 1
    }


def list_sizes(call: pytree.Call) -> dict[Axis, int]:
    found = {}
    waiting: list[tuple[pytree.Path, Any]] = [((), call)]
    while waiting:
        path, value = waiting.pop()
        waiting.extend(((*path, key), item) for key, item in reversed(pytree.children(value)))
        has_room = isinstance(value, deque) and len(value) != value.maxlen
        if (
            (isinstance(value, list) or has_room)
            and value
            and not any(isinstance(v, str) for _, v in pytree.walk(value))
        ):
            found[Axis(path, kind="list")] = len(value)
    return found


def resized(call: pytree.Call, sizes: Sizes, position: int = -1) -> pytree.Call:
    """Return a call with other sizes, never smaller, so that indices stay in range; lists repeat a `position`."""
    found: dict[pytree.Path, Any] = {}
    for axis, size in sizes.items():
        value = found[axis.path] if axis.path in found else pytree.get(call, axis.path)
        if axis.kind == "int":
            found[axis.path] = type(value)(size)
        elif axis.kind == "array":
            rows = np.arange(size) % value.shape[axis.number]
            found[axis.path] = np.take(value, rows, axis=axis.number)
    call = pytree.replaced_each(call, list(found.items()))
    for axis, size in sizes.items():
        if axis.kind == "list":
            value = pytree.get(call, axis.path)
            k = position % len(value)
            more = [
                pytree.duplicate(value[k]) for _ in range(size - len(value))
            ]  # no second name of one
            longer = [*list(value)[: k + 1], *more, *list(value)[k + 1 :]]
            call = pytree.replaced(call, axis.path, pytree.like(value, longer))
    return call


def has_float(value: Any) -> bool:
    return any(pytree.is_float(leaf) for _, leaf in pytree.walk(value))


MODES = ("all", "floats", "arguments", "near")
ATTEMPTS = 400
FEW = 12  # the size of an axis that need not be cut
COST = 1_000_000
ENTRIES = 20  # of a list that are tried each
GROWTH = 8  # how many times the example's numbers other sizes may have


def pattern(out: Any) -> list[Any]:
    """Return what an output must have in common with the example's: its structure, ranks, and being finite."""
    finite = bool(np.isfinite(outputs.vector(out)).all())
    leaves = (
        (path, leaf, float if isinstance(leaf, float) else type(leaf))
        for path, leaf in pytree.walk(out)
    )
    return [finite, *((path, np.ndim(leaf), kind) for path, leaf, kind in leaves)]


def smaller_calls(call: pytree.Call) -> Iterator[pytree.Call]:
    """Yield calls with few numbers: sizes that all differ, numbers from all over an array, not near each other."""
    sizes = array_sizes(call)
    kept = {n for n in sizes.values() if n <= FEW}
    less: dict[int, int] = {}
    for n in sorted({n for n in sizes.values() if n > FEW}, reverse=True):
        less[n] = next(m for m in range(5, 6 + len(sizes)) if m not in kept | set(less.values()))
    ints = [axis for axis, n in int_sizes(call).items() if n in less]
    ways = product((True, False) if ints else (False,), (spread_out, first_of), (False, True))
    for with_ints, some, with_labels in ways:
        small = call
        for path, leaf in pytree.deep_leaves(call):
            if isinstance(leaf, np.ndarray) and leaf.ndim:
                cut = leaf
                for k, n in enumerate(leaf.shape):
                    cut = np.take(cut, some(range(n), less[n]), k) if n in less else cut
                cut = cut.copy()
                if with_labels and leaf.dtype.kind in "iu" and less:
                    cut %= min(less.values())
                small = pytree.replaced(small, path, cut)
        for axis in ints if with_ints else ():
            value = pytree.get(call, axis.path)
            small = pytree.replaced(small, axis.path, type(value)(less[int(value)]))
        yield small


def smaller(run: Callable[[pytree.Call], Any], call: pytree.Call, out: Any) -> pytree.Call | None:
    """Return a call with few numbers that gives something like the output of a call with many."""
    wanted = pattern(out)
    for small in smaller_calls(call):
        try:
            found = pattern(run(small))
        except Exception:  # noqa: BLE001, S112 - whatever f raises, these sizes are not for it
            continue
        if found == wanted:
            return small
    return None


def without_large(function: Callable[..., Any], call: pytree.Call) -> pytree.Call:
    """Return a call with few numbers that stands for a call; the call itself if there is none, or no need."""
    if amount(call) <= LARGE:
        return call

    def run(call: pytree.Call) -> Any:
        with staying():
            return function(*call[0], **call[1])

    try:
        with quiet(), State(function) as state:
            out = Caller(state).lending(run, call)
            return smaller(lambda small: run(pytree.duplicate(small)), call, out) or call
    except Exception:  # noqa: BLE001 - the trace says it with its line
        return call


def first_of(items: Sequence[int], most: int) -> Sequence[int]:
    return items[:most]


def spread_out(items: Sequence[int], most: int) -> Sequence[int]:
    """Return some of many numbers, from the first to the last.

    >>> spread_out(list(range(100)), 4)
    [0, 33, 66, 99]
    """
    if len(items) <= most:
        return items
    return [items[k * (len(items) - 1) // (most - 1)] for k in range(most)]


@dataclass(frozen=True)
class Move:
    """A change of sizes that belong together: all grow by `plus` or all are multiplied by `times`."""

    axes: tuple[Axis, ...]
    plus: int = 0
    times: int = 1
    position: int = -1

    def apply(self, sizes: dict[Axis, int]) -> dict[Axis, int]:
        return sizes | {axis: sizes[axis] * self.times + self.plus for axis in self.axes}


@dataclass
class Search:
    """Looks for sizes and values that a function accepts."""

    run: Callable[[pytree.Call], Any]
    """Calls the function on a copy of a call."""
    call: pytree.Call
    """The example."""
    places: Sequence[pytree.Path]
    """Where the differentiable arguments lie."""
    meter: Meter = field(default_factory=Meter)
    """Counts what the calls cost."""
    mode: str = "near"
    """Which values may be other ones."""
    moves: list[Move] = field(default_factory=list)
    ones: list[Move] = field(default_factory=list)
    """What may grow, and what may grow of the axes of size 1."""
    attempts: int = 0
    made: dict[Any, pytree.Call] = field(default_factory=dict)
    """Calls after moves, by these, what was drawn and the seed."""

    def __post_init__(self) -> None:
        self.sizes = array_sizes(self.call) | list_sizes(self.call) | int_sizes(self.call)
        self.used = set(self.sizes.values())
        self.wanted = pattern(self.run(self.call))
        self.end = self.meter.end(COST)
        before = self.meter.spent
        self.mode = next(
            (mode for mode in MODES if self.accepts(redrawn(self.call, self.places, mode, 0))), ""
        )
        if self.mode:
            self.find()
        self.cost = self.meter.spent - before

    def again(self, run: Callable[[pytree.Call], Any], meter: Meter) -> Search:
        """Return what was found for another check of the function, at no cost, so that as much is tried."""
        found = copy.copy(self)
        found.run, found.meter, found.end = run, meter, meter.end(COST)
        meter.spent += self.cost
        return found

    def accepts(self, call: pytree.Call) -> bool:
        self.attempts += 1
        try:
            return pattern(self.run(call)) == self.wanted
        except Exception:  # noqa: BLE001 - whatever f raises, these sizes are not for it
            return False

    def runs(self, call: pytree.Call) -> bool:
        """Return whether the function gives finite numbers in a structure like the example's."""
        self.attempts += 1
        try:
            found = pattern(self.run(call))
        except Exception:  # noqa: BLE001 - as above
            return False
        return found[0] is True and [p for p, *_ in found[1:]] == [p for p, *_ in self.wanted[1:]]

    def works(self, moves: Sequence[Move]) -> bool:
        """Return whether the function runs after the moves; where its arguments have grown too large is not tried."""
        grown = self.grown(moves)
        if amount(grown) > max(LARGE, GROWTH * amount(self.call)):
            return False
        return self.accepts(redrawn(grown, self.places, self.mode, 0))

    def moved(self, moves: Sequence[Move], mode: str | Draw, seed: int) -> pytree.Call:
        """Return the example after the moves, with other values; made once for all checks of the function."""
        key = (*moves,), mode, seed
        if key not in self.made:
            self.made[key] = redrawn(self.grown(moves), self.places, mode, seed)
        return self.made[key]

    def grown(self, moves: Sequence[Move]) -> pytree.Call:
        sizes = self.sizes
        position = -1
        for move in moves:
            sizes = move.apply(sizes)
            position = move.position if move.position != -1 else position
        changed = {axis: n for axis, n in sizes.items() if n != self.sizes[axis]}
        return resized(self.call, changed, position)

    @property
    def spent(self) -> bool:
        """Whether the search has cost enough."""
        return self.attempts > ATTEMPTS or self.meter.spent > self.end

    def find(self) -> None:
        arrays = [axis for axis in self.sizes if axis.kind == "array"]
        stuck: list[Axis] = []
        for n in dict.fromkeys(self.sizes[axis] for axis in arrays):
            remaining = [axis for axis in arrays if self.sizes[axis] == n]
            while remaining:
                move = self.group(remaining[0], remaining[1:], n)
                if move is None:
                    stuck.append(remaining.pop(0))
                    continue
                (self.ones if n == 1 else self.moves).append(move)
                remaining = [axis for axis in remaining if axis not in move.axes]
        self.join([axis for axis in stuck if self.sizes[axis] > 1])
        self.lengthen()
        kept: list[Move] = []
        for move in self.moves:  # each works alone, but not always all together
            if self.works([*kept, move]):
                kept.append(move)
        self.moves = kept

    def group(self, seed: Axis, others: list[Axis], n: int) -> Move | None:
        """Return the smallest group of axes that may grow alone or with an int; what grows alone should be read."""
        plus = self.new_size(n) - n
        unread: Move | None = None
        for axes in self.groups(seed, others, n):
            if self.spent:
                break
            move = Move(axes, plus)
            if not self.works([move]):
                continue
            if len(axes) == 1 and others and not self.reads_more(seed, move):
                unread = unread or move
                if self.is_read(seed.path):
                    continue
            self.used.add(n + plus)
            return move
        return unread

    def groups(self, seed: Axis, others: list[Axis], n: int) -> Iterator[tuple[Axis, ...]]:
        """Yield groups of axes of one size with the seed in them: with all labels, then the smallest first."""
        labels = [a for a in others if pytree.get(self.call, a.path).dtype.kind in "iub"]
        if labels:
            yield (seed, *labels)
        ints = [a for a, m in self.sizes.items() if a.kind != "array" and m == n > 1]
        for many in range(len(others) + 1):
            if 2 < many < len(others) and len(others) > 5:
                continue
            for subset in combinations(others, many):
                yield (seed, *subset)
                if ints:
                    yield (seed, *subset, *ints)

    def reads_more(self, axis: Axis, move: Move) -> bool:
        """Return whether the output depends on the entries that an array gets along an axis."""
        call = self.moved([move], self.mode, 0)
        leaf = pytree.get(call, axis.path)
        if not pytree.is_float(leaf):
            return True
        before = outputs.vector(self.run(call))
        added = (slice(None),) * axis.number + (slice(self.sizes[axis], None),)
        for seed in range(3):
            other = leaf.copy()
            other[added] = wide(leaf[added], np.random.default_rng(seed))
            changed = pytree.replaced(call, axis.path, other)
            if not self.accepts(changed) or not np.array_equal(
                outputs.vector(self.run(changed)), before
            ):
                return True
        return False

    def is_read(self, path: pytree.Path) -> bool:
        """Return whether the output depends on an array at all: an object may hold many that a method does not use."""
        leaf = pytree.get(self.call, path)
        other = pytree.replaced(
            self.call, path, np.full([n + 1 for n in leaf.shape], np.nan, leaf.dtype)
        )
        before = outputs.vector(self.run(self.call))
        return not self.accepts(other) or not np.array_equal(
            outputs.vector(self.run(other)), before
        )

    def new_size(self, n: int) -> int:
        return next(m for m in range(n + 1, n + 2 + len(self.used)) if m not in self.used)

    def join(self, stuck: list[Axis]) -> None:
        """Find moves for axes that cannot grow by one: multiples, products, sums of each other."""
        ints = [axis for axis in self.sizes if axis.kind == "int"]
        free = list(stuck)
        for many in (1, 2, 3):
            blocks = self.blocks(free) + ([(axis,) for axis in ints] if many > 1 else [])
            for chosen in combinations(blocks, many):
                axes = tuple(axis for block in chosen for axis in block)
                if len({self.sizes[block[0]] for block in chosen}) < many or self.spent:
                    continue
                if not any(axis in free for axis in axes):
                    continue
                move = self.first(
                    [Move(axes, times=2), *(Move(axes, plus) for plus in (1, 2, 3, 4))]
                )
                if move is not None:
                    self.moves.append(move)
                    # the larger of two joined sizes may be the product of more: leave it for the next join
                    top = max(self.sizes[axis] for axis in axes)
                    free = [
                        axis
                        for axis in free
                        if axis not in axes or (many > 1 and self.sizes[axis] == top)
                    ]

    def together(self) -> list[Move]:
        """Return moves that change all axes of a size together, as far as they work."""
        kept: list[Move] = []
        for n in dict.fromkeys(n for axis, n in self.sizes.items() if axis.kind == "array"):
            for kinds in (("array", "list", "int"), ("array",)):
                axes = tuple(a for a, m in self.sizes.items() if m == n > 1 and a.kind in kinds)
                move = Move(axes, self.new_size(n) - n)
                if axes and not self.spent and self.works([*kept, move]):
                    kept.append(move)
                    break
        return kept

    def first(self, moves: Sequence[Move]) -> Move | None:
        return next((move for move in moves if not self.spent and self.works([move])), None)

    def blocks(self, axes: list[Axis]) -> list[tuple[Axis, ...]]:
        """Return all axes of a size together, for every size, and then each axis alone."""
        by_size = [
            tuple(a for a in axes if self.sizes[a] == n)
            for n in dict.fromkeys(map(self.sizes.__getitem__, axes))
        ]
        return by_size + [(axis,) for block in by_size if len(block) > 1 for axis in block]

    def lengthen(self) -> None:
        lists = [axis for axis in self.sizes if axis.kind == "list"]
        for n in dict.fromkeys(self.sizes[axis] for axis in lists):
            alike = [axis for axis in lists if self.sizes[axis] == n]
            more = [axis for axis, m in self.sizes.items() if m == n and axis.kind != "list"]
            groups: list[tuple[Axis, ...]]
            groups = [(axis,) for axis in alike if has_float(pytree.get(self.call, axis.path))]
            groups += [tuple(alike)] if len(alike) > 1 else []
            groups += [(*alike, *more)] if more else []
            tried = [
                Move(group, 1, position=p)
                for group in groups
                for p in dict.fromkeys((-1, 0, n // 2))
            ]
            move = next(
                (m for m in tried if not self.spent and self.works([m]) and self.reads(m)), None
            )
            if move is not None:
                self.moves.append(move)

    def reads(self, move: Move) -> bool:
        """Return whether the output depends on what makes lists longer; of a long one, from first to last."""
        call = self.moved([move], self.mode, 0)
        before = outputs.vector(self.run(call))
        for axis in move.axes:
            items = pytree.get(call, axis.path) if axis.kind == "list" else []
            for k in spread_out([k for k, item in enumerate(items) if has_float(item)], ENTRIES):
                other = redrawn(call, [(*axis.path, k)], "near", 1)
                if not self.accepts(other) or np.array_equal(
                    outputs.vector(self.run(other)), before
                ):
                    return False
        return True

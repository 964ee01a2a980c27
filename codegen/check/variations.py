"""Calls like the example. In: a `Search` with its moves. Out: calls with other sizes, values, ints and words."""

from __future__ import annotations

import dis
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import combinations, cycle, islice
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from codegen.check.sizes import FEW, Axis, Move, Search, array_sizes, int_sizes
from codegen.check.values import Draw, wide
from codegen.pytree import Call, Path, deep_leaves, get, is_float, replaced, replaced_each
from codegen.records import dataclass

DRAWS = 8
MOST = {"near": 8, "special": 6, "far": 12}  # of the other values of one argument
LARGE = 5000
FEW_PAIRS = 6  # of arrays that change their ranks together
LONGEST = 2**62  # an int that an array can hold, with a few more
DIRECT = 2  # keys that lead to an argument itself
FUNCTIONS: tuple[Callable[..., Any], ...] = (np.sin, np.exp, np.square)
FUNCTION = (FunctionType, BuiltinFunctionType, MethodType, np.ufunc, partial)
"""What another function may stand for; not an object that can be called, for that may do more."""


@dataclass(frozen=True)
class Candidate:
    """A call like the example, with other values and, unless `kept`, other sizes."""

    call: Call
    kept: bool


@dataclass(frozen=True)
class Other:
    """A call in which one passive argument is another one."""

    path: Path
    """Where it lies."""
    value: Any
    """What it is."""
    call: Call
    kind: str = "near"
    """"near" for what may stand for any other value, "special" for what a function may treat in its own way, "far"
    for what only matters if it takes another way through the function."""


@dataclass(frozen=True)
class Shaped:
    """A call with other arrays."""

    name: str
    """In what they differ."""
    call: Call
    condition: str = ""
    """Under which a module meets such."""
    text: str = ""
    """What the example was instead."""
    path: Path = ()
    """Which one differs, where only one does."""
    alone: tuple[Shaped, ...] = ()
    """For several arrays, the calls in which only one of them differs."""


@dataclass(frozen=True)
class Shrunken:
    """A call in which one size is another one, mostly smaller, along with the axes and ints that have it."""

    axis: Axis
    call: Call
    ints: tuple[tuple[Path, int], ...] = ()


@dataclass(frozen=True)
class Alike:
    """A value by which numbers are equal that are not in the example; what asks for it, and what was there."""

    where: str
    path: Path
    value: Any
    asked: str
    text: str


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
    for move in search.moves:
        call = search.moved([move], search.mode, 0)
        if search.accepts(call):
            yield move, call


def smaller_sizes(search: Search) -> Iterator[tuple[Call, list[Shrunken]]]:
    """Yield calls in which sizes are smaller than in the example, each with those in which only one of them is.

    1 is left out, for it may be broadcast by chance.
    """
    arrays = [m for m in search.moves if m.times == 1 and m.axes[0].kind == "array"]
    least = {m: search.sizes[m.axes[0]] for m in arrays}
    for size in (lambda n: 2, lambda n: n - 1):
        moves = [Move(m.axes, plus=size(n) - n) for m, n in least.items() if n > 2]
        call = search.moved(moves, search.mode, 0)
        if moves and search.accepts(call):
            yield call, [
                Shrunken(move.axes[0], search.moved([move], search.mode, 0)) for move in moves
            ]


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


def other_sizes(search: Search, known: Sequence[Any]) -> Iterator[Call]:
    """Yield calls in which one size is what a test may ask for: a small one, a number of the function, the size of
    another axis, and last 1, which may be broadcast by chance; then those in which a word of the function stands for
    another one as well. Whether it accepts them is not asked: it may give something else there.
    """
    asked = [c for c in known if is_count(c) and 1 < c <= FEW]
    sizes = dict.fromkeys([2, 3, *asked, *array_sizes(search.call).values(), 1])
    alone = [Move((axis,)) for axis in array_sizes(search.call)]
    calls = {
        (move.axes, n): search.grown([Move(move.axes, n - search.sizes[move.axes[0]])])
        for move in (*search.moves, *alone)
        for n in sizes
        if move.axes[0].kind == "array" and n != search.sizes[move.axes[0]]
    }
    yield from calls.values()
    for path, leaf in deep_leaves(search.call):
        for word in known if isinstance(leaf, str) else ():
            if isinstance(word, str) and word != leaf:
                yield from (replaced(call, path, word) for call in calls.values())


def others(search: Search, known: Sequence[Any]) -> Iterator[Other]:
    """Yield calls in which one passive int, bool, word, enum or function is another one.

    `known` are the numbers and words of the function, and the keys of its tables.
    """
    lengths = sorted({n for axis, n in search.sizes.items() if axis.kind != "int"})
    for path, leaf in deep_leaves(search.call):
        if callable(leaf) and len(path) > DIRECT:
            continue  # what an object is made with stays as it is
        found: dict[str, int] = {}
        for kind, value in instead(leaf, known, lengths):
            call = replaced(search.call, path, value)
            if found.get(kind, 0) < MOST[kind] and search.accepts(call):
                found[kind] = found.get(kind, 0) + 1
                yield Other(path, value, call, kind)


def instead(leaf: Any, known: Sequence[Any], lengths: Sequence[int]) -> Iterator[tuple[str, Any]]:
    """Yield what might stand in the place of a passive value, with the kind of `Other` that makes."""
    near: list[Any] = []
    special: list[Any] = []
    far: list[Any] = []
    if isinstance(leaf, enum.Enum):
        near = [member for member in type(leaf) if member is not leaf]
    elif isinstance(leaf, bool | np.bool_):
        near = [type(leaf)(not leaf)]
    elif isinstance(leaf, int | np.integer):
        near = [leaf + 1, leaf - 1] if leaf > 0 else [leaf + 1]
        special = [0, 1, -1, leaf + 3, *lengths]
        far = [c + d for c in known if is_count(c) for d in (0, 1, -1)]
    elif isinstance(leaf, str):
        near = [word for word in known if isinstance(word, str)]
    elif isinstance(leaf, FUNCTION):
        near = [function for function in FUNCTIONS if function is not leaf][:1]
    elif isinstance(leaf, np.ndarray) and leaf.size:
        near, special = other_arrays(leaf)
    tried: list[Any] = [leaf]
    for kind, values in (("near", near), ("special", special), ("far", far)):
        for value in values:
            if isinstance(leaf, np.ndarray):
                yield kind, value
            elif value not in tried and fits(value, leaf):
                tried.append(value)
                yield kind, type(leaf)(value) if isinstance(leaf, np.integer) else value


def fits(value: Any, leaf: Any) -> bool:
    """Return whether a value may stand where another stands: a whole number of NumPy's has a range.

    >>> fits(-1, np.uint8(3)), fits(-1, 3)
    (False, True)
    """
    if not (isinstance(leaf, np.integer) and isinstance(value, int | np.integer)):
        return True
    span = np.iinfo(leaf.dtype)
    return bool(span.min <= value <= span.max)


def is_count(value: Any) -> bool:
    """Return whether a number of the function may be compared with an int of no great size."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < abs(value) <= LARGE


def other_arrays(leaf: Any) -> tuple[list[Any], list[Any]]:
    """Return other indices, or the other side of a mask, in the place of an array; then those that are all the same."""
    if leaf.dtype.kind == "b":
        return [~leaf], [np.zeros_like(leaf), np.ones_like(leaf)]
    if leaf.dtype.kind in "iu" and leaf.min() >= 0:
        rng, top = np.random.default_rng(231), int(leaf.max())
        drawn = [rng.integers(0, top + more, leaf.shape).astype(leaf.dtype) for more in (3, 2, 1)]
        return drawn, [np.zeros_like(leaf), np.full_like(leaf, top)]
    return [], []


def shaped(search: Search, named: Callable[[Path], str]) -> Iterator[Shaped]:
    """Yield calls whose arrays lie in memory in another way, or whose numbers are arrays without axes."""
    arrays = [(p, v) for p, v in deep_leaves(search.call) if is_float(v) and np.ndim(v)]
    for name, change in LAYOUTS.items():
        call, alone = search.call, []
        for path, leaf in arrays:
            call = replaced(call, path, change(leaf))
            condition, text = f"not {named(path)}.flags.c_contiguous", f"{named(path)} lay in rows"
            one = replaced(search.call, path, change(leaf))
            alone.append(Shaped(f"with {named(path)} {name}", one, condition, text, path))
        if arrays:
            yield Shaped(f"with arrays {name}", call, alone=tuple(alone))
    for path, leaf in deep_leaves(search.call):
        if isinstance(leaf, float | np.floating):
            call = replaced(search.call, path, np.array(leaf))
            condition, text, asked = no_array(search.call, path, named)
            yield Shaped(f"with {named(path)} a 0-d array", call, condition, text, asked)


def no_array(call: Call, path: Path, named: Callable[[Path], str]) -> tuple[str, str, Path]:
    """Return the question whether a number is an array, what it was, and the path to what is asked."""
    lists = [k for k in range(2, len(path)) if isinstance(get(call, path[:k]), list)]
    first = lists[0] if lists else len(path)
    base = path[:first]
    depth = len(path) - first
    if lists == list(range(first, len(path))) and 1 <= depth <= 2:
        if all(isinstance(v, float | int) for _, v in deep_leaves(get(call, base))):
            each = "for row in {} for v in row" if depth == 2 else "for v in {}"
            items = each.format(named(base))
            test = f"any(type(v).__name__ == 'ndarray' {items})"
            return test, f"{named(base)} held no arrays", base
    return f"type({named(path)}).__name__ == 'ndarray'", f"{named(path)} was no array", path


def shrunken(search: Search) -> Iterator[Shrunken]:
    """Yield calls in which an axis has size 1, which may be broadcast; then with a larger int as well."""
    ints = [(path, leaf) for path, leaf in deep_leaves(search.call) if type(leaf) is int]
    for more in ((), *(((path, leaf + 2),) for path, leaf in ints)):
        call = replaced_each(search.call, more)
        for axis, n in array_sizes(search.call).items():
            leaf = get(search.call, axis.path)
            if n > 1 and leaf.dtype.kind in "fiub":
                cut = leaf.take([0], axis=axis.number)
                yield Shrunken(axis, replaced(call, axis.path, cut), more)


def grown(search: Search) -> Iterator[Shrunken]:
    """Yield calls in which an axis of size 1 has the size of another axis or an int, or else another size."""
    sizes = array_sizes(search.call)
    larger = {m for m in (*sizes.values(), *int_sizes(search.call).values()) if m > 1} or {3}
    for axis, n in sizes.items():
        leaf = get(search.call, axis.path)
        for m in sorted(larger) if n == 1 else ():
            if leaf.dtype.kind in "fiub":
                other = leaf.repeat(m, axis=axis.number)
                yield Shrunken(axis, replaced(search.call, axis.path, other))


def spread(search: Search) -> Iterator[tuple[Path, Call]]:
    """Yield calls in which a number is an array, or an array has an axis more or less, and where it lies."""
    sizes = array_sizes(search.call)
    lengths = sorted({n for axis, n in sizes.items() if n > 1 and is_last(axis, search.call)})
    lengths = lengths if sizes else [3]  # beside numbers alone
    for path, leaf in deep_leaves(search.call):
        others: list[Any] = []
        if isinstance(leaf, float | np.floating):
            dtype = np.asarray(leaf).dtype
            others = [np.linspace(leaf, leaf * 1.5, n, dtype=dtype) for n in lengths]
        elif type(leaf) is int and abs(leaf) < LONGEST:
            rows = [leaf + np.arange(n) % 2 for n in lengths]
            others = [*rows, *(row[:, None] for row in rows)]
        elif type(leaf) is np.ndarray and is_float(leaf) and leaf.size:
            others = [leaf[None].copy(), leaf[..., None].copy()]
            others += [np.stack([leaf, leaf * 1.5], axis) for axis in (0, -1)]
            others += [leaf[0] if leaf.ndim > 1 else float(leaf[0])] if leaf.ndim else []
            others += [leaf[..., 0].copy()] if leaf.ndim > 1 else []
        elif type(leaf) is np.ndarray and leaf.dtype.kind in "iu" and leaf.size and leaf.ndim:
            others = [leaf[..., None].copy(), leaf[None].copy(), leaf[0]]
        for other in others:
            yield path, replaced(search.call, path, other)


def spread_together(search: Search) -> Iterator[tuple[Path, Call]]:
    """Yield calls in which two arrays, or all, have an axis more or less, and where the first lies."""
    leaves = [(p, v) for p, v in deep_leaves(search.call) if type(v) is np.ndarray and is_float(v)]
    leaves = [(path, leaf) for path, leaf in leaves if leaf.ndim and leaf.size]
    pairs = list(islice(combinations(leaves, 2), FEW_PAIRS))
    for some in [*pairs, leaves] if len(leaves) > 2 else pairs:
        for axis in (0, -1):
            more = [(path, np.stack([leaf, leaf * 1.5], axis)) for path, leaf in some]
            yield some[0][0], replaced_each(search.call, more)
        fewer = [(path, leaf[0] if leaf.ndim > 1 else float(leaf[0])) for path, leaf in some]
        yield some[0][0], replaced_each(search.call, fewer)


def is_last(axis: Axis, call: Call) -> bool:
    return bool(axis.number == get(call, axis.path).ndim - 1)


def alike(
    call: Call, names: Mapping[Path, str], numbers: Sequence[float] = (), tied: bool = False
) -> Iterator[Alike]:
    """Yield what makes an array zero or constant, ties two of its numbers, or makes two arguments equal."""
    for path, name in names.items():
        leaf = get(call, path)
        if np.ndim(leaf):
            asked, text = f"not np.any({name})", f"{name} was not 0"
            yield Alike(f"with {name} = 0", path, np.zeros_like(leaf), asked, text)
        for number in numbers if np.ndim(leaf) else ():
            asked, text = f"np.all({name} == {number})", f"{name} was not {number}"
            where = f"with {name} = {number}"
            yield Alike(where, path, np.full_like(leaf, number), asked, text)
        if np.size(leaf) > 1:
            value, asked = np.full_like(leaf, leaf.flat[0]), f"np.ptp({name}) == 0"
            text = f"{name} held several numbers"
            yield Alike(f"with one number in {name}", path, value, asked, text)
        for axis in range(np.ndim(leaf)):
            if leaf.size and (1 < leaf.shape[axis] < leaf.size or leaf.shape[axis] > 2):
                asked = f"np.unique({name}).size < np.size({name})"
                where, text = (
                    f"with two equal numbers in {name}",
                    f"no two numbers of {name} were equal",
                )
                yield Alike(where, path, with_twins(leaf, axis), asked, text)
                if tied:
                    yield Alike(where, path, with_ties(leaf, axis), asked, text)
    for path, other in combinations(names, 2):
        value, one, two = get(call, other), names[path], names[other]
        if np.shape(value) == np.shape(get(call, path)):
            asked = f"np.array_equal({one}, {two})" if np.ndim(value) else f"{one} == {two}"
            text = f"{one} and {two} were not equal"
            yield Alike(f"with {one} = {two}", path, value, asked, text)


def with_twins(leaf: Any, axis: int) -> Any:
    new = leaf.copy()
    first = (0,) * leaf.ndim
    new[(*first[:axis], 1, *first[axis + 1 :])] = leaf[first]
    return new


def with_ties(leaf: Any, axis: int) -> Any:
    """Return an array whose two largest numbers along an axis are equal, and its two smallest if these are others."""
    order = np.argsort(leaf, axis=axis)
    new = leaf.copy()
    for kept, lost in ((-1, -2), (0, 1))[: 1 + (leaf.shape[axis] > 3)]:
        best = np.take_along_axis(leaf, np.take(order, [kept], axis), axis)
        np.put_along_axis(new, np.take(order, [lost], axis), best, axis)
    return new


def strided(leaf: Any) -> Any:
    return np.repeat(leaf, 2, axis=-1)[..., ::2]


LAYOUTS: dict[str, Callable[[Any], Any]] = {
    "in Fortran order": np.asfortranarray,
    "as views": strided,
}


@lru_cache(maxsize=64)
def constants(code: CodeType) -> tuple[Any, ...]:
    """Return the strings and numbers in a piece of code, which it may compare with or look up.

    They are those that its instructions load: what `co_consts` holds beside them depends on the version of Python.
    """
    found: list[Any] = []
    waiting = [*loaded(code)]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str | float | int) and not isinstance(one, bool):
            found.append(one)
        elif isinstance(one, tuple | frozenset):
            waiting.extend(sorted(one, key=repr))
        elif isinstance(one, CodeType):
            waiting.extend(loaded(one))
    return tuple(found)


def loaded(code: CodeType) -> tuple[Any, ...]:
    """Return the constants that instructions load, each once; it is asked for each side of a function."""
    found = {
        (type(i.argval), i.argval): i.argval
        for i in dis.get_instructions(code)
        if i.opcode in dis.hasconst or i.opname == "LOAD_SMALL_INT"
    }
    return tuple(found.values())

"""Numeric slopes against the gradients of a backward pass. In: a call, gradients. Out: `Judged` per argument.

Up to `FEW` numbers in all arguments together, every entry is tried; beyond that, random directions and a sample. A slow
function is called as often as its cost allows, if need be along one direction of all arguments together.

At a call that is `like` one that was judged so, a random direction of each array is enough where both agree: a gradient
that is wrong in any entry agrees along none that is drawn at random. Where they do not, as at a kink, the entries tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from codegen.check import outputs
from codegen.check.arguments import Argument
from codegen.check.calls import LARGE, Caller, amount, first_line
from codegen.check.slopes import (
    DOUBLE,
    SINGLE,
    Line,
    Middle,
    Precision,
    Slope,
    Vector,
    error,
    slope,
)
from codegen.check.tolerances import EVIDENT, FINEST, NOTHING, OKAY, SURE, UNCOMFORTABLE
from codegen.check.values import generator
from codegen.pytree import Call, Path, duplicate, entry, get, put, replaced_each
from codegen.records import dataclass


@dataclass(frozen=True)
class Entry:
    """One number of the gradient beside its numeric slope."""

    where: str
    expected: float
    """What the backward pass gives."""
    slope: Slope
    error: float
    """The relative error."""
    wobble: float = 0.0
    """How `expected` changes when all inputs change by a few units in the last place."""

    @property
    def sure(self) -> bool:
        """Whether the difference is larger than what the numeric slope leaves open."""
        return abs(self.expected - self.slope.value) > 10 * self.slope.uncertainty

    def differs(self, share: float, least: float) -> bool:
        """Return whether the difference is more than a share of both, and of the least that counts."""
        most = max(abs(self.expected), abs(self.slope.value), least)
        return abs(self.expected - self.slope.value) > share * most and bool(np.isfinite(most))

    @property
    def alone(self) -> bool:
        """Whether the number is wrong here alone, and right next to it, as at `if a == b:`."""
        off = self.expected - self.slope.value
        return self.differs(EVIDENT, 0.0) and abs(off + self.wobble) < EVIDENT * abs(off)

    @property
    def shaky(self) -> bool:
        """Whether rounding explains the difference."""
        off = abs(self.expected - self.slope.value)
        return off <= 10 * abs(self.wobble) and not self.alone


@dataclass
class Judged:
    """What was found about the gradient on one argument."""

    entries: list[Entry] = field(default_factory=list)
    """What could be compared."""
    kinks: int = 0
    """Entries at a kink of the function."""
    kink: str = ""
    """The first of them in words."""
    unknown: int = 0
    """Entries where no step gave a numeric slope, with the `reason` if the function raised an exception."""
    reason: str = ""
    single: bool = False
    """Whether the function could be sampled in single precision only."""
    infinite: bool = False
    """Whether some output is not finite; then a gradient that is not either says nothing."""
    endless: int = 0
    """Entries at which the input itself is not finite."""

    @property
    def error(self) -> float | None:
        return max((entry.error for entry in self.entries), default=None)

    def add(
        self, where: str, expected: float, found: Slope, size: float, wobble: float = 0.0
    ) -> None:
        if found.sides is not None:
            self.kinks += 1
            left, right = (f"{side + 0.0:.4g}" for side in found.sides)
            here = (
                f"slopes {left} and {right} {where}, the backward pass gives {expected + 0.0:.4g}"
            )
            self.kink = self.kink or here
        elif not found.known or (self.infinite and not np.isfinite(expected)):
            self.unknown += 1
        else:
            off = error(expected, found, size)
            self.entries.append(Entry(where, expected, found, off, wobble))

    def wrong(self) -> Entry | None:
        bound = UNCOMFORTABLE if self.single else OKAY
        if not any(entry.error > min(SURE, bound) for entry in self.entries):
            return None
        firm = [entry for entry in self.entries if entry.error < SURE or not entry.shaky]
        worst = max(firm, key=lambda entry: entry.error, default=None)
        if worst is None or worst.error > bound:
            return worst
        if self.single or self.kinks:
            return None
        sure = [entry for entry in firm if entry.error > SURE and entry.sure]
        return max(sure, key=lambda entry: entry.error, default=None)

    def is_settled(self) -> bool:
        """Return whether the entry that came last shows the gradient to be wrong, whatever others will show."""
        bound = UNCOMFORTABLE if self.single else OKAY
        return any(entry.error > bound and not entry.shaky for entry in self.entries[-1:])

    def is_told(self) -> bool:
        """Return whether all that is wrong is NaN, infinite or next to nothing: nobody takes that for a gradient."""
        bound = UNCOMFORTABLE if self.single else OKAY
        off = [e for e in self.entries if not e.error <= bound]
        return bool(off) and all(
            not np.isfinite(e.expected) or abs(e.expected) + abs(e.slope.value) < NOTHING
            for e in off
        )

    def failures(self, name: str) -> list[str]:
        worst = self.wrong()
        if worst is None:
            return []
        numbers = (
            f"the backward pass gives {worst.expected:.6g}, numeric is {worst.slope.value:.6g}"
        )
        if np.isnan(worst.expected):  # the number of the error, infinite, says nothing
            why = "0 meets infinity on the way, as in np.sqrt(x)**2 at 0: write it without"
            return [f"d{name} is wrong: {worst.where}, {numbers}; {why}"]
        return [f"d{name} is wrong: {worst.where}, {numbers}, relative error {worst.error:.0e}"]

    def notes(self, name: str) -> list[str]:
        found = []
        shaky = sum([entry.error > SURE and entry.shaky for entry in self.entries])
        if shaky:
            found.append(
                f"{entries(shaky)} of d{name} off by rounding: the function is ill-conditioned"
            )
        if self.kinks:
            found.append(f"{entries(self.kinks)} of d{name} at a kink: {self.kink}; not judged")
        if self.endless:
            found.append(
                f"{entries(self.endless)} of d{name} not judged: the input is NaN or infinite there"
            )
        if self.unknown:
            why = (
                f": the function raises {self.reason}"
                if self.reason
                else ", too steep or on the edge"
            )
            found.append(
                f"{entries(self.unknown)} of d{name} without a numeric slope, not judged{why}"
            )
        return found


def entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}"


FEW = 200
DIRECTIONS = 3
SAMPLE = 20
SOME = 1000  # entries that tell the size of all
TOGETHER = 2
COST = 1_000_000
PIECE = 10 * outputs.PERIOD  # numbers that a processor keeps at hand; at least `LARGE`

Gradients = Mapping[str, Mapping[Path, Any]]


class Repeated:
    """Random numbers for a large array, which repeat; 0 where the array is not finite.

    They are never held all at once: to set 10^7 numbers takes as long as many a function of them.
    """

    def __init__(self, x: Any, values: Vector) -> None:
        self.x, self.values = x, np.resize(values, PIECE)
        self.finite = outputs.is_finite(np.ravel(x))

    def pieces(self, *arrays: Any) -> Iterator[tuple[Any, ...]]:
        """Yield pieces of the numbers, and those of arrays beside them."""
        flat = [np.ravel(a) for a in (self.x, *arrays)]
        for start in range(0, flat[0].size, PIECE):
            x, *parts = (a[start : start + PIECE] for a in flat)
            own = self.values[: x.size]
            yield own if self.finite else np.where(np.isfinite(x), own, 0.0), *parts

    def whole(self) -> Any:
        return np.concatenate([own for (own,) in self.pieces()]).reshape(np.shape(self.x))


class Sampler:
    """Takes numeric slopes of a function around one call."""

    def __init__(
        self,
        caller: Caller,
        function: Callable[..., Any],
        call: Call,
        out: Any,
        dout: Any,
        precision: Precision = DOUBLE,
        few: int | None = None,
        brief: bool = False,
        like: bool = False,
    ) -> None:
        self.caller, self.function, self.call, self.precision = caller, function, call, precision
        self.brief, self.like = brief, like and precision is DOUBLE
        middle = outputs.vector(out)
        self.count = middle.size
        self.finite = np.isfinite(middle)
        self.all_finite = bool(self.finite.all())
        self.middle = Middle(middle, outputs.vector(dout))
        if not self.all_finite:
            self.middle = Middle(middle[self.finite], self.middle.weights[self.finite])
        self.reason = ""
        self.shaken: Gradients | None = None
        self.slopes: dict[Any, tuple[Slope, str]] = {}
        self.scales: dict[Path, float] = {}
        self.affordable = COST // (2 * caller.work)
        self.large = middle.size > LARGE or amount(call) > LARGE
        if few is not None:
            self.affordable = min(few, self.affordable // 4)

    def judge(
        self, arguments: Sequence[Argument], grads: Gradients, shaken: Gradients | None = None
    ) -> dict[str, Judged]:
        """Return what is found about every argument; a `brief` one ends at the first entry that is wrong."""
        self.shaken = shaken
        total = sum(np.size(grad) for leaves in grads.values() for grad in leaves.values())
        rng = generator(231)
        share = self.affordable // max(1, len(arguments))
        found = {}
        for argument in arguments:
            self.reason = ""
            leaves = grads[argument.name]
            judged = found[argument.name] = self.nothing()
            if self.like and self.agree(argument, leaves, judged, share):
                continue
            judged = found[argument.name] = self.nothing()
            if total > min(FEW, self.affordable):
                count = min(DIRECTIONS, share)
                self.directions([argument], {argument.name: leaves}, judged, rng, range(count))
                places = sample(leaves, min(SAMPLE, share - count), rng)
            else:
                places = [(path, k) for path, grad in leaves.items() for k in range(np.size(grad))]
            self.entries(argument, leaves, places, judged)
            judged.reason = self.reason
            if self.brief and judged.is_settled():
                return found
        if total and share == 0:
            joint = self.nothing()
            self.directions(arguments, grads, joint, rng, range(1 if self.large else TOGETHER))
            found = dict.fromkeys(found, joint)
        return found

    def nothing(self) -> Judged:
        """Return what is found before anything was tried."""
        return Judged(single=self.precision is SINGLE, infinite=not self.all_finite)

    def agree(
        self, argument: Argument, leaves: Mapping[Path, Any], judged: Judged, most: int
    ) -> bool:
        """Judge each array along a direction, or all together if many; return whether each has a right slope."""
        value = argument.value(self.call)
        given = [part for path, grad in leaves.items() for part in (grad, get(value, path))]
        total = sum(np.size(grad) for grad in leaves.values())
        if not (
            most and total > 1 and self.all_finite and all(np.isfinite(a).all() for a in given)
        ):
            return False
        rng = generator(232)
        parts = [leaves] if len(leaves) > most else [{path: leaves[path]} for path in leaves]
        for part in parts:
            self.directions([argument], {argument.name: part}, judged, rng, range(-1, 0))
            if not (judged.entries and judged.entries[-1].error <= self.precision.agree):
                return False
        return len(judged.entries) == len(parts)

    def entries(
        self,
        argument: Argument,
        leaves: Mapping[Path, Any],
        places: list[tuple[Path, int]],
        judged: Judged,
    ) -> None:
        if not places:
            return  # many numbers are not looked at for nothing
        flat = {path: np.asarray(grad, np.float64).ravel() for path, grad in leaves.items()}
        shaken = (self.shaken or {}).get(argument.name, leaves)
        value = argument.value(self.call)
        inputs = {path: np.asarray(get(value, path), np.float64) for path in leaves}
        scales = {path: self.scale(argument.absolute(path), x) for path, x in inputs.items()}
        size = greatest(flat.values())
        empty = {path: self.without([argument.absolute(path)]) for path in leaves}
        for path, k in places:
            index = tuple(int(i) for i in np.unravel_index(k, inputs[path].shape))
            own = abs(float(inputs[path][index]))
            if not np.isfinite(own):
                judged.endless += 1
                continue
            if self.count and not self.middle.values.size:
                judged.unknown += 1  # no output is finite: a slope of nothing would be 0
                continue
            scale = max(own, scales[path], FINEST)
            at = self.entry(argument.absolute(path), index, empty[path])
            line = Line(at, self.middle, scale, max(own, FINEST) if own else scale)
            expected = float(flat[path][k])
            found = self.slope((argument.absolute(path), k), line, expected, size)
            wobble = float(np.ravel(shaken[path])[k]) - expected
            judged.add(f"at {entry(argument.label(path), index)}", expected, found, size, wobble)
            if self.brief and judged.is_settled():
                return

    def directions(
        self,
        arguments: Sequence[Argument],
        grads: Gradients,
        judged: Judged,
        rng: np.random.Generator,
        numbers: range,
    ) -> None:
        name = f"along a random direction of {', '.join(argument.name for argument in arguments)}"
        for number in [] if self.count and not self.middle.values.size else numbers:
            moves, expected, size, terms, wobble = {}, 0.0, 0.0, 0.0, 0.0
            for argument in arguments:
                shaken = (self.shaken or grads)[argument.name]
                value = argument.value(self.call)
                for path, grad in grads[argument.name].items():
                    place = argument.absolute(path)
                    x = np.asarray(get(value, path), np.float64)
                    moves[place] = way = direction(x, self.scale(place, x), rng)
                    for own, part, near in pieces(way, grad, shaken[path]):
                        if self.shaken is not None:
                            wobble += float(np.sum((np.asarray(near, np.float64) - part) * own))
                        part = np.asarray(part, np.float64) * own
                        total = float(np.add.reduce(part))
                        if not math.isfinite(total):  # nothing moves where a gradient may be NaN
                            part[own == 0.0] = 0.0
                            total = float(np.add.reduce(part))
                        expected += total
                        size = float(np.hypot(size, norm(part))) if size else norm(part)
                        if self.large:  # the way is that much shorter than the argument
                            terms += float(np.abs(part, out=part).sum()) * np.sqrt(np.size(grad))
            line = self.line(moves, terms, steep=size if math.isfinite(size) else 0.0)
            found = self.slope((name, *moves, number), line, expected, size)
            if found.known:
                judged.add(name, expected, found, size, wobble)
            if self.brief and judged.is_settled():
                return

    def scale(self, place: Path, x: Any) -> float:
        """Return the size of a typical entry of what lies at a place of the call, which is found once."""
        if place not in self.scales:
            self.scales[place] = typical(x)
        return self.scales[place]

    def slope(self, key: Any, line: Line, expected: float, size: float) -> Slope:
        """Return a numeric slope, which is taken once for each key."""
        if key not in self.slopes:
            self.slopes[key] = slope(line, expected, size, self.precision), self.reason
        found, reason = self.slopes[key]
        self.reason = self.reason or reason
        return found

    def entry(
        self, path: Path, index: tuple[Any, ...], empty: Any
    ) -> Callable[[float], Vector | None]:
        """Return the outputs as a function of one entry of the inputs, of which all others are given."""
        leaf = get(self.call, path)

        def at(t: float) -> Vector | None:
            if isinstance(leaf, np.ndarray):
                new = duplicate(leaf)
                new[index] += t
            else:
                new = type(leaf)(leaf + t)
            return self.outputs(put(duplicate(empty), [(path, new)]))

        return at

    def line(self, moves: Mapping[Path, Any], terms: float, steep: float) -> Line:
        """Return the line along a direction; of many outputs only their sum is kept, each times its weight.

        The value of a long sum, of `terms` that may cancel, does not tell how far it is rounded.
        """
        at = self.along(moves)
        line = Line(at, self.middle, 1.0, 1.0, steep=steep)
        if not self.large:
            return line

        def summed(t: float) -> Vector | None:
            found = at(t)
            return None if found is None else np.array([line.moved(found)])

        still = norm(self.middle.values) * norm(self.middle.weights)
        still = max(still, terms if np.isfinite(terms) else 0.0)
        return Line(summed, Middle(np.zeros(1), np.ones(1)), 1.0, 1.0, still, steep)

    def along(self, moves: Mapping[Path, Any]) -> Callable[[float], Vector | None]:
        """Return the outputs as a function of the way along a direction."""

        empty = self.without(moves)
        starts = {path: (get(self.call, path), way) for path, way in moves.items()}
        # memory that is used again, for of large outputs only a sum is kept
        rooms: dict[Path, Any] = {}

        def at(t: float) -> Vector | None:
            changes = [
                (path, shifted(value, t, way, rooms.pop(path, None)))
                for path, (value, way) in starts.items()
            ]
            if self.large:
                rooms.update(changes)
            return self.outputs(put(duplicate(empty), changes))

        return at

    def without(self, paths: Iterable[Path]) -> Any:
        """Return the call with nothing at some places, where its copies are given something else; they are lists."""
        short = [path for path in paths if len(path) == 2]
        args, kwargs = replaced_each(self.call, [(path, None) for path in paths if len(path) > 2])
        return put(([*args], {**kwargs}), [(path, None) for path in short])

    def outputs(self, call: Call) -> Vector | None:
        try:
            found = outputs.vector(self.caller.on(self.function, call))
        except Exception as error:  # noqa: BLE001 - said in a note
            self.reason = self.reason or first_line(error)
            return None
        if found.size != self.count:
            return None
        if not self.all_finite:
            found = found[self.finite]
        return found if outputs.is_finite(found) else None


def sample(
    leaves: Mapping[Path, Any], count: int, rng: np.random.Generator
) -> list[tuple[Path, int]]:
    if count <= 0:
        return []
    ends = np.cumsum([np.size(grad) for grad in leaves.values()])
    total = int(ends[-1]) if len(ends) else 0
    drawn = range(total) if total <= count else sorted(set(rng.integers(total, size=count)))
    paths, starts = list(leaves), [0, *ends[:-1]]
    owners = np.searchsorted(ends, drawn, side="right")
    return [(paths[j], int(k - starts[j])) for j, k in zip(owners, drawn, strict=True)]


def direction(x: Any, size: float, rng: np.random.Generator) -> Any:
    """Return a random direction of about an array's size; what is not finite, there or behind, stays."""
    long = max(1.0, math.sqrt(x.size))
    if x.size > PIECE:
        return Repeated(x, size * rng.standard_normal(outputs.PERIOD) / long)
    if x.size > outputs.PERIOD:  # numbers that repeat are brought to their size before they do
        way = outputs.drawn(lambda count: size * rng.standard_normal(count) / long, x.shape)
    else:
        way = size * rng.standard_normal(x.shape) / long
    moves = np.isfinite(x) & np.isfinite(way)  # a way from 1e308 may have no end
    return way if moves.all() else np.where(moves, way, 0.0)


def pieces(way: Any, *arrays: Any) -> Iterator[tuple[Any, ...]]:
    """Yield pieces of a direction, and those of arrays beside it."""
    if isinstance(way, Repeated):
        yield from way.pieces(*arrays)
    else:
        yield tuple(np.ravel(a) for a in (way, *arrays))


def shifted(leaf: Any, t: float, way: Any, room: Any = None) -> Any:
    """Return a number or an array moved along a direction, as it lies in memory; `room` is free to be used."""
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(leaf + float(t * way))
    is_plain = leaf.ndim and leaf.dtype == np.float64 and leaf.flags.c_contiguous
    if is_plain and isinstance(way, Repeated):
        moved = np.zeros(leaf.shape) if room is None else room
        for own, old, new in way.pieces(leaf, moved):
            np.add(t * own, old, out=new)
        return moved
    by = t * (way.whole() if isinstance(way, Repeated) else way)
    if is_plain:
        by += leaf  # not copied before it is moved, for that would take as long
        return by
    moved = duplicate(leaf)
    moved += np.asarray(by).astype(leaf.dtype, copy=False)
    return moved


def typical(x: Any) -> float:
    """Return the size of a typical entry of an array; 1 at most where zeros prevail, as in a mask."""
    if x.size == 1:
        one = abs(x.item())
        return (one + one) / 2 if 0 < one < math.inf else 1.0
    some = np.abs(np.ravel(x)[:: 1 + x.size // SOME])
    some = some[np.isfinite(some)]
    middle = median(some) if some.size else 0.0
    rest = some[some > 0]
    return middle or (min(1.0, median(rest)) if rest.size else 1.0)


def median(x: Any) -> float:
    """Return the median of finite numbers; that of NumPy imports all of its masked arrays first."""
    ordered = x.copy()
    ordered.sort()
    return float((ordered[(len(x) - 1) // 2] + ordered[len(x) // 2]) / 2)


def norm(x: Any) -> float:
    square = float(x.dot(x))
    if 1e-150 < square < 1e150:
        return float(np.sqrt(square))
    top = float(max(np.max(x, initial=0.0), -np.min(x, initial=0.0)))
    if not 1e-100 < top < 1e100:
        return top * norm(x / top) if 0 < top < np.inf else top
    return float(np.sqrt(square))


def greatest(arrays: Any) -> float:
    found = [np.max(np.abs(a), initial=0.0, where=np.isfinite(a)) for a in arrays]
    return float(max(found, default=0.0))

"""Numeric slopes by central differences. In: a line through a function's inputs. Out: its slope at 0, or a kink.

The first try costs two calls and is enough where the backward pass agrees; where it does not, Richardson's fourth
order and then a ladder of steps decide who is right. A kink shows as a right and a left slope whose difference does not
shrink with h.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from codegen.check.tolerances import FIRM, LITTLE, LOST, ROUGH, STEEP, SURE, WITHIN
from codegen.records import dataclass

if TYPE_CHECKING:
    from numpy.typing import NDArray


Vector: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True)
class Precision:
    """How finely a function can be sampled."""

    eps: float
    """Relative rounding error of its values."""
    first: float
    second: float
    """Step of the first try and of Richardson's pair, relative to the size of the input."""
    ladder: tuple[float, float]
    """Exponents of ten of the largest and the smallest step that are tried when in doubt."""
    agree: float
    """Relative error that ends the search."""
    tiny: float
    """A step over which a smooth function is a straight line, relative to the size of the input."""


DOUBLE = Precision(2.3e-16, 1e-5, 1e-4, (-1.0, -7.0), 1e-8, 1e-7)
SINGLE = Precision(1.2e-7, 1e-2, 2e-2, (0.0, -3.5), 1e-3, 1e-3)
LONG = replace(SINGLE, agree=DOUBLE.agree)
"""Steps that leave the numbers next to one behind; the search goes on until the slope of a cubic at 0 is 0."""


@dataclass(frozen=True)
class Middle:
    """The outputs at t = 0 of all lines through one point."""

    values: Vector
    weights: Vector
    """The upstream gradient: the slope wanted is that of `weights @ at(t)`."""

    @cached_property
    def heavy(self) -> Vector:
        """The weights without their signs."""
        return np.abs(self.weights)

    @cached_property
    def size(self) -> float:
        """The size of the terms of `weights @ values`."""
        return float(self.heavy.dot(np.abs(self.values)))


@dataclass(frozen=True)
class Line:
    """A straight line through the inputs, and the outputs along it."""

    at: Callable[[float], Vector | None]
    """The outputs at t as one vector; None where the function has no finite value of the same shape."""
    middle: Middle
    """The outputs at t = 0, and their weights."""
    scale: float
    """The size of t over which the inputs change by about their own size."""
    finest: float
    """The same for the smallest of the inputs that change."""
    still: float | None = None
    """The size of the terms of `weights @ at(0)`, if the outputs are summed up already."""
    steep: float = 0.0
    """The size of the terms of its slope, as far as the backward pass knows them."""

    @property
    def size(self) -> float:
        """The size of the terms of what is differentiated."""
        return self.middle.size if self.still is None else self.still

    def moved(self, out: Vector) -> float:
        return float(self.middle.weights.dot(out - self.middle.values))


@dataclass(frozen=True)
class Slope:
    value: float
    uncertainty: float
    """The slope, and how far it may be off."""
    sides: tuple[float, float] | None = None
    """At a kink, the slopes to the left and to the right."""
    rises: bool = False
    """Whether this is a stair, so that the function moves over longer steps."""

    @property
    def kink(self) -> bool:
        return self.sides is not None

    @property
    def known(self) -> bool:
        return not self.kink and math.isfinite(self.value)


UNKNOWN = Slope(math.nan, math.inf)


@dataclass(frozen=True)
class Difference:
    """The slopes to the right and to the left over a step h, the rounding error in them, and which outputs moved.

    Some are `lost` if they move over longer steps only.
    """

    h: float
    right: float
    left: float
    noise: float
    moved: NDArray[np.bool_]
    lost: bool = False

    @property
    def center(self) -> float:
        return 0.5 * (self.right + self.left)

    @property
    def bend(self) -> float:
        return abs(self.right - self.left)

    def bent(self, size: float) -> bool:
        """Return whether the two sides differ by more than rounding and a little curvature explain."""
        return self.bend > 50 * self.noise and self.bend > LITTLE * max(
            abs(self.right), abs(self.left), size
        )


def difference(
    line: Line, h: float, eps: float, moving: NDArray[np.bool_] | bool = False
) -> Difference | None:
    """Return the slopes over one step; None where the function has no value on some side.

    Outputs that are `moving` count for the rounding error even if the step is too small to be seen in them.
    """
    right, left = line.at(h), line.at(-h)
    if right is None or left is None:
        return None
    moved, lost = right != left, False
    if moving is not False:
        lost = not bool((moved | np.logical_not(moving)).all())
        moved = moved | moving
    size = line.middle.heavy.dot(np.maximum(np.abs(right), np.abs(left)) * moved)
    size += line.still or 0.0  # what is summed up already is rounded before the middle is taken off
    slopes = line.moved(right) / h, 0.0 - line.moved(left) / h
    # terms that cancel leave rounding errors in a gradient that is 0, even where the outputs do not move at all
    still = line.size / line.scale
    return Difference(h, *slopes, eps * (float(size) / h + still), moved, lost)


def floor(expected: float, slope: Slope, size: float) -> float:
    """Return the number a difference between `expected` and the slope is to be measured against.

    Entries far below the others and slopes lost in rounding are not measured against themselves.
    """
    value = abs(slope.value) if math.isfinite(slope.value) else 0.0
    return max(abs(expected), value, LITTLE * size, 1e7 * slope.uncertainty, 1e-300)


def error(expected: float, slope: Slope, size: float) -> float:
    if not math.isfinite(expected):
        return math.inf
    return abs(expected - slope.value) / floor(expected, slope, size)


def slope(line: Line, expected: float, size: float, precision: Precision = DOUBLE) -> Slope:
    """Return the numeric slope of a line at 0; what the backward pass says, `expected`, only saves work."""
    first = difference(line, precision.first * line.scale, precision.eps)
    if first is not None:
        short = steep(line, first, expected, size, precision)
        if short is not None:
            return short
        found = Slope(first.center, first.noise)
        rough = line.still is not None and first.noise > ROUGH * max(abs(expected), size)
        if (
            not (rough or first.bent(LITTLE * size))
            and error(expected, found, size) <= precision.agree
        ):
            return found
        fourth = richardson(line, first, expected, size, precision)
        if fourth is not None:
            return fourth
    found = ladder(line, size, precision)
    if found.known and error(expected, found, size) > SURE:  # nothing below is told to be wrong
        high = stairs(line, 10 * precision.tiny * line.scale)
        found = ladder(line, size, precision, high) if high else found
    firm = found.known and found.uncertainty < FIRM * abs(found.value - expected)
    if not (firm or error(expected, found, size) <= precision.agree):
        found = turning(line, expected, size, precision) or found
    if expected == 0 and found.known and on_a_stair(line, found.value, precision):
        return Slope(0.0, 0.0, rises=True)
    if found.value == 0 != expected and is_lost(line, expected, precision.eps):
        return UNKNOWN
    return found


def is_lost(line: Line, expected: float, eps: float) -> bool:
    """Return whether a slope is lost in rounding within the function, as in the tail of `1 + erf(x)`."""
    far = {t: line.at(t) for t in (k * line.scale for k in (-2.0, -1.0, 1.0, 2.0))}
    moves = {t: abs(line.moved(out)) for t, out in far.items() if out is not None}
    # rounding of what cancels in the output shows where it moves: a smooth function is a parabola over a short way
    rough = [roughness(line, LITTLE * line.scale, t) for t, move in moves.items() if move]
    least = max(LOST * max(moves.values(), default=0.0), 10 * min(filter(None, rough), default=0.0))
    if abs(expected) * line.scale < least:
        return True
    # where no two outputs tell, numbers within the function are about one
    steps = (2 * line.scale / 10 ** (k / 2) for k in range(12))
    still = next((h for h in steps if is_still(line, h)), 0.0)
    return 0 < abs(expected) * still < 100 * eps * float(np.max(line.middle.heavy, initial=0.0))


def is_still(line: Line, h: float) -> bool:
    values = [line.at(t) for t in (h, -h)]
    return all(v is not None and np.array_equal(v, line.middle.values) for v in values)


def on_a_stair(line: Line, rise: float, precision: Precision) -> bool:
    """Return whether nothing moves at all over a step at which a slope would be seen: stairs rise on average."""
    h = 1e4 * precision.eps * max(line.size / abs(rise), line.scale) if rise else 0.0
    near = [line.at(k * h) for k in (-1.0, -0.3, 0.3, 1.0)] if h else []
    return bool(near) and all(v is not None and np.array_equal(v, line.middle.values) for v in near)


def steep(
    line: Line, first: Difference, expected: float, size: float, precision: Precision
) -> Slope | None:
    """Return the slope over very short steps, where values cannot follow the expected slope any further.

    An input may be far larger than what it takes to change the output: -1e10 in the mask of an attention. Where no step
    is short enough, as for the result of a chaotic loop, nothing can be known.
    """
    spread, most = max(line.size, abs(first.center) * first.h), max(abs(expected), line.steep)
    if not (math.isfinite(expected) and 0 < spread < math.inf and most > 0):
        return None
    if most * line.scale < STEEP * spread:
        return None
    if most * 100 * precision.eps * line.finest > spread:
        return UNKNOWN
    scale = spread / most
    one, two = (difference(line, k * 1e-3 * scale, precision.eps) for k in (1, 2))
    if one is None or two is None:
        return None
    value = fourth_order(one.center, two.center)
    is_kink = one.bent(LITTLE * size) and one.bend > 0.75 * two.bend
    if abs(value - expected) < LITTLE * abs(value) and not is_kink:
        return Slope(value, abs(value - expected))
    return ladder(replace(line, scale=scale, finest=scale), size, precision)


def fourth_order(one: Any, two: Any) -> Any:
    """Return the slope that central differences over a step and over twice the step promise together."""
    return (4 * one - two) / 3


def richardson(
    line: Line, first: Difference, expected: float, size: float, precision: Precision
) -> Slope | None:
    """Return the fourth-order slope if it agrees, else None."""
    h = precision.second * line.scale
    one, two = (difference(line, k * h, precision.eps, True) for k in (1, 2))
    if one is None or two is None or first.bent(LITTLE * size):
        return None
    value = fourth_order(one.center, two.center)
    doubt = min(abs(value - first.center), abs(one.center - two.center) / 3)
    found = Slope(value, max(2 * one.noise, doubt))
    return found if error(expected, found, size) <= 10 * precision.agree else None


def turning(line: Line, expected: float, size: float, precision: Precision) -> Slope | None:
    """Return the slope of values that turn within the shortest step, if shorter ones confirm the expected one."""
    near, most = precision.tiny * line.scale, max(abs(expected), line.steep)
    # of two lengths, for a wave that fits into one of them looks like nothing
    rough = max(roughness(line, near), roughness(line, 0.62 * near))
    if not math.isfinite(most) or not WITHIN * most * near < rough < 4 * most * near:
        return None
    found = ladder(replace(line, scale=rough / most, finest=rough / most), size, precision)
    is_close = abs(found.value - expected) <= LITTLE * max(abs(expected), LITTLE * size)
    return found if found.known and is_close else None


def each_slope(
    at: Callable[[float], Vector | None], h: float, middle: Vector | None, careful: bool = True
) -> tuple[Vector, Vector] | None:
    """Return the slopes of all numbers of a vector at 0 and their uncertainty, from six calls or, less carefully, from
    four. Nothing is expected of them: these are for gradients that may be wrong.

    The central difference of a kink is the mean of its two slopes at every step: where the two sides differ, and
    differ as much over half the step, half the difference is the uncertainty.
    """
    found = [at(k * h) for k in ((1, -1, 2, -2, 4, -4) if careful else (1, -1, 2, -2))]
    values = [v for v in found if v is not None]
    if middle is None or len(values) < len(found):
        return None
    right, left, far_right, far_left, *ends = values
    one, two = (right - left) / (2 * h), (far_right - far_left) / (4 * h)
    fourth = fourth_order(one, two)
    noise = 4e-16 * (np.abs(right) + np.abs(left)) / h
    bend = np.abs(right + left - 2 * middle) / h
    wider = np.abs(far_right + far_left - 2 * middle) / (2 * h)
    kink = (bend > 1e-5 * np.abs(one) + 100 * noise) & (wider < 1.5 * bend)
    noise = noise + np.where(kink, bend / 2, 0.0)
    if not careful:
        return fourth, np.abs(fourth - one) + noise
    sixth = (16 * fourth - fourth_order(two, (ends[0] - ends[1]) / (8 * h))) / 15
    return sixth, np.abs(sixth - fourth) + noise


def ladder(line: Line, size: float, precision: Precision, high: float = 0.0) -> Slope:
    """Return the best slope over many steps, or a kink, of values that go up in stairs of some height."""
    top, bottom = precision.ladder
    finest = max(line.finest, 1e-6 * line.scale)
    count = 1 + round(2 * (top - bottom + max(0.0, math.log10(line.scale / finest))))
    steps = [line.scale * 10 ** (top - k / 2) for k in range(count)]
    rungs: list[Difference] = []
    for h in steps:
        found = difference(line, h, precision.eps, rungs[0].moved if rungs else False)
        rungs += [found] if found is not None else []
    if len(rungs) < 4:
        return UNKNOWN
    # values that go up in stairs show it only over a step that is longer than a stair
    near, far = (k * precision.tiny * line.scale for k in (1, 100))
    fine = roughness(line, near)
    coarse = max(fine, high or roughness(line, far))
    rungs = [
        replace(d, noise=d.noise + (coarse if d.lost or d.h >= far or high else fine) / d.h)
        for d in rungs
    ]
    last = kinked(rungs, size)
    best = steadiest(rungs[last + 1 :])
    if last >= 0 and not best.uncertainty <= 1e-2 * rungs[last].bend:
        end = rungs[-1] if rungs[-1].bent(LITTLE * size) else rungs[last]
        return Slope(end.center, math.inf, (end.left, end.right))
    return best


def steadiest(rungs: list[Difference]) -> Slope:
    """Return the fourth-order slope that its neighbours and all finer steps contradict least."""
    fourth = [(10 * b.center - a.center) / 9 for a, b in zip(rungs, rungs[1:], strict=False)]
    noise = [d.noise for d in rungs[1:]]
    best = UNKNOWN
    for k in range(1, len(fourth) - 1):  # two neighbours: one may agree by chance
        near = abs(fourth[k] - fourth[k - 1]), abs(fourth[k] - fourth[k + 1])
        finer = [abs(fourth[j] - fourth[k]) - 5 * noise[j] for j in range(k + 1, len(fourth))]
        doubt = max(*near, *finer, 2 * noise[k])
        if doubt < best.uncertainty:
            best = Slope(fourth[k], doubt)
    return best


def roughness(line: Line, h: float, start: float = 0.0) -> float:
    """Return how far values lie off a smooth line, by their third differences over steps of no size.

    Rounding within the function may be far above that of its result: `(x + 1e6) - 1e6`.
    """
    bends = third_differences(line, h, [start / h + k for k in range(7)])
    return float(np.sqrt(np.mean(bends**2) / 20)) if bends.size else 0.0


def third_differences(line: Line, h: float, places: list[float]) -> Vector:
    found = [line.at(k * h) for k in places]
    values = [line.moved(out) for out in found if out is not None]
    return np.diff(values, 3) if len(values) > 3 else np.zeros(0)


def stairs(line: Line, short: float) -> float:
    """Return how high the stairs are that values go up in, each longer than a short step: `1 - eps` moves by the
    rounding of 1 alone. 0 without such stairs.

    Third differences over steps longer than a stair are about as large as it is high, and over shorter ones nothing but
    rounding. Those of a smooth function grow with the step, and a single jump shows in three of them alone.
    """
    bends = [third_differences(line, k * short, list(range(-6, 7))) for k in (1, 10, 100, 1000)]
    sizes = [float(np.median(np.abs(b))) if b.size else 0.0 for b in bends]
    steps = zip(sizes, sizes[1:], sizes[2:], strict=False)
    found = (one for still, one, ten in steps if one > 1e6 * still and 0.1 * one < ten < 10 * one)
    return next(found, 0.0)


def kinked(rungs: list[Difference], size: float) -> int:
    """Return the finest step over which the right and the left slope stay apart or move apart; -1 without one."""
    for k in range(len(rungs) - 1, 1, -1):
        one = rungs[k]
        if (
            one.bend > 50 * one.noise
            and one.bent(LITTLE * size)
            and one.bend > 0.5 * rungs[k - 2].bend
        ):
            return k
    return -1

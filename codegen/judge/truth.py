"""True derivatives by numbers. In: a function of the values, a leaf. Out: an `Estimate`, entry by entry.

Central differences extrapolated twice (sixth order) with their own estimate of the error; where that is not small, the
ladder of steps of the numeric check decides, which knows a kink when it sees one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from codegen.check.slopes import DOUBLE, Line, Middle, each_slope, ladder
from codegen.judge.forms import Leaf
from codegen.pytree import is_float
from codegen.records import dataclass

STEP = 1e-3  # relative to the size of the input
FEW = 64  # entries of a leaf that are all tried; of more, as many are drawn
Flat: TypeAlias = Any  # a vector of float64, or None
Values = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Estimate:
    """A derivative by numbers."""

    value: Any
    """NaN where nothing is known."""
    slack: Any
    """How far each entry may be off."""
    kinks: int = 0
    """Entries that have no single slope."""

    def reshaped(self, shape: tuple[int, ...]) -> Estimate:
        return Estimate(self.value.reshape(shape), self.slack.reshape(shape), self.kinks)

    @property
    def known(self) -> Any:
        return np.isfinite(self.value)

    @property
    def size(self) -> float:
        return float(np.max(np.abs(self.value), initial=0.0, where=self.known))


def flat(outputs: Sequence[Any], like: Sequence[Any] = ()) -> Flat:
    """Return the numbers of some outputs as one vector, None where they are not finite or not of the same shapes."""
    kept = like or outputs
    arrays = [np.asarray(a) for a, b in zip(outputs, kept, strict=True) if is_float(b)]
    if like and [a.shape for a in arrays] != [np.shape(b) for b in like if is_float(b)]:
        return None
    if not arrays:
        return np.zeros(0)
    found = np.concatenate([a.astype(np.float64).ravel() for a in arrays])
    return found if np.isfinite(found).all() else None


def entries(shape: tuple[int, ...], count: int) -> list[tuple[int, ...]]:
    """Return the places of all entries of an array, or of as many as are to be tried."""
    total = int(np.prod(shape))
    drawn: Any = range(total)
    if total > count:
        drawn = sorted(np.random.default_rng(total).choice(total, count, replace=False))
    return [tuple(int(i) for i in np.unravel_index(k, shape)) for k in drawn]


def scale_of(x: Any, index: tuple[int, ...]) -> float:
    """Return the size of an entry of an array: about its own, never far below that of the others.

    A few entries may be far greater than all others, such as the -1e9 of a mask.
    """
    array = np.abs(np.asarray(x, np.float64))
    others = array[array > 0]
    typical = float(np.median(others)) if others.size else 0.0
    return max(float(array[index]), 0.1 * typical) or 1.0


@dataclass(frozen=True)
class Slopes:
    """Derivatives of a function of named values."""

    outputs: Callable[[Values], tuple[Any, ...]]
    """The outputs at some values, a tuple of arrays."""
    values: Values
    """Where the derivatives are wanted."""
    weights: tuple[Any, ...]
    """The upstream gradient."""

    def vector(self, values: Values) -> Flat:
        try:
            return flat(self.outputs(values), self.weights)
        except Exception:  # noqa: BLE001  # no value here
            return None

    def moved(self, leaf: Leaf, index: tuple[int, ...], t: float) -> Values:
        x = leaf.of(self.values)
        if isinstance(x, np.ndarray):
            new: Any = x.copy()
            new[index] += t
        else:
            new = x + t
        return leaf.put(self.values, new)

    def gradient(self, leaf: Leaf, count: int = FEW) -> Estimate:
        weights = flat(self.weights)
        x = leaf.of(self.values)
        return estimated(lambda i, t: self.vector(self.moved(leaf, i, t)), x, weights, count)

    def along(self, leaf: Leaf, way: Any) -> tuple[float, float] | None:
        """Return the slope of the weighted outputs along a direction, and its uncertainty."""
        x, weights = leaf.of(self.values), flat(self.weights)

        def at(t: float) -> Flat:
            return self.vector(leaf.put(self.values, x + t * way))

        found = each_slope(at, STEP, at(0.0))
        if found is None or weights is None:
            return None
        return float(weights @ found[0]), float(np.abs(weights) @ found[1])

    def jacobian(self, leaf: Leaf) -> Estimate:
        x = leaf.of(self.values)
        columns: list[Any] = []
        slack: list[Any] = []
        middle = self.vector(self.values)
        for index in entries(np.shape(x), 10**6):
            found = each_slope(self.way(leaf, index), STEP * scale_of(x, index), middle)
            if found is None:
                unknown = np.full(len(flat(self.weights)), np.nan)
                columns, slack = [*columns, unknown], [*slack, unknown]
                continue
            size = np.abs(found[0]) + float(np.max(np.abs(found[0]), initial=0))
            sure = (found[1] <= 1e-6 * size) | (found[1] < 1e-9)
            columns.append(np.where(sure, found[0], np.nan))
            slack.append(found[1])
        return Estimate(np.array(columns).T, np.array(slack).T)

    def way(self, leaf: Leaf, index: tuple[int, ...]) -> Callable[[float], Flat]:
        """Return the outputs as a function of one entry."""
        return lambda t: self.vector(self.moved(leaf, index, t))

    def second(self, leaf: Leaf, whole: bool) -> Estimate:
        """Return second derivatives: of each entry with itself, or the whole Hessian."""
        x, weights = leaf.of(self.values), flat(self.weights)
        places = entries(np.shape(x), 10**6)

        def bend(moves: Sequence[tuple[int, ...]], h: float) -> float:
            def at(t: float) -> float:
                here = self.values
                for index in moves:
                    way = Slopes(self.outputs, here, self.weights)
                    here = way.moved(leaf, index, t * scale_of(x, index))
                found = self.vector(here)
                return float(weights @ found) if found is not None else np.nan

            f = {k: at(k * h) for k in (-3, -2, -1, 0, 1, 2, 3)}
            pairs = (270 * (f[1] + f[-1]) - 27 * (f[2] + f[-2]) + 2 * (f[3] + f[-3])) / 180
            return (pairs - 490 / 180 * f[0]) / h**2

        def best(moves: Sequence[tuple[int, ...]]) -> tuple[float, float]:
            coarse, fine = bend(moves, 4e-2), bend(moves, 2e-2)
            return fine, abs(coarse - fine) + 1e-11 * abs(fine)

        n = len(places)
        value, slack = np.zeros((n, n)), np.zeros((n, n))
        scales = np.array([scale_of(x, index) for index in places])
        for i in range(n):
            value[i, i], slack[i, i] = best([places[i]])
        for i in range(n) if whole else ():
            for j in range(i):
                both, doubt = best([places[i], places[j]])
                value[i, j] = value[j, i] = (both - value[i, i] - value[j, j]) / 2
                slack[i, j] = slack[j, i] = (doubt + slack[i, i] + slack[j, j]) / 2
        outer = np.multiply.outer(scales, scales)
        value, slack = value / outer, slack / outer
        if whole:
            return Estimate(value, slack)
        shape = np.shape(x)
        return Estimate(np.diag(value).reshape(shape), np.diag(slack).reshape(shape))


def estimated(
    moved: Callable[[tuple[int, ...], float], Flat],
    x: Any,
    weights: Flat,
    count: int,
    careful: bool = True,
) -> Estimate:
    """Return the gradient by at most `count` entries of an array; a careful one looks again, with thirty calls."""
    shape = np.shape(x)
    value, slack = np.full(shape, np.nan), np.full(shape, np.nan)
    bends, kinks = {}, 0
    places = entries(shape, count)
    middle = moved(places[0], 0.0) if places else None
    for index in places:
        found = each_slope(partial(moved, index), STEP * scale_of(x, index), middle, careful)
        if found is None:
            bends[index] = np.inf
            continue
        value[index] = weights @ found[0]
        slack[index] = np.abs(weights) @ found[1]
        bends[index] = float(slack[index])
    size = float(np.max(np.abs(value), initial=0.0, where=np.isfinite(value)))
    weighed = 0.0 if middle is None else float(np.abs(weights) @ np.abs(middle))
    for index, doubt in bends.items():
        scale = scale_of(x, index)
        nothing = 1e-11 * weighed / scale  # what rounding makes of a slope of 0
        if doubt <= max(1e-8 * max(size, abs(float(value[index]))), nothing):
            continue
        if not careful or middle is None or not np.isfinite(doubt):
            if not doubt <= 1e-5 * size:
                value[index] = np.nan
            continue
        value[index] = np.nan
        line = Line(partial(moved, index), Middle(middle, weights), scale, scale)
        better = ladder(line, size, DOUBLE)
        if better.kink:
            kinks += 1
        elif better.known and better.uncertainty <= 1e-4 * max(size, abs(better.value)):
            value[index], slack[index] = better.value, better.uncertainty
        elif better.known and max(abs(better.value), better.uncertainty) <= 100 * nothing:
            value[index], slack[index] = 0.0, better.uncertainty
    return Estimate(value, slack, kinks)

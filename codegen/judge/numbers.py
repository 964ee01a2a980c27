"""A found derivative against the true one. In: two arrays. Out: the relative error, and the first entry that is off."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.judge.reading import Item
from codegen.judge.truth import Estimate, Slopes
from codegen.pytree import entry
from codegen.records import dataclass

DOUBLE_LIMIT, SINGLE_LIMIT = 1e-5, 2e-2
DIRECTIONS = 2  # that stand for the entries of a large array that are not tried


@dataclass(frozen=True)
class Compared:
    error: float | None
    """None where nothing was known."""
    wrong: bool = False
    why: str = ""
    """The first entry that differs, or a sentence."""
    kinks: int = 0


def shown_number(value: float) -> str:
    return f"{float(value):.6g}"


def limit_of(found: Any) -> float:
    """Return the relative error that is still right for a result."""
    return SINGLE_LIMIT if found.dtype in (np.float32, np.float16) else DOUBLE_LIMIT


def against(found: Any, true: Estimate, name: str, least: float = 0.0) -> Compared:
    """Return how an array compares with the true one; below `least` nothing is measured against itself."""
    known = true.known
    if not known.any():
        return Compared(None, False, "the function has a kink or no slope here", true.kinks)
    limit = limit_of(found)
    found = found.astype(np.float64)
    size = max(true.size, least, 1e-300)
    floor = np.maximum(np.abs(true.value), 1e-3 * size)
    gap = np.abs(found - true.value)
    gap = np.where(np.isnan(gap), np.inf, gap)
    error = np.where(known, np.maximum(0.0, gap - 10 * true.slack) / floor, 0.0)
    worst = float(np.max(np.where(known, gap / floor, 0.0), initial=0.0))
    if not (error > limit).any():
        return Compared(worst, False, "", true.kinks)
    index = tuple(int(k) for k in np.argwhere(error > limit)[0])
    text = f"{entry(name, index)} is {shown_number(found[index])}, it should be {shown_number(true.value[index])}"
    return Compared(worst, True, text, true.kinks)


def true_of(item: Item, slopes: Slopes, outputs: tuple[Any, ...]) -> Estimate:
    """Return the true derivative in the shape in which an item was found."""
    shape = np.shape(item.leaf.of(slopes.values))
    if item.kind == "jacobian":
        found, full = slopes.jacobian(item.leaf), (*outputs[0].shape, *shape)
        return found.reshaped(full) if item.value.shape == full else found
    if item.kind == "hessian":
        whole, full = slopes.second(item.leaf, True), (*shape, *shape)
        return whole.reshaped(full) if item.value.shape == full else whole
    if item.kind == "second":
        return slopes.second(item.leaf, False)
    return slopes.gradient(item.leaf)


def compared(item: Item, true: Estimate, slopes: Slopes, name: str, least: float = 0.0) -> Compared:
    if item.value is None:
        return Compared(None, False, "None is returned for it")
    if not isinstance(item.value, np.ndarray):
        kind = getattr(item.value, "kind", type(item.value).__name__)
        return Compared(float("inf"), True, f"{name} is a {kind}, not an array of numbers")
    found = item.value
    if found.dtype.kind not in "fiu":
        return Compared(float("inf"), True, f"{name} is of {found.dtype}, not of floats")
    if found.shape != true.value.shape:
        if found.size == 1 == true.value.size:
            found = found.reshape(true.value.shape)
        else:
            text = f"{name} has shape {found.shape}, it should have {true.value.shape}"
            return Compared(float("inf"), True, text)
    result = against(found, true, name, least)
    if result.wrong or item.kind not in ("gradient", "elementwise") or true.known.all():
        return result
    if true.kinks or found.size <= true.known.sum():
        return result
    return along_directions(item, found, slopes, name, result)


def along_directions(
    item: Item, found: Any, slopes: Slopes, name: str, so_far: Compared
) -> Compared:
    """Return a comparison of all entries of a large array together, along a few random directions."""
    x = np.asarray(item.leaf.of(slopes.values))
    rng = np.random.default_rng(7)
    for _ in range(DIRECTIONS):
        way = (float(np.mean(np.abs(x))) or 1.0) * rng.standard_normal(x.shape)
        true = slopes.along(item.leaf, way)
        if true is None:
            continue
        mine = float(np.sum(found.astype(np.float64) * way))
        size = float(np.sqrt(np.sum((found.astype(np.float64) * way) ** 2))) + abs(true[0])
        if true[1] > 1e-6 * size:
            continue
        if not abs(mine - true[0]) <= limit_of(found) * size:
            text = f"along a random direction the slope is {shown_number(true[0])}, {name} gives {shown_number(mine)}"
            return Compared(abs(mine - true[0]) / size, True, text, so_far.kinks)
    return so_far

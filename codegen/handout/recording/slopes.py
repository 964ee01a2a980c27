"""The numeric check of a handout: a recording goes in, its gradients beside central differences come out."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from codegen import pytree
from codegen.check.slopes import Line, Middle, Slope, slope
from codegen.handout.recording import Recording
from codegen.handout.recording.running import SEED, applied, part_of, weighed
from codegen.handout.recording.values import MINUS, exponential, fixed
from codegen.pairs import forward_name
from codegen.process import alone
from codegen.pytree import entry, is_one_number, widened
from codegen.records import dataclass
from codegen.trace.paths import parsed

MOST = 6
FLOOR, SMALL = 1e-8, 1e-4


@dataclass(frozen=True)
class CheckRow:
    """A gradient by the backward pass, by central differences, and their relative error."""

    name: str
    """Such as `x`, `w[0]`, or `W[2, 3]`: one entry stands for its array."""
    backprop: str
    numeric: str
    error: str
    """For an entry of an array, the largest among the entries that were tried; at a kink, the slopes to both sides.
    """


def checked(recording: Recording) -> tuple[CheckRow, ...]:
    found: list[CheckRow] = []
    for name in recording.wrt:
        for text, path, value, gradient in leaves(
            name, recording.value_of(name), recording.gradients[name]
        ):
            row = leaf_row(recording, name, text, value, gradient, path)
            if row is not None:
                found.append(row)
    return tuple(found)


def leaves(name: str, value: Any, gradient: Any) -> Iterator[tuple[str, pytree.Path, Any, Any]]:
    """Yield each number or array of an argument that has a gradient: its text, its path and both."""
    for path, leaf in pytree.walk(value):
        is_array = isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" and leaf.size
        part = functools.reduce(part_of, path, gradient)
        is_whole = isinstance(part, int)  # what a record holds beside floats, as it is
        if (is_array or is_one_number(leaf)) and not is_whole and (part is not None or not path):
            yield pytree.label(name, path, value), path, leaf, part


def runner(recording: Recording, name: str, path: pytree.Path) -> Callable[[Any], float]:
    """Return the weighed output as a function of one number or array of an argument, in double precision."""
    root, outer = parsed(name)

    def run(new: Any) -> float:
        arguments = widened(copy.deepcopy(recording.arguments))
        arguments[root] = pytree.replaced(arguments[root], (*outer, *path), new)
        with alone(SEED):
            try:
                out, _ = applied(recording.namespace[forward_name(recording.name)], arguments)
            except Exception:  # noqa: BLE001  # the function has no value there, as 1 / x at 0
                return math.nan
        return weighed(out, recording.dout)

    return run


def along(
    run: Callable[[Any], float], value: Any, at: tuple[int, ...] | None = None
) -> Callable[[float], float]:
    """Return an output as a function of how much a number, or an entry of an array, has grown."""
    if at is not None:
        return lambda h: run(moved(value, at, h))
    if isinstance(value, np.ndarray):
        return lambda h: run(np.asarray(float(value) + h))
    return lambda h: run(float(value) + h)


def leaf_row(
    recording: Recording, name: str, text: str, value: Any, gradient: Any, path: pytree.Path
) -> CheckRow | None:
    run = runner(recording, name, path)
    value, gradient = widened(value), widened(gradient)
    if is_one_number(value):
        output, size = along(run, value), abs(float(gradient))
        found = slope_of(output, float(value), float(gradient), size)
        if math.isnan(found.value):  # lost in the rounding of the function: no short step shows it
            found = slope_of(output, float(value), 0.0, size)
        said = error_text(relative(float(gradient), found.value), found)
        if found.known and lost(float(gradient), found):
            said = "lost in rounding"
        return CheckRow(text, digits(float(gradient)), digits(found.value), said)
    size = float(np.max(np.abs(gradient)))
    tried = largest(np.asarray(gradient))
    slopes = [
        slope_of(along(run, value, at), float(value[at]), float(gradient[at]), size) for at in tried
    ]
    floor = max(FLOOR, SMALL * size)
    smooth = [k for k, slope in enumerate(slopes) if not slope.kink]
    errors = [relative(float(gradient[tried[k]]), slopes[k].value, floor) for k in smooth]
    kink = next((k for k, slope in enumerate(slopes) if slope.kink), 0)
    mine, numeric = digits(float(gradient[tried[kink]])), digits(slopes[kink].value)
    return CheckRow(
        entry(text, tried[kink]), mine, numeric, error_text(max(errors, default=0.0), slopes[kink])
    )


def slope_of(f: Callable[[float], float], at: float, expected: float, size: float) -> Slope:
    """Return the slope of a function of a number, by the numeric check of generated code."""

    def line(t: float) -> Any:
        found = f(t)
        return np.array([found]) if np.isfinite(found) else None

    scale = abs(at) or 1.0
    with np.errstate(all="ignore"):
        middle = Middle(np.array([f(0.0)]), np.ones(1))
        return slope(Line(line, middle, scale, scale), expected, size)


def largest(gradient: np.ndarray[Any, Any]) -> list[tuple[int, ...]]:
    order = np.argsort(-np.abs(gradient).ravel(), kind="stable")[:MOST]
    return [tuple(int(i) for i in np.unravel_index(k, gradient.shape)) for k in order]


def moved(value: np.ndarray[Any, Any], at: tuple[int, ...], h: float) -> np.ndarray[Any, Any]:
    fresh = value.astype(float)
    fresh[at] += h
    return fresh


def relative(a: float, b: float, floor: float = FLOOR) -> float:
    """Return the relative error of two numbers; those below the floor are small enough to be rounding."""
    return abs(a - b) / max(abs(a), abs(b), floor)


def lost(gradient: float, found: Slope) -> bool:
    """Return whether a numeric slope is known less well than a gradient is large, and agrees as far as it is known."""
    return SMALL * abs(gradient) < abs(gradient - found.value) <= found.uncertainty


def digits(number: float) -> str:
    """Return a number with eight decimals, or as a power of ten where that would show little of it; a dash for none."""
    if not math.isfinite(number):
        return "–"
    if number + 0.0 == 0.0 or abs(number) > 1e-3:
        return fixed(number, 8)
    return exponential(number, 3)


def error_text(error: float, found: Slope) -> str:
    """Return an error in one digit; digits beyond rounding are no news, and at a kink there is none."""
    if found.sides is not None:
        left, right = (f"{side + 0.0:.4g}".replace("-", MINUS) for side in found.sides)
        return f"at a kink: slopes {left} and {right}"
    if not found.known:
        return "no numeric slope"
    return f"< 1e{MINUS}8" if error < 1e-8 else exponential(error, 0)

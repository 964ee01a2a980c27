"""The numeric check of a handout: a recording goes in, its gradients beside central differences come out."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from codegen.handout.expressions import part_of
from codegen.handout.recording import Recording
from codegen.handout.running import applied, rebuilt, seeded
from codegen.handout.values import is_scalar
from codegen.records import dataclass
from codegen.trace.read import forward_name

STEP, MOST = 1e-4, 6
FLOOR, SMALL, ROUGH = 1e-8, 1e-4, 1e-2


@dataclass(frozen=True)
class CheckRow:
    """A gradient by the backward pass, by central differences, and their relative error.

    Attributes
    ----------
    name : str
        Such as `x`, `w[0]`, or `W[2, 3]`: one entry stands for its array.
    backprop, numeric : str
    error : str
        For an entry of an array, the largest among the entries that were tried; `kink` where the function is not smooth.
    """

    name: str
    backprop: str
    numeric: str
    error: str


def checked(recording: Recording) -> tuple[CheckRow, ...]:
    """Return the rows of the numeric check."""
    found: list[CheckRow] = []
    for name in recording.wrt:
        for text, value, gradient, write in leaves(
            name, recording.value_of(name), recording.gradients[name]
        ):
            row = leaf_row(recording, name, text, value, gradient, write)
            if row is not None:
                found.append(row)
    return tuple(found)


Write = Callable[[Any, Any], Any]


def leaves(name: str, value: Any, gradient: Any) -> Iterator[tuple[str, Any, Any, Write]]:
    """Yield each number or array of an argument, with a function that writes another in its place."""
    if isinstance(value, list | tuple | dict):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            part = part_of(gradient, key)
            if part is None:
                continue
            for text, leaf, slope, write in leaves(f"{name}[{key!r}]", value[key], part):
                yield text, leaf, slope, inner_write(key, write)
    elif is_scalar(value) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size
    ):
        yield name, value, gradient, lambda whole, new: new


def inner_write(key: Any, write: Write) -> Write:
    """Return the function that writes a leaf of one part of a container."""
    return lambda whole, new: rewritten(whole, key, write(whole[key], new))


def rewritten(whole: Any, key: Any, part: Any) -> Any:
    """Return a container with one part replaced."""
    if isinstance(whole, tuple):
        return rebuilt(whole, [*whole[:key], part, *whole[key + 1 :]])
    fresh = copy.copy(whole)
    fresh[key] = part
    return fresh


def leaf_row(
    recording: Recording,
    name: str,
    text: str,
    value: Any,
    gradient: Any,
    write: Write,
) -> CheckRow | None:
    """Return the row of one number or array."""

    def run(new: Any) -> float:
        arguments = copy.deepcopy(recording.arguments)
        root, *attributes = name.split(".")
        if attributes:
            holder = functools.reduce(getattr, attributes[:-1], arguments[root])
            setattr(holder, attributes[-1], write(getattr(holder, attributes[-1]), new))
        else:
            arguments[root] = write(arguments[root], new)
        with seeded():
            out, _ = applied(recording.namespace[forward_name(recording.name)], arguments)
        return weighed(out, recording.dout)

    zero_d = isinstance(value, np.ndarray)
    if is_scalar(value):
        slope = central(lambda h: run(np.asarray(value + h) if zero_d else float(value) + h))
        error = relative(float(gradient), slope.value)
        said = error_text(error, slope.smooth)
        return CheckRow(text, digits(float(gradient)), digits(slope.value), said)
    if value.dtype != np.float64:
        return None
    tried = largest(np.asarray(gradient))
    slopes = [central(lambda h, at=at: run(moved(value, at, h))) for at in tried]  # type: ignore[misc]  # bound as a default
    floor = max(FLOOR, SMALL * float(np.max(np.abs(gradient))))
    errors = [
        relative(float(gradient[at]), slope.value, floor)
        for at, slope in zip(tried, slopes, strict=True)
    ]
    entry = f"{text}[{', '.join(str(int(i)) for i in tried[0])}]"
    mine, numeric = digits(float(gradient[tried[0]])), digits(slopes[0].value)
    said = error_text(max(errors), all(slope.smooth for slope in slopes))
    return CheckRow(entry, mine, numeric, said)


def largest(gradient: np.ndarray[Any, Any]) -> list[tuple[int, ...]]:
    """Return where the largest entries of a gradient are."""
    order = np.argsort(-np.abs(gradient).ravel(), kind="stable")[:MOST]
    return [tuple(int(i) for i in np.unravel_index(k, gradient.shape)) for k in order]


def moved(value: np.ndarray[Any, Any], at: tuple[int, ...], h: float) -> np.ndarray[Any, Any]:
    """Return an array with one entry changed."""
    fresh = value.copy()
    fresh[at] += h
    return fresh


def weighed(out: Any, dout: Any) -> float:
    """Return the output as one number: each entry times its upstream gradient."""
    if isinstance(out, dict):
        return sum(weighed(out[k], dout[k]) for k in out)
    if isinstance(out, tuple | list):
        return sum(weighed(o, d) for o, d in zip(out, dout, strict=True))
    return 0.0 if dout is None else float(np.sum(np.asarray(out) * dout))


@dataclass(frozen=True)
class Slope:
    """A numeric slope, and whether it is about the same for a larger step."""

    value: float
    smooth: bool


def central(f: Callable[[float], float]) -> Slope:
    """Return the slope at 0 by differences of fourth order."""
    with np.errstate(all="ignore"):
        wide, narrow = (f(2 * STEP) - f(-2 * STEP)) / (4 * STEP), (f(STEP) - f(-STEP)) / (2 * STEP)
    smooth = abs(wide - narrow) <= ROUGH * max(abs(wide), abs(narrow), FLOOR)
    return Slope((4 * narrow - wide) / 3, smooth)


def relative(a: float, b: float, floor: float = FLOOR) -> float:
    """Return the relative error of two numbers; those below the floor are small enough to be rounding."""
    return abs(a - b) / max(abs(a), abs(b), floor)


def digits(number: float) -> str:
    """Return a number with eight decimals, or as a power of ten where that would show little of it."""
    return f"{number:.8f}" if not number or abs(number) > 1e-3 else f"{number:.3e}"


def error_text(error: float, smooth: bool) -> str:
    """Return an error in one digit; digits beyond rounding are no news, and at a kink differences tell nothing."""
    if error < 1e-8:
        return "< 1e-8"
    return "kink" if not smooth and error > ROUGH else f"{error:.0e}"

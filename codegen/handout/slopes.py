"""The numeric check of a handout: a recording goes in, its gradients beside central differences come out."""

from __future__ import annotations

import copy
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from codegen.check.slopes import Line, Slope, slope
from codegen.handout.breakdown import part_of
from codegen.handout.recording import Recording
from codegen.handout.running import applied, rebuilt, seeded
from codegen.handout.values import MINUS, fixed, is_scalar
from codegen.records import dataclass
from codegen.trace.read import forward_name

MOST = 6
FLOOR, SMALL = 1e-8, 1e-4


@dataclass(frozen=True)
class CheckRow:
    """A gradient by the backward pass, by central differences, and their relative error.

    Attributes
    ----------
    name : str
        Such as `x`, `w[0]`, or `W[2, 3]`: one entry stands for its array.
    backprop, numeric : str
    error : str
        For an entry of an array, the largest among the entries that were tried; at a kink, the slopes to both sides.
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


def runner(recording: Recording, name: str, write: Write) -> Callable[[Any], float]:
    """Return the weighed output as a function of one number or array of an argument, in double precision."""

    def run(new: Any) -> float:
        arguments = widened(copy.deepcopy(recording.arguments))
        root, *attributes = name.split(".")
        if attributes:
            holder = functools.reduce(getattr, attributes[:-1], arguments[root])
            setattr(holder, attributes[-1], write(getattr(holder, attributes[-1]), new))
        else:
            arguments[root] = write(arguments[root], new)
        with seeded():
            out, _ = applied(recording.namespace[forward_name(recording.name)], arguments)
        return weighed(out, recording.dout)

    return run


def leaf_row(
    recording: Recording,
    name: str,
    text: str,
    value: Any,
    gradient: Any,
    write: Write,
) -> CheckRow | None:
    """Return the row of one number or array."""

    run = runner(recording, name, write)
    value, gradient = widened(value), widened(gradient)
    if is_scalar(value):
        zero_d = isinstance(value, np.ndarray)

        def at(h: float) -> Any:
            return np.asarray(value + h) if zero_d else float(value) + h

        found = slope_of(lambda h: run(at(h)), float(value), float(gradient), abs(float(gradient)))
        said = error_text(relative(float(gradient), found.value), found)
        return CheckRow(text, digits(float(gradient)), digits(found.value), said)
    size = float(np.max(np.abs(gradient)))
    tried = largest(np.asarray(gradient))
    slopes = [
        slope_of(lambda h, at=at: run(moved(value, at, h)), float(value[at]), float(gradient[at]), size)  # type: ignore[misc]  # bound as a default
        for at in tried
    ]
    floor = max(FLOOR, SMALL * size)
    smooth = [k for k, slope in enumerate(slopes) if not slope.kink]
    errors = [relative(float(gradient[tried[k]]), slopes[k].value, floor) for k in smooth]
    kink = next((k for k, slope in enumerate(slopes) if slope.kink), 0)
    entry = f"{text}[{', '.join(str(int(i)) for i in tried[kink])}]"
    mine, numeric = digits(float(gradient[tried[kink]])), digits(slopes[kink].value)
    return CheckRow(entry, mine, numeric, error_text(max(errors, default=0.0), slopes[kink]))


def widened(value: Any) -> Any:
    """Return a value in double precision, which differences need."""
    if isinstance(value, dict):
        return {k: widened(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return rebuilt(value, [widened(v) for v in value])
    single = getattr(value, "dtype", None) in (np.float32, np.float16)
    return value.astype(np.float64) if single else value


def slope_of(f: Callable[[float], float], at: float, expected: float, size: float) -> Slope:
    """Return the slope of a function of a number, by the numeric check of generated code."""

    def line(t: float) -> Any:
        found = f(t)
        return np.array([found]) if np.isfinite(found) else None

    scale = abs(at) or 1.0
    with np.errstate(all="ignore"):
        return slope(Line(line, np.array([f(0.0)]), np.ones(1), scale, scale), expected, size)


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
        return math.fsum(weighed(out[k], dout[k]) for k in out)
    if isinstance(out, tuple | list):
        return math.fsum(weighed(o, d) for o, d in zip(out, dout, strict=True))
    return 0.0 if dout is None else float(np.sum(np.asarray(out) * dout))


def relative(a: float, b: float, floor: float = FLOOR) -> float:
    """Return the relative error of two numbers; those below the floor are small enough to be rounding."""
    return abs(a - b) / max(abs(a), abs(b), floor)


def digits(number: float) -> str:
    """Return a number with eight decimals, or as a power of ten where that would show little of it."""
    if number + 0.0 == 0.0 or abs(number) > 1e-3:
        return fixed(number, 8)
    return power(number, 3)


def power(number: float, digits: int = 0) -> str:
    """Return a number such as 2e-9, with a true minus sign."""
    mantissa, _, exponent = f"{number:.{digits}e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def error_text(error: float, found: Slope) -> str:
    """Return an error in one digit; digits beyond rounding are no news, and at a kink there is none."""
    if found.sides is not None:
        left, right = (f"{side + 0.0:.4g}".replace("-", MINUS) for side in found.sides)
        return f"at a kink: slopes {left} and {right}"
    if not found.known:
        return "no numeric slope"
    return f"< 1e{MINUS}8" if error < 1e-8 else power(error)

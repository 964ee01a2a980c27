"""Numbers and shapes as text: a value goes in, what is written on a wire or in a table comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from codegen.pytree import is_one_number

PLAIN = (np.ndarray, np.generic, int, float, complex, str, bytes, type(None))
ENTRIES, FEW, SHORT = 24, 2, 24
MINUS = "\N{MINUS SIGN}"


def fixed(value: float, digits: int) -> str:
    """Return a number with a fixed count of digits, halves away from zero as a browser rounds them."""
    number = float(value) + 0.0
    if not np.isfinite(number):
        return str(number).replace("-", MINUS)
    if abs(number) >= 1e6 or (number and abs(number) < 0.5 * 10.0**-digits):
        return exponential(number)
    text = f"{Decimal(number).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP):f}"
    return text.replace("-", MINUS)


def exponential(number: float, digits: int = 1) -> str:
    mantissa, _, power = f"{number:.{digits}e}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", MINUS)


def printed(text: str) -> Fraction:
    """Return what a number that is printed stands for."""
    return Fraction(text.replace(MINUS, "-"))


def exactly(value: float, digits: int) -> str:
    """Return a number with up to so many digits, two where these are all it has."""
    short = fixed(value, 2)
    whole = np.isfinite(value) and printed(short) == Fraction(float(value))
    return short if whole else fixed(value, digits)


def equation(terms: Sequence[float], result: float, sign: str = "·") -> str:
    """Return a product or sum that holds as it is printed: with more digits where two do not show it, else with ≈."""
    for digits in (2, 3, 4):
        shown = [exactly(t, digits) for t in terms]
        right = exactly(result, digits)
        if not all(np.isfinite([*terms, result])):
            break
        numbers = [printed(t) for t in shown]
        exact = math.prod(numbers) if sign == "·" else sum(numbers)
        if exact == printed(right) or fixed(float(exact), digits) == right:
            return f"{f' {sign} '.join(bracketed(shown))} = {right}"
    about = [fixed(t, 2) for t in terms]
    return f"{f' {sign} '.join(bracketed(about))} ≈ {fixed(result, 2)}"


def bracketed(terms: Sequence[str]) -> list[str]:
    """Return numbers with those that are negative and do not come first in brackets."""
    return [f"({t})" if i and t.startswith(MINUS) else t for i, t in enumerate(terms)]


def on_wire(value: Any) -> str:
    """Return what is written on a wire: two digits, or the shape."""
    if value is None:
        return ""
    return fixed(float(value), 2) if is_one_number(value) else shape_text(value)


def in_table(value: Any) -> str:
    """Return what is written in a table: four digits, or the shape."""
    if value is None:
        return ""
    return fixed(float(value), 4) if is_one_number(value) else shape_text(value)


def shape_text(value: Any) -> str:
    if isinstance(value, tuple | list):
        if all(is_one_number(v) for v in value):
            return (
                "[" + ", ".join(fixed(float(v), 2) for v in value) + "]"
                if len(value) < 4
                else f"[{len(value)}]"
            )
    if isinstance(value, tuple | list | dict):
        few = items_text(value)
        return few if len(value) <= FEW and len(few) <= SHORT else f"{len(value)} items"
    if not isinstance(value, PLAIN):
        return type(value).__name__
    shape: tuple[int, ...] = getattr(value, "shape", ())
    return "[" + "x".join(str(n) for n in shape) + "]" if shape else str(value)


def items_text(value: Any) -> str:
    """Return what is written on a wire of each item of a container."""
    if isinstance(value, dict):
        return ", ".join(f"{k} {on_wire(v)}" for k, v in value.items())
    return ", ".join(on_wire(v) for v in value)


def entries(value: Any) -> str:
    if value is None:
        return "unknown"
    if is_one_number(value):
        return f"{float(value) + 0.0:.10g}".replace("-", MINUS)
    if isinstance(value, tuple | list | dict) and not len(value):
        return "empty"
    is_plain = isinstance(value, list | tuple) and all(is_one_number(v) for v in value)
    if isinstance(value, list | tuple | dict) and not is_plain:
        return items_text(value)
    if not isinstance(value, np.ndarray | np.generic | list | tuple):
        return shape_text(value)
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        return shape_text(value)
    flat = [fixed(float(v), 3) for v in array.ravel()[:ENTRIES]]
    more = f", … ({array.size} entries)" if array.size > ENTRIES else ""
    return f"{shape_text(array)}: {', '.join(flat)}{more}"

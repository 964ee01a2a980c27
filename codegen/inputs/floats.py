"""Whole numbers as floats: the notes write `x = -2`, and mean a number that has a gradient."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np


def as_floats(
    values: dict[str, Any], stated: set[str], signature: inspect.Signature, wrt: Sequence[str]
) -> list[str]:
    """Make floats of whole numbers in place, and return a note about them.

    Parameters
    ----------
    values : dict
        The arguments by name.
    stated : set of str
        Those that the user wrote down as an example; only these are changed.
    signature : inspect.Signature
        An argument annotated as an int stays one.
    wrt : sequence of str
        The arguments to differentiate. If none is named, whole numbers are changed when there is no float at all.
    """
    if not wrt and any(holds(values[n], "f") for n in stated):
        return []
    whole = (int, "int")
    names = [
        n
        for n in values
        if n in wrt or (not wrt and n in stated and signature.parameters[n].annotation not in whole)
    ]
    changed = [n for n in names if not holds(values[n], "f") and holds(values[n], "iu")]
    for name in changed:
        values[name] = floated(values[name])
    if not changed:
        return []
    return [
        f"{', '.join(changed)}: whole numbers count as floats here; write {changed[0]} as a float to say so"
    ]


def holds(value: Any, kinds: str) -> bool:
    """Return whether a value is, or has inside, a number or an array of one of the kinds of dtype."""
    if isinstance(value, dict):
        return any(holds(v, kinds) for v in value.values())
    if isinstance(value, list | tuple):
        return any(holds(v, kinds) for v in value)
    if isinstance(value, float | int | np.generic | np.ndarray):
        return np.asarray(value).dtype.kind in kinds
    return False


def floated(value: Any) -> Any:
    """Return a value with floats for whole numbers, all the way down."""
    if isinstance(value, dict):
        return {k: floated(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(floated(v) for v in value)
    if isinstance(value, np.ndarray | np.generic):
        return value.astype(float) if value.dtype.kind in "iu" else value
    return float(value) if type(value) is int else value

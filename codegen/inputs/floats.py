"""Whole numbers as floats: the notes write `x = -2`, and mean a number that has a gradient."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen.pytree import holds, mapped, vars_of


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
        An argument annotated as an int stays one, one annotated as a float becomes one.
    wrt : sequence of str
        The arguments to differentiate. If none is named, other whole numbers are changed when there is no float at
        all, nor an attribute that is one.
    """
    given = [values[n] for n in stated]
    alone = not any(has(v, "f") or any(has(a, "f") for a in vars_of(v).values()) for v in given)
    annotated = {n: signature.parameters[n].annotation for n in stated}
    counting = {n for n, a in annotated.items() if a in (float, "float")}
    if alone:
        counting |= {n for n, a in annotated.items() if a not in (int, "int")}
    names = [n for n in values if n in (wrt or counting)]
    changed = [n for n in names if not has(values[n], "f") and has(values[n], "iu")]
    for name in changed:
        values[name] = mapped(floated, values[name])
    if not changed:
        return []
    return [
        f"{', '.join(changed)}: whole numbers count as floats here; write {changed[0]} as a float to say so"
    ]


def has(value: Any, kinds: str) -> bool:
    """Return whether a value is, or has inside, a number or an array of one of the kinds of dtype."""
    numbers = float | int | np.generic | np.ndarray
    return holds(lambda v: isinstance(v, numbers) and np.asarray(v).dtype.kind in kinds, value)


def floated(value: Any) -> Any:
    """Return a number or an array as floats, if it is of whole numbers."""
    if isinstance(value, np.ndarray | np.generic):
        return value.astype(float) if value.dtype.kind in "iu" else value
    return float(value) if type(value) is int else value

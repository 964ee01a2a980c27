"""The axes of a call. In: arguments. Out: every axis with its size, and the call with other sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from codegen.check.arguments import Call
from codegen.check.leaves import (
    Attribute,
    Path,
    children,
    get,
    has_fields,
    is_dataclass,
    is_float,
    like,
    replaced,
    walk,
)


@dataclass(frozen=True)
class Axis:
    """Something of a call that has a size.

    Attributes
    ----------
    path : Path
        Where it lies in the call.
    number : int
        Which axis of the array; 0 for a list and for an int.
    kind : str
        "array", "list" (its length, or that of a tuple) or "int" (its value).
    """

    path: Path
    number: int = 0
    kind: str = "array"


Sizes = Mapping[Axis, int]


def deep_leaves(
    value: Any, path: Path = (), above: tuple[int, ...] = ()
) -> Iterator[tuple[Path, Any]]:
    """Yield the leaves with their paths, going into the fields of objects as well."""
    if id(value) in above:
        return
    inside = children(value)
    if (
        not inside
        and not is_dataclass(value)
        and has_fields(value)
        and not isinstance(value, np.ndarray)
    ):
        inside = [(Attribute(name), item) for name, item in vars(value).items()]
    if inside:
        for key, item in inside:
            yield from deep_leaves(item, (*path, key), (*above, id(value)))
    else:
        yield path, value


def array_sizes(call: Call) -> dict[Axis, int]:
    """Return the sizes of the axes of all arrays."""
    arrays = [(path, leaf) for path, leaf in deep_leaves(call) if isinstance(leaf, np.ndarray)]
    return {Axis(path, k): n for path, leaf in arrays for k, n in enumerate(leaf.shape) if n}


def int_sizes(call: Call) -> dict[Axis, int]:
    """Return the ints that may be sizes."""
    return {
        Axis(path, kind="int"): int(leaf)
        for path, leaf in deep_leaves(call)
        if isinstance(leaf, (int, np.integer)) and not isinstance(leaf, bool) and leaf > 1
    }


def list_sizes(call: Call) -> dict[Axis, int]:
    """Return the lengths of the lists and tuples that hold numbers."""
    found = {}
    waiting: list[tuple[Path, Any]] = [((), call)]
    while waiting:
        path, value = waiting.pop()
        waiting.extend(((*path, key), item) for key, item in reversed(children(value)))
        if (
            isinstance(value, list)
            and value
            and not any(isinstance(v, str) for _, v in walk(value))
        ):
            found[Axis(path, kind="list")] = len(value)
    return found


def resized(call: Call, sizes: Sizes, position: int = -1) -> Call:
    """Return a call with other sizes.

    Parameters
    ----------
    call : tuple of (tuple, dict)
    sizes : mapping of Axis to int
        The new sizes, never smaller than the old ones, so that indices stay in range; arrays are repeated.
    position : int
        Which entry of a list is repeated to make it longer.

    Returns
    -------
    tuple of (tuple, dict)
    """
    for axis, size in sizes.items():
        value = get(call, axis.path)
        if axis.kind == "int":
            call = replaced(call, axis.path, type(value)(size))
        elif axis.kind == "array":
            rows = np.arange(size) % value.shape[axis.number]
            call = replaced(call, axis.path, np.take(value, rows, axis=axis.number))
    for axis, size in sizes.items():
        if axis.kind == "list":
            value = get(call, axis.path)
            k = position % len(value)
            longer = [*value[: k + 1], *[value[k]] * (size - len(value)), *value[k + 1 :]]
            call = replaced(call, axis.path, like(value, longer))
    return call


def has_float(value: Any) -> bool:
    """Return whether there is a float in a value."""
    return any(is_float(leaf) for _, leaf in walk(value))

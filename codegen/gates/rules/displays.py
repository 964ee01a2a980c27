"""Rows of lists and tuples of numbers or arrays that are made an array."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.listed import like
from codegen.gates.table import Row, Sample, family, row
from codegen.pytree import holds


def display(call: ast.Call, sample: Sample) -> list[Row]:
    name = ast.unparse(call.func)
    value = sample(call.args[0])
    tail = ""
    for keyword in call.keywords:
        if keyword.arg != "dtype" or not is_float_type(sample(keyword.value)):
            return []
        tail = ", dtype=dtype"
    if np.ndim(value) == 0 and not tail:
        return [row(f"{name}(x)", dx="float(dout)" if type(value) is float else "np.copy(dout)")]
    if isinstance(value, np.ndarray | np.generic | float):
        return [
            row(
                f"{name}(x{tail})",
                dx=converted(value, sample(call.keywords[0].value)) if tail else "dout",
            )
        ]
    if not isinstance(value, list | tuple) or not value or holds(np.iscomplexobj, value):
        return []
    found = []
    for depth in range(depth_of(value), 0, -1):
        holes: dict[str, str] = {}
        text = spelled(value, depth, (), holes)
        found.append(
            row(f"{name}({text}{tail})", **{f"d{h}": f"dout[{key}]" for h, key in holes.items()})
        )
    whole = (
        "dout.tolist()"
        if depth_of(value) == np.ndim(np.asarray(value, dtype=float))
        else "list(dout.copy())"
    )
    if depth_of(value) == 1 or whole == "dout.tolist()":
        found.append(row(f"{name}(x{tail})", dx=like(value, whole)))
    return found


def is_float_type(dtype: Any) -> bool:
    try:
        return bool(np.issubdtype(np.dtype(dtype), np.floating))
    except TypeError:
        return False


def converted(value: Any, dtype: Any) -> str:
    """Return the upstream gradient in the type of the value that was converted."""
    same = not isinstance(value, np.ndarray) or value.dtype == np.dtype(dtype)
    return "dout" if same else "dout.astype(x.dtype)"


def depth_of(value: Any) -> int:
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list | tuple) else 0


def spelled(value: Any, depth: int, place: tuple[int, ...], holes: dict[str, str]) -> str:
    """Return the pattern of a display down to a depth, noting each hole and its index."""
    if depth == 0 or not isinstance(value, list | tuple):
        hole = "x" + "_".join(map(str, place))
        holes[hole] = ", ".join(map(str, place))
        return hole
    return (
        "("
        + "".join(spelled(v, depth - 1, (*place, i), holes) + ", " for i, v in enumerate(value))
        + ")"
    )


for name in ("np.array", "np.asarray", "np.asanyarray"):
    family(name)(display)

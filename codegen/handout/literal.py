"""Example inputs as code: a value goes in, an expression that a fresh kernel can run comes out."""

from __future__ import annotations

from typing import Any

import numpy as np


def literal(value: Any) -> str:
    """Return an expression that gives `value`; arrays keep every digit."""
    if isinstance(value, np.ndarray):
        kind = (
            ""
            if value.dtype in (np.float64, np.int64, np.bool_)
            else f", dtype=np.{value.dtype.name}"
        )
        empty = f".reshape({value.shape})" if not value.size else ""
        return f"np.array({nested(value.tolist())}{kind}){empty}"
    if isinstance(value, np.generic):
        return (
            f"np.{value.dtype.name}({value.item()!r})"
            if value.dtype not in (np.float64, np.int64)
            else repr(value.item())
        )
    if isinstance(value, list):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {literal(v)}" for k, v in value.items()) + "}"
    return repr(value)


def nested(value: Any, depth: int = 0) -> str:
    """Return a list of lists over several lines, so that no line is endless."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[" + (",\n" + " " * (10 + depth)).join(nested(v, depth + 1) for v in value) + "]"
    return repr(value).replace("inf", "np.inf").replace("nan", "np.nan")

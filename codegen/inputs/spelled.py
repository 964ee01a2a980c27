"""Example inputs as code: a value goes in, an expression that a fresh kernel can run comes out."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.errors import CodegenError

PLAIN = (int, float, complex, str, bytes, bool, type(None), type(...), range, slice)


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
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        kind = f"collections.namedtuple({type(value).__name__!r}, {list(value._fields)!r})"
        return f"{kind}({', '.join(literal(v) for v in value)})"
    if isinstance(value, tuple):
        return "(" + ", ".join(literal(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, np.dtype):
        return f"np.dtype({value.name!r})"
    if isinstance(value, type) and issubclass(value, np.generic):
        return f"np.{value.__name__}"
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if not isinstance(value, PLAIN):
        raise CodegenError(
            f"a notebook cannot hold an example input of type {type(value).__name__}",
            advice="Choose another format, such as html or md.",
        )
    return (
        repr(value).replace("inf", "np.inf").replace("nan", "np.nan")
        if isinstance(value, float)
        else repr(value)
    )


def assigned(name: str, value: Any) -> str:
    """Return the lines that give a variable its example value, the state of a random generator included."""
    if isinstance(value, np.random.Generator):
        bits = type(value.bit_generator).__name__
        state = literal(value.bit_generator.state)
        return f"{name} = np.random.Generator(np.random.{bits}())\n{name}.bit_generator.state = {state}"
    if isinstance(value, np.random.RandomState):
        return f"{name} = np.random.RandomState()\n{name}.set_state({literal(value.get_state())})"
    return f"{name} = {literal(value)}"


def nested(value: Any, depth: int = 0) -> str:
    """Return a list of lists over several lines, so that no line is endless."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[" + (",\n" + " " * (10 + depth)).join(nested(v, depth + 1) for v in value) + "]"
    return repr(value).replace("inf", "np.inf").replace("nan", "np.nan")

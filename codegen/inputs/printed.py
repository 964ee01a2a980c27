"""Values as code: a value goes in, an expression that makes it comes out, for modules, notebooks and tests alike.

>>> print(literal({"w": np.array([[1.0, np.inf]]), "kinds": {"relu", "elu"}}))
{'w': np.array([[1.0, np.inf]]), 'kinds': {'elu', 'relu'}}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from codegen.errors import CodegenError

PLAIN = (int, complex, str, bytes, bool, type(None), type(...), range, slice)
USUAL = (np.float64, np.int64, np.bool_)  # what NumPy makes of numbers by itself


def literal(
    value: Any, named: Callable[[Any], str | None] = lambda value: None, largest: float = math.inf
) -> str | None:
    """Return an expression that makes a value, or None if there is none; arrays keep every digit.

    `named` tells how functions and objects are called; arrays may have so many entries as `largest` says.
    """

    def inside(values: Iterable[Any]) -> list[str] | None:
        found = [literal(v, named, largest) for v in values]
        return None if None in found else [text for text in found if text is not None]

    known = named(value)
    if known is not None:
        return known
    if isinstance(value, np.ndarray):
        if value.size > largest or value.dtype.kind not in "fiubc":
            return None
        usual = USUAL if value.size else USUAL[:1]
        kind = "" if value.dtype in usual else f", dtype=np.{value.dtype.name}"
        empty = f".reshape({value.shape})" if not value.size else ""
        return f"np.array({nested(value.tolist())}{kind}){empty}"
    if isinstance(value, np.generic) and value.dtype.kind in "fiubc":
        name = "bool_" if value.dtype.kind == "b" else value.dtype.name  # np.bool is younger
        return f"np.{name}({literal(value.item())})"
    if isinstance(value, np.dtype) and value.kind in "fiubc":
        return f"np.dtype({value.name!r})"
    if isinstance(value, np.ufunc | type):
        name = value.__name__
        return f"np.{name}" if getattr(np, name, None) is value else None
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if type(value) is dict:
        keys, values = inside(value), inside(value.values())
        if keys is None or values is None:
            return None
        return f"{{{', '.join(f'{k}: {v}' for k, v in zip(keys, values, strict=True))}}}"
    if isinstance(value, list | tuple | set | frozenset):
        return display(value, inside(value))
    return repr(value) if type(value) in PLAIN else None


def display(value: Any, parts: list[str] | None) -> str | None:
    """Return the text of a sequence or a set, given the texts of its parts."""
    if parts is None:
        return None
    inner = ", ".join(parts)
    if type(value) in (set, frozenset):  # in an order that no hash decides
        inner = f"{{{', '.join(sorted(parts))}}}" if parts else ""
        return inner if parts and type(value) is set else f"{type(value).__name__}({inner})"
    if type(value) is tuple:
        return f"({inner}{',' if len(parts) == 1 else ''})"
    return f"[{inner}]" if type(value) is list else None


def spelled(value: Any) -> str:
    """Return an expression that makes an example input; `CodegenError` if there is none."""
    found = literal(value, loosely)
    if found is None:
        raise CodegenError(
            f"a notebook cannot hold an example input of type {type(value).__name__}",
            advice="Choose another format, such as html or md.",
        )
    return found


def loosely(value: Any) -> str | None:
    """Return the text of a namedtuple as one of a new class, and that of another container as one of the plain kind."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        kind = f"collections.namedtuple({type(value).__name__!r}, {list(value._fields)!r})"
        return f"{kind}({', '.join(spelled(v) for v in value)})"
    plain = next((k for k in (dict, list, tuple) if isinstance(value, k)), None)
    return spelled(plain(value)) if plain is not None and type(value) is not plain else None


def assigned(name: str, value: Any) -> str:
    """Return the lines that give a variable its example value, the state of a random generator included."""
    if isinstance(value, np.random.Generator):
        bits = type(value.bit_generator).__name__
        state = spelled(value.bit_generator.state)
        return f"{name} = np.random.Generator(np.random.{bits}())\n{name}.bit_generator.state = {state}"
    if isinstance(value, np.random.RandomState):
        return f"{name} = np.random.RandomState()\n{name}.set_state({spelled(value.get_state())})"
    return f"{name} = {spelled(value)}"


def nested(value: Any, depth: int = 0) -> str:
    """Return a list of lists over several lines, so that no line is endless."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[" + (",\n" + " " * (10 + depth)).join(nested(v, depth + 1) for v in value) + "]"
    return repr(value).replace("inf", "np.inf").replace("nan", "np.nan")

"""What functions of several operands have in common, in a list or not: holes for them, and how these are written."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any


def holes_of(values: Sequence[Any], letter: str = "x") -> list[str]:
    return [f"{letter}{i}" for i in range(len(values))]


def display(names: Sequence[str]) -> str:
    """Return the text of a tuple of names.

    >>> display(["x0"])
    '(x0,)'
    """
    return f"({', '.join(names)},)"


def like(value: Any, text: str) -> str:
    """Return the text of a list as one of what a value is, a list or a tuple."""
    return f"tuple({text})" if isinstance(value, tuple) else text


def given(call: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments of a canonical call that have names, which are all but the first."""
    return {str(k.arg): k.value for k in call.keywords}

"""What may be differentiated in a function: its arguments and the variables around it go in, the names
of those with floats come out.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import FunctionType
from typing import Any

from codegen.trace.facts import has_float, kind_of


def arguments_of(
    function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    return dict(bound.arguments)


def may_be_differentiated(
    function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> set[str]:
    """Return the parameters and outer variables of a function whose values hold floats, or are objects that may."""
    found = {
        name
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        )
        if is_filled(cell) and holds_floats(cell.cell_contents)
    }
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return found
    bound.apply_defaults()
    return found | {name for name, value in bound.arguments.items() if holds_floats(value)}


def closed_over(function: FunctionType) -> dict[str, Any]:
    """Return the variables of an outer function that is over, functions aside."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells if is_filled(cell)}


def is_filled(cell: Any) -> bool:
    """Return whether an outer variable has a value yet."""
    try:
        cell.cell_contents  # noqa: B018  # looking is the test
    except ValueError:
        return False
    return True


def holds_floats(value: Any) -> bool:
    """Return whether a value may be differentiated with respect to."""
    return has_float(value) or kind_of(value)[0] == "other" and hasattr(value, "__dict__")

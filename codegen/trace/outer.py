"""What may be differentiated in a function: its arguments and the variables around it go in, the names
of those with floats come out.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from codegen.pytree import has_attributes, holds, is_float
from codegen.trace.facts import CHANGEABLE, kind_of

MANY = 64  # items of a container whose structure is compared


@lru_cache(maxsize=1024)
def signature_of(code: CodeType, function: FunctionType) -> inspect.Signature:
    """Return the signature of a function itself, decorated or not; `code` tells whether it was made again."""
    return inspect.signature(function, follow_wrapped=False)


def arguments_of(
    function: FunctionType, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by name; none if they do not fit, which the call itself says in Python's words."""
    try:
        bound = signature_of(function.__code__, function).bind(*args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    return dict(bound.arguments)


def may_be_differentiated(function: FunctionType, given: Mapping[str, Any]) -> set[str]:
    """Return the parameters and outer variables of a function whose values hold floats, or are objects that may."""
    outer = closed_over(function)
    return {name for name, value in (*outer.items(), *given.items()) if holds_floats(value)}


def closed_over(function: FunctionType) -> dict[str, Any]:
    """Return the variables of an outer function that is over, functions aside."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: cell.cell_contents for name, cell in cells if is_filled(cell)}


def is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # looking is the test
    except ValueError:
        return False
    return True


def holds_floats(value: Any) -> bool:
    """Return whether a value may be differentiated with respect to."""
    return holds(lambda v: is_float(v) or kind_of(v)[0] == "other" and has_attributes(v), value)


def form_of(value: Any, exactly: bool) -> Any:
    """Return what two values must have in common to be the same to a function as far as facts go: type, shape
    and structure, and `exactly` also what is neither a float nor an array. None if that cannot be told.
    """
    if isinstance(value, np.ndarray):
        return (type(value), value.dtype.str, value.shape) if value.dtype != object else None
    if isinstance(value, float | complex | np.generic):
        return type(value)
    if isinstance(value, int | str | bytes | None):
        return (type(value), value) if exactly else type(value)
    if type(value) in (list, tuple, dict) and len(value) <= MANY:
        items = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        forms = [form_of(item, exactly) for item in items]
        return None if None in forms else (type(value), *forms)
    return None


def rank_of(value: Any) -> Any:
    """Return what two results must have in common to be one to a backward pass: arrays of as many axes, lists, tuples
    of such; None if that cannot be told.
    """
    if isinstance(value, np.ndarray):
        return ("array", value.ndim) if value.ndim and value.dtype != object else "number"
    if isinstance(value, int | float | complex | np.generic):
        return "number"
    if isinstance(value, tuple):
        items = [rank_of(item) for item in value]
        return None if None in items else (tuple, *items)
    return type(value) if isinstance(value, list | dict | None) else None


def form_of_call(arguments: Mapping[str, Any], exactly: bool) -> Any:
    """Return what the arguments of two calls must have in common to share facts: also which of them are one object."""
    forms = [(name, form_of(value, exactly)) for name, value in arguments.items()]
    if any(form is None for _, form in forms):
        return None
    held = [value for value in arguments.values() if isinstance(value, CHANGEABLE)]
    first = (next(k for k, other in enumerate(held) if other is one) for one in held)
    return (*forms, *first)

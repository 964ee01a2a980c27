"""What is differentiated: a callable, its example and `wrt` go in; the function to trace, its
arguments and the names come out.

A name is that of an argument, or a path to an attribute of one: `self.W`.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FunctionType, MethodType
from typing import Any

from codegen.errors import NothingToDifferentiateError, UsageError
from codegen.trace.facts import has_float
from codegen.trace.fields import float_fields


def subject(function: Any, args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return the plain function behind a bound method, a callable object or a cached function, and all
    its arguments.
    """
    if isinstance(function, MethodType):
        return function.__func__, (function.__self__, *args)
    call = getattr(type(function), "__call__", None)
    if not isinstance(function, type) and isinstance(call, FunctionType):
        return call, (function, *args)
    wrapped = getattr(function, "__wrapped__", None)
    if not isinstance(function, FunctionType) and isinstance(wrapped, FunctionType):
        return wrapped, args
    return function, args


def differentiable(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    wrt: str | Sequence[str] | None,
    is_method: bool = False,
) -> tuple[tuple[Any, ...], dict[str, Any], list[str]]:
    """Return copies of the example inputs, and the names of the differentiable arguments.

    The attributes of objects are differentiated only if no argument is; so is the object of a bound method.

    Raises
    ------
    UsageError
        If the inputs do not fit the function, or `wrt` names something else than an argument.
    """
    if not callable(function) or not hasattr(function, "__name__"):
        raise UsageError(f"{function!r} is not a function")
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError as error:
        raise UsageError(f"the example inputs do not fit {function.__name__}: {error}") from error
    bound.apply_defaults()
    names = list(bound.arguments)
    if wrt is None:
        inputs = [n for n in names[is_method:] if has_gradient(bound.arguments[n])] or [
            f"{n}.{path}" for n in names for path in float_attributes(bound.arguments[n])
        ]
    else:
        wanted = names_in(wrt)
        for one in wanted:
            check_name(function, one, bound.arguments)
        inputs = sorted(wanted, key=lambda one: (names.index(one.split(".")[0]), wanted.index(one)))
    if not inputs:
        raise NothingToDifferentiateError(
            f"no argument of {function.__name__} is a float or a float array",
            advice="Pass floats, or name the arguments with wrt=.",
        )
    return copied(args), copied(dict(kwargs)), inputs


def names_in(wrt: Any) -> list[str]:
    """Return the names that `wrt` asks for, each once."""
    found = [wrt] if isinstance(wrt, str) else list(wrt) if isinstance(wrt, Sequence | set) else []
    if not found or not all(isinstance(name, str) for name in found):
        raise UsageError(
            f"wrt={wrt!r} names no arguments", advice='Write wrt="x", or wrt=("x", "w").'
        )
    return list(dict.fromkeys(sorted(found) if isinstance(wrt, set) else found))


def copied(arguments: Any) -> Any:
    """Return copies of example inputs."""
    try:
        return copy.deepcopy(arguments)
    except Exception as error:
        raise UsageError(
            f"the example inputs cannot be copied: {error}",
            advice="The function runs several times, each time on fresh inputs: leave out locks, files and the like.",
        ) from error


def check_name(function: Callable[..., Any], name: str, arguments: Mapping[str, Any]) -> None:
    """Raise a UsageError unless a name is an argument, or an attribute of one."""
    root, *path = name.split(".")
    if root not in arguments:
        raise UsageError(
            f"{function.__name__} has no argument {name}",
            advice=f"Its arguments are {', '.join(arguments)}.",
        )
    value = arguments[root]
    for attribute in path:
        if not hasattr(value, attribute):
            raise UsageError(f"the argument {root} of {function.__name__} has no {name}")
        value = getattr(value, attribute)
    if path and not has_gradient(value):
        raise UsageError(f"{name} is neither a float nor a float array")


def has_gradient(value: Any) -> bool:
    """Return whether a value has a gradient of its own structure: a float, an array, a container or a
    dataclass of them.
    """
    return has_float(value) or any(True for _ in float_fields(value))


def float_attributes(value: Any) -> Iterator[str]:
    """Yield the paths to the attributes of an object, and of objects in its attributes, that have a gradient."""
    waiting = [("", value)]
    seen: set[int] = set()
    while waiting:
        start, one = waiting.pop(0)
        if id(one) in seen or not hasattr(one, "__dict__") or callable(one) and not is_object(one):
            continue
        seen.add(id(one))
        for name, inner in vars(one).items():
            if has_float(inner):
                yield f"{start}{name}"
            elif is_object(inner):
                waiting.append((f"{start}{name}.", inner))


def is_object(value: Any) -> bool:
    """Return whether a value is an object of the user's with attributes."""
    return (
        hasattr(value, "__dict__")
        and not isinstance(value, type | FunctionType | MethodType)
        and not inspect.ismodule(value)
    )

"""Examples that stand beside a function: the decorator that marks them, and what reads the marks again.

In: a function, decorated or not. Out: the arguments it is to be called with, or None.
"""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any, TypeVar

from codegen.errors import UsageError, said
from codegen.pytree import module_of

Function = TypeVar("Function", bound=Callable[..., Any])
Example = tuple[tuple[Any, ...], dict[str, Any]]
MARK = "__codegen_example__"


def example(*args: Any, **kwargs: Any) -> Callable[[Function], Function]:
    """Give a function the example inputs that it is traced with.

    Parameters
    ----------
    *args, **kwargs
        The arguments of the example, arrays also as on the command line: `"randn(5, 4)"`. A single function is
        called when the example is needed, and returns a tuple of arguments or a dict of named ones.

    Returns
    -------
    decorator
        Returns the function itself, unchanged but for the attribute `__codegen_example__`.

    Examples
    --------
    >>> @example(x=3.0, y=-4.0)
    ... def multiply(x, y):
    ...     return x * y
    >>> multiply.__codegen_example__
    ((), {'x': 3.0, 'y': -4.0})
    """

    def mark(function: Function) -> Function:
        setattr(function, MARK, (args, kwargs))
        return function

    return mark


def marked(function: Callable[..., Any]) -> Example | None:
    """Return the example that stands beside a function: in its attribute `__codegen_example__`, or in its module's, a
    dict from function names to examples.

    It is `(args, kwargs)`, a tuple of arguments, a dict of named ones, or a function that returns one.
    `UsageError` if it is none of these.
    """
    found = mark_of(function)
    return (
        None if found is None else as_example(found, getattr(function, "__name__", "the function"))
    )


def mark_of(function: Callable[..., Any]) -> Any:
    """Return the example as the user wrote it, or None."""
    found = getattr(function, MARK, None)
    if found is not None:
        return found
    module = sys.modules.get(module_of(function))
    space = getattr(function, "__globals__", None) or vars(module or object)
    table = space.get(MARK)
    return table.get(getattr(function, "__name__", None)) if isinstance(table, Mapping) else None


def as_example(found: Any, name: str) -> Example:
    """Return an example as positional and named arguments."""
    if callable(found):
        return as_example(made(found, name), name)
    if isinstance(found, Mapping):
        return (), named(found, name)
    if isinstance(found, tuple):
        if len(found) == 2 and isinstance(found[0], tuple) and isinstance(found[1], Mapping):
            args, kwargs = found
            if len(args) == 1 and not kwargs and callable(args[0]):
                return as_example(args[0], name)
            return args, named(kwargs, name)
        return found, {}
    raise UsageError(
        f"the example of {name} is a {type(found).__name__}",
        advice=f"{MARK} holds (args, kwargs), a tuple of arguments, or a dict of named arguments.",
    )


def own_names(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the classes, functions and values that the module of a function defines for itself, and its enums."""
    home = module_of(function)
    found = {}
    for name, value in getattr(function, "__globals__", {}).items():
        is_own = isinstance(value, type | FunctionType) and module_of(value) == home
        is_own = is_own or isinstance(value, enum.EnumType)
        if is_own or not (
            callable(value) or isinstance(value, ModuleType) or name.startswith("__")
        ):
            found[name] = value
    return found


def made(maker: Callable[[], Any], name: str) -> Any:
    """Return what the user's function makes as the example; a lone value is the only argument."""
    try:
        found = maker()
    except Exception as error:  # the user's code may raise anything
        raise UsageError(
            f"the example of {name} raised {type(error).__name__}: {said(error)}"
        ) from error
    return found if isinstance(found, tuple | Mapping) else (found,)


def named(arguments: Mapping[Any, Any], name: str) -> dict[str, Any]:
    """Return named arguments, refused unless the names are strings."""
    for key in arguments:
        if not isinstance(key, str):
            raise UsageError(
                f"the example of {name} names an argument {key!r}", advice="Names are strings."
            )
    return dict(arguments)

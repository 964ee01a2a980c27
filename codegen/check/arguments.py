"""The differentiable arguments of a call. In: a function, its arguments, names such as `x` or `self.W`.

Out: the call in normal form and, per name, an `Argument`: where its value lies and which leaves have a gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np

from codegen import pytree, syntax
from codegen.records import dataclass
from codegen.trace.paths import parsed


@dataclass(frozen=True)
class Argument:
    name: str
    """As the generated module calls it."""
    places: tuple[pytree.Path, ...]
    """Where it lies in the call `(args, kwargs)`: one place, or one for each value of a `*args` or `**kwargs`."""
    keys: tuple[Any, ...] | None = None
    """For these, the index or keyword of each place; the gradient is a tuple or a dict."""

    def value(self, call: pytree.Call) -> Any:
        values = tuple(pytree.get(call, place) for place in self.places)
        if self.keys is None:
            return values[0]
        if all(isinstance(key, str) for key in self.keys) and self.keys:
            return dict(zip(self.keys, values, strict=True))
        return values

    def absolute(self, path: pytree.Path) -> pytree.Path:
        if self.keys is None:
            return (*self.places[0], *path)
        return (*self.places[self.keys.index(path[0])], *path[1:])

    def leaves(self, call: pytree.Call) -> list[tuple[pytree.Path, Any]]:
        return [
            (path, leaf) for path, leaf in pytree.walk(self.value(call)) if pytree.is_float(leaf)
        ]

    def label(self, path: pytree.Path = ()) -> str:
        return pytree.label(self.name, path)


def bind(
    function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], wrt: Sequence[str]
) -> tuple[pytree.Call, tuple[Argument, ...]]:
    """Return the call as (args, kwargs) with those of `wrt` in it, and defaults that are numbers or words."""
    bound = inspect.signature(function).bind(*args, **kwargs)
    roots = [syntax.first_name(name) for name in wrt]
    if any(root not in bound.arguments for root in roots):
        bound.apply_defaults()
    for name, parameter in bound.signature.parameters.items():
        if isinstance(parameter.default, int | float | str):  # so that other values can be tried
            bound.arguments.setdefault(name, parameter.default)
        is_nameless = getattr(parameter.default, "__name__", "") == "<lambda>"
        if is_nameless and bound.arguments.get(name) is parameter.default:
            del bound.arguments[name]  # the module has its own
    call: pytree.Call = (tuple(bound.args), dict(bound.kwargs))
    arguments = tuple(locate(name, bound) for name in wrt)
    for argument in arguments:
        call = with_floats(call, argument)
    return call, arguments


def parameters_of(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    if isinstance(function, FunctionType):
        return known_parameters(function)
    return inspect.signature(function).parameters


@lru_cache(maxsize=4)  # asked for at each step of a check
def known_parameters(function: FunctionType) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def names(function: Callable[..., Any], call: pytree.Call) -> dict[pytree.Path, str]:
    parameters = list(parameters_of(function).values())
    rest = next((p.name for p in parameters if p.kind is p.VAR_KEYWORD), "")
    known = {p.name for p in parameters if p.kind is not p.VAR_KEYWORD}
    found: dict[pytree.Path, str] = {
        (1, key): key if key in known or not rest else f"{rest}[{key!r}]" for key in call[1]
    }
    for k in range(len(call[0])):
        parameter = parameters[min(k, len(parameters) - 1)]
        spread = [p for p in parameters[: k + 1] if p.kind is p.VAR_POSITIONAL]
        first = parameters.index(spread[0]) if spread else 0
        found[0, k] = f"{spread[0].name}[{k - first}]" if spread else parameter.name
    return found


def naming(function: Callable[..., Any], call: pytree.Call) -> Callable[[pytree.Path], str]:
    """Return a function that says what the user calls a place of a call."""
    known = names(function, call)
    return lambda path: pytree.label(known.get(path[:2], "argument"), path[2:])


def locate(name: str, bound: inspect.BoundArguments) -> Argument:
    root, rest = parsed(name)
    for position, parameter in enumerate(bound.signature.parameters.values()):
        if parameter.name != root:
            continue
        value = bound.arguments.get(root, ())
        if parameter.kind is parameter.VAR_POSITIONAL:
            places = {k: (0, position + k) for k in range(len(value))}
        elif parameter.kind is parameter.VAR_KEYWORD:
            places = {key: (1, key) for key in value}
        else:
            place = (1, root) if root in bound.kwargs else (0, position)
            return Argument(name, ((*place, *rest),))
        if rest:
            return Argument(name, ((*places[rest[0]], *rest[1:]),))
        return Argument(name, tuple(places.values()), tuple(places))
    if root in bound.kwargs:
        return Argument(name, ((1, root, *rest),))
    raise ValueError(f"{name} is no argument of the function")


def with_floats(call: pytree.Call, argument: Argument) -> pytree.Call:
    if argument.leaves(call):
        return call
    return changed(
        call, argument.places, lambda leaf: floated(leaf) if pytree.is_number(leaf) else leaf
    )


def changed(
    call: pytree.Call, places: Sequence[pytree.Path], change: Callable[[Any], Any]
) -> pytree.Call:
    for place in places:
        call = pytree.replaced(call, place, pytree.mapped(change, pytree.get(call, place)))
    return call


def floated(leaf: Any) -> Any:
    return leaf.astype(np.float64) if isinstance(leaf, np.ndarray) else float(leaf)

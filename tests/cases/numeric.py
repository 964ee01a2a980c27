"""Central differences of fourth order, written without codegen. In: function, arguments, dout. Out: gradients.

Floats may sit in lists, tuples, dicts and attributes: a *path* leads to each of them.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import functools
import inspect
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tests.cases import Call

Path = tuple[Any, ...]
STEP = 1e-4


def is_float(value: Any) -> bool:
    """Whether the value is a float scalar or a float array."""
    if isinstance(value, np.ndarray):
        return bool(np.issubdtype(value.dtype, np.floating))
    return isinstance(value, (float, np.floating))


def float_paths(value: Any) -> Iterator[Path]:
    """The paths to the float leaves of a value."""
    if is_float(value):
        yield ()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ((key, *path) for path in float_paths(item))
    elif isinstance(value, (list, tuple, deque)):
        for k, item in enumerate(value):
            yield from ((k, *path) for path in float_paths(item))
    elif dataclasses.is_dataclass(value):
        for one in dataclasses.fields(value):
            yield from ((one.name, *path) for path in float_paths(getattr(value, one.name)))


def output_paths(value: Any) -> Iterator[Path]:
    """The same of what a function returns, which may be an object that is no dataclass."""
    own = hasattr(value, "__dict__") and type(value).__module__ not in ("builtins", "numpy")
    if isinstance(value, (list, tuple, deque)):
        for k, item in enumerate(value):
            yield from ((k, *path) for path in output_paths(item))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ((key, *path) for path in output_paths(item))
    elif own and not is_float(value) and not dataclasses.is_dataclass(value):
        for name, item in vars(value).items():
            yield from ((name, *path) for path in output_paths(item))
    else:
        yield from float_paths(value)


def at(value: Any, path: Path) -> Any:
    """The leaf a path leads to."""
    for key in path:
        value = value[key] if isinstance(value, (dict, list, tuple, deque)) else getattr(value, key)
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A deep copy of the value with another leaf at the end of the path."""
    return put(copy.deepcopy(value), path, new)


def put(value: Any, path: Path, new: Any) -> Any:
    """The value with another leaf at the end of the path, in place as far as it can be changed."""
    if not path:
        return new
    *way, key = path
    holder = at(value, tuple(way))
    if isinstance(holder, tuple):
        items = [new if k == key else v for k, v in enumerate(holder)]
        made = type(holder)(*items) if hasattr(holder, "_fields") else tuple(items)
        return put(value, tuple(way), made)
    if isinstance(holder, (dict, list, deque)):
        holder[key] = new
    else:
        object.__setattr__(holder, key, new)
    return value


def steps(name: str) -> Path:
    """The path that the name of a differentiable argument says: `self.layers[0].w`."""
    node, found = ast.parse(name, mode="eval").body, []
    while not isinstance(node, ast.Name):
        assert isinstance(node, (ast.Attribute, ast.Subscript))
        found.append(node.attr if isinstance(node, ast.Attribute) else ast.literal_eval(node.slice))
        node = node.value
    return (node.id, *reversed(found))


def plain(function: Callable[..., Any], call: Call) -> tuple[Callable[..., Any], Call]:
    """A function with its object as an argument, where it is a bound method."""
    owner = getattr(function, "__self__", None)
    if not inspect.ismethod(function):
        return function, call
    return function.__func__, Call(owner, *call.args, **call.kwargs)


def updates(function: Callable[..., Any], names: Sequence[str]) -> Callable[..., Any]:
    """A method that returns nothing as a function that returns the attributes it has written."""

    @functools.wraps(function)
    def after(*args: Any, **kwargs: Any) -> Any:
        function(*args, **kwargs)
        own = bound(function, Call(*args, **kwargs)).arguments
        found = tuple(eval(name, dict(own)) for name in names)
        return found if len(found) > 1 else found[0]

    return after


def bound(function: Callable[..., Any], call: Call) -> inspect.BoundArguments:
    """The arguments by parameter name, defaults included."""
    arguments = inspect.signature(function).bind(*call.args, **call.kwargs)
    arguments.apply_defaults()
    return arguments


def run(function: Callable[..., Any], arguments: inspect.BoundArguments) -> Any:
    """The function's value on a deep copy of the arguments, random state set."""
    args, kwargs = copy.deepcopy((arguments.args, arguments.kwargs))
    return called(function, args, kwargs)


def called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The function's value, random state set."""
    np.random.seed(0)
    random.seed(0)
    return function(*args, **kwargs)


def inner(out: Any, dout: Any) -> float:
    """The sum of out * dout over all float leaves of out."""
    total = 0.0
    for path in output_paths(out):
        total += float(np.sum(np.asarray(at(out, path), np.float64) * at(dout, path)))
    return total


def widened(value: Any) -> Any:
    """The value with float32 leaves as float64, so that differences mean something."""
    for path in list(float_paths(value)):
        leaf = at(value, path)
        if isinstance(leaf, (np.ndarray, np.floating)) and leaf.dtype != np.float64:
            value = replaced(value, path, leaf.astype(np.float64))
    return value


def gradient(function: Callable[..., Any], call: Call, path: Path, dout: Any) -> Any:
    """Central differences of inner(function(...), dout) in the leaf at `path`.

    The path starts with the parameter's name. Entries where the right slope differs from the left
    one (a kink) are nan, as are those where a step gives another shape, or raises.
    """
    arguments = bound(function, call)
    for name in arguments.arguments:
        arguments.arguments[name] = widened(arguments.arguments[name])
    leaf = np.asarray(at(arguments.arguments, path), np.float64)
    scalar = not isinstance(at(arguments.arguments, path), np.ndarray)

    def value(index: tuple[int, ...], step: float) -> float:
        moved = leaf.copy()
        moved[index] += step
        new = float(moved) if scalar else moved
        twin = inspect.BoundArguments(arguments.signature, replaced(arguments.arguments, path, new))
        return inner(called(function, twin.args, twin.kwargs), dout)

    grad = np.zeros(leaf.shape)
    middle = inner(run(function, arguments), dout)
    for index in np.ndindex(*leaf.shape):
        try:
            far = [value(index, sign * STEP) for sign in (1, -1)]
            near = [value(index, sign * STEP / 4) for sign in (1, -1)]
        except ValueError:
            grad[index] = np.nan
            continue
        wide = (far[0] - far[1]) / (2 * STEP)
        narrow = (near[0] - near[1]) / (STEP / 2)
        bend = abs(near[0] - 2 * middle + near[1]) / STEP
        kink = (
            bend > 1e-5 * max(1.0, abs(middle))
            and bend > 0.12 * abs(far[0] - 2 * middle + far[1]) / STEP
        )
        if kink or abs(wide - narrow) > 1e-4 * max(1.0, abs(narrow)):
            grad[index] = np.nan
        else:
            grad[index] = (16 * narrow - wide) / 15  # Richardson: the error falls with STEP**4
    return grad

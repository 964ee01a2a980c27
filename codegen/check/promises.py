"""What a generated pair promises beside the numbers. In: one run of the pair. Out: sentences about what it broke."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from codegen import pytree
from codegen.check.arguments import Argument
from codegen.check.outputs import kind

MISSING = object()


def as_tuple(grads: Any, arguments: Sequence[Argument]) -> tuple[Any, ...] | str:
    """Return one gradient per argument, or the sentence that says why that cannot be."""
    if len(arguments) == 1:
        return (grads,)
    if not isinstance(grads, tuple):
        return f"returns {kind(grads)}, not a tuple of {len(arguments)} gradients"
    if len(grads) != len(arguments):
        return f"returns {len(grads)} gradients for {len(arguments)} arguments"
    return grads


def structure(
    value: Any, grad: Any, name: str, path: pytree.Path = ()
) -> Iterator[tuple[pytree.Path, Any] | str]:
    """Yield (path, gradient) for every float leaf of an argument, or a sentence where the gradient is not like it."""
    here = f"d{pytree.label(name, path)}"
    if not pytree.is_plain(value) or pytree.is_dataclass(value):
        yield from inside(value, grad, name, path)
    elif pytree.is_float(value):
        text = leaf_fault(value, grad, here)
        yield text if text else (path, grad)
    elif value is None and not path and grad is not None:
        yield f"{here} is {kind(grad)}, {name} is None"
    elif pytree.is_float(grad) and pytree.is_number(value) and np.shape(grad) != np.shape(value):
        yield f"{here} has shape {np.shape(grad)}, the argument has shape {np.shape(value)}"


def container_of(value: Any) -> type:
    known = {dict: dict, list: list, tuple: tuple, deque: list}
    return next((grad for t, grad in known.items() if isinstance(value, t)), type(value))


def inside(
    value: Any, grad: Any, name: str, path: pytree.Path
) -> Iterator[tuple[pytree.Path, Any] | str]:
    """Yield what `structure` says, for a container; nothing is asked of one without floats."""
    here, there = f"d{pytree.label(name, path)}", pytree.label(name, path)
    if not any(pytree.is_float(leaf) for _, leaf in pytree.walk(value)):
        return
    if pytree.is_dataclass(value) and isinstance(grad, dict):
        found = {key: grad[key.name] for key, _ in pytree.children(value) if key.name in grad}
    elif not isinstance(grad, container_of(value)):
        yield f"{here} is {kind(grad)}, {there} is {kind(value)}"
        return
    else:
        found = dict(pytree.children(grad))
    given = dict(pytree.children(value))
    extra = [key for key in found if key not in given]
    if extra and isinstance(value, pytree.ROWS):
        yield f"{here} has {len(found)} entries, {there} has {len(given)}"
    elif extra:
        yield f"{here} has a key {extra[0]!r} that {there} has not"
    for key, item in given.items():
        yield from structure(item, found.get(key, MISSING), name, (*path, key))


def leaf_fault(value: Any, grad: Any, here: str) -> str | None:
    if type(grad) is type(value) and pytree.is_float(value):
        if isinstance(value, float) or (grad.shape, grad.dtype) == (value.shape, value.dtype):
            return None
    if grad is MISSING:
        return f"{here} is missing"
    if not pytree.is_float(grad):
        return f"{here} is {kind(grad)}{dtype(grad)}, not a float"
    if np.shape(grad) != np.shape(value):
        return f"{here} has shape {np.shape(grad)}, the argument has shape {np.shape(value)}"
    if isinstance(value, np.ndarray) and value.ndim and not isinstance(grad, np.ndarray):
        return f"{here} is {kind(grad)}, not an array"
    if hasattr(value, "dtype") and native(np.asarray(grad).dtype) != native(value.dtype):
        return f"{here} is {np.asarray(grad).dtype}, the argument is {value.dtype}"
    return None


def native(kind: np.dtype[Any]) -> np.dtype[Any]:
    """Return a type in the byte order of the machine: an array in another order has a gradient in either."""
    return kind.newbyteorder("=")


def dtype(value: Any) -> str:
    return f" of {value.dtype}" if isinstance(value, np.ndarray) else ""


def aliases(
    grads: Sequence[Any], arguments: Sequence[Argument], others: dict[str, Any]
) -> Iterator[str]:
    """Yield a sentence for every gradient that shares memory with another one or with what is not its own."""
    named = [
        (f"d{argument.name}", differentiable_parts(grad))
        for argument, grad in zip(arguments, grads, strict=True)
    ]
    held = [(name, list(pytree.parts(grad))) for name, grad in named]
    some_hold = any(mine for _, mine in held)
    theirs = {what: list(pytree.parts(value)) for what, value in others.items() if some_hold}
    for name, mine in held:
        for what, found in theirs.items():
            if pytree.meet(mine, found):
                yield f"{name} shares memory with {what}"
    for (one, some), (two, more) in combinations(held, 2):
        if pytree.meet(some, more):
            yield f"{one} and {two} share memory"
    for name, grad in named:
        arrays = [(p, leaf) for p, leaf in pytree.walk(grad) if p and isinstance(leaf, np.ndarray)]
        for (p, a), (q, b) in combinations(arrays, 2):
            if pytree.overlap(a, b):
                yield f"{pytree.label(name, p)} and {pytree.label(name, q)} share memory"


def differentiable_parts(grad: Any) -> Any:
    """Return a gradient without the fields of dataclasses that have none: these are the caller's own."""
    if isinstance(grad, list | tuple):
        return [differentiable_parts(item) for item in grad]
    if isinstance(grad, dict):
        return {key: differentiable_parts(item) for key, item in grad.items()}
    if not pytree.is_dataclass(grad):
        return grad
    own = {
        key: item
        for key, item in pytree.children(grad)
        if any(pytree.is_float(v) for _, v in pytree.walk(item))
    }
    return {str(key): differentiable_parts(item) for key, item in own.items()}


def changed(before: pytree.Call, after: pytree.Call) -> list[pytree.Path]:
    return [
        (side, key)
        for side in (0, 1)
        for key, value in pytree.children(before[side])
        if not pytree.same(value, after[side][key])
    ]

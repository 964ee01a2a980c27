"""Outputs and upstream gradients. In: what a function returns. Out: a random `dout`, its floats as one vector."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from codegen import pytree
from codegen.check.slopes import Vector
from codegen.check.values import generator

PERIOD = 10_007
DOUBLE = np.dtype(np.float64)
FEW = 1000  # numbers that are drawn once


def float_leaves(out: Any) -> list[tuple[pytree.Path, Any]]:
    """Return the leaves of an output that have an upstream gradient: its floats, or the int that is all of it."""
    if pytree.is_float(out):
        return [((), out)]
    leaves = [(path, leaf) for path, leaf in pytree.walk(out) if pytree.is_float(leaf)]
    return leaves or ([((), out)] if pytree.is_number(out) else [])


def vector(out: Any) -> Vector:
    if pytree.is_float(out):
        return np.asarray(out, np.float64).ravel()
    leaves = [np.asarray(leaf, np.float64).ravel() for _, leaf in float_leaves(out)]
    if len(leaves) == 1:
        return leaves[0]
    return np.concatenate(leaves) if leaves else np.zeros(0)


def is_finite(vector: Vector) -> bool:
    """Return whether all numbers are finite: the sum of their squares tells it sooner, unless they are very large."""
    return math.isfinite(vector.dot(vector)) or bool(np.isfinite(vector).all())


def upstream(out: Any) -> Any:
    """Return a random upstream gradient of the structure of an output, None where it is no float.

    Where the output is not finite, the upstream gradient is 0; so it is for a whole number in a list of numbers,
    as in `times = [0]; times.append(times[-1] + dt)`, whose gradient is a list of numbers.
    """
    if not pytree.is_float(out) and pytree.is_number(out):
        return np.asarray(generator(231).standard_normal(np.shape(out)))[()]
    rng = None if pytree.is_float(out) and np.size(out) <= FEW else generator(231)

    def draw(leaf: Any) -> Any:
        if not pytree.is_float(leaf):
            return None
        shape = np.shape(leaf)
        new = alone(shape).copy() if rng is None else weights(rng, shape)
        if not np.isfinite(leaf).all():
            new = np.where(np.isfinite(leaf), new, 0.0)
        if isinstance(leaf, np.ndarray):
            return new.astype(leaf.dtype, copy=False)
        return float(new)

    return draw(out) if pytree.is_float(out) else drawn_like(out, draw)


def drawn_like(out: Any, draw: Callable[[Any], Any]) -> Any:
    """Return what `draw` gives for each leaf of an output, 0 for a whole number in a list of numbers."""
    whole = [
        (path, 0)
        for path, leaf in pytree.walk(out)
        if path
        and type(leaf) is int
        and isinstance(pytree.get(out, path[:-1]), list)
        and pytree.is_row_of_numbers(pytree.get(out, path[:-1]))
    ]
    return pytree.replaced_each(pytree.mapped(draw, out), whole)


def weights(rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
    """Return numbers away from 0 and from 1, so that no entry is lost and no factor forgotten."""
    return drawn(lambda n: rng.uniform(0.4, 1.8, n) * rng.choice((-1.0, 1.0), n), shape)


@lru_cache(maxsize=64)  # nearly all upstream gradients of a check have a few shapes
def alone(shape: tuple[int, ...]) -> Any:
    """Return the weights of an output that is one array."""
    return weights(generator(231), shape)


def is_mixed(call: Any) -> bool:
    """Return whether numbers of a call change their precision on the way.

    NumPy before 2 makes float64 of a float32 number and a Python number: of `1.0 / x[0]`, not of `1.0 / x`.
    """
    if (np.float32(1) * 1.0).dtype == np.float32:
        return False
    return any(np.asarray(leaf).dtype == np.float32 for _, leaf in float_leaves(call))


def drawn(draw: Callable[[Any], Any], shape: tuple[int, ...]) -> Any:
    """Return random numbers; those of large arrays repeat, for drawing takes longer than many a function."""
    size = math.prod(shape)
    return draw(shape) if size <= PERIOD else np.resize(draw(PERIOD), shape)


def rounding(call: Any) -> float:
    """Return the rounding error of the coarsest floats of a call: what becomes float64 on the way is no finer."""
    kinds = {
        getattr(leaf, "dtype", DOUBLE)
        for _, leaf in pytree.deep_leaves(call)
        if pytree.is_float(leaf)
    }
    return max((float(np.finfo(kind).eps) for kind in kinds), default=0.0)


def compare(
    out: Any, want: Any, name: str = "out", mixed: bool = False, eps: float = 0.0
) -> str | None:
    """Return in what the output of the forward pass differs from the function's, None if in nothing.

    Floats of a `mixed` call may have any precision, and then agree as float32 do. `eps` is the rounding error of what
    the output is made of.
    """
    if type(out) is type(want) and pytree.is_float(want):
        return compare_leaf(out, want, name, mixed, eps)
    mine, theirs = list(pytree.walk(out)), list(pytree.walk(want))
    numbers = pytree.is_one_number(out) and pytree.is_one_number(want)
    alike = [path for path, _ in mine] == [path for path, _ in theirs] and type(out) is type(want)
    if not (alike or numbers):
        return f"{name} is {kind(out)} where the function gives {kind(want)}"
    for (path, a), (_, b) in zip(mine, theirs, strict=True):
        text = compare_leaf(a, b, pytree.label(name, path), mixed, eps)
        if text:
            return text
    own, others = dict(pytree.deep_leaves(out)), dict(pytree.deep_leaves(want))
    for path in others.keys() - dict(mine).keys():  # what an object keeps beside them
        if (
            path not in own
            or not pytree.is_float(others[path])
            and not pytree.same(own[path], others[path])
        ):
            return f"{pytree.label(name, path)} is not what the function gives"
    return None


def are_alike(one: Any, other: Any, eps: float = 0.0) -> bool:
    mine, theirs = list(pytree.deep_leaves(one)), list(pytree.deep_leaves(other))
    if [path for path, _ in mine] != [path for path, _ in theirs]:
        return False
    pairs = [(a, b) for (_, a), (_, b) in zip(mine, theirs, strict=True)]
    return all(
        (
            compare_leaf(a, b, "", eps=eps) is None
            if pytree.is_float(a) and pytree.is_float(b)
            else pytree.same(a, b)
        )
        for a, b in pairs
    )


def compare_leaf(a: Any, b: Any, name: str, mixed: bool = False, eps: float = 0.0) -> str | None:
    if not (isinstance(b, (np.ndarray, np.generic)) or pytree.is_number(b)):
        return None
    if pytree.is_float(b) and pytree.same(a, b):
        return None
    if np.shape(a) != np.shape(b):
        return f"{name} has shape {np.shape(a)} where the function gives {np.shape(b)}"
    if not pytree.is_number(a) and not isinstance(a, (np.ndarray, np.generic)):
        return f"{name} is {kind(a)} where the function gives {kind(b)}"
    if mixed and pytree.is_float(a) and pytree.is_float(b):
        a, b = np.float32(a), np.float32(b)
    if np.asarray(a).dtype != np.asarray(b).dtype:
        return f"{name} is {np.asarray(a).dtype} where the function gives {np.asarray(b).dtype}"
    rounded = np.asarray(b).dtype.kind in "fc"
    equal = np.array_equal(a, b) or (rounded and is_close(a, b, eps))
    return None if equal else f"{name} is {short(a)} where the function gives {short(b)}"


def is_close(a: Any, b: Any, made_of: float = 0.0) -> bool:
    """Return whether two arrays differ by rounding only: their own, or a few times that of what they are `made_of`."""
    eps = float(np.finfo(np.asarray(b).dtype).eps)
    top = float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
    rtol, atol = max(1e4 * eps, 1e2 * made_of), max(1e2 * eps, 10 * made_of) * top
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def kind(value: Any) -> str:
    text = type(value).__name__
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}" if value is not None else "None"


def short(value: Any) -> str:
    flat = np.ravel(value)
    if flat.dtype.kind == "O":  # what the user's operators make of an array
        return f"an array of {type(flat[0]).__name__}" if flat.size else "an empty array"
    text = " ".join(f"{v:.6g}" for v in flat[:4])
    return text if np.ndim(value) == 0 else f"[{text}{' ...' if flat.size > 4 else ''}]"

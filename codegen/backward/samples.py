"""Samples: values of the traced run go in; random ones like them come out, and in what two of them agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.pytree import held_in, is_plain, mapped


def random_like(value: Any) -> Any:
    """Return random numbers of the shape (and the structure) of a value."""
    rng = np.random.default_rng(231)

    def draw(leaf: Any) -> Any:
        shape = np.shape(leaf)
        is_array = bool(shape) or isinstance(leaf, np.ndarray)
        return np.array(rng.standard_normal(shape)) if is_array else float(rng.standard_normal())

    return mapped(draw, value)


def few_numbers(value: Any, seed: int) -> Any:
    """Return ones and twos in the shape of an array; a number stays as it is."""
    rng = np.random.default_rng(231 + seed)
    return rng.integers(1, 3, np.shape(value)) * 1.0 if np.ndim(value) else value


def is_builtin(value: Any) -> bool:
    """Return whether a value is a number that no operation makes wider."""
    return type(value) in (float, int, bool, np.float64)


def has_axes(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.ndim > 0


def is_complex(value: Any) -> bool:
    return isinstance(value, complex | np.ndarray | np.generic) and np.iscomplexobj(value)


def dtype_of(value: Any) -> np.dtype[Any] | None:
    """Return the type of NumPy's floats in the machine's byte order; None for anything else."""
    return (
        value.dtype.newbyteorder("=")
        if isinstance(value, np.ndarray | np.generic) and value.dtype.kind == "f"
        else None
    )


def shares(a: Any, b: Any) -> bool:
    """Return whether an array may show the memory of another one, or of an item of a container."""
    if isinstance(b, list | tuple | dict):
        return any(shares(a, item) for item in held_in(b))
    both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    return both and bool(np.may_share_memory(a, b))


def same_shape(a: Any, b: Any) -> bool:
    """Return whether two values have the same shape; containers count as the same."""
    return not is_plain(a) or not is_plain(b) or np.shape(a) == np.shape(b)


def full_sample(sample: Any, like: Any) -> Any:
    """Return an upstream sample at the full shape of the wire."""
    if not is_plain(sample) or not is_plain(like) or np.shape(sample) == np.shape(like):
        return sample
    return np.broadcast_to(sample, np.shape(like)).copy()


def is_ambiguous(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Return whether an axis of size 1 in the example hides if a gradient of `shape` is broadcast along it.

    Axes that the gradient lacks hide nothing: it lacks them in every call.
    """
    own = wanted[max(len(wanted) - len(shape), 0) :]
    return any(n == 1 and m == 1 for n, m in zip(shape, own, strict=False))


def agrees(value: Any, truth: Any) -> bool:
    if value is None:
        return False
    try:
        wide = np.broadcast_to(value, np.shape(truth))
        return bool(np.allclose(wide, truth, rtol=1e-9, atol=1e-12, equal_nan=True))
    except (ValueError, TypeError):  # of other shapes, or no numbers: dates
        return False

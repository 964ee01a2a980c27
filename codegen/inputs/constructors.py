"""The constructors that a text may call: a random generator and arguments go in, an array or a number comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator as Random
DTYPES = {"float": float, "int": int, "bool": bool} | {
    name: getattr(np, name)
    for name in ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8")
}


def dtype_of(name: str) -> Any:
    """Return the dtype of a name such as float32, or None."""
    return DTYPES.get(name)


def as_dtype(dtype: Any) -> np.dtype[Any] | None:
    """Return a dtype given as a type or by its name."""
    if dtype is None:
        return None
    if isinstance(dtype, str) and dtype not in DTYPES:
        raise ValueError(f"the dtype {dtype!r} is none of {', '.join(DTYPES)}")
    return np.dtype(DTYPES[dtype] if isinstance(dtype, str) else dtype)


def shaped(shape: tuple[Any, ...]) -> tuple[int, ...]:
    """Return a shape that was given as `(5, 10)` or as `5, 10`."""
    parts = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, int):
            raise TypeError(f"{part!r} is no size")
    return tuple(parts)


def cast(value: Any, dtype: Any) -> Any:
    """Return a value in a dtype; a lone number stays one."""
    kind = as_dtype(dtype)
    if kind is None:
        return value
    return kind.type(value) if np.ndim(value) == 0 else np.asarray(value).astype(kind)


def randn(random: Random, *shape: Any, dtype: Any = None) -> Any:
    sizes = shaped(shape)
    return cast(random.standard_normal(sizes) if shape else float(random.standard_normal()), dtype)


def rand(random: Random, *shape: Any, dtype: Any = None) -> Any:
    sizes = shaped(shape)
    return cast(random.random(sizes) if shape else float(random.random()), dtype)


def randint(
    random: Random,
    low: int,
    high: int | None = None,
    shape: Any = None,
    *,
    size: Any = None,
    dtype: Any = None,
) -> Any:
    """Return integers from `low` to `high`, which is left out; from 0 if only one bound is given."""
    asked = shape if shape is not None else size
    sizes = None if asked is None else shaped(asked if isinstance(asked, tuple) else (asked,))
    found = random.integers(low, high, size=sizes)
    return cast(found if sizes is not None else int(found), dtype)


def arange(random: Random, *bounds: Any, dtype: Any = None) -> Any:
    return np.arange(*bounds, dtype=as_dtype(dtype))


def ones(random: Random, *shape: Any, dtype: Any = None) -> Any:
    return np.ones(shaped(shape), dtype=as_dtype(dtype) or float)


def zeros(random: Random, *shape: Any, dtype: Any = None) -> Any:
    return np.zeros(shaped(shape), dtype=as_dtype(dtype) or float)


def full(random: Random, shape: Any, value: Any, *, dtype: Any = None) -> Any:
    return np.full(shape, value, dtype=as_dtype(dtype))


def eye(random: Random, size: int, columns: int | None = None, *, dtype: Any = None) -> Any:
    return np.eye(size, columns, dtype=as_dtype(dtype) or float)


def linspace(random: Random, start: Any, stop: Any, num: int = 50, *, dtype: Any = None) -> Any:
    return np.linspace(start, stop, num, dtype=as_dtype(dtype))


def array(random: Random, values: Any, dtype: Any = None) -> Any:
    found = np.array(values, dtype=as_dtype(dtype))
    if found.dtype == object:
        raise ValueError("the values are no array of numbers")
    return found


def number(kind: str) -> Callable[..., Any]:
    """Return the constructor of a number or an array of one dtype, such as `float32(3)`."""

    def make(random: Random, value: Any) -> Any:
        return cast(value, kind) if kind not in ("float", "int", "bool") else DTYPES[kind](value)

    return make


CONSTRUCTORS: dict[str, Callable[..., Any]] = {
    "randn": randn,
    "rand": rand,
    "randint": randint,
    "arange": arange,
    "ones": ones,
    "zeros": zeros,
    "full": full,
    "eye": eye,
    "linspace": linspace,
    "array": array,
    "float32": number("float32"),
    "float64": number("float64"),
    "float": number("float"),
    "int": number("int"),
    "default_rng": lambda random, seed=0: np.random.default_rng(seed),
    "RandomState": lambda random, seed=0: np.random.RandomState(seed),
}

"""Other values like the example's. In: a call, a seed. Out: the call with fresh numbers of the same pattern."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any

import numpy as np

from codegen.pytree import Call, Path, deep_leaves, duplicate, is_float, replaced_each

Draw = Callable[[Any, np.random.Generator], Any]

ENDLESS = 1e8  # what is larger stands for infinity, as in the masks of attention


def fresh(leaf: Any, rng: np.random.Generator) -> Any:
    """Return numbers of the same range and pattern as the leaf."""
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(scalar(float(leaf), rng))
    if not leaf.size or not np.isfinite(leaf).all():
        return leaf
    x = leaf.astype(np.float64)
    low, high = float(x.min()), float(x.max())
    if low == high:
        new = np.array([scalar(low, rng) for _ in range(x.size)]).reshape(x.shape)
    elif x.size > 3 and ((x == low) | (x == high)).all():
        new = rng.permutation(x)  # masks, one-hot rows: no others make sense
    else:
        new = patterned(x, rng.uniform(low, high, x.shape))
    return new.astype(leaf.dtype)


def narrowed(call: Call) -> Call:
    """Return a call with its float64 arrays in float32; the call itself if there are none."""
    found = [
        (path, leaf.astype(np.float32))
        for path, leaf in deep_leaves(call)
        if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64
    ]
    return replaced_each(call, found) if found else call


def increases(x: Any) -> bool:
    """Return whether an array holds ever larger numbers, as the points of a table must."""
    return np.ndim(x) == 1 and np.size(x) > 2 and bool((x[1:] > x[:-1]).all())


def patterned(x: Any, new: Any) -> Any:
    """Return the new numbers with the pattern of x: sorted, symmetric, positive definite, rows that sum to 1."""
    if increases(x):
        return np.sort(new)
    if x.ndim == 2 and x.shape[0] == x.shape[1] and are_close(x, x.T):
        if np.linalg.eigvalsh(x)[0] > -1e-9 * np.max(np.abs(x)):  # repeated rows make it singular
            return new @ new.T / len(x) + float(np.mean(np.diag(x))) * np.eye(len(x))
        return (new + new.T) / 2
    if x.ndim and x.shape[-1] > 1 and x.min() >= 0 and are_close(x.sum(axis=-1), 1):
        return new / new.sum(axis=-1, keepdims=True)
    return new


def are_close(a: Any, b: Any) -> bool:
    """Return what `np.allclose` does of finite numbers, in a fifth of its time."""
    return bool((np.abs(a - b) <= 1e-8 + 1e-5 * np.abs(b)).all())


def scalar(x: float, rng: np.random.Generator) -> float:
    """Return a number near x, of its sign; within 0 and 1 if x is."""
    if not np.isfinite(x):
        return x
    if x == 0:
        return float(rng.uniform(-0.5, 0.5))
    if 0.5 < x <= 1:
        return float(rng.uniform(x - 0.3, x))
    return x * float(rng.uniform(0.7, 1.3))


def near(leaf: Any, rng: np.random.Generator) -> Any:
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(float(leaf) * rng.uniform(0.97, 1.03))
    spread = float(np.std(leaf)) if leaf.size and np.isfinite(leaf).all() else 0.0
    return (leaf + 0.03 * spread * rng.standard_normal(leaf.shape)).astype(leaf.dtype)


def negated(leaf: Any, rng: np.random.Generator) -> Any:
    return -leaf


def small(leaf: Any, rng: np.random.Generator) -> Any:
    return like(leaf, 0.03 * leaf)


def scaled(leaf: Any, rng: np.random.Generator, times: float) -> Any:
    return like(leaf, times * leaf)


def wide(leaf: Any, rng: np.random.Generator, size: float = 0.0) -> Any:
    """Return numbers of both signs, some larger than `size`, or than the leaf's finite ones; in order if those are."""
    if not size:
        usual = [n for n in np.abs(np.ravel(leaf)) if n < ENDLESS]
        size = max(usual, default=0.0) or 1.0
    drawn = 1.5 * size * rng.standard_normal(np.shape(leaf))
    return like(leaf, np.sort(drawn) if increases(leaf) else drawn)


def shaken(leaf: Any, rng: np.random.Generator) -> Any:
    """Return numbers that differ from the leaf in the last places."""
    if not is_float(leaf):
        return leaf
    eps = float(np.finfo(np.asarray(leaf).dtype).eps)
    return like(leaf, leaf * (1 + 20 * eps * rng.uniform(-1, 1, np.shape(leaf))))


def nearly(leaf: Any, rng: np.random.Generator) -> Any:
    """Return numbers that differ from the leaf by about a millionth."""
    return like(leaf, leaf * (1 + 1e-6 * rng.uniform(-1, 1, np.shape(leaf))))


def like(leaf: Any, numbers: Any) -> Any:
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(numbers)
    made = duplicate(leaf)
    made[...] = numbers
    return made


CHANGES: dict[str, Draw] = {"near": near, "negated": negated, "small": small, "wide": wide}


def again(leaf: Any, rng: np.random.Generator) -> Any:
    if not leaf.size:
        return leaf
    new = rng.choice(leaf.ravel(), leaf.shape)
    if leaf.dtype.kind != "b" and leaf.ndim == 1 and leaf.size > 2:
        new[-1] = new[0]
    return new


class Mixed(np.random.SeedSequence):
    """A seed that is mixed once: to mix it takes as long as most draws."""

    def __init__(self, seed: tuple[int, ...]) -> None:
        super().__init__(seed)
        self.words = super().generate_state(4, np.uint64)

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> Any:
        """Return the numbers that a generator begins with."""
        return self.words


mixed = lru_cache(maxsize=64)(Mixed)


def generator(*seed: int) -> np.random.Generator:
    """Return what `np.random.default_rng` makes of a seed."""
    return np.random.Generator(np.random.PCG64(mixed(seed)))


def redrawn(call: Call, differentiable: Collection[Path], mode: str | Draw, seed: int) -> Call:
    """Return a call with other values: of "all" floats and int arrays, of all "floats", of the differentiable
    "arguments" (which lie at the paths given); "near", "negated", "small", "wide" are those, changed as the
    functions of these names say, or by the given one.
    """
    rng = generator(231, seed)
    draw = CHANGES.get(mode, fresh) if isinstance(mode, str) else mode
    changes: list[tuple[Path, Any]] = []
    for path, leaf in deep_leaves(call):
        ours = any(path[: len(place)] == place for place in differentiable)
        if is_float(leaf):
            if not ours and (mode not in ("all", "floats") or not np.any(leaf)):
                continue
            changes.append((path, draw(leaf, rng)))
        elif mode == "all" and isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iub":
            changes.append((path, again(leaf, rng)))
    new: Call = replaced_each(call, changes)
    return new

"""Variants of an exercise: a module and a seed go in; the same module with other numbers in its example comes out."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

import numpy as np

from codegen.handout.recording import Finished
from codegen.pairs import forward_name
from codegen.pytree import is_float, mapped

TRIES = 50


def variant(module: Finished, seed: int) -> Finished:
    """Return a module with other numbers and signs in its example, at which it is finite; the seed tells which."""
    rng = np.random.default_rng(seed)
    for number in range(TRIES):
        flips = number < TRIES // 2  # some functions take positive numbers only
        drawn = copy.deepcopy((module.args, module.kwargs))
        args, kwargs = mapped(partial(redrawn, rng=rng, flips=flips), drawn)
        made = module.with_example(args, kwargs)
        if is_finite(made):
            return made
    return module


def redrawn(leaf: Any, rng: np.random.Generator, flips: bool) -> Any:
    if not is_float(leaf):
        return leaf
    values = np.asarray(leaf, np.float64)
    size = np.abs(values) if values.ndim == 0 else np.full(values.shape, np.abs(values).mean() or 1)
    drawn = (size + (size == 0)) * rng.uniform(0.4, 1.6, values.shape)
    if flips:
        drawn = drawn * rng.choice((-1.0, 1.0), values.shape)
    elif np.all(values <= 0):
        drawn = -drawn
    digits = next((d for d in range(3) if np.allclose(values, np.round(values, d))), 2)
    rounded = np.round(drawn, digits)
    unit = np.copysign(10.0**-digits, drawn)
    rounded = np.where(rounded == values, rounded + unit, rounded)  # another number, not the same
    drawn = np.where(rounded == 0, unit, rounded)
    return drawn.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(drawn)


def is_finite(module: Finished) -> bool:
    """Return whether the function has a value at the example of a module, and its output is not all 0."""
    args, kwargs = copy.deepcopy((module.args, module.kwargs))
    try:
        with np.errstate(all="ignore"):
            out, _ = module.namespace[forward_name(module.name)](*args, **kwargs)
        outs = out if isinstance(out, tuple) else (out,)
        return all(np.isfinite(one).all() and np.any(one) for one in outs)
    except Exception:  # noqa: BLE001  # no value here
        return False

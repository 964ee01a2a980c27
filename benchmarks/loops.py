"""Tracing a loop of many trips, against running it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.timing import in_turns
from codegen.trace.observe import observe

TRIPS = 10_000


def scalar_loop(x: float, w: float, trips: int) -> float:
    """A recurrence of plain numbers."""
    h = 0.0
    for _ in range(trips):
        h = np.tanh(h * w + x)
    return h


def item_loop(x: Any, w: Any) -> Any:
    """A loop over the rows of an array, with a branch."""
    total = 0.0
    for i in range(x.shape[0]):
        score = x[i].dot(w)
        if score > 0:
            total += score**2
    return total


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per loop."""
    rng = np.random.default_rng(231)
    cases: list[tuple[Any, tuple[Any, ...], list[str]]] = [
        (scalar_loop, (0.3, 0.7, TRIPS), ["x", "w"]),
        (item_loop, (rng.standard_normal((TRIPS, 3)), rng.standard_normal(3)), ["x", "w"]),
    ]
    for function, args, inputs in cases:
        best = in_turns(
            {
                "plain": lambda function=function, args=args: function(*args),
                "traced": lambda function=function, args=args, inputs=inputs: observe(
                    function, args, {}, inputs
                ),
            },
            rounds=3,
        )
        plain, traced = best["plain"], best["traced"]
        yield (
            f"{function.__name__:<12} {TRIPS} trips: run {1e3 * plain:7.1f} ms, traced {1e3 * traced:7.1f} ms:"
            f" {traced / plain:5.1f} times, {1e6 * traced / TRIPS:.1f} us a trip"
        )

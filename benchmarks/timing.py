"""Timing: functions go in, the shortest time of several runs of each comes out, the runs taken in turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

SHORT = 0.01
"""One measured stretch lasts at least this many seconds."""


def stretch(function: Callable[[], Any], count: int) -> float:
    """Return the seconds that some calls take."""
    start = time.perf_counter()
    for _ in range(count):
        function()
    return time.perf_counter() - start


def calls_needed(function: Callable[[], Any]) -> int:
    """Return how many calls make a stretch."""
    count = 1
    while stretch(function, count) < SHORT and count < 100_000:
        count *= 4
    return count


def in_turns(functions: Mapping[str, Callable[[], Any]], rounds: int = 9) -> dict[str, float]:
    """Return the best seconds per call of each function; in turns, so that a busy moment of the machine hits all."""
    counts = {name: calls_needed(function) for name, function in functions.items()}
    best = dict.fromkeys(functions, float("inf"))
    for _ in range(rounds):
        for name, function in functions.items():
            best[name] = min(best[name], stretch(function, counts[name]) / counts[name])
    return best

"""Two questions that many passes ask: what belongs together, and what follows from what.

>>> grouped([("a", 1), ("b", 2), ("a", 3)])
{'a': [1, 3], 'b': [2]}
>>> below = {1: [2, 3], 3: [1, 4]}
>>> list(reached([1], lambda one: below.get(one, [])))
[1, 3, 4, 2]
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Return what stands behind each key, in order."""
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def reached(first: Iterable[K], further: Callable[[K], Iterable[K]]) -> Iterator[K]:
    """Yield some things and all that they lead to, each once."""
    waiting, seen = list(first), set[K]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            waiting += further(one)

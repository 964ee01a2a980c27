"""Dataclasses whose counts, words and lists the function changes: their gradients hold what this call has left there."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass, field

import numpy as np

from tests.cases import case


@dataclass
class Inner:
    a: float
    steps: int = 0
    seen: list[int] = field(default_factory=list)


@dataclass
class Walker:
    inner: Inner
    w: np.ndarray
    mode: str = "a"
    notes: dict[str, int] = field(default_factory=dict)

    def tick(self, x):
        self.inner.steps += 1
        self.mode = "b"
        return self.inner.a * x


@dataclass
class Checked:
    x: float
    n: int = 0

    def __post_init__(self) -> None:
        self.n = self.n + 100


@dataclass
class Pair:
    x: float
    y: float
    n: int = 3


def walker(a=0.3, steps=0, mode="a"):
    return Walker(Inner(a, steps), np.array([0.1 + a, 0.2]), mode)


CALL, OTHER = (walker(), 0.4), (walker(0.5, 4, "b"), 0.7)


def counted(o, x):
    o.inner.steps += 1
    o.w = o.w * x
    return np.sum(o.w) * o.inner.a


def counted_by_a_helper(o, x):
    count(o.inner)
    return o.inner.a * x


def count(inner):
    inner.steps = inner.steps + 1
    inner.seen.append(inner.steps)


def noted(o, x):
    o.notes["n"] = o.notes.get("n", 0) + 1
    return o.inner.a * x * o.notes["n"]


def switched(o, x):
    if o.mode == "a":
        o.mode = "b"
        return o.inner.a * x
    o.mode = "a"
    return o.inner.a + x


def counted_in_a_loop(o, x):
    for _ in range(3):
        o.inner.steps += 1
        o.inner.a = o.inner.a * x
    return o.inner.a


def listed(o, x):
    o.inner.seen.extend([1, 2])
    o.inner.seen[0] = 7
    return o.inner.a * x * len(o.inner.seen)


def ticked(o, x):
    y = o.tick(x)
    o.tick(x)
    return y * o.inner.a


for one in (
    counted,
    counted_by_a_helper,
    noted,
    switched,
    counted_in_a_loop,
    listed,
    ticked,
):
    case(one, CALL, other=[OTHER])


def constructor_that_looks(c, x):
    c.n += 1
    c.x = c.x * x
    return c.x


case(constructor_that_looks, (Checked(0.3), 0.4), other=[(Checked(0.5, 3), 0.7)])


def as_a_dict(p, k):
    return {word: value * k for word, value in asdict(p).items()}


def as_a_tuple(p, k):
    x, y, n = astuple(p)
    return x * k + y * n


@dataclass
class Point:
    x: float
    y: float


@dataclass
class Both:
    w: np.ndarray
    a: float


def copied_array(b):
    held = asdict(b)
    held["w"] *= 2
    return np.sum(held["w"] * b.w) * held["a"]


case(as_a_dict, (Point(0.1, 0.2), 0.3), other=[(Point(0.4, 0.2), 0.7)])
case(as_a_tuple, (Pair(0.1, 0.2), 0.3), other=[(Pair(0.4, 0.2, 5), 0.7)])
case(copied_array, (Both(np.array([0.1, 0.2]), 0.3),), other=[(Both(np.array([0.4]), 0.7),)])

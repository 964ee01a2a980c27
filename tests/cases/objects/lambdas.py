"""Lambdas that objects keep, or that are given: told apart by the variable of the module that holds them, or else by
where they are written, the names in them, and what they hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.cases import case, normal, raises

r = normal(231)
square = lambda z: z**2  # noqa: E731  # as people write it
CUBE = lambda z: np.power(z, 3)  # noqa: E731
parabola = lambda x: x**2 - 2  # noqa: E731
slope = lambda x: 2 * x  # noqa: E731
line = lambda x: 2 - x  # noqa: E731


class Dense:
    def __init__(self, word: str = "leaky", act: Callable[..., Any] | None = None) -> None:
        self.w = np.array([[0.3, -0.2], [0.5, 0.1], [-0.4, 0.7]])
        table = {
            "leaky": lambda z: np.maximum(0.1 * z, z),
            "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
        }
        self.act = act or table[word]


class Decay:
    def __init__(self, lr: float, decay: Any = lambda lr, t: lr / (1 + t)) -> None:
        self.lr, self.decay = lr, decay


class Gain:
    def __init__(self, k: float) -> None:
        self.act = lambda z: z * k


class Doubtful:
    def __init__(self, turned: bool) -> None:
        self.act = (lambda z, k: z - k * k) if turned else (lambda z, k: k - z * z)


def newton(f: Callable[[float], float], df: Callable[[float], float], x: float) -> float:
    for _ in range(4):
        x = x - f(x) / df(x)
    return x


def secant(parabola: Callable[[float], float], a: float, b: float) -> float:
    fa, fb = parabola(a), parabola(b)
    return b - fb * (b - a) / (fb - fa)


def activated(net: Dense, x: Any) -> Any:
    return net.act(x @ net.w)


def stepped(rule: Decay, w: Any, dw: Any, t: int) -> Any:
    return w - rule.decay(rule.lr, t) * dw


def amplified(gain: Gain, x: Any) -> Any:
    return gain.act(x) * x


def doubtful(one: Doubtful, x: Any) -> Any:
    return one.act(x, 2.0)


word = raises("net.act was a lambda of Dense", Dense("sigmoid"), r(2, 3))
case(
    activated,
    (Dense(), r(4, 3)),
    wrt=("net.w", "x"),
    other=[(Dense(), r(2, 3))],
    guarded=[word, raises("was a lambda of", Dense("tanh"), r(2, 3))],
)
case(
    activated,
    (Dense(act=square), r(4, 3)),
    wrt=("net.w", "x"),
    guarded=[
        raises("net.act was tests.cases.objects.lambdas.square", Dense(act=CUBE), r(2, 3)),
        raises("net.act was", Dense(act=lambda z: z**2), r(2, 3)),
    ],
    name="of_a_module",
)
case(
    newton,
    (parabola, slope, 1.0),
    wrt=("x",),
    other=[(parabola, slope, 2.5)],
    guarded=[raises("f was", line, slope, 1.0), raises("df was", parabola, line, 1.0)],
)
case(
    secant,
    (parabola, 1.0, 2.0),
    wrt=("a", "b"),
    other=[(parabola, 0.5, 2.5)],
    guarded=[raises("parabola was", slope, 1.0, 2.0)],
)
case(
    stepped,
    (Decay(0.1), r(3), r(3), 2),
    wrt=("rule.lr", "w", "dw"),
    other=[(Decay(0.3), r(3), r(3), 1)],
    guarded=[raises("was a lambda of", Decay(0.1, lambda lr, t: lr * np.exp(-t)), r(3), r(3), 2)],
)
case(
    amplified,
    (Gain(2.0), r(3)),
    wrt=("x",),
    guarded=[raises("gain.act was a lambda of Gain", Gain(3.0), r(3))],
)
case(doubtful, (Doubtful(True), r(3)), refused="may be another function in the next call")

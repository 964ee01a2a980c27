"""Random programs of what public code consists of. In: choices. Out: a `Program`.

Helpers with changed arguments, dict and object parameters, several outputs, views and writes in place, carried state, closures,
loops of 0 to 3 trips, branches on passive and traced values with constants far from the example. The other arguments are of other
sizes, values, sides, memory orders, 0-d, and have repeated indices.

Names keep their kind: a, b, c are numbers; u, v, w vectors of one length; M a matrix with a row per entry of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.fuzz import Choices, Program

HEAD = """
import math

import numpy as np


class Config:
    def __init__(self, rate, mode, steps):
        self.rate, self.mode, self.steps = rate, mode, steps


def smooth(z, k=2, scale=0.5):
    for _ in range(k):
        z = z * scale + np.sin(z) * 0.3
    return z


def scaled(z, s):
    z = z * s
    s = s + 1.0
    return z / s


def bumped(z, by):
    z[0] += by
    z[1:] *= 0.5
    return z


def split(z, s):
    return np.tanh(z) * s, np.sum(z) - s


def clipped(z, top=4.0):
    if np.sum(z) > top:
        return z * 0.5
    return z


def f(x, y, A, p, cfg, k, step, mode, i):
"""
FAR = ["5.0", "9.0", "40.0", "-7.0"]


class Writer:
    """Writes one program: the lines so far, and the names that may be read."""

    def __init__(self, draw: Choices) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.numbers = ["a", "b", "y", "p['b']", "cfg.rate"]
        self.vectors = ["u", "v", "x", "p['w']"]
        self.loops: list[str] = []
        self.closures: list[str] = []
        self.lists: list[str] = []
        self.budget = draw.randint(3, 9)

    def put(self, level: int, line: str) -> None:
        """Add one line."""
        self.lines.append("    " * level + line)

    def pick(self, *options: str) -> str:
        """One of the options."""
        return self.draw.choice(options)

    def number(self, depth: int = 1) -> str:
        """An expression that is a number."""
        if depth == 0 or self.draw.random() < 0.4:
            more = [*self.numbers, "x[0]", "v[-1]", "u[0]", "A[0, 1]", "x[i[0]]", "0.7"]
            more += [f"{t}[0]" for t in self.lists]
            return self.draw.choice([*more, *(f"({j} + 1)" for j in self.loops)])
        kind = self.draw.randint(0, 6)
        if kind == 0:
            return f"np.sum({self.vector(depth - 1)})"
        if kind == 1:
            return f"np.mean({self.vector(depth - 1)} * {self.vector(0)})"
        if kind == 2:
            return f"np.tanh({self.number(depth - 1)})"
        if kind == 3:
            return f"scaled({self.number(depth - 1)}, {self.number(0)} ** 2 + 1.0)"
        return f"({self.number(depth - 1)} {self.pick('+', '-', '*')} {self.number(0)})"

    def vector(self, depth: int = 1) -> str:
        """An expression that is a vector."""
        if depth == 0 or self.draw.random() < 0.3:
            more = [*self.vectors, "A[:, 0]", "A[:, -1]", "A.T[1]", "x[::-1]"]
            return self.draw.choice(more)
        kind = self.draw.randint(0, 10)
        inner = self.vector(depth - 1)
        if kind == 0:
            return f"smooth({inner}, {self.pick('k', '1', '2', '0')})"
        if kind == 1:
            return f"smooth({inner}, scale={self.number(0)})"
        if kind == 2:
            return f"clipped({inner}, {self.pick(*FAR)})"
        if kind == 3:
            return f"scaled({inner}, {self.number(0)} ** 2 + 1.0)"
        if kind == 4:
            return f"bumped({inner} * 1.0, {self.number(0)})"
        if kind == 5 and self.closures:
            return f"{self.draw.choice(self.closures)}({inner})"
        if kind == 6:
            return f"A @ ({self.vector(0)}[0] * np.ones(A.shape[1]))"
        if kind == 7:
            return (
                f"np.where({inner} > {self.pick('0.1', *FAR)}, {self.vector(0)}, {self.number(0)})"
            )
        if kind == 8:
            return f"np.{self.pick('sin', 'tanh', 'cos')}({inner})"
        return f"({inner} {self.pick('+', '-', '*')} {self.draw.choice([self.vector(0), self.number(0)])})"

    def passive_test(self) -> str:
        """A condition on what has no gradient; far from the example or near."""
        return self.pick(
            "step > 1000",
            "step > 5",
            "mode == 'train'",
            "mode != 'test'",
            "k > 1",
            "k == 0",
            "len(x) > 4",
            "cfg.steps > 3",
            "cfg.mode == 'fast'",
            "i[0] == 1",
            *(f"{j} == 1" for j in self.loops),
        )

    def test(self) -> str:
        """A condition."""
        if self.draw.random() < 0.55:
            return self.passive_test()
        left = self.pick("np.sum(x)", "a", "x[0]", "y", "np.max(v)", "abs(b)")
        return f"{left} {self.pick('>', '<')} {self.pick(*FAR)}"

    def block(self, level: int, most: int = 2) -> None:
        """One or more statements."""
        kept = list(self.numbers), list(self.vectors), list(self.closures), list(self.lists)
        for _ in range(self.draw.randint(1, most)):
            self.statement(level)
        self.numbers, self.vectors, self.closures, self.lists = kept

    def statement(self, level: int) -> None:
        """One random statement."""
        self.budget -= 1
        deep = level < 3 and self.budget > 0
        kind = self.draw.randint(0, 20)
        v = self.pick("u", "v", "w") if "w" in self.vectors else self.pick("u", "v")
        a = self.pick("a", "b")
        if kind <= 1:
            self.put(level, f"{a} = {self.number(2)}")
        elif kind == 2:
            self.put(level, f"{v} = {self.vector(2)} * 1.0")
        elif kind == 3:
            self.put(level, f"{v} {self.pick('+=', '*=', '-=')} {self.vector(0)} * 0.5")
        elif kind == 4:
            self.put(
                level,
                f"{v}[{self.pick('0', '-1', 'i[0]')}] {self.pick('=', '+=', '*=')} {self.number(1)}",
            )
        elif kind == 5:
            self.put(
                level,
                f"{v}[{self.pick('1:', ':2', '::2', 'x > 0')}] {self.pick('*=', '+=', '=')} {self.number(0)}",
            )
        elif kind == 6:
            self.put(
                level,
                (
                    f"np.add.at({v}, i, {self.number(0)})"
                    if self.draw.random() < 0.3
                    else f"{v}[i] = {self.number(0)}"
                ),
            )
        elif kind == 7:
            view = self.pick(
                f"{v}[1:]", f"{v}.reshape(-1)", f"{v}[::-1]", f"{v}[None]", f"{v}.ravel()"
            )
            self.put(level, f"t = {view}")
            self.put(level, f"t {self.pick('*=', '+=')} {self.number(0)}")
        elif kind == 8:
            self.put(level, self.pick("d = dict(p)", *["d = {'w': p['w'], 'b': p['b']}"] * 5))
            self.put(level, f"d['w'] {self.pick('=', '=')} {self.vector(1)} * 1.0")
            if self.draw.random() < 0.6 and deep:
                self.put(level, f"if {self.test()}:")
                self.put(level + 1, f"d['w'] = d['w'] * {self.number(0)}")
            self.put(level, f"{v} = {v} + d['w'] * d['b']")
        elif kind == 9 and deep:
            trips = self.pick("k", "k", "cfg.steps", "len(x)", "2")
            j = f"j{level}"
            self.put(level, f"for {j} in range({trips}):")
            self.loops.append(j)
            self.block(level + 1)
            self.loops.pop()
        elif kind == 10 and deep:
            self.put(level, "parts = [" + self.vector(0) + " * 1.0]")
            self.put(level, "for q in range(k):")
            self.put(
                level + 1,
                f"parts.append({self.pick('parts[-1]', self.vector(0))} * 0.5 + {self.vector(0)})",
            )
            self.put(
                level,
                f"{v} = {self.pick('parts[-1]', 'sum(parts)', 'parts[0]')} * {self.number(0)}",
            )
        elif kind in (11, 12, 13, 14) and deep:
            self.put(level, f"if {self.test()}:")
            self.block(level + 1)
            if self.draw.random() < 0.4:
                self.put(level, self.pick("else:", f"elif {self.test()}:"))
                self.block(level + 1, 1)
        elif kind == 15 and level == 1:
            name = f"g{len(self.closures)}"
            self.put(level, f"def {name}(z):")
            self.put(level + 1, f"return z * {self.number(0)} + {self.vector(0)}")
            self.closures.append(name)
        elif kind == 16 and level == 1:
            self.put(level, f"{v}, {a} = split({self.vector(1)}, {self.number(1)})")
        elif kind == 17 and level == 1 and deep:
            self.put(level, f"if {self.test()}:")
            self.put(level + 1, f"return {self.result()}")
        elif kind == 18:
            self.put(level, "u, v = v, u")
        elif kind == 19 and level == 1:
            self.put(level, f"w = {self.vector(2)}")
            self.put(level, "w = w * 1.0")
            self.vectors.append("w")
        else:
            self.put(level, f"{a} += {self.number(1)} * 0.5")

    def result(self) -> str:
        """What is returned; one structure for the whole program."""
        parts = {"v": f"v * {self.number(0)} + u", "a": f"a * np.sum(v) + {self.number(0)} * b"}
        return ", ".join(parts[kind] for kind in self.returned)

    returned: tuple[str, ...] = ("a",)

    def program(self) -> str:
        """The text."""
        self.returned = self.draw.choice([("a",), ("v",), ("v", "a")])
        self.put(
            1,
            f"u = {self.pick('x * 1.0', 'np.tanh(x)', 'A[:, 0] * 2.0', 'np.zeros_like(x)', 'x.copy()')}",
        )
        self.put(1, f"v = {self.pick('x + y', 'np.sin(x)', 'np.ones(len(x))', 'A[:, 1].copy()')}")
        self.put(1, f"a = {self.pick('y * 2.0', 'np.sum(x)', '0.0', '1.5')}")
        self.put(1, f"b = {self.pick('y', 'cfg.rate', '1.0', 'x[-1] * y')}")
        while self.budget > 0:
            self.statement(1)
        self.put(1, f"return {self.result()}")
        return HEAD + "\n".join(self.lines) + "\n"


class Config:
    """Stands for the class of the program; replaced by it when the program is loaded."""

    def __init__(self, rate: float, mode: str, steps: int) -> None:
        self.rate, self.mode, self.steps = rate, mode, steps


def arguments(seed: int, n: int, k: int, step: int, mode: str, **more: Any) -> tuple[Any, ...]:
    """Arguments of f of length n."""
    rng = np.random.default_rng(seed)
    shift, order = more.get("shift", 0.0), more.get("order", "C")
    x = (
        rng.uniform(-1.0, 1.0, 2 * n)[::2] + shift
        if more.get("view")
        else rng.uniform(-1.0, 1.0, n) + shift
    )
    A = np.asarray(rng.uniform(-1.0, 1.0, (n, 3)), order=order)
    y = float(rng.uniform(-1.0, 1.0)) + shift
    p = {"w": rng.uniform(-1.0, 1.0, n), "b": float(rng.uniform(0.2, 1.0))}
    cfg = Config(0.3, more.get("pace", "slow"), more.get("steps", 2))
    i = np.array(more.get("index", [0, n - 1]))
    return x, np.array(y) if more.get("boxed") else y, A, p, cfg, k, step, mode, i


EXAMPLE = arguments(1, 3, 2, 2, "train")
OTHER = (
    arguments(2, 5, 3, 7, "train", index=[1, 1, 0]),
    arguments(3, 3, 0, 2, "test", order="F", pace="fast"),
    arguments(4, 4, 1, 2000, "train", view=True, steps=5, index=[1, 1]),
    arguments(5, 3, 2, 2, "train", shift=10.0),
    arguments(6, 3, 2, 2, "train", shift=-10.0, steps=0),
    arguments(7, 1, 2, 2, "train", index=[0, 0]),
    arguments(8, 3, 2, 2, "train", boxed=True),
)


def program(draw: Choices) -> Program:
    """One random program."""
    return Program(Writer(draw).program(), EXAMPLE, OTHER)

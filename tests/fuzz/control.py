"""Random programs with loops, branches, jumps, buffers, lists and views. In: choices. Out: a `Program`.

Names keep their kind: scalars s0, s1, ...; vectors v0, v1, ...; the matrix X has a row per trip. All of
them are defined at the top, so that every path reads defined names; values stay moderate because
assignments go through bounded gates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.fuzz import Choices, Program

SCALAR = ["np.sin({})", "np.tanh({})", "0.5 * ({})", "np.cos({}) * 0.7", "({}) / 1.3"]
HELPERS = """
def gate(x, y):
    h = np.tanh(x) * y
    x = h + y * 0.5
    return np.sin(x * h)


def pair(x, y):
    h = np.sin(x) + y * 0.3
    return h * 0.5, np.cos(h)


def f(x, y, w, X, n, flag):
"""


class Writer:
    """Writes one program: the lines so far, and what may be read and changed where."""

    def __init__(self, draw: Choices) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.scalars = ["s0", "s1", "s2", "y"]
        self.vectors = ["v0", "v1", "w"]
        self.loops: list[str] = []
        self.budget = draw.randint(6, 16)
        self.buffers: list[str] = []
        self.lists: list[str] = []
        self.inner_while = 0

    def put(self, level: int, line: str) -> None:
        """Add one line."""
        self.lines.append("    " * level + line)

    def maybe(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.draw.random() < share

    def scalar_atom(self) -> str:
        """Something that is a number."""
        options = [*self.scalars, *self.scalars, "w[0]", "x[0]", "x[-1]", "v1[1]"]
        for i in self.loops:
            options += [f"x[{i} % len(x)]", f"X[{i} % n, 1]", f"w[{i} % 2]", f"({i} + 1)"]
        for b in self.buffers:
            options += [f"{b}[0]", f"{b}[-1]", *(f"{b}[{i} % 4]" for i in self.loops)]
        for parts in self.lists:
            options += [f"{parts}[-1]", f"{parts}[0]", f"sum({parts})"]
        return self.draw.choice(options)

    def scalar(self, depth: int = 2) -> str:
        """An expression that is a number."""
        if depth == 0:
            return self.scalar_atom()
        kind = self.draw.randint(0, 7)
        left = self.scalar(depth - 1)
        if kind == 0:
            return self.draw.choice(SCALAR).format(left)
        if kind == 1:
            return f"gate({left}, {self.scalar_atom()})"
        if kind == 2:
            return self.draw.choice(["np.sum({})", "np.mean({})"]).format(self.vector(1))
        if kind == 3:
            return f"({left} if {self.condition()} else {self.scalar_atom()})"
        return f"({left} {self.draw.choice(['+', '-', '*', '*'])} {self.scalar_atom()})"

    def vector_atom(self) -> str:
        """Something of the length of w."""
        options = [*self.vectors, *self.vectors, "X[0]", "X[-1]", "w[::-1]"]
        options += [f"X[{i} % n]" for i in self.loops] * 2
        return self.draw.choice(options)

    def vector(self, depth: int = 2) -> str:
        """An expression of the length of w."""
        if depth == 0:
            return self.vector_atom()
        kind = self.draw.randint(0, 6)
        left = self.vector(depth - 1)
        if kind == 0:
            return self.draw.choice(SCALAR).format(left)
        if kind == 1:
            return f"gate({left}, {self.vector_atom()})"
        if kind == 2:
            return f"({left} * {self.scalar_atom()})"
        return f"({left} {self.draw.choice(['+', '-', '*', '*'])} {self.vector_atom()})"

    def condition(self) -> str:
        """A condition on values or on passive things."""
        passive = ["flag", "n > 2", "not flag"] + [f"{i} % 2 == 0" for i in self.loops]
        passive += [f"{i} == 1" for i in self.loops] + [f"{i} > 1 and flag" for i in self.loops]
        values = [f"{self.draw.choice(self.scalars)} > {self.draw.choice(['0.1', '-0.2'])}"]
        values += ["s0 < s1", "np.sum(v0) > 0.3"]
        return self.draw.choice(passive if self.maybe(0.5) else values)

    def block(self, level: int, most: int) -> None:
        """Between one statement and as many as given."""
        start = len(self.lines)
        for _ in range(self.draw.randint(1, most)):
            if self.budget > 0:
                self.statement(level)
        if len(self.lines) == start:
            self.put(level, f"s1 = s1 * {self.scalar_atom()} * 0.5")

    def statement(self, level: int) -> None:
        """One random statement."""
        self.budget -= 1
        kinds = ["scalar", "scalar", "vector", "vector", "augment", "tuple", "buffer"]
        if level < 4:
            kinds += ["for", "for", "if", "if", "while"]
        kinds += ["list"] if self.lists else []
        if self.loops:
            kinds += ["jump", "buffer"]
        getattr(self, "write_" + self.draw.choice(kinds))(level)

    def write_scalar(self, level: int) -> None:
        """A scalar name bound again."""
        name = self.draw.choice(self.scalars)
        self.put(level, f"{name} = {self.draw.choice(SCALAR[:2]).format(self.scalar())}")

    def write_vector(self, level: int) -> None:
        """A vector name bound again, at times an alias."""
        name = self.draw.choice(self.vectors[:2])
        value = self.vector_atom() if self.maybe(0.1) else f"np.tanh({self.vector()})"
        self.put(level, f"{name} = {value}")

    def write_augment(self, level: int) -> None:
        """A name, changed by an operator in place."""
        if self.maybe(0.6):
            name, value = self.draw.choice(self.scalars), self.scalar(1)
        else:
            name, value = "u", self.vector(1)
        operator = self.draw.choice(["+=", "-=", "*="])
        self.put(level, f"{name} {operator} np.sin({value})")

    def write_tuple(self, level: int) -> None:
        """Two names at once."""
        a, b = self.draw.choice([("s0", "s1"), ("s1", "s0"), ("v0", "v1"), ("s2", "y")])
        value = self.scalar if a[0] != "v" else self.vector
        options = [f"{b}, np.sin({value(1)})", f"np.tanh({value(1)}), {a}"]
        text = self.draw.choice([*options, f"pair({value(1)}, {a})"])
        self.put(level, f"{a}, {b} = {text}")

    def write_buffer(self, level: int) -> None:
        """A write into a buffer."""
        places = ["0", "-1", "2"] + [f"{i} % 4" for i in self.loops] * 3
        place = self.draw.choice(places)
        operator = self.draw.choice(["=", "=", "+=", "*="])
        if self.maybe(0.3):
            value = f"np.sin({self.vector(1)})"
            self.put(level, f"M[{place.replace('4', '3')}] {operator} {value}")
            return
        self.put(level, f"b[{place}] {operator} np.sin({self.scalar()})")

    def write_list(self, level: int) -> None:
        """An append, or the last item taken off and put back changed."""
        if self.maybe(0.2):
            self.put(level, f"s2 = parts.pop() * {self.scalar_atom()} * 0.5")
            self.put(level, "parts.append(np.sin(s2))")
            return
        self.put(level, f"parts.append(np.sin({self.scalar()}))")

    def write_jump(self, level: int) -> None:
        """A break, continue or return behind a condition."""
        jump = self.draw.choice(["break", "break", "continue", "return s0 * y"])
        if jump == "continue" and self.inner_while:
            jump = "break"
        self.put(level, f"if {self.condition()}:")
        if self.maybe(0.5):
            self.block(level + 1, 1)
        self.put(level + 1, jump)

    def write_for(self, level: int) -> None:
        """A for loop."""
        i = "ijkl"[len(self.loops)]
        headers = [f"{i} in range(n)", f"{i} in range(len(x))", f"{i} in range(3)"]
        headers += [f"{i} in range(1, n)", f"{i} in reversed(range(n))"]
        headers += [f"{i}, s2 in enumerate(x)", f"{i}, v1 in enumerate(X)"]
        if self.loops:
            headers.append(f"{i} in range({self.loops[-1]} + 1)")
        self.put(level, f"for {self.draw.choice(headers)}:")
        self.inside(level, i, 0)

    def write_while(self, level: int) -> None:
        """A while loop over a counter of its own."""
        i = "ijkl"[len(self.loops)]
        self.put(level, f"{i} = 0")
        extra = self.draw.choice(["", "", " and s0 < 0.9"])
        self.put(level, f"while {i} < n{extra}:")
        if self.maybe(0.5):
            self.put(level + 1, f"{i} += 1")
            self.inside(level, i, 0)
            return
        self.inside(level, i, 1)
        self.put(level + 1, f"{i} += 1")

    def inside(self, level: int, i: str, blocked: int) -> None:
        """The body of a loop over i."""
        self.loops.append(i)
        before, self.inner_while = self.inner_while, blocked
        self.block(level + 1, 4)
        self.inner_while = before
        self.loops.pop()

    def write_if(self, level: int) -> None:
        """A branch with one or two sides."""
        self.put(level, f"if {self.condition()}:")
        self.block(level + 1, 3)
        if self.maybe(0.5):
            self.put(level, "else:")
            self.block(level + 1, 3)


def program(draw: Choices) -> Program:
    """A random program with control flow."""
    writer = Writer(draw)
    head = ["s0 = 0.5", "s1 = x[0] * y", "s2 = 0.0", "v0 = w * 0.5", "v1 = X[0]", "u = w * y"]
    writer.vectors.append("u")
    if draw.random() < 0.6:
        head += ["b = np.zeros(4)", "M = np.zeros((3, len(w)))"]
        writer.buffers.append("b")
        writer.vectors += ["M[0]", "M[-1]"]
    else:
        head += ["b = np.ones(4) * y", "M = np.ones((3, 1)) * w"]
    if draw.random() < 0.5:
        head.append("parts = [y]")
        writer.lists.append("parts")
    for line in head:
        writer.put(1, line)
    while writer.budget > 0:
        writer.statement(1)
    ends = ["s0 * y + s1 + s2", "np.sum(v0 * v1) + s0", "np.sum(b * b) + s1", "v0 * s0 + u * v1"]
    if any("return" in line for line in writer.lines):
        ends = ["s0 * s1 + s2", "np.sum(b) * s0 + np.sum(M * v0) * s1", "np.sum(v0 * u) + s1"]
    elif draw.random() < 0.3:
        ends = ["b", "M * s0", "s0, v0", "b, np.sum(M) * s1"]
    writer.put(1, f"return {draw.choice(ends)}")
    text = "import numpy as np\n\n" + HELPERS + "\n".join(writer.lines) + "\n"
    values = np.random.default_rng(draw.randint(0, 10**6))
    calls = [
        arguments(values, trips, width, flag)
        for trips, width, flag in [
            (3, 2, True),
            (3, 2, False),
            (2, 3, True),
            (5, 2, False),
            (1, 2, True),
        ]
    ]
    return Program(text, calls[0], tuple(calls[1:]))


def arguments(values: np.random.Generator, n: int, width: int, flag: bool) -> tuple[Any, ...]:
    """Arguments of f for so many trips."""
    r = values.standard_normal
    return r(n), float(r()), r(width), r((n, width)), n, flag

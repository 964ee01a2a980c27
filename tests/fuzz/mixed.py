"""Random programs with more kinds of loops, containers and tests than `control` has. In: choices. Out: a `Program`.

Names keep their kind here too: `rows` is a list of vectors, `parts` one of scalars, `t` a pair of scalars,
`d` a dict of two scalars.
"""

from __future__ import annotations

import numpy as np

from tests.fuzz import Choices, Program
from tests.fuzz.control import HELPERS, Writer, arguments

MORE_HELPERS = """
def loopy(x, k):
    for _ in range(k):
        x = np.sin(x) * 0.9 + x * 0.1
    return x


def chosen(x, y):
    if y > 0.3:
        return x * y
    return np.tanh(x) - y

"""


class Mixed(Writer):
    """Writes one program."""

    def scalar_atom(self) -> str:
        """Something that is a number."""
        more = ["t[0]", "t[1]", "d['a']", "d['b']", "parts[-1]", "parts[0]", "len(rows) * 0.3"]
        more += ["sum(parts)", "max(s0, s1)", "min(s1, y)", "rows[-1][0]", "b[1]", "M[1, 0]"]
        more += ["sum(p * 0.5 for p in parts)", "sum(a * c for a, c in zip(x, w))"]
        more += [f"parts[{i} % len(parts)]" for i in self.loops]
        return self.draw.choice(more) if self.maybe(0.35) else super().scalar_atom()

    def scalar(self, depth: int = 2) -> str:
        """An expression that is a number."""
        if depth and self.maybe(0.1):
            return self.draw.choice(
                ["loopy({}, 2)", "chosen({}, s0)", "gate(gate({}, s1), y)"]
            ).format(self.scalar(depth - 1))
        return super().scalar(depth)

    def vector_atom(self) -> str:
        """Something of the length of w."""
        more = ["rows[-1]", "rows[0]", "M[1]", "np.maximum(w, v0)", "M[:, 0].sum() * w"]
        more += [f"rows[{i} % len(rows)]" for i in self.loops]
        return self.draw.choice(more) if self.maybe(0.3) else super().vector_atom()

    def condition(self) -> str:
        """A condition on values or on passive things."""
        s = self.draw.choice(self.scalars)
        more = [f"0 < {s} < 0.9", f"{s} > 0.1 and flag", f"not {s} > 0 or n > 3", "len(parts) > 2"]
        more += ["any(w > 0)", "flag or s0 > 0.2", "(s2 := np.sin(s0)) > 0.1", "max(s0, s1) > 0.2"]
        return self.draw.choice(more) if self.maybe(0.4) else super().condition()

    def statement(self, level: int) -> None:
        """One random statement."""
        if self.maybe(0.5):
            super().statement(level)
            return
        self.budget -= 1
        kinds = ["pair", "dict", "rows", "slices", "comprehension", "argument", "ternary"]
        if level < 4:
            kinds += ["endless", "otherwise", "items", "items"]
        getattr(self, "write_" + self.draw.choice(kinds))(level)

    def write_pair(self, level: int) -> None:
        """A tuple bound again."""
        options = [f"(t[1], np.sin({self.scalar(1)}))", f"(np.sin({self.scalar(1)}), t[0])"]
        self.put(level, f"t = {self.draw.choice([*options, f'pair({self.scalar(1)}, t[1])'])}")

    def write_dict(self, level: int) -> None:
        """An item of a dict."""
        operator = self.draw.choice(["=", "=", "+=", "*="])
        self.put(level, f"d[{self.draw.choice(['a', 'b'])!r}] {operator} np.sin({self.scalar(1)})")

    def write_rows(self, level: int) -> None:
        """A list of vectors, grown or changed; or one of scalars."""
        options = [
            f"rows.append(np.tanh({self.vector(1)}))",
            f"rows[0] = np.tanh({self.vector(1)})",
        ]
        options += [
            f"rows[-1] = rows[0] * {self.scalar_atom()}",
            f"parts[0] = np.sin({self.scalar(1)})",
        ]
        options += [
            f"parts.append(np.sin({self.scalar(1)}))",
            f"parts += [np.sin({self.scalar(1)})]",
        ]
        options += [f"v1 = rows.pop() * 0.5\n{'    ' * level}rows.append(v1)"]
        self.put(level, self.draw.choice(options))

    def write_slices(self, level: int) -> None:
        """Several items of a buffer at once."""
        options = [
            f"b[1:3] = np.sin({self.scalar(1)})",
            "b[:2] += b[2:] * 0.5",
            "b[1:] = np.sin(b[:-1])",
        ]
        options += [f"M[:, 0] = np.sin({self.scalar(1)})", f"M[1:] *= np.sin({self.vector(1)})"]
        options += [
            f"b *= np.sin({self.scalar(1)})",
            f"M += np.sin({self.vector(1)})",
            "b[b > 0.5] = 0.1",
        ]
        self.put(level, self.draw.choice(options))

    def write_comprehension(self, level: int) -> None:
        """A list or a sum made by a comprehension."""
        options = [
            "parts = [np.sin(p) for p in parts]",
            "parts = [np.sin(a) for a in x if a > -0.5] + [y]",
        ]
        options += ["s0 = sum(np.sin(a * c) for a, c in zip(x, w)) * 0.3"]
        options += ["rows = [np.tanh(r * y) for r in rows]", "v0 = sum([r * 0.5 for r in X])"]
        options += ["s1 = np.mean([p * y for p in parts])", "rows = [r * s0 for r in X]"]
        self.put(level, self.draw.choice(options))

    def write_argument(self, level: int) -> None:
        """An argument bound again."""
        options = [f"w = np.tanh({self.vector(1)})", "x = np.sin(x) * y", "X = X * s0 + w"]
        self.put(level, self.draw.choice([*options, f"y = np.sin({self.scalar(1)})"]))

    def write_ternary(self, level: int) -> None:
        """A ternary as a statement of its own."""
        test = self.condition().replace("(s2 := np.sin(s0))", "s2")
        self.put(level, f"s1 = np.sin({self.scalar(1)}) if {test} else {self.scalar_atom()} * 0.5")

    def write_items(self, level: int) -> None:
        """A loop over items, slices, or counted in another way."""
        i = "ijkl"[len(self.loops)]
        headers = ["s2 in x", "v1 in X", "s1 in reversed(x)", "s2, v1 in zip(x, X)", "s2 in x[1:]"]
        headers += ["s0, s1 in zip(x, w)", "v0 in rows[:]", "v1 in list(rows)", "s2 in list(parts)"]
        counted = [f"{i} in range(n - 1, -1, -1)", f"{i} in range(0, n, 2)", f"{i} in range(n - 2)"]
        counted += [f"{i}, (s2, v1) in enumerate(zip(x, X))", f"{i}, s2 in enumerate(x, 1)"]
        counted += [f"{i}, v0 in enumerate(X[::-1])", f"{i} in np.arange(n)", f"{i} in [0, 2, 1]"]
        if self.maybe(0.4):
            self.put(level, f"for {self.draw.choice(headers)}:")
            self.block(level + 1, 3)
            return
        self.put(level, f"for {self.draw.choice(counted)}:")
        self.inside(level, i, 0)

    def write_endless(self, level: int) -> None:
        """A loop that only a break ends."""
        i = "ijkl"[len(self.loops)]
        self.put(level, f"{i} = 0")
        self.put(level, "while True:")
        self.inside(level, i, 1)
        self.put(level + 1, f"{i} += 1")
        self.put(level + 1, f"if {i} >= n or {self.draw.choice(['s0 > 5', 'len(parts) > 6'])}:")
        self.put(level + 2, "break")

    def write_otherwise(self, level: int) -> None:
        """A loop with an else."""
        i = "ijkl"[len(self.loops)]
        self.put(level, f"for {i} in range(n):")
        self.inside(level, i, 0)
        self.put(level + 1, f"if {self.condition()}:")
        self.put(level + 2, "break")
        self.put(level, "else:")
        self.block(level + 1, 1)


def program(draw: Choices) -> Program:
    """A random program with mixed control flow."""
    writer = Mixed(draw)
    writer.vectors.append("u")
    head = ["s0 = 0.5", "s1 = x[0] * y", "s2 = 0.0", "v0 = w * 0.5", "v1 = X[0] * 1.0", "u = w * y"]
    if draw.random() < 0.5:
        head += ["b = np.zeros(4)", "M = np.zeros((3, len(w)))"]
    else:
        head += ["b = np.ones(4) * y", "M = np.ones((3, 1)) * w"]
    writer.buffers.append("b")
    writer.lists.append("parts")
    head += ["parts = [y, s1]", "rows = [v0]", "t = (s1, y)", "d = {'a': y, 'b': s1 * 0.5}"]
    for line in head:
        writer.put(1, line)
    while writer.budget > 0:
        writer.statement(1)
    ends = ["s0 * y + s1 + s2 + t[0] * d['a']", "np.sum(b) * s0 + np.sum(M * v0) * s1 + sum(parts)"]
    ends += [
        "np.sum(v0 * u) + s1 + t[1]",
        "np.sum(rows[-1]) + parts[-1] * d['b']",
        "sum(rows).sum()",
    ]
    if not any("return" in line for line in writer.lines):
        ends += ["b", "M * s0", "s0, v0", "b, np.sum(M) * s1", "t", "np.array(parts)", "d"]
    writer.put(1, f"return {draw.choice(ends)}")
    start = HELPERS.index("def f(")
    helpers = HELPERS[:start] + MORE_HELPERS.lstrip() + HELPERS[start:]
    text = "import numpy as np\n\n" + helpers + "\n".join(writer.lines) + "\n"
    values = np.random.default_rng(draw.randint(0, 10**6))
    sizes = [(3, 2, True), (3, 2, False), (2, 3, True), (5, 2, False), (1, 2, True), (4, 4, True)]
    calls = [arguments(values, *one) for one in sizes]
    return Program(text, calls[0], tuple(calls[1:]))

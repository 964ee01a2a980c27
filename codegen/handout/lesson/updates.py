"""Updates: a name that is bound again goes in; which of its values a formula means comes out: x', or x with the trip as index."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import numpy as np

from codegen import syntax
from codegen.handout.lesson.latex import code_latex, name_latex, number_latex
from codegen.handout.recording import Recording, StageText, Trip


class Updates:
    """Follows the stages of a function in the order of the text; `names` says how each name is written where we are."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.words = in_words(recording)
        self.names: dict[str, str] = dict(self.words)
        self.known = set(recording.parameters)
        self.plain: set[str] = set()
        """The names that stand for what they were before a loop."""
        self.inside: tuple[int, ...] = ()
        self.kept: dict[int, tuple[dict[str, str], set[str]]] = {}
        self.ends: dict[int, dict[str, str]] = {}
        """How names are written where the first side of a branch ends that has another one."""
        self.around: dict[int, tuple[int, ...]] = {}
        self.trips: dict[int, Trip] = {}
        for event in recording.events:
            if isinstance(event, Trip):
                self.trips.setdefault(event.key, event)

    def reach(self, stage: StageText) -> Iterator[tuple[int, str]]:
        """Come to a stage; yield what names begin with in a loop that begins here, as equations with their depth."""
        yield from self.leaving(shared(self.inside, stage.loops))
        for depth, key in enumerate(stage.loops):
            if key in self.inside[: depth + 1]:
                continue
            if key in self.trips:
                self.around[key] = tuple(k for k in stage.loops[:depth] if k in self.trips)
                yield from ((depth, line) for line in self.enter(key))
            elif key < 0 and -key - 1 in self.kept:
                names, known = self.kept[-key - 1]
                self.names, self.known = dict(names), set(known)
            else:
                self.kept[key] = dict(self.names), set(self.known)
        self.inside = stage.loops

    def leaving(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Come out of the loops below a depth, the innermost first; yield what that means for the loops around them."""
        for at in reversed(range(depth, len(self.inside))):
            if self.inside[at] in self.trips:
                yield from ((at, line) for line in self.leave(self.inside[at]))
            elif self.recording.headers[self.inside[at]].startswith(("if ", "elif ")):
                yield from self.leave_side(at)
        self.inside = self.inside[:depth]

    def word(self, name: str) -> str:
        """Return how a name is written that was bound once."""
        return self.words.get(name, name_latex(name))

    def leave_side(self, at: int) -> Iterator[tuple[int, str]]:
        """Come out of a side of a branch; yield what its names are on the other side, if no stage there says it."""
        key, headers = self.inside[at], self.recording.headers
        depth = at - sum(is_elif(k, headers) for k in self.inside[: at + 1])
        others = [s.loops for s in self.recording.written if -key - 1 in s.loops]
        if others and key >= 0:
            self.ends[key] = dict(self.names)
            return
        inner = [
            s.loops[at + 1] for s in self.recording.written if key in s.loops[: len(s.loops) - 1]
        ]
        if others and any(is_elif(k, headers) for k in inner):
            return
        names, known = self.kept[-key - 1 if others else key]
        before = {name: names.get(name, self.word(name)) for name in known}
        first = self.ends[-key - 1] if others else before
        here, there = [], []
        for name, old in before.items():
            own, other = self.names.get(name, old), first.get(name, old)
            if own != other and others and (own == old or other != old and len(own) < len(other)):
                here.append(f"{other} = {own}")
                self.names[name] = other
            elif own != other:
                there.append(f"{own} = {other}")
        yield from ((depth + 1, line) for line in here)
        if there and not (others and is_elif(key, headers)):
            yield depth, code_latex(f"{headers[-key - 1]}:" if others else "else:")
            yield from ((depth + 1, line) for line in there)

    def index(self, key: int, name: str, last: str) -> str:
        """Return the index of a name in a loop: the letters of the loops around it that hand it on, too, come first."""
        outer = [self.counter(k)[0] for k in self.around.get(key, ()) if name in self.updated(k)]
        return ",".join([*outer, last])

    def enter(self, key: int) -> Iterator[str]:
        letter, start = self.counter(key)
        before = self.trips[key].before
        for name in self.updated(key):
            first = indexed(self.word(name), self.index(key, name, start))
            if name in self.known and self.names.get(name) != first:
                before_it = self.names.get(name, self.word(name))
                if before_it == self.word(name):
                    self.plain.add(name)
                yield f"{first} = {before_it}"
            elif name not in self.known and name in before:
                values = np.unique(np.asarray(before[name], dtype=object).astype(str))
                number = np.ravel(before[name])[:1]
                if values.size == 1 and np.asarray(before[name]).dtype.kind in "fi":
                    yield f"{first} = {number_latex(float(number[0]))}"
            self.names[name] = indexed(self.word(name), self.index(key, name, letter))
            self.known.add(name)

    def leave(self, key: int) -> Iterator[str]:
        """Come to what stands behind a loop; yield what its last trip means for the loop around it."""
        loop, count = self.trips[key].loop, ""
        match loop:
            case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=n)])):
                count = str(n)
            case ast.For(iter=ast.Call(func=ast.Name(id="range"), args=[ast.Name(id=n)])):
                count = name_latex(n)
        if left_early(loop):
            count = r"\text{last}"
        for name in self.updated(key):
            last = self.word(name)
            if count or name in self.plain:
                last = indexed(self.word(name), self.index(key, name, count or r"\text{last}"))
            outer = [k for k in self.around.get(key, ()) if name in self.updated(k)]
            self.names[name] = last
            if outer and all(key in s.loops for s in self.binding(outer[-1], name)):
                found = indexed(
                    self.word(name), self.index(outer[-1], name, f"{self.counter(outer[-1])[0]}+1")
                )
                self.names[name] = found
                if count:
                    yield f"{found} = {last}"

    def bind(self, stage: StageText, name: str) -> str:
        """Return how the name that a stage binds is written from here on."""
        loops = [key for key in stage.loops if key in self.trips]
        if loops and name in self.updated(loops[-1]):
            letter, _ = self.counter(loops[-1])
            later = [s for s in self.binding(loops[-1], name) if s.key > stage.key]
            later = [s for s in later if not beside(stage.loops, s.loops)]
            last = indexed(self.word(name), self.index(loops[-1], name, f"{letter}+1"))
            here = indexed(self.word(name), self.index(loops[-1], name, letter))
            found = primed(here, self.names) if later else last
        elif (key := self.begins(stage, name)) is not None:
            found = indexed(self.word(name), self.counter(key)[1])
        elif name in self.known:
            found = primed(self.names.get(name, self.word(name)), self.names)
        else:
            found = self.word(name)
        self.names[name] = found
        self.known.add(name)
        return found

    def place(self, stage: StageText) -> str:
        """Return the index of what a stage appends to a list, nothing if it is not one item in each trip of a loop."""
        loops = [key for key in stage.loops if key in self.trips]
        if len(loops) != 1 or len(stage.loops) != 1:
            return ""
        letter, start = self.counter(loops[0])
        return letter if start == "0" else ""

    def begins(self, stage: StageText, name: str) -> int | None:
        """Return the loop that a value is the first one of."""
        later = [s for s in self.recording.written if s.key > stage.key]
        for other in later:
            ahead = other.loops[len(stage.loops) :]
            if other.loops[: len(stage.loops)] == stage.loops and ahead and ahead[0] in self.trips:
                return ahead[0] if name in self.updated(ahead[0]) else None
            if name in bound(other):
                return None
        return None

    def updated(self, key: int) -> list[str]:
        """Return the names that a loop hands from trip to trip and binds anew."""
        return [n for n in self.recording.carried.get(key, ()) if self.binding(key, n)]

    def binding(self, key: int, name: str) -> list[StageText]:
        """Return the stages of a loop that bind a name."""
        return [s for s in self.recording.written if key in s.loops and name in bound(s)]

    def counter(self, key: int) -> tuple[str, str]:
        match self.trips[key].loop:
            case ast.For(
                target=ast.Name(id=letter), iter=ast.Call(func=ast.Name(id="range"), args=args)
            ) if (letter != "_"):
                start = args[0] if len(args) > 1 else None
                first = str(start.value) if isinstance(start, ast.Constant) else "0"
                return name_latex(letter), first
        return ("k", "0") if "t" in self.recording.parameters else ("t", "0")


def is_elif(key: int, headers: Mapping[int, str]) -> bool:
    """Return whether a side is one of an `elif`, which is written beside the side before it, not inside its `else`."""
    return headers[max(key, -key - 1)].startswith("elif ")


def in_words(recording: Recording) -> dict[str, str]:
    """Return the names, as upright words, whose digits would read as an index: `out2` where `out` has items."""
    forward = recording.pair[0]
    holders = {syntax.root_name(node) for node in syntax.every(ast.Subscript, forward)}
    numbered = {
        n: n.rstrip("0123456789").rstrip("_")
        for n in {*syntax.names(forward), *recording.parameters}
    }
    return {
        name: rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
        for name, base in numbered.items()
        if base != name and base in holders and name[-1].isdigit()
    }


def left_early(loop: ast.For | ast.While) -> bool:
    """Return whether a loop may end before its header says so."""
    parts = (part for one in loop.body for part in syntax.inside(one, (ast.For, ast.While)))
    return any(isinstance(part, ast.Break) for part in parts)


def until(loop: ast.For | ast.While) -> list[ast.expr]:
    """Return the tests at which a loop ends before its header says so, those that it asks in every trip."""
    return [
        one.test
        for one in loop.body
        if isinstance(one, ast.If) and isinstance(one.body[-1], ast.Break)
    ]


def shared(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def beside(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Return whether two places are on different sides of a branch."""
    return any(-key - 1 in b for key in a)


def bound(stage: StageText) -> list[str]:
    statement = stage.statement
    targets = (
        statement.targets
        if isinstance(statement, ast.Assign)
        else [getattr(statement, "target", None)]
    )
    parts = [p for t in targets for p in syntax.elements(t)]
    return [p.id for p in parts if isinstance(p, ast.Name)]


def indexed(base: str, index: str) -> str:
    if base.endswith("}") and "_{" in base and not base.startswith(r"\mathrm"):
        return f"{base[:-1]},{index}}}"
    return f"{base}_{{{index}}}"


def primed(text: str, taken: dict[str, str]) -> str:
    """Return a name with one more prime than is taken."""
    found = f"{text}'"
    while found in taken.values():
        found += "'"
    return found

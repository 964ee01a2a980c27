"""Which sides and lines were judged. In: a pair, the calls at which it was right. Out: the sides that are left.

The sides that no call takes are taken by force (`twins`): the function and the pair with the same tests answered the
same way are a pair as any other, and judged as such.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, takewhile
from typing import Any

import numpy as np

from codegen.check.board import Side
from codegen.check.calls import Caller, first_line
from codegen.check.trial import Pair
from codegen.check.twins import Twins
from codegen.process import staying
from codegen.pytree import Call, deep_leaves, duplicate, is_float
from codegen.tables import grouped

Build = Callable[
    [Mapping[str, Any], Callable[..., Any]], tuple[Callable[..., Any], Callable[..., Any]]
]
Forced = dict[str, bool | int]


class Sides:
    """The sides of a function and the lines of its pair."""

    def __init__(self, pair: Pair, build: Build) -> None:
        self.original, self.build = pair, build
        self.always: Forced = {}  # the answers that are given by force in every run
        self.caller = Caller(pair.state)
        self.twins = Twins()
        self.function = self.twins.of(pair.function)
        self.known: dict[Side, int] = {}  # the sides that were seen, with their lines
        self.asking: dict[str, Call] = {}  # a call that asks a test by itself
        self.judged: set[Side] = set()
        self.met: set[frozenset[Side]] = set()  # pairs of sides that one judged call has taken
        # those that were judged where the call had taken the other side before, in a loop
        self.turned: set[Side] = set()
        self.ways: dict[str, Forced] = {}  # the answers that lead to a test
        self.right: set[int] = set()  # those that were judged
        # reason: why there are no twins, though there is a text to make them of
        self.usable, self.reason = False, ""  # usable: whether the twins do what their originals do
        self.blocks: list[frozenset[int]] = []
        self.lines: frozenset[int] = frozenset()  # the lines of the pair

    def prepare(self, call: Call) -> None:
        if not self.original.source:
            return
        names = self.original.name("forward"), self.original.name("backward")
        try:
            self.took(call)
            if self.twins.narrow:  # differences would be lost in float32
                self.twins = Twins(wide=True, asks=has_narrow(call))
                self.function = self.twins.of(self.original.function)
                self.took(call)
            self.twins.board.settle()
            space, self.blocks = self.twins.module(self.original.source, names)
            forward, backward = self.build(space, self.function)
        except Exception as error:  # noqa: BLE001 - a note says that no side is forced
            self.blocks, self.reason = [], first_line(error)
            return
        finally:
            self.caller.state.notice()
            self.caller.ready()
        self.lines = frozenset().union(*self.blocks)
        counted = self.twins.counted
        self.pair = replace(
            self.original,
            function=self.function,
            forward=counted(self.original.forward, forward, "forward"),
            backward=counted(self.original.backward, backward, "backward"),
        )
        self.usable = True

    def under(self, answers: Forced) -> Sides:
        """Return the sides where some tests are answered by force in every run; what is judged is judged for both."""
        found = copy.copy(self)
        found.always = dict(answers)
        return found

    def wide(self) -> Pair | None:
        """Return the pair in float64 if some of it is written in float32."""
        return self.pair if self.usable and self.twins.wide and not self.always else None

    def on(self, function: Callable[..., Any], call: Call) -> Any:
        """Return what a twin gives on a copy of a call, whatever it raises."""
        args, kwargs = duplicate(call)
        self.caller.ready()
        with staying():
            return function(*args, **kwargs)

    def took(
        self, call: Call, forced: Mapping[str, bool | int] = {}, turning: str = ""
    ) -> dict[Side, int]:
        """Return the sides that a call takes; whatever the function raises is raised."""
        board = self.twins.board
        board.begin({**self.always, **forced}, turning)
        try:
            self.on(self.function, call)
        finally:
            for side, line in board.sides.items():
                self.known.setdefault(side, line)
                if not (self.always or forced):
                    self.asking.setdefault(side[0], call)
        return dict(board.sides)

    def follows(self, call: Call) -> bool:
        """Return whether the module asks all tests forced in every run: else only the function does as it is forced."""
        if not self.always:
            return True
        board = self.twins.board
        board.begin(self.always)
        try:
            self.on(self.pair.function, call)
            self.on(self.pair.forward, call)
        except Exception:  # noqa: BLE001 - what it raises is said where the pair is tried
            return True
        return board.followed >= set(self.always)

    def way_to(self, text: str, call: Call) -> Forced:
        """Return the answers by which a call, or one next to it, gets to a test by itself; or nothing."""
        try:
            sides = list(self.took(call))
        except Exception:  # noqa: BLE001 - on the edge of where the function can be computed
            return {}
        found = grouped(takewhile(lambda side: side[0] != text, sides))
        sure = {asked: answers[0] for asked, answers in found.items() if len({*answers}) == 1}
        return {asked: answer for asked, answer in sure.items() if isinstance(answer, bool)}

    def judge(self, call: Call, dout: Any) -> None:
        """Note what is judged where the pair is right."""
        if not self.usable:
            return
        self.twins.board.begin(self.always)
        try:
            self.on(self.pair.function, call)
            if not self.right >= self.lines:
                _, cache = self.on(self.pair.forward, call)
                with staying():
                    self.pair.backward(dout, cache)
        except Exception:  # noqa: BLE001 - the twin cannot do what the pair can: nothing is judged
            return
        for text, _ in self.twins.board.sides:
            self.asking.setdefault(text, call)
        self.note()

    def note(self) -> None:
        """Note what the run before has judged."""
        board = self.twins.board
        self.judged |= set(board.sides)
        self.met |= set(map(frozenset, combinations(board.sides, 2)))
        self.turned |= board.turned
        self.known |= {side: line for side, line in board.sides.items() if side not in self.known}
        for number in board.blocks:
            self.right |= self.blocks[number]

    def left(self) -> Iterator[tuple[Side, Forced]]:
        """Yield the sides that were not judged, each once, with the answers that lead there."""
        tried: set[Side] = set()
        self.ways = {text: {} for text, _ in self.known}
        while True:
            side = next((s for s in self.opposite() if s not in tried), None)
            # taken, but not in every trip or not at every place
            if side is None and self.right < self.lines:
                side = next(
                    (s for s in list(self.known) if s not in tried and "for " not in s[0][:4]), None
                )
            if side is None:
                return
            tried.add(side)
            text, answer = side
            way = {**self.ways.get(text, {}), text: answer}
            before = set(self.known)
            yield side, way
            for found in self.known:
                if found not in before:
                    self.ways.setdefault(found[0], way)

    def unturned(self) -> Iterator[tuple[Side, Forced]]:
        """Yield the sides that were judged, but in no trip behind one that took the other side."""
        for text, answer in [side for side in self.known if side in self.judged - self.turned]:
            if isinstance(answer, bool) and self.twins.can_turn(text):
                yield (text, answer), {**self.ways.get(text, {}), text: answer}

    def unmet(self) -> list[tuple[Side, Side]]:
        """Return the pairs of sides that were judged, but not in one call: what one has made the other may change."""
        sides = [s for s in self.known if s in self.judged and isinstance(s[1], bool)]
        pairs = [pair for pair in combinations(sides, 2) if frozenset(pair) not in self.met]
        return [pair for pair in pairs if self.leading({}, *pair)]

    def leading(self, answers: Forced, *sides: Side) -> Forced:
        """Return answers with those that lead to some sides; nothing if they contradict each other."""
        found = dict(answers)
        for text, answer in sides:
            for asked, told in (*self.ways.get(text, {}).items(), (text, answer)):
                if found.setdefault(asked, told) != told:
                    return {}
        return found

    def missed(self) -> Iterator[tuple[Side, Forced]]:
        """Yield the sides that were never judged, if lines of the pair were not either."""
        if self.right < self.lines:
            for text, answer in self.opposite():
                yield (text, answer), {**self.ways.get(text, {}), text: answer}

    def opposite(self) -> Iterator[Side]:
        for text, answer in list(self.known):
            if text.startswith("for "):
                continue
            others: tuple[bool | int, ...] = (
                (True, False) if isinstance(answer, bool) else (0, 1, 2)
            )
            for other in others:
                if (text, other) not in self.judged:
                    yield text, other


def has_narrow(call: Call) -> bool:
    return any(
        is_float(leaf) and getattr(leaf, "dtype", np.float64) != np.float64
        for _, leaf in deep_leaves(call)
    )

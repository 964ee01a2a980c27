"""The board that twins ask at each test. In: answers to give by force. Out: answers, and which sides were taken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import partial
from typing import Any

from codegen.errors import EndlessError
from codegen.records import dataclass

TIMES, MORE = 20, 20_000  # how many tests a call may ask, by those of the first
# the text of a test and its answer, or that of a loop and the number of its trips
Side = tuple[str, bool | int]


@dataclass
class Board:
    forced: dict[str, bool | int] = field(default_factory=dict)
    """The answers to give, by the text of the test; for a `while` loop, the trips to make."""
    sides: dict[Side, int] = field(default_factory=dict)
    """The sides that the function has taken in this run, in order, with the line of the test."""
    followed: set[str] = field(default_factory=set)
    """Those of them that the module has asked in this run."""
    blocks: set[int] = field(default_factory=set)
    """The blocks of the module that were run."""
    trips: dict[str, int] = field(default_factory=dict)
    """How many trips the `while` loops have made."""
    count: int = 0
    most: int = sys.maxsize
    """How many tests were asked in this call, and how many may be."""
    latest: dict[str, bool] = field(default_factory=dict)
    """The answers that the function had last in this call."""
    turned: set[Side] = field(default_factory=set)
    """The sides that the function has taken in this run after it had taken the other one in the same call."""
    turning: str = ""
    """The test that is answered by its forced answer every second time only."""
    role: str = "function"
    """What is called: the function, or which half of the pair."""
    asked: dict[str, int] = field(default_factory=dict)
    """How many times the last call in each role has asked the turning test."""
    latest_only: set[str] = field(default_factory=set)
    """The tests that are made at two places, of which a backward pass can ask the second alone."""
    hooks: list[Callable[[Any], bool]] = field(default_factory=list)
    """What gives the answer at each place of a test, from its value."""
    noting: list[Callable[[Any], bool]] = field(default_factory=list)
    """The same for a call that is noted: which sides the function takes."""
    places: dict[str, list[tuple[int, Callable[[Any], bool]]]] = field(default_factory=dict)
    """The places of each test, and what notes and answers there."""
    loops: dict[str, dict[str, set[tuple[bool | None, ...]]]] = field(default_factory=dict)
    """Of the loops around each test, in the function and on the way back, whether they run from the end; None if
    they make the trips of another loop the other way round."""
    headers: set[str] = field(default_factory=set)
    """The headers of the function's loops."""
    ran: bool = False
    """Whether the function was called in this run."""

    def begin(self, forced: Mapping[str, bool | int], turning: str = "") -> None:
        self.forced, self.turning = dict(forced), turning
        self.sides, self.followed, self.count = {}, set(), 0
        self.blocks.clear()  # the same set: what a module calls adds to it
        self.asked, self.turned, self.ran = {}, set(), False

    def called(self, role: str) -> None:
        """Begin a call. The first one of the function is noted; those that follow are for slopes."""
        self.count, self.role, self.asked[role], self.latest = 0, role, 0, {}
        noted = role == "function" and not self.ran
        self.ran = self.ran or noted
        self.hooks[:] = self.noting if noted else [bool] * len(self.noting)
        for text in self.forced:
            for number, hook in self.places.get(text, ()):
                self.hooks[number] = hook

    def place(
        self,
        text: str,
        opposite: bool,
        line: int,
        turned: tuple[bool | None, ...] = (),
        is_back: bool = False,
    ) -> int:
        """Return the number of a new place of a test, in loops turned round or not; that of the function has a line."""
        if line or is_back:
            known = self.loops.setdefault(text, {})
            known.setdefault("function" if line else "backward", set()).add(turned)
        number, hook = len(self.hooks), partial(self.answer, text, opposite, line)
        self.places.setdefault(text, []).append((number, hook))
        self.noting.append(hook if line else bool)
        self.hooks.append(hook)
        return number

    def turns(self) -> bool:
        """Return whether the turning test was asked as often by both: its answers belonged to the same trips then."""
        times, back = self.asked.get("function", 0), self.asked.get("backward", 0)
        if back and self.direction(self.turning) == 0:
            return False
        is_last = back == 1 and self.turning in self.latest_only
        return (
            times > 1
            and self.asked.get("forward", times) == times
            and (back in (0, times) or is_last)
        )

    def direction(self, text: str) -> int:
        """Return 1 if the way back makes a test's trips in the function's order, -1 if not, 0 if only some loops do."""
        known = self.loops.get(text, {})
        there, back = known.get("function", set()), known.get("backward", set())
        if len(there) != 1 or len(back) != 1:
            return -1
        pairs = list(zip(*there, *back, strict=False))
        if not pairs or len(next(iter(there))) != len(next(iter(back))):
            return -1
        alike = {one == other for one, other in pairs}
        return 0 if len(alike) > 1 else 1 if True in alike else -1

    def forced_answer(self, text: str) -> bool | int | None:
        """Return the answer to give to a test, if it is forced; on the way back the last trip may be the first."""
        found = self.forced.get(text)
        if found is None or text != self.turning:
            return found
        number = self.asked[self.role]
        self.asked[self.role] += 1
        if self.role == "backward" and self.direction(text) < 0:
            number = self.asked.get("forward", 0) - 1 - number
        return found if number % 2 else not found

    def answer(self, text: str, opposite: bool, line: int, value: Any) -> bool:
        """Return the answer to a test; that of the function has a line. No other runs as often."""
        self.count += 1
        if self.count > self.most:
            self.spend()
        found = self.forced_answer(text) if text in self.forced else None
        truth = bool(value) if found is None else bool(found) != opposite
        if not line:
            self.followed.add(text)
            return truth
        side = text, truth != opposite
        if side not in self.sides:
            self.sides[side] = line
        if text not in self.latest:
            self.latest[text] = side[1]
        elif self.latest[text] is not side[1]:
            self.latest[text] = side[1]
            self.turned.add(side)
        return truth

    def kept(self, text: str, opposite: bool, value: Any, line: int) -> Any:
        """Return a value that the module keeps, or the answer to the test that it is."""
        found = self.forced_answer(text)
        if found is None:
            return value
        self.note(text, bool(found), line)
        return bool(found) != opposite

    def loop(self, text: str, value: Any, line: int) -> bool:
        """Return whether a `while` loop makes another trip."""
        self.spend()
        trips, found = self.trips.get(text, 0), self.forced.get(text)
        truth = bool(value) if found is None else trips < found
        self.trips[text] = trips + 1
        if not truth:
            self.note(text, min(trips, 2), line)
        return truth

    def enter(self, text: str, line: int) -> None:
        """Begin a `while` loop."""
        self.trips[text] = 0

    def items(self, text: str, found: Iterable[Any], line: int) -> Iterator[Any]:
        """Yield what a `for` loop runs over, and note how many trips it makes."""
        trips = 0
        try:
            for item in found:
                trips += 1
                yield item
        finally:
            self.note(text, min(trips, 2), line)

    def raises(self, text: str, kind: Callable[[], Any], line: int) -> None:
        """Raise what an `except` catches, if that is to be judged."""
        self.note(text, False, line)
        if self.forced.get(text):
            first = kind()
            while isinstance(first, tuple):
                first = first[0]
            raise first

    def caught(self, text: str, line: int) -> None:
        """Note that an `except` has caught something."""
        self.note(text, True, line)

    def note(self, text: str, answer: bool | int, line: int) -> None:
        if line:
            self.sides.setdefault((text, answer), line)
        else:
            self.followed.add(text)

    def settle(self) -> None:
        """Let no later run ask many times as many tests as the one before."""
        self.most = TIMES * self.count + MORE

    def spend(self) -> None:
        self.count += 1
        if self.count > self.most:
            raise EndlessError("the function does not end here")

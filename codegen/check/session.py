"""All trials of one check. In: a generated pair, an example call. Out: a `Report` joined from the trials.

What decides is the example, a second set of sizes and values, other ways through the function, smaller sizes, other
values of passive arguments. What the example cannot tell (an axis of size 1) is tried as well, and noted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from types import CodeType
from typing import Any, TypeVar

import numpy as np

from codegen.check.arguments import Argument, Call, bind, names
from codegen.check.axes import array_sizes, list_sizes
from codegen.check.calls import GuardedError
from codegen.check.leaves import Path, duplicate, get, label
from codegen.check.report import Report, Row, words
from codegen.check.sizes import Search
from codegen.check.trial import Pair, Trial
from codegen.check.variations import (
    candidates,
    constants,
    larger_ones,
    one_by_one,
    others,
    scattered,
    smaller,
)
from codegen.check.ways import Step, Way, has_choice
from codegen.progress import doing

Arguments = tuple[Sequence[Any], Mapping[str, Any]]
SETS, TRIES, WAYS, ALWAYS = 12, 6, 30, 3
SECONDS = 2.0
T = TypeVar("T")


class Session:
    """The trials of one check."""

    def __init__(self, pair: Pair, call: Call) -> None:
        self.pair, self.call = pair, call
        self.trials: dict[str, Trial] = {}
        self.notes: list[str] = []
        self.failures: list[str] = []
        self.frozen: dict[str, int | str] = {}
        self.search: Search | None = None
        self.usable = False
        self.end = time.monotonic() + SECONDS

    def run(self, second: Arguments | None) -> None:
        """Try the example, then everything that resembles it."""
        others = partial(self.other, second)
        steps: list[Callable[[], None]]
        steps = [self.example, others, self.ways, self.smaller, self.ones, self.passive]
        for number, step in enumerate(steps):
            doing("checking the gradients", number, len(steps))
            step()
            if not self.usable:
                break

    def example(self) -> None:
        """Try the example."""
        trial = self.trials["example"] = Trial(self.pair, self.call)
        try:
            trial.run()
            self.usable = trial.ran
        except GuardedError as error:
            trial.fail(f"the generated code refuses its own example: {error}")

    def other(self, second: Arguments | None) -> None:
        """Try a second set of values that the generated code does not refuse."""
        guarded: list[str] = []
        broken: list[Trial] = []
        for call, name in islice(self.others(second), SETS):
            trial = Trial(self.pair, call, f" ({self.described(call)})")
            try:
                trial.run()
            except GuardedError as error:
                guarded.append(str(error))
                continue
            if not trial.ran and trial.failures:
                broken.append(trial)  # sizes that only look as if they fitted: others may tell more
                continue
            self.keep(trial, name, broken)
            break
        else:
            self.failures += [text for trial in broken for text in trial.failures]
        self.notes += [f"guarded: {text}" for text in dict.fromkeys(guarded)]
        if "other sizes" not in self.trials and "second set" not in self.trials:
            tried = (
                "other values of the same sizes" if "other values" in self.trials else "the example"
            )
            if self.search is None or self.search.moves or array_sizes(self.call):
                self.notes.append(
                    f"no other sizes found that {self.pair.name('function')} accepts: checked on {tried} only"
                )

    def keep(self, trial: Trial, name: str, broken: Sequence[Trial]) -> None:
        """Keep the trial of the second set; that the code raises an exception elsewhere is noted then."""
        if name == "other values":
            self.failures += [text for other in broken for text in other.failures]
        else:
            self.notes += [text for other in broken for text in other.failures]
            self.notes.append(f"other sizes: {self.described(trial.call)}")
        if trial.is_tied():
            self.notes += [f"where values tie, {text}" for text in trial.failures]
            trial.failures.clear()
            trial.judged.clear()
        self.trials[name] = trial
        if trial.is_only_numbers():
            self.freeze()

    def freeze(self) -> None:
        """Note the sizes for which alone the gradients are right, if they are right for all others of the rest.

        What has size 1 in the example only because of a size of an argument, `x[:, 2:]`, is broadcast there alone.
        """
        tried = {move: self.lightly(call) for move, call in one_by_one(self.searched())}
        trials = {move: trial for move, trial in tried.items() if isinstance(trial, Trial)}
        wrong = [move for move, trial in trials.items() if trial.is_only_numbers()]
        if any(not trial.failures for trial in trials.values()):
            for axis in (move.axes[0] for move in wrong):
                name = self.named(axis.path)
                if axis.kind == "array" and name.isidentifier():
                    size = get(self.call, axis.path).shape[axis.number]
                    self.frozen[f"{name}.shape[{axis.number}]"] = int(size)

    def others(self, second: Arguments | None) -> Iterator[tuple[Call, str]]:
        """Yield the calls of the second set with a heading, the best first."""
        names_of = [argument.name for argument in self.pair.arguments]
        if second is not None:
            yield bind(self.pair.function, second[0], second[1], names_of)[0], "second set"
        for candidate in candidates(self.searched()):
            yield candidate.call, "other values" if candidate.kept else "other sizes"

    def searched(self) -> Search:
        """Return the search for other sizes, made once."""
        if self.search is None:
            caller = self.trials["example"].caller
            places: list[Path] = [
                place for argument in self.pair.arguments for place in argument.places
            ]
            self.search = Search(
                lambda call: caller.run(self.pair.function, call), self.call, places
            )
        return self.search

    def ones(self) -> None:
        """Try the axes of size 1 with larger sizes."""
        for axis, call in self.some(larger_ones(self.searched())):
            size = get(call, axis.path).shape[axis.number]
            place = f"axis {axis.number} of {self.named(axis.path)}"
            trial = self.lightly(call, f"{place} of size {size}")
            if isinstance(trial, str):
                found = f"guarded, {trial}"
            elif trial.is_only_numbers():
                self.failures += trial.failures
                continue
            else:  # an axis of size 1 may stand for one that is broadcast: then sums are missing
                found = f"WRONG, {trial.failures[0]}" if trial.failures else "right too"
            self.notes.append(f"{place} has size 1 in the example; with size {size}: {found}")

    def ways(self) -> None:
        """Try values that take another way through the function; a few in any case, for masks choose without a jump."""
        known = set(self.way(self.call))
        straight = not any(map(has_choice, self.codes()))
        for trial in self.trials.values():
            known |= set(self.way(trial.call))
        sizes = sorted(
            {abs(c) for c in self.constants() if not isinstance(c, str) and 0 < abs(c) < 1e4}
        )
        calls = scattered(self.searched(), sizes)
        for k, call in enumerate(self.some(calls, ALWAYS if straight else WAYS)):
            new = {step: line for step, line in self.way(call).items() if step not in known}
            known |= set(new)
            if new:
                self.surely(call, f"on the way through line {min(new.values())}")
            elif k < ALWAYS:
                self.surely(call, "other values")

    def way(self, call: Call) -> Mapping[Step, int]:
        """Return the way that a call takes."""
        caller = self.trials["example"].caller
        for _ in range(2):
            way = Way()
            caller.ready()
            way.take(self.pair.function, duplicate(call))
            if way.is_whole:
                break
        return way.steps

    def smaller(self) -> None:
        """Try smaller sizes."""
        for call in self.some(smaller(self.searched())):
            self.surely(call, self.described(call), shrunk=True)

    def passive(self) -> None:
        """Try other values of ints, bools, words and functions, one at a time."""
        words = [word for word in self.constants() if isinstance(word, str)]
        words += [key for place in self.pair.state.places for key in keys_of(place.value)]
        for other in self.some(others(self.searched(), list(dict.fromkeys(words)))):
            value = shown(other.value)
            old, name, before = (
                get(self.call, other.path),
                self.named(other.path),
                len(self.failures),
            )
            guard = self.surely(other.call, f"with {name} = {value}")
            if guard:
                self.notes.append(
                    f"{name} is {old!r} in the example; with {value}: guarded, {guard}"
                )
            elif len(self.failures) > before and name.isidentifier() and is_plain(old):
                self.frozen[name] = old if isinstance(old, str | bool) else int(old)

    def constants(self) -> list[Any]:
        """Return the strings and numbers in the code that the example ran."""
        return [value for code in self.codes() for value in constants(code)]

    def codes(self) -> list[CodeType]:
        """Return the code that the example ran."""
        return sorted(self.trials["example"].caller.patience.codes, key=order)

    def some(self, found: Iterable[T], most: int = TRIES) -> Iterator[T]:
        """Yield the first few, while there is time."""
        for item in islice(found, most):
            if time.monotonic() > self.end:
                return
            yield item

    def surely(self, call: Call, place: str, shrunk: bool = False) -> str | None:
        """Fail if the pair is wrong at a call; return what it says if it refuses the call.

        Where sizes are `shrunk`, a slice may have become one number that is broadcast by chance: that the backward
        pass raises there is noted.
        """
        trial = self.lightly(call, place)
        if isinstance(trial, str):
            return trial
        if trial.is_tied():
            self.notes += [f"where values tie, {text}" for text in trial.failures]
        elif shrunk and trial.misfit:
            self.notes += [f"where a size is 1 or 0, {text}" for text in trial.failures]
        else:
            self.failures += trial.failures
        return None

    def lightly(self, call: Call, place: str = "") -> Trial | str:
        """Return a trial of a few slopes, or what the generated code says where it refuses the call."""
        trial = Trial(self.pair, call, f" ({place})" if place else "", light=True)
        try:
            trial.run()
        except GuardedError as error:
            return str(error)
        return trial

    def named(self, path: Path) -> str:
        """Return what the user calls the place of a call."""
        known = names(self.pair.function, self.call)
        return label(known.get(path[:2], "argument"), path[2:])

    def described(self, call: Call) -> str:
        """Return the sizes of a call that are not those of the example, or that there are none."""
        old = array_sizes(self.call) | list_sizes(self.call)
        found = {}
        for axis, n in (array_sizes(call) | list_sizes(call)).items():
            if old.get(axis) != n:
                name = self.named(axis.path)
                value = get(call, axis.path)
                found[name] = (
                    f"{name} {value.shape}" if axis.kind == "array" else f"len({name}) = {n}"
                )
        return ", ".join(found.values()) or "other values"

    def report(self) -> Report:
        """Return what was found."""
        trials = list(self.trials.values())
        notes = [text for trial in trials for text in trial.notes] + self.notes
        failures = [text for trial in trials for text in trial.failures] + self.failures
        return Report(
            self.pair.name("function"),
            tuple(self.row(argument) for argument in self.pair.arguments),
            tuple(self.trials),
            tuple(dict.fromkeys(notes)),
            tuple(dict.fromkeys(failures)),
            self.frozen,
        )

    def row(self, argument: Argument) -> Row:
        """Return what was found about one argument."""
        judged = [trial.judged.get(argument.name) for trial in self.trials.values()]
        errors = tuple(j.error if j else None for j in judged)
        known = [error for error in errors if error is not None]
        worst = max(known, default=None)
        single = any(j.single for j in judged if j)
        kinks = sum(j.kinks for j in judged if j)
        return Row(argument.name, worst, words(worst, single), kinks, errors)


def keys_of(value: Any) -> list[str]:
    """Return the words that a dict is looked up by."""
    return [key for key in value if isinstance(key, str)] if isinstance(value, dict) else []


def order(code: CodeType) -> tuple[str, int]:
    """Return what a set of codes is sorted by, so that every run tries the same."""
    return code.co_filename, code.co_firstlineno


def shown(value: Any) -> str:
    """Return how a report names another value of a passive argument."""
    if isinstance(value, np.ndarray):
        return "other numbers"
    return str(getattr(value, "__name__", repr(value)))


def is_plain(value: Any) -> bool:
    """Return whether a value is a text, a truth or a number, which a message can name."""
    return isinstance(value, str | bool | int | float | np.number)

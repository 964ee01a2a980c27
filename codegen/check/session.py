"""All trials of one check. In: a generated pair, an example call. Out: a `Report` joined from the trials.

What decides is the example and a second set of sizes and values. What the example cannot tell (an axis of size 1,
another value of an int) is tried as well, and noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from codegen.check.arguments import Argument, Call, bind, names
from codegen.check.axes import array_sizes, list_sizes
from codegen.check.calls import GuardedError
from codegen.check.leaves import Path, get, label
from codegen.check.report import Report, Row, words
from codegen.check.sizes import Search
from codegen.check.trial import Pair, Trial

Arguments = tuple[Sequence[Any], Mapping[str, Any]]
TRIES = 6


class Session:
    """The trials of one check."""

    def __init__(self, pair: Pair, call: Call) -> None:
        self.pair, self.call = pair, call
        self.trials: dict[str, Trial] = {}
        self.notes: list[str] = []
        self.search: Search | None = None
        self.usable = False

    def run(self, second: Arguments | None) -> None:
        """Try the example, then everything that resembles it."""
        self.example()
        if self.usable:
            self.other(second)
            self.ones()
            self.ints()

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
        for call, name in self.others(second):
            trial = Trial(self.pair, call, f" ({self.described(call)})")
            try:
                trial.run()
            except GuardedError as error:
                guarded.append(str(error))
                continue
            self.trials[name] = trial
            if name == "other sizes":
                self.notes.append(f"other sizes: {self.described(call)}")
            break
        self.notes += [f"guarded: {text}" for text in dict.fromkeys(guarded)]
        if "other sizes" not in self.trials and "second set" not in self.trials:
            tried = (
                "other values of the same sizes" if "other values" in self.trials else "the example"
            )
            if self.search is None or self.search.moves or array_sizes(self.call):
                self.notes.append(
                    f"no other sizes found that {self.pair.name('function')} accepts: checked on {tried} only"
                )

    def others(self, second: Arguments | None) -> Iterator[tuple[Call, str]]:
        """Yield the calls of the second set with a heading, the best first."""
        names_of = [argument.name for argument in self.pair.arguments]
        if second is not None:
            yield bind(self.pair.function, second[0], second[1], names_of)[0], "second set"
        for candidate in self.searched().candidates():
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
        for axis, call in islice(self.searched().larger_ones(), TRIES):
            size = get(call, axis.path).shape[axis.number]
            place = f"axis {axis.number} of {self.named(axis.path)}"
            found = self.lightly(call)
            if found:
                self.notes.append(f"{place} has size 1 in the example; with size {size}: {found}")
            else:
                self.notes.append(f"{place} has size 1 in the example; right with size {size} too")

    def ints(self) -> None:
        """Try other values of int and bool arguments, one at a time."""
        for path, value, call in islice(self.searched().other_ints(), TRIES):
            found = self.lightly(call)
            if found:
                old, name = get(self.call, path), self.named(path)
                self.notes.append(f"{name} is {old} in the example; with {value}: {found}")

    def lightly(self, call: Call) -> str | None:
        """Return what is wrong at a call the example says nothing about, None if nothing is."""
        trial = Trial(self.pair, call, light=True)
        try:
            trial.run()
        except GuardedError as error:
            return f"guarded, {error}"
        return f"WRONG, {trial.failures[0]}" if trial.failures else None

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
        failures = [text for trial in trials for text in trial.failures]
        return Report(
            self.pair.name("function"),
            tuple(self.row(argument) for argument in self.pair.arguments),
            tuple(self.trials),
            tuple(dict.fromkeys(notes)),
            tuple(dict.fromkeys(failures)),
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

"""All trials of one check. In: a generated pair, an example call. Out: a `Report` joined from the trials.

What decides is the example, a second set of sizes and values, other ways through the function, smaller sizes, other
values of passive arguments. What the example cannot tell (an axis of size 1) is tried as well, and noted.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from types import CodeType
from typing import Any, TypeVar

import numpy as np

from codegen import syntax
from codegen.check import outputs
from codegen.check.arguments import Argument, Call, names
from codegen.check.broadcast import Meetings, meetings
from codegen.check.calls import LARGE, Caller, GuardedError, Meter, amount, first_line
from codegen.check.report import Report, Row, Unproven, words
from codegen.check.sides import Build, Forced, Sides
from codegen.check.sizes import Axis, Move, Search, array_sizes, list_sizes, smaller
from codegen.check.trial import BrokenPairError, Pair, Trial, UnsteadyError
from codegen.check.twins import Side
from codegen.check.unlike import Unlike
from codegen.check.values import narrowed, nearly, redrawn, scaled, shaken
from codegen.check.variations import (
    DIRECT,
    Shaped,
    candidates,
    constants,
    grown,
    larger_ones,
    one_by_one,
    others,
    scattered,
    shaped,
    shrunken,
    smaller_sizes,
    spread,
)
from codegen.errors import as_made
from codegen.process import staying
from codegen.progress import doing
from codegen.pytree import (
    Attribute,
    Path,
    children,
    deep_leaves,
    duplicate,
    get,
    has_fields,
    is_dataclass,
    is_float,
    label,
    replaced,
    without,
)

SETS, TRIES, WAYS, ALWAYS = 12, 6, 30, 3
LIGHT, FEW, SIDES, PASSIVE, SHAPED, RANKED = 40, 8, 60, 40, 30, 60
FEW_KINDS = 20  # calls with another kind of argument, for each side that is left
NEIGHBOURS = 3  # of the example
SMALL = 12  # sizes below are tried each
FAR = {"1,000 times as large": 1e3, "a thousandth of it": 1e-3}
RANKS = {0: "was a number", 1: "was a vector", 2: "was a matrix"}
COST = 2_000_000
T = TypeVar("T")


class Session:
    """The trials of one check."""

    def __init__(
        self,
        pair: Pair,
        call: Call,
        build: Build,
        sides: Sides | None = None,
        few: int | None = None,
    ) -> None:
        self.pair, self.call, self.build = pair, call, build
        self.sides, self.few = sides or Sides(pair, build), few
        # what is None in the example, and what tells that it is given
        self.given_later: dict[str, str] = {}
        self.beside: dict[str, tuple[str, str]] = (
            {}
        )  # guards found with it: the test, both of these
        self.trials: dict[str, Trial] = {}
        self.notes: list[str] = []
        self.failures: list[str] = []
        self.unproven: list[Unproven] = []
        self.missed: list[Unproven] = []
        self.frozen: dict[str, int | str] = {}
        self.guards: dict[str, str] = {}
        self.search: Search | None = None
        self.main: Session | None = None  # that of the example, where a side is taken by force
        self.meetings: Meetings | None = None
        self.needed: set[str] = set()
        self.ties: list[set[tuple[Path, int]]] = []
        self.usable = self.widens = False
        self.meter = Meter()
        self.end = COST

    def run(self) -> None:
        """Try the example, then everything that resembles it."""
        steps: list[Callable[[], None]]
        steps = [
            self.example,
            self.thin,
            self.other,
            self.ways,
            self.smaller,
            self.overlaps,
            self.ones,
            self.passive,
        ]
        steps += [
            self.left_out,
            self.filled,
            self.objects,
            self.integers,
            self.shaped,
            self.narrow,
            self.exact,
            self.forced,
            self.together,
            self.apart,
        ]
        for number, step in enumerate(steps):
            doing("checking the gradients", number, len(steps))
            step()
            if not self.usable:
                break

    def example(self) -> None:
        """Try the example; one of many numbers only once, for everything else is tried where it costs little."""
        trial = self.trials["example"] = self.base = self.trial(self.call)
        trial.large = amount(self.call) > LARGE
        small = self.small(trial) if trial.large else None
        self.sides.prepare(small or self.call)
        trial.wide = self.sides.wide()
        self.attempt(trial)
        if small is not None and self.usable:
            self.call = small
            self.base = self.trial(small, self.described(small))
            self.trials["smaller sizes"] = self.base
            self.attempt(self.base)
        self.right(self.base)

    def thin(self) -> None:
        """Note the tests that have the answer of the example nowhere next to it, as `norm != 1` for a unit vector."""
        if not self.sides.usable:
            return
        places = [place for argument in self.pair.arguments for place in argument.places]
        near = [redrawn(self.call, places, nearly, seed) for seed in range(NEIGHBOURS)]
        try:
            here, *there = [set(self.sides.took(call)) for call in (self.call, *near)]
        except Exception:  # noqa: BLE001 - on the edge of where the function can be computed
            return
        for text, answer in sorted(here, key=str):
            other = (text, not answer)
            if isinstance(answer, bool) and other not in here:
                if all(other in sides and (text, answer) not in sides for sides in there):
                    where = self.where((text, answer))
                    self.notes.append(
                        f"the example lies {where}, and nothing next to it does: its gradients are those of that case"
                    )

    def trial(self, call: Call, place: str = "", few: int | None = None) -> Trial:
        where = f" ({place})" if place else ""
        few = self.few if few is None else few
        return Trial(self.pair, call, where, few, self.meter, self.sides.wide())

    def attempt(self, trial: Trial) -> None:
        """Run the trial of the example or of a smaller one."""
        try:
            trial.run()
            self.usable = trial.ran
        except GuardedError as error:
            self.usable = False
            trial.fail(f"the generated code refuses its own example: {error}")

    def small(self, trial: Trial) -> Call | None:
        """Return a call like the example with few numbers, that the function and its pair accept."""

        def takes(call: Call) -> Any:
            args, kwargs = duplicate(call)
            with staying():
                self.pair.forward(*args, **kwargs)
            return trial.caller.run(self.pair.function, call)

        with suppress(UnsteadyError, BrokenPairError):  # the trial will say so
            trial.want = trial.value()
        return None if trial.want is None else smaller(takes, self.call, trial.want)

    def right(self, trial: Trial) -> None:
        """Note which sides and lines a trial has judged."""
        if trial.ran and not trial.failures and trial.compared:
            known = set(self.sides.judged)
            self.sides.judge(trial.call, trial.dout)
            if trial is not self.base and not self.sides.judged <= known:
                self.as_one(trial.call, {})

    def as_one(self, call: Call, answers: Forced) -> None:
        """Let a module refuse arguments that are one object where a side that was just judged changes one of them."""
        self.sides.twins.board.begin(answers)
        caller = Caller(self.pair.state, self.meter)
        found = Unlike(self.sides.pair, call, caller, self.named).twice()
        self.guards |= {test: as_made(was) for test, was in found.items()}

    def other(self) -> None:
        """Try a second set of values that the generated code does not refuse."""
        guarded: list[str] = []
        broken: list[Trial] = []
        for candidate in islice(candidates(self.searched()), SETS):
            call = candidate.call
            trial = self.trial(call, self.described(call))
            try:
                trial.run()
            except GuardedError as error:
                guarded.append(str(error))
                continue
            if not trial.ran and trial.failures:
                broken.append(trial)  # sizes that only look as if they fitted: others may tell more
                continue
            self.keep(trial, "other values" if candidate.kept else "other sizes", broken)
            break
        else:
            self.failures += [text for trial in broken for text in trial.failures]
        self.notes += [f"guarded: {text}" for text in dict.fromkeys(guarded)]
        if "other sizes" not in self.trials:
            tried = (
                "other values of the same sizes" if "other values" in self.trials else "the example"
            )
            if self.search is None or self.search.moves or array_sizes(self.call):
                found = (
                    "the search for other sizes stopped before its end"
                    if self.search and self.search.spent
                    else f"no other sizes found that {self.pair.name('function')} accepts"
                )
                self.notes.append(f"{found}: checked on {tried} only")

    def keep(self, trial: Trial, name: str, broken: Sequence[Trial]) -> None:
        """Keep the trial of the second set; that the code raises an exception elsewhere is noted then."""
        if name == "other values":
            self.failures += [text for other in broken for text in other.failures]
        else:
            self.notes += [text for other in broken for text in other.failures]
            self.notes.append(f"other sizes: {self.described(trial.call)}")
        self.trials[name] = trial
        self.right(trial)
        if trial.is_only_numbers():
            self.freeze()

    def other_sizes(self) -> None:
        """Try other sizes, if there are any."""
        for candidate in islice(candidates(self.searched()), 1):
            trial = self.lightly(candidate.call, self.described(candidate.call))
            if isinstance(trial, Trial):
                self.settle(trial)
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
                    shape = f"{name}.shape[{axis.number}]"
                    if self.is_optional(name):
                        said = as_made(f"{shape} was {size}")
                        self.guards[self.given(f"{shape} != {size}", axis.path)] = said
                    else:
                        self.frozen[shape] = int(size)

    def searched(self) -> Search:
        """Return the search for other sizes, made once."""
        if self.search is None:
            caller = self.base.caller
            places: list[Path] = [
                place for argument in self.pair.arguments for place in argument.places
            ]
            self.search = Search(
                lambda call: caller.run(self.pair.function, call), self.call, places, self.meter
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
            elif (
                trial.failures
            ):  # it may stand for one that is broadcast: then sums are missing, or one too many
                self.loose(axis, size)
                continue
            else:
                found = "right too"
            self.notes.append(f"{place} has size 1 in the example; with size {size}: {found}")

    def ways(self) -> None:
        """Try values that take another way through the function; a few in any case, for masks choose without a jump."""
        sizes = sorted(
            {abs(c) for c in self.constants() if not isinstance(c, str) and 0 < abs(c) < 1e4}
        )
        calls = scattered(self.searched(), sizes)
        for k, call in enumerate(
            self.some(calls, WAYS if self.sides.known and not self.sides.always else ALWAYS)
        ):
            new = {s: line for s, line in self.way(call).items() if s not in self.sides.judged}
            if new:
                trial = self.lightly(call, f"on the way through line {min(new.values())}")
                if isinstance(trial, Trial) and trial.failures and not trial.is_told():
                    self.unsettled(trial)
                elif isinstance(trial, Trial):
                    self.settle(trial)
            elif k < ALWAYS:
                self.surely(call, "other values")

        for name, times in FAR.items():
            call = self.searched().moved([], partial(scaled, times=times), 0)
            if self.searched().mode and self.searched().accepts(call) and not self.new(call):
                trial = self.lightly(call, name, 0)
                stairs = any(judged.kinks for judged in self.base.judged.values())
                if isinstance(trial, Trial) and trial.is_far_off(stairs):
                    self.settle(trial)
                elif isinstance(trial, Trial):
                    why = "" if trial.overflowed else ", slopes are rough there"
                    self.notes += [f"no failure{why}: {text}" for text in trial.failures]

    def way(self, call: Call) -> Mapping[Side, int]:
        """Return the sides that a call takes."""
        try:
            return self.sides.took(call)
        except Exception as error:  # noqa: BLE001 - the twin cannot do what the function can
            if self.sides.usable:
                self.notes.append(f"which sides some values take is not known: {first_line(error)}")
            return {}

    def exact(self) -> None:
        """Try the very numbers that the function compares a differentiable number with: a side, or a mask, that is for
        one number alone says nothing of the slope there, and a note says so.
        """
        masks = has_equal_mask(self.pair.source)
        known = {float(c) for c in self.constants() if isinstance(c, int | float) and abs(c) < 1e4}
        for argument in self.pair.arguments:
            for path, leaf in argument.leaves(self.call):
                one = isinstance(leaf, float | np.floating)
                if not one and not (masks and np.ndim(leaf) and np.size(leaf)):
                    continue
                for value in sorted({0.0, *known}):
                    place, name = argument.absolute(path), argument.label(path)
                    name += "" if one else f"[{', '.join('0' * np.ndim(leaf))}]"
                    call = replaced(self.call, place, with_first(leaf, value))
                    if not self.searched().accepts(call):
                        continue
                    new = self.new(call)
                    if not (new or masks):
                        continue
                    trial = self.lightly(call, f"with {name} = {value}", FEW)
                    if isinstance(trial, Trial) and trial.is_unsteady():
                        self.notes.append(
                            f"at {name} = {value}, a case of its own, the gradients are those of that case"
                        )
                    elif isinstance(trial, Trial) and trial.failures and new:
                        # what this side computes may have the limit's value, but not its slope
                        self.settle(trial) if trial.is_told() else self.unsettled(trial)
                    elif isinstance(trial, Trial) and new:
                        self.settle(trial)

    def forced(self) -> None:
        """Take the sides that no call has taken by force."""
        self.notes += guarded_handlers(self.pair.source)
        if not self.sides.usable:
            return
        for side, answers in self.some(self.sides.left(), SIDES):
            calls = [trial.call for trial in self.trials.values()]
            asking = self.sides.asking.get(side[0])
            for call in [*calls, *([] if asking is None else [asking])]:
                if self.force(side, answers, call):
                    break
            if side not in self.sides.judged:
                self.catch(side)
        for side, answers in self.some(self.sides.unturned(), SIDES):
            any(self.in_turns(side, answers, t.call) for t in self.trials.values())
        for side, answers in self.sides.missed():
            self.missed.append(Unproven(answers, f"{self.where(side)}: never judged"))
        left = sorted(self.sides.lines - self.sides.right)
        if left:
            lines = syntax.lines_of(self.pair.source)
            first = lines[left[0] - 1].strip()
            self.notes.append(f"{len(left)} lines never judged, the first is `{first}`")

    def together(self) -> None:
        """Take by force sides at once that the example does not take: all of them, then any two that no call has taken
        together. What is wrong there alone a module refuses.
        """
        if not self.sides.usable:
            return
        natural, every = self.sides.took(self.base.call), Forced()
        for side in self.sides.known:
            if side in self.sides.judged and side not in natural and isinstance(side[1], bool):
                every = self.sides.leading(every, side) or every
        while len(every) > 1 and (least := self.refused_at_once(every)):
            every = {text: answer for text, answer in every.items() if text != list(least)[-1]}
        for pair in self.some(self.sides.unmet(), SIDES):
            if frozenset(pair) not in self.sides.met:
                self.refused_at_once(self.sides.leading({}, *pair))

    def refused_at_once(self, answers: Forced) -> Forced:
        """Refuse as few of some answers as are wrong together; return them, and nothing if none are."""
        natural = self.sides.took(self.base.call)
        answers = dict(sorted(answers.items(), key=lambda side: side not in natural))
        wrong = self.wrong_at(answers)
        if not wrong:
            return {}
        for text in list(answers):
            fewer = {other: answer for other, answer in answers.items() if other != text}
            if fewer and (found := self.wrong_at(fewer)):
                answers, wrong = fewer, found
        asked = self.beforehand(answers)
        if len(asked) == len(answers) > 1:
            test = " and ".join(asked)
            self.guards[test] = as_made(f"{test} never held at once")
        else:
            self.unproven.append(Unproven(answers, wrong[0].text))
        return answers

    def wrong_at(self, answers: Forced) -> list[Unproven]:
        """Return what is wrong where tests are answered by force."""
        before, side = len(self.unproven), list(answers.items())[-1]
        any(self.force(side, answers, trial.call) for trial in self.trials.values())
        wrong, self.unproven = self.unproven[before:], self.unproven[:before]
        return wrong

    def apart(self) -> None:
        """Try other sizes, shapes and passive values also on the sides that the example does not take; what is wrong
        there alone a module refuses there alone, if that can be asked of its arguments.
        """
        if not self.sides.usable:
            return
        seen = set(self.sides.took(self.base.call))
        left = [side for side in self.sides.known if isinstance(side[1], bool) and side not in seen]
        for side in self.some(left, SIDES):
            if side in self.sides.judged - seen and not is_caught(side[0]):
                answers = {**self.sides.ways.get(side[0], {}), side[0]: bool(side[1])}
                for call in (self.base.call, self.sides.asking.get(side[0])):
                    if call is not None and (found := self.on(side, answers, call)) is not None:
                        seen |= set(found.sides.took(call))
                        self.take_over(found, answers)
                        break

    def on(self, side: Side, answers: Forced, call: Call) -> Session | None:
        """Return the trials of what resembles a call where a side is taken by force; None if it is not judged there."""
        other = Session(self.sides.pair, call, self.build, self.sides.under(answers), FEW)
        other.main = self
        other.meter, other.end = self.meter, min(self.end, self.meter.end(COST // SIDES))
        try:
            if side not in other.sides.took(call):
                return None
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return None
        other.base = other.trial(call)
        other.attempt(other.base)
        if other.base.failures or not other.base.compared:
            return None
        for step in (
            other.other_sizes,
            other.ways,
            other.smaller,
            other.overlaps,
            other.ones,
            other.passive,
            other.shaped,
        ):
            step()
        return other

    def take_over(self, other: Session, answers: Forced) -> None:
        """Refuse what was found wrong on a side; the side as a whole if that cannot be told from the arguments."""
        frozen = other.frozen.items()
        found = {f"{n} != {value!r}": as_made(f"{n} was {value!r}") for n, value in frozen}
        found |= other.all_guards()
        new = {test: said for test, said in found.items() if test not in self.all_guards()}
        for test, said in new.items():
            asked = f"({test})" if " or " in test else test
            self.guards[" and ".join([*self.beforehand(answers), asked])] = said
        if not new:
            # where the pair raises by itself, which is no wrong gradient, the rest of the side need not be given up
            loud = tuple(f"{self.pair.name(role)} raises " for role in ("forward", "backward"))
            silent = [text for text in other.failures if not text.startswith(loud)]
            self.unproven += [Unproven(answers, text) for text in silent[:1]]
            self.unproven += [Unproven({**answers, **u.answers}, u.text) for u in other.unproven]

    def beforehand(self, answers: Forced) -> list[str]:
        """Return the tests that lead to a side and can be asked where the function begins."""
        there = {
            self.named(path)
            for path, leaf in deep_leaves(self.call)
            if is_plain(leaf) and self.is_everywhere(path)
        } - self.optional()
        return [
            text if answer else ast.unparse(syntax.negated(syntax.parse(text)))
            for text, answer in answers.items()
            if self.sides.twins.is_of_arguments(text, self.pair.function, there)
        ]

    def catch(self, side: Side) -> None:
        """Judge a side at a call with another kind of argument that gets there by itself, if there is one."""
        known = names(self.pair.function, self.call)
        given = [path for path, n in known.items() if n not in self.needed | self.optional()]
        for call in self.some(other_kinds(self.call, given), FEW_KINDS):
            if self.gets(call, side):
                trial = self.lightly(call, self.where(side))
                if isinstance(trial, Trial) and trial.failures and not trial.ran:
                    continue  # it raises, as it may for what nobody would give
                if isinstance(trial, Trial) and trial.failures:
                    self.unproven.append(Unproven(dict([side]), trial.failures[0]))
                elif isinstance(trial, Trial):
                    self.right(trial)
                return

    def gets(self, call: Call, side: Side) -> bool:
        """Return whether the function takes a side at a call, and gives floats there."""
        try:
            return side in self.sides.took(call) and bool(
                outputs.float_leaves(self.base.caller.run(self.pair.function, call))
            )
        except Exception:  # noqa: BLE001 - whatever it raises, the call is not for it
            return False

    def where(self, side: Side) -> str:
        """Return a side of a test in words."""
        text, answer = side
        line = next(line for (other, _), line in self.sides.known.items() if other == text)
        if is_caught(text):
            kind, _, tried = text.removeprefix("except ").partition(" of ")
            return f"where `{tried}` raises {kind}, line {line}"
        if isinstance(answer, bool):
            return f"where `{text}` is {answer}, line {line}"
        return f"with {answer} trips of `{text}`, line {line}"

    def force(self, side: Side, answers: Forced, call: Call) -> bool:
        """Judge the pair where tests are answered by force; return whether the function gets there."""
        for path, name in names(self.pair.function, call).items():
            if answers.get(f"{name} is None") is True and self.is_optional(name):
                call = replaced(
                    call, path, None
                )  # what is given has a gradient, what is left out has none
        try:
            if side not in self.sides.took(call, answers):
                return False
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return False
        where = self.where(side)
        trial = Trial(self.sides.pair, call, f" ({where}, forced)", 0, self.meter)
        self.sides.twins.board.begin(answers)
        try:
            trial.run()
        except GuardedError as error:
            if not is_caught(side[0]):
                self.notes.append(f"{where}: guarded, {error}")
            return True
        if trial.want is not None and not outputs.float_leaves(trial.want):
            return True  # there is nothing to compare
        if side[0].endswith(" is None") and any("NoneType" in text for text in trial.failures):
            return True  # what is no None is taken for one: the function would raise as well
        if trial.failures and self.sides.twins.board.followed >= set(answers):
            self.unproven.append(Unproven(answers, trial.failures[0]))
        elif trial.compared and not trial.failures:
            self.sides.note()
            self.as_one(call, answers)
        return True

    def in_turns(self, side: Side, answers: Forced, call: Call) -> bool:
        """Judge the pair where a test in a loop is answered by force every second time only: there a side finds
        what the other one has left. Return whether the function asks several times.
        """
        board = self.sides.twins.board
        try:
            if side not in self.sides.took(call, answers, side[0]) or not board.turns():
                return False
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return False
        where = f" ({self.where(side)} every second time, forced)"
        trial = Trial(self.sides.pair, call, where, 0, self.meter)
        board.begin(answers, side[0])
        with suppress(GuardedError):
            trial.run()
        if board.turns():
            if trial.failures:
                self.unproven.append(Unproven(answers, trial.failures[0]))
            elif trial.compared:
                self.sides.note()
        return True

    def smaller(self) -> None:
        """Try smaller sizes."""
        for call, parts in self.some(smaller_sizes(self.searched())):
            trial = self.lightly(call, self.described(call))
            if isinstance(trial, str):
                continue
            if trial.failures and not trial.misfit:
                for one in parts:
                    if self.is_wrong(one.call):
                        size = get(one.call, one.axis.path).shape[one.axis.number]
                        self.guard(one.axis, f"<= {size}")
            self.settle(trial, shrunk=True)

    def overlaps(self) -> None:
        """Try smaller sizes where a part of an array has a name of its own and something changes: what lies apart in
        the example, `u[:2]` and `u[-2:]`, may overlap there.
        """
        if not changes_parts(self.pair.source):
            return
        for move in self.some(self.searched().moves):
            axis = move.axes[0]
            n = self.searched().sizes[axis] if axis.kind == "array" else 1

            def is_wrong(size: int, move: Move = move, n: int = n) -> bool:
                call = self.searched().moved([Move(move.axes, size - n)], self.searched().mode, 0)
                if not self.searched().accepts(call):
                    return False
                trial = self.lightly(call, few=FEW)
                return isinstance(trial, Trial) and trial.is_only_numbers()

            tried = sorted({*range(1, SMALL), *range(n - TRIES, n)} & set(range(1, n)))
            worst = next(
                (size for size in self.some(reversed(tried), len(tried)) if is_wrong(size)), 0
            )
            if worst:
                above = next((size for size in tried if size > worst), n)
                self.guard(axis, f"<= {last_of(is_wrong, worst, above)}")

    def is_wrong(self, call: Call) -> bool:
        """Return whether the pair gives wrong numbers at a call that the function takes."""
        if not self.searched().accepts(call):
            return False
        trial = self.lightly(call)
        return isinstance(trial, Trial) and bool(trial.failures)

    def is_silently_wrong(self, call: Call) -> bool:
        """Return whether the pair gives other numbers than the slopes at a call that the function takes."""
        trial = self.lightly(call, few=FEW) if self.searched().runs(call) else None
        return isinstance(trial, Trial) and trial.is_only_numbers()

    def is_wrong_with(self, path: Path, value: int) -> bool:
        """Return whether the pair gives wrong numbers with another int at a place of the example, or the function does
        not take it there: with other sizes it may.
        """
        call = replaced(self.call, path, value)
        return not self.searched().accepts(call) or self.is_wrong(call)

    def guard(self, axis: Axis, sizes: str) -> None:
        """Let a module refuse some sizes of an axis."""
        shape = f"{self.named(axis.path)}.shape[{axis.number}]"
        if sizes.startswith("<="):  # the largest says it all
            known = {
                int(t.rpartition(" ")[2]): t for t in self.guards if t.startswith(f"{shape} <=")
            }
            if max(known, default=0) > int(sizes[2:]):
                return
            self.guards = {t: said for t, said in self.guards.items() if t not in known.values()}
        size = get(self.call, axis.path).shape[axis.number]
        self.guards[self.given(f"{shape} {sizes}", axis.path)] = as_made(f"{shape} was {size}")

    def passive(self) -> None:
        """Try other values of ints, bools, words, enums and functions, one at a time."""
        known = self.constants()
        known += [key for place in self.pair.state.places for key in keys_of(place.value)]
        wrong: dict[str, dict[int, Path]] = {}
        for other in self.some(others(self.searched(), list(dict.fromkeys(known))), PASSIVE):
            if other.kind == "far" and not self.new(other.call):
                continue
            value = shown(other.value)
            old, name = get(self.call, other.path), self.named(other.path)
            trial = self.lightly(other.call, f"with {name} = {value}", FEW)
            if isinstance(trial, str):
                self.notes.append(
                    f"{name} is {shown(old)} in the example; with {value}: guarded, {trial}"
                )
            elif trial.failures and not trial.ran and not name.isidentifier():
                self.notes += (
                    trial.failures
                )  # no argument that a guard could name, and nothing silent
            elif not trial.failures or not is_plain(old) or not self.is_everywhere(other.path):
                self.settle(trial)
            elif isinstance(old, bool):  # there is but one other value
                self.settle(trial)
                self.frozen[name] = old
            elif other.kind == "near" or not isinstance(other.value, int):
                self.unsettled(trial)
                self.frozen[name] = old if isinstance(old, str) else int(old)
            else:
                self.unsettled(trial)
                wrong.setdefault(name, {})[other.value] = other.path
        for name, values in wrong.items():
            old = get(self.call, next(iter(values.values())))
            below, above = [v for v in values if v < old], [v for v in values if v > old]
            said = as_made(f"{name} was {old!r}")
            for sign, nearest in (
                ("<=", max(below, default=None)),
                (">=", min(above, default=None)),
            ):
                if nearest is not None:
                    is_wrong = partial(self.is_wrong_with, values[nearest])
                    last = last_of(is_wrong, nearest, old)
                    self.guards[f"{name} {sign} {last}"] = said

    def unsettled(self, trial: Trial) -> None:
        """Take over what a trial of another passive value has found wrong: of the sides that no call before it has
        taken, if there are any, which need not forbid the value.
        """
        new = [side for side in self.way(trial.call) if side not in self.sides.judged]
        self.unproven += [Unproven({text: answer}, trial.failures[0]) for text, answer in new[:1]]
        if not new:
            self.settle(trial)

    def left_out(self) -> None:
        """Try calls without an argument that is None by default; a module that is wrong there asks for it. Where the
        function does not take a call without one alone, all of them are left out.
        """
        given = {
            path: name
            for path, name in sorted(names(self.pair.function, self.call).items(), key=str)
            if self.is_optional(name) and get(self.call, path) is not None
        }
        nothing = self.call
        for path in given:
            nothing = replaced(nothing, path, None)
        for path, name in given.items():
            call = replaced(self.call, path, None)
            if not self.base.caller.takes(self.pair.function, call):
                call = nothing
            if not self.base.caller.takes(self.pair.function, call):
                self.needed.add(name)
                continue
            trial = self.lightly(call, f"without {name}")
            if isinstance(trial, Trial) and trial.failures:
                self.needed.add(name)
                self.guards[f"{name} is None"] = as_made(f"{name} was given")
            elif isinstance(trial, Trial):
                self.right(trial)

    def filled(self) -> None:
        """Try calls with a value for what is None in the example, such as the function itself puts there; a module
        that is wrong with all of them asks for None.
        """
        args, kwargs = self.call
        known = set(names(self.pair.function, self.call).values())
        whole = args, {**kwargs, **dict.fromkeys(sorted(self.optional() - known))}
        if not self.base.caller.takes(self.pair.function, whole):
            return
        for path, name in sorted(names(self.pair.function, whole).items(), key=str):
            if get(whole, path) is not None:
                continue
            found: dict[bool, list[Call]] = {True: [], False: []}
            for value in self.stand_ins(name):
                call = replaced(whole, path, value)
                if self.base.caller.takes(self.pair.function, call):
                    trial = self.lightly(call, f"with {name}", FEW)
                    if isinstance(trial, Trial):
                        found[not trial.failures].append(call)
            right, wrong = (found[k] for k in (True, False))
            if wrong and not right:
                self.guards[f"{name} is not None"] = as_made(f"{name} was None")
            is_any = any(type(get(call, path)) is float for call in right)
            given = f"np.ndim({name}) != 0" if is_any else f"{name} is not None"
            shapes = self.guards_beside(right[0], {name: given}) if right else {}
            self.beside |= {test: (given, said) for test, said in shapes.items()}
            is_number = any(type(get(call, path)) is float for call in wrong)
            if right and is_number and not any(f"np.shape({name})" in test for test in shapes):
                test = f"{name} is not None and np.ndim({name}) == 0"
                self.guards[test] = as_made(f"{name} was None or an array")
            if right and wrong and isinstance(own := get(right[0], path), int):
                test = f"{name} is not None and {name} != {own}"
                self.guards[test] = as_made(f"{name} was None or {own}")

    def guards_beside(self, call: Call, given: dict[str, str]) -> dict[str, str]:
        """Return what guards the shapes at a call with a value for what is None in the example."""
        other = Session(self.pair, call, self.build)
        other.given_later = self.given_later | given
        other.base = other.trial(call)
        other.attempt(other.base)
        if other.usable:
            other.shaped()
        return other.guards | other.agreements()

    def stand_ins(self, name: str) -> Iterator[Any]:
        """Yield values for an argument that is None in the example: first what the function puts there, with other
        numbers, or arrays like the other arguments; then what else there may be.
        """
        rng = np.random.default_rng(231)
        own = self.base.caller.local(self.pair.function, self.call, name)
        if isinstance(own, int):
            yield from [own, not own] if isinstance(own, bool) else [own, own + 1, own - 1, own + 2]
            return
        arrays = [own] if is_float(own) and np.ndim(own) else []
        if own is None:
            leaves = [leaf for one in self.pair.arguments for _, leaf in one.leaves(self.call)]
            arrays = list({np.shape(leaf): leaf for leaf in leaves if np.ndim(leaf)}.values())
        for like in arrays:
            yield rng.uniform(0.4, 0.9, np.shape(like))
        if own is None or is_float(own):
            yield 0.7

    def is_optional(self, name: str) -> bool:
        """Return whether a call may leave out an argument, which then is None."""
        return name in self.optional() - self.needed

    def optional(self) -> set[str]:
        """Return the parameters that are None by default."""
        parameters = inspect.signature(self.pair.function).parameters
        return {name for name, one in parameters.items() if one.default is None} | {
            *self.given_later
        }

    def given(self, test: str, *paths: Path) -> str:
        """Return a test on arguments, some of which a call may leave out, that does not hold without them; nor for
        lists that are too short.
        """
        roots = dict.fromkeys(syntax.first_name(self.named(path)) for path in paths)
        asked = [
            self.given_later.get(root, f"{root} is not None")
            for root in roots
            if self.is_optional(root)
        ]
        for path in paths:
            for k in range(DIRECT, len(path)):
                holder = get(self.call, path[:k])
                if isinstance(holder, list) and self.base.caller.takes(
                    self.pair.function, replaced(self.call, path[:k], holder[:-1])
                ):
                    asked.append(f"len({self.named(path[:k])}) > {path[k]}")
        return " and ".join([*dict.fromkeys(asked), test])

    def new(self, call: Call) -> bool:
        """Return whether a call takes sides that were not judged."""
        return any(side not in self.sides.judged for side in self.way(call))

    def shaped(self) -> None:
        """Try arrays that lie in memory in another way, numbers that are arrays, and axes of size 1."""
        for one in self.some(shaped(self.searched(), self.named), SHAPED):
            trial = self.formed(one)
            if trial is None:
                continue
            wrong = [one] if one.condition else [a for a in one.alone if self.formed(a)]
            self.guards |= {self.given(a.condition, a.path): as_made(a.text) for a in wrong}
            self.settle(trial)
        for other in self.some(shrunken(self.searched()), SHAPED):
            if self.misshapen(other.call):
                self.loose(other.axis, 1)
        for move in self.some(self.searched().moves):
            axes = [axis for axis in move.axes if axis.kind == "array"]
            if axes and self.misshapen(resized_to(axes, 0, self.call)):
                self.guard(axes[0], "== 0")
        for other in self.some(grown(self.searched()), SHAPED):
            if self.misshapen(other.call) or self.fails(other.call):
                self.loose(other.axis, get(other.call, other.axis.path).shape[other.axis.number])
        self.ranks()

    def ranks(self) -> None:
        """Try arguments with more axes than in the example, or fewer, and let a module refuse those that are wrong."""
        tried: dict[Path, dict[str, bool]] = {}
        for path, call in self.some(spread(self.searched()), RANKED):
            rank = np.ndim(get(self.call, path))
            more = ">" if np.ndim(get(call, path)) > rank else "<"
            known = tried.setdefault(path, {})
            if known.get(more) or not self.is_everywhere(path) or self.is_refused(path, call):
                continue
            if self.searched().runs(call):
                trial = self.lightly(call, few=0)
                failures = trial.failures if isinstance(trial, Trial) else []
                known[more] = any(" raises " not in failure for failure in failures)
        for path, wrong in tried.items():
            rank = np.ndim(get(self.call, path))
            said = as_made(f"{self.named(path)} {RANKS.get(rank, f'had {rank} axes')}")
            if any(wrong.values()) and any(self.is_layered(Axis(path, k)) for k in range(rank)):
                self.notes.append(f"{said}: what has other axes is not summed over")
            elif any(wrong.values()):
                sign = (
                    "!=" if rank == 0 or all(wrong.values()) else max(wrong, key=wrong.__getitem__)
                )
                self.guards[self.given(f"np.ndim({self.named(path)}) {sign} {rank}", path)] = said

    def is_refused(self, path: Path, call: Call) -> bool:
        """Return whether an array has another shape in a call than those that it must agree with."""
        return any(
            np.shape(get(call, path)) != np.shape(get(call, other))
            for tie in self.ties
            if (path, -1) in tie
            for other, _ in tie
        )

    def narrow(self) -> None:
        """Try the example's arrays in float32; that a gradient has more digits there than its argument is no fault, but
        where what the function gives has no more either, casts are missing.
        """
        call = narrowed(self.call)
        if self.sides.twins.compares:
            name = self.pair.name("function")
            self.notes.append(
                f"{name} asks for float32: tried with the precision of the example alone"
            )
            return
        if call is self.call or not self.searched().runs(call):
            return
        trial = self.lightly(call, "in float32", 0)
        if isinstance(trial, Trial):
            said = [text for text in trial.failures if "the argument is" not in text]
            outs = [leaf for _, leaf in outputs.float_leaves(trial.want)]
            kept = all(np.ndim(leaf) and leaf.dtype != np.float64 for leaf in outs)
            self.widens = kept and len(said) < len(trial.failures)
            rough = said if said and not trial.is_far_off() else []
            self.notes += rough
            self.failures += [text for text in said if text not in rough]

    def misshapen(self, call: Call) -> bool:
        """Return whether the function takes a call and the gradients do not have the shapes of its arguments."""
        return self.searched().runs(call) and self.trial(call).misshapen()

    def fails(self, call: Call) -> bool:
        """Return whether the function takes a call and the pair gives wrong numbers there, or raises unasked."""
        trial = self.lightly(call, few=FEW) if self.searched().runs(call) else None
        return isinstance(trial, Trial) and bool(trial.failures)

    def fits(self, call: Call) -> bool:
        """Return whether the function takes a call and nothing is silently wrong there: a pair may well raise."""
        runs = self.searched().runs(call) and not self.trial(call).misshapen()
        return runs and not self.is_silently_wrong(call)

    def loose(self, axis: Axis, size: int) -> None:
        """Let a module refuse an axis that its function would broadcast at a size where the gradients are not
        summed: together with another axis it may have any size if the two agree.

        What a layer copies along its rows is left alone, and so is what is counted by labels: a note says so.
        """
        partners = self.partners(axis)
        if self.is_layered(axis):
            text = f"axis {axis.number} of {self.named(axis.path)}"
            self.notes.append(f"{text} of size {size} is broadcast and not summed over")
            return
        whole = [q for q in partners if self.are_alike(axis, q)]
        chosen = self.settling(axis, partners, size)
        if not self.is_everywhere(axis.path):
            text = f"axis {axis.number} of {self.named(axis.path)}"
            self.notes.append(f"{text} of size {size} is not summed over")
        elif not chosen or not all(self.is_everywhere(q.path) for q in chosen):
            self.guard(axis, f"{'==' if size == 1 else '!='} 1")
        elif all(q in whole for q in chosen):
            self.ties.append({(q.path, -1) for q in (axis, *chosen)})
        else:
            self.ties.append({(q.path, q.number) for q in (axis, *chosen)})

    def is_layered(self, axis: Axis) -> bool:
        """Return whether an axis is one of what a layer copies along its rows, or is counted by labels; on a side that
        is taken by force also where it is so in the example, for one axis is not asked for on one side alone.
        """
        if self.main and axis in self.main.searched().sizes and self.main.is_layered(axis):
            return True
        partners = self.partners(axis)
        moves = [move.axes for move in self.searched().moves if axis in move.axes]
        mates = [q for q in partners if any(q in axes for axes in moves)]
        if self.meets(axis):  # not only mixed in a product: its own gradient is at stake
            several = get(self.call, axis.path).ndim > 1  # scores by rows, with a label for each
            return several and any(map(self.is_label, (axis, *(mates or partners))))
        return any(map(self.is_tied, (axis, *(mates or partners))))

    def settling(self, axis: Axis, partners: Sequence[Axis], size: int) -> list[Axis]:
        """Return the fewest axes that must have the size of an axis for gradients of the right shapes, if any do."""
        for one in partners:
            call = resized_to([axis, one], size, self.call)
            if self.fits(call) or self.are_alike(axis, one) and not self.searched().runs(call):
                return [one]
        needed = list(partners)
        if not needed or not self.fits(resized_to([axis, *needed], size, self.call)):
            return []
        for one in partners:
            fewer = [q for q in needed if q != one]
            if self.fits(resized_to([axis, *fewer], size, self.call)):
                needed = fewer
        return needed

    def agreements(self) -> dict[str, str]:
        """Return the guards of the axes, or whole shapes (axis -1), that must agree, and what each says."""
        groups: list[set[tuple[Path, int]]] = []
        for tie in self.ties:
            joined = tie.union(*(group for group in groups if group & tie))
            groups = [*(group for group in groups if not group & tie), joined]
        order = self.paths()
        found = {}
        for group in groups:
            members = sorted(group, key=lambda one: (order.index(one[0]), one[1]))
            vectors = all(get(self.call, path).ndim == 1 and number < 0 for path, number in members)
            places = {
                (path, number): f"{self.named(path)}.shape" + (f"[{number}]" if number >= 0 else "")
                for path, number in members
            }
            if vectors and "np" not in names(self.pair.function, self.call).values():
                places = {one: f"np.shape({self.named(one[0])})" for one in members}
            whole = all(number < 0 for _, number in group)
            said = [self.named(path) if whole else places[path, k] for path, k in members]
            listed = " and ".join([", ".join(said[:-1]), said[-1]])
            had = "had one shape" if whole else "were the same"
            for some in self.asked_together(members):
                test = " == ".join(places[one] for one in some)
                test = f"not {test}" if len(some) > 2 else test.replace("==", "!=")
                test = self.given(test, *(path for path, _ in some))
                found[test] = as_made(f"{listed} {had}")
        return found

    def asked_together(self, members: Sequence[tuple[Path, int]]) -> list[list[tuple[Path, int]]]:
        """Return which of the places that must agree one test compares: each that a call may leave out by itself."""
        free = [one for one in members if self.is_optional(syntax.first_name(self.named(one[0])))]
        firm = [one for one in members if one not in free]
        tests = [firm] if len(firm) > 1 else []
        if firm:
            return [*tests, *([firm[0], one] for one in free)]
        return [[one, other] for k, one in enumerate(free) for other in free[k + 1 :]]

    def partners(self, axis: Axis) -> list[Axis]:
        """Return the axes of other arrays that have the size of an axis wherever the two were tried: those of
        its shape first, then those that must grow with it.
        """
        n = self.searched().sizes[axis]
        moves = [move.axes for move in self.searched().moves if axis in move.axes]
        found = [
            other
            for other, m in array_sizes(self.call).items()
            if m == n
            and other != axis
            and get(self.call, other.path).dtype.kind in "fiub"
            and all(a[axis.number] == b[other.number] for a, b in self.shapes(axis, other))
        ]
        return sorted(
            found,
            key=lambda other: (
                not self.are_alike(axis, other),
                not any(other in axes for axes in moves),
            ),
        )

    def are_alike(self, one: Axis, two: Axis) -> bool:
        """Return whether two arrays had one shape wherever they were tried."""
        return one.path != two.path and all(a == b for a, b in self.shapes(one, two))

    def shapes(self, one: Axis, two: Axis) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return the shapes of two arrays wherever they were tried."""
        calls = [self.call, *(trial.call for trial in self.trials.values())]
        return [(get(call, one.path).shape, get(call, two.path).shape) for call in calls]

    def is_everywhere(self, path: Path) -> bool:
        """Return whether every call has a place: the argument has a name, and the function does not run without
        the item of a dict or a list.
        """
        parameters = inspect.signature(self.pair.function).parameters
        if syntax.first_name(self.named(path)) not in parameters:
            return False
        for k in range(DIRECT, len(path)):
            holder = get(self.call, path[:k])
            fewer: list[Any] = []
            if isinstance(holder, dict):
                fewer = [{key: item for key, item in holder.items() if key != path[k]}]
            elif isinstance(holder, list):
                fewer = [holder[:-1], [*holder[: path[k]], *holder[path[k] + 1 :]]]
            elif isinstance(path[k], Attribute):
                fewer = [without(holder, path[k])]
            if any(self.searched().runs(replaced(self.call, path[:k], less)) for less in fewer):
                return False
            if isinstance(holder, dict) and self.base.caller.takes(
                self.pair.function, self.without_key(path[2:k], path[k])
            ):
                return False
        return True

    def without_key(self, inside: Path, key: Any) -> Call:
        """Return the example without a key in any argument that has it at a place, as weights and their steps do."""
        call = self.call
        for side in (0, 1):
            for name, _ in children(self.call[side]):
                with suppress(LookupError, TypeError, AttributeError):
                    holder = get(call, (side, name, *inside))
                    if isinstance(holder, dict) and key in holder:
                        less = {k: item for k, item in holder.items() if k != key}
                        call = replaced(call, (side, name, *inside), less)
        return call

    def paths(self) -> list[Path]:
        """Return where the arrays lie, in their order."""
        return list(dict.fromkeys(axis.path for axis in array_sizes(self.call)))

    def meets(self, axis: Axis) -> bool:
        """Return whether the array of an axis meets another argument item by item."""
        met = self.met().found.get(axis.path, set())
        return any(place is not None for place, _ in met)

    def met(self) -> Meetings:
        """Return which arguments meet, found once."""
        if self.meetings is None:
            self.meetings = meetings(self.base.caller.run, self.pair.function, self.call)
            if self.meetings.reason:
                self.notes.append(
                    f"which arguments meet item by item is not known: {self.meetings.reason}"
                )
        return self.meetings

    def is_label(self, axis: Axis) -> bool:
        """Return whether an axis is one of whole numbers, which count classes or pick items."""
        return bool(get(self.call, axis.path).dtype.kind in "iu")

    def is_tied(self, axis: Axis) -> bool:
        """Return whether an axis is that of a parameter of a layer, or counted by labels."""
        return self.is_label(axis) or self.met().is_parameter(self.call, axis)

    def formed(self, one: Shaped) -> Trial | None:
        """Return a trial with other arrays that shows the pair to be wrong there."""
        if not self.searched().runs(one.call):
            return None
        trial = self.lightly(one.call, one.name, 0)
        return trial if isinstance(trial, Trial) and trial.failures else None

    def constants(self) -> list[Any]:
        """Return the strings and numbers in the code that the example ran."""
        return [value for code in self.codes() for value in constants(code)]

    def codes(self) -> list[CodeType]:
        """Return the code that the example ran."""
        return sorted(self.base.caller.codes, key=order)

    def some(self, found: Iterable[T], most: int = TRIES) -> Iterator[T]:
        """Yield the first few, while the cost allows it."""
        for item in islice(found, most):
            if self.meter.spent > self.end:
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
        self.settle(trial, shrunk)
        return None

    def settle(self, trial: Trial, shrunk: bool = False) -> None:
        """Take over what a trial of other values has found; a gradient that is NaN or infinite where the function
        itself overflows or divides by zero on its way is no silent one: a note says so.
        """
        if shrunk and trial.misfit:
            self.notes += [f"where a size is 1 or 0, {text}" for text in trial.failures]
        elif trial.is_told() and not (trial.is_endless() and self.is_smooth_there(trial.call)):
            self.notes += trial.failures
        else:
            self.failures += trial.failures
            self.right(trial)

    def is_smooth_there(self, call: Call) -> bool:
        """Return whether the function computes with finite numbers alone at a call, and gives about the same where
        all inputs differ in the last places: of equal eigenvalues the vectors are others then.
        """
        beside = redrawn(call, self.base.places(), shaken, 0)
        try:
            with np.errstate(divide="raise", over="raise", invalid="raise"):
                here, near = (
                    outputs.vector(self.base.caller.run(self.pair.function, one))
                    for one in (call, beside)
                )
        except ArithmeticError:
            return False
        return here.shape == near.shape and np.allclose(here, near, rtol=1e-6, equal_nan=True)

    def lightly(self, call: Call, place: str = "", few: int = LIGHT) -> Trial | str:
        """Return a trial of a few slopes, or what the generated code says where it refuses the call."""
        trial = self.trial(call, place, few)
        try:
            trial.run()
        except GuardedError as error:
            return str(error)
        return trial

    def kept(self, asked: Sequence[str]) -> None:
        """Note what lets the function give another value at each call: generators without a seed, what it changes."""
        name = self.pair.name("function")
        self.notes += [
            f"{what} has no seed in {name}: tried with one that stays the same" for what in asked
        ]
        changed = [place.name for place in self.pair.state.moving if place.name]
        if changed:
            self.notes.append(
                f"{name} changes {', '.join(dict.fromkeys(changed))}: put back after the check"
            )

    def integers(self) -> None:
        """Note the integers that would have a gradient if they were floats: arguments, and what stands beside floats in
        the list or dict that is one.
        """
        counted = {place[:DIRECT] for one in self.pair.arguments for place in one.places}
        whole = [
            (path, leaf)
            for path, leaf in deep_leaves(self.call)
            if type(leaf) is int and (len(path) == DIRECT or path[:DIRECT] in counted)
        ]
        for path, leaf in islice(whole, PASSIVE):
            if self.is_smooth(path, leaf):
                name = self.named(path)
                self.notes.append(
                    f"{name} is an integer and left out; as a float it would have a gradient"
                )

    def objects(self) -> None:
        """Note the objects and options that hold what would have gradients, and are left out."""
        taken = {syntax.first_name(argument.name) for argument in self.pair.arguments}
        for path, name in sorted(names(self.pair.function, self.call).items(), key=str):
            value = get(self.call, path)
            if name in taken or not name.isidentifier() or is_dataclass(value):
                continue
            owners = {name: value}
            if isinstance(value, list | tuple):
                owners = {f"{name}[{k}]": item for k, item in enumerate(value)}
            floats = [
                f"{owner}.{k}"
                for owner, one in owners.items()
                if has_fields(one) and not is_dataclass(one)
                for k, v in vars(one).items()
                if is_float(v)
            ]
            if isinstance(value, dict):
                keys = [(*path, k) for k, v in value.items() if isinstance(v, float)]
                floats = [
                    self.named(key) for key in keys if self.is_smooth(key, get(self.call, key))
                ]
            if floats:
                held = ", ".join(floats[:3]) + (", …" if len(floats) > 3 else "")
                are = "are" if len(floats) > 1 else "is"
                self.notes.append(
                    f'{held} {are} left out; wrt="{name}" would count what {name} holds'
                )

    def is_smooth(self, path: Path, value: float) -> bool:
        """Return whether the function takes a float in the place of an integer, and what it gives moves with it."""
        try:
            at = [self.number(replaced(self.call, path, value + h)) for h in (0.0, 0.25, 0.5)]
        except Exception:  # noqa: BLE001 - a size, an index: no float can stand there
            return False
        first, second = at[1] - at[0], at[2] - at[1]
        return bool(np.isfinite(first) and first != 0 and abs(second - first) < abs(first))

    def number(self, call: Call) -> float:
        """Return one number that depends on all that the function gives at a call."""
        found = outputs.vector(self.base.caller.run(self.pair.function, call))
        return float(np.cos(np.arange(found.size)) @ found)

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
            (len(self.sides.right), len(self.sides.lines)),
            tuple(self.unproven),
            tuple(self.missed),
            dict(sorted(self.all_guards().items(), key=asks_for_one)),
            self.widens,
        )

    def all_guards(self) -> dict[str, str]:
        """Return the guards; what is wrong only beside a value for what is None in the example is asked only there."""
        own = self.guards | self.agreements()
        return own | {
            test if given in test else f"{given} and ({test})": said
            for test, (given, said) in self.beside.items()
            if test not in own
        }

    def row(self, argument: Argument) -> Row:
        """Return what was found about one argument."""
        judged = [trial.judged.get(argument.name) for trial in self.trials.values()]
        errors = tuple(j.error if j else None for j in judged)
        known = [error for error in errors if error is not None]
        worst = max(known, default=None)
        single = any(j.single for j in judged if j)
        kinks = sum(j.kinks for j in judged if j)
        empty = all(np.size(leaf) == 0 for _, leaf in argument.leaves(self.call))
        return Row(argument.name, worst, words(worst, single), kinks, empty, errors)


@lru_cache(maxsize=8)  # asked for each side of a function
def changes_parts(source: str) -> bool:
    """Return whether a module gives a part of an array a name, `top = u[:2]`, and changes that or the array."""
    parts: list[tuple[str, str]] = []
    changed: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Assign(targets=[target], value=value):
                targets = target.elts if isinstance(target, ast.Tuple) else [target]
                values = value.elts if isinstance(value, ast.Tuple) else [value]
                for one, shown in zip(targets, values, strict=False):
                    if isinstance(one, ast.Name) and isinstance(shown, ast.Subscript):
                        parts.append((one.id, syntax.root_name(shown)))
                    elif isinstance(one, ast.Subscript):
                        changed.add(syntax.root_name(one))
            case ast.AugAssign(target=target):
                changed.add(syntax.root_name(target))
    return any(not changed.isdisjoint(names) for names in parts)


@lru_cache(maxsize=8)
def has_equal_mask(source: str) -> bool:
    """Return whether a module compares with one number elsewhere than in a test: `np.where(x == 0, …)`."""
    nodes = list(ast.walk(ast.parse(source)))
    kinds = (ast.If, ast.IfExp, ast.While, ast.Assert)
    tests = {part for node in nodes if isinstance(node, kinds) for part in ast.walk(node.test)}
    return any(
        isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.comparators[0], ast.Constant)
        and node not in tests
        for node in nodes
    )


def with_first(leaf: Any, value: float) -> Any:
    """Return a number as another one; an array with it in its first place."""
    if not np.ndim(leaf):
        return type(leaf)(value)
    new = leaf.copy()
    new[(0,) * new.ndim] = value
    return new


def last_of(is_wrong: Callable[[int], bool], wrong: int, right: int) -> int:
    """Return the number nearest to one that is right at which something is still wrong, from one where it is."""
    while abs(right - wrong) > 1:
        middle = (right + wrong) // 2
        wrong, right = (middle, right) if is_wrong(middle) else (wrong, middle)
    return wrong


def guarded_handlers(source: str) -> list[str]:
    """Return a note for each `except` of a module that raises: nothing that it catches was judged."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            last = node.body[-1]
            text = ast.unparse(last)
            if text.startswith("raise NotImplementedError(") and " from " in text:
                kind = ast.unparse(node.type) if node.type else "everything"
                found.append(f"what `except {kind}` catches: guarded, never judged")
    return found


def is_caught(text: str) -> bool:
    """Return whether a question is whether something raises what an `except` catches."""
    return text.startswith("except ")


def other_kinds(call: Call, given: Sequence[Path]) -> Iterator[Call]:
    """Yield calls in which an argument is of another kind: one thing for several, several for one, nothing for what is
    always given.
    """
    for side in (0, 1):
        for key, value in children(call[side]):
            found: list[Any] = []
            match value:
                case list() | tuple() if value:
                    several = [*value, value[-1]]
                    found = [value[0], several if isinstance(value, list) else tuple(several)]
                case bool() | dict():
                    found = [{}]
                case str() | int() | float():
                    found = [[value], (value, value)]
                case np.ndarray():
                    found = [value.tolist()]
            for other in (*found, *([None] if (side, key) in given else [])):
                yield replaced(call, (side, key), other)


def resized_to(axes: Sequence[Axis], size: int, call: Call) -> Call:
    """Return a call in which some axes of arrays have another size; what has grown has no two rows alike, and a
    matrix that has grown in both ways can be inverted.
    """
    rng = np.random.default_rng(231)
    for path in dict.fromkeys(axis.path for axis in axes):
        value = old = get(call, path)
        mine = [axis.number for axis in axes if axis.path == path]
        for number in mine:
            value = np.take(value, np.arange(size) % value.shape[number], axis=number)
        if value.size > old.size and is_float(value):
            value = (value * rng.uniform(0.5, 1.5, value.shape)).astype(old.dtype)
            if value.ndim == len(mine) == 2:
                value += np.eye(size, dtype=old.dtype) * size * np.max(np.abs(old))
        call = replaced(call, path, value)
    return call


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


def asks_for_one(guard: tuple[str, str]) -> bool:
    """Return a key that puts the guards first that ask whether an argument is there: others read it."""
    return not guard[0].endswith(" is None")


def is_plain(value: Any) -> bool:
    """Return whether a value is a text, a truth or a number, which a message can name."""
    return isinstance(value, str | bool | int | float | np.number)

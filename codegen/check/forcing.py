"""Sides that no call takes, tried by force. In: the trials of a check. Out: what is wrong on these sides."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check import outputs
from codegen.check.arguments import names
from codegen.check.bench import COST, Bench
from codegen.check.board import Side
from codegen.check.calls import GuardedError
from codegen.check.options import Options
from codegen.check.report import Unproven
from codegen.check.sides import Forced
from codegen.check.trial import Trial
from codegen.check.variations import other_sizes
from codegen.pytree import Call, Path, children, deep_leaves, replaced

SIDES = 60
FEW_SIZES = 80  # calls with other sizes, for each side that is left
FEW_KINDS = 20  # calls with another kind of argument, for each side that is left


class Forcing:
    """Takes sides by force."""

    def __init__(self, bench: Bench, options: Options) -> None:
        self.bench, self.options = bench, options

    def forced(self) -> None:
        bench = self.bench
        bench.notes += guarded_handlers(bench.pair.source)
        if not bench.sides.usable:
            return
        # a side that is not judged is refused, whatever the calls before have cost
        bench.end = max(bench.end, bench.meter.end(COST))
        for side, answers in bench.some(bench.sides.left(), SIDES):
            calls = [trial.call for trial in bench.trials.values()]
            if not any(self.force(side, answers, call) for call in calls):
                asking = bench.sides.asking.get(side[0])
                if asking is not None:
                    self.force(side, {**bench.sides.way_to(side[0], asking), **answers}, asking)
            if side not in bench.sides.judged:
                self.catch(side)
        for side, answers in bench.some(bench.sides.unturned(), SIDES):
            any(self.in_turns(side, answers, t.call) for t in bench.trials.values())
        for side, answers in bench.sides.missed():
            bench.missed.append(Unproven(answers, f"{self.where(side)}: never judged"))
        left = sorted(bench.sides.lines - bench.sides.right)
        if left:
            lines = syntax.lines_of(bench.pair.source)
            first = lines[left[0] - 1].strip()
            bench.notes.append(
                f"{len(left)} line{'s' if left[1:] else ''} never judged, the first is `{first}`"
            )

    def together(self) -> None:
        """Take sides by force at once: all that the example does not take, then any two that no call has."""
        bench = self.bench
        if not bench.sides.usable:
            return
        natural, every = bench.sides.took(bench.base.call), Forced()
        for side in bench.sides.known:
            if side in bench.sides.judged and side not in natural and isinstance(side[1], bool):
                every = bench.sides.leading(every, side) or every
        while len(every) > 1 and (least := self.refused_at_once(every)):
            every = {text: answer for text, answer in every.items() if text != list(least)[-1]}
        for pair in bench.some(bench.sides.unmet(), SIDES):
            if frozenset(pair) not in bench.sides.met:
                self.refused_at_once(bench.sides.leading({}, *pair))

    def refused_at_once(self, answers: Forced) -> Forced:
        """Refuse as few of some answers as are wrong together; return them, and nothing if none are."""
        bench = self.bench
        natural = bench.sides.took(bench.base.call)
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
            bench.guards[test] = f"{test} never held at once"
        else:
            bench.unproven.append(Unproven(answers, wrong[0].text))
        return answers

    def wrong_at(self, answers: Forced) -> list[Unproven]:
        bench = self.bench
        before, side = len(bench.unproven), list(answers.items())[-1]
        any(self.force(side, answers, trial.call) for trial in bench.trials.values())
        wrong, bench.unproven = bench.unproven[before:], bench.unproven[:before]
        return wrong

    def catch(self, side: Side) -> None:
        """Judge a side at a call with other sizes, or another kind of argument, that gets there by itself."""
        bench = self.bench
        known = names(bench.pair.function, bench.call)
        given = [
            path
            for path, n in known.items()
            if n not in self.options.needed | self.options.optional()
        ]
        sized = bench.some(other_sizes(bench.searched(), bench.constants()), FEW_SIZES)
        for call in (*sized, *bench.some(other_kinds(bench.call, given), FEW_KINDS)):
            if self.gets(call, side):
                trial = bench.lightly(call, self.where(side))
                if isinstance(trial, Trial) and trial.failures and not trial.compared:
                    continue  # it raises, or gives arrays for lists, as it may for what nobody would give
                if isinstance(trial, Trial) and trial.failures:
                    bench.unproven.append(Unproven(dict([side]), trial.failures[0]))
                elif isinstance(trial, Trial):
                    bench.right(trial)
                return

    def gets(self, call: Call, side: Side) -> bool:
        """Return whether the function takes a side at a call, and gives floats there."""
        bench = self.bench
        try:
            return side in bench.sides.took(call) and bool(
                outputs.float_leaves(bench.base.caller.run(bench.pair.function, call))
            )
        except Exception:  # noqa: BLE001 - whatever it raises, the call is not for it
            return False

    def where(self, side: Side) -> str:
        text, answer = side
        line = next(line for (other, _), line in self.bench.sides.known.items() if other == text)
        if is_caught(text):
            kind, _, tried = text.removeprefix("except ").partition(" of ")
            return f"where `{tried}` raises {kind}, line {line}"
        if isinstance(answer, bool):
            return f"where `{text}` is {answer}, line {line}"
        return f"with {answer} trips of `{text}`, line {line}"

    def force(self, side: Side, answers: Forced, call: Call) -> bool:
        """Judge the pair where tests are answered by force; return whether the function gets there."""
        bench = self.bench
        given = call
        for path, name in names(bench.pair.function, call).items():
            if answers.get(f"{name} is None") is True and self.options.is_optional(name):
                # what is given has a gradient, what is left out has none
                call = replaced(call, path, None)
        if call is not given and self.is_against(answers, given, call):
            return False
        try:
            if side not in bench.sides.took(call, answers):
                return False
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return False
        where = self.where(side)
        trial = Trial(bench.sides.pair, call, f" ({where}, forced)", 0, bench.meter)
        bench.sides.twins.board.begin(answers)
        try:
            trial.run()
        except GuardedError as error:
            if not is_caught(side[0]):
                bench.notes.append(f"{where}: guarded, {error}")
            return True
        if trial.want is not None and not outputs.float_leaves(trial.want):
            return True  # there is nothing to compare
        if side[0].endswith(" is None") and any("NoneType" in text for text in trial.failures):
            return True  # what is no None is taken for one: the function would raise as well
        if trial.failures and bench.sides.twins.board.followed >= set(answers):
            bench.unproven.append(Unproven(answers, trial.failures[0]))
        elif trial.compared and not trial.failures:
            bench.sides.note()
            bench.sloping |= trial.sloping()
            bench.as_one(call, answers)
        return True

    def is_against(self, answers: Forced, given: Call, left_out: Call) -> bool:
        """Return whether a test is answered as it never is where an argument is left out: `mode == "train"`."""
        sides = self.bench.sides
        try:
            before, after = sides.took(given), sides.took(left_out)
        except Exception:  # noqa: BLE001 - of what raises nothing is known
            return False
        turned = {side for side in before if side not in after and isinstance(side[1], bool)}
        return any(
            (text, answer) in turned and (text, not answer) in after
            for text, answer in answers.items()
        )

    def in_turns(self, side: Side, answers: Forced, call: Call) -> bool:
        """Force a test every second time only: a side finds what the other left. Return whether it is asked again."""
        bench = self.bench
        board = bench.sides.twins.board
        try:
            if side not in bench.sides.took(call, answers, side[0]) or not board.turns():
                return False
        except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
            return False
        where = f" ({self.where(side)} every second time, forced)"
        trial = Trial(bench.sides.pair, call, where, 0, bench.meter)
        board.begin(answers, side[0])
        with suppress(GuardedError):
            trial.run()
        if board.turns():
            if trial.failures and board.followed >= set(answers):
                bench.unproven.append(Unproven(answers, trial.failures[0]))
            elif trial.compared and not trial.failures:
                bench.sides.note()
        return True

    def beforehand(self, answers: Forced) -> list[str]:
        """Return the tests that lead to a side and can be asked where the function begins."""
        bench = self.bench
        there = {
            bench.named(path)
            for path, leaf in deep_leaves(bench.call)
            if is_plain(leaf) and bench.is_everywhere(path)
        } - self.options.optional()
        return [
            text if answer else ast.unparse(syntax.negated(syntax.parse(text)))
            for text, answer in answers.items()
            if bench.sides.twins.is_of_arguments(text, bench.pair.function, there)
        ]


@lru_cache(maxsize=2)  # asked for each side of a function
def nodes_of(source: str) -> list[ast.AST]:
    return syntax.walk(ast.parse(source))


def guarded_handlers(source: str) -> list[str]:
    """Return a note for each `except` of a module that raises: nothing that it catches was judged."""
    found = []
    for node in nodes_of(source):
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
    """Yield calls in which an argument is another kind: one thing for several, several for one, or nothing."""
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


def is_plain(value: Any) -> bool:
    """Return whether a value is a text, a truth or a number, which a message can name."""
    return isinstance(value, str | bool | int | float | np.number)

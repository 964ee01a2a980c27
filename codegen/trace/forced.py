"""Forced runs: a run of the example goes in; out it comes with facts of the sides and trips that the example left out.

The function runs again on fresh arguments with one decision forced. What is seen then stands behind what the
example itself has shown.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     if x > 1:
...         x = x * x
...     return x
... '''
>>> after("observe", text, 0.5)
f(x):
    if x > 1:                         # seen: True, False
        x = x * x                     # float
    return x                          # float
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from numbers import Number
from types import FunctionType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import CodegenError
from codegen.gates.canonical import MISSING
from codegen.process import alone, staying, unheard
from codegen.pytree import Call, has_fields, has_float
from codegen.records import dataclass
from codegen.trace.normalize.fresh import moved
from codegen.trace.outer import arguments_of
from codegen.trace.run import Run, Trace

Answers = Mapping[str, bool | int]  # to tests, by their text

NEGATIVE = (ast.NotEq, ast.GtE, ast.LtE, ast.IsNot, ast.NotIn)
NOT_RECORDED = "this side of the branch was not recorded with the example inputs"
NEVER_REACHED = "this statement was never reached with the example inputs"
MOST_RUNS = 60
MOST_TRIPS = 20_000


@dataclass(frozen=True)
class Decision:
    """What a forced run does otherwise."""

    place: int
    """The number of a test or a loop."""
    side: bool | None
    """The side of the test to take; None for a second trip of the loop."""


def force(run: Run, trace: Trace, function: FunctionType, given: Call) -> None:
    """Run the function once more for each side that was not taken, and for each loop that made one trip only."""
    tried: set[Decision] = set()
    while len(tried) < MOST_RUNS:
        decision = next((d for d in (*untaken(run), *single(run)) if d not in tried), None)
        if decision is None:
            return
        tried.add(decision)
        node = run.nodes[decision.place]
        run.forced, run.repeated = way(run, node), set()
        if decision.side is not None:
            run.forced[decision.place] = [decision.side]
        elif isinstance(node, ast.While):
            run.forced[decision.place] = [True, True]
        else:
            run.repeated = {decision.place}
        once_more(run, trace, function, given)
    run.forced, run.repeated = {}, set()


def copied(given: Call) -> Call:
    """Return a deep copy of the arguments of a call; what refuses to be copied stays as it is."""
    args, kwargs = given
    memo: dict[int, Any] = {}
    alone = [copied_alone(value, memo) for value in (*args, *kwargs.values())]
    return tuple(alone[: len(args)]), dict(zip(kwargs, alone[len(args) :], strict=True))


def copied_alone(value: Any, memo: dict[int, Any]) -> Any:
    """Return a deep copy of one argument, or itself."""
    try:
        return copy.deepcopy(value, memo)
    except Exception:  # noqa: BLE001 - a lock, a file, a `__copy__` of the user's
        return value


def once_more(run: Run, trace: Trace, function: FunctionType, given: Call) -> None:
    """Run the function on fresh arguments; a run that fails has at least been seen as far as it went."""
    run.real, run.budget = set(run.facts), MOST_TRIPS
    args, kwargs = copied(given)
    run.stack.clear()
    named = arguments_of(function, args, kwargs)
    # such a side has no facts if the run raises, and becomes a `raise`
    with suppress(Exception), alone(), staying(), unheard(), np.errstate(all="ignore"):
        run.enter(trace, function, args, kwargs, named)


def was_finished(run: Run, body: list[ast.stmt]) -> bool:
    """Return whether the run of a side came as far as the value of each of its plain statements."""
    values = [
        statement.value
        for statement in body
        if isinstance(statement, ast.Assign | ast.Return)
        and isinstance(statement.value, ast.BinOp | ast.Call)
    ]
    return all(run.fact(value).visits for value in values)


def untaken(run: Run) -> Iterator[Decision]:
    """Yield the sides of tests that no run has taken, and that have statements."""
    for place, node in enumerate(run.nodes):
        if not isinstance(node, ast.If | ast.While):
            continue
        truths = run.fact(node).truths
        if asks_for_kind(node.test, run) or run.keeps_types and asks_for_type(node.test, run):
            continue
        for side in (True, False):
            if truths and side not in truths and (node.body if side else node.orelse):
                yield Decision(place, side)


def asks_for_kind(test: ast.expr, run: Run) -> bool:
    """Return whether a test asks of which type a value without floats is, or whether an array is a number: on the other
    side the value would have to be another, so that nothing is learned there with this one.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return asks_for_kind(inner, run)
        case ast.BoolOp(values=values):
            return any(asks_for_kind(value, run) for value in values)
        case ast.Call(func=ast.Name("isinstance"), args=[value, kinds]):
            sample = run.fact(value).sample
            asked = run.fact(kinds).sample
            some = asked if isinstance(asked, tuple) else (asked,)
            if isinstance(sample, np.ndarray) and sample.ndim and all(map(is_number, some)):
                return True
        case ast.Compare(left=ast.Call(func=ast.Name("type"), args=[value])):
            pass
        case _:
            return False
    sample = run.fact(value).sample
    plain = isinstance(sample, int | str | list | tuple) and not has_float(sample)
    return (
        plain or sample is not MISSING and has_fields(sample) and not isinstance(sample, np.ndarray)
    )


def asks_for_type(test: ast.AST, run: Run) -> bool:
    """Return whether a test, or a function called in it, asks of which type something is."""
    called = [trace for node in ast.walk(test) for trace in run.calls.get(node, ())]
    trees = [test, *(one.tree for trace in called for one in run.helpers(trace))]
    return any(syntax.calls(node, "isinstance") for tree in trees for node in ast.walk(tree))


def is_number(kind: Any) -> bool:
    """Return whether a class is one of numbers: of Python's or of NumPy's."""
    return isinstance(kind, type) and issubclass(kind, Number | np.number)


def single(run: Run) -> Iterator[Decision]:
    """Yield the loops that no run went through twice: what one trip hands to the next is not known yet."""
    for place, node in enumerate(run.nodes):
        if isinstance(node, ast.For | ast.While):
            if 0 < run.trips.get(place, 0) <= run.entered.get(place, 0):
                yield Decision(place, None)


def way(run: Run, node: ast.AST) -> dict[int, list[bool]]:
    """Return the sides of tests to take so that a run reaches a statement."""
    found: dict[int, list[bool]] = {}
    for child, parent in pairwise((node, *run.around(node))):
        place = run.fact(parent).place
        if isinstance(parent, ast.If | ast.While) and place is not None:
            found.setdefault(place, [isinstance(parent, ast.While) or child in parent.body])
    return found


def asked(test: ast.expr) -> tuple[str, bool]:
    """Return the text of the question in a test, and whether the test is its opposite."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        text, opposite = asked(test.operand)
        return text, not opposite
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], NEGATIVE) and len(test.ops) == 1:
        return ast.unparse(syntax.opposite(test)), True
    return ast.unparse(test), False


def caught_by(handler: ast.ExceptHandler, node: ast.Try) -> str:
    """Return the text of the question whether the body of a `try` raises what a handler catches."""
    kind = ast.unparse(handler.type) if handler.type else "everything"
    return f"except {kind} of {ast.unparse(getattr(node.body[0], 'value', None) or node.body[0])}"


def truth(test: ast.expr, answers: Answers) -> bool | None:
    """Return what a test comes to with the answers to some questions; None if they do not settle it."""
    if isinstance(test, ast.BoolOp):
        found = [truth(value, answers) for value in test.values]
        ending = isinstance(test.op, ast.Or)
        return ending if ending in found else None if None in found else not ending
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = truth(test.operand, answers)
        return None if inner is None else not inner
    text, opposite = asked(test)
    return bool(answers[text]) != opposite if text in answers else None


def forget(run: Run, sides: Sequence[tuple[Answers, str]]) -> None:
    """Let the sides that tests take with these answers be sides that no run has taken, for a reason if one is given;
    the example's own stay.

    The last answer is that of the test in question, those before it lead there.
    """
    run.forgotten = {list(answers)[-1] for answers, _ in sides}
    taken: list[Answers] = []
    for node in run.nodes:
        if not isinstance(node, ast.If):
            continue
        questions = questions_in(node.test)
        for answers, said in sides:
            side = truth(node.test, answers) if list(answers)[-1] in questions else None
            if side is not None and side in run.natural.get(node, ()):
                taken.append(answers)
            elif side is not None:
                tests = map(syntax.show, tests_up_to(run, node))
                only = f"needs {' or '.join(tests)}"
                leave(run, node, side, said or (NOT_RECORDED if side or node.orelse else only))

    run.given_up = [(answers, said) for answers, said in sides if answers not in taken]


def tests_up_to(run: Run, node: ast.If) -> list[ast.expr]:
    """Return the test of an `if`, after those of the `if` and the `elif` whose `elif` it is."""
    parent = run.parents.get(node)
    before = isinstance(parent, ast.If) and parent.orelse == [node]
    return [*(tests_up_to(run, parent) if isinstance(parent, ast.If) and before else []), node.test]


def questions_in(test: ast.expr) -> set[str]:
    return {asked(part)[0] for part in syntax.every(ast.expr, test)}


def without_given_up(text: str, sides: Sequence[tuple[Answers, str]]) -> str:
    """Return a function that is called as it is, which raises on some sides of its tests: nobody traces it, and where
    the check takes one of these by force, a gradient elsewhere is wrong.

    >>> text = "def f(x):\\n    if x.ndim == 1:\\n        return x\\n    return x.sum(axis=1)"
    >>> print(without_given_up(text, [({"x.ndim == 1": False}, "")]))
    def f(x):
        if x.ndim == 1:
            return x
        else:
            raise NotImplementedError("this side of the branch was not recorded with the example inputs")
    """
    tree, found = ast.parse(text), False
    for block in (block for node in syntax.walk(tree) for block in syntax.blocks(node)):
        for k, node in enumerate(block):
            for answers, said in sides if isinstance(node, ast.If) else ():
                assert isinstance(node, ast.If)
                is_asked = list(answers)[-1] in questions_in(node.test)
                side = truth(node.test, answers) if is_asked else None
                if side is None:
                    continue
                found = True
                (node.body if side else node.orelse)[:] = raised(said or NOT_RECORDED)
                if not side and isinstance(node.body[-1], ast.Return):
                    del block[k + 1 :]
    return syntax.show(tree) if found else text


def raised(why: str) -> list[ast.stmt]:
    return ast.parse(f"raise NotImplementedError({why!r})").body


def leave(run: Run, node: ast.If, side: bool, why: str) -> None:
    """Let a side of a test be one that no run has taken."""
    run.fact(node).truths.discard(side)
    run.fact(node).left[side] = why


@dataclass(frozen=True)
class Untaken:
    """A side of a test that the example does not take, and where in its file it stands."""

    node: ast.If
    side: bool
    function: str
    file: str
    first: tuple[int, int]
    last: tuple[int, int]
    """Line and column of its beginning and its end."""

    def holds(self, error: CodegenError) -> bool:
        """Return whether an error is about a place on this side."""
        place = error.location
        if place is None or (self.function, self.file) != (place.function, place.file):
            return False
        return self.first <= (place.line, place.column) < self.last


def untaken_sides(trace: Trace) -> list[Untaken]:
    """Return the sides that the example does not take, in a function and its helpers, the inner ones last."""
    found = []
    for one in trace.run.helpers(trace):
        for node in syntax.every(ast.If, one.tree):
            natural = trace.run.natural.get(node, set())
            for side, body in ((True, node.body), (False, node.orelse)):
                if body and side not in natural:
                    start, end = one.source.location(body[0]), body[-1]
                    first = (start.line, start.column)
                    last = (end.end_lineno or end.lineno, end.end_col_offset or 0)
                    found.append(Untaken(node, side, start.function, start.file, first, last))
    return found


def said_of_side(error: CodegenError) -> str:
    """Return what a side that cannot be differentiated raises."""
    if error.message == NOT_RECORDED:
        return NOT_RECORDED
    return f"on this side of the branch {error.message}"


def leave_refused(run: Run, untaken: Sequence[Untaken], errors: Sequence[CodegenError]) -> None:
    """Let the innermost side that each error is about be one that raises, and nothing else; the one around it where an
    error about the same place came before: a loop that was written out stands there several times.
    """
    for number, error in enumerate(errors):
        around = sum(error.location == before.location for before in errors[:number])
        for one in [one for one in reversed(untaken) if one.holds(error)][around : around + 1]:
            body = one.node.body if one.side else one.node.orelse
            why = said_of_side(error)
            leave(run, one.node, one.side, why)
            body[:] = [moved(raised(why)[0], body[0])]

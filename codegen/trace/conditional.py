"""Calls that are made only where a test lets them: a statement goes in; out comes the same, asked in steps, so that
each such call stands in a statement that surely makes it.

>>> run = Run()
>>> (loop,) = ast.parse("while s.far(x) > 1:\\n    s.step()").body
>>> for statement in asked_in_steps(loop, lambda call, _: call.func.attr == "far", run, str):
...     print(ast.unparse(statement))
while True:
    if not s.far(x) > 1:
        break
    else:
        s.step()

Of `if k < n and s.far(x):` the parts are asked one after the other; one that no run has asked raises.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from codegen import syntax
from codegen.errors import as_made
from codegen.trace.facts import Fact
from codegen.trace.normalize.fresh import assign, in_steps, made, put, written
from codegen.trace.passing import placed, see
from codegen.trace.run import Run

IsWanted = Callable[[ast.Call, ast.expr], bool]


def asked_in_steps(
    statement: ast.stmt, is_wanted: IsWanted, run: Run, free: Callable[[str], str]
) -> list[ast.stmt]:
    """Return a statement after those that ask what decides on the wanted calls in it, which are to stand alone."""
    if isinstance(statement, ast.While) and not statement.orelse:
        if any(is_wanted(n, statement.test) for n in calls_of(statement.test)):
            return [endless(statement, run)]
    before: list[ast.stmt] = []
    while not isinstance(statement, ast.While):
        chosen = deciding(statement, is_wanted)
        if chosen is None:
            break
        own = free("asked" if isinstance(statement, ast.If) else "chosen")
        before += steps(chosen, own, run)
        put(statement, chosen, placed(run, syntax.name(own), chosen, run.fact(chosen).sample))
    return [*before, statement]


def endless(loop: ast.While, run: Run) -> ast.While:
    """Return a loop that asks its test inside; in place."""
    text = "if test:\n    break\nelse:\n    rest"  # as `normalize/jumps.py` leaves a loop
    (ask,) = written(text, loop, test=syntax.negated(loop.test), rest=loop.body)
    asked(ask, {not truth for truth in run.fact(loop).truths}, run)
    run.natural[ask] = {not truth for truth in run.natural.get(loop, ())}
    loop.body = [ask]
    loop.test = made(ast.Constant(value=True), loop)
    syntax.note(loop, named=True)
    return loop


def deciding(statement: ast.stmt, is_wanted: IsWanted) -> ast.IfExp | ast.BoolOp | None:
    """Return the first choice or short circuit of a statement whose later parts make a wanted call."""
    waiting: list[ast.AST] = list(syntax.expressions(statement))
    while waiting:
        node = waiting.pop(0)
        later: list[ast.expr] = []
        if isinstance(node, ast.IfExp):
            later = [node.body, node.orelse]
        elif isinstance(node, ast.BoolOp):
            later = node.values[1:]
        if isinstance(node, ast.IfExp | ast.BoolOp) and any(
            is_wanted(call, node) for part in later for call in calls_of(part)
        ):
            return node
        if not isinstance(node, syntax.DEFERRED):
            waiting.extend(syntax.parts(node))
    return None


def calls_of(node: ast.AST) -> list[ast.Call]:
    """Return the calls that an expression makes by itself, if at all."""
    return [n for n in syntax.inside(node, syntax.DEFERRED) if isinstance(n, ast.Call)]


def steps(choice: ast.IfExp | ast.BoolOp, own: str, run: Run) -> list[ast.stmt]:
    """Return the statements that bind a variable to what a choice comes to; parts that no run has asked raise."""
    if isinstance(choice, ast.IfExp):
        (ask,) = written(
            "if test:\n    body\nelse:\n    orelse",
            choice,
            test=choice.test,
            body=[bound(own, choice.body, run)],
            orelse=[bound(own, choice.orelse, run)],
        )
        sides = {True: choice.body, False: choice.orelse}
        asked(ask, {side for side, part in sides.items() if run.fact(part).visits}, run)
        return [ask]
    first, *rest = in_steps(choice, own, lambda value: [bound(own, value, run)])
    for ask, value in zip(rest, choice.values[1:], strict=True):
        (name,) = syntax.uses(ask.test, own)  # type: ignore[attr-defined]  # a branch
        see(run, name, run.fact(choice.values[0]).sample)
        asked(ask, {bool(run.fact(value).visits)}, run)
    return [first, *rest]


def bound(own: str, value: ast.expr, run: Run) -> ast.stmt:
    """Return what binds a variable to a part of a choice, or raises where no run has asked it."""
    if run.fact(value).visits or isinstance(value, ast.Constant):
        return assign(own, value, value)
    was = as_made(f"{syntax.show(value)} was not asked")
    (stop,) = written(f"raise NotImplementedError({was!r})", value)
    return stop


def asked(branch: ast.stmt, truths: set[bool], run: Run) -> None:
    """Give a new branch the fact that a run has taken some sides of it."""
    run.facts[branch] = Fact(truths=truths, visits=1)
    run.natural[branch] = set(truths)

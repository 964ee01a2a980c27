"""Tests of a helper that its calls answer by literals: a function and what a call gives it go in; the function without
the sides that no call takes comes out, and the tests that were answered.

>>> tree = ast.parse('''def shaped(v, out="array"):
...     if out == "column":
...         return v.reshape(-1, 1)
...     return v * 2
... ''').body[0]
>>> [(ast.unparse(test), answer) for test, answer in without_other_sides(tree, {"out": "array"})]
[("out == 'column'", False)]
>>> print(ast.unparse(tree))
def shaped(v, out='array'):
    return v * 2

A second call that answers otherwise lets the run begin anew, with all sides.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping, Sequence, Set
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.trace.normalize.fresh import made

Answered = Sequence[tuple[ast.expr, bool]]


def literals(
    call: ast.AST,
    function: FunctionType,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    above: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the parameters that a call gives literals, or leaves at such defaults, each with its value; `above` are
    those of the function that the call stands in.
    """
    first = len(args) - len(call.args) if isinstance(call, ast.Call) else -1
    if not isinstance(call, ast.Call) or first < 0 or None in {k.arg for k in call.keywords}:
        return {}
    if syntax.has_star(call.args):
        return {}
    found: dict[str, Any] = {}
    given = {str(k.arg): k.value for k in call.keywords}
    for place, parameter in enumerate(
        inspect.signature(function, follow_wrapped=False).parameters.values()
    ):
        name, part = parameter.name, given.get(parameter.name)
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            break
        if first <= place < len(args):
            part = call.args[place - first]
        elif place >= len(args) and name not in kwargs:
            found[name] = parameter.default
        if isinstance(part, ast.Constant):
            found[name] = part.value
        elif isinstance(part, ast.Name) and part.id in above:
            found[name] = above[part.id]
    return {name: value for name, value in found.items() if isinstance(value, syntax.LITERALS)}


def without_other_sides(
    tree: ast.FunctionDef, said: Mapping[str, Any], varied: Set[str] = frozenset()
) -> Answered:
    """Leave out the sides of tests that literals answer otherwise, in place; return the tests, each with its answer.
    Those that calls answer in several ways stay.
    """
    known = {name: said[name] for name in said.keys() - set(syntax.stores(tree))}
    found: list[tuple[ast.expr, bool]] = []

    def shorter(block: list[ast.stmt]) -> list[ast.stmt]:
        kept: list[ast.stmt] = []
        before = len(found)
        for statement in block:
            match statement:
                case ast.If(test, body, orelse) if (
                    answer := answered(test, known)
                ) is not None and syntax.show(test) not in varied:
                    found.append((test, answer))
                    kept += shorter(body if answer else orelse)
                case _:
                    syntax.change_blocks(statement, shorter)
                    kept.append(statement)
            if kept and isinstance(kept[-1], ast.Return | ast.Raise):
                break  # what stands behind is not reached
        kept = kept or [made(ast.Pass(), statement) for statement in block[:1]]
        if (
            len(found) > before and block is not tree.body
        ):  # the text around is not the user's any more
            kept = [made(statement, statement) for statement in kept]
        return kept

    if known:
        tree.body = shorter(tree.body)
    return found


def unread(tree: ast.FunctionDef, asked: Answered) -> frozenset[str]:
    """Return the parameters that only tests have read which are gone."""
    tested = {name for test, _ in asked for name in syntax.reads(test)}
    plain = {p.arg for p in (*tree.args.args, *tree.args.kwonlyargs)}
    return frozenset(tested & plain - {n for s in tree.body for n in syntax.names(s)})


def answered(test: ast.expr, said: Mapping[str, Any]) -> bool | None:
    """Return what a test of literals comes to; None for other tests."""
    match test:
        case ast.UnaryOp(ast.Not(), inner):
            found = answered(inner, said)
            return None if found is None else not found
        case ast.BoolOp(op, values):
            ends = isinstance(op, ast.Or)
            sides = [answered(value, said) for value in values]
            if sides[0] is ends or None not in sides:
                return ends if ends in sides else not ends
        case ast.Name(name) if name in said:
            return bool(said[name])
        case ast.Compare(ast.Name(name), [op], [other]) if name in said:
            return compared(said[name], op, other)
    return None


def compared(value: Any, op: ast.cmpop, other: ast.expr) -> bool | None:
    """Return what a comparison of a literal with others comes to; None where Python refuses it, `None in "ab"`."""
    try:
        known = ast.literal_eval(other)
        match op:
            case ast.Eq() | ast.NotEq():
                return bool(value == known) == isinstance(op, ast.Eq)
            case ast.Is() | ast.IsNot() if known is None:
                return (value is None) == isinstance(op, ast.Is)
            case ast.In() | ast.NotIn():
                return (value in known) == isinstance(op, ast.In)
    except (ValueError, TypeError):
        pass
    return None

"""Whether an item of a buffer is written once only: a write goes in, yes or no comes out, told from the text alone."""

from __future__ import annotations

import ast

from codegen.backward.flow import Flow
from codegen.ir import Loop, Stage


def written_once(flow: Flow, stage: Stage, base: str) -> bool:
    """Return whether a variable starts passive, has this one write, and every loop around it picks other items."""
    definers = flow.definers.get(base, [])
    if (
        len(definers) != 1
        or flow.changers.get(base, []) != [stage]
        or base in flow.circuit.parameters
    ):
        return False
    made = definers[0]
    if not isinstance(made, Stage) or made.wire is not None:
        return False
    parts: list[ast.expr] = []
    target = stage.target
    while isinstance(target, ast.Subscript):
        parts.extend(target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice])
        target = target.value
    for loop in flow.loops(stage):
        if flow.is_in(made, loop):
            return True
        if not picks(loop, parts, flow):
            return False
    return True


def picks(loop: Loop, parts: list[ast.expr], flow: Flow) -> bool:
    """Return whether each trip of a loop picks other items with its variable, plain or shifted by a number."""
    statement = loop.statement
    if not isinstance(statement, ast.For):
        return False
    names = counting_names(statement)
    for part in parts:
        found = part
        if (
            isinstance(part, ast.BinOp)
            and isinstance(part.op, ast.Add | ast.Sub)
            and isinstance(part.right, ast.Constant)
        ):
            found = part.left
        if (
            isinstance(found, ast.Name)
            and found.id in names
            and flow.definers.get(found.id) == [loop]
        ):
            return True
    return False


def counting_names(statement: ast.For) -> set[str]:
    """Return the variables of a loop that never have the same value twice."""
    iterable, target = statement.iter, statement.target
    if isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name):
        if iterable.func.id == "reversed" and iterable.args:
            return counting_names(ast.For(target=target, iter=iterable.args[0], body=[], orelse=[]))
        if iterable.func.id == "range" and isinstance(target, ast.Name):
            return {target.id}
        if (
            iterable.func.id == "enumerate"
            and isinstance(target, ast.Tuple)
            and isinstance(target.elts[0], ast.Name)
        ):
            return {target.elts[0].id}
    return set()

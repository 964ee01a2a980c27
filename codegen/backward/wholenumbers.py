"""Upstream gradients of whole numbers: a plan goes in; it comes out with floats where a store would cut digits off.

A caller may pick one output with `np.array([1, 0, 0])`. What is made of that alone is of whole numbers too, and so is
whatever is stored in it.

>>> lines = [Line(syntax.name("dy"), "=", syntax.parse("dout.copy()"))]
>>> lines += [Line(syntax.parse("dy[0]"), "=", syntax.parse("x[0] * dy[0]"))]
>>> for line in in_floats(lines, "dout", {"dy"}):
...     print(syntax.show(line.target), line.operator, syntax.show(line.value))
dy = 1.0 * dout
dy[0] = x[0] * dy[0]
"""

from __future__ import annotations

import ast
from collections.abc import Sequence, Set
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.backward.finish import Plan
from codegen.errors import listed
from codegen.gates.operands import SAME_NUMBERS
from codegen.ir import Circuit, Line, Planned, Return, all_lines, replanned, stages_of
from codegen.pytree import is_scalar

JOINING = frozenset(
    {"np.sum", "np.cumsum", "np.where", "np.repeat", "np.broadcast_to", "np.concatenate"}
)
MOVING = SAME_NUMBERS | JOINING
"""Functions whose output is of whole numbers where all that they read is."""


def of_whole_numbers(plan: Plan, circuit: Circuit) -> Plan:
    """Return a plan that is right for upstream gradients of whole numbers as well."""
    arrays = {name for name, sample in plan.samples.items() if isinstance(sample, np.ndarray)}
    lines = in_floats(plan.lines, plan.upstream, arrays)
    returned = [s.wire.sample for s in stages_of(circuit.block) if isinstance(s, Return) and s.wire]
    if all(is_scalar(sample) for sample in returned):
        made = multiplied(lines, plan.upstream, whole_arrays(circuit))
        if made:
            upstream = syntax.name(plan.upstream)
            hold = "holds" if len(made) == 1 else "hold"
            note = (
                f"{listed(sorted(made))} {hold} whole numbers: times another one they may overflow"
            )
            floats = syntax.call("float", upstream)
            lines = [Line(upstream, "=", floats, comment=note), *lines]
    return replace(plan, lines=lines)


def whole_arrays(circuit: Circuit) -> set[str]:
    """Return the variables that hold an array of whole numbers, or one of its numbers."""
    samples = dict(circuit.samples)
    samples |= {s.binds[0]: s.sample_of() for s in stages_of(circuit.block) if len(s.binds) == 1}
    kinds = {n: v.dtype.kind for n, v in samples.items() if isinstance(v, np.ndarray | np.generic)}
    return {name for name, kind in kinds.items() if kind in "iu"}


def multiplied(lines: Sequence[Planned], upstream: str, arrays: set[str]) -> set[str]:
    """Return the arrays of whole numbers that are multiplied by an upstream gradient that may be whole as well."""
    found: set[str] = set()
    for line in all_lines(lines) if arrays else ():
        for part in syntax.every(ast.BinOp, line.value):
            names = syntax.names(part)
            if upstream in names and is_whole(part, {upstream} | arrays):
                found |= names & arrays
    return found


def in_floats(items: Sequence[Planned], upstream: str, arrays: Set[str]) -> list[Planned]:
    """Return lines in which arrays are made of floats, where a store would cut something off."""
    lines, whole = all_lines(items), {upstream}
    before: set[str] = set()
    while before != whole:
        before = set(whole)
        for line in lines:
            is_bound = isinstance(line.target, ast.Name | ast.Tuple) and line.operator == "="
            if is_bound and is_whole(line.value, whole):
                whole |= syntax.names(line.target)
    cut = {
        syntax.root_name(line.target)
        for line in lines
        if isinstance(line.target, ast.Subscript) and not is_whole(line.value, whole)
    }
    cut &= whole & arrays

    def change(line: Line) -> list[Line]:
        value = line.value
        if syntax.identifier(line.target) not in cut or not is_whole(value, whole):
            return [line]
        match value:
            case ast.Call(func=ast.Attribute(inner, "copy"), args=[]):
                value = inner
        floats = ast.BinOp(syntax.constant(1.0), ast.Mult(), value)
        return [replace(line, value=floats, shares=set())] if line.operator == "=" else [line]

    return replanned(items, change) if cut else list(items)


def is_whole(tree: ast.expr, whole: set[str]) -> bool:
    """Return whether a value is of whole numbers where some variables are."""
    match tree:
        case ast.Name(name):
            return name in whole
        case ast.Constant(value):
            return not isinstance(value, float)
        case ast.Compare():
            return True
        case ast.UnaryOp(_, part) | ast.Subscript(part) | ast.Attribute(part):
            return is_whole(part, whole)
        case ast.BinOp(left, op, right):
            return not isinstance(op, ast.Div) and is_whole(left, whole) and is_whole(right, whole)
        case ast.Tuple(parts) | ast.List(parts):
            return all(is_whole(part, whole) for part in parts)
        case ast.Call(func, parts) if syntax.show(func) in MOVING:
            return all(is_whole(part, whole) for part in parts)
        case ast.Call(ast.Attribute(part)):
            return is_whole(part, whole)
    return False

"""Upstream gradients that are 1 where 1.0 is meant: a plan of a function that returns a number goes in; where arrays of
few bits would overflow beside a whole number, `2 * dout * image`, it comes out with a float.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.backward.finish import Plan
from codegen.errors import listed
from codegen.gates.operands import SAME_NUMBERS
from codegen.ir import Circuit, Line, Planned, Return, all_lines, stages_of
from codegen.pytree import is_scalar

JOINING = frozenset(
    {"np.sum", "np.cumsum", "np.where", "np.repeat", "np.broadcast_to", "np.concatenate"}
)
MOVING = SAME_NUMBERS | JOINING
"""Functions whose output is of whole numbers where all that they read is."""


def with_float_upstream(plan: Plan, circuit: Circuit) -> Plan:
    """Return a plan in which a whole number as the upstream gradient lets nothing overflow."""
    returned = [s.wire.sample for s in stages_of(circuit.block) if isinstance(s, Return) and s.wire]
    if not all(is_scalar(sample) for sample in returned):
        return plan
    made = multiplied(plan.lines, plan.upstream, whole_arrays(circuit))
    if not made:
        return plan
    verb = "holds" if len(made) == 1 else "hold"
    note = f"{listed(sorted(made))} {verb} whole numbers: times another one they may overflow"
    upstream = syntax.name(plan.upstream)
    line = Line(upstream, "=", syntax.call("float", upstream), comment=note)
    return replace(plan, lines=[line, *plan.lines])


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


def is_whole(tree: ast.expr, whole: set[str]) -> bool:
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

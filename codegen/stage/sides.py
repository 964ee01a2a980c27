"""The sides of `np.where`: a wire goes in, and those of its sides that stay whole come out.

There a choice is made of gradients too. That of `np.where(x > 0, x, np.exp(x) - 1)` is `np.where(x > 0, dout,
np.exp(x) * dout)`: what is not chosen may be infinite, and a factor of zero would make nan of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from codegen import syntax
from codegen.ir import Wire

CHOICE = "np.where(c, x, y)"
MOST_GATES = 6


def is_elementwise(wire: Wire) -> bool:
    """Return whether the gate works element by element."""
    tree = wire.row.tree if wire.row else None
    if not isinstance(tree, ast.BinOp | ast.UnaryOp | ast.Call):
        return False
    return all(
        not isinstance(part, ast.MatMult | ast.Subscript)
        and (not isinstance(part, ast.Call) or is_ufunc(part))
        for part in syntax.walk(tree)
    )


def is_ufunc(call: ast.Call) -> bool:
    """Return whether a call is one of a function of NumPy that works element by element."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return isinstance(getattr(np, name, None), np.ufunc) or name in ("where", "clip")


def whole_sides(wire: Wire) -> dict[str, list[Wire]]:
    """Return, for each side of a choice that stays whole, the nameless wires it is made of."""
    if wire.kind != "gate" or wire.row is None or wire.row.pattern != CHOICE:
        return {}
    found = {}
    for side in ("x", "y"):
        operand = wire.operands.get(side)
        if operand is not None and not is_named(operand):
            inner = list(nameless(operand))
            if len(inner) <= MOST_GATES and all(stays(w, np.shape(wire.sample)) for w in inner):
                found[side] = inner
    return found


def is_named(wire: Wire) -> bool:
    """Return whether a wire is a variable."""
    return wire.kind == "name" or wire.name is not None


def nameless(wire: Wire) -> Iterator[Wire]:
    """Yield a wire and the nameless wires under it."""
    if not is_named(wire):
        yield wire
        for operand in wire.operands.values():
            yield from nameless(operand)


def stays(wire: Wire, shape: tuple[int, ...]) -> bool:
    """Return whether a gate works element by element on values of one shape."""
    return (
        wire.kind == "gate"
        and is_elementwise(wire)
        and all(
            isinstance(w.sample, float | np.ndarray | np.generic) and np.shape(w.sample) == shape
            for w in (wire, *wire.operands.values())
        )
    )

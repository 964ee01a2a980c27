"""The sides of `np.where`: a wire goes in, and those of its sides that stay whole come out.

There a choice is made of gradients too. That of `np.where(x > 0, x, np.exp(x) - 1)` is `np.where(x > 0, dout,
np.exp(x) * dout)`: what is not chosen may be infinite, and a factor of zero would make nan of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from codegen import syntax
from codegen.gates import operands
from codegen.gates.table import head_of
from codegen.ir import Gate, Wire

CHOICE = "np.where(c, x, y)"
MOST_GATES = 6
BY_ITEM = frozenset({"where", "clip", "nan_to_num", "sinc", "i0", "real", "real_if_close"})
"""Functions of NumPy that work element by element without being ufuncs."""


def is_elementwise(wire: Wire) -> bool:
    """Return whether the gate works element by element."""
    tree = wire.row.tree if isinstance(wire, Gate) else None
    if not isinstance(tree, ast.BinOp | ast.UnaryOp | ast.Call):
        return False
    return all(
        not isinstance(part, ast.MatMult | ast.Subscript)
        and (not isinstance(part, ast.Call) or works(syntax.dotted(part.func)))
        for part in syntax.walk(tree)
    )


def works(head: str) -> bool:
    return operands.ufunc_of(head) is not None or head.rpartition(".")[2] in BY_ITEM


def works_by_item(wire: Gate) -> bool:
    """Return whether the gate works element by element, be its function one of SciPy's."""
    return is_elementwise(wire) or operands.is_elementwise(head_of(wire.row.tree))


def whole_sides(wire: Wire) -> dict[str, list[Gate]]:
    """Return, for each side of a choice that stays whole, the nameless wires it is made of."""
    if not isinstance(wire, Gate) or wire.row.pattern != CHOICE:
        return {}
    found = {}
    for side in ("x", "y"):
        operand = wire.operands.get(side)
        if operand is not None and operand.name is None:
            inner = list(nameless(operand))
            gates = [w for w in inner if isinstance(w, Gate) and stays(w, np.shape(wire.sample))]
            if len(inner) == len(gates) <= MOST_GATES:
                found[side] = gates
    return found


def nameless(wire: Wire) -> Iterator[Wire]:
    if wire.name is None:
        yield wire
        for operand in wire.operands.values():
            yield from nameless(operand)


def stays(wire: Gate, shape: tuple[int, ...]) -> bool:
    """Return whether a gate works element by element on values of one shape."""
    return is_elementwise(wire) and all(
        isinstance(w.sample, float | np.ndarray | np.generic) and np.shape(w.sample) == shape
        for w in (wire, *wire.operands.values())
    )

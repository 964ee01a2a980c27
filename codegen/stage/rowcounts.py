"""How many rows: a circuit goes in, what answers whether an index takes one item of each row in every call comes out.

In `scores[np.arange(N), y]` it does where `N = X.shape[0]` and `scores = X.dot(W)`: rows are followed back to the
argument that they are those of.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.ir import Bind, Circuit, Gate, Update, Variable, Wire, stages_of
from codegen.stage.where import is_elementwise
from codegen.tables import grouped

KEEPING = frozenset({"np.max", "np.sum", "np.mean", "np.min"})


class RowCounts:
    """Knows which argument has as many rows as a value."""

    def __init__(self, circuit: Circuit) -> None:
        self.arguments = set(circuit.parameters)
        self.made = grouped((name, s) for s in stages_of(circuit.block) for name in s.bound)

    def takes_one_of_each(self, index: ast.expr, operand: Wire) -> bool:
        """Return whether an index takes one item of each row of a matrix."""
        match index:
            case ast.Tuple(elts=[ast.Call(args=[count], keywords=[]) as rows, _]):
                if np.ndim(operand.sample) != 2 or syntax.dotted(rows.func) not in (
                    "np.arange",
                    "range",
                ):
                    return False
                source = self.counted(count)
                return source is not None and source == self.of(operand)
        return False

    def counted(self, count: ast.expr) -> str | None:
        match count:
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=name), attr="shape"),
                slice=ast.Constant(value=0),
            ) | ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
                return self.of_name(name)
            case ast.Name(id=name):
                match [s.statement for s in self.made.get(name, [])]:
                    case [ast.Assign(targets=[ast.Name()], value=value)]:
                        return self.counted(value)
                    case [
                        ast.Assign(
                            targets=[ast.Tuple(elts=[ast.Name(id=first), *_])],
                            value=ast.Attribute(attr="shape") as shape,
                        )
                    ] if (
                        first == name
                    ):
                        return self.counted(syntax.index(shape, syntax.constant(0)))
        return None

    def of_name(self, name: str) -> str | None:
        made = [s for s in self.made.get(name, []) if not isinstance(s, Update)]
        if not made and name in self.arguments:
            return name
        if len(made) == 1 and name not in self.arguments and isinstance(made[0], Bind):
            return self.of(made[0].wire)
        return None

    def of(self, wire: Wire | None) -> str | None:
        if isinstance(wire, Variable):
            return self.of_name(wire.name)
        if not isinstance(wire, Gate) or np.ndim(wire.sample) != 2:
            return None
        match wire.row.tree:
            case ast.BinOp(left=ast.Name(id=hole), op=ast.MatMult()):
                return self.of_hole(wire, hole) if np.ndim(wire.values[hole]) == 2 else None
            case ast.Call(func=function, args=[ast.Name(id=hole), *_], keywords=words) if {
                syntax.show(k) for k in words
            } >= {"keepdims=True"} and syntax.dotted(function) in KEEPING:
                axis = wire.statics.get("axis")
                is_across = axis is not None and syntax.literal(axis) in (1, -1)
                return self.of_hole(wire, hole) if is_across else None
        if not is_elementwise(wire):
            return None
        matrices = [hole for hole, value in wire.values.items() if np.ndim(value) == 2]
        found = {self.of_hole(wire, hole) for hole in matrices}
        return found.pop() if len(found) == 1 else None

    def of_hole(self, gate: Gate, hole: str) -> str | None:
        if hole in gate.operands:
            return self.of(gate.operands[hole])
        text = gate.statics.get(hole)
        return self.of_name(text.id) if isinstance(text, ast.Name) else None

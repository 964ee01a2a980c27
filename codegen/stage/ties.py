"""Ties: a circuit goes in, out it comes with absolute values and maxima whose kink is taken from the side that the
function itself takes there.

`np.where(x >= 0, 1 - np.exp(-np.abs(x)), np.exp(-np.abs(x)) - 1)` is smooth at 0, where it computes what stands for
`x > 0`: there the slope of the absolute value is 1, and neither 0 nor -1. What counts is how the function compares the
two numbers whose difference it is of, and where it does not, which of both their maximum gives its gradient to.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     return np.where(x < 0, 1.0, 2.0) * np.abs(x)
... '''
>>> after("plan", text, np.array([1.0, -2.0]))
# backprop out = np.where(x < 0, 1.0, 2.0) * absx
dabsx = np.where(x < 0, 1.0, 2.0) * dout
# backprop absx = np.abs(x)
dx = np.where(x >= 0, dabsx, -dabsx)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.gates.evaluate import evaluate
from codegen.gates.table import row

Pair = tuple[str, str]
SIDES: dict[type[ast.cmpop], str] = {ast.GtE: ">=", ast.Lt: ">=", ast.Gt: ">", ast.LtE: ">"}
"""How the larger number is asked for where a comparison tells which one of two it is: of those that tie with `>=`."""
TINY = 1e-6
ZERO = syntax.constant(0.0)
TURNED = {">=": ">", ">": ">="}
ABSOLUTE = ("np.absolute(x)", "np.fabs(x)")
EXTREMES = {"np.maximum(x, y)": ("x {0} y", "y {1} x"), "np.minimum(x, y)": ("y {1} x", "x {0} y")}
"""Rows of the two that tie, with when each operand is the one: where the first is the larger, and where not."""
RECTIFIED = ("np.maximum(0, x)", "np.minimum(0, x)")


def with_ties(circuit: ir.Circuit) -> ir.Circuit:
    """Return the circuit with ties as its function takes them."""
    gates = [g for g in gates_of(circuit) if g.row.pattern in (*ABSOLUTE, *EXTREMES)]
    if not gates:
        return circuit
    ties = Ties(circuit)
    return ir.rewired(circuit, ties.taken) if ties.sides or ties.odd else circuit


def gates_of(circuit: ir.Circuit) -> Iterator[ir.Gate]:
    for stage in ir.stages_of(circuit.block):
        for wire in [] if stage.wire is None else ir.post_order(stage.wire):
            if isinstance(wire, ir.Gate):
                yield wire


class Ties:
    """How a function asks which one of two numbers is larger: ">=" where the first one of two that tie counts as the
    larger one, ">" where it does not.
    """

    def __init__(self, circuit: ir.Circuit) -> None:
        stages = [*ir.stages_of(circuit.block)]
        values = [(ast.unparse(s.target), s.wire.node) for s in stages if s.wire is not None]
        named = [name for name, _ in values]
        self.values = {name: ir.named_text(v) for name, v in values if named.count(name) == 1}
        passive = [one.statement for one in stages if one.wire is None]
        self.signs = {
            syntax.identifier(one.targets[0]): one.value
            for one in passive
            if isinstance(one, ast.Assign) and syntax.calls(one.value, "np.sign")
        }
        own: dict[Pair, set[str]] = {}
        others: dict[Pair, set[str]] = {}
        self.absolute: dict[Pair, str] = {}
        for tree in read_in(circuit):
            for part in syntax.walk(tree):
                match part:
                    case ast.Compare(left, [op], [right]) if type(op) in SIDES:
                        self.note(own, self.pair(left, right), SIDES[type(op)])
                    case ast.Call(args=[_, x]) if syntax.called_last(part) == "copysign":
                        own.setdefault(self.pair(x), set()).add("copysign")
        for gate in gates_of(circuit):
            if gate.row.pattern in ABSOLUTE:
                pair = self.pair(ir.named_text(gate.operands["x"].node))
                self.absolute[pair] = ast.unparse(ir.named_text(gate.node))
            elif gate.row.pattern in EXTREMES and {"x", "y"} <= gate.operands.keys():
                x, y = (ir.named_text(gate.operands[hole].node) for hole in "xy")
                self.note(others, self.pair(x, y), ">=")
            elif gate.row.pattern in RECTIFIED:
                self.note(others, self.pair(ir.named_text(gate.operands["x"].node)), ">")
        self.own = {pair: next(iter(found)) for pair, found in own.items() if len(found) == 1}
        some = {pair: found for pair, found in others.items() if pair not in own}
        self.sides = self.own | {
            p: next(iter(found)) for p, found in some.items() if len(found) == 1
        }

        self.odd = {
            gate: text for gate in gates_of(circuit) if (text := self.with_sign(circuit, gate))
        }

    def note(self, sides: dict[Pair, set[str]], pair: Pair, side: str) -> None:
        """Note how two numbers are asked for, in both orders."""
        sides.setdefault(pair, set()).add(side)
        sides.setdefault(pair[::-1], set()).add(TURNED[side])

    def pair(self, tree: ast.expr, other: ast.expr | None = None) -> Pair:
        """Return the two numbers that are compared, or whose difference is compared with 0."""
        if other is not None and not syntax.is_literal(other, 0):
            return ast.unparse(tree), ast.unparse(other)
        tree = self.values.get(ast.unparse(tree), tree)
        match tree:
            case ast.BinOp(left, ast.Sub(), right):
                return ast.unparse(left), ast.unparse(right)
        return ast.unparse(tree), "0"

    def with_sign(self, circuit: ir.Circuit, gate: ir.Gate) -> dict[str, ast.expr]:
        """Return the passive text of a product of a sign and what is made of the absolute value of the same, and is 0
        where that is: `np.sign(x) * np.log1p(np.abs(x))` is smooth there. It has a sign of 1 where the user's is 0.
        """
        match gate.row.pattern, [*gate.statics], [*gate.operands.values()]:
            case "x * y", [hole], [other]:
                text = gate.statics[hole]
            case _:
                return {}
        for part in syntax.every(ast.expr, text):
            sign = self.signs.get(syntax.identifier(part), part)
            if not syntax.calls(sign, "np.sign"):
                continue
            pair, spelled = self.pair(sign.args[0]), part if sign is not part else sign.args[0]
            if pair in self.absolute and self.vanishes(circuit, self.absolute[pair], other):
                self.sides[pair] = "copysign" if sign is part else ">="
                one = syntax.call("np.copysign", syntax.constant(1.0), spelled)
                return {hole: syntax.rewrite(text, {part: one}.get)}
        return {}

    def vanishes(self, circuit: ir.Circuit, absolute: str, wire: ir.Wire) -> bool:
        """Return whether a value is 0 where an absolute value is."""
        known: dict[str, Any] = circuit.samples | {w.name: w.sample for w in ir.leaves(wire)}
        found: dict[str, Any] = {}

        def named(name: str) -> Any:
            if name in self.values and name not in found:
                found[name] = known.get(name)  # what it had before, for a name that is bound anew
                found[name] = value(self.values[name])
            return found.get(name, known.get(name))

        def value(tree: ast.expr) -> Any:
            tree = syntax.rewrite(
                tree, lambda part: ZERO if ast.unparse(part) == absolute else None
            )
            names = syntax.names(tree) & (known.keys() | self.values.keys())
            return evaluate(tree, {name: named(name) for name in names})

        try:
            return bool(np.all(np.abs(value(ir.named_text(wire.node))) < TINY))
        except Exception:  # noqa: BLE001 - what cannot be told is left as it is
            return False

    def taken(self, old: ir.Wire, wire: ir.Wire) -> ir.Wire:
        """Return a wire whose gradient takes ties as the function does."""
        if not isinstance(wire, ir.Gate):
            return wire
        if old in self.odd:
            return replace(wire, statics=self.odd[old])
        pattern = wire.row.pattern
        if pattern in ABSOLUTE:
            side = self.sides.get(self.pair(ir.named_text(wire.operands["x"].node)))
            if side is None:
                return wire
            if side == "copysign":
                text = "np.copysign(1.0, x) * dout"
            elif np.ndim(wire.sample):
                text = f"np.where(x {side} 0, dout, -dout)"
            else:
                text = f"dout if x {side} 0 else -dout"
            return replace(wire, row=row(pattern, dx=text))
        if pattern in EXTREMES and {"x", "y"} <= wire.operands.keys():
            x, y = (ir.named_text(wire.operands[hole].node) for hole in "xy")
            side = self.own.get(self.pair(x, y), ">=")
            if side == ">":
                dx, dy = (f"({text.format('>', '>=')}) * dout" for text in EXTREMES[pattern])
                return replace(wire, row=row(pattern, dx=dx, dy=dy))
        return wire


def read_in(circuit: ir.Circuit) -> Iterator[ast.AST]:
    """Yield what stands in the lines of a function."""
    for item in ir.statements_of(circuit.block):
        match item:
            case ir.Branch():
                yield item.test
            case ir.Stage() if not syntax.blocks(item.statement):
                yield item.statement

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
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.gates.evaluate import evaluate
from codegen.gates.table import row

Pair = tuple[str, ...]
SIDES: dict[type[ast.cmpop], str] = {ast.GtE: ">=", ast.Lt: ">=", ast.Gt: ">", ast.LtE: ">"}
"""How the larger number is asked for where a comparison tells which one of two it is: of those that tie with `>=`."""
TURNED = {">=": ">", ">": ">="}
BELOW = {">=": "<", ">": "<="}
TINY = 1e-6
ZERO = syntax.constant(0.0)
ABSOLUTE = ("np.absolute(x)", "np.fabs(x)")
KINKS = {
    "np.maximum(x, y)": (">=", {"dx": "(x {0} y) * dout", "dy": "(y {1} x) * dout"}),
    "np.minimum(x, y)": (">=", {"dx": "(x {2} y) * dout", "dy": "(y {3} x) * dout"}),
    "np.maximum(0, x)": (">", {"dx": "(x {0} 0) * dout"}),
    "np.minimum(0, x)": (">", {"dx": "(x {2} 0) * dout"}),
}
"""Rows of the larger and the smaller number: how they take a tie, and their gradients, with how the first number is
asked for where it is the larger one, and the second, and each where it is the smaller one.
"""


def with_ties(circuit: ir.Circuit) -> ir.Circuit:
    """Return the circuit with ties as its function takes them."""
    gates = [g for g in gates_of(circuit) if g.row.pattern in (*ABSOLUTE, *KINKS)]
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
        counts = Counter(name for name, _ in values)
        self.values = {name: ir.named_text(v) for name, v in values if counts[name] == 1}
        passive = [one.statement for one in stages if one.wire is None]
        self.signs = {
            syntax.identifier(one.targets[0]): one.value
            for one in passive
            if isinstance(one, ast.Assign)
        }
        self.tests: dict[Pair, set[str]] = {}
        for tree in read_in(circuit):
            for part in syntax.walk(tree):
                match part:
                    case ast.Compare(left, [op], [right]) if type(op) in SIDES:
                        pair, side = self.pair(left, right), SIDES[type(op)]
                        self.tests.setdefault(pair, set()).add(side)
                        self.tests.setdefault(pair[::-1], set()).add(TURNED[side])
                    case ast.Call(args=[_, x]) if syntax.called_last(part) == "copysign":
                        self.tests.setdefault(self.pair(x), set()).add("copysign")
        self.sides = {
            pair: next(iter(found)) for pair, found in self.tests.items() if len(found) == 1
        }
        self.absolute: dict[Pair, str] = {}
        for gate in gates_of(circuit):
            pair = self.pair_of(gate)
            if gate.row.pattern in ABSOLUTE:
                self.absolute[pair] = ast.unparse(ir.named_text(gate.node))
            elif pair and pair not in self.tests:
                side = self.sides.setdefault(pair, KINKS[gate.row.pattern][0])
                self.sides.setdefault(pair[::-1], TURNED[side])
        self.odd = {
            gate: text for gate in gates_of(circuit) if (text := self.with_sign(circuit, gate))
        }

    def pair(self, tree: ast.expr, other: ast.expr = ZERO) -> Pair:
        """Return the two numbers that are compared, or whose difference is compared with 0."""
        if syntax.is_literal(other, 0):
            match self.values.get(ast.unparse(tree), tree):
                case ast.BinOp(left, ast.Sub(), right):
                    tree, other = left, right
                case ast.UnaryOp(ast.USub(), operand):
                    tree, other = ZERO, operand
        both = (ZERO if syntax.is_literal(one, 0) else one for one in (tree, other))
        return tuple(map(ast.unparse, both))

    def pair_of(self, gate: ir.Gate) -> Pair:
        """Return the two numbers at whose tie a gate has a kink; nothing if it has none."""
        if gate.row.pattern not in KINKS and gate.row.pattern not in ABSOLUTE:
            return ()
        inner = {hole: wire.node for hole, wire in gate.operands.items()}
        texts = {hole: ir.named_text(tree) for hole, tree in {**gate.statics, **inner}.items()}
        return self.pair(*(texts[hole] for hole in "xy" if hole in texts))

    def with_sign(self, circuit: ir.Circuit, gate: ir.Gate) -> dict[str, ast.expr]:
        """Return the passive text of a product of a sign and what is made of the absolute value of the same, and is 0
        where that is: `np.sign(x) * np.log1p(np.abs(x))` is smooth there. It has a sign of 1 where the user's is 0.
        """
        match gate.row.pattern, [*gate.statics], [*gate.operands.values()]:
            case "x * y", [hole], [_]:
                text = gate.statics[hole]
            case _:
                return {}
        for part in syntax.every(ast.expr, text):
            sign = self.signs.get(syntax.identifier(part), part)
            if not isinstance(sign, ast.Call) or syntax.called_last(sign) != "sign":
                continue
            pair = self.pair(ir.named_text(sign.args[0]))
            spelled = part if sign is not part else sign.args[0]
            if pair in self.absolute and self.vanishes(circuit, self.absolute[pair], gate):
                self.sides[pair] = "copysign" if sign is part else ">="
                one = syntax.call("np.copysign", syntax.constant(1.0), spelled)
                return {hole: syntax.rewrite(text, {part: one}.get)}
        return {}

    def vanishes(self, circuit: ir.Circuit, absolute: str, product: ir.Gate) -> bool:
        """Return whether what a product is made of is 0 where an absolute value is."""
        known: dict[str, Any] = {**circuit.samples}

        def value(tree: ast.expr) -> Any:
            tree = syntax.rewrite(
                ir.named_text(tree), lambda part: ZERO if ast.unparse(part) == absolute else None
            )
            if any(not is_of_numbers(call) for call in syntax.every(ast.Call, tree)):
                raise NameError
            return evaluate(tree, known)

        for stage in ir.stages_of(circuit.block):
            if stage.wire is not None and product in ir.post_order(stage.wire):
                break
            one = stage.statement
            made = stage.wire.node if stage.wire else isinstance(one, ast.Assign) and one.value
            now: Any = None
            with suppress(Exception):  # what cannot be told is left as it is
                now = value(made or ZERO)
            known[syntax.identifier(stage.target)] = now
        (other,) = product.operands.values()
        with suppress(Exception):
            return bool(np.all(np.abs(value(other.node)) < TINY))
        return False

    def taken(self, old: ir.Wire, wire: ir.Wire) -> ir.Wire:
        """Return a wire whose gradient takes ties as the function does."""
        if not isinstance(wire, ir.Gate):
            return wire
        if old in self.odd:
            return replace(wire, statics=self.odd[old])
        pattern, side = wire.row.pattern, self.sides.get(self.pair_of(wire), "")
        if pattern in ABSOLUTE and side:
            if side == "copysign":
                text = "np.copysign(1.0, x) * dout"
            elif np.ndim(wire.sample):
                text = f"np.where(x {side} 0, dout, -dout)"
            else:
                text = f"dout if x {side} 0 else -dout"
            return replace(wire, row=row(pattern, dx=text))
        if pattern in KINKS and side in TURNED and side != KINKS[pattern][0]:
            if pattern.endswith("(0, x)") and self.pair_of(wire) in self.tests:
                return wire  # a root of it must have no slope at 0
            other = TURNED[side]
            asked = (side, other, BELOW[side], BELOW[other])
            texts = {k: text.format(*asked) for k, text in KINKS[pattern][1].items()}
            return replace(wire, row=row(pattern, **texts))
        return wire


def is_of_numbers(call: ast.Call) -> bool:
    """Return whether a call does nothing but compute."""
    name = syntax.dotted(call.func)
    is_known = name.startswith(("np.", "math.")) and not name.startswith("np.random.")
    return is_known and syntax.keyword(call, "out") is None


def read_in(circuit: ir.Circuit) -> Iterator[ast.AST]:
    """Yield what stands in the lines of a function."""
    for item in ir.statements_of(circuit.block):
        match item:
            case ir.Branch():
                yield item.test
            case ir.Stage() if not syntax.blocks(item.statement):
                yield item.statement
    for gate in gates_of(
        circuit
    ):  # what a helper of one line asks stands in no line of the function
        yield from map(ir.named_text, gate.statics.values())

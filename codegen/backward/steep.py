"""Steep gates: a circuit goes in; out come its gates that hold a value at a limit where the slope of what reads it is
infinite: there a mask times that slope would be nan.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     return np.sqrt(np.maximum(x, 0))
... '''
>>> after("plan", text, np.ones(3))
# backprop out = np.sqrt(np.maximum(x, 0))
dx = np.where(x > 0, 0.5 / out * dout, 0.0)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from codegen import syntax
from codegen.backward.bounds import BOUNDED, FURTHEST, LIMITS, UNKNOWN, gates_of, names_of, part_of
from codegen.backward.divisors import EDGED
from codegen.backward.hidden import Hidden
from codegen.gates.evaluate import evaluate
from codegen.gates.operands import OPERATORS, SAME_NUMBERS, is_elementwise
from codegen.gates.table import head_of
from codegen.ir import Gate, Stage, Variable, Wire, named_text
from codegen.pytree import is_plain
from codegen.stage.local import chosen, gradient_tree

SCALING = frozenset({"*", "/"})
FAR = 2000.0
"""Where exponentials are zero, or infinite, in double precision."""


class Steep:
    """The gates of a circuit that hold a value at such a limit."""

    def __init__(self, hidden: Hidden) -> None:
        self.hidden, self.bounds, self.flow = hidden, hidden.bounds, hidden.flow
        # for a gate whose operand is zero where its own slope is infinite: what is zero, and the
        # stage that reads it
        self.flat: dict[Wire, tuple[Wire, Stage]] = {}
        # for a factor of a product which one of the others may be zero
        self.factors: dict[tuple[Wire, str], str] = {}
        self.limits = set(self.steep_limits())  # these gates

    def steep_limits(self) -> Iterator[Gate]:
        """Yield the gates that hold a value at a limit at which the gradient of what reads it is infinite, such as
        `np.maximum(x, 0)` in `np.sqrt(np.maximum(x, 0))`: there a mask times that gradient is nan. Where the value is
        scaled first, as in `np.sqrt(v * dt)`, so is the gradient of `dt`: noted in `flat` of the square root, as is
        what is zero far out alone, as an exponential is.
        """
        for stage, gate in self.gates():
            for hole, operand in gate.operands.items():
                is_scaling = head_of(gate.row.tree) in SCALING
                scaled = self.scaled(operand, stage)
                for shown, limited, at in islice(scaled, 1) if is_scaling else scaled:
                    if not isinstance(limited, Gate):
                        continue
                    if not is_scaling and is_steep(gate, hole, None, True):
                        self.note_factors(limited)
                    held = self.is_held(limited)
                    if (held or self.vanishes(limited)) and is_steep(
                        gate, hole, limited, shown is not operand or not held
                    ):
                        if held and shown is operand:
                            yield limited
                        else:
                            self.flat.setdefault(gate, (shown, at))
                if head_of(gate.row.tree) in EDGED | {"**"}:
                    for limited in self.limits_behind(operand, stage):
                        if is_steep(gate, hole, limited, False, partial(self.at_limit, operand)):
                            yield limited

    def gates(self) -> Iterator[tuple[Stage, Gate]]:
        for stage in self.bounds.stages:
            for wire in gates_of(stage.wire):
                if isinstance(wire, Gate):
                    yield stage, wire

    def scaled(
        self, wire: Wire, at: Stage, met: frozenset[Wire] = frozenset()
    ) -> Iterator[tuple[Wire, Wire | None, Stage]]:
        """Yield a wire that a stage reads, and what it is a multiple of, be it by a name: where that is zero, so is the
        wire. With each comes what makes it, and the stage that reads it: a name may be bound anew behind that.
        """
        made, made_at = self.made_at(wire, at)
        yield wire, made, at
        sides = self.bounds.values.get(wire.name or "", []) if made is None else []
        gates = [side for side in sides if isinstance(side, Gate)]
        limits = [gate for gate in gates if is_limit(gate)]
        even = [gate for gate in gates if head_of(gate.row.tree) == "np.absolute"]
        if not met or len(limits) + len(even) == len(sides):
            yield from ((wire, limit, at) for limit in limits)
        if isinstance(made, Gate) and made not in met and head_of(made.row.tree) in SCALING:
            for hole, operand in made.operands.items():
                if head_of(made.row.tree) == "*" or hole == "x":
                    yield from self.scaled(operand, made_at, met | {made})

    def note_factors(self, product: Gate) -> None:
        """Note which factor may be zero in `np.sqrt(p * t)`, where the gradient of the other one does not exist."""
        head = head_of(product.row.tree)
        for factor in product.values if head == "*" else ("x",) if head == "/" else ():
            part = part_of(product, factor)
            if part is not None and self.may_be_zero(part, product.values[factor]):
                for other in product.operands.keys() - {factor}:
                    self.factors[product, other] = factor

    def may_be_zero(self, part: ast.expr, sample: Any) -> bool:
        """Return whether a factor is zero in the example, in memory made of zeros or written over, or on some side."""
        if not is_plain(sample):
            return False
        made = [self.hidden.passive.get(name) for name in syntax.reads(named_text(part))]
        is_made = any(
            isinstance(one, ast.Constant) or one is not None and head_of(one).startswith("np.zeros")
            for one in made
        )
        return is_made or not np.all(sample) or bool(names_of(part) & self.hidden.written_over)

    def is_held(self, gate: Gate) -> bool:
        """Return whether a gate may hold a value at a limit, or reads items of what does."""
        waiting: list[Wire] = [gate]
        for one in waiting:  # it grows
            if isinstance(one, Gate) and is_limit(one):
                return True
            if isinstance(one, Gate) and head_of(one.row.tree) in SAME_NUMBERS | {"[]"}:
                for operand in one.operands.values():
                    made = self.bounds.values.get(operand.name or "") or [operand]
                    waiting += [new for new in made if new not in waiting]
        return False

    def made_at(self, wire: Wire, at: Stage) -> tuple[Wire | None, Stage]:
        """Return what makes a wire that a stage reads, and where; the last binding counts, if it is always taken."""
        if not isinstance(wire, Variable):
            return wire, at
        definers = self.flow.definers.get(wire.name, [])
        last = next(self.flow.before(definers, self.flow.order[at]), None)
        if isinstance(last, Stage) and last.wire is not None:
            is_taken = any(last in block.items for block in self.flow.blocks(at))
            if is_taken and self.flow.loops(last) == self.flow.loops(at):
                return last.wire, last
        return (
            self.bounds.made_of(wire) if len(self.bounds.values.get(wire.name, ())) == 1 else None
        ), at

    def vanishes(self, gate: Gate) -> bool:
        """Return whether the value of a gate, and its slope, are zero where an operand is very large, or far below
        zero: no number is left of `np.exp(x)` or of a sigmoid, or of what is divided by an exponential.
        """
        if head_of(gate.row.tree) == "/" and "y" in gate.operands:
            if self.bounds.falls(gate, "y", "/"):
                return True
        return any(self.vanishes_by(gate, hole) for hole in gate.operands)

    def vanishes_by(self, gate: Gate, hole: str) -> bool:
        operand, value = gate.operands[hole], gate.values[hole]
        made, sign = self.bounds.made_of(operand), self.bounds.sign(operand.node)
        if isinstance(made, Gate) and head_of(made.row.tree) in BOUNDED - LIMITS:
            return False
        with suppress(*UNKNOWN):
            far = [np.full(np.shape(value) or 1, s * FAR) for s in (-1, 1) if s * sign >= 0]
            values = [{**gate.values, hole: v} for v in far]
            return any(np.all(evaluate(gate.row.tree, one) == 0) for one in values)
        return False

    def limits_behind(self, wire: Wire, at: Stage) -> Iterator[Gate]:
        """Yield the gates at a limit that a value is made of by sums, products and powers, but is no multiple of."""
        near = {made for _, made, _ in self.scaled(wire, at)}
        waiting = [self.bounds.made_of(wire)]
        for made in waiting:  # it grows
            if not isinstance(made, Gate):
                continue
            if is_limit(made):
                if made not in near:
                    yield made
            elif head_of(made.row.tree) in OPERATORS | {"np.square"} and len(waiting) < FURTHEST:
                new = map(self.bounds.made_of, made.operands.values())
                waiting += [one for one in new if one not in waiting]

    def at_limit(
        self, wire: Wire, limited: Gate, limit: float, met: frozenset[Wire] = frozenset()
    ) -> Any:
        """Return the value of a wire where a gate that it is made of is at its limit."""
        made = self.bounds.made_of(wire)
        if made is limited:
            return np.array([limit])
        if not isinstance(made, Gate) or made in met:
            return wire.sample
        values = {
            h: self.at_limit(w, limited, limit, met | {made}) for h, w in made.operands.items()
        }
        return evaluate(made.row.tree, {**made.values, **values})


def is_limit(gate: Gate) -> bool:
    head = head_of(gate.row.tree)
    return (
        head in LIMITS or head == "np.where" or gate.row.pattern in ("x * (x > 0)", "x * (x >= 0)")
    )


def is_steep(
    gate: Gate,
    hole: str,
    limited: Wire | None,
    only_zero: bool,
    operand: Callable[[Any, float], Any] = lambda limited, limit: np.array([limit]),
) -> bool:
    """Return whether a gate's gradient is infinite where its operand is at a limit, and its value is not."""
    head = head_of(gate.row.tree)
    if not (head in OPERATORS or is_elementwise(head)):
        return False
    passive: list[Any] = [0]
    if isinstance(limited, Gate) and not only_zero:
        passive = [v for h, v in limited.values.items() if h not in limited.operands]
        passive += [n.value for n in syntax.every(ast.Constant, limited.row.tree)]
    limits = [v for v in passive if isinstance(v, int | float) and not isinstance(v, bool)]
    try:
        tree = gradient_tree(chosen(gate, hole, set()))
        for limit in limits:
            values = {**gate.values, hole: operand(limited, float(limit))}
            values["out"] = evaluate(gate.row.tree, values)
            slope = evaluate(tree, {**values, "dout": np.ones_like(values["out"])})
            if np.isfinite(values["out"]).all() and not np.isfinite(slope).all():
                return True
    except UNKNOWN:
        return False  # more than one operand at a time is not looked at
    return False

"""Axes of size 1 by construction: a circuit goes in, its wires come out with the axes that have size 1 in every call.

A new axis and an axis that a reduction keeps are there to be broadcast, even if the example's sizes hide it: an operand
with such an axis gets its gradient summed over it wherever another operand has more than one item there.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     s = np.sum(x, axis=1, keepdims=True)
...     return s * w
... '''
>>> after("plan", text, np.ones((3, 2)), np.ones((3, 1)))
# backprop out = s * w
ds = np.sum(w * dout, axis=1, keepdims=True)  # s was broadcast over the columns
dw = s * dout
# backprop s = np.sum(x, axis=1, keepdims=True)
dx = ds * np.ones_like(x)
"""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.ir import Bind, Circuit, Gate, Update, Variable, Wire, rewired, stages_of
from codegen.records import dataclass
from codegen.stage.where import is_elementwise

NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Unit:
    """What has size 1: axes by their numbers, or the axis that a parameter gives."""

    axes: frozenset[int] = NONE
    along: tuple[str, int] | None = None

    def __and__(self, other: Unit) -> Unit:
        return Unit(self.axes & other.axes, self.along if self.along == other.along else None)


Units = dict[str, Unit]


def with_unit_axes(circuit: Circuit) -> Circuit:
    """Return the circuit with the unit axes of its wires noted."""
    stages = list(stages_of(circuit.block))
    bound = {name for stage in stages for name in stage.binds}
    options = {k: v for k, v in circuit.samples.items() if isinstance(v, int) and k not in bound}
    known: Units = {}
    found: dict[Wire, Unit] = {}
    for stage in stages:
        if stage.wire is None:
            known.update(dict.fromkeys(stage.binds, Unit()))
            continue
        own = note(stage.wire, known, found, options)
        for name in stage.binds:
            single = isinstance(stage.target, ast.Name) and isinstance(stage, Bind | Update)
            known[name] = known.get(name, own) & own if single else Unit()

    def noted(old: Wire, new: Wire) -> Wire:
        unit = found.get(old, Unit())
        return new if unit == Unit() else replace(new, units=unit.axes, along=unit.along)

    return rewired(circuit, noted)


def note(wire: Wire, known: Units, found: dict[Wire, Unit], options: dict[str, int]) -> Unit:
    """Note the unit axes of a wire and of all below it; return those of the wire."""
    below = {hole: note(operand, known, found, options) for hole, operand in wire.operands.items()}
    found[wire] = Unit()
    if isinstance(wire, Variable):
        found[wire] = known.get(wire.name, Unit())
    elif isinstance(wire, Gate) and isinstance(wire.sample, np.ndarray):
        made = made_by(wire, options)
        if is_elementwise(wire):
            arrays = [hole for hole, value in wire.values.items() if np.ndim(value)]
            along = {below.get(hole, Unit()).along for hole in arrays}
            axes = handed_on(wire, {hole: unit.axes for hole, unit in below.items()})
            made = Unit(made.axes | axes, along.pop() if len(along) == 1 else None)
        found[wire] = made
    return found[wire]


def made_by(wire: Gate, options: dict[str, int]) -> Unit:
    """Return the unit axes that a gate makes: new axes, and those that a reduction keeps."""
    rank = np.ndim(wire.sample)
    keeps = "keepdims=True" in wire.row.pattern
    if not keeps and wire.row.pattern != "np.expand_dims(x, axis)":
        return Unit()
    if "axis" not in wire.statics:
        return Unit(frozenset(range(rank)) if keeps and "axis" not in wire.row.pattern else NONE)
    given = wire.statics["axis"]
    if isinstance(given, ast.Name) and given.id in options:
        return Unit(along=(given.id, options[given.id] % rank))
    axes = syntax.literal(given)
    if not isinstance(axes, int | tuple):
        return Unit()
    return Unit(frozenset(a % rank for a in (axes if isinstance(axes, tuple) else (axes,))))


def handed_on(wire: Gate, below: dict[str, frozenset[int]]) -> frozenset[int]:
    """Return the axes of a gate that works element by element at which every operand has size 1 or nothing."""
    rank = np.ndim(wire.sample)
    found = set(range(rank))
    for hole, value in wire.values.items():
        missing = rank - np.ndim(value)
        units = {axis + missing for axis in below.get(hole, NONE)} | set(range(missing))
        found &= units
    return frozenset(found)


def hidden_sums(wire: Gate, hole: str) -> list[int]:
    """Return the unit axes of an operand at which the gate may have more items in another call than in this one."""
    operand = wire.operands[hole]
    if not operand.units or not is_elementwise(wire) or not isinstance(wire.sample, np.ndarray):
        return []
    missing = np.ndim(wire.sample) - np.ndim(operand.sample)
    return [
        axis
        for axis in sorted(operand.units)
        if wire.sample.shape[axis + missing] == 1 and axis + missing not in wire.units
    ]

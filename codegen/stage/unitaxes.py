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
from codegen.stage.sides import is_elementwise

Units = dict[str, frozenset[int]]
NONE: frozenset[int] = frozenset()


def with_unit_axes(circuit: Circuit) -> Circuit:
    """Return the circuit with the unit axes of its wires noted."""
    known: Units = {}
    found: dict[Wire, frozenset[int]] = {}
    for stage in stages_of(circuit.block):
        if stage.wire is None:
            known.update(dict.fromkeys(stage.binds, NONE))
            continue
        own = note(stage.wire, known, found)
        for name in stage.binds:
            single = isinstance(stage.target, ast.Name) and isinstance(stage, Bind | Update)
            known[name] = known.get(name, own) & own if single else NONE
    return rewired(
        circuit, lambda old, new: replace(new, units=found[old]) if found.get(old) else new
    )


def note(wire: Wire, known: Units, found: dict[Wire, frozenset[int]]) -> frozenset[int]:
    """Note the unit axes of a wire and of all below it; return those of the wire."""
    below = {hole: note(operand, known, found) for hole, operand in wire.operands.items()}
    found[wire] = NONE
    if isinstance(wire, Variable):
        found[wire] = known.get(wire.name, NONE)
    elif isinstance(wire, Gate) and isinstance(wire.sample, np.ndarray):
        found[wire] = made_by(wire) | (handed_on(wire, below) if is_elementwise(wire) else NONE)
    return found[wire]


def made_by(wire: Gate) -> frozenset[int]:
    """Return the unit axes that a gate makes: new axes, and those that a reduction keeps."""
    rank = np.ndim(wire.sample)
    keeps = "keepdims=True" in wire.row.pattern
    if not keeps and wire.row.pattern != "np.expand_dims(x, axis)":
        return NONE
    if "axis" not in wire.statics:
        return frozenset(range(rank)) if keeps and "axis" not in wire.row.pattern else NONE
    axes = syntax.literal(wire.statics["axis"])
    if not isinstance(axes, int | tuple):
        return NONE
    return frozenset(a % rank for a in (axes if isinstance(axes, tuple) else (axes,)))


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

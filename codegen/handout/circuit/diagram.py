"""The circuit diagram: plain data, made from a recording; what the layout places and the templates draw."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import Any

from codegen import syntax
from codegen.records import dataclass


@dataclass(frozen=True, eq=False)
class Rule:
    """What a gate does to the gradient."""

    head: str
    """The gate's canonical name, such as `"+"` or `"np.maximum"`."""
    skeleton: ast.expr
    """The gate's expression; its operands are called `_0`, `_1`, and so on."""
    gradients: tuple[ast.stmt, ...]
    """One statement for each operand, in terms of the operands, `out` and `dout`."""


@dataclass(frozen=True, eq=False)
class Gate:
    """A gate and the wire that leaves it; an input is a gate without operands."""

    number: int
    """Its place in `Diagram.gates`."""
    label: str
    """What stands on it."""
    kind: str
    """`"input"`, `"gate"`, `"helper"` (a function drawn as one gate), `"line"` (a whole line) or `"carried"` (what
    one trip of a loop hands to the next)."""
    name: str
    """The variable its wire carries, or nothing."""
    text: str
    """The expression, operands by name."""
    stage: int
    """The stage it belongs to; 0 for inputs."""
    operands: tuple[int, ...]
    """The gates whose wires come in, by port."""
    value: Any
    gradient: Any = None
    """What the wire carries forward and backward; the gradient may be unknown (None)."""
    rule: Rule | None = None
    locals: dict[str, Any] = field(default_factory=dict)
    """The passive names that the rule reads, and their values."""
    handed: tuple[Any, ...] = ()
    """What the backward pass hands to each operand; None where unknown."""
    skeleton: ast.expr | None = None
    """The expression it computes; its operands are called `_0`, `_1`, and so on."""
    trips: tuple[tuple[int, int], ...] = ()
    """The loops around it, and which trip of each."""
    trip: str = ""
    """The same in words."""
    boxes: tuple[int, ...] = ()
    """The loops and branches around it, outermost first, as keys of headers."""
    order: int = 0
    """The how manieth gate of its line it is."""
    begun: int | None = None
    """Of a carried name: the gate whose wire begins the loop."""
    ways: tuple[Way, ...] = ()
    """Where its wire goes, in all trips."""
    parts: tuple[ast.expr, ...] = ()
    """How its text calls each operand."""
    kinks: tuple[Any, ...] = ()
    """For each operand the kink that the gate has there, or None."""
    inside: tuple[Gate, ...] = ()
    """Of a whole line: its operands and the gates that it stands for."""

    @property
    def reads(self) -> tuple[str, ...]:
        """How its text calls each operand, as text."""
        return tuple(map(syntax.show, self.parts))

    def filled(self, skeleton: ast.expr) -> ast.expr:
        """Return an expression of `_0`, `_1`, and so on with what the text calls the operands."""
        return syntax.substitute(skeleton, {f"_{i}": part for i, part in enumerate(self.parts)})

    @property
    def line(self) -> str:
        """What it computes, with its name in front; what writes items says itself to what."""
        writes = not {"_store", "_append", "_changes"}.isdisjoint(self.locals)
        bare = not self.name or self.kind in ("input", "carried") or writes
        return self.text if bare else f"{self.name} = {self.text}"


@dataclass(frozen=True, eq=False)
class Way:
    """One of the ways that a wire goes: into which gate, in which trip, and the gradient that flows back along it."""

    target: str
    trip: str
    part: Any


@dataclass(frozen=True)
class Wire:
    """From a gate to a port of another."""

    source: int
    target: int
    port: int


@dataclass(frozen=True)
class Box:
    """A frame around the body of a loop or of a branch."""

    labels: tuple[str, ...]
    """The headers, as the user wrote them, outermost first, with the trip where each trip has a frame."""
    gates: tuple[int, ...]


@dataclass(frozen=True)
class Diagram:
    """A circuit to draw."""

    title: str
    """The function with its arguments."""
    gates: tuple[Gate, ...]
    """Inputs and gates, every gate behind its operands."""
    wires: tuple[Wire, ...]
    boxes: tuple[Box, ...]
    outputs: tuple[int, ...]
    """The gates whose wires leave the circuit."""
    backs: tuple[tuple[int, int], ...] = ()
    """Where one trip of a loop stands for all: the gates whose wires go to the next trip, each with the gate that
    stands for them there."""
    beyond: tuple[Gate, ...] = ()
    """Inputs that only earlier trips of such loops read; they are not drawn."""

    @property
    def beyond_forked(self) -> tuple[Gate, ...]:
        """Those of the inputs that are not drawn whose wires go several ways."""
        return tuple(gate for gate in self.beyond if len(gate.ways) > 1)

    @property
    def leaving(self) -> tuple[int, ...]:
        """The outputs whose wires go on inside the circuit as well."""
        read = {wire.source for wire in self.wires}
        return tuple(output for output in self.outputs if output in read)

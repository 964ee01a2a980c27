"""The circuit diagram: plain data, made from a recording; what the layout places and the templates draw."""

from __future__ import annotations

import ast
from dataclasses import field
from typing import Any

from codegen import syntax
from codegen.records import dataclass


@dataclass(frozen=True, eq=False)
class Rule:
    """What a gate does to the gradient.

    Attributes
    ----------
    head : str
        The gate's canonical name, such as `"+"` or `"np.maximum"`.
    skeleton : ast.expr
        The gate's expression; its operands are called `_0`, `_1`, and so on.
    gradients : tuple of ast.stmt
        One statement for each operand, in terms of the operands, `out` and `dout`.
    """

    head: str
    skeleton: ast.expr
    gradients: tuple[ast.stmt, ...]


@dataclass(frozen=True, eq=False)
class Gate:
    """A gate and the wire that leaves it; an input is a gate without operands.

    Attributes
    ----------
    number : int
        Its place in `Diagram.gates`.
    label : str
        What stands on it.
    kind : str
        `"input"`, `"gate"`, `"helper"` (a function drawn as one gate), `"line"` (a whole line) or `"carried"` (what
        one trip of a loop hands to the next).
    name : str
        The variable its wire carries, or nothing.
    text : str
        The expression, operands by name.
    stage : int
        The stage it belongs to; 0 for inputs.
    operands : tuple of int
        The gates whose wires come in, by port.
    value, gradient : object
        What the wire carries forward and backward; the gradient may be unknown (None).
    rule : Rule, optional
    locals : mapping
        The passive names that the rule reads, and their values.
    handed : tuple
        What the backward pass hands to each operand; None where unknown.
    skeleton : ast.expr, optional
        The expression it computes; its operands are called `_0`, `_1`, and so on.
    trips : tuple of (int, int)
        The loops around it, and which trip of each.
    trip : str
        The same in words.
    boxes : tuple of int
        The loops and branches around it, outermost first, as keys of headers.
    order : int
        The how manieth gate of its line it is.
    begun : int, optional
        Of a carried name: the gate whose wire begins the loop.
    ways : tuple of Way
        Where its wire goes, in all trips.
    inside : tuple of Gate
        Of a whole line: its operands and the gates that it stands for.
    parts : tuple of ast.expr
        How its text calls each operand.
    kinks : tuple of Kink
        For each operand the kink that the gate has there, or None.
    """

    number: int
    label: str
    kind: str
    name: str
    text: str
    stage: int
    operands: tuple[int, ...]
    value: Any
    gradient: Any = None
    rule: Rule | None = None
    locals: dict[str, Any] = field(default_factory=dict)
    handed: tuple[Any, ...] = ()
    skeleton: ast.expr | None = None
    trips: tuple[tuple[int, int], ...] = ()
    trip: str = ""
    boxes: tuple[int, ...] = ()
    order: int = 0
    begun: int | None = None
    ways: tuple[Way, ...] = ()
    parts: tuple[ast.expr, ...] = ()
    kinks: tuple[Any, ...] = ()
    inside: tuple[Gate, ...] = ()

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
        writes = "_store" in self.locals or "_append" in self.locals
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
    """A frame around the body of a loop or of a branch.

    Attributes
    ----------
    labels : tuple of str
        The headers, as the user wrote them, outermost first, with the trip where each trip has a frame.
    gates : tuple of int
    """

    labels: tuple[str, ...]
    gates: tuple[int, ...]


@dataclass(frozen=True)
class Diagram:
    """A circuit to draw.

    Attributes
    ----------
    title : str
        The function with its arguments.
    gates : tuple of Gate
        Inputs and gates, every gate behind its operands.
    wires : tuple of Wire
    boxes : tuple of Box
    outputs : tuple of int
        The gates whose wires leave the circuit.
    backs : tuple of (int, int)
        Where one trip of a loop stands for all: the gates whose wires go to the next trip, each with the gate that
        stands for them there.
    beyond : tuple of Gate
        Inputs that only earlier trips of such loops read; they are not drawn.
    """

    title: str
    gates: tuple[Gate, ...]
    wires: tuple[Wire, ...]
    boxes: tuple[Box, ...]
    outputs: tuple[int, ...]
    backs: tuple[tuple[int, int], ...] = ()
    beyond: tuple[Gate, ...] = ()

    @property
    def beyond_forked(self) -> tuple[Gate, ...]:
        """Those of the inputs that are not drawn whose wires go several ways."""
        return tuple(gate for gate in self.beyond if len(gate.ways) > 1)

    @property
    def leaving(self) -> tuple[int, ...]:
        """The outputs whose wires go on inside the circuit as well."""
        read = {wire.source for wire in self.wires}
        return tuple(output for output in self.outputs if output in read)

"""Needs: one line of the forward pass goes in; the wires of it that need a name come out.

A wire needs a name if its value is read by some local gradient and is not cheap to write again, if it has
several consumers, if it hands a gradient that is more than the upstream gradient to several operands, or if a
gradient is scattered into it. Scalar lines that are broken up anyway are broken up as finely as the course
does.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.gates.forms import MISSING, Form, Resolver
from codegen.gates.match import Matcher
from codegen.gates.table import Row
from codegen.ir import Wire, WireRef
from codegen.stage.cheap import is_cheap, is_scalar
from codegen.stage.local import (
    chosen,
    count_upstream,
    is_item,
    is_trivial,
    mask_of,
    scatters,
    value_reads,
)
from codegen.stage.sides import whole_sides


def post_order(root: Wire) -> list[Wire]:
    """Return the wires under `root`, operands first, `root` last."""
    found: list[Wire] = []
    seen: set[Wire] = set()
    waiting = [(root, False)]
    while waiting:
        wire, is_done = waiting.pop()
        if is_done:
            found.extend([w for w in dict.fromkeys(wire.named.values()) if w not in seen])
            seen.update(wire.named.values())
            found.append(wire)
        elif wire not in seen:
            seen.add(wire)
            waiting.append((wire, True))
            if wire.kind != "name":
                waiting.extend([(operand, False) for operand in reversed(in_text_order(wire))])
    return found


def in_text_order(wire: Wire) -> list[Wire]:
    """Return the operands of a wire in the order in which its text mentions them."""
    found: list[Wire] = []

    def look(tree: ast.AST) -> None:
        if isinstance(tree, WireRef) and any(tree.wire is w for w in wire.operands.values()):
            found.append(tree.wire)
        for child in syntax.parts(tree):
            look(child)

    look(wire.node)
    rest = [w for w in wire.operands.values() if not any(w is f for f in found)]
    return list(dict.fromkeys([*found, *rest]))


class LineStager:
    """Decides which wires of one line need a name."""

    def __init__(self, root: Wire, is_return: bool, is_item: bool = False) -> None:
        self.root = root
        self.is_return = is_return
        self.is_item = is_item
        self.wires = list(post_order(root))
        self.whole = {w for wire in self.wires for side in whole_sides(wire).values() for w in side}
        self.consumers: dict[Wire, int] = {}
        self.kept: dict[Wire, None] = {}
        for wire in self.wires:
            if wire.kind != "name":
                for operand in wire.operands.values():
                    self.consumers[operand] = self.consumers.get(operand, 0) + 1

    def needed(self) -> set[Wire]:
        """Return the wires that need a name."""
        found: set[Wire] = set()
        while True:
            before = len(found)
            self.by_value(found)
            self.by_gradient(self.root, True, found)
            self.by_manner(found)
            if len(found) == before:
                return found

    def mark(self, wire: Wire, found: set[Wire]) -> None:
        """Ask for a name, unless the wire has one."""
        if wire in self.whole and self.consumers.get(wire, 0) == 1:
            return
        if wire.kind != "name" and wire.name is None and (wire is not self.root or self.is_item):
            found.add(wire)

    def by_value(self, found: set[Wire]) -> None:
        """Mark what is read, consumed twice, a part of what is returned, or the target of a scatter."""
        for wire in self.wires:
            if self.consumers.get(wire, 0) > 1 or wire.asked:
                self.mark(wire, found)
            if wire.kind == "call":
                self.mark(wire, found)
                for operand in wire.operands.values():
                    if operand.kind != "display" and not is_cheap(operand):
                        self.mark(operand, found)
            if wire.kind == "display" and (wire is self.root or self.is_return):
                for operand in wire.operands.values():
                    if operand.kind != "display":
                        self.mark(operand, found)
            if wire.kind != "gate" or wire.row is None:
                continue
            for hole, operand in wire.operands.items():
                for read in value_reads(wire, hole, found):
                    if is_cheap(read):
                        continue
                    if is_item(read) and self.consumers.get(read, 0) < 2:
                        self.kept[read] = None
                    else:
                        self.mark(read, found)
                if hole in wire.row.statements:
                    self.mark(operand, found)
                elif scatters(wire.row, hole) and not (is_item(wire) and is_item(operand)):
                    self.mark(operand, found)

    def by_gradient(self, wire: Wire, trivial: bool, found: set[Wire]) -> None:
        """Mark the wires that hand a gradient of their own to several operands."""
        if wire.kind == "name":
            return
        if wire in found or wire is self.root:
            trivial = True
        if wire.kind == "gate" and len(set(wire.operands.values())) > 1 and not trivial:
            self.mark(wire, found)
            trivial = True
        if (
            wire.kind == "gate"
            and wire.row is not None
            and not trivial
            and any(count_upstream(chosen(wire, hole, found)) > 1 for hole in wire.operands)
        ):
            self.mark(wire, found)
            trivial = True
        for hole, operand in wire.operands.items():
            simple = wire.kind == "display" or (
                wire.row is not None and is_trivial(wire, hole, found)
            )
            masked = (
                wire is self.root
                and not self.is_return
                and not self.is_item
                and mask_of(wire) is not None
            )
            self.by_gradient(operand, (trivial and simple) or masked, found)

    def by_manner(self, found: set[Wire]) -> None:
        """Mark nonlinear scalar gates on new stages, as the course breaks scalar lines."""
        if not found:
            return
        for wire in self.wires:
            if (
                wire.kind == "gate"
                and wire.row
                and is_scalar(wire)
                and any(o in found and is_scalar(o) for o in wire.operands.values())
            ):
                if len(wire.operands) == 1 and not all(
                    is_trivial(wire, hole, found) for hole in wire.operands
                ):
                    self.mark(wire, found)

    def splits_division(self, needed: set[Wire]) -> bool:
        """Write a scalar quotient of two new stages as a product with the reciprocal; return whether there was one."""
        done = False
        for wire in self.wires:
            if (
                wire.kind == "gate"
                and wire.row
                and wire.row.pattern == "x / y"
                and is_scalar(wire)
                and len(set(wire.operands.values()) & needed) == 2
                and wire.operands["y"].sample is not MISSING
            ):
                split_division(wire)
                done = True
        return done


def split_division(wire: Wire) -> None:
    """Turn `num / den` into `num * invden`."""
    num, den = wire.operands["x"], wire.operands["y"]
    one = ast.Constant(value=1.0)
    inverse = Wire(
        "gate",
        ast.BinOp(one, ast.Div(), WireRef(den)),
        1.0 / np.asarray(den.sample)[()],
        wire.origin,
    )
    inverse.row = row_for(
        "/", (Form("const", (), (), 1.0, one), Form("name", (), (), "y", den.node))
    )
    (hole,) = inverse.row.gradients
    inverse.operands = {hole: den}
    inverse.values = {hole: den.sample}
    wire.row = row_for(
        "*", (Form("name", (), (), "x", num.node), Form("name", (), (), "y", den.node))
    )
    wire.operands = {"x": num, "y": inverse}
    wire.values = {"x": num.sample, "y": inverse.sample}
    wire.node = ast.BinOp(WireRef(num), ast.Mult(), WireRef(inverse))


class Ones(Resolver):
    """Knows of every expression that it is a number."""

    def value(self, node: ast.expr) -> float:
        return 1.0


def row_for(head: str, args: tuple[Form, ...]) -> Row:
    """Return the row for an operator applied to given forms."""
    form = Form(head, args, (), None, args[0].node)
    return next(Matcher(Ones()).matches(form)).row

"""Where a line is broken up: one line of the forward pass goes in; the wires of it that need a name come out.

A wire needs a name if its value is read by some local gradient and is not cheap to write again, if it has
several consumers, if it hands a gradient that is more than the upstream gradient to several operands, or if a
gradient is scattered into it. Scalar lines that are broken up anyway are broken up as finely as the course
does.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     return np.tanh(x.dot(w)) * 2.0 + x[0, 0]
... '''
>>> after("stages", text, np.ones((2, 3)), np.ones((3, 4)))
f(x, w), gradients of x, w:
    xw = x.dot(w)                     # x @ w: dx = dout @ w.T, dw = x.T @ dout
    tanhxw = np.tanh(xw)              # np.tanh(x): dx = (1 - out**2) * dout
    out = tanhxw * 2.0 + x[0, 0]
        # x * y: dx = y * dout
        # x[index]: dx[index] += dout
        # x + y: dx = dout, dy = dout
    return out

Items of what gets a name are read again, as items of a variable are:

>>> text = '''
... def f(x, w):
...     def area(size):
...         return size[0] * size[1]
...     return area(x * w)
... '''
>>> after("stages", text, np.ones(2), np.ones(2))
f(x, w), gradients of x, w:
    def area(size):                   # passive
        return size[0] * size[1]
    xw = x * w                        # x * y: dx = y * dout, dy = x * dout
    out = xw[0] * xw[1]
        # x[index]: dx[index] += dout
        # x * y: dx = y * dout, dy = x * dout
    return out
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.gates.forms import MISSING, Form, Resolver
from codegen.gates.match import Matcher
from codegen.gates.table import Row
from codegen.ir import Call, Display, Gate, Variable, Wire, WireRef, post_order
from codegen.stage.local import (
    chosen,
    count_upstream,
    gradient_tree,
    has_home,
    is_item,
    is_trivial,
    mask_of,
    scatters,
    value_reads,
)
from codegen.stage.names import has_bounds
from codegen.stage.recomputable import is_cheap, is_matrix_product, is_scalar
from codegen.stage.where import is_elementwise, whole_sides

MOST_WAYS = 3
"""To how many values the gradient of one is handed with the same factor written out each time."""


class Breaks:
    """Decides which wires of one line need a name."""

    def __init__(
        self,
        root: Wire,
        is_return: bool,
        is_item: bool = False,
        is_changed: Callable[[Wire], bool] = lambda _: False,
    ) -> None:
        self.root = root
        self.is_return = is_return
        self.is_item = is_item
        self.is_changed = is_changed  # in place, later: parts of it are not to be read again
        self.wires = list(post_order(root))
        self.whole = {w for wire in self.wires for side in whole_sides(wire).values() for w in side}
        self.consumers = Counter(o for wire in self.wires for o in wire.operands.values())
        self.kept: dict[Wire, None] = {}
        self.needed = self.in_need()

    def in_need(self) -> set[Wire]:
        found: set[Wire] = set()
        while True:
            before = len(found)
            self.by_value(found)
            self.by_gradient(self.root, True, found)
            self.by_manner(found)
            if len(found) == before:
                return found

    def mark(self, wire: Wire, found: set[Wire]) -> None:
        if wire in self.whole and self.consumers.get(wire, 0) == 1:
            return
        if wire.name is None and (wire is not self.root or self.is_item):
            found.add(wire)

    def by_value(self, found: set[Wire]) -> None:
        """Mark what is read, consumed twice, a part of what is returned, or the target of a scatter."""
        for wire in self.wires:
            if self.consumers.get(wire, 0) > 1 or isinstance(wire, Gate) and wire.asked:
                self.mark(wire, found)
            if isinstance(wire, Call):
                self.mark(wire, found)
                for operand in wire.operands.values():
                    if not isinstance(operand, Display) and not is_cheap(operand):
                        self.mark(operand, found)
            if isinstance(wire, Display) and (wire is self.root or self.is_return):
                for operand in wire.operands.values():
                    if not isinstance(operand, Display):
                        self.mark(operand, found)
            if not isinstance(wire, Gate):
                continue
            for hole, operand in wire.operands.items():
                if is_window(operand) and written_out(wire, hole, found) > 1:
                    self.mark(operand, found)
                for read in value_reads(wire, hole, found):
                    if is_cheap(read, self.steady(found)) or has_home(read):
                        continue
                    if is_item(read, found) and self.consumers.get(read, 0) < 2:
                        self.kept[read] = None
                    else:
                        self.mark(read, found)
                if hole in wire.row.statements:
                    self.mark(operand, found)
                elif scatters(wire.row, hole) and not (
                    is_item(wire, found) and is_item(operand, found)
                ):
                    self.mark(operand, found)

    def steady(self, named: set[Wire]) -> set[Wire]:
        return {wire for wire in named if not self.is_changed(wire)}

    def by_gradient(
        self, wire: Wire, trivial: bool, found: set[Wire], scaled: bool = False
    ) -> None:
        """Mark wires that hand a gradient to several operands; `scaled` by a number it is cheap to write out again."""
        if isinstance(wire, Variable):
            return
        if wire in found or wire is self.root:
            trivial = True
        merged = is_elementwise(wire) or is_scalar(wire)  # two terms of one operand are one
        several = not merged or len({*wire.operands.values()}) > 1
        if isinstance(wire, Gate) and several and len(wire.operands) > 1 and not trivial:
            self.mark(wire, found)
            trivial = True
        is_often = scaled and not is_scalar(wire) and self.ways(wire, found) > MOST_WAYS
        if scaled and wire not in found and (is_product_of_two(wire) or is_often):
            self.mark(wire, found)
        if (
            isinstance(wire, Gate)
            and not trivial
            and any(count_upstream(chosen(wire, hole, found)) > 1 for hole in wire.operands)
        ):
            self.mark(wire, found)
            trivial = True
        for hole, operand in wire.operands.items():
            simple = isinstance(wire, Display) or (
                isinstance(wire, Gate) and is_trivial(wire, hole, found)
            )
            masked = (
                wire is self.root
                and not self.is_return
                and not self.is_item
                and mask_of(wire) is not None
            )
            times = isinstance(wire, Gate) and (scaled or is_times(wire, hole, found))
            self.by_gradient(operand, (trivial and simple) or masked, found, times and simple)

    def ways(self, wire: Wire, found: set[Wire]) -> int:
        """Return to how many values with a name a wire hands a gradient."""
        if wire.name is not None or wire in found:
            return 1
        return sum(self.ways(operand, found) for operand in wire.operands.values())

    def by_manner(self, found: set[Wire]) -> None:
        """Mark nonlinear scalar gates on new stages, as the course breaks scalar lines.

        A term of the sum that a line ends in stays: a name for it would be one more name for the gradient of the sum.
        """
        if not found:
            return
        terms = set(terms_of(self.root))
        for wire in self.wires:
            if (
                isinstance(wire, Gate)
                and wire not in terms
                and is_scalar(wire)
                and any(o in found and is_scalar(o) for o in wire.operands.values())
            ):
                if len(wire.operands) == 1 and not all(
                    is_trivial(wire, hole, found) for hole in wire.operands
                ):
                    self.mark(wire, found)

    def divisions(self) -> set[Wire]:
        """Return the quotients that become products with the reciprocal, as in the notes, where all is numbers."""
        if not self.is_return:
            return set()
        return {
            wire
            for wire in self.wires
            if isinstance(wire, Gate)
            and wire.row.pattern == "x / y"
            and all(map(is_scalar, post_order(wire)))
            and len(set(wire.operands.values()) & self.needed) == 2
            and wire.operands["y"].sample is not MISSING
        }


def is_window(wire: Wire) -> bool:
    """Return whether a nameless value is a part of a variable that takes an index with bounds to say."""
    return is_item(wire) and isinstance(wire.node, ast.Subscript) and has_bounds(wire.node.slice)


def written_out(wire: Gate, hole: str, named: set[Wire]) -> int:
    """Return how often the gradient of a hole has the text of its operand, for its values or its sizes."""
    tree = gradient_tree(chosen(wire, hole, named))
    lets = [value for names, value in wire.row.lets_for(set(syntax.reads(tree)))]
    return sum(len(syntax.uses(part, hole)) for part in (tree, *lets))


def terms_of(wire: Wire) -> Iterator[Wire]:
    if isinstance(wire, Gate) and wire.row.pattern in ("x + y", "x - y", "-x"):
        for operand in wire.operands.values():
            yield operand
            yield from terms_of(operand)


def is_times(wire: Gate, hole: str, named: set[Wire]) -> bool:
    """Return whether a gradient is more than the upstream gradient and a sign."""
    if scatters(wire.row, hole):
        return False
    tree = gradient_tree(chosen(wire, hole, named))
    tree = tree.operand if isinstance(tree, ast.UnaryOp) else tree
    return not isinstance(tree, ast.Name)


def is_product_of_two(wire: Wire) -> bool:
    is_gate = isinstance(wire, Gate) and len(wire.operands) > 1 and not is_scalar(wire)
    return is_gate and is_matrix_product(wire)


def with_reciprocal(wire: Gate) -> Gate:
    """Return `num * invden` for `num / den`."""
    num, den = wire.operands["x"], wire.operands["y"]
    one = ast.Constant(value=1.0)
    row = row_for("/", (Form("const", (), (), 1.0, one), Form("name", (), (), "y", den.node)))
    (hole,) = row.gradients
    inverse = Gate(
        ast.BinOp(one, ast.Div(), WireRef(den)),
        1.0 / np.asarray(den.sample)[()],
        wire.origin,
        row=row,
        operands={hole: den},
        values={hole: den.sample},
    )
    return replace(
        wire,
        row=row_for(
            "*", (Form("name", (), (), "x", num.node), Form("name", (), (), "y", den.node))
        ),
        operands={"x": num, "y": inverse},
        values={"x": num.sample, "y": inverse.sample},
        node=ast.BinOp(WireRef(num), ast.Mult(), WireRef(inverse)),
    )


class Ones(Resolver):
    """Knows of every expression that it is a number."""

    def value(self, node: ast.expr) -> float:
        return 1.0


def row_for(head: str, args: tuple[Form, ...]) -> Row:
    form = Form(head, args, (), None, args[0].node)
    return next(Matcher(Ones()).matches(form)).row

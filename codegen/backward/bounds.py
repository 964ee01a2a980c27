"""Bounds: the stages of a circuit go in; what is said of its values by how they are made comes out: their signs, and
whether an exponential grows in them without a bound.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from codegen import syntax
from codegen.backward.divisors import EXPONENTIALS
from codegen.gates.evaluate import evaluate
from codegen.gates.operands import OPERATORS, SAME_NUMBERS, SUMS
from codegen.gates.table import head_of
from codegen.ir import Append, Bind, Gate, Stage, Store, Variable, Wire, WireRef
from codegen.stage.local import names_in
from codegen.stage.spell import wire_text

RISING = frozenset({"np.exp", "np.exp2", "np.expm1"})
JOINS = frozenset({"np.stack", "np.concatenate", "np.hstack", "np.vstack", "np.column_stack"})
BEGINNINGS = ("np.zeros", "np.zeros_like", "np.ones", "np.ones_like")
"""Calls that make arrays without a number below zero."""
HARMLESS = 80.0
"""What they can be raised to in single precision as well; its largest number is `exp(88.7)`."""
DEEP = 6  # gates below each other that make a pole
FURTHEST = 60  # gates behind a factor are looked at
GROWING = OPERATORS | SUMS | {"sum", "np.prod", "math.prod", "np.square", "np.sqrt", "[]"}
"""Functions that an exponential without a bound goes through without one."""
BOUNDED = frozenset({"np.sin", "np.cos", "np.tanh", "np.arctan", "np.clip", "np.minimum"})
POSITIVE = frozenset(
    f"np.{name}"
    for name in ("abs", "square", "sqrt", "exp", "exp2", "cosh", "linalg.norm", "var", "std")
)
LIMITS = frozenset({"np.clip", "np.maximum", "np.minimum", "np.fmax", "np.fmin"})
"""Functions whose output is a limit where an operand is beyond it."""
UNKNOWN = (TypeError, ValueError, AttributeError, IndexError, NameError, ArithmeticError)
"""What is raised where values are tried that the example has not."""


class Bounds:
    """What the gates of some stages say of the values that they make; `masks` are the variables that hold one."""

    def __init__(self, stages: Sequence[Stage], masks: Mapping[str, ast.expr]) -> None:
        self.stages, self.masks = stages, masks
        self.bound: dict[str, Wire] = {}  # the last wire that a variable is bound to
        self.values: dict[str, list[Wire]] = {}  # all of them, and what a list is made longer by
        for stage in stages:
            if stage.wire is None:
                continue
            if isinstance(stage.target, ast.Name) and not isinstance(stage, Append):
                self.bound[stage.target.id] = stage.wire
            for name in stage.changes if isinstance(stage, Append) else stage.binds:
                self.values.setdefault(name, []).append(stage.wire)
        self.filled = filled_by(stages)
        self.signs: dict[Wire, int] = {}  # see `sign`: a value may be read on thousands of ways

    def made_of(self, operand: Wire) -> Wire | None:
        """Return the gate that an operand is the output of, be it by a name."""
        return self.bound.get(operand.name) if isinstance(operand, Variable) else operand

    def held(self, tree: WireRef | ast.Name) -> Wire | None:
        """Return what a variable holds, or what makes a wire; None for an argument."""
        return self.made_of(tree.wire) if isinstance(tree, WireRef) else self.bound.get(tree.id)

    def sign(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> int:
        """Return 1 for what is never below zero as it is written, -1 for never above, else 0; a sum was `met`."""
        match tree:
            case ast.Name(name) | WireRef(wire=Variable(name=name)) if name in self.filled:
                return self.sign_of_all(self.filled[name], met)
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                return 0 if made in met else self.sign_of(made, met)
            case ast.Constant(int() | float() as number):
                return 1 if number >= 0 else -1
            case ast.UnaryOp(ast.USub(), inner):
                return -self.sign(inner, met)
            case ast.BinOp(_, ast.Pow(), ast.Constant(int() as power)) if power % 2 == 0:
                return 1
            case ast.BinOp(left, ast.Mult() | ast.Div(), right):
                is_square = names_of(left) == names_of(right) and is_plain_name(left, right)
                return 1 if is_square else self.sign(left, met) * self.sign(right, met)
            case ast.BinOp(left, ast.Add(), right):
                one, other = self.sign(left, met), self.sign(right, met)
                return one if one == other else 0
            case ast.BinOp(_, ast.Sub(), largest):
                return -int(self.is_maximum(largest, met))
            case ast.Call(args=[inner, *_]) if head_of(tree) in SUMS:
                return self.sign(inner, met)
            case ast.Call():
                return int(head_of(tree) in POSITIVE)
        return 0

    def sign_of_all(self, wires: list[Wire], met: frozenset[Wire]) -> int:
        """Return 1 if no number that is put into zeros, or ones, is below zero; else 0."""
        return int(all(one not in met and self.sign_of(one, met) == 1 for one in wires))

    def sign_of(self, made: Wire, met: frozenset[Wire]) -> int:
        if made not in self.signs:
            self.signs[made] = self.sign(made.node, met | {made})
        return self.signs[made]

    def is_positive(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> bool:
        """Return whether a value is written so that it is some distance above zero: `np.sqrt(var + 1e-5)`."""
        match tree:
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                name = tree.id if isinstance(tree, ast.Name) else tree.wire.name
                is_one = name is None or len(self.values.get(name, ())) == 1
                return is_one and made not in met and self.is_positive(made.node, met | {made})
            case ast.Constant(int() | float() as number):
                return number > 0
            case ast.BinOp(left, ast.Add(), right):
                either = self.is_positive(left, met) or self.is_positive(right, met)
                return either and self.sign(left) == self.sign(right) == 1
            case ast.BinOp(left, ast.Mult() | ast.Div(), right):
                return self.is_positive(left, met) and self.is_positive(right, met)
            case ast.Call(args=[inner, *_]) if head_of(tree) in ("np.sqrt", *SAME_NUMBERS):
                return self.is_positive(inner, met)
            case ast.Call(args=[one, other]) if head_of(tree) == "np.maximum":
                return self.is_positive(one, met) or self.is_positive(other, met)
        return False

    def is_maximum(self, tree: ast.expr, met: frozenset[Wire] = frozenset()) -> bool:
        match tree:
            case WireRef() | ast.Name() if (made := self.held(tree)) is not None:
                return made not in met and self.is_maximum(made.node, met | {made})
            case ast.Subscript(inner):
                return self.is_maximum(inner, met)
            case ast.Call(func=ast.Attribute(attr="max" | "amax" | "maximum")):
                return True
            case ast.Call(args=[inner, *_]):
                return head_of(tree) in SAME_NUMBERS and self.is_maximum(inner, met)
        return False

    def grows(self, *wires: Wire) -> bool:
        """Return whether a value is a sum, product or power of an exponential without a bound."""
        return any(True for wire in wires for _ in self.boundless(wire))

    def boundless(self, wire: Wire, whole: bool = False) -> Iterator[Gate]:
        """Yield the exponentials without a bound that a value is a sum, product or power of, of lists as a `whole`."""
        waiting = [wire]
        for made in waiting:  # it grows
            new: list[Wire] = []
            if isinstance(made, Variable):
                if not (whole and made.name not in self.bound):
                    new = self.values.get(made.name, [])
            elif isinstance(made, Gate):
                tree, head = made.row.tree, head_of(made.row.tree)
                if self.is_boundless(made, head):
                    yield made
                elif head in GROWING | SAME_NUMBERS | JOINS and not (whole and head == "[]"):
                    above = names_in(
                        tree.left if isinstance(tree, ast.BinOp) and head == "/" else tree
                    )
                    new = [w for hole, w in made.operands.items() if hole in above]
            if len(waiting) < FURTHEST:
                waiting += [one for one in new if one not in waiting]

    def without_squares(self, tree: ast.expr, gate: Gate) -> ast.expr:
        """Return a gradient that divides twice by what grows without a bound: its square overflows far before it."""

        def change(part: ast.expr) -> ast.expr | None:
            match part:
                case ast.BinOp(
                    ast.BinOp(above, ast.Div(), ast.BinOp(ast.Name(y), ast.Pow(), ast.Constant(2))),
                    ast.Mult(),
                    dout,
                ) if y in gate.operands and self.grows(gate.operands[y]):
                    whole = ast.BinOp(above, ast.Mult(), dout)
                    return ast.BinOp(
                        ast.BinOp(whole, ast.Div(), syntax.name(y)), ast.Div(), syntax.name(y)
                    )
            return None

        return syntax.rewrite(tree, change) if head_of(gate.row.tree) == "/" else tree

    def is_boundless(self, gate: Gate, head: str) -> bool:
        if head not in EXPONENTIALS or self.is_limited(gate):
            return False
        inner = next(iter(gate.operands.values()))
        made = self.made_of(inner)
        if isinstance(made, Gate) and head_of(made.row.tree) in BOUNDED:
            return False
        return head not in RISING or self.sign(inner.node) >= 0

    def is_limited(self, wire: Gate) -> bool:
        """Return whether a mask has chosen an exponential's items for being small: `np.exp(x[x < 0])`."""
        whole = wire_text(wire)
        if head_of(wire.row.tree) not in RISING or not isinstance(whole, ast.Call):
            return False
        inner = whole.args[0]
        sides: list[tuple[type[ast.cmpop], ...]] = [(ast.Lt, ast.LtE), (ast.Gt, ast.GtE)]
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.USub):
            inner = inner.operand
            sides.reverse()
        match inner:
            case ast.Subscript(ast.Name(name), index):
                if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.Invert):
                    index = index.operand
                    sides.reverse()
                mask = self.masks.get(syntax.identifier(index), index)
            case _:
                return False
        small = sides[0]
        match mask:
            case ast.Compare(ast.Name(asked), [op], [ast.Constant(int() | float() as limit)]):
                is_kept = sum(name in (*s.binds, *s.changes) for s in self.stages) == 0
                return asked == name and isinstance(op, small) and abs(limit) < HARMLESS and is_kept
        return False

    def falls(self, gate: Gate, hole: str, head: str) -> bool:
        """Return whether the slope of a gate by an operand is zero where an exponential in that is infinite."""
        tree = gate.row.tree
        if isinstance(tree, ast.BinOp):
            above, below = (
                names_in(side) & gate.operands.keys() for side in (tree.left, tree.right)
            )
            if head == "/" and hole in above:
                return False
            if head == "/" and self.grows(*(own := [gate.operands[n] for n in above])):
                # infinity over infinity is nan
                both = {one for wire in own for one in self.boundless(wire, whole=True)}
                return not both.issuperset(self.boundless(gate.operands[hole]))
            if head == "**" and (
                hole in below or not np.all(evaluate(tree.right, gate.values) < 0)
            ):
                return False
        elif head == "np.exp" and self.sign(gate.operands[hole].node) > 0:
            return False
        if self.grows(gate.operands[hole]):
            return True
        is_steep = (
            isinstance(tree, ast.BinOp)
            and head == "**"
            and np.any(evaluate(tree.right, gate.values) > -1)
        )
        return not is_steep and self.has_pole(gate.operands[hole])

    def has_pole(self, wire: Wire) -> bool:
        """Return whether a value is a sum of powers, one of which grows faster at zero than `1 / x`."""
        waiting = [self.made_of(wire)]
        for made in waiting:  # it grows
            if isinstance(made, Gate) and self.pole(made) > 1:
                return True
            if isinstance(made, Gate) and head_of(made.row.tree) in SUMS | {"+", "-", "neg"}:
                new = map(self.made_of, made.operands.values())
                waiting += [one for one in new if one not in waiting][: FURTHEST - len(waiting)]
        return False

    def pole(self, gate: Gate) -> float:
        """Return of which order a value is infinite where what it is made of is zero: 4 for `(1 / x**2) ** 2`."""
        return max(self.orders(gate.row.tree, gate), default=0.0)

    def orders(self, tree: ast.expr, gate: Gate, deep: int = 0) -> set[float]:
        """Return the orders of the poles of a part of a row, and of its zeros, which count as negative."""
        match tree:
            case ast.Name(id=name) if name in gate.operands and deep < DEEP:
                made = self.made_of(gate.operands[name])
                if isinstance(made, Gate):
                    return self.orders(made.row.tree, made, deep + 1)
            case ast.NamedExpr(value=part):
                return self.orders(part, gate, deep)
            case ast.BinOp(left=above, op=ast.Div(), right=below):
                first = self.orders(above, gate, deep)
                if first and rank(above, gate) >= rank(below, gate):
                    return first  # a scale, which no item makes zero
                return first | {-order for order in self.orders(below, gate, deep)}
            case ast.BinOp(left=one, op=ast.Mult(), right=other):
                first, last = self.orders(one, gate, deep), self.orders(other, gate, deep)
                return {a + b for a in first for b in last} or first | last
            case ast.BinOp(left=base, op=ast.Pow(), right=power):
                parts = [part_of(gate, hole) for hole in names_in(power)]
                if not any(part is None or names_of(part) for part in parts):  # it is written out
                    most = float(np.max(evaluate(power, gate.values)))
                    return {order * most for order in self.orders(base, gate, deep)}
        return {-1.0} if names_in(tree) & gate.operands.keys() else set()


def rank(tree: ast.expr, gate: Gate) -> int:
    own = names_in(tree) & gate.operands.keys()
    return max((np.ndim(gate.operands[name].sample) for name in own), default=0)


def filled_by(stages: Sequence[Stage]) -> dict[str, list[Wire]]:
    """Return what is put into arrays that begin as zeros or ones, by variable, where nothing else happens to them."""
    found: dict[str, list[Wire]] = {}
    lost = set[str]()
    for stage in stages:
        match stage:
            case Store(target=ast.Subscript(ast.Name(name)), wire=Wire() as wire) if name in found:
                found[name].append(wire)
            case Bind(
                wire=None, statement=ast.Assign([ast.Name(name)], value)
            ) if name not in found and syntax.calls(value, *BEGINNINGS):
                found[name] = []
            case _:
                lost.update(stage.bound, stage.changes)
    return {name: wires for name, wires in found.items() if name not in lost}


def names_of(tree: ast.expr) -> set[str]:
    found = set(syntax.reads(tree))
    for part in syntax.walk(tree):
        if isinstance(part, WireRef):
            found |= {part.wire.name} if part.wire.name else names_of(part.wire.node)
    return found - {"np", "math"}


def is_plain_name(*trees: ast.expr) -> bool:
    """Return whether expressions are variables, and nothing made of them."""
    wires = (tree.wire for tree in trees if isinstance(tree, WireRef))
    return all(isinstance(t, ast.Name | WireRef) for t in trees) and all(w.name for w in wires)


def part_of(wire: Gate, hole: str) -> ast.expr | None:
    """Return the text of an operand, or of the gate itself, which is its `out`."""
    if hole == "out":
        return wire.node
    if hole in wire.operands:
        return WireRef(wire.operands[hole])
    return wire.statics.get(hole)


def gates_of(wire: Wire | None) -> Iterator[Wire]:
    """Yield a wire and those below it, variables aside."""
    if wire is not None and not isinstance(wire, Variable):
        yield wire
        for operand in wire.operands.values():
            yield from gates_of(operand)

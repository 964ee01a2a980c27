"""Shifts that cancel: a circuit goes in, out it comes without the gradient of a maximum that is taken off the scores.

`scores -= np.max(scores, axis=1, keepdims=True)` changes nothing that is computed from a softmax of the scores, so the
gradients that flow through the maximum add up to zero. They are left out where nothing that the function makes of it
changes when the maximum does. What an amount that is added to a maximum does to other values is followed from line to
line: it is added to them, multiplies them by its exponential, or leaves them alone.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     x = x - np.max(x)
...     e = np.exp(x)
...     return e / np.sum(e)
... '''
>>> after("plan", text, np.array([1.0, 2.0]))
# backprop out = e / np.sum(e)
dx = out * (dout - np.sum(out * dout))
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from zlib import crc32

import numpy as np

from codegen import ir, syntax
from codegen.gates.evaluate import evaluate
from codegen.pytree import is_scalar
from codegen.records import dataclass
from codegen.simplify.kinds import signed_literal
from codegen.stage.rowcounts import RowCounts
from codegen.tables import grouped, reached

TINY = 1e-6
"""A number below this is as good as none here, and may be any in another call."""
Path = Sequence[tuple[ir.Block, int, bool]]
"""The blocks around an item, the innermost first, each with the place in it and whether it is run several times."""


def without_shifts(circuit: ir.Circuit) -> ir.Circuit:
    """Return the circuit in which maxima that cancel are passive."""
    while idle := next_idle(circuit):
        circuit = ir.rewired(circuit, partial(dropped, idle))
    return circuit


def dropped(idle: set[ir.Wire], old: ir.Wire, new: ir.Wire) -> ir.Wire:
    """Return a wire, those of its operands passive that are made of a maximum alone."""
    holes = {hole for hole, operand in old.operands.items() if operand in idle}
    if not holes or old in idle:
        return new
    texts = {hole: ir.named_text(new.operands[hole].node) for hole in holes}
    operands = {hole: wire for hole, wire in new.operands.items() if hole not in holes}
    return replace(new, operands=operands, statics={**new.statics, **texts})


def next_idle(circuit: ir.Circuit) -> set[ir.Wire]:
    """Return the first maximum that cancels, with what is made of it alone; nothing if there is none."""
    read = {
        leaf.name
        for stage in ir.stages_of(circuit.block)
        if stage.wire
        for leaf in ir.leaves(stage.wire)
    }
    rows = RowCounts(circuit)
    bound = Counter(n for one in ir.statements_of(circuit.block) for n in one.bound)
    again = {n for n, count in (bound + Counter(circuit.parameters)).items() if count > 1}
    for stage, path in placed(circuit.block, ()):
        for largest in maxima_in(stage.wire):
            shift = Shift(largest, read, again, rows)
            block, place, _ = path[0]
            if shift.passes(block.items[place:]) and shift.used:
                if not any(is_read_behind(name, path) for name in shift.seen()):
                    return shift.idle
    return set()


def placed(block: ir.Block, around: Path) -> Iterator[tuple[ir.Stage, Path]]:
    """Yield the stages of a block and of those inside it that compute something."""
    for place, item in enumerate(block.items):
        if isinstance(item, ir.Stage) and item.wire is not None:
            yield item, [(block, place, False), *around]
        for inner in item.blocks:
            here = (block, place, False)
            for stage, path in placed(inner, [here, *around]):
                own = [(b, k, r or b is inner and isinstance(item, ir.Loop)) for b, k, r in path]
                yield stage, own


def maxima_in(wire: ir.Wire | None) -> list[list[ir.Gate]]:
    parts = reached([] if wire is None else [wire], lambda part: part.operands.values())
    maxima = (part for part in parts if isinstance(part, ir.Gate) and is_maximum(part))
    return list(grouped((syntax.show(ir.named_text(gate.node)), gate) for gate in maxima).values())


def is_maximum(gate: ir.Gate) -> bool:
    """Return whether a gate is the largest of some values, or the smallest, or the larger of two."""
    pattern = gate.row.pattern
    return (
        pattern.startswith(("np.max(", "np.min("))
        or pattern == "np.maximum(x, y)"
        and len(gate.operands) > 1
    )


def axis_of(gate: ir.Gate, tree: ast.expr | None = None) -> ast.expr | None:
    own = (n for n in syntax.every(ast.keyword, tree or gate.row.tree))
    axis = next((k.value for k in own if k.arg == "axis"), None)
    return gate.statics.get(axis.id, axis) if isinstance(axis, ast.Name) else axis


def is_read_behind(name: str, path: Path) -> bool:
    """Return whether a value may still be read behind the block that gave it to a variable."""
    for depth, (block, place, repeats) in enumerate(path):
        if repeats and first_use(block.items[: place + 1], name) == "read":
            return True
        use = first_use(block.items[place + 1 :], name) if depth else ""
        if use:
            return use == "read"
    return False


def first_use(items: Sequence[ir.Statement], name: str) -> str:
    """Return whether some items read a variable or bind it anew, whatever comes first."""
    for item in items:
        inner = list(ir.statements_of(ir.Block([item])))
        if any(isinstance(s, ir.Stage) and s.wire and reads(s.wire, name) for s in inner):
            return "read"
        if isinstance(item, ir.Bind) and name in item.binds:
            return "bound"
    return ""


def reads(wire: ir.Wire, name: str) -> bool:
    return any(leaf.name == name for leaf in ir.leaves(wire))


# ---- what an amount does


@dataclass(frozen=True)
class Effect:
    """What becomes of a value: `amount` is added to it, or it is multiplied by the exponential of that."""

    amount: Any
    multiplies: bool = False

    @property
    def is_none(self) -> bool:
        """Whether the value stays as it is."""
        return bool(np.allclose(self.amount, 0.0, rtol=0.0, atol=1e-12))


STAYS = Effect(0.0)
ARRANGING = frozenset(
    f"np.{name}" for name in ("reshape", "ravel", "squeeze", "transpose", "expand_dims", "swapaxes")
)
"""Functions that arrange the items of a value."""
ALONG = {False: frozenset({"np.max", "np.min", "np.mean"}), True: frozenset({"np.sum", "np.mean"})}
"""What of values to which all the same is added, or that are all multiplied by the same, has that done to it."""
TOGETHER = frozenset({"np.maximum", "np.minimum", "np.logaddexp"})
"""The same, of two values."""


class Shift:
    """Follows an amount that is added to a maximum."""

    def __init__(
        self, largest: list[ir.Gate], read: set[str], again: set[str], rows: RowCounts
    ) -> None:
        first = largest[0]
        self.largest, self.read, self.again, self.rows = first, read, again, rows
        # what it does to variables; None where that is not known
        self.effects: dict[str, Effect | None] = {}
        self.idle: set[ir.Wire] = set(largest)  # what is made of the maximum alone
        self.made: set[str] = set()  # the variables that hold what is idle
        self.used = False  # whether a value that stays is made of it
        shape = np.shape(first.sample)
        ranks = {np.ndim(value) for hole, value in first.values.items() if hole in ("x", "y")}
        self.is_aligned = {len(shape)} == ranks or all(size > 1 for size in shape)
        self.amount = np.random.default_rng(231).standard_normal(shape)

    def seen(self) -> list[str]:
        return [n for n, effect in self.effects.items() if effect is None or not effect.is_none]

    def passes(self, items: Sequence[ir.Statement]) -> bool:
        """Return whether some items make nothing else of it than values that stay, and variables."""
        return self.is_aligned and all(map(self.passed, items))

    def passed(self, item: ir.Statement) -> bool:
        if isinstance(item, ir.Stage):
            return self.stage(item)
        bound = {n for s in ir.statements_of(ir.Block([item])) for n in s.bound}
        if isinstance(item, ir.Loop) and bound & set(self.seen()):
            return False
        before, after = dict(self.effects), []
        for block in item.blocks:
            self.effects = dict(before)
            if not self.passes(block.items):
                return False
            if isinstance(item, ir.Loop) and any(
                first_use(block.items, name) == "read" for name in bound & set(self.seen())
            ):
                return False
            after.append(self.effects)
        ways = after if isinstance(item, ir.Branch) else [before, *after]
        self.effects = {
            name: first if all(way.get(name, STAYS) is first for way in ways) else None
            for way in ways
            for name, first in way.items()
        }
        return True

    def stage(self, item: ir.Stage) -> bool:
        """Follow it through a line; return whether it stays in what is known."""
        effect = self.of(item.wire) if item.wire is not None else STAYS
        own = syntax.identifier(item.target)
        if (set(item.changes) - {own}) & set(self.seen()):
            return False
        if effect is not None and effect.is_none:
            for name in item.binds or [own]:
                self.effects.pop(name, None)
            return isinstance(item, ir.Bind | ir.Update) or own not in self.seen()
        if (
            not isinstance(item, ir.Bind | ir.Update)
            or not own
            or effect is None
            and own in self.read
        ):
            return False
        self.effects[own] = effect
        self.made -= {own}
        self.made |= {own} if item.wire in self.idle and isinstance(item, ir.Bind) else set()
        return True

    def of(self, wire: ir.Wire) -> Effect | None:
        """Return what it does to a wire; None if that is not known."""
        if wire in self.idle and isinstance(wire, ir.Gate) and is_maximum(wire):
            return Effect(self.amount)
        if isinstance(wire, ir.Variable):
            if wire.name in self.made:
                self.idle.add(wire)
            return self.effects.get(wire.name, STAYS)
        effects = {hole: self.of(operand) for hole, operand in wire.operands.items()}
        known = {hole: effect for hole, effect in effects.items() if effect is not None}
        if len(known) < len(effects):
            return None
        if all(effect.is_none for effect in known.values()):
            return STAYS
        if all(operand in self.idle for operand in wire.operands.values()):
            self.idle.add(wire)
        found = self.through(wire, known) if isinstance(wire, ir.Gate) else None
        self.used |= found is not None and found.is_none
        return found

    def through(self, gate: ir.Gate, effects: dict[str, Effect]) -> Effect | None:
        own = {h: v for h, v in gate.values.items() if h not in gate.row.named}
        try:
            formula = Formula(self.largest, gate, own, dict(effects), self.again, self.rows)
            found = formula.of(gate.row.tree)
        except (TypeError, ValueError, IndexError, NameError):
            return None
        if found is None and self.is_invariant(gate, effects):
            return STAYS
        return found

    def is_invariant(self, gate: ir.Gate, effects: dict[str, Effect]) -> bool:
        """Return whether a gate's value stays when amounts are added to operands, whatever these hold."""
        values = {h: v for h, v in gate.values.items() if h not in gate.row.named}
        axis = axis_of(gate)
        if not all(is_along(axis, self.largest, values.get(hole)) for hole in effects):
            return False
        if any(effect.multiplies for effect in effects.values()):
            return False
        passive = [value for hole, value in values.items() if hole not in gate.operands]
        if any(isinstance(value, np.ndarray | list | bool | np.bool_) for value in passive):
            return False  # a mask that is False everywhere says as little
        rng = np.random.default_rng(232)
        try:
            for factor in (1.0, -1.0, 10.0, -10.0) * 4:  # the larger of two values stays for some
                values |= {
                    hole: rng.standard_normal(np.shape(values[hole]))
                    for hole in gate.operands
                    if isinstance(values.get(hole), float | np.ndarray | np.floating)
                }
                more = {hole: values[hole] + factor * e.amount for hole, e in effects.items()}
                before, after = (evaluate(gate.row.tree, {**values, **one}) for one in ({}, more))
                if not np.allclose(after, before, rtol=1e-9, atol=1e-12):
                    return False
        except (TypeError, ValueError, IndexError, NameError, KeyError):
            return False
        return True


class Formula:
    """The left side of a row at work in a gate: `values` are those of its holes, `effects` what is done to them;
    `again` are the variables that are bound more than once.
    """

    def __init__(
        self,
        largest: ir.Gate,
        gate: ir.Gate,
        values: dict[str, Any],
        effects: dict[str, Effect],
        again: set[str],
        rows: RowCounts,
    ) -> None:
        self.largest, self.gate, self.values, self.effects = largest, gate, values, effects
        self.again, self.rows = again, rows

    def of(self, tree: ast.expr) -> Effect | None:
        """Return what is done to the value of a part; None if that is not known."""
        if isinstance(tree, ast.NamedExpr):
            found = self.of(tree.value)
            self.values[tree.target.id] = self.value(tree.value)
            if found is not None:
                self.effects[tree.target.id] = found
            return found
        if isinstance(tree, ast.Name):
            return self.effects.get(tree.id, STAYS)
        parts = syntax.expressions(tree)
        if isinstance(tree, ast.Call):
            parts = list(tree.args)
        effects = [self.of(part) for part in parts]
        known = [effect for effect in effects if effect is not None]
        if len(known) < len(effects):
            return None
        moved = [effect for effect in known if not effect.is_none]
        if not moved:
            return STAYS
        return self.made(tree, known) if len({e.multiplies for e in moved}) == 1 else None

    def value(self, tree: ast.expr) -> Any:
        return evaluate(tree, self.values)

    def made(self, tree: ast.expr, effects: list[Effect]) -> Effect | None:
        first, amounts = effects[0], [effect.amount for effect in effects]
        times = any(effect.multiplies for effect in effects)
        match tree:
            case ast.UnaryOp(op=ast.USub()):
                return first if times else Effect(-first.amount)
            case ast.BinOp(op=ast.Add() | ast.Sub()) if not times:
                is_sum = isinstance(tree.op, ast.Add)
                return Effect(amounts[0] + amounts[1] if is_sum else amounts[0] - amounts[1])
            case ast.BinOp(op=ast.Mult() | ast.Div()) if times:
                is_product = isinstance(tree.op, ast.Mult)
                return Effect(
                    amounts[0] + amounts[1] if is_product else amounts[0] - amounts[1], True
                )
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return first if alike(*amounts) else None
            case ast.BinOp(left, ast.Mult() | ast.Div(), right):
                is_left = not first.is_none
                scale = self.scale(right if is_left else left)
                if scale is None or isinstance(tree.op, ast.Div) and not is_left:
                    return None
                amount = amounts[0 if is_left else 1]
                return Effect(amount * scale if isinstance(tree.op, ast.Mult) else amount / scale)
            case ast.BinOp(op=ast.MatMult()) if times and effects[1].is_none:
                return self.contracted(tree, first)
            case ast.Subscript(slice=index) if self.is_settled(tree.value, index, first):
                return self.arranged(tree, tree.value, first)
            case ast.Call(func=func, args=[operand, *_]):
                return self.called(syntax.show(func), tree, operand, effects)
        return None

    def scale(self, tree: ast.expr) -> float | None:
        """Return by what a number multiplies: of one that is not written out that is its value here times a number of
        our own, for in another call two that are alike here, or one that is 1, may not be.
        """
        number = signed_literal(tree)
        if number is not None:
            return float(number) or None
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            inner = self.scale(tree.operand)
            return None if inner is None else -inner
        name = syntax.identifier(tree)
        operand: ir.Wire | None = self.gate.operands.get(name)
        value: Any = self.values.get(name)
        text = ir.named_text(operand.node) if operand is not None else self.gate.statics.get(name)
        if text is None or not is_scalar(value) or isinstance(value, bool | np.bool_):
            return None
        if isinstance(text, ast.UnaryOp) and isinstance(text.op, ast.USub):
            text, value = text.operand, -value
        if signed_literal(text) is not None:
            return float(value) or None
        if self.again.intersection(syntax.reads(text)):
            return None
        own = np.random.default_rng(crc32(syntax.show(text).encode())).uniform(1.0, 2.0)
        return float(own * (value if abs(value) > TINY else 1.0))

    def called(
        self, name: str, call: ast.Call, operand: ast.expr, effects: list[Effect]
    ) -> Effect | None:
        first, *others = effects
        if name == "np.exp" and not first.multiplies:
            return Effect(first.amount, True)
        if name == "np.log" and first.multiplies:
            return Effect(first.amount)
        if name in ARRANGING:
            return self.arranged(call, operand, first)
        if name in TOGETHER:
            return first if alike(first.amount, others[0].amount) else None
        if name in ALONG[first.multiplies] or name == "np.sum":
            return self.reduced(call, operand, first)
        return None

    def arranged(self, tree: ast.expr, operand: ast.expr, effect: Effect) -> Effect:
        """Return what is done where the items of a value stand in other places."""
        whole = np.broadcast_to(effect.amount, np.shape(self.value(operand)))
        there = syntax.rewrite(tree, lambda p: syntax.name("whole") if p is operand else None)
        return replace(effect, amount=evaluate(there, {**self.values, "whole": whole}))

    def is_settled(self, operand: ast.expr, index: ast.expr, effect: Effect) -> bool:
        """Return whether the same is done in every call to what an index takes: it is written out in numbers, or takes
        any of some items to all of which the same is done, or one item of each row on which that is so.
        """
        if is_fixed(index, self.gate):
            return True
        if self.takes_one_of_each_row(operand, index):
            whole = np.broadcast_to(effect.amount, np.shape(self.value(operand)))
            low, high = np.min(whole, axis=1), np.max(whole, axis=1)
            return is_along(syntax.constant(1), self.largest, whole) and alike(low, high)
        taken = self.values.get(index.id) if isinstance(index, ast.Name) else None
        whole = np.broadcast_to(effect.amount, np.shape(self.value(operand)))
        return (
            np.asarray(taken).dtype.kind in "iu"
            and whole.ndim > 0
            and len(whole) > 1
            and alike(np.min(whole, axis=0), np.max(whole, axis=0))
        )

    def takes_one_of_each_row(self, operand: ast.expr, index: ast.expr) -> bool:
        """Return whether an index takes one item of each row of a matrix in every call."""
        wire = self.gate.operands.get(syntax.identifier(operand))
        text = self.gate.statics.get(syntax.identifier(index))
        if wire is None or text is None:
            return False
        taken = self.values.get(syntax.identifier(index))
        is_row = isinstance(taken, tuple) and all(np.ndim(part) == 1 for part in taken)
        return is_row and self.rows.takes_one_of_each(text, wire)

    def reduced(self, call: ast.Call, operand: ast.expr, effect: Effect) -> Effect | None:
        whole = np.broadcast_to(effect.amount, np.shape(self.value(operand)))
        if syntax.show(call.func) == "np.sum" and not effect.multiplies:
            there = syntax.rewrite(call, lambda p: syntax.name("whole") if p is operand else None)
            return (
                replace(effect, amount=evaluate(there, {**self.values, "whole": whole}))
                if all_differ(effect.amount, whole)
                else None
            )
        if not is_along(axis_of(self.gate, call), self.largest, whole):
            return None
        low, high = (
            evaluate(
                ast.Call(syntax.parse(f), [syntax.name("whole")], call.keywords),
                {**self.values, "whole": whole},
            )
            for f in ("np.min", "np.max")
        )
        return replace(effect, amount=high) if alike(low, high) else None

    def contracted(self, product: ast.BinOp, effect: Effect) -> Effect | None:
        """Return what is done to a product with matrices, or a vector, if the same is done to all of each row."""
        whole = np.broadcast_to(effect.amount, np.shape(self.value(product.left)))
        rows, columns = whole.ndim, np.ndim(self.value(product.right))
        if (
            rows < 2
            or columns not in (1, 2, rows)
            or not is_along(syntax.constant(-1), self.largest, whole)
        ):
            return None
        if not alike(np.min(whole, axis=-1), np.max(whole, axis=-1)):
            return None
        return replace(effect, amount=whole[..., :1] if columns > 1 else whole[..., 0])


def is_along(axis: ast.expr | None, largest: ir.Gate, value: Any) -> bool:
    """Return whether an axis is that of a maximum in every call if it is in this one."""
    other = axis_of(largest)
    if axis is not None and other is not None and syntax.same(axis, other):
        return True
    sizes = [size for size in np.shape(value) if size == 1]
    return other is None or not sizes and all(t is None or is_literal(t) for t in (axis, other))


def alike(one: Any, other: Any) -> bool:
    return bool(
        np.shape(one) == np.shape(other) and np.allclose(one, other, rtol=1e-12, atol=1e-12)
    )


def all_differ(amount: Any, whole: Any) -> bool:
    """Return whether an amount of its own is added to each of several items."""
    return np.shape(amount) == whole.shape and bool(1 < whole.size == np.unique(whole).size)


def is_fixed(index: ast.expr, gate: ir.Gate) -> bool:
    """Return whether an index is written out in numbers: it takes the same items in every call."""
    if isinstance(index, ast.Name):
        index = gate.statics.get(index.id, index)
    return not any(
        isinstance(part, ast.Name) and part.id != "np" or isinstance(part, ast.Call)
        for part in ast.walk(index)
    )


def is_literal(tree: ast.expr) -> bool:
    return isinstance(tree.operand if isinstance(tree, ast.UnaryOp) else tree, ast.Constant)

"""Shifts that cancel: a circuit goes in, out it comes without the gradient of a maximum that is taken off the scores.

`scores -= np.max(scores, axis=1, keepdims=True)` changes nothing that is computed from a softmax of the scores, so the
gradients that flow through the maximum add up to zero. They are left out where every gate that reads the shifted
variable is seen not to change when a number is added along the same axis. So is a maximum that has a name of its own.

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
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.evaluate import evaluate
from codegen.ir import (
    Bind,
    Block,
    Circuit,
    Gate,
    Loop,
    Stage,
    Variable,
    Wire,
    leaves,
    rewired,
    stages_of,
    statements_of,
)
from codegen.stage.spell import named_text


def without_shifts(circuit: Circuit) -> Circuit:
    """Return the circuit in which maxima that cancel are passive."""
    while (shift := next_shift(circuit)) is not None:
        circuit = rewired(circuit, partial(dropped, shift))
    return circuit


def next_shift(circuit: Circuit) -> Gate | None:
    """Return the first shift by a maximum that cancels."""
    stages = list(stages_of(circuit.block))
    for block, repeats in all_blocks(circuit.block, False):
        for place, item in enumerate(block.items):
            if isinstance(item, Stage) and (shift := shift_of(item)) is not None:
                users = users_of(item, place, block, stages, repeats)
                largest = shift.operands["y"]
                assert isinstance(largest, Gate)
                if users and all(is_invariant(user, hole, largest) for user, hole in users):
                    return shift
    named = (shift for stage in stages for shift in named_shifts(stage, circuit, stages))
    return next(named, None)


def dropped(shift: Gate, old: Wire, new: Wire) -> Wire:
    """Return a wire, the shift with its maximum passive."""
    if old is not shift:
        return new
    text = named_text(new.operands["y"].node)
    operands = {hole: wire for hole, wire in new.operands.items() if hole != "y"}
    return replace(new, operands=operands, statics={**new.statics, "y": text})


def named_shifts(largest: Stage, circuit: Circuit, stages: list[Stage]) -> list[Gate]:
    """Return the gates `x - m` that read a maximum which a statement gave a name, `m = np.max(x, …)`, if nothing else
    reads it, and each stands in a gate that does not change.
    """
    wire, target = largest.wire, largest.target
    if not isinstance(wire, Gate) or not wire.row.pattern.startswith("np.max("):
        return []
    names = {w.name for w in wire.operands.values()}
    (scores,) = names if len(names) == 1 else (None,)
    if not isinstance(largest, Bind) or not isinstance(target, ast.Name) or scores is None:
        return []
    given = scores in circuit.parameters
    for name, times in ((scores, 0 if given else 1), (target.id, 1)):
        if sum(name in s.bound for s in statements_of(circuit.block)) > times:
            return []
        if any(name in s.changes for s in stages):
            return []
    found: dict[Gate, None] = {}
    for stage in stages:
        if stage.wire is None or not reads(stage, target.id):
            continue
        uses = list(uses_of(stage.wire, target.id))
        if len(uses) != reads(stage, target.id):
            return []
        for shift, hole in uses:
            own = shift.operands.get("x")
            if shift.row.pattern != "x - y" or hole != "y" or not isinstance(own, Variable):
                return []
            if own.name != scores:
                return []
            around = [
                (w, h)
                for w in wires_of(stage.wire)
                for h, o in w.operands.items()
                if o is shift and isinstance(w, Gate)
            ]
            if shift is stage.wire:
                around = shifted_users(stage, circuit, stages)
            unread = is_unread(stage, stages)  # looked through by the gate that does not change
            if not unread and not (around and all(is_invariant(w, h, wire) for w, h in around)):
                return []
            found[shift] = None
    return list(found)


def shifted_users(shift: Stage, circuit: Circuit, stages: list[Stage]) -> list[tuple[Gate, str]]:
    """Return the gates, with their holes, that read what a statement `z = x - m` shifts."""
    if isinstance(shift, Bind) and isinstance(shift.target, ast.Name):
        for block, repeats in all_blocks(circuit.block, False):
            for place, item in enumerate(block.items):
                if item is shift:
                    return users_of(shift, place, block, stages, repeats)
    return []


def is_unread(stage: Stage, stages: list[Stage]) -> bool:
    """Return whether no gate has what a stage computes as an operand."""
    target = stage.target
    return (
        isinstance(stage, Bind)
        and isinstance(target, ast.Name)
        and not any(reads(other, target.id) for other in stages)
    )


def wires_of(wire: Wire) -> Iterator[Wire]:
    """Yield a wire and all below it."""
    yield wire
    for operand in wire.operands.values():
        yield from wires_of(operand)


def all_blocks(block: Block, repeats: bool) -> Iterator[tuple[Block, bool]]:
    """Yield a block and all blocks inside it, and whether each is run several times."""
    yield block, repeats
    for item in block.items:
        for inner in item.blocks:
            yield from all_blocks(inner, repeats or isinstance(item, Loop))


def shift_of(stage: Stage) -> Gate | None:
    """Return the gate of `y = x - np.max(x, …)`, for variables x and y."""
    wire = stage.wire
    if not isinstance(stage.target, ast.Name) or not isinstance(wire, Gate):
        return None
    left, right = wire.operands.get("x"), wire.operands.get("y")
    if wire.row.pattern != "x - y" or not isinstance(left, Variable) or not isinstance(right, Gate):
        return None
    of_left = [w.name for w in right.operands.values()] == [left.name]
    return wire if of_left and right.row.pattern.startswith("np.max(") else None


def users_of(
    shift: Stage, place: int, block: Block, stages: list[Stage], repeats: bool
) -> list[tuple[Gate, str]]:
    """Return the gates, with their holes, that read the shifted value; none if some use of it is not known."""
    assert isinstance(shift.target, ast.Name)
    name = shift.target.id
    before = [s for s in block.items[:place] if isinstance(s, Stage)]
    behind = [s for s in block.items[place + 1 :] if isinstance(s, Stage)]
    first = next((k for k, s in enumerate(before) if name in s.binds), None)
    if repeats and (first is None or reads(before[first], name)):
        return []  # the next trip may read the value of this one
    last = next((k for k, s in enumerate(behind) if name in s.binds), len(behind))
    behind = behind[: last + 1]
    earlier = [] if repeats else stages[: stages.index(shift)]  # they read the value of before
    known = {*earlier, *before[first or 0 :], shift, *behind}
    if any(name in s.changes or reads(s, name) for s in stages if s not in known):
        return []
    if any(name in s.changes for s in behind):
        return []
    found = [use for s in behind if s.wire is not None for use in uses_of(s.wire, name)]
    return found if len(found) == sum(reads(s, name) for s in behind) else []


def reads(stage: Stage, name: str) -> int:
    """Return how often a variable is an operand in a stage."""
    return [w.name for w in leaves(stage.wire)].count(name) if stage.wire is not None else 0


def uses_of(wire: Wire, name: str) -> Iterator[tuple[Gate, str]]:
    """Yield the gates below a wire that have a variable as an operand, with the hole it stands for."""
    for hole, operand in wire.operands.items():
        if isinstance(operand, Variable) and operand.name == name and isinstance(wire, Gate):
            yield wire, hole
        yield from uses_of(operand, name)


def is_invariant(user: Gate, hole: str, largest: Gate) -> bool:
    """Return whether the value of a gate stays when a number is added to an operand along the axis of a maximum."""
    value = user.values.get(hole)
    if not same_axis(user.statics.get("axis"), largest.statics.get("axis")):
        return False
    if not isinstance(value, np.ndarray) or np.ndim(largest.sample) not in (0, value.ndim):
        return False
    rng = np.random.default_rng(231)
    drawn: Any = rng.standard_normal(np.shape(largest.sample))
    values = {h: v for h, v in user.values.items() if h not in user.row.named}
    try:
        shifted = evaluate(user.row.tree, {**values, hole: value + drawn})
        return bool(np.allclose(shifted, user.sample, rtol=1e-9, atol=1e-12))
    except (TypeError, ValueError, IndexError, NameError):
        return False


def same_axis(own: ast.expr | None, other: ast.expr | None) -> bool:
    """Return whether two axes are the same in every call if they are in this one."""
    return (
        other is None
        or all(t is None or is_literal(t) for t in (own, other))
        or (own is not None and syntax.same(own, other))
    )


def is_literal(tree: ast.expr) -> bool:
    """Return whether an axis is written as a number."""
    return isinstance(tree.operand if isinstance(tree, ast.UnaryOp) else tree, ast.Constant)

"""Staging: a circuit goes in, the circuit comes out in which every value or gradient that is needed twice has a name.

A subexpression becomes a stage of its own only if its value is read by some local gradient and is not cheap
to write again, if it has several consumers, if it hands a gradient that is more than the upstream gradient to
several operands, or if a gradient is scattered into it. Scalar lines that are broken up anyway are broken up
as finely as the course does.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x, w):
...     return np.tanh(x * w) / (x * w)
... '''
>>> after("stages", text, 0.5, 2.0)
f(x, w), gradients of x, w:
    xw = x * w                        # x * y: dx = y * dout, dy = x * dout
    tanhxw = np.tanh(xw)              # np.tanh(x): dx = (1 - out**2) * dout
    invxw = 1.0 / xw                  # 1.0 / y: dy = -1.0 / y**2 * dout
    out = tanhxw * invxw              # x * y: dx = y * dout, dy = x * dout
    return out
"""

from __future__ import annotations

import ast
from dataclasses import replace

import numpy as np

from codegen import syntax
from codegen.ir import (
    Append,
    Bind,
    Block,
    Branch,
    Circuit,
    Loop,
    LoopItem,
    Return,
    Stage,
    Statement,
    Wire,
    Write,
    stages_of,
    with_blocks,
)
from codegen.stage.available import Available, touched
from codegen.stage.cheap import is_cheap
from codegen.stage.names import Namer
from codegen.stage.needs import LineStager, post_order
from codegen.stage.spell import wire_text
from codegen.trace.run import Run


def staged(circuit: Circuit) -> Circuit:
    """Return the circuit with its compound lines broken into named stages."""
    note_changes(circuit.block, set(), circuit.trace.run)
    block = broken_up(circuit.block, Namer(circuit.names), Available())
    last = next((s for s in stages_of(block) if isinstance(s, Return)), None)
    return replace(circuit, block=block, output=last.wire if last is not None else circuit.output)


def note_changes(block: Block, later: set[str], run: Run) -> set[str]:
    """Mark the wires whose memory may change once they were read, later on or in the next call; return the names
    that a block and what follows change.
    """
    for item in reversed(block.items):
        if isinstance(item, Stage):
            later = later | set(item.changes)
            for wire in post_order(item.wire) if item.wire is not None else ():
                wire.changes = wire.kind == "name" and wire.name in later
                place = run.fact(wire.origin).place
                if wire.kind == "gate" and place is not None and run.memory.is_outlived(place):
                    for part in post_order(wire):
                        part.changes = part.kind == "name"
            continue
        if isinstance(item, Loop):
            later = later | {n for stage in stages_of(item.body) for n in stage.changes}
        later = set().union(*(note_changes(inner, later, run) for inner in item.blocks))
    return later


def broken_up(block: Block, namer: Namer, available: Available) -> Block:
    """Return a block with its lines, and those of the blocks inside it, broken into stages."""
    items: list[Statement] = []
    for item in block.items:
        if isinstance(item, Stage):
            stages = broken(item, namer, available)
            items.extend(stages)
            available.lose([*item.binds, *item.changes])
            last = stages[-1]
            if isinstance(last, Bind) and isinstance(last.target, ast.Name) and last.wire:
                available.add(last.target.id, last.wire)
            continue
        if isinstance(item, Loop):
            # a trip finds what the one before left
            available.lose([*item.binds, *touched(item.blocks)])
        with namer.exclusive() as side:
            sides = []
            for inner in item.blocks:
                with side():
                    sides.append(broken_up(inner, namer, available.copy()))
        item = with_blocks(item, sides)
        if isinstance(
            item, Branch | Loop
        ):  # what is read in there may get its first gradient there
            item = replace(item, active=item.active | available.variables())
        available.lose(touched(item.blocks))
        items.append(item)
    return Block(items)


def broken(stage: Stage, namer: Namer, available: Available) -> list[Stage]:
    """Return the stages that a line becomes."""
    if stage.wire is None or stage.wire.kind == "name" or isinstance(stage, LoopItem):
        return [stage]
    is_return, is_item = isinstance(stage, Return), isinstance(stage, Write | Append)
    rewritten = stage.rewritten
    line = LineStager(stage.wire, is_return, is_item)
    needed = line.needed()
    while line.splits_division(needed) or reused(line, needed, available):
        rewritten = True
        line = LineStager(stage.wire, is_return, is_item)
        needed = line.needed()
    ordered = [
        w
        for w in post_order(stage.wire)
        if w in line.kept or w in needed and (is_item or w is not stage.wire)
    ]
    fresh = []
    kept: dict[str, str] = {}
    for wire in ordered:
        if wire in needed:
            if (known := available.name_of(wire)) and wire is not stage.wire:
                refer(wire, known)
                continue
            name = namer.name_for(wire, wanted_name(stage), stage.wire)
            available.add(name, wire)
            wire.name = name
            fresh.append(before(stage, wire))
            continue
        text = syntax.show(wire_text(wire))
        wire.kept = kept.get(text) or namer.name_for(wire, wanted_name(stage), stage.wire)
        if text not in kept:
            fresh.append(kept_before(stage, wire))
        kept[text] = wire.kept
    whole = is_return and stage.wire.kind not in ("display", "name")
    if whole:
        stage.wire.name = namer.free("out")
        fresh.append(before(stage, stage.wire))
    value = stage.wire
    if whole or (is_item and value in needed):
        own = syntax.name(value.name or "")
        value = Wire("name", own, value.sample, value.origin, name=value.name)
    target = stage.target
    if isinstance(target, ast.Name) and not is_item and value.kind not in ("name", "display"):
        value.name = target.id
    rewritten = rewritten or any(w in needed for w in ordered)
    return [*fresh, replace(stage, wire=value, rewritten=rewritten)]


def reused(line: LineStager, needed: set[Wire], available: Available) -> bool:
    """Read what has a name where a line that is broken up would compute it again; return whether there was any."""
    done = False
    for wire in line.wires if needed else ():
        is_open = wire.kind == "gate" and wire.name is None and wire is not line.root
        if is_open and all(o.kind == "name" or o.name for o in wire.operands.values()):
            known = None if is_cheap(wire) else available.name_of(wire)
            if known:
                refer(wire, known)
                done = True
    return done


def refer(wire: Wire, name: str) -> None:
    """Make a wire the value of a variable."""
    wire.kind, wire.node, wire.name, wire.row = "name", syntax.name(name), name, None
    wire.operands, wire.statics, wire.values, wire.named = {}, {}, {}, {}
    wire.flavour, wire.changes = "", False


def wanted_name(stage: Stage) -> str:
    """Return the variable after which the stages of a line may be named."""
    if isinstance(stage, Return):
        return ""
    target = stage.target
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else "out"


def before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that computes one wire of a line before the line itself."""
    assert wire.name is not None
    own = syntax.name(wire.name)
    return Bind(stage.statement, own, wire, rewritten=True, binds=[wire.name])


def kept_before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that keeps the value of an item that is overwritten later; the item's gradient needs no name."""
    copies = ".copy()" if np.ndim(wire.sample) else ""
    text = f"{wire.kept} = {syntax.show(wire_text(wire))}{copies}"
    return Bind(
        stage.statement,
        syntax.name(wire.kept),
        rewritten=True,
        text=text,
        binds=[wire.kept],
        sample=wire.sample,
    )

"""Staging: a circuit goes in, the circuit comes out in which every value or gradient that is needed twice has a name.

A subexpression becomes a stage of its own only if its value is read by some local gradient and is not cheap
to write again, if it has several consumers, if it hands a gradient that is more than the upstream gradient to
several operands, or if a gradient is scattered into it. Scalar lines that are broken up anyway are broken up
as finely as the course does.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen import syntax
from codegen.emit.spell import wire_text
from codegen.ir import (
    Block,
    Branch,
    Circuit,
    Loop,
    Stage,
    Wire,
    Within,
    blocks_of,
    stages_of,
)
from codegen.stage.available import Available, touched
from codegen.stage.cheap import is_cheap
from codegen.stage.names import Namer
from codegen.stage.needs import LineStager, post_order


def staged(circuit: Circuit) -> Circuit:
    """Return the circuit with its compound lines broken into named stages."""
    note_changes(circuit.block, set())
    stage_block(circuit, circuit.block, Namer(circuit.names), Available())
    return circuit


def note_changes(block: Block, later: set[str]) -> set[str]:
    """Mark the wires whose memory may change once they were read; return the names that a block and
    what follows change.
    """
    for item in reversed(block.items):
        if isinstance(item, Stage):
            later = later | set(item.changes)
            for wire in post_order(item.wire) if item.wire is not None else ():
                wire.changes = wire.kind == "name" and wire.name in later
            continue
        if isinstance(item, Loop):
            later = later | {n for stage in stages_of(item.body) for n in stage.changes}
        later = set().union(*(note_changes(inner, later) for inner in blocks_of(item)))
    return later


def stage_block(circuit: Circuit, block: Block, namer: Namer, available: Available) -> None:
    """Break the lines of a block, and of the blocks inside it, into stages."""
    items: list[Stage | Loop | Branch | Within] = []
    for item in block.items:
        if isinstance(item, Stage):
            items.extend(broken(item, namer, available))
            available.lose([*item.binds, *item.changes])
            if item.kind == "bind" and isinstance(item.target, ast.Name) and item.wire is not None:
                available.add(item.target.id, item.wire)
            if item.kind == "return":
                circuit.output = item.wire
            continue
        sides = blocks_of(item)
        if isinstance(item, Loop):
            available.lose([*item.binds, *touched(sides)])  # a trip finds what the one before left
        with namer.exclusive() as side:
            for inner in sides:
                with side():
                    stage_block(circuit, inner, namer, available.copy())
        available.lose(touched(sides))
        items.append(item)
    block.items = items


def broken(stage: Stage, namer: Namer, available: Available) -> list[Stage]:
    """Return the stages that a line becomes."""
    if stage.wire is None or stage.wire.kind == "name" or stage.kind == "item":
        return [stage]
    is_return, is_item = stage.kind == "return", stage.kind in ("store", "add", "append")
    line = LineStager(stage.wire, is_return, is_item)
    needed = line.needed()
    while line.splits_division(needed) or reused(line, needed, available):
        stage.rewritten = True
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
    if whole or (is_item and stage.wire in needed):
        stage.wire = Wire(
            "name",
            syntax.name(stage.wire.name or ""),
            stage.wire.sample,
            stage.wire.origin,
            name=stage.wire.name,
        )
    stage.rewritten = stage.rewritten or any(w in needed for w in ordered)
    if (
        isinstance(stage.target, ast.Name)
        and not is_item
        and stage.wire.kind not in ("name", "display")
    ):
        stage.wire.name = stage.target.id
    return [*fresh, stage]


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
    if stage.kind == "return":
        return ""
    target = stage.target
    while isinstance(target, ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else "out"


def before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that computes one wire of a line before the line itself."""
    assert wire.name is not None
    return Stage(syntax.name(wire.name), wire, stage.statement, rewritten=True, binds=[wire.name])


def kept_before(stage: Stage, wire: Wire) -> Stage:
    """Return a stage that keeps the value of an item that is overwritten later; the item's gradient needs no name."""
    copies = ".copy()" if np.ndim(wire.sample) else ""
    text = f"{wire.kept} = {syntax.show(wire_text(wire))}{copies}"
    return Stage(
        syntax.name(wire.kept),
        None,
        stage.statement,
        rewritten=True,
        text=text,
        binds=[wire.kept],
        sample=wire.sample,
    )

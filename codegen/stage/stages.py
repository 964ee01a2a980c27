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
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest

import numpy as np

from codegen import ir, syntax
from codegen.stage.available import Available, touched
from codegen.stage.breaks import Breaks, with_reciprocal
from codegen.stage.names import Namer, role
from codegen.stage.recomputable import is_cheap
from codegen.stage.spell import wire_text
from codegen.trace.run import Run

Settled = Callable[[ir.Stage, ast.expr, bool], bool]


def staged(circuit: ir.Circuit, is_settled: Settled) -> ir.Circuit:
    """Return the circuit with its compound lines broken into named stages.

    `is_settled` tells whether items of an array, as they are before a stage or behind it, are touched by no change
    that comes later.
    """
    changing: dict[ir.Variable, bool] = {}
    note_changes(circuit.block, set(), circuit.trace.run, changing)
    readers: dict[ir.Variable, bool] = {}
    for stage in ir.stages_of(circuit.block):
        for wire in ir.post_order(stage.wire) if stage.wire is not None else ():
            for read in wire.operands.values():
                if isinstance(read, ir.Variable) and readers.get(read, True):
                    readers[read] = isinstance(wire, ir.Gate) and is_settled(
                        stage, ir.named_text(wire.node), False
                    )
    changing |= {read: False for read, settled in readers.items() if settled}
    marked: dict[ir.Wire, ir.Wire] = {
        wire: replace(wire, changes=True) for wire, yes in changing.items() if yes
    }
    doubles = made_of_doubles(circuit.block) - set(circuit.parameters)
    homes = {
        stage.wire: stage.target
        for stage in ir.stages_of(circuit.block)
        if isinstance(stage, ir.Store)
        and isinstance(stage.target, ast.Subscript)
        and stage.wire is not None
        and fills(stage, stage.target, stage.wire)
        and (not is_compared(stage.wire) or syntax.show(stage.target.value) in doubles)
        and is_settled(stage, stage.target, True)
    }

    def noted(old: ir.Wire, new: ir.Wire) -> ir.Wire:
        if isinstance(new, ir.Gate) and old in homes:
            return replace(new, home=homes[old])
        return marked.get(old, new)

    circuit = ir.rewired(circuit, noted)
    block = Stager(circuit).broken_up(circuit.block, Available())
    last = next((s for s in ir.stages_of(block) if isinstance(s, ir.Return)), None)
    return replace(circuit, block=block, output=last.wire if last is not None else circuit.output)


def fills(stage: ir.Store, item: ast.Subscript, wire: ir.Wire) -> bool:
    """Return whether a line puts a value as it is into items of an array, neither spread nor cast."""
    if isinstance(stage.holder, dict):
        return isinstance(item.value, ast.Name)
    array, value = stage.holder, np.asarray(wire.sample)
    parts = [syntax.show(part) for part in syntax.elements(item.slice)]
    if not isinstance(array, np.ndarray) or value.dtype != array.dtype:
        return False
    if "..." in parts:
        at = parts.index("...")
        parts[at : at + 1] = [":"] * (array.ndim + 1 - len(parts))
    if len(parts) > array.ndim or np.ndim(stage.sample) != value.ndim:
        return False
    shape = []
    for part, size in zip_longest(parts, array.shape):
        if part is None or part == ":":
            shape.append(size)
        elif ":" in part:
            return False
    return isinstance(item.value, ast.Name) and tuple(shape) == value.shape


def made_of_doubles(block: ir.Block) -> set[str]:
    """Return the variables that only ever are arrays of float64, whatever the arguments are: `np.zeros((N, M))`."""
    found: dict[str, bool] = {}
    for stage in ir.stages_of(block):
        match stage:
            case ir.Bind(statement=ast.Assign(targets=[ast.Name(name)], value=ast.Call() as made)):
                is_one = syntax.show(made.func) in ("np.zeros", "np.ones", "np.empty")
                is_one = is_one and len(made.args) == 1 and not made.keywords
                found[name] = is_one and found.get(name, True)
            case _:
                found |= dict.fromkeys(stage.binds, False)
    return {name for name, yes in found.items() if yes}


def is_compared(wire: ir.Wire) -> bool:
    """Return whether a gradient asks what equals the value, as a maximum's does: fewer digits would equal nothing."""
    row = wire.row if isinstance(wire, ir.Gate) else None
    options = row.templates.values() if row is not None else ()
    nodes = [n for trees in options for tree in trees for n in syntax.walk(tree)]
    lets = [n for text in row.let.values() for n in syntax.walk(syntax.parse(text))] if row else []
    return any(
        isinstance(n, ast.Compare)
        and isinstance(n.ops[0], ast.Eq | ast.NotEq)
        and "out" in syntax.reads(n)
        for n in (*nodes, *lets)
    )


def note_changes(
    block: ir.Block, later: set[str], run: Run, changing: dict[ir.Variable, bool]
) -> set[str]:
    """Note which variables change after they were read, now or in the next call; return those a block changes."""
    for item in reversed(block.items):
        if isinstance(item, ir.Stage):
            later = later | set(item.changes)
            for wire in ir.post_order(item.wire) if item.wire is not None else ():
                if isinstance(wire, ir.Variable):
                    changing[wire] = wire.name in later
                place = run.fact(wire.origin).place
                if (
                    isinstance(wire, ir.Gate)
                    and place is not None
                    and run.memory.is_outlived(place)
                ):
                    changing |= dict.fromkeys(ir.leaves(wire), True)
            continue
        if isinstance(item, ir.Loop):
            later = later | {n for stage in ir.stages_of(item.body) for n in stage.changes}
        later = set().union(*(note_changes(inner, later, run, changing) for inner in item.blocks))
    return later


class Stager:
    """Breaks the lines of one function."""

    def __init__(self, circuit: ir.Circuit) -> None:
        self.namer = Namer(circuit.names, syntax.shared_keys(circuit.trace.tree))
        self.rewire = ir.Rewiring()
        self.run = circuit.trace.run
        self.reused: list[ir.Variable] = []

    def broken_up(self, block: ir.Block, available: Available) -> ir.Block:
        items: list[ir.Statement] = []
        for item in block.items:
            if isinstance(item, ir.Stage):
                stages = self.broken(item, available)
                items.extend(stages)
                self.lose({*item.binds, *item.changes}, available)
                last = stages[-1]
                if isinstance(last, ir.Bind) and isinstance(last.target, ast.Name) and last.wire:
                    available.add(last.target.id, last.wire)
                continue
            if isinstance(item, ir.Loop):
                # a trip finds what the one before left
                self.lose({*item.binds, *touched(item.blocks)}, available)
            with self.namer.exclusive() as side:
                sides = []
                for inner in item.blocks:
                    with side():
                        sides.append(self.broken_up(inner, available.copy()))
            item = ir.with_blocks(item, sides)
            if isinstance(item, ir.Branch | ir.Loop):
                # what is read in there may get its first gradient there
                item = replace(item, active=item.active | available.variables())
            self.lose(touched(item.blocks), available)
            items.append(item)
        return ir.Block(items)

    def lose(self, changed: set[str], available: Available) -> None:
        """Forget what variables hold that are bound anew or changed; a line further on may have a wire in common."""
        available.lose(changed)
        gone = [one for one in self.reused if one.name in changed]
        if gone:
            self.reused = [one for one in self.reused if one not in gone]
            self.rewire.forget(gone)

    def known(self, wire: ir.Wire, available: Available) -> ir.Variable | None:
        """Return the variable that holds the value of a nameless wire already, and may stand for it."""
        name = None if self.is_changed(wire) else available.name_of(wire)
        if name is None:
            return None
        found = ir.variable(name, wire.sample, wire.origin)
        self.reused.append(replace(found, units=wire.units, spelled=wire.spelled))
        return self.reused[-1]

    def is_changed(self, wire: ir.Wire) -> bool:
        """Return whether the memory of a wire is changed in place later: it is no other's then."""
        place = self.run.fact(wire.origin).place
        return place is not None and bool(self.run.memory.changed_after(place))

    def broken(self, stage: ir.Stage, available: Available) -> list[ir.Stage]:
        if stage.wire is None:
            return [stage]
        root = self.rewire(stage.wire)
        if isinstance(root, ir.Variable) or isinstance(stage, ir.LoopItem):
            return [replace(stage, wire=root)]
        is_return, is_item = isinstance(stage, ir.Return), isinstance(stage, ir.Write | ir.Append)
        if isinstance(stage, ir.Update):
            is_item = is_compared(root)  # what is written to may hold fewer digits
        line = Breaks(root, is_return, is_item, self.is_changed)
        while (finer := self.finer(line, available)) is not root:
            root, stage = finer, replace(stage, rewritten=True)
            line = Breaks(root, is_return, is_item, self.is_changed)
        whole = is_return and not isinstance(root, ir.Display | ir.Variable)
        fresh: list[ir.Stage] = []
        kept: dict[str, str] = {}

        def name_for(old: ir.Wire, new: ir.Wire) -> str:
            wanted = wanted_name(stage)
            place = place_in(old, root) if is_return else ""
            return self.namer.name_for(new, wanted, role(old, root, wanted), place)

        def named(old: ir.Wire, new: ir.Wire) -> ir.Wire:
            if old in line.needed:
                if old is not root and (known := self.known(new, available)):
                    return known
                name = name_for(old, new)
                if not self.is_changed(new):
                    available.add(name, new)
                new = replace(new, name=name)
                fresh.append(before(stage, new))
            elif old in line.kept and isinstance(new, ir.Gate):
                text = syntax.show(wire_text(new))
                if text not in kept:
                    kept[text] = name_for(old, new)
                    fresh.append(kept_before(stage, new, kept[text]))
                new = replace(new, kept=kept[text])
            if old is root and whole:
                new = replace(new, name=self.namer.free("out"))
                fresh.append(before(stage, new))
            elif old is root and isinstance(stage.target, ast.Name) and not (is_item or is_return):
                new = new if isinstance(new, ir.Display) else replace(new, name=stage.target.id)
            return new

        value = self.rewire(root, named)
        if value.name and (whole or root in line.needed):
            value = ir.variable(value.name, value.sample, value.origin)
        return [*fresh, replace(stage, wire=value, rewritten=stage.rewritten or bool(line.needed))]

    def finer(self, line: Breaks, available: Available) -> ir.Wire:
        """Return a line with products by reciprocals, or else with names in place of what would be computed again."""
        divisions = line.divisions()

        def split(old: ir.Wire, new: ir.Wire) -> ir.Wire:
            return with_reciprocal(new) if old in divisions and isinstance(new, ir.Gate) else new

        def reused(old: ir.Wire, new: ir.Wire) -> ir.Wire:
            is_open = isinstance(new, ir.Gate) and new.name is None and old is not line.root
            if not is_open or not all(o.name for o in new.operands.values()) or is_cheap(new):
                return new
            return self.known(new, available) or new

        if divisions:
            return self.rewire(line.root, split)
        return self.rewire(line.root, reused) if line.needed else line.root


def place_in(wire: ir.Wire, root: ir.Wire) -> str:
    """Return the name of a value that is returned among others, by its place."""
    parts = list(root.operands.values()) if isinstance(root, ir.Display) else []
    return f"out{parts.index(wire) + 1}" if wire in parts and len(parts) > 1 else ""


def wanted_name(stage: ir.Stage) -> str:
    if isinstance(stage, ir.Return):
        return ""
    target = syntax.holder(stage.target)
    return target.id if isinstance(target, ast.Name) else "out"


def before(stage: ir.Stage, wire: ir.Wire) -> ir.Stage:
    """Return a stage that computes one wire of a line before the line itself."""
    assert wire.name is not None
    own = syntax.name(wire.name)
    return ir.Bind(stage.statement, own, wire, rewritten=True, binds=[wire.name])


def kept_before(stage: ir.Stage, wire: ir.Wire, name: str) -> ir.Stage:
    """Return a stage that keeps the value of an item that is overwritten later; the item's gradient needs no name."""
    copies = ".copy()" if np.ndim(wire.sample) else ""
    return ir.Bind(
        stage.statement,
        syntax.name(name),
        rewritten=True,
        text=f"{name} = {syntax.show(wire_text(wire))}{copies}",
        binds=[name],
        sample=wire.sample,
    )

"""Activity: a circuit goes in; out comes which of its stages the gradient reaches (what is useful).

What may be differentiated at all (what is varied) lowering tells: it makes a wire of it. A value may be
differentiable and still get no gradient: a fused gate looks through it, or nothing but prints and tests read it.
Such a line stays the user's own, and nothing of it is kept for the backward pass.

>>> from codegen.cli.show import after
>>> text = '''
... def f(x):
...     y = np.sin(x)
...     z = np.exp(x)
...     assert z > 0
...     return y * x
... '''
>>> after("analyze", text, 0.5)
y = np.sin(x)                         # useful
z = np.exp(x)                         # idle
return y * x                          # useful
"""

from __future__ import annotations

import ast
from dataclasses import replace

from codegen import ir, syntax
from codegen.records import dataclass
from codegen.tables import grouped, reached


@dataclass(frozen=True)
class Activity:
    """Which stages count."""

    circuit: ir.Circuit
    useful: frozenset[ir.Stage]
    """Those whose value or change some gradient reaches."""
    idle: frozenset[ir.Stage]
    """Those that can be passive although their value may be differentiated: the user's own lines that are not
    useful."""
    inputs: frozenset[str]
    """The variables whose value at the start counts."""


def activity(circuit: ir.Circuit) -> Activity:
    """Return which stages of a circuit count, told backwards from what it returns."""
    stages = list(ir.stages_of(circuit.block))
    useful: set[ir.Stage] = set()
    inputs = reach(circuit.block, frozenset(), useful)
    idle = {
        stage
        for group in grouped((stage.statement, stage) for stage in stages).values()
        if all(is_dead(stage, useful) for stage in group)
        for stage in group
    }
    return Activity(circuit, frozenset(useful), frozenset(idle), inputs)


def with_idle_lines(block: ir.Block, idle: frozenset[ir.Stage]) -> ir.Block:
    return ir.rebuilt(block, lambda s: [replace(s, wire=None, varied=True) if s in idle else s])


Names = frozenset[str]


def reach(block: ir.Block, behind: Names, useful: set[ir.Stage]) -> Names:
    """Note the stages of a block that some gradient reaches; return the names that it reaches where the block begins.

    `behind` are those where it ends. A new value hides the old one, and a side of a branch what is on no other.
    """
    for item in reversed(block.items):
        match item:
            case ir.Loop():
                behind = reach_in_any_order(list(ir.stages_of(item.body)), behind, useful)
            case ir.Branch():
                behind = frozenset().union(*(reach(side, behind, useful) for side in item.blocks))
            case ir.Within():
                behind |= reach(item.body, behind, useful)
            case ir.Return() | ir.Stage() if isinstance(item, ir.Return) or touched(item) & behind:
                useful.add(item)
                if isinstance(item, ir.Bind | ir.Update) and isinstance(item.target, ast.Name):
                    behind -= set(item.binds)
                behind |= read_by(item)
    return behind


def reach_in_any_order(stages: list[ir.Stage], behind: Names, useful: set[ir.Stage]) -> Names:
    """Note the stages of a loop that some gradient reaches: what a trip leaves, any later one may read."""
    makers = grouped((name, stage) for stage in stages for name in touched(stage))
    ends = [stage for stage in stages if isinstance(stage, ir.Return)]
    behind = behind.union(*map(read_by, ends))
    found = reached(behind, lambda name: (n for s in makers.get(name, ()) for n in read_by(s)))
    behind = frozenset(found)
    useful.update(ends, *(makers.get(name, ()) for name in behind))
    return behind


def read_by(stage: ir.Stage) -> Names:
    """Return the variables to which a stage hands a gradient on."""
    if stage.wire is not None:
        return frozenset(leaf.name for leaf in ir.leaves(stage.wire) if leaf.name)
    return frozenset(stage.changes) if isinstance(stage, ir.Pop) else frozenset()


def touched(stage: ir.Stage) -> set[str]:
    """Return the variables that a stage binds or changes."""
    names = syntax.names(stage.target)
    return names | set(stage.binds) | set(stage.changes)


def calls_helper(wire: ir.Wire) -> bool:
    """Return whether a helper with a pair of its own is called below a wire."""
    return isinstance(wire, ir.Call) or any(map(calls_helper, wire.operands.values()))


def is_asked(wire: ir.Wire) -> bool:
    """Return whether a gate in a later line is made of a wire, or of one below it."""
    return isinstance(wire, ir.Gate) and wire.asked or any(map(is_asked, wire.operands.values()))


def is_dead(stage: ir.Stage, used: set[ir.Stage]) -> bool:
    """Return whether a stage can be passive: the user's own line, whose value gets no gradient."""
    if not isinstance(stage, ir.Bind | ir.Update) or stage.wire is None:
        return False
    if stage.rewritten or stage.text or isinstance(stage, ir.Gathered):
        return False
    return stage not in used and not calls_helper(stage.wire) and not is_asked(stage.wire)

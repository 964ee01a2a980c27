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

from codegen import syntax
from codegen.ir import (
    Bind,
    Block,
    Branch,
    Call,
    Circuit,
    Gate,
    Gathered,
    Loop,
    Pop,
    Return,
    Stage,
    Update,
    Wire,
    Within,
    leaves,
    rebuilt,
    stages_of,
)
from codegen.records import dataclass
from codegen.tables import grouped, reached


@dataclass(frozen=True)
class Activity:
    """Which stages count."""

    circuit: Circuit
    useful: frozenset[Stage]
    """Those whose value or change some gradient reaches."""
    idle: frozenset[Stage]
    """Those that can be passive although their value may be differentiated: the user's own lines that are not
    useful."""
    inputs: frozenset[str]
    """The variables whose value at the start counts."""


def activity(circuit: Circuit) -> Activity:
    """Return which stages of a circuit count, told backwards from what it returns."""
    stages = list(stages_of(circuit.block))
    useful: set[Stage] = set()
    inputs = reach(circuit.block, frozenset(), useful)
    idle = {
        stage
        for group in grouped((stage.statement, stage) for stage in stages).values()
        if all(is_dead(stage, useful) for stage in group)
        for stage in group
    }
    return Activity(circuit, frozenset(useful), frozenset(idle), inputs)


def with_idle_lines(block: Block, idle: frozenset[Stage]) -> Block:
    return rebuilt(block, lambda s: [replace(s, wire=None, varied=True) if s in idle else s])


Names = frozenset[str]


def reach(block: Block, behind: Names, useful: set[Stage]) -> Names:
    """Note the stages of a block that some gradient reaches; return the names that it reaches where the block begins.

    `behind` are those where it ends. A new value hides the old one, and a side of a branch what is on no other.
    """
    for item in reversed(block.items):
        match item:
            case Loop():
                behind = reach_in_any_order(list(stages_of(item.body)), behind, useful)
            case Branch():
                behind = frozenset().union(*(reach(side, behind, useful) for side in item.blocks))
            case Within():
                behind |= reach(item.body, behind, useful)
            case Return() | Stage() if isinstance(item, Return) or touched(item) & behind:
                useful.add(item)
                if isinstance(item, Bind | Update) and isinstance(item.target, ast.Name):
                    behind -= set(item.binds)
                behind |= read_by(item)
    return behind


def reach_in_any_order(stages: list[Stage], behind: Names, useful: set[Stage]) -> Names:
    """Note the stages of a loop that some gradient reaches: what a trip leaves, any later one may read."""
    makers = grouped((name, stage) for stage in stages for name in touched(stage))
    ends = [stage for stage in stages if isinstance(stage, Return)]
    behind = behind.union(*map(read_by, ends))
    found = reached(behind, lambda name: (n for s in makers.get(name, ()) for n in read_by(s)))
    behind = frozenset(found)
    useful.update(ends, *(makers.get(name, ()) for name in behind))
    return behind


def read_by(stage: Stage) -> Names:
    """Return the variables to which a stage hands a gradient on."""
    if stage.wire is not None:
        return frozenset(leaf.name for leaf in leaves(stage.wire) if leaf.name)
    return frozenset(stage.changes) if isinstance(stage, Pop) else frozenset()


def touched(stage: Stage) -> set[str]:
    """Return the variables that a stage binds or changes."""
    names = syntax.names(stage.target)
    return names | set(stage.binds) | set(stage.changes)


def calls_helper(wire: Wire) -> bool:
    """Return whether a helper with a pair of its own is called below a wire."""
    return isinstance(wire, Call) or any(map(calls_helper, wire.operands.values()))


def is_asked(wire: Wire) -> bool:
    """Return whether a gate in a later line is made of a wire, or of one below it."""
    return isinstance(wire, Gate) and wire.asked or any(map(is_asked, wire.operands.values()))


def is_dead(stage: Stage, used: set[Stage]) -> bool:
    """Return whether a stage can be passive: the user's own line, whose value gets no gradient."""
    if not isinstance(stage, Bind | Update) or stage.wire is None:
        return False
    if stage.rewritten or stage.text or isinstance(stage, Gathered):
        return False
    return stage not in used and not calls_helper(stage.wire) and not is_asked(stage.wire)

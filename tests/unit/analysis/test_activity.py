"""What is useful: the lines that no gradient reaches are told from those that one does."""

from __future__ import annotations

import numpy as np

from codegen import gates
from codegen.analysis.activity import activity, with_idle_lines
from codegen.ir import Circuit, stages_of
from codegen.lower.statements import lower
from codegen.trace.inline import inline
from codegen.trace.observe import observe

gates.load()


def printed_only(x, n):
    y = x * 2
    z = np.sin(x)
    print(z)
    z = y + 1
    return z * n


def kept_in_a_loop(x, n):
    y = x
    w = x * 3
    for _ in range(n):
        y = y * x
        w = w + 1
    return y


def circuit_of(function) -> Circuit:
    """The lowered function."""
    trace = observe(function, (0.5, 2), {}, ["x"])
    return lower(inline(trace, ["x"]))


def names(stages) -> list[str]:
    """The names that stages bind, in order."""
    return sorted({name for stage in stages for name in stage.binds})


def test_a_value_that_is_only_printed_is_idle():
    """`z = np.sin(x)` is differentiable, but no gradient reaches it; `z` is bound again."""
    circuit = circuit_of(printed_only)
    found = activity(circuit)
    assert [stage.statement.lineno for stage in found.idle] == [
        stage.statement.lineno
        for stage in stages_of(circuit.block)
        if stage.wire is not None and stage.binds == ["z"]
    ][:1]


def test_what_a_loop_carries_for_nobody_is_idle():
    """In a loop the order of the lines does not count."""
    circuit = circuit_of(kept_in_a_loop)
    assert names(activity(circuit).idle) == ["w"]


def test_the_circuit_stays_as_it_was():
    """The table changes nothing; the new block has passive stages in the place of idle ones."""
    circuit = circuit_of(kept_in_a_loop)
    idle = activity(circuit).idle
    block = with_idle_lines(circuit.block, idle)
    assert all(stage.wire is not None for stage in idle)
    assert names(s for s in stages_of(block) if s.wire is not None and s.binds) == ["y"]

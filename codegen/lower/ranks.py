"""Ranks: a lowered function goes in; a read that meets traced values of several ranks, which have no
common gradient, comes out.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen.ir import Bind, Circuit, Update, stages_of
from codegen.syntax import LOOPS

WORDS = ("a number", "a vector", "a matrix")


def mixed_read(circuit: Circuit) -> tuple[ast.expr, str] | None:
    """Return a read of a variable that is traced as a number on one way there, and as an array on another, or, in a
    loop, of what is a vector in one trip and a matrix in another; and these words.
    """
    ranks, run = ranks_of(circuit), circuit.trace.run
    for node in ast.walk(circuit.trace.tree):
        if isinstance(node, ast.Name | ast.Subscript) and node in run.facts:
            seen = {rank for kind, rank in run.facts[node].kinds if kind == "float"}
            own = seen & ranks.get(getattr(node, "id", ""), set())
            around = [] if 0 in seen or len(own) > 1 else run.inside_function(node)
            if not any(isinstance(one, LOOPS) for one in around):
                seen = own
            if len(seen) > 1:
                one, other = WORDS[min(seen) : 3], WORDS[max(seen) : 3] if min(seen) else ()
                told = [words[0] if words else "an array" for words in (one, other)]
                return node, f"is {told[0]} on one way to this line and {told[1]} on another"
    return None


def bound_in(circuit: Circuit, name: str) -> list[ast.stmt]:
    """Return the statements that bind a variable to something traced."""
    return [
        stage.statement
        for stage in stages_of(circuit.block)
        if isinstance(stage, Bind | Update)
        and stage.wire is not None
        and getattr(stage.target, "id", "") == name
    ]


def ranks_of(circuit: Circuit) -> dict[str, set[int]]:
    """Return the ranks of the traced numbers and arrays that each variable is bound to."""
    ranks: dict[str, set[int]] = {}
    for name in circuit.inputs:
        note(ranks, name, circuit.samples.get(name))
    for stage in stages_of(circuit.block):
        if isinstance(stage, Bind | Update) and stage.wire is not None:
            if isinstance(stage.target, ast.Name):
                note(ranks, stage.target.id, stage.wire.sample)
    return ranks


def note(ranks: dict[str, set[int]], name: str, value: object) -> None:
    if isinstance(value, float | np.ndarray | np.floating):
        ranks.setdefault(name, set()).add(np.ndim(value))

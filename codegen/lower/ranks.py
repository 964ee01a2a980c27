"""Ranks: a lowered function goes in; a read that meets traced values of several ranks, which have no
common gradient, comes out.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen.ir import Bind, Circuit, Update, stages_of


def mixed_read(circuit: Circuit) -> ast.Name | None:
    """Return a read of a variable that is traced as a number on one way there, and as an array on another."""
    ranks = ranks_of(circuit)
    several = {name for name, seen in ranks.items() if len(seen) > 1}
    for node in ast.walk(circuit.trace.tree) if several else ():
        if isinstance(node, ast.Name) and node.id in several:
            kinds = circuit.trace.run.fact(node).kinds
            if len({rank for kind, rank in kinds if kind == "float"} & ranks[node.id]) > 1:
                return node
    return None


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

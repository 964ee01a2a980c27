"""Arguments that the function changes: a circuit goes in, the lines that copy them first come out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.circuit import Circuit, stages_of
from codegen.trace.run import Run


def copied_arguments(circuit: Circuit, root: bool) -> list[str]:
    """Return a line for each argument whose memory the function changes, so that the caller's stays as it was.

    Raises
    ------
    UnsupportedError
        If a helper changes its argument: its caller may rely on that.
    """
    found = []
    for name in circuit.parameters:
        sample = circuit.samples.get(name)
        if not isinstance(sample, np.ndarray | list | dict):
            continue
        stage = next((s for s in stages_of(circuit.block) if name in s.changes), None)
        if stage is None and not changes_inside(circuit, name):
            continue
        if not root:
            raise circuit.trace.source.refuse(
                stage.statement if stage is not None else circuit.trace.tree,
                f"the helper {circuit.name} changes its argument {name} in place",
                f"Let it work on a copy: {name} = {name}.copy().",
            )
        found.append(f"{name} = {copy_of(name, sample)}")
    return found


def changes_inside(circuit: Circuit, name: str) -> bool:
    """Return whether an item of an argument is changed through another name."""
    run = circuit.trace.run
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and hasattr(node, "place")
        and any(is_inside(run, place, circuit) for place in run.memory.changed_after(node.place))
        for node in ast.walk(circuit.trace.tree)
    )


def is_inside(run: Run, place: int, circuit: Circuit) -> bool:
    """Return whether a place belongs to a function, or to one that it calls."""
    node: ast.AST | None = run.nodes[place]
    while node is not None and node is not circuit.trace.tree:
        node = run.parents.get(id(node))
    return node is not None


def copy_of(name: str, sample: Any) -> str:
    """Return the text of a copy of an argument."""
    if isinstance(sample, np.ndarray):
        return f"{name}.copy()"
    return (
        f"copy.deepcopy({name})"
        if any(
            isinstance(v, np.ndarray | list | dict)
            for v in (sample.values() if isinstance(sample, dict) else sample)
        )
        else f"{type(sample).__name__}({name})"
    )

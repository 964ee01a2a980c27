"""Gradients on wires: a circuit and its recording go in; each gate comes out with its gradient and what it hands on.

A named wire has the gradient that the generated backward pass computed, a nameless one what the rows of the gates
behind it hand back.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import syntax
from codegen.handout.diagram import Gate
from codegen.handout.recording import Recording
from codegen.handout.rules import evaluate, fitted, handed
from codegen.trace.read import backward_name, forward_name

if TYPE_CHECKING:
    from codegen.handout.breakdown import Breakdown


UNKNOWN = object()


def with_gradients(broken: Breakdown, outputs: list[int]) -> list[Gate]:
    """Return the gates with the gradient on their wires and what they hand on."""
    recording, gates = broken.recording, list(broken.gates)
    total: dict[int, Any] = {}
    for number, dout in upstreams(broken):
        total[number] = added(total.get(number), dout)
    inside = {n for numbers in broken.boxed.values() for n in numbers}
    for gate in reversed(gates):
        if gate.kind == "input":
            continue
        gradient = computed(recording, gate, total.get(gate.number))
        parts = passed_on(recording, gate, gates, gradient)
        gates[gate.number] = replace(gate, gradient=gradient, handed=tuple(parts))
        for operand, part in zip(gate.operands, parts, strict=True):
            if gate.number in inside and operand not in inside:
                part = None
            total[operand] = UNKNOWN if part is None else added(total.get(operand), part)
    return consistent(gates, outputs)


def consistent(gates: list[Gate], outputs: list[int]) -> list[Gate]:
    """Return the gates without parts that do not add up to the gradient on their wire, as where memory is shared."""
    found = list(gates)
    for gate in gates:
        ways = [
            (g.number, p)
            for g in gates
            for p, o in enumerate(g.operands)
            if o == gate.number and g.handed
        ]
        parts = [gates[n].handed[p] for n, p in ways]
        if (
            not parts
            or gate.number in outputs
            or any(p is None for p in parts)
            or adds_up(parts, gate.gradient)
        ):
            continue
        for number, port in ways:
            kept = tuple(None if k == port else part for k, part in enumerate(found[number].handed))
            found[number] = replace(found[number], handed=kept)
    return found


def adds_up(parts: list[Any], gradient: Any) -> bool:
    """Return whether parts add up to a gradient."""
    try:
        return bool(np.allclose(sum(parts), gradient, rtol=1e-4, atol=1e-7, equal_nan=True))
    except (TypeError, ValueError):
        return False


def added(a: Any, b: Any) -> Any:
    """Return the sum of two gradients."""
    if a is UNKNOWN or a is None:
        return b if a is None else UNKNOWN
    if isinstance(a, list | tuple | dict) or np.shape(a) != np.shape(b):
        return UNKNOWN
    return a + b


def upstreams(broken: Breakdown) -> Iterator[tuple[int, Any]]:
    """Yield the gates whose wires leave the circuit, each with the gradient handed to it."""

    def walk(node: ast.expr, dout: Any) -> Iterator[tuple[int, Any]]:
        if isinstance(node, ast.Tuple | ast.List) and isinstance(dout, tuple | list):
            for part, own in zip(node.elts, dout, strict=True):
                yield from walk(part, own)
        elif isinstance(node, ast.Dict) and isinstance(dout, dict):
            for part, own in zip(node.values, dout.values(), strict=True):
                yield from walk(part, own)
        elif (number := broken.known(node)) is not None and dout is not None:
            yield number, dout

    yield from walk(broken.recording.output_node, broken.recording.dout)


def computed(recording: Recording, gate: Gate, total: Any) -> Any:
    """Return the gradient on a wire: that of the backward pass where the wire has a name, else the sum of its parts."""
    if gate.name and (gate.name != "out" or total is UNKNOWN):
        stage = recording.stages[gate.stage - 1]
        own = stage.gradients.get(f"d{gate.name}")
        if (
            own is not None
            and not isinstance(own, list | tuple | dict)
            and not isinstance(gate.value, list | tuple | dict)
            and np.shape(own) == np.shape(gate.value)
        ):
            return own
    return None if total is UNKNOWN else total


def passed_on(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> list[Any]:
    """Return what a gate hands to each of its operands."""
    unknown: list[Any] = [None] * len(gate.operands)
    if gradient is None:
        return unknown
    names = dict(gate.locals) | {f"_{i}": gates[n].value for i, n in enumerate(gate.operands)}
    if gate.rule is not None:
        return handed(gate.rule, {**recording.namespace, **names}, gate.value, gradient)
    if "_store" in gate.locals:
        return [*unknown[:-1], stored_part(recording, gate, gates, gradient)]
    if gate.kind == "helper":
        return through_helper(recording, gate, gates, gradient)
    return unknown


def stored_part(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> Any:
    """Return what reaches the value that was written into an item: the gradient of that item."""
    scope = {**recording.namespace, **recording.stages[gate.stage - 1].before, "_whole": gradient}
    target: ast.Subscript = gate.locals["_store"]
    try:
        part = evaluate(ast.Subscript(syntax.name("_whole"), target.slice, ast.Load()), scope)
        return (
            fitted(part, gates[gate.operands[-1]].value)
            if isinstance(target.value, ast.Name)
            else None
        )
    except Exception:  # noqa: BLE001  # drawn without a number
        return None


def through_helper(recording: Recording, gate: Gate, gates: list[Gate], gradient: Any) -> list[Any]:
    """Return what a helper's backward function hands to its operands."""
    stage = recording.stages[gate.stage - 1]
    unknown: list[Any] = [None] * len(gate.operands)
    calls = [
        n
        for n in ast.walk(stage.statement)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == gate.label
    ]
    if len(calls) != 1:
        return unknown
    scope: dict[str, Any] = {**recording.namespace, **stage.before}
    try:
        args = [evaluate(a, scope) for a in calls[0].args]
        _, cache = recording.namespace[forward_name(gate.label)](*args)
        results = recording.namespace[backward_name(gate.label)](gradient, cache)
    except Exception:  # noqa: BLE001  # drawn without numbers
        return unknown
    results = results if isinstance(results, tuple) else (results,)
    return list(results) if len(results) == len(gate.operands) else unknown

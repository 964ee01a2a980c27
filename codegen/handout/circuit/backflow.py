"""The flow back: the gates of a run go in; each comes out with the gradient on its wire and what it hands on.

Every gate of every trip takes part, so a gradient is that of the output with respect to the value at this place, in this
trip. A gate hands on what its row says; one without a row, a whole line for example, what the gates inside it hand on, or
central differences of what it computes.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen import syntax
from codegen.check.slopes import fourth_order
from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Gate
from codegen.handout.circuit.rules import fitted, handed, index_of
from codegen.handout.recording.running import weighed
from codegen.handout.recording.slopes import moved
from codegen.pairs import backward_name, forward_name
from codegen.pytree import is_one_number, is_plain, replaced, replaced_each, walk

if TYPE_CHECKING:
    from codegen.handout.circuit.breakdown import Breakdown


UNKNOWN = object()
ENTRIES, STEP = 200, 1e-3
ROUNDING = 1e-14  # of the terms of a sum


def with_gradients(broken: Breakdown) -> list[Gate]:
    """Return the gates with the gradient on their wires and what they hand on.

    Where the sums at the inputs are not the gradients that the backward pass computed, as where memory is shared, the
    gates inside come out without gradients.
    """
    gates = list(broken.gates)
    total: dict[int, Any] = {}
    for number, dout in upstreams(broken):
        total[number] = added(total.get(number), dout)
    arrived: dict[int, Any] = {}
    sizes: dict[int, float] = {}
    for gate in reversed(gates):
        gradient = total.get(gate.number)
        if gradient is None:
            gradient = nothing(gate.value)
        if gate.kind == "input":
            arrived[gate.number] = gradient
            continue
        parts = passed_on(broken, gate, gates, gradient)
        shown = None if gradient is UNKNOWN else gradient
        gates[gate.number] = replace(gate, gradient=shown, handed=tuple(shown_parts(parts)))
        for operand, part in zip(gate.operands, parts, strict=True):
            total[operand] = added(total.get(operand), part)
            sizes[operand] = sizes.get(operand, 0.0) + sizes_of(
                part, gradient, sizes.get(gate.number)
            )
    if all(agrees(arrived[n], gates[n].gradient) for n in arrived):
        return [settled(gate, sizes.get(gate.number, 0.0)) for gate in gates]
    return [
        g if g.kind == "input" else replace(g, gradient=None, handed=(None,) * len(g.operands))
        for g in gates
    ]


def sizes_of(part: Any, gradient: Any, size: float | None) -> float:
    """Return how large the terms are that a part of a gradient is made of, 0 where it is no number.

    A gradient that is a sum of large terms stays one behind gates that only hand it on, however small it is itself.
    """
    if not (is_one_number(part) and is_one_number(gradient)):
        return 0.0
    own, whole = abs(float(part)), abs(float(gradient))
    return max(own, own / whole * size) if size and whole else own


def settled(gate: Gate, size: float) -> Gate:
    """Return a gate whose gradient is 0 where only rounding is left of terms of some size that cancel."""
    if not is_one_number(gate.gradient) or not size:
        return gate
    return replace(gate, gradient=0.0) if abs(float(gate.gradient)) < ROUNDING * size else gate


def shown_parts(parts: Sequence[Any]) -> Iterator[Any]:
    """Yield what is shown of what a gate hands on."""
    for part in parts:
        yield None if part is UNKNOWN else part


def nothing(value: Any) -> Any:
    """Return the gradient of a value that does not reach the output."""
    if isinstance(value, np.ndarray):
        return np.zeros(value.shape)
    return None if not is_plain(value) else 0.0


def agrees(mine: Any, theirs: Any) -> bool:
    """Return whether a gradient is that of the backward pass; what has no entry in one of them is not compared."""
    if mine is UNKNOWN:
        return False
    if mine is None or theirs is None:
        return True
    if isinstance(theirs, dict):
        return all(
            agrees(mine.get(k) if isinstance(mine, dict) else None, v) for k, v in theirs.items()
        )
    if isinstance(theirs, list | tuple):
        parts = mine if isinstance(mine, list | tuple | np.ndarray) else [None] * len(theirs)
        return len(parts) == len(theirs) and all(map(agrees, parts, theirs))
    try:
        single = getattr(theirs, "dtype", None) == np.float32
        rough = 1e-3 if single else 1e-6
        size = float(np.max(np.abs(theirs), initial=0.0))
        return bool(
            np.allclose(mine, theirs, rtol=rough, atol=rough * size + 1e-12, equal_nan=True)
        )
    except (TypeError, ValueError):
        return False


def added(a: Any, b: Any) -> Any:
    """Return the sum of two gradients; None is nothing."""
    if a is UNKNOWN or b is UNKNOWN:
        return UNKNOWN
    if a is None or b is None:
        return b if a is None else a
    if isinstance(a, dict) and isinstance(b, dict):
        return {k: added(a.get(k), b.get(k)) for k in {**a, **b}}
    if isinstance(a, list | tuple) and isinstance(b, list | tuple | np.ndarray):
        return [added(x, y) for x, y in zip(a, b, strict=True)]
    if isinstance(b, list | tuple):
        return added(b, a)
    return UNKNOWN if np.shape(a) != np.shape(b) else a + b


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


def passed_on(broken: Breakdown, gate: Gate, gates: Sequence[Gate], gradient: Any) -> list[Any]:
    """Return what a gate hands to each of its operands; None is nothing."""
    count = len(gate.operands)
    if gradient is None:
        return [None] * count
    if gradient is UNKNOWN:
        return [UNKNOWN] * count
    if gate.kind == "carried":
        return [gradient]
    values = [gates[n].value for n in gate.operands]
    if "_store" in gate.locals:
        return stored_parts(gate, values, gradient)
    if "_append" in gate.locals:
        kept = [list(gradient)[:-1]] if gate.locals["_kept"] else []
        return [*kept, *([list(gradient)[-1]] if gate.locals["_append"] else [])]
    if "_changes" in gate.locals:
        return differences(broken, gate, values, gradient)
    parts = ruled(broken, gate, values, gradient)
    if any(p is UNKNOWN for p in parts) and gate.kind == "helper":
        parts = through_helper(broken, gate, values, gradient)
    if any(p is UNKNOWN for p in parts) and gate.skeleton is not None:
        parts = through_parts(broken, gate, values, gradient)
    return parts


def ruled(broken: Breakdown, gate: Gate, values: list[Any], gradient: Any) -> list[Any]:
    """Return what the row of a gate hands to each operand, UNKNOWN where it has none that can be followed."""
    if gate.rule is None:
        return [UNKNOWN] * len(values)
    names = dict(gate.locals) | {f"_{i}": value for i, value in enumerate(values)}
    found = handed(gate.rule, {**broken.recording.namespace, **names}, gate.value, gradient)
    return [
        UNKNOWN if part is None else structured(part, value)
        for part, value in zip(found, values, strict=True)
    ]


def structured(part: Any, value: Any) -> Any:
    if isinstance(value, list | tuple) and isinstance(part, np.ndarray | list | tuple):
        return list(part) if len(part) == len(value) else UNKNOWN
    return part


def stored_parts(gate: Gate, values: list[Any], gradient: Any) -> list[Any]:
    """Return what reaches an array that was written into, and what was written: the gradient of the other items, of these."""
    target: ast.Subscript = gate.locals["_store"]
    found: list[Any] = []
    try:
        if not isinstance(target.value, ast.Name):
            raise TypeError("an item of an item")
        at, whole = index_of(target, gate.locals["_scope"]), copy.deepcopy(gradient)
        part = copy.deepcopy(whole[at])
        if gate.locals["_kept"]:
            whole[at] = 0.0 if isinstance(whole, np.ndarray) else None
            found.append(whole)
        if len(found) < len(values):
            found.append(part if part is None else fitted(part, values[-1]))
        return found
    except Exception:  # noqa: BLE001  # drawn without a number
        return [UNKNOWN] * len(values)


def through_helper(broken: Breakdown, gate: Gate, values: list[Any], gradient: Any) -> list[Any]:
    unknown: list[Any] = [UNKNOWN] * len(values)
    call = gate.skeleton
    if not isinstance(call, ast.Call):
        return unknown
    scope: dict[str, Any] = {**broken.recording.namespace, **gate.locals}
    scope |= {f"_{i}": value for i, value in enumerate(values)}
    try:
        args = [evaluate(broken.plain(a), scope) for a in call.args]
        _, cache = broken.recording.namespace[forward_name(gate.label)](*args)
        results = broken.recording.namespace[backward_name(gate.label)](gradient, cache)
    except Exception:  # noqa: BLE001  # told by its parts, then
        return unknown
    results = results if isinstance(results, tuple) else (results,)
    own = [syntax.show(a) for a in call.args if operands_in(a)]
    wanted = [f"_{i}" for i in range(len(values))]
    if sorted(own) != sorted(wanted) or len(results) != len(values) or call.keywords:
        return unknown
    return [results[own.index(name)] for name in wanted]


def operands_in(node: ast.expr) -> bool:
    return any(re.fullmatch(r"_\d+", name) for name in syntax.reads(node))


def through_parts(broken: Breakdown, gate: Gate, values: list[Any], gradient: Any) -> list[Any]:
    """Return what a gate hands on by the gates inside it, or by differences where these have no rows."""
    assert gate.skeleton is not None
    if gate.kind == "line" and (inner := parts_of(broken, gate, values, gradient)):
        return [part.gradient for part in inner[: len(values)]]
    return differences(broken, gate, values, gradient)


def parts_of(broken: Breakdown, gate: Gate, values: list[Any], gradient: Any) -> list[Gate]:
    """Return the operands and the gates inside a gate that stands for a whole line, with their gradients; none if it is one."""
    assert gate.skeleton is not None
    inner = broken.inside(gate, values)
    top = inner.gate(gate.skeleton)
    if top is None or top < len(values):
        return []
    total: dict[int, Any] = {top: gradient}
    found = list(inner.gates)
    for one in reversed(inner.gates):
        own = total.get(one.number)
        parts: list[Any] = []
        if one.kind != "input":
            parts = passed_on(inner, one, inner.gates, own)
            for operand, part in zip(one.operands, parts, strict=True):
                total[operand] = added(total.get(operand), part)
        name = gate.name if one.number == top else ""
        found[one.number] = replace(
            one, name=name or one.name, gradient=own, handed=tuple(shown_parts(parts))
        )
    return found


def differences(broken: Breakdown, gate: Gate, values: list[Any], gradient: Any) -> list[Any]:
    assert gate.skeleton is not None
    scope = {**broken.recording.namespace, **gate.locals}
    node, changes = broken.plain(gate.skeleton), gate.locals.get("_changes")

    def run(i: int, new: Any) -> float:
        names = scope | {f"_{k}": new if k == i else v for k, v in enumerate(values)}
        if changes is None:
            return weighed(evaluate(node, names), gradient)
        names[changes] = copy.deepcopy(names[changes])
        evaluate(node, names)
        return weighed(names[changes], gradient)

    try:
        with np.errstate(all="ignore"):
            return [slopes(v, lambda new, i=i: run(i, new)) for i, v in enumerate(values)]  # type: ignore[misc]  # bound as a default
    except Exception:  # noqa: BLE001  # drawn without a number
        return [UNKNOWN] * len(values)


def slopes(value: Any, run: Callable[[Any], float]) -> Any:
    found = [(path, of_leaf(leaf, lambda new, path=path: run(replaced(value, path, new)))) for path, leaf in walk(value)]  # type: ignore[misc]  # bound as a default
    return replaced_each(value, found)


def of_leaf(value: Any, run: Callable[[Any], float]) -> Any:
    """Return the slopes of a function of a number or an array; None of anything else."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        if value.size > ENTRIES:
            raise ValueError("too many entries")
        found = np.zeros(value.shape)
        for at in np.ndindex(value.shape):
            found[at] = central(lambda h, at=at: run(moved(value, at, h)), float(value[at]))  # type: ignore[misc]  # bound as a default
        return found
    if isinstance(value, float | np.floating):
        return central(lambda h: run(value + h), float(value))
    return None


def central(f: Callable[[float], float], at: float) -> float:
    """Return the slope at 0 of a function, by central differences."""
    h = STEP * max(1.0, abs(at))
    one, two = ((f(k * h) - f(-k * h)) / (2 * k * h) for k in (1, 2))
    return float(fourth_order(one, two))

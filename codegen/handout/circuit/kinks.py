"""Kinks: a gate with the values of a run goes in; where it has no single slope, what it takes there comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Gate
from codegen.handout.circuit.rules import handed
from codegen.pytree import is_one_number
from codegen.records import dataclass

ELEMENTWISE = ("np.maximum", "np.minimum", "np.abs", "np.clip", "np.fmax", "np.fmin", "np.sign")
REDUCING = ("np.max", "np.min", "np.amax", "np.amin")
STEP = 1e-6


@dataclass(frozen=True)
class Kink:
    """Where a gate has no single slope in one of its operands."""

    left: float
    right: float
    taken: float
    """The slopes to both sides, and the local gradient that the backward pass takes; of the first such entry."""
    count: int = 1
    size: int = 1
    """How many entries of how many; 1 of 1 for a number."""


def kinks(gate: Gate, values: Sequence[Any], names: Mapping[str, Any]) -> tuple[Kink | None, ...]:
    """Return for each operand whether a gate has a kink there; `names` are what else its expression reads."""
    none: tuple[Kink | None, ...] = (None,) * len(values)
    if gate.rule is None or gate.skeleton is None:
        return none
    numbers = is_one_number(gate.value) and all(is_one_number(v) for v in values)
    if not numbers and gate.rule.head not in ELEMENTWISE:
        return none
    scope = {**names, **gate.locals, **{f"_{i}": v for i, v in enumerate(values)}}
    ones = 1.0 if numbers else np.ones_like(gate.value)
    try:
        with np.errstate(all="ignore"):
            taken = handed(gate.rule, scope, gate.value, ones)
            return tuple(kink(gate, scope, i, values[i], taken[i]) for i in range(len(values)))
    except Exception:  # noqa: BLE001  # nothing is said of it
        return none


def kink(gate: Gate, scope: Mapping[str, Any], port: int, value: Any, taken: Any) -> Kink | None:
    if np.shape(value) != np.shape(gate.value) or np.asarray(value).dtype.kind != "f":
        return None
    assert gate.skeleton is not None
    wide, h = np.asarray(value, float), STEP * np.maximum(1.0, np.abs(np.asarray(value, float)))

    def at(step: Any) -> Any:
        moved = wide + step
        new = moved if np.shape(value) else float(moved)
        return np.asarray(evaluate(gate.skeleton, {**scope, f"_{port}": new}), float)  # type: ignore[arg-type]  # see above

    sides = [((at(0 * h) - at(-s)) / s, (at(s) - at(0 * h)) / s) for s in (h, h / 10)]
    apart = [np.abs(right - left) for left, right in sides]
    size = np.maximum(np.abs(sides[0][0]), np.abs(sides[0][1]))
    bent = (apart[0] > 1e-2 * size) & (apart[1] > 0.5 * apart[0]) & (apart[0] > 1e-3)
    if not np.any(bent):
        return None
    first = tuple(int(k) for k in np.argwhere(np.atleast_1d(bent))[0])
    left, right, mine = (
        round(float(np.atleast_1d(side)[first]), 4) for side in (*sides[0], np.asarray(taken))
    )
    return Kink(left, right, mine, int(np.count_nonzero(bent)), int(np.size(bent)))


def several(gate: Gate, operand: Any) -> tuple[int, bool]:
    """Return how many entries share the value that a gate picks, and whether each gets the whole gradient."""
    if gate.rule is None or gate.rule.head not in REDUCING or not isinstance(operand, np.ndarray):
        return 0, False
    value, whole = np.asarray(gate.value), np.asarray(operand)
    if value.ndim == whole.ndim:
        equal = whole == value
    elif value.ndim == 0:
        equal = whole == value
    else:
        axes = [
            a for a in range(whole.ndim) if np.delete(whole.shape, a).tolist() == list(value.shape)
        ]
        if not axes:
            return 0, False
        equal = whole == np.expand_dims(value, axes[0])
    surplus = int(np.count_nonzero(equal)) - value.size
    if surplus <= 0:
        return 0, False
    share = handed(gate.rule, {**gate.locals, "_0": operand}, gate.value, np.ones_like(value))[0]
    return surplus + 1, share is not None and bool(np.all(np.asarray(share)[equal] == 1))

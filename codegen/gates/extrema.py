"""Rows of choices between values: maximum, minimum, clip, where."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.reductions import of_list
from codegen.gates.table import Row, Sample, family, gate, row


def is_mask(c: Any) -> bool:
    """Return whether a condition is an array of booleans, for which `~` is `not`."""
    return isinstance(c, np.ndarray | np.bool_) and c.dtype == bool


def given(**values: Any) -> bool:
    """Return whether no value is None."""
    return all(v is not None for v in values.values())


for larger, smaller in (("maximum", "minimum"), ("fmax", "fmin")):
    gate(f"np.{larger}(x, y)", dx="(x >= y) * dout", dy="(y > x) * dout")
    gate(f"np.{smaller}(x, y)", dx="(x <= y) * dout", dy="(y < x) * dout")
gate("np.maximum(0, x)", dx=["(out > 0) * dout", "(x > 0) * dout"])
gate("np.fmax(0, x)", dx=["(out > 0) * dout", "(x > 0) * dout"])
gate("np.minimum(0, x)", dx=["(out < 0) * dout", "(x < 0) * dout"])

BOTH = {"dx": "((x >= low) & (x <= high)) * dout", "dlow": "(x < low) * dout", "dhigh": "(x > high) * dout"}
LOW = {"dx": "(x >= low) * dout", "dlow": "(x < low) * dout"}
HIGH = {"dx": "(x <= high) * dout", "dhigh": "(x > high) * dout"}
CLIPS = {"low": "-0.4", "high": "0.6"}
gate("np.clip(x, low, high)", when=lambda low, high: given(low=low, high=high), example=CLIPS, **BOTH)
gate("np.clip(x, min=low, max=high)", when=lambda low, high: given(low=low, high=high), example=CLIPS, **BOTH)
gate("np.clip(x, low, None)", when=lambda low: given(low=low), example=CLIPS, **LOW)
gate("np.clip(x, min=low)", when=lambda low: given(low=low), example=CLIPS, **LOW)
gate("np.clip(x, None, high)", when=lambda high: given(high=high), example=CLIPS, **HIGH)
gate("np.clip(x, max=high)", when=lambda high: given(high=high), example=CLIPS, **HIGH)

gate("np.where(c, x, y)", dx="np.where(c, dout, 0.0)", dy="np.where(c, 0.0, dout)", example={"c": "[1, 0, 2]"})
gate("np.where(c, x, y)", dx="c * dout", dy="~c * dout", when=lambda c: is_mask(c), example={"c": "np.array([True, False, True])"})


def extreme(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of the builtins `max` and `min` of several numbers, of one list, or of an array."""
    if call.keywords:
        return []
    name = ast.unparse(call.func)
    if len(call.args) > 1:
        holes = [f"x{i}" for i in range(len(call.args))]
        return [row(f"{name}({', '.join(holes)})", **{f"d{h}": f"({h} == out) * dout" for h in holes})]
    if isinstance(sample(call.args[0]), np.ndarray):
        return [row(f"{name}(x)", dx="(x == out) * dout")]
    return of_list(call, sample)


family("max")(extreme)
family("min")(extreme)


def masks(names: list[str]) -> list[str]:
    """Return the text of each condition where none before it holds, and at last of none at all."""
    found = []
    for i, name in enumerate([*names, ""]):
        parts = [f"~{before}" for before in names[:i]] + ([name] if name else [])
        found.append(" & ".join(parts))
    return [f"({text})" if " & " in text else text for text in found]


@family("np.select")
def selected(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a choice by several conditions."""
    conditions, choices = sample(call.args[0]), sample(call.keywords[0].value)
    if not all(is_mask(c) for c in conditions):
        return []
    names, holes = [f"c{i}" for i in range(len(conditions))], [f"x{i}" for i in range(len(choices))]
    pattern = f"np.select(({', '.join(names)},), ({', '.join(holes)},)"
    texts = {f"d{hole}": f"{mask} * dout" for hole, mask in zip([*holes, "other"], masks(names), strict=True)}
    if len(call.keywords) == 1:
        del texts["dother"]
        return [row(pattern + ")", **texts)]
    return [row(pattern + ", default=other)", **texts)]


@family("np.choose")
def chosen(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a choice by number from a list."""
    choices = sample(call.keywords[0].value)
    if not isinstance(choices, list | tuple) or len(call.keywords) > 1:
        return []
    holes = [f"x{i}" for i in range(len(choices))]
    return [row(f"np.choose(c, ({', '.join(holes)},))", **{f"d{h}": f"(c == {i}) * dout" for i, h in enumerate(holes)})]

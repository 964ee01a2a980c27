"""Rows of choices between two values, item by item: maximum, minimum, clip, where."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.listed import display, holes_of
from codegen.gates.operands import are_truths
from codegen.gates.table import Row, Sample, family, gate, row


def is_mask(c: Any) -> bool:
    """Return whether a condition is an array of booleans, for which `~` is `not`."""
    return isinstance(c, np.ndarray | np.bool_) and c.dtype == bool


def given(**values: Any) -> bool:
    return all(v is not None for v in values.values())


gate("np.maximum(x, y)", dx="(x >= y) * dout", dy="(y > x) * dout")
# Of two that tie one is the maximum, the other one the minimum: the sum of both is smooth.
gate("np.minimum(x, y)", dx="(x < y) * dout", dy="(y <= x) * dout")
# nan is equal to nothing: where one operand is nan, the other one is the output
gate("np.fmax(x, y)", dx="(x == out) * dout", dy="(x != out) * dout")
gate("np.fmin(x, y)", dx="(y != out) * dout", dy="(y == out) * dout")
gate("np.maximum(0, x)", dx=["(out > 0) * dout", "(x > 0) * dout"])
gate("np.fmax(0, x)", dx=["(out > 0) * dout", "(x > 0) * dout"])
# Where it is 0 it has the slope that the maximum with 0 has not: the sum of both is smooth.
gate("np.minimum(0, x)", dx="(x <= 0) * dout")

CLIPS = {"low": "-0.4", "high": "0.6"}
for pattern in ("np.clip(x, low, high)", "np.clip(x, min=low, max=high)"):
    gate(
        pattern,
        dx="((x >= low) & (x <= high)) * dout",
        dlow="((x < low) & (low <= high)) * dout",
        dhigh="((x > high) | (low > high)) * dout",
        when=lambda low, high: given(low=low, high=high),
        example=CLIPS,
    )
for pattern in ("np.clip(x, low, None)", "np.clip(x, min=low)"):
    gate(
        pattern,
        dx="(x >= low) * dout",
        dlow="(x < low) * dout",
        when=lambda low: given(low=low),
        example=CLIPS,
    )
for pattern in ("np.clip(x, None, high)", "np.clip(x, max=high)"):
    gate(
        pattern,
        dx="(x <= high) * dout",
        dhigh="(x > high) * dout",
        when=lambda high: given(high=high),
        example=CLIPS,
    )

gate(
    "np.where(c, x, y)",
    dc="0",
    dx="np.where(c, dout, 0.0)",
    dy="np.where(c, 0.0, dout)",
    example={"c": "[1, 0, 2]"},
)
gate(
    "np.where(c, x, y)",
    dx="c * dout",
    dy="~c * dout",
    when=lambda c: is_mask(c),
    written={"c": are_truths},
    example={"c": "np.array([True, False, True])"},
)


def masks(names: list[str]) -> list[str]:
    """Return the text of each condition where none before it holds, and at last of none at all."""
    found = []
    for i, name in enumerate([*names, ""]):
        parts = [f"~{before}" for before in names[:i]] + ([name] if name else [])
        found.append(" & ".join(parts))
    return [f"({text})" if " & " in text else text for text in found]


@family("np.select")
def selected(call: ast.Call, sample: Sample) -> list[Row]:
    conditions, choices = sample(call.args[0]), sample(call.keywords[0].value)
    if not all(is_mask(c) for c in conditions):
        return []
    names, holes = holes_of(conditions, "c"), holes_of(choices)
    asked = display(names)
    if not isinstance(call.args[0], ast.List):  # a list that has a name
        asked, names = "c", [f"c[{i}]" for i in range(len(conditions))]
    pattern = f"np.select({asked}, {display(holes)}"
    texts = {
        f"d{hole}": f"{mask} * dout"
        for hole, mask in zip([*holes, "other"], masks(names), strict=True)
    }
    if len(call.keywords) == 1:
        del texts["dother"]
        return [row(pattern + ")", **texts)]
    return [row(pattern + ", default=other)", **texts)]


@family("np.choose")
def chosen(call: ast.Call, sample: Sample) -> list[Row]:
    choices = sample(call.keywords[0].value)
    if not isinstance(choices, list | tuple) or len(call.keywords) > 1:
        return []
    holes = holes_of(choices)
    is_list = isinstance(sample(call.args[0]), list | tuple)
    chooses = "np.equal(c, {})" if is_list else "(c == {})"
    return [
        row(
            f"np.choose(c, {display(holes)})",
            **{f"d{h}": f"{chooses.format(i)} * dout" for i, h in enumerate(holes)},
        )
    ]

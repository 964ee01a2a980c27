"""Fused gates: rows whose left side is a formula with a gradient simpler than that of its parts."""

from __future__ import annotations

from typing import Any

from codegen.gates.table import gate


def given(axis: Any) -> bool:
    """Return whether an axis is given."""
    return axis is not None


SIGMOID = "(1 - out) * out * dout"
EXP, NEG = "(e := np.exp(x))", "(e := np.exp(-x))"
gate(f"1.0 / (1.0 + {NEG})", dx=SIGMOID)
gate(f"{EXP} / (1.0 + e)", dx=SIGMOID)
gate(f"(1.0 + {NEG}) ** -1", dx=SIGMOID)
gate(f"np.reciprocal(1.0 + {NEG})", dx=SIGMOID)
for half in ("x / 2", "0.5 * x"):
    gate(f"0.5 * (1.0 + np.tanh({half}))", dx=SIGMOID)
    gate(f"(1.0 + np.tanh({half})) / 2", dx=SIGMOID)
    gate(f"0.5 + 0.5 * np.tanh({half})", dx=SIGMOID)
POSITIVE = ("1.0 / (1.0 + np.exp(-x))", "(e := np.exp(x)) / (1.0 + e)")
SYMMETRIC = ("1.0 / (1.0 + (z := np.exp(-np.abs(x))))", "z / (1.0 + z)")
for upper, lower in (POSITIVE, SYMMETRIC):
    gate(f"np.where(x >= 0, (a := {upper}), (b := {lower}))", dx=SIGMOID)
    gate(f"np.where(x > 0, (a := {upper}), (b := {lower}))", dx=SIGMOID)
gate("np.log(1.0 / (1.0 + np.exp(-x)))", dx="(1 - np.exp(out)) * dout")

# The soft maximum of x and 0, whose slope is the sigmoid.
SLOPE = "np.exp(x - out) * dout"
gate("np.log(1.0 + np.exp(x))", dx=SLOPE)
gate("np.log1p(np.exp(x))", dx=SLOPE)
gate("np.log(1.0 + np.exp(-x))", dx="-np.exp(-x - out) * dout")
gate("np.log1p(np.exp(-x))", dx="-np.exp(-x - out) * dout")
for rest in ("np.log1p(np.exp(-np.abs(x)))", "np.log(1.0 + np.exp(-np.abs(x)))"):
    gate(f"np.maximum(0, x) + {rest}", dx=SLOPE)
    gate(f"np.maximum(0, x) - w + {rest}", dx="np.exp(x - w - out) * dout", dw="-dout")

gate("x * (x > 0)", dx="(x > 0) * dout")
gate("x * (x >= 0)", dx="(x >= 0) * dout")
gate("np.where(x > 0, x, 0)", dx="(x > 0) * dout")
gate("np.where(x >= 0, x, 0)", dx="(x >= 0) * dout")

SOFTMAX = "out * (dout - np.sum(out * dout{0}))"
for exponent in ("x", "x - np.max(x{0})"):
    for tail, where in ((", axis=axis, keepdims=True", ", axis=axis, keepdims=True"), ("", "")):
        exp = f"(e := np.exp({exponent.format(where)}))"
        hints = {"x": (2, 3), "axis": "1"} if tail else {"x": (3,)}
        gate(f"{exp} / np.sum(e{tail})", dx=SOFTMAX.format(tail), example=hints)

# The logarithm of a sum of exponentials; whatever is taken off first and added again has no gradient of its own.
LOG_SOFTMAX = "dout - np.exp(out) * np.sum(dout{0})"
for tail in ("", ", axis=axis, keepdims=True"):
    hints = {"x": (2, 3), "m": "1.3", "axis": "1"}
    gate(f"x - np.log(np.sum(np.exp(x){tail}))", dx=LOG_SOFTMAX.format(tail), example=hints)
    shifted = f"(s := x - (m := np.max(x{tail})))"
    gate(f"{shifted} - np.log(np.sum(np.exp(s){tail}))", dx=LOG_SOFTMAX.format(tail), example=hints)
    gate(f"np.log(np.sum(np.exp(x){tail}))", dx="np.exp(x - out) * dout", example=hints)
    gate(
        f"m + np.log(np.sum(np.exp(x - m){tail}))",
        dx="np.exp(x - out) * dout",
        dm="0",
        example=hints,
    )
WIDE = "np.exp(x - np.expand_dims(out, axis)) * np.expand_dims(dout, axis)"
ALONG = {"x": (2, 3), "axis": "1"}
gate("np.log(np.sum(np.exp(x), axis=axis))", dx=WIDE, when=given, example=ALONG)
gate(
    "np.max(x, axis=axis) + np.log(np.sum(np.exp(x - np.max(x, axis=axis, keepdims=True)), axis=axis))",
    dx=WIDE,
    when=given,
    example=ALONG,
)

"""Fused gates: rows whose left side is a formula with a gradient simpler than that of its parts."""

from __future__ import annotations

from codegen.gates.table import gate

SIGMOID = "(1 - out) * out * dout"
gate("1.0 / (1.0 + np.exp(-x))", dx=SIGMOID)
gate("np.exp(x) / (1.0 + np.exp(x))", dx=SIGMOID)
gate("(1.0 + np.exp(-x)) ** -1", dx=SIGMOID)
gate("np.reciprocal(1.0 + np.exp(-x))", dx=SIGMOID)

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
    gate(f"np.log(np.sum(np.exp(x){tail}))", dx="np.exp(x - out) * dout", example=hints)
    gate(
        f"m + np.log(np.sum(np.exp(x - m){tail}))",
        dx="np.exp(x - out) * dout",
        dm="0",
        example=hints,
    )

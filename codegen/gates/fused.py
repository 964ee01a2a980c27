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

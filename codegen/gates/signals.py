"""Rows of sliding sums and of interpolation."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate

LINES = {"x": (5,), "k": (3,)}
gate("np.convolve(x, k)", dx="np.correlate(dout, k, mode='valid')", dk="np.correlate(dout, x, mode='valid')", example=LINES)
gate("np.convolve(x, k, 'full')", dx="np.correlate(dout, k, mode='valid')", dk="np.correlate(dout, x, mode='valid')", example=LINES)
gate(
    "np.convolve(x, k, 'valid')",
    dx="np.convolve(dout, k[::-1])",
    dk="np.correlate(x, dout, mode='valid')[::-1]",
    when=lambda x, k: np.size(x) >= np.size(k),
    example=LINES,
)
for tail in ("", ", 'valid'"):
    gate(
        f"np.correlate(x, k{tail})",
        dx="np.convolve(dout, k)",
        dk="np.correlate(x, dout, mode='valid')",
        when=lambda x, k: np.size(x) >= np.size(k),
        example=LINES,
    )

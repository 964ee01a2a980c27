"""Rows of sliding sums and of interpolation."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate

LINES = {"x": (5,), "k": (3,)}
gate(
    "np.convolve(x, k)",
    dx="np.correlate(dout, k, mode='valid')",
    dk="np.correlate(dout, x, mode='valid')",
    example=LINES,
)
gate(
    "np.convolve(x, k, 'full')",
    dx="np.correlate(dout, k, mode='valid')",
    dk="np.correlate(dout, x, mode='valid')",
    example=LINES,
)
gate(
    "np.convolve(x, k, 'valid')",
    dx="np.convolve(dout, k[::-1])",
    dk="np.correlate(x, dout, mode='valid')[::-1]",
    when=lambda x, k: np.size(x) >= np.size(k),
    example=LINES,
)
CENTRE = "np.correlate(np.pad(dout, ((k.size - 1) // 2, k.size // 2)), {0}, mode='valid')"
gate(
    "np.convolve(x, k, 'same')",
    dx=CENTRE.format("k"),
    dk=CENTRE.format("x"),
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

SEGMENT = "np.clip(np.searchsorted(points, x) - 1, 0, len(points) - 2)"
gate(
    "np.interp(x, points, values)",
    dx=f"(np.diff(values) / np.diff(points))[{SEGMENT}] * ((x >= points[0]) & (x <= points[-1])) * dout",
    dvalues="np.array([np.sum(np.interp(x, points, hat) * dout) for hat in np.eye(len(values))])",
    example={"x": "positive", "points": "np.array([0.0, 0.5, 1.0, 2.0])", "values": (4,)},
)

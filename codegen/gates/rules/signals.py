"""Rows of sliding sums, of interpolation, of polynomials and of counts."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate

LINES = {"x": (5,), "k": (3,)}
# What "valid" and "same" leave out of the full result, by the shorter of both.
SHORT = "min(len(x), len(k))"
FULL = {
    "": "dout",
    "'full'": "dout",
    "'valid'": f"np.pad(dout, {SHORT} - 1)",
    "'same'": f"np.pad(dout, (({SHORT} - 1) // 2, {SHORT} // 2))",
}
for mode, upstream in FULL.items():
    tail = f", {mode}" if mode else ""
    gate(
        f"np.convolve(x, k{tail})",
        dx=f"np.correlate({upstream}, k, mode='valid')",
        dk=f"np.correlate({upstream}, x, mode='valid')",
        example=LINES,
    )
for mode, name in (("", "'valid'"), ("'valid'", "'valid'"), ("'full'", "'full'")):
    tail = f", {mode}" if mode else ""
    gate(
        f"np.correlate(x, k{tail})",
        dx=f"np.convolve({FULL[name]}, k, mode='valid')",
        dk=f"np.correlate({FULL[name]}, x, mode='valid')[::-1]",
        example=LINES,
    )

SEGMENT = "np.clip(np.searchsorted(points, x) - 1, 0, len(points) - 2)"
gate(
    "np.interp(x, points, values)",
    dx=f"(np.diff(values) / np.diff(points))[{SEGMENT}] * ((x >= points[0]) & (x <= points[-1])) * dout",
    dvalues="np.array([np.sum(np.interp(x, points, hat) * dout) for hat in np.eye(len(values))])",
    example={"x": "positive", "points": "np.array([0.0, 0.5, 1.0, 2.0])", "values": (4,)},
)

# polynomials and counts
gate(
    "np.polyval(p, x)",
    dp="x ** np.arange(len(p) - 1, -1, -1) * dout",
    dx="np.polyval(np.polyder(p), x) * dout",
    when=lambda x: np.ndim(x) == 0,
    example={"p": (3,), "x": "0.7"},
)
gate(
    "np.polyval(p, x)",
    dp="dout @ np.vander(x, len(p))",
    dx="np.polyval(np.polyder(p), x) * dout",
    when=lambda x: np.ndim(x) == 1,
    example={"p": (3,), "x": (4,)},
)
COUNTS = {"place": "np.array([0, 2, 2])", "w": (3,), "n": "4"}
gate("np.bincount(place, weights=w)", dw="dout[place]", example=COUNTS)
gate("np.bincount(place, weights=w, minlength=n)", dw="dout[place]", example=COUNTS)

"""Rows of running sums, products and differences, and of integrals over points."""

from __future__ import annotations

import numpy as np

from codegen.gates.reductions import AXES, is_one
from codegen.gates.table import gate

BACK = "np.flip(np.cumsum(np.flip({0}, axis), axis=axis), axis)"
gate("np.cumsum(x)", dx="np.cumsum(dout[::-1])[::-1].reshape(x.shape)")
gate(
    "np.cumsum(x)",
    dx="np.cumsum(dout[::-1])[::-1]",
    when=lambda x: np.ndim(x) == 1,
    example={"x": (4,)},
)
gate("np.cumsum(x, axis=axis)", dx=BACK.format("dout"), when=is_one, example=AXES)
gate(
    "np.cumsum(x, axis=axis)",
    dx="np.cumsum(dout[::-1])[::-1]",
    when=lambda x, axis: np.ndim(x) == 1 and is_one(axis),
    example={"x": (4,), **AXES},
)
gate(
    "np.cumprod(x)",
    dx="np.cumsum((out * dout)[::-1])[::-1] / x",
    when=lambda x: np.ndim(x) == 1,
    example={"x": (4,)},
)
gate("np.cumprod(x, axis=axis)", dx=BACK.format("out * dout") + " / x", when=is_one, example=AXES)

gate("np.diff(x)", dx="-np.diff(dout, prepend=0, append=0)")
gate(
    "np.diff(x, axis=axis)",
    dx="-np.diff(dout, axis=axis, prepend=0, append=0)",
    when=is_one,
    example=AXES,
)
gate("np.ediff1d(x)", dx="-np.diff(dout, prepend=0, append=0)", example={"x": (4,)})
gate(
    "np.trapezoid(y)",
    dy="(1 - 0.5 * (np.arange(y.size) % (y.size - 1) == 0)) * dout",
    when=lambda y: np.ndim(y) == 1,
    example={"y": (4,)},
)
gate(
    "np.trapezoid(y, dx=step)",
    dy="step * (1 - 0.5 * (np.arange(y.size) % (y.size - 1) == 0)) * dout",
    dstep="out / step * dout",
    when=lambda y, step: np.ndim(y) == 1 and np.ndim(step) == 0,
    example={"y": (4,), "step": "0.5"},
)
gate(
    "np.trapezoid(y, t)",
    dy="np.convolve(np.diff(t), [0.5, 0.5]) * dout",
    dt="-np.diff(0.5 * (y[1:] + y[:-1]), prepend=0, append=0) * dout",
    when=lambda y, t: np.ndim(y) == 1 and np.ndim(t) == 1,
    example={"y": (4,), "t": (4,)},
)

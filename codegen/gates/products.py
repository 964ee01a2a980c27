"""Rows of products along axes: the gradient of each factor is the product of all others, zeros or not."""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.axes import along, axis_text, literal_axis
from codegen.gates.table import Row, Sample, family, gate, row


def others(x: str, axis: int, rank: int) -> str:
    """Return the product of all factors before each one, times that of all behind it."""
    tail = f", axis={axis}" if rank > 1 else ""
    before = f"np.cumprod(np.insert({x}[{along(axis, ':-1')}], 0, 1{tail}){tail})"
    behind = f"np.cumprod(np.insert({x}[{along(axis, ':0:-1')}], 0, 1{tail}){tail})"
    return f"{before} * {behind}[{along(axis, '::-1')}]"


gate("np.prod(x)", dx=f"({others('x.ravel()', 0, 1)}).reshape(x.shape) * dout")
gate("np.prod(x, keepdims=True)", dx=f"({others('x.ravel()', 0, 1)}).reshape(x.shape) * dout")
gate(
    "np.prod(x)",
    dx=f"{others('x', 0, 1)} * dout",
    when=lambda x: np.ndim(x) == 1,
    example={"x": (4,)},
)
gate(
    "np.prod(x, axis=axis)",
    dx="np.expand_dims(out, axis) / x * np.expand_dims(dout, axis)",
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)
gate("np.prod(x, axis=axis, keepdims=True)", dx="out / x * dout", example={"axis": "0"})


@family("np.prod")
def product(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a product along an axis given as a number."""
    value, axis = sample(call.args[0]), literal_axis(call, sample)
    names = {k.arg for k in call.keywords}
    if axis is None or not isinstance(value, np.ndarray) or names - {"axis", "keepdims"}:
        return []
    keep = "keepdims" in names
    dout = "dout" if keep else f"np.expand_dims(dout, {axis})"
    tail = axis_text(call, sample) + (", keepdims=True" if keep else "")
    return [row(f"np.prod(x{tail})", dx=f"{others('x', axis, value.ndim)} * {dout}")]

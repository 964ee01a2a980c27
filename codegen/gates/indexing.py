"""Rows of reading items: subscripts, take, choose, compress."""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.table import Row, Sample, family, gate, ranks, row

gate("x[index]", dx="dx[index] += dout", example={"x": (4,), "index": "[0, 2, 2]"})
gate("np.take(x, index)", dx="dx[index] += dout", when=ranks(x=1), example={"x": (4,), "index": "[0, 2, 2]"})
gate("np.extract(c, x)", dx="dx[c] += dout", example={"x": (3,), "c": "np.array([True, False, True])"})
gate("np.compress(c, x)", dx="dx[np.flatnonzero(c)] += dout", when=ranks(x=1), example={"x": (3,), "c": "np.array([True, False, True])"})


@family("np.take")
def taken(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of items taken along an axis."""
    given = {k.arg: k.value for k in call.keywords}
    if set(given) != {"indices", "axis"} or not isinstance(given["axis"], ast.Constant | ast.UnaryOp):
        return []
    axis, rank = sample(given["axis"]), np.ndim(sample(call.args[0]))
    if not isinstance(axis, int):
        return []
    key = ":, " * (axis % rank) + "index"
    return [row(f"np.take(x, index, axis={axis})", dx=f"dx[{key}] += dout")]

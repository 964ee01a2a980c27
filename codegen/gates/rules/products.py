"""Rows of products and running products along axes: the gradient of each factor is the product of all
others, zeros or not.
"""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.axes import along, axis_text, is_one, literal_axis, of_number
from codegen.gates.table import Row, Sample, family, gate, ranked, row

LINES = 2


def others(x: str, axis: int, rank: int) -> str:
    """Return the product of all factors before each one, times that of all behind it."""
    tail = f", axis={axis}" if rank > 1 else ""
    before = f"np.cumprod(np.insert({x}[{along(axis, ':-1')}], 0, 1{tail}){tail})"
    behind = f"np.cumprod(np.insert({x}[{along(axis, ':0:-1')}], 0, 1{tail}){tail})"
    return f"{before} * {behind}[{along(axis, '::-1')}]"


gate("np.prod(x)", dx=f"({others('x.ravel()', 0, 1)}).reshape(x.shape) * dout")
gate("np.prod(x, keepdims=True)", dx=f"({others('x.ravel()', 0, 1)}).reshape(x.shape) * dout")
ranked("np.prod(x)", {"x": (4,)}, dx=f"{others('x', 0, 1)} * dout")
of_number(("np.prod",), "dout")
# Along axes that are not known here: a zero counts as 1, and all but it are 0 where there is another one.
OTHERS = (
    "np.prod({0} + ({0} == 0), axis=axis, keepdims=True) / ({0} + ({0} == 0))"
    " * (np.sum({0} == 0, axis=axis, keepdims=True) == ({0} == 0))"
)
gate(
    "np.prod(x, axis=axis)",
    dx=f"{OTHERS.format('x')} * np.expand_dims(dout, axis)",
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)
gate(
    "np.prod(x, axis=axis, keepdims=True)", dx=f"{OTHERS.format('x')} * dout", example={"axis": "0"}
)


# what is not known counts as 1
KNOWN = {"known": "np.where(np.isnan(x), 1, x)"}
gate(
    "np.nanprod(x)",
    dx=f"~np.isnan(x) * ({others('known.ravel()', 0, 1)}).reshape(x.shape) * dout",
    let=KNOWN,
)
ranked("np.nanprod(x)", {"x": (4,)}, dx=f"~np.isnan(x) * {others('known', 0, 1)} * dout", let=KNOWN)
gate(
    "np.nanprod(x, axis=axis)",
    dx=f"~np.isnan(x) * {OTHERS.format('known')} * np.expand_dims(dout, axis)",
    let=KNOWN,
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)


@family("np.prod")
def product(call: ast.Call, sample: Sample) -> list[Row]:
    value, axis = sample(call.args[0]), literal_axis(call, sample)
    names = {k.arg for k in call.keywords}
    if axis is None or not isinstance(value, np.ndarray) or names - {"axis", "keepdims"}:
        return []
    keep = "keepdims" in names
    dout = "dout" if keep else f"np.expand_dims(dout, {axis})"
    tail = axis_text(call, sample) + (", keepdims=True" if keep else "")
    return [row(f"np.prod(x{tail})", dx=f"{others('x', axis, value.ndim)} * {dout}")]


def running(x: str, n: str) -> str:
    """Return a triangle of running products along the last axis: in line j without the factor j, from there on."""
    return f"np.triu(np.cumprod(np.where(np.eye({n}), 1, {x}), axis=-1))"


FLAT = running("x.ravel()", "x.size")
LAST = running("np.moveaxis(x, axis, -1)[..., None, :]", "x.shape[axis]")
gate("np.cumprod(x)", dx=f"({FLAT} @ dout).reshape(x.shape)")
gate(
    "np.cumprod(x, axis=axis)",
    dx=f"np.moveaxis(np.einsum('...ji,...i->...j', {LAST}, np.moveaxis(dout, axis, -1)), -1, axis)",
    when=is_one,
    example={"axis": "0"},
)
of_number(("np.cumprod",), "np.sum(dout)")


@family("np.cumprod")
def running_product(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a running product along an axis given as a number, or of a vector."""
    rank = np.ndim(sample(call.args[0]))
    axis = literal_axis(call, sample, 0 if rank == 1 else None)
    if axis is None or {k.arg for k in call.keywords} - {"axis"}:
        return []
    pattern = f"np.cumprod(x{axis_text(call, sample)})"
    if rank == 1:
        return [row(pattern, dx=f"{running('x', 'len(x)')} @ dout")]
    before, behind = "abcdefgh"[:axis], "klmnopqr"[: rank - 1 - axis]
    last = "x" if not behind else "x.T" if rank == LINES else f"np.moveaxis(x, {axis}, -1)"
    key = ":, " * (rank - 1) + "None" if rank == LINES else "..., None, :"
    factors = running(f"{last}[{key}]", f"x.shape[{axis}]")
    indices = f"{before}{behind}ji,{before}i{behind}->{before}j{behind}"
    return [row(pattern, dx=f"np.einsum('{indices}', {factors}, dout)")]

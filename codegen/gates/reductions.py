"""Rows of functions that reduce along axes: sums, means, extremes, products, spreads."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.lists import is_flat, of_list
from codegen.gates.table import Row, Sample, family, gate, ranks, row, row_with


def is_axis(axis: Any) -> bool:
    """Return whether a value names one axis or several."""
    return isinstance(axis, int | np.integer | tuple)


def is_one(axis: Any) -> bool:
    """Return whether a value names one axis."""
    return isinstance(axis, int | np.integer)


DOUT = "np.expand_dims(dout, axis)"
OUT = "np.expand_dims(out, axis)"
AXES = {"axis": "0"}

gate("np.sum(x)", dx="dout * np.ones_like(x)")
gate("np.sum(x, axis=axis)", dx=f"{DOUT} * np.ones_like(x)", when=is_axis, example=AXES)
gate("np.sum(x, axis=axis, keepdims=True)", dx="dout * np.ones_like(x)", example=AXES)
gate("np.sum(x, keepdims=True)", dx="dout * np.ones_like(x)")
gate("np.nansum(x)", dx="~np.isnan(x) * dout")
gate("np.nansum(x, axis=axis)", dx=f"~np.isnan(x) * {DOUT}", when=is_axis, example=AXES)
gate("np.nansum(x, axis=axis, keepdims=True)", dx="~np.isnan(x) * dout", example=AXES)

gate("np.mean(x)", dx="dout / x.size * np.ones_like(x)")
gate(
    "np.mean(x, axis=axis)",
    dx=f"{DOUT} / x.shape[axis] * np.ones_like(x)",
    when=is_one,
    example=AXES,
)
gate(
    "np.mean(x, axis=axis, keepdims=True)",
    dx="dout / x.shape[axis] * np.ones_like(x)",
    when=is_one,
    example=AXES,
)
gate("np.mean(x, keepdims=True)", dx="dout / x.size * np.ones_like(x)")
gate("np.nanmean(x)", dx="~np.isnan(x) / np.sum(~np.isnan(x)) * dout")
gate(
    "np.nanmean(x, axis=axis)",
    dx=f"~np.isnan(x) / np.sum(~np.isnan(x), axis=axis, keepdims=True) * {DOUT}",
    when=is_axis,
    example=AXES,
)
gate("np.average(x)", dx="dout / x.size * np.ones_like(x)")
gate(
    "np.average(x, axis=axis)",
    dx=f"{DOUT} / x.shape[axis] * np.ones_like(x)",
    when=is_one,
    example=AXES,
)
gate(
    "np.average(x, weights=w)",
    dx="w / np.sum(w) * dout",
    dw="(x - out) / np.sum(w) * dout",
    when=lambda x, w: np.shape(x) == np.shape(w),
    example={"w": "positive"},
)

for name in ("max", "min"):
    gate(f"np.{name}(x)", dx=["(x == out) * dout", f"(x == np.{name}(x)) * dout"])
    gate(f"np.{name}(x, axis=axis)", dx=f"(x == {OUT}) * {DOUT}", when=is_axis, example=AXES)
    gate(f"np.{name}(x, axis=axis, keepdims=True)", dx="(x == out) * dout", example=AXES)
    gate(f"np.{name}(x, keepdims=True)", dx="(x == out) * dout")
    gate(f"np.nan{name}(x)", dx="(x == out) * dout")
    gate(f"np.nan{name}(x, axis=axis)", dx=f"(x == {OUT}) * {DOUT}", when=is_axis, example=AXES)
# A new axis of length one, in place of the one that was summed over.
for axis, fits in ((1, None), (-1, ranks(x=2))):
    for name, text in (
        ("sum", "dout * np.ones_like(x)"),
        ("mean", f"dout / x.shape[{axis}] * np.ones_like(x)"),
        ("max", "(x == out) * dout"),
        ("min", "(x == out) * dout"),
    ):
        gate(f"np.{name}(x, axis={axis})[:, None]", dx=text, when=fits, example={"x": (2, 3)})
RANGE = "((x == np.max(x{0}{1})).astype(x.dtype) - (x == np.min(x{0}{1}))) * {2}"
gate("np.ptp(x)", dx=RANGE.format("", "", "dout"))
gate(
    "np.ptp(x, axis=axis)",
    dx=RANGE.format(", axis=axis", ", keepdims=True", DOUT),
    when=is_axis,
    example=AXES,
)

LEFT = "np.cumprod(np.insert(x[:-1], 0, 1))"
RIGHT = "np.cumprod(np.insert(x[:0:-1], 0, 1))[::-1]"
gate("np.prod(x)", dx="out / x * dout")
gate(
    "np.prod(x)", dx=f"{LEFT} * {RIGHT} * dout", when=lambda x: np.ndim(x) == 1, example={"x": (4,)}
)
gate("np.prod(x, axis=axis)", dx=f"{OUT} / x * {DOUT}", when=is_axis, example=AXES)
gate("np.prod(x, axis=axis, keepdims=True)", dx="out / x * dout", example=AXES)
gate("np.prod(x, keepdims=True)", dx="out / x * dout")

FAR = "(x - np.mean(x))"
FAR_AXIS = "(x - np.mean(x, axis=axis, keepdims=True))"
for tail, less in (("", ""), (", ddof=ddof", " - ddof")):
    size, length = (
        (f"(x.size{less})", f"(x.shape[axis]{less})") if less else ("x.size", "x.shape[axis]")
    )
    hints = {**AXES, "ddof": "1"}
    gate(f"np.var(x{tail})", dx=f"2 * {FAR} / {size} * dout", example=hints)
    gate(
        f"np.var(x, axis=axis{tail})",
        dx=f"2 * {FAR_AXIS} / {length} * {DOUT}",
        when=is_one,
        example=hints,
    )
    gate(
        f"np.var(x, axis=axis{tail}, keepdims=True)",
        dx=f"2 * {FAR_AXIS} / {length} * dout",
        when=is_one,
        example=hints,
    )
    gate(f"np.var(x{tail}, keepdims=True)", dx=f"2 * {FAR} / {size} * dout", example=hints)
    gate(f"np.std(x{tail})", dx=f"{FAR} / ({size} * out) * dout", example=hints)
    gate(
        f"np.std(x, axis=axis{tail})",
        dx=f"{FAR_AXIS} / ({length} * {OUT}) * {DOUT}",
        when=is_one,
        example=hints,
    )
    gate(
        f"np.std(x, axis=axis{tail}, keepdims=True)",
        dx=f"{FAR_AXIS} / ({length} * out) * dout",
        when=is_one,
        example=hints,
    )
    gate(f"np.std(x{tail}, keepdims=True)", dx=f"{FAR} / ({size} * out) * dout", example=hints)


def over_axes(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of a mean, variance or deviation over a tuple of axes, the number of values spelled out."""
    if ast.unparse(call.func) == "np.mean" and is_flat(sample(call.args[0])):
        return of_list(call, sample)
    given = {k.arg: k.value for k in call.keywords}
    axis = sample(given["axis"]) if "axis" in given else None
    if not isinstance(axis, tuple) or not all(is_one(a) for a in axis):
        return []
    name = ast.unparse(call.func)
    literal = isinstance(given["axis"], ast.Tuple | ast.List)
    count = (
        " * ".join(f"x.shape[{a}]" for a in axis)
        if literal
        else "int(np.prod(np.take(x.shape, axis)))"
    )
    count = f"({count})" if len(axis) > 1 and literal else count
    count = f"({count} - ddof)" if "ddof" in given else count
    keep = "keepdims" in given
    text = str(axis) if literal else "axis"
    dout, out = (
        ("dout", "out")
        if keep
        else (f"np.expand_dims(dout, {text})", f"np.expand_dims(out, {text})")
    )
    far = f"(x - np.mean(x, axis={text}, keepdims=True))"
    texts = {
        "np.mean": f"{dout} / {count} * np.ones_like(x)",
        "np.var": f"2 * {far} / {count} * {dout}",
        "np.std": f"{far} / ({count} * {out}) * {dout}",
    }
    tail = (", ddof=ddof" if "ddof" in given else "") + (", keepdims=True" if keep else "")
    return [row(f"{name}(x, axis={text}{tail})", dx=texts[name])]


for name in ("np.mean", "np.var", "np.std"):
    family(name)(over_axes)


@family("np.average")
def weighted(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a weighted mean along an axis."""
    given = {k.arg: k.value for k in call.keywords}
    axis = (
        sample(given["axis"])
        if "axis" in given and isinstance(given["axis"], ast.Constant | ast.UnaryOp)
        else None
    )
    if set(given) != {"axis", "weights"} or not isinstance(axis, int):
        return []
    rank, weights = np.ndim(sample(call.args[0])), sample(given["weights"])
    dout, out = f"np.expand_dims(dout, {axis})", f"np.expand_dims(out, {axis})"
    if np.ndim(weights) == rank:
        total = f"np.sum(w, axis={axis}, keepdims=True)"
        texts = {"dx": f"w / {total} * {dout}", "dw": f"(x - {out}) / {total} * {dout}"}
    else:
        behind = rank - 1 - axis % rank
        own = f"w[:{', None' * behind}]" if behind else "w"
        others = tuple(i for i in range(rank) if i != axis % rank)
        texts = {
            "dx": f"{own} / np.sum(w) * {dout}",
            "dw": f"np.sum((x - {out}) * {dout}, axis={others[0] if len(others) == 1 else others}) / np.sum(w)",
        }
    return [row_with(f"np.average(x, axis={axis}, weights=w)", texts)]

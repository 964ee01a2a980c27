"""Rows of spreads and of weighted means: variances, deviations, covariances, averages."""

from __future__ import annotations

import ast
import inspect

import numpy as np

from codegen.gates.axes import literal_axis, of_number, reduction, spread
from codegen.gates.listed import given
from codegen.gates.table import Row, Sample, family, gate, ranked, ranks, row

FAR = "(x - np.mean(x{tail}))"
KNOWN = "np.sum(~np.isnan(x){tail})"
FAR_KNOWN = "np.where(np.isnan(x), 0, x - np.nanmean(x{tail}))"
for more, less in (("", ""), (", ddof=ddof", " - ddof")):
    known = f"({KNOWN}{less})" if less else KNOWN
    for name, text in (
        ("np.var", f"2 * {FAR} / {{size}} * {{dout}}"),
        ("np.std", f"{FAR} / ({{size}} * {{safe}}) * {{dout}}"),
        ("np.nanvar", f"2 * {FAR_KNOWN} / {known} * {{dout}}"),
        ("np.nanstd", f"{FAR_KNOWN} / ({known} * {{safe}}) * {{dout}}"),
    ):
        reduction(name, text, more=more, less=less, example={"ddof": "1"})
of_number(("np.var", "np.std"), "0")

# Added up in another type.
FAR_TYPED = "(x - np.mean(x{tail}, dtype=dtype))"
for more, less in ((", dtype=dtype", ""), (", ddof=ddof, dtype=dtype", " - ddof")):
    for name, text in (
        ("np.var", f"2 * {FAR_TYPED} / {{size}} * {{dout}}"),
        ("np.std", f"{FAR_TYPED} / ({{size}} * {{safe}}) * {{dout}}"),
    ):
        typed = {"ddof": "1", "dtype": "float"}
        reduction(name, text, more=more, less=less, example=typed)

# Around a mean that is known already, and of some values alone.
TAKES_MEAN = "mean" in inspect.signature(np.std).parameters  # from NumPy 2 on
MEANS = {"m": "0.1", "ddof": "1"}
PICKED = {"x": (3,), "c": "np.array([True, False, True])", "ddof": "0"}
for more, less in (("", ""), (", ddof=ddof", " - ddof")):
    near = "np.where(c, x - np.mean(x{tail}, where=c), 0)"
    count = "np.sum(np.broadcast_to(c, x.shape){tail})"
    for name, text in (
        ("np.var", "2 * {far} / {count} * {{dout}}"),
        ("np.std", "{far} / ({count} * {{safe}}) * {{dout}}"),
    ):
        if TAKES_MEAN:
            reduction(
                name,
                text.format(far="(x - m)", count="{size}"),
                more=f"{more}, mean=m",
                less=less,
                example=MEANS,
                dm="-" + text.format(far="np.sum(x - m{tail})", count="{size}"),
            )
        of_some = text.format(far=near, count=f"({count}{less})" if less else count)
        reduction(name, of_some, more=f"{more}, where=c", example=PICKED)

CENTRED = "(x - np.mean(x, axis={0}, keepdims=True))"
SYMMETRIC = "dout + np.transpose(dout)"
for rows, shape, product in (
    ("", (2, 4), f"np.dot({SYMMETRIC}, {CENTRED.format(1)}) / {{}}"),
    (", rowvar=False", (4, 2), f"np.dot({CENTRED.format(0)}, {SYMMETRIC}) / {{}}"),
):
    size = f"x.shape[{shape.index(4)}]"
    for more, count in (
        ("", f"({size} - 1)"),
        (", bias=True", size),
        (", ddof=d", f"({size} - d)"),
    ):
        gate(
            f"np.cov(x{rows}{more})",
            dx=product.format(count),
            when=ranks(x=2),
            example={"x": shape, "d": "0"} if "ddof" in more else {"x": shape},
        )
ranked("np.cov(x)", {"x": (4,)}, dx="2 * (x - np.mean(x)) / (x.size - 1) * dout")
TURNED = "dout[0, 1] + dout[1, 0]"
for name in ("{0}", "{0}, ddof=d"):
    count = "x.size - d" if "d" in name else "x.size - 1"
    both, extra = {"xc": "x - np.mean(x)", "yc": "y - np.mean(y)"}, (
        {"d": "0"} if "d" in name else {}
    )
    gate(
        f"np.cov({name.format('x, y')})",
        dx=f"(2 * dout[0, 0] * xc + ({TURNED}) * yc) / ({count})",
        dy=f"(2 * dout[1, 1] * yc + ({TURNED}) * xc) / ({count})",
        let=both,
        when=ranks(x=1, y=1),
        example={"x": (4,), "y": (4,), **extra},
    )
for tail, axis, dunit in (
    ("", 1, f"np.dot({SYMMETRIC}, unit)"),
    (", rowvar=False", 0, f"np.dot(unit, {SYMMETRIC})"),
):
    gate(
        f"np.corrcoef(x{tail})",
        dx=f"(dunit - np.sum(dunit * unit, axis={axis}, keepdims=True) * unit) / size",
        let={
            "size": f"np.linalg.norm({CENTRED.format(axis)}, axis={axis}, keepdims=True)",
            "unit": f"{CENTRED.format(axis)} / size",
            "dunit": dunit,
        },
        when=ranks(x=2),
        example={"x": (2, 4) if axis else (4, 2)},
    )
# Of two vectors, in the direction of the other one what their own does not explain.
ranked(
    "np.corrcoef(x, y)",
    {"x": (4,), "y": (4,)},
    dx=f"({TURNED}) * (yu - out[0, 1] * xu) / np.linalg.norm(x - np.mean(x))",
    dy=f"({TURNED}) * (xu - out[0, 1] * yu) / np.linalg.norm(y - np.mean(y))",
    let={
        "xu": "(x - np.mean(x)) / np.linalg.norm(x - np.mean(x))",
        "yu": "(y - np.mean(y)) / np.linalg.norm(y - np.mean(y))",
    },
)
gate(
    "np.average(x, weights=w)",
    dx="w / np.sum(w) * dout",
    dw="(x - out) / np.sum(w) * dout",
    when=lambda x, w: np.shape(x) == np.shape(w),
    example={"w": "positive"},
)


@family("np.average")
def weighted(call: ast.Call, sample: Sample) -> list[Row]:
    words = given(call)
    if set(words) != {"axis", "weights"} or literal_axis(call, sample) is None:
        return []
    rank, axis, weights = (
        np.ndim(sample(call.args[0])),
        sample(words["axis"]),
        sample(words["weights"]),
    )
    if weights is None:
        return []
    dout, out = f"np.expand_dims(dout, {axis})", f"np.expand_dims(out, {axis})"
    if np.ndim(weights) == rank:
        total = f"np.sum(w, axis={axis}, keepdims=True)"
        texts = {"dx": f"w / {total} * {dout}", "dw": f"(x - {out}) / {total} * {dout}"}
    else:
        own = spread("w", axis % rank, rank)
        others = tuple(i for i in range(rank) if i != axis % rank)
        texts = {
            "dx": f"{own} / np.sum(w) * {dout}",
            "dw": f"np.sum((x - {out}) * {dout}, axis={others[0] if len(others) == 1 else others}) / np.sum(w)",
        }
    return [row(f"np.average(x, axis={axis}, weights=w)", **texts)]

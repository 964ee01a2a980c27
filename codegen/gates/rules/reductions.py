"""Rows of functions that reduce along axes: sums, means, extremes, ranges, with and without nan."""

from __future__ import annotations

import ast

from codegen.gates.axes import FORMS, extreme, first_place, is_one, of_number, reduction
from codegen.gates.operands import are_distinct, is_searched
from codegen.gates.rules.lists import is_flat, of_list
from codegen.gates.table import Row, Sample, family, gate, row

ONES = "np.ones_like(x)"
reduction("np.sum", f"{{dout}} * {ONES}")
reduction("np.mean", f"{{dout}} / {{size}} * {ONES}")
reduction("np.sum", f"{{dout}} * {ONES}", more=", initial=c", example={"c": "0.1"})
TYPED = {"dtype": "float"}
reduction("np.sum", f"{{dout}} * {ONES}", more=", dtype=dtype", example=TYPED)
reduction("np.mean", f"{{dout}} / {{size}} * {ONES}", more=", dtype=dtype", example=TYPED)
gate("np.average(x)", dx=f"dout / x.size * {ONES}")
gate(
    "np.average(x, axis=axis)",
    dx=f"np.expand_dims(dout, axis) / x.shape[axis] * {ONES}",
    when=is_one,
    example={"axis": "0"},
)
of_number(("np.mean", "np.average"), "dout")
of_number(("np.mean",), "dout", ", keepdims=True")

# with some left out
PICKED = {"x": (3,), "c": "np.array([True, False, True])"}
reduction("np.sum", "c * {dout}", more=", where=c", example=PICKED)
PICKED_OF = "np.sum(np.broadcast_to(c, x.shape){tail})"
reduction("np.mean", f"c / {PICKED_OF} * {{dout}}", more=", where=c", example=PICKED)
KNOWN = "~np.isnan(x)"
reduction("np.nansum", f"{KNOWN} * {{dout}}")
reduction("np.nanmean", f"{KNOWN} / np.sum({KNOWN}{{tail}}) * {{dout}}")

# extremes
WORDS = {"max": "largest", "min": "smallest"}
for name in ("max", "min"):
    for spelled, more in (
        (name, ""),
        (name, ", initial=c"),
        (name, ", initial=c, where=some"),
        (f"nan{name}", ""),
    ):
        some = {"x": (3,), "some": PICKED["c"]} if "some" in more else {}
        extreme(
            f"np.{spelled}",
            "((x == {out}) & some)" if some else "(x == {out})",
            "{mask} * {dout}",
            more=more,
            example={"c": "-9.0" if name == "max" else "9.0", **some},
        )
    reached = {"reached": "x == out", WORDS[name]: f"x == np.{name}(x)"}
    shares = [f"{mask} / np.sum({mask}) * dout" for mask in reached]
    gate(f"np.{name}(x)", dx=shares, let=reached)
    alone = [f"({mask}) * dout" for mask in reached.values()]
    gate(f"np.{name}(x)", dx=alone, written={"x": are_distinct})
    first = first_place(FORMS[0], f"np.arg{name}")
    gate(f"np.{name}(x)", dx=f"({first}) * dout", written={"x": is_searched})
HIGHEST, LOWEST = "(x == np.max(x{tail}))", "(x == np.min(x{tail}))"
reduction(
    "np.ptp",
    "(highest / np.sum(highest{tail}) - lowest / np.sum(lowest{tail})) * {dout}",
    let={"highest": HIGHEST[1:-1], "lowest": LOWEST[1:-1]},
)
reduction("np.ptp", f"{HIGHEST} * {{dout}} - {LOWEST} * {{dout}}", written={"x": are_distinct})
of_number(("np.ptp",), "0")


def over_axes(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of a mean, variance or deviation over axes that are written out: their lengths are as well."""
    if ast.unparse(call.func) == "np.mean" and is_flat(sample(call.args[0])):
        return of_list(call, sample)
    given = {k.arg: k.value for k in call.keywords}
    axis = sample(given["axis"]) if "axis" in given else None
    if not isinstance(axis, tuple) or not isinstance(given["axis"], ast.Tuple | ast.List):
        return []
    name, text = ast.unparse(call.func), str(axis)
    count = " * ".join(f"x.shape[{a}]" for a in axis)
    count = f"({count})" if len(axis) > 1 else count
    count = f"({count} - ddof)" if "ddof" in given else count
    keep = "keepdims" in given
    always = keep and isinstance(given["keepdims"], ast.Constant)
    dout, out = f"np.expand_dims(dout, {text})", f"np.expand_dims(out, {text})"
    if always:
        dout, out = "dout", "out"
    elif keep:
        dout, out = f"(dout if keep else {dout})", f"(out if keep else {out})"
    far = f"(x - np.mean(x, axis={text}, keepdims=True))"
    texts = {
        "np.mean": f"{dout} / {count} * {ONES}",
        "np.var": f"2 * {far} / {count} * {dout}",
        "np.std": f"{far} / ({count} * np.where({out} == 0, 1, {out})) * {dout}",
    }
    tail = (", ddof=ddof" if "ddof" in given else "") + (
        ", keepdims=True" if always else ", keepdims=keep" if keep else ""
    )
    return [row(f"{name}(x, axis={text}{tail})", dx=texts[name])]


for name in ("np.mean", "np.var", "np.std"):
    family(name)(over_axes)

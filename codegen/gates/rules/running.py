"""Rows of running sums and of differences."""

from __future__ import annotations

import ast
from functools import partial

import numpy as np

from codegen.gates.axes import along, axis_text, is_one, literal_axis, of_number, spread
from codegen.gates.table import Row, Sample, family, gate, ranked, ranks, row

BACK = "np.flip(np.cumsum(np.flip({0}, axis), axis=axis), axis)"
AXES = {"axis": "0"}
gate("np.cumsum(x)", dx="np.cumsum(dout[::-1])[::-1].reshape(x.shape)")
gate(
    "np.diff(x, axis=axis)",
    dx="-np.diff(dout, axis=axis, prepend=0, append=0)",
    when=is_one,
    example=AXES,
)
gate("np.cumsum(x, axis=axis)", dx=BACK.format("dout"), when=is_one, example=AXES)
of_number(("np.cumsum",), "np.sum(dout)")


# A running maximum hands the gradient to where it was reached last.
for name in ("maximum", "minimum"):
    ranked(
        f"np.{name}.accumulate(x, axis=0)",
        {"x": (5,)},
        dx="np.bincount(places, weights=dout, minlength=x.size)",
        let={
            "reached": f"x == np.{name}.accumulate(x)",
            "places": "np.maximum.accumulate(np.where(reached, np.arange(x.size), 0))",
        },
    )


def backwards(upstream: str, axis: int, rank: int) -> str:
    tail, turned = (f", axis={axis}" if rank > 1 else ""), along(axis, "::-1")
    return f"np.cumsum({upstream}[{turned}]{tail})[{turned}]"


def running_sum(name: str, factor: str, call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a running sum along an axis given as a number, or of a vector."""
    rank = np.ndim(sample(call.args[0]))
    axis = literal_axis(call, sample, 0 if rank == 1 else None)
    given = {str(k.arg): k.value for k in call.keywords}
    is_float = "dtype" not in given or np.dtype(sample(given["dtype"])).kind == "f"
    if axis is None or given.keys() - {"axis", "dtype"} or not is_float:
        return []
    typed = ", dtype=dtype" if "dtype" in given else ""
    back = factor + backwards("dout", axis, rank)
    return [row(f"{name}(x{axis_text(call, sample)}{typed})", dx=back)]


for name, factor in (("np.cumsum", ""), ("np.nancumsum", "~np.isnan(x) * ")):
    family(name)(partial(running_sum, name, factor))


@family("np.diff")
def difference(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of differences, taken once or several times, with a value put before or behind or not."""
    given = {str(k.arg): k.value for k in call.keywords}
    axis = literal_axis(call, sample, np.ndim(sample(call.args[0])) - 1)
    node = given.get("n", ast.Constant(value=1))
    times = node.value if isinstance(node, ast.Constant) else None
    if axis is None or not isinstance(times, int) or times < 1:
        return []
    along_axis = axis_text(call, sample)
    ends = [name for name in ("prepend", "append") if name in given]
    if times > 1 and ends:
        return []
    texts, dout = {}, "dout"
    padding = ", ".join(f"{end}=0" for end in ("prepend", "append") if end not in ends)
    if padding or ends:
        for _ in range(times):
            dout = f"-np.diff({dout}{along_axis}{', ' + padding if padding else ''})"
    texts["x"] = dout
    for end in ends:
        value = sample(given[end])
        length = 1 if np.ndim(value) == 0 else np.shape(value)[axis]
        if length != 1:
            return []
        place = {"prepend": (":1", "0"), "append": ("-1:", "-1")}[end][np.ndim(value) == 0]
        texts[end] = ("-" if end == "prepend" else "") + f"dout[{along(axis, place)}]"
    tail = (f", n={times}" if "n" in given else "") + along_axis
    tail += "".join(f", {end}={end}" for end in ends)
    return [row(f"np.diff(x{tail})", **{f"d{hole}": text for hole, text in texts.items()})]


gate("np.ediff1d(x)", dx="-np.diff(dout, prepend=0, append=0)", example={"x": (4,)})
# Half of the difference on either side; at the ends the whole of the one there is.
ENDS = "np.concatenate((2 * dout[:1], dout[1:-1], 2 * dout[-1:]))"
SLOPES = f"-np.diff(np.convolve({ENDS}, [0.5, 0.5], mode='valid'), prepend=0, append=0)"
LINE = {"x": (5,), "h": "0.5"}
gate(
    "np.gradient(x, h)",
    dx=f"{SLOPES} / h",
    dh="-np.sum(out * dout) / h",
    when=lambda x, h=0: np.ndim(x) == 1 and np.ndim(h) == 0,
    optional={"h": "1"},
    example=LINE,
)


TRAPEZOID = "np.trapezoid" if hasattr(np, "trapezoid") else "np.trapz"  # before NumPy 2


@family(TRAPEZOID)
def trapezoid(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of an integral along an axis: each value counts half for each of its neighbours."""
    given = {str(k.arg): k.value for k in call.keywords}
    rank = np.ndim(sample(call.args[0]))
    axis = literal_axis(call, sample, rank - 1)
    if axis is None or ("x" in given and np.ndim(sample(given["x"])) != 1):
        return []
    up = f"np.expand_dims(dout, {axis})" if rank > 1 else "dout"
    size = f"y.shape[{axis}]" if rank > 1 else "y.size"
    place = f"np.arange({size})"
    weights = f"(0.5 * ({place} > 0) + 0.5 * ({place} < {size} - 1))"
    tail = axis_text(call, sample)
    if "x" in given:
        widths = "0.5 * (np.diff(t, prepend=t[0]) + np.diff(t, append=t[-1]))"
        texts = {"dy": f"{spread(f'({widths})', axis, rank)} * {up}"}
        if rank == 1:
            texts["dt"] = "-np.diff(0.5 * (y[1:] + y[:-1]), prepend=0, append=0) * dout"
        return [row(f"{TRAPEZOID}(y, x=t{tail})", **texts)]
    texts = {"dy": f"{spread(weights, axis, rank)} * {up}"}
    if "dx" in given:
        texts = {"dy": f"step * {texts['dy']}", "dstep": "out / step * dout"}
        return [row(f"{TRAPEZOID}(y, dx=step{tail})", **texts)]
    return [row(f"{TRAPEZOID}(y{tail})", **texts)]


def slopes_along(axis: int, rank: int, step: str, dout: str = "dout") -> str:
    """Return the gradient of slopes along an axis: those of an identity say what each value counts for."""
    if axis == rank - 1:
        size = "x.shape[-1]" if rank != 2 else "x.shape[1]"
        return f"{dout} @ np.gradient(np.eye({size}){step}, axis=0)"
    if rank == 2:
        return f"np.gradient(np.eye(len(x)){step}, axis=1) @ {dout}"
    first = f"np.swapaxes({dout}, {axis}, -1) @ np.gradient(np.eye(x.shape[{axis}]){step}, axis=0)"
    return f"np.swapaxes({first}, {axis}, -1)"


@family("np.gradient")
def slopes(call: ast.Call, sample: Sample) -> list[Row]:
    given = {str(k.arg): k.value for k in call.keywords}
    rank, step = np.ndim(sample(call.args[0])), given.pop("varargs0", None)
    axis = literal_axis(call, sample)
    if given.keys() - {"axis"} or rank + (axis is not None) < 2:
        return []
    tail = "" if step is None else ", h"
    if axis is not None:
        dx, dh = slopes_along(axis, rank, tail), "out * dout"
    else:
        dx = " + ".join(slopes_along(k, rank, tail, f"dout[{k}]") for k in range(rank))
        dh = "sum(out_part * part for out_part, part in zip(out, dout))"
    by_step = {} if step is None or np.ndim(sample(step)) else {"dh": f"-np.sum({dh}) / h"}
    return [row(f"np.gradient(x{tail}{axis_text(call, sample)})", dx=dx, **by_step)]


gate(
    "np.gradient(x, h)",
    dx="np.gradient(np.eye(len(x)), h, axis=1) @ dout",
    when=ranks(x=1, h=1),
    example={"x": (4,), "h": "np.array([0.0, 0.5, 0.7, 1.6])"},
)

"""Rows of functions that order values: sort, partition, median, quantile."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.axes import is_one, is_plain, literal_axis, of_number
from codegen.gates.table import Row, Sample, family, gate, ranked, ranks, row


def is_array(x: Any) -> bool:
    """Return whether a value is an array with one axis."""
    return isinstance(x, np.ndarray) and x.ndim == 1


INVERSE = "np.take_along_axis(dout, np.argsort(np.argsort(x{0}, axis={1}), axis={1}), axis={1})"
for kind in ("", ", kind=kind"):
    hints = {"axis": "0", "kind": "'stable'"}
    gate(f"np.sort(x{kind})", dx=INVERSE.format("", -1), example=hints)
    gate(
        f"np.sort(x, axis=None{kind})",
        dx="dout[np.argsort(np.argsort(x, axis=None))].reshape(x.shape)",
        example=hints,
    )
    gate(
        f"np.sort(x{kind})",
        dx="dout[np.argsort(np.argsort(x))]",
        when=ranks(x=1),
        example={"x": (5,), **hints},
    )
    gate(f"np.sort(x, axis=axis{kind})", dx=INVERSE.format("", "axis"), when=is_one, example=hints)
# `sorted` gives a list, of a list or of an array.
ORDER = "np.argsort(np.argsort({0}x, kind='stable'))"
for order, sign in (("", ""), (", reverse=True", "-")):
    back = f"np.array(dout)[{ORDER.format(sign)}]"
    gate(f"sorted(x{order})", dx=back, when=is_array, example={"x": (5,)})
ranked("np.unique(x)", {"x": (5,)}, dx="dx[np.unique(x, return_index=True)[1]] += dout")
PART = {"x": (5,), "k": "2", "axis": "0"}
gate(
    "np.partition(x, k)",
    dx="dout[np.argsort(np.argpartition(x, k))]",
    when=ranks(x=1),
    example=PART,
)
PLACES = "np.argsort(np.argpartition(x, k, axis=axis), axis=axis)"
gate(
    "np.partition(x, k, axis=axis)",
    dx=f"np.take_along_axis(dout, {PLACES}, axis=axis)",
    when=is_one,
    example={"axis": "1", "k": "1", "x": (2, 3)},
)

# Between two neighbours in the order the value is linear: each counts by how near it is.
ORDER = "np.argsort(np.argsort(x, axis=None)).reshape(x.shape)"
ALONG = "np.argsort(np.argsort(x, axis=axis), axis=axis)"
NEAR = "np.maximum(0, 1 - np.abs({0} - {1}))"


def is_along(q: Any, axis: Any) -> bool:
    """Return whether one quantile along one axis is asked for."""
    return is_plain(q) and is_one(axis)


Q = {"q": "0.3", "axis": "0"}
UP = "np.expand_dims(dout, axis)"
for name, arguments, place in (
    ("median", "", "(n - 1) / 2"),
    ("quantile", ", q", "q * (n - 1)"),
    ("percentile", ", q", "q / 100 * (n - 1)"),
):
    # by the name of the hole
    one, along = (lambda q: is_plain(q), is_along) if arguments else (None, is_one)
    whole = NEAR.format(ORDER, place.replace("(n", "(x.size"))
    lines = NEAR.format(ALONG, place.replace("(n", "(x.shape[axis]"))
    gate(f"np.{name}(x{arguments})", dx=f"{whole} * dout", when=one, example=Q)
    gate(f"np.{name}(x{arguments}, axis=axis)", dx=f"{lines} * {UP}", when=along, example=Q)
    gate(
        f"np.{name}(x{arguments}, axis=axis, keepdims=True)",
        dx=f"{lines} * dout",
        when=along,
        example=Q,
    )
    # nan comes last in the order, behind all that counts
    counted = place.replace("n - 1", "np.sum(~np.isnan(x){0}) - 1")
    gate(
        f"np.nan{name}(x{arguments})",
        dx=f"{NEAR.format(ORDER, counted.format(''))} * dout",
        when=one,
        example=Q,
    )
    for keep, up in (("", UP), (", keepdims=True", "dout")):
        lines = NEAR.format(ALONG, counted.format(", axis=axis, keepdims=True"))
        gate(
            f"np.nan{name}(x{arguments}, axis=axis{keep})",
            dx=f"{lines} * {up}",
            when=along,
            example=Q,
        )
of_number(("np.median",), "dout")
of_number(("np.quantile", "np.percentile"), "dout", ", q")
for name, place in (
    ("quantile", "np.array(q)[:, None]"),
    ("percentile", "np.array(q)[:, None] / 100"),
):
    several = NEAR.format("np.argsort(np.argsort(x, axis=None))", f"{place} * (x.size - 1)")
    gate(
        f"np.{name}(x, q)",
        dx=f"(dout @ {several}).reshape(x.shape)",
        when=ranks(q=1),
        example={"q": "[0.2, 0.6]"},
    )

# Where the quantile Q of N values stands in their order, by the methods that are linear between two neighbours, or
# take one of them.
OUTSIDE = "np.clip({0}, 0, N - 1)"
PLACES_BY_METHOD = {
    "linear": "Q * (N - 1)",
    "lower": "np.floor(Q * (N - 1))",
    "higher": "np.ceil(Q * (N - 1))",
    "nearest": "np.round(Q * (N - 1))",
    "midpoint": "(np.floor(Q * (N - 1)) + np.ceil(Q * (N - 1))) / 2",
    "interpolated_inverted_cdf": OUTSIDE.format("Q * N - 1"),
    "hazen": OUTSIDE.format("Q * N - 0.5"),
    "weibull": OUTSIDE.format("Q * (N + 1) - 1"),
    "median_unbiased": OUTSIDE.format("Q * (N + 1 / 3) - 2 / 3"),
    "normal_unbiased": OUTSIDE.format("Q * (N + 0.25) - 0.625"),
}


def order_over(axes: tuple[int, ...], rank: int) -> str:
    """Return the text of the places of values in the order of all that lie along some axes."""
    turned = [*(k for k in range(rank) if k not in axes), *axes]
    back = [turned.index(k) for k in range(rank)]
    rest = ", ".join([*(f"x.shape[{k}]" for k in turned[: rank - len(axes)]), "-1"])
    flat = "x" if turned == sorted(turned) else f"np.transpose(x, {tuple(turned)})"
    order = f"np.argsort(np.argsort({flat}.reshape({rest}), axis=-1), axis=-1)"
    if flat == "x":
        return f"{order}.reshape(x.shape)"
    return f"np.transpose({order}.reshape({', '.join(f'x.shape[{k}]' for k in turned)}), {tuple(back)})"


def quantiles(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of quantiles by a method of their own, over several axes, or of several along an axis."""
    name, given = ast.unparse(call.func), {str(k.arg): k.value for k in call.keywords}
    values = {key: sample(value) for key, value in given.items()}
    axis, method, q = values.get("axis"), values.get("method", "linear"), values.get("q", 0)
    is_tuple, keeps, several = isinstance(axis, tuple), "keepdims" in given, np.ndim(q) == 1
    if not (method != "linear" or is_tuple or several and axis is not None):
        return []  # a row says it
    if (
        given.keys() - {"q", "axis", "keepdims", "method"}
        or method not in PLACES_BY_METHOD
        or values.get("keepdims", True) is not True
        or np.ndim(q) > 1
        or several
        and (is_tuple or keeps)
    ):
        return []
    rank, tail = np.ndim(sample(call.args[0])), ""
    order, count, up = ORDER, "x.size", "dout"
    along = literal_axis(call, sample)
    if isinstance(axis, tuple) and isinstance(given["axis"], ast.Tuple):
        axes, tail = tuple(a % rank for a in axis), f", axis={axis}"
        order, count = order_over(axes, rank), f"({' * '.join(f'x.shape[{k}]' for k in axes)})"
    elif along is not None:
        tail = f", axis={axis}"
        order, count = f"np.argsort(np.argsort(x{tail}){tail})", f"x.shape[{axis}]"
    elif axis is not None:
        return []
    if several:
        flat = f"dout.reshape(-1{', 1' * rank})"
        up = flat if along is None else f"np.expand_dims(dout, {along + 1})"
    elif tail and not keeps:
        up = f"np.expand_dims(dout{tail})"
    one = f"np.reshape(q, (-1{', 1' * rank}))" if several else "q" if "q" in given else "0.5"
    place = PLACES_BY_METHOD[method].replace("Q", f"{one} / 100" if "percent" in name else one)
    dx = f"{NEAR.format('order', place.replace('N', count))} * {up}"
    pattern = f"{name}(x{', q' if 'q' in given else ''}{tail}{', keepdims=True' if keeps else ''}"
    pattern += f", method={method!r})" if "method" in given else ")"
    return [row(pattern, dx=f"np.sum({dx}, axis=0)" if several else dx, let={"order": order})]


for name in ("np.median", "np.quantile", "np.percentile"):
    family(name)(quantiles)

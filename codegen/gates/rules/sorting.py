"""Rows of functions that order values: sort, partition, median, quantile."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.axes import is_one, of_number
from codegen.gates.table import gate, ranks


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
gate(
    "np.unique(x)",
    dx="dx[np.unique(x, return_index=True)[1]] += dout",
    when=ranks(x=1),
    example={"x": (5,)},
)
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


def is_one_quantile(q: Any) -> bool:
    return isinstance(q, int | float)


def is_along(q: Any, axis: Any) -> bool:
    """Return whether one quantile along one axis is asked for."""
    return is_one_quantile(q) and is_one(axis)


Q = {"q": "0.3", "axis": "0"}
UP = "np.expand_dims(dout, axis)"
for name, arguments, place in (
    ("median", "", "(n - 1) / 2"),
    ("quantile", ", q", "q * (n - 1)"),
    ("percentile", ", q", "q / 100 * (n - 1)"),
):
    one, along = (is_one_quantile, is_along) if arguments else (None, is_one)
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

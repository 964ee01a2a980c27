"""Rows of functions that join arrays or take them apart: concatenate, stack, append, split."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.axes import along, is_one, slices
from codegen.gates.listed import display, holes_of, like
from codegen.gates.table import Row, Sample, family, gate, ranked, row


def listed(call: ast.Call, sample: Sample) -> list[Any] | None:
    value = sample(call.args[0])
    return list(value) if isinstance(value, list | tuple) and value else None


def axis_of(call: ast.Call, sample: Sample) -> int | None:
    """Return the axis of a call, 0 if none is given, or None if it is no literal number."""
    found = syntax.keyword(call, "axis")
    if found is None:
        return 0
    value = sample(found) if isinstance(found, ast.Constant | ast.UnaryOp) else None
    return value if isinstance(value, int) else None


def length(hole: str, value: Any, axis: int) -> str:
    return (
        f"len({hole})" if isinstance(value, list | tuple) and axis == 0 else f"{hole}.shape[{axis}]"
    )


def joined(
    pattern: str, values: list[Any], axis: int, rank: float = 0, place: str | None = None
) -> Row:
    """Return the row of joined parts, of which those of a lower rank are one item each; `place` is an index."""
    holes, place = holes_of(values), place or along(axis, "{}")
    whole = [np.ndim(value) >= rank for value in values]
    # a number among rows is a row of one
    places = [place if np.ndim(v) or rank != 2 else f"{place}, 0" for v in values]
    lengths = [
        length(hole, value, axis) if is_whole else "1"
        for hole, value, is_whole in zip(holes, values, whole, strict=True)
    ]
    texts = {
        f"d{hole}": f"dout[{place.format(key if is_whole else key.partition(' : ')[0] or '0')}]"
        for hole, key, is_whole, place in zip(holes, slices(lengths), whole, places, strict=True)
    }
    return row(pattern.format(display(holes)), **texts)


def only(call: ast.Call, *names: str) -> bool:
    return all(k.arg in names for k in call.keywords)


@family("np.concatenate")
def concatenated(call: ast.Call, sample: Sample) -> list[Row]:
    values, axis = listed(call, sample), axis_of(call, sample)
    given = syntax.keyword(call, "axis")
    if values is None and only(call, "axis") and axis is not None:
        return of_array(
            f"np.concatenate(x{'' if given is None else f', axis={axis}'})", call, sample, axis
        )
    if values is None or not only(call, "axis"):
        return []
    if given is not None and sample(given) is None:
        keys = slices([f"x{i}.size" for i in range(len(values))])
        texts = {f"dx{i}": f"dout[{key}].reshape(x{i}.shape)" for i, key in enumerate(keys)}
        return [row(f"np.concatenate({display(holes_of(values))}, axis=None)", **texts)]
    if axis is None:
        if given is None or not is_one(sample(given)):
            return []
        parts = "np.split(dout.copy(), np.cumsum([part.shape[axis] for part in x])[:-1], axis=axis)"
        whole = row("np.concatenate(x, axis=axis)", dx=like(sample(call.args[0]), parts))
        return [taken("np.concatenate({}, axis=axis)", values), whole]
    tail = "" if given is None else f", axis={axis}"
    if axis:
        parts = f"np.split(dout.copy(), np.cumsum([part.shape[{axis}] for part in x])[:-1], axis={axis})"
    else:
        parts = "np.split(dout.copy(), np.cumsum([len(part) for part in x])[:-1])"
    return [
        joined("np.concatenate({}" + tail + ")", values, axis),
        row(f"np.concatenate(x{tail})", dx=like(sample(call.args[0]), parts)),
    ]


def of_array(pattern: str, call: ast.Call, sample: Sample, axis: int) -> list[Row]:
    """Return the row of an array whose items are joined along an axis of theirs."""
    value = sample(call.args[0])
    if not isinstance(value, np.ndarray) or not -value.ndim < axis + 1 < value.ndim:
        return []
    axis %= value.ndim - 1
    if not axis:
        return [row(pattern, dx="dout.reshape(x.shape)")]
    order = [*range(1, axis + 1), 0, *range(axis + 1, value.ndim)]
    shape = ", ".join(f"x.shape[{k}]" for k in order)
    return [row(pattern, dx=f"np.moveaxis(dout.reshape({shape}), {axis}, 0)")]


def taken(pattern: str, values: list[Any]) -> Row:
    """Return the row of parts that are joined along an axis that only the call knows."""
    holes = holes_of(values)
    lengths = [f"{hole}.shape[axis]" for hole in holes]
    texts = {}
    for i, hole in enumerate(holes):
        before = " + ".join(lengths[:i])
        span = f"{before}, {before} + {lengths[i]}" if before else lengths[i]
        texts[f"d{hole}"] = f"np.take(dout, np.arange({span}), axis=axis)"
    return row(pattern.format(display(holes)), **texts)


@family("np.stack")
def stack(call: ast.Call, sample: Sample) -> list[Row]:
    values, axis = listed(call, sample), axis_of(call, sample)
    if values is None or not only(call, "axis"):
        return []
    if axis is None:
        holes = holes_of(values)
        texts = {f"d{h}": f"np.take(dout, {i}, axis=axis)" for i, h in enumerate(holes)}
        return [row(f"np.stack({display(holes)}, axis=axis)", **texts)]
    tail = f", axis={axis}" if call.keywords else ""
    whole = f"list(np.moveaxis(dout.copy(), {axis}, 0))" if axis else "list(dout.copy())"
    return [
        joined("np.stack({}" + tail + ")", values, axis, np.inf),
        row(f"np.stack(x{tail})", dx=like(sample(call.args[0]), whole)),
    ]


@family("np.vstack")
def vstack(call: ast.Call, sample: Sample) -> list[Row]:
    values = listed(call, sample)
    if values is None and not call.keywords:
        return of_array("np.vstack(x)", call, sample, 0)
    if values is None or call.keywords:
        return []
    grown = growing(call, sample, values)
    if grown:
        return grown
    found = [joined("np.vstack({})", values, 0, 2)]
    if all(np.ndim(v) == 1 for v in values):
        found.append(row("np.vstack(x)", dx=like(sample(call.args[0]), "list(dout.copy())")))
    return found


def numbers(pattern: str, values: list[Any], place: str) -> list[Row]:
    """Return the row of numbers that are joined, and where each is."""
    return [] if any(map(np.ndim, values)) else [joined(pattern, values, 0, 1, place)]


def growing(call: ast.Call, sample: Sample, values: list[Any]) -> list[Row]:
    """Return the row of a path that grows: its first part is one row at first, and all rows so far later."""
    parts = call.args[0]
    if not isinstance(parts, ast.Tuple | ast.List) or len(parts.elts) != 2:
        return []
    ranks = [sample.ranks(part) for part in parts.elts]
    if ranks != [{1, 2}, {1}] or np.ndim(values[1]) != 1:
        return []
    return [row("np.vstack((x, v))", dx="dout[:-1].reshape(x.shape)", dv="dout[-1]")]


@family("np.hstack")
def hstack(call: ast.Call, sample: Sample) -> list[Row]:
    values = listed(call, sample)
    if values is None and not call.keywords:
        return of_array("np.hstack(x)", call, sample, min(1, np.ndim(sample(call.args[0])) - 2))
    if values is None or call.keywords:
        return []
    ranks = set(map(np.ndim, values))
    parts = "np.split(dout.copy(), np.cumsum([len(part) for part in x])[:-1])"
    if min(ranks) > 1:
        parts = "np.split(dout.copy(), np.cumsum([part.shape[1] for part in x])[:-1], axis=1)"
    whole = row("np.hstack(x)", dx=like(sample(call.args[0]), parts))
    found = [joined("np.hstack({})", values, int(min(ranks) > 1), 1)]
    return [*found, whole] if ranks == {1} or min(ranks) > 1 else found


@family("np.column_stack")
def column_stack(call: ast.Call, sample: Sample) -> list[Row]:
    values = listed(call, sample)
    if values is None:
        return []
    ranks = set(map(np.ndim, values))
    if not ranks <= {1, 2}:
        return numbers("np.column_stack({})", values, "0, {}")
    found = [joined("np.column_stack({})", values, 1, 2)]
    if ranks == {1}:
        parts = like(sample(call.args[0]), "list(dout.T.copy())")
        found.append(row("np.column_stack(x)", dx=parts))
    return found


@family("np.dstack")
def dstack(call: ast.Call, sample: Sample) -> list[Row]:
    values = listed(call, sample)
    if values is None:
        return []
    ranks = {np.ndim(v) for v in values}
    for rank, place, planes in (
        (1, "0, :, {}", "dout[0].T.copy()"),
        (2, ":, :, {}", "np.moveaxis(dout, 2, 0).copy()"),
    ):
        if ranks == {rank}:
            whole = row("np.dstack(x)", dx=like(sample(call.args[0]), f"list({planes})"))
            return [joined("np.dstack({})", values, 2, 3, place), whole]
    if min(ranks) > 2:
        return [joined("np.dstack({})", values, 2)]
    return numbers("np.dstack({})", values, "0, 0, {}")


@family("np.append")
def appended(call: ast.Call, sample: Sample) -> list[Row]:
    axis = axis_of(call, sample)
    rank = np.ndim(sample(call.args[0]))
    if len(call.keywords) == 1:
        if rank == 0:
            return [row("np.append(x, v)", dx="dout[0]", dv="dout[1:]")]
        if rank != 1:
            inside = "dout[x.size :].reshape(np.shape(v))"
            return [row("np.append(x, v)", dx="dout[: x.size].reshape(x.shape)", dv=inside)]
        dv = {0: "dout[-1]", 1: "dout[x.shape[0] :]"}.get(
            np.ndim(sample(call.keywords[0].value)), "dout[x.shape[0] :].reshape(v.shape)"
        )
        return [row("np.append(x, v)", dx="dout[: x.shape[0]]", dv=dv)]
    if axis is None or not any(k.arg == "axis" for k in call.keywords):
        return []
    at = f"x.shape[{axis}]"
    return [
        row(
            f"np.append(x, v, axis={axis})",
            dx=f"dout[{along(axis, ': ' + at)}]",
            dv=f"dout[{along(axis, at + ' :')}]",
        )
    ]


def is_counted(n: Any) -> bool:
    """Return whether parts are given by their number, or by literal places."""
    return isinstance(n, int | list | tuple | np.ndarray)


for name in ("split", "array_split"):
    gate(
        f"np.{name}(x, n)",
        dx="np.concatenate(dout)",
        when=is_counted,
        example={"x": (4, 2), "n": "2"},
    )
    gate(
        f"np.{name}(x, n, axis=axis)",
        dx="np.concatenate(dout, axis=axis)",
        when=is_counted,
        example={"x": (2, 4), "n": "2", "axis": "1"},
    )
gate("np.vsplit(x, n)", dx="np.concatenate(dout)", example={"x": (4, 2), "n": "2"})
gate(
    "np.hsplit(x, n)",
    dx="np.concatenate(dout, axis=1)",
    when=lambda x: np.ndim(x) > 1,
    example={"x": (2, 4), "n": "2"},
)
ranked("np.hsplit(x, n)", {"x": (4,), "n": "2"}, dx="np.concatenate(dout)")
gate("np.dsplit(x, n)", dx="np.concatenate(dout, axis=2)", example={"x": (2, 2, 4), "n": "2"})
gate("np.unstack(x)", dx="np.stack(dout)", example={"x": (2, 3)})
gate("np.unstack(x, axis=axis)", dx="np.stack(dout, axis=axis)", example={"x": (2, 3), "axis": "1"})

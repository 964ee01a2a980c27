"""Rows of reading items: subscripts, take, choose, compress."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.axes import along, axis_text, literal_axis, spread
from codegen.gates.listed import given
from codegen.gates.table import Row, Sample, family, gate, ranked, ranks, row

gate("x[index]", dx="dx[index] += dout", example={"x": (4,), "index": "[0, 2, 2]"})
gate("item(x, k)", dx="dx[np.unravel_index(k, x.shape)] += dout", example={"k": "1"})
gate("item(x, i, j)", dx="dx[i, j] += dout", example={"x": (2, 3), "i": "1", "j": "0"})
gate("tolist(x)", dx="np.array(dout)")
gate(
    "tolist(x)",
    dx="np.array(dout, dtype=x.dtype)",
    when=lambda x: bool(x.dtype != float),
    example={"x": "np.array([0.3, 0.7], dtype=np.longdouble)"},
)
ranked("np.take(x, index)", {"x": (4,), "index": "[0, 2, 2]"}, dx="dx[index] += dout")
gate(
    "np.take(x, index)",
    dx="dx[np.unravel_index(index, x.shape)] += dout",
    when=ranks(x=(2, 3, 4)),
    repeats=True,
    example={"x": (2, 3), "index": "[0, 4, 4]"},
)
gate(
    "np.compress(c, x, axis=0)",
    dx="dx[np.flatnonzero(c)] += dout",
    example={"x": (3,), "c": "np.array([True, False, True])"},
)
gate(
    "np.compress(c, x, axis=1)",
    dx="dx[:, np.flatnonzero(c)] += dout",
    example={"x": (2, 3), "c": "np.array([True, False, True])"},
)
gate(
    "np.extract(c, x)",
    dx="dx[c] += dout",
    example={"x": (3,), "c": "np.array([True, False, True])"},
)
ranked(
    "np.compress(c, x)",
    {"x": (3,), "c": "np.array([True, False, True])"},
    dx="dx[np.flatnonzero(c)] += dout",
)


@family("item")
def whole(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of an index that takes everything: with new axes, or turned round."""
    base, index = call.args
    if not isinstance(sample(base), np.ndarray | np.generic):
        return []
    keys = [whole_key(part) for part in syntax.elements(index)]
    if not all(keys):
        return []
    while keys and keys[-1] == ":":
        keys.pop()
    return [row("x[index]", dx=f"dout[{', '.join(map(str, keys))}]" if keys else "dout")]


def whole_key(part: ast.expr) -> str | None:
    """Return the index that undoes a part of an index, or None if the part leaves something out."""
    match part:
        case ast.Slice(lower=None, upper=None, step=None):
            return ":"
        case ast.Slice(
            lower=None, upper=None, step=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
        ):
            return "::-1"
        case ast.Constant(value=None) | ast.Attribute(attr="newaxis"):
            return "0"
        case ast.Constant(value=value) if value is ...:
            return "..."
    return None


@family("np.take")
def taken(call: ast.Call, sample: Sample) -> list[Row]:
    words = given(call)
    axis = literal_axis(call, sample, 0 if np.ndim(sample(call.args[0])) == 1 else None)
    if axis is None:
        return []
    places = {
        None: "index",
        "wrap": f"np.mod(index, x.shape[{axis}])",
        "clip": f"np.clip(index, 0, x.shape[{axis}] - 1)",
    }
    mode = sample(words["mode"]) if "mode" in words else None
    if mode not in places or set(words) - {"indices", "axis", "mode"}:
        return []
    tail = axis_text(call, sample) + (f", mode={mode!r}" if mode else "")
    key = along(axis, places[mode])
    return [row(f"np.take(x, index{tail})", dx=f"dx[{key}] += dout", repeats=mode is not None)]


@family("np.lib.stride_tricks.sliding_window_view")
def windows(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of windows that slide along some axes: each number stands in several of them."""
    words = given(call)
    rank, node = np.ndim(sample(call.args[0])), words["window_shape"]
    axis = sample(words["axis"]) if "axis" in words else None
    sizes = sample(node)
    if set(words) - {"window_shape", "axis"} or not isinstance(sizes, int | tuple):
        return []
    if isinstance(sizes, int):
        pattern, names = "n", ["n"]
    elif isinstance(node, ast.Tuple):
        names = [f"n{i}" for i in range(len(sizes))]
        pattern = f"({', '.join(names)},)"
    else:
        pattern, names = "n", [f"n[{i}]" for i in range(len(sizes))]
    axes = tuple(range(rank)) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = tuple(a % rank for a in axes)
    if len(axes) != len(names) or len(set(axes)) != len(axes):
        return []
    deep = rank + len(names)
    keys = []
    for place in range(rank):
        length = f"x.shape[{place}]"
        if place in axes:
            which = axes.index(place)
            start = spread(f"np.arange({length} - {names[which]} + 1)", place, deep)
            key = f"{start} + {spread(f'np.arange({names[which]})', rank + which, deep)}"
        else:
            key = spread(f"np.arange({length})", place, deep)
        keys.append(key)
    tail = axis_text(call, sample)
    callee = "np.lib.stride_tricks.sliding_window_view"
    text = f"dx[{', '.join(keys)}] += dout"
    return [row(f"{callee}(x, {pattern}{tail})", dx=text, repeats=True)]


@family("np.take_along_axis")
def taken_along(call: ast.Call, sample: Sample) -> list[Row]:
    node, rank = syntax.keyword(call, "axis"), np.ndim(sample(call.args[0]))
    axis = -1 if node is None else sample(node)
    if not isinstance(axis, int) or not isinstance(
        node, ast.Constant | ast.UnaryOp | ast.Name | None
    ):
        return []
    lines = [spread(f"np.arange(x.shape[{i}])", i, rank) for i in range(rank)]
    lines[axis] = "index"
    tail = axis_text(call, sample)
    return [row(f"np.take_along_axis(x, index{tail})", dx=f"dx[{', '.join(lines)}] += dout")]


@family("np.delete")
def deleted(call: ast.Call, sample: Sample) -> list[Row]:
    axis = literal_axis(call, sample, 0 if np.ndim(sample(call.args[0])) == 1 else None)
    if axis is None:
        return []
    left = along(axis, f"np.delete(np.arange(x.shape[{axis}]), gone)")
    return [row(f"np.delete(x, gone{axis_text(call, sample)})", dx=f"dx[{left}] += dout")]


def is_place(place: Any) -> bool:
    """Return whether something is put at one place, counted from the front."""
    return isinstance(place, int) and place >= 0


gate(
    "np.insert(x, place, v)",
    dx="np.delete(dout, place)",
    dv="dout[place]",
    when=lambda x, place, v: np.ndim(x) == 1 and np.ndim(v) == 0 and is_place(place),
    example={"x": (3,), "place": "1", "v": "0.7"},
)
gate(
    "np.insert(x, place, v, axis=axis)",
    dx="np.delete(dout, place, axis=axis)",
    dv="np.take(dout, place, axis=axis)",
    when=lambda place, axis: is_place(place) and isinstance(axis, int),
    example={"x": (2, 3), "place": "1", "v": "0.7", "axis": "1"},
)


@family("np.insert")
def inserted(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of values put in front of several places, each counted before any of them is there."""
    words = given(call)
    node, axis = words.get("obj"), words.get("axis")
    if not isinstance(node, ast.List | ast.Tuple) or set(words) - {"obj", "values", "axis"}:
        return []
    places = [e.value for e in node.elts if isinstance(e, ast.Constant) and type(e.value) is int]
    if len(places) != len(node.elts) or not places:
        return []
    if places != sorted(places) or axis is None and np.ndim(sample(call.args[0])) != 1:
        return []
    holes = ", ".join(f"p{k}" for k in range(len(places)))
    there = str([place + k for k, place in enumerate(places)])
    if axis is None:
        dx, dv = f"np.delete(dout, {there})", f"dout[{there}]"
    else:
        dx, dv = f"np.delete(dout, {there}, axis=axis)", f"np.take(dout, {there}, axis=axis)"
    shown = f"[{holes}]" if isinstance(node, ast.List) else f"({holes},)"
    tail = "" if axis is None else ", axis=axis"
    return [row(f"np.insert(x, {shown}, v{tail})", dx=dx, dv=dv)]

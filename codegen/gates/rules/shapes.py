"""Rows of functions that arrange the same numbers in another shape: reshape, transpose, flip, roll, repeat."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.axes import along, axis_text, is_one, literal_axis
from codegen.gates.listed import given
from codegen.gates.table import Row, Sample, family, gate, ranks, row

BACK = "dout.reshape(x.shape)"
gate("np.reshape(x, shape)", dx=BACK, example={"x": (2, 3), "shape": "(3, 2)"})
gate("np.ravel(x)", dx=BACK)
for order in ("'F'", "'A'"):
    shapes = {"x": (2, 3), "shape": "(3, 2)"}
    turned = f"dout.flatten({order}).reshape(x.shape, order={order})"
    gate(f"np.reshape(x, shape, order={order})", dx=turned, example=shapes)
    gate(f"np.ravel(x, order={order})", dx=turned, example=shapes)
gate("np.squeeze(x)", dx=BACK, example={"x": (3, 1)})
gate(
    "np.squeeze(x)",
    dx="dout * np.ones_like(x)",  # of one number, which need be no array
    when=lambda x: np.ndim(x) > 0 and np.size(x) == 1,
    example={"x": (1, 1)},
)
gate("np.squeeze(x)", dx="dout", when=ranks(x=0), example={"x": "0.7"})
gate(
    "np.squeeze(x, axis=axis)", dx="np.expand_dims(dout, axis)", example={"x": (3, 1), "axis": "1"}
)
gate("np.expand_dims(x, axis)", dx="np.squeeze(dout, axis=axis)", example={"axis": "1"})
gate(
    "np.expand_dims(x, axis)",
    dx=BACK,
    when=lambda axis: isinstance(axis, list),  # which np.squeeze does not take
    example={"axis": "[0, 2]"},
)
gate("np.atleast_1d(x)", dx=BACK)
gate("np.atleast_2d(x)", dx=BACK)
gate("np.atleast_3d(x)", dx=BACK)
for name in ("reshape", "broadcast_to", "tile", "expand_dims"):
    gate(
        f"np.{name}(x, n)",
        dx="np.sum(dout)",
        when=ranks(x=0),
        example={"x": "0.7", "n": "(1,)" if name == "reshape" else "0" if name[0] == "e" else "2"},
    )
for name in ("ravel", "atleast_1d", "atleast_2d", "atleast_3d"):
    gate(f"np.{name}(x)", dx="np.sum(dout)", when=ranks(x=0), example={"x": "0.7"})
gate("np.broadcast_to(x, shape)", dx="dout", example={"x": (3,), "shape": "(2, 3)"})

gate("np.transpose(x)", dx="np.transpose(dout)")
gate("np.transpose(x)", dx="dout.T", when=ranks(x=2))
gate(
    "np.swapaxes(x, i, j)", dx="np.swapaxes(dout, i, j)", example={"x": (2, 3), "i": "0", "j": "1"}
)
gate(
    "np.moveaxis(x, i, j)",
    dx="np.moveaxis(dout, j, i)",
    example={"x": (2, 3, 4), "i": "0", "j": "-1"},
)
gate("np.matrix_transpose(x)", dx="np.swapaxes(dout, -1, -2)", when=ranks(x=(2, 3, 4)))


@family("np.transpose")
def transposed(call: ast.Call, sample: Sample) -> list[Row]:
    axes = sample(call.keywords[0].value) if call.keywords else None
    if not isinstance(axes, list | tuple):
        return []
    if isinstance(call.keywords[0].value, ast.Tuple | ast.List):
        inverse = tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))
        text = ", ".join(str(a) for a in axes)
        return [row(f"np.transpose(x, ({text},))", dx=f"np.transpose(dout, {inverse})")]
    return (
        [row("np.transpose(x, axes)", dx="np.transpose(dout, np.argsort(axes))")]
        if min(axes) >= 0
        else []
    )


@family("np.rollaxis")
def rolled_axis(call: ast.Call, sample: Sample) -> list[Row]:
    x = sample(call.args[0])
    values = {str(k.arg): sample(k.value) for k in call.keywords}
    if not all(isinstance(k.value, ast.Constant | ast.UnaryOp) for k in call.keywords):
        return []
    order = np.rollaxis(np.empty(range(2, 2 + np.ndim(x))), **values).shape
    inverse = tuple(int(i) for i in np.argsort(order))
    text = ", ".join(f"{k}={v}" for k, v in values.items())
    return [row(f"np.rollaxis(x, {text})", dx=f"np.transpose(dout, {inverse})")]


gate(
    "np.flip(x, axis=axis)",
    dx="np.flip(dout, axis=axis)",
    optional={"axis": "None"},
    example={"axis": "0"},
)
gate("np.fliplr(x)", dx="np.fliplr(dout)", when=ranks(x=(2, 3, 4)))
gate("np.flipud(x)", dx="np.flipud(dout)")
gate("np.rot90(x)", dx="np.rot90(dout, -1)", when=ranks(x=(2, 3, 4)))
gate("np.rot90(x, k)", dx="np.rot90(dout, -k)", when=ranks(x=(2, 3, 4)), example={"k": "2"})
gate(
    "np.rot90(x, axes=axes)",
    dx="np.rot90(dout, -1, axes)",
    when=ranks(x=(2, 3, 4)),
    example={"axes": "(0, 1)"},
)
gate(
    "np.rot90(x, k, axes)",
    dx="np.rot90(dout, -k, axes)",
    when=ranks(x=(2, 3, 4)),
    example={"k": "1", "axes": "(0, 1)"},
)


def is_several(shift: Any) -> bool:
    return isinstance(shift, tuple | list)


gate(
    "np.roll(x, shift)",
    dx="np.roll(dout, -shift)",
    when=lambda shift: is_one(shift),
    example={"shift": "1"},
)
gate(
    "np.roll(x, shift, axis=axis)",
    dx="np.roll(dout, -shift, axis=axis)",
    when=lambda shift: is_one(shift),
    example={"shift": "1", "axis": "0"},
)
gate(
    "np.roll(x, shift, axis=axis)",
    dx="np.roll(dout, [-s for s in shift], axis=axis)",
    when=is_several,
    example={"x": (2, 3), "shift": "(1, 2)", "axis": "(0, 1)"},
)

gate("np.copy(x)", dx="dout")
gate("np.ascontiguousarray(x)", dx="dout")
gate("np.asfortranarray(x)", dx="dout")
gate(
    "np.repeat(x, n)",
    dx="np.sum(dout.reshape(*x.shape, n), axis=-1)",
    when=ranks(n=0),
    example={"n": "2"},
)
gate(
    "np.repeat(x, n)",
    dx="np.bincount(np.repeat(np.arange(x.size), n), weights=dout, minlength=x.size)",
    when=ranks(x=1, n=1),
    example={"x": (3,), "n": "[2, 0, 1]"},
)
gate("np.repeat(x, n)", dx="np.sum(dout)", when=ranks(x=0), example={"x": "0.7", "n": "2"})
gate(
    "np.resize(x, shape)",  # the numbers again from the first, as often as there is room
    dx="np.bincount(places, weights=np.ravel(dout), minlength=x.size).reshape(x.shape)",
    let={"places": "np.arange(np.size(dout)) % x.size"},
    example={"x": (2, 3), "shape": "(2, 4)"},
)
gate("np.resize(x, n)", dx="np.sum(dout)", when=ranks(x=0), example={"x": "0.7", "n": "(2, 3)"})


@family("np.repeat")
def repeated(call: ast.Call, sample: Sample) -> list[Row]:
    axis = literal_axis(call, sample)
    if axis is None:
        return []
    pattern = f"np.repeat(x, n{axis_text(call, sample)})"
    if np.ndim(sample(given(call)["repeats"])):
        key = along(axis, f"np.repeat(np.arange(x.shape[{axis}]), n)")
        return [row(pattern, dx=f"dx[{key}] += dout", repeats=True)]
    sizes = [f"x.shape[{i}]" for i in range(np.ndim(sample(call.args[0])))]
    shape = ", ".join([*sizes[: axis + 1], "n", *sizes[axis + 1 :]])
    return [row(pattern, dx=f"np.sum(dout.reshape({shape}), axis={axis + 1})")]


@family("np.tile")
def tiled(call: ast.Call, sample: Sample) -> list[Row]:
    x = sample(call.args[0])
    node = call.keywords[0].value
    reps = sample(node)
    if isinstance(reps, int) and not isinstance(reps, bool):
        pattern, names = "np.tile(x, n)", ["n"]
    elif isinstance(reps, list | tuple) and isinstance(node, ast.Tuple | ast.List):
        names = [f"n{i}" for i in range(len(reps))]
        pattern = f"np.tile(x, ({', '.join(names)},))"
    elif isinstance(reps, tuple):
        pattern, names = "np.tile(x, n)", [f"n[{i}]" for i in range(len(reps))]
    else:
        return []
    ones = [
        node.elts[i] if isinstance(node, ast.Tuple | ast.List) else node for i in range(len(names))
    ]
    names = [
        "1" if syntax.is_literal(part, 1) else name for name, part in zip(names, ones, strict=True)
    ]
    sizes = [f"x.shape[{i}]" for i in range(np.ndim(x))]
    lead = max(0, len(names) - len(sizes))
    names = ["1"] * (len(sizes) - len(names)) + names
    parts: list[str] = names[:lead]
    axes = list(range(lead))
    for count, size in zip(names[lead:], sizes, strict=True):
        if count != "1":
            axes.append(len(parts))
            parts.append(count)
        parts.append(size)
    axis = str(axes[0]) if len(axes) == 1 else str(tuple(axes))
    dx = f"np.sum(dout.reshape({', '.join(parts)}), axis={axis})" if axes else "dout"
    return [row(pattern, dx=dx)]

"""Rows of functions that arrange the same numbers in another shape: reshape, transpose, flip, pad, repeat."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.table import Row, Sample, family, gate, ranks, row

BACK = "dout.reshape(x.shape)"
gate("np.reshape(x, shape)", dx=BACK, example={"x": (2, 3), "shape": "(3, 2)"})
gate("np.ravel(x)", dx=BACK)
gate("np.squeeze(x)", dx=BACK, example={"x": (3, 1)})
gate(
    "np.squeeze(x, axis=axis)",
    dx="np.expand_dims(dout, axis)",
    example={"x": (3, 1), "axis": "1"},
)
gate("np.expand_dims(x, axis)", dx="np.squeeze(dout, axis=axis)", example={"axis": "1"})
gate("np.atleast_1d(x)", dx=BACK)
gate("np.atleast_2d(x)", dx=BACK)
gate("np.atleast_3d(x)", dx=BACK)
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
    """Return the row of a transposition with given axes."""
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
    """Return the row of a rolled axis."""
    x = sample(call.args[0])
    values = {str(k.arg): sample(k.value) for k in call.keywords}
    if not all(isinstance(k.value, ast.Constant | ast.UnaryOp) for k in call.keywords):
        return []
    order = np.rollaxis(np.empty(range(2, 2 + np.ndim(x))), **values).shape
    inverse = tuple(int(i) for i in np.argsort(order))
    text = ", ".join(f"{k}={v}" for k, v in values.items())
    return [row(f"np.rollaxis(x, {text})", dx=f"np.transpose(dout, {inverse})")]


gate("np.flip(x)", dx="np.flip(dout)")
gate("np.flip(x, axis=axis)", dx="np.flip(dout, axis=axis)", example={"axis": "0"})
gate("np.fliplr(x)", dx="np.fliplr(dout)", when=ranks(x=(2, 3, 4)))
gate("np.flipud(x)", dx="np.flipud(dout)")
gate("np.rot90(x)", dx="np.rot90(dout, -1)", when=ranks(x=(2, 3, 4)))
gate("np.rot90(x, k)", dx="np.rot90(dout, -k)", when=ranks(x=(2, 3, 4)), example={"k": "2"})
gate(
    "np.rot90(x, k, axes)",
    dx="np.rot90(dout, -k, axes)",
    when=ranks(x=(2, 3, 4)),
    example={"k": "1", "axes": "(0, 1)"},
)


def is_number(shift: Any) -> bool:
    """Return whether a shift is one number."""
    return isinstance(shift, int | np.integer)


def is_several(shift: Any) -> bool:
    """Return whether there is a shift per axis."""
    return isinstance(shift, tuple)


gate("np.roll(x, shift)", dx="np.roll(dout, -shift)", when=is_number, example={"shift": "1"})
gate(
    "np.roll(x, shift, axis=axis)",
    dx="np.roll(dout, -shift, axis=axis)",
    when=is_number,
    example={"shift": "1", "axis": "0"},
)
gate(
    "np.roll(x, shift, axis=axis)",
    dx="np.roll(dout, tuple(-s for s in shift), axis=axis)",
    when=is_several,
    example={"x": (2, 3), "shift": "(1, 2)", "axis": "(0, 1)"},
)

gate("np.copy(x)", dx="dout")
gate("np.ascontiguousarray(x)", dx="dout")
gate("np.asfortranarray(x)", dx="dout")
gate("np.tril(x)", dx="np.tril(dout)", when=ranks(x=(2, 3, 4)))
gate("np.triu(x)", dx="np.triu(dout)", when=ranks(x=(2, 3, 4)))
gate("np.tril(x, k)", dx="np.tril(dout, k)", when=ranks(x=(2, 3, 4)), example={"k": "-1"})
gate("np.triu(x, k)", dx="np.triu(dout, k)", when=ranks(x=(2, 3, 4)), example={"k": "1"})
gate("np.diag(x)", dx="np.diag(dout)", when=ranks(x=1), example={"x": (3,)})
gate("np.diag(x, k)", dx="np.diag(dout, k)", when=ranks(x=1), example={"x": (3,), "k": "1"})
gate("np.diagflat(x)", dx="np.diag(dout).reshape(x.shape)", example={"x": (3,)})
MASK = "np.eye(*x.shape, {}dtype=bool)"
for name in ("diag", "diagonal"):
    gate(f"np.{name}(x)", dx=f"dx[{MASK.format('')}] += dout", when=ranks(x=2))
    gate(
        f"np.{name}(x, k)",
        dx=f"dx[{MASK.format('k=k, ')}] += dout",
        when=ranks(x=2),
        example={"k": "1"},
    )

gate(
    "np.repeat(x, n)",
    dx="np.sum(dout.reshape(*x.shape, n), axis=-1)",
    when=ranks(n=0),
    example={"n": "2"},
)
gate(
    "np.repeat(x, n)",
    dx="np.bincount(np.repeat(np.arange(x.size), n), weights=dout, minlength=x.size)",
    when=lambda x, n: np.ndim(x) == 1 and np.ndim(n) == 1,
    example={"x": (3,), "n": "[2, 0, 1]"},
)


@family("np.repeat")
def repeated(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the rows of a repetition along an axis."""
    given = {k.arg: k.value for k in call.keywords}
    axis = sample(given["axis"]) if "axis" in given else None
    if not isinstance(axis, int) or not isinstance(given["axis"], ast.Constant | ast.UnaryOp):
        return []
    x, counts = sample(call.args[0]), sample(given["repeats"])
    axis %= np.ndim(x)
    text = sample(given["axis"])
    if np.ndim(counts):
        if np.ndim(x) != 1:
            return []
        return [
            row(
                f"np.repeat(x, n, axis={text})",
                dx="np.bincount(np.repeat(np.arange(x.size), n), weights=dout, minlength=x.size)",
            )
        ]
    sizes = [f"x.shape[{i}]" for i in range(np.ndim(x))]
    shape = ", ".join([*sizes[: axis + 1], "n", *sizes[axis + 1 :]])
    return [
        row(f"np.repeat(x, n, axis={text})", dx=f"np.sum(dout.reshape({shape}), axis={axis + 1})")
    ]


@family("np.tile")
def tiled(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a tiling."""
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
    sizes = [f"x.shape[{i}]" for i in range(np.ndim(x))]
    names, sizes = ["1"] * (len(sizes) - len(names)) + names, ["1"] * (
        len(names) - len(sizes)
    ) + sizes
    parts: list[str] = []
    axes: list[int] = []
    for count, size in zip(names, sizes, strict=True):
        if count != "1":
            axes.append(len(parts))
            parts.append(count)
        parts.append(size)
    while parts and parts[-1] == "1":
        parts.pop()
    shape = ", ".join(parts)
    axis = str(axes[0]) if len(axes) == 1 else str(tuple(axes))
    dx = f"np.sum(dout.reshape({shape}), axis={axis})"
    if "1" in parts:
        dx += ".reshape(x.shape)"
    return [row(pattern, dx=dx)]


@family("np.pad")
def padded(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of padding with a constant: the gradient is the part inside."""
    given = {k.arg: k.value for k in call.keywords}
    x, width = sample(call.args[0]), given["pad_width"]
    rank = np.ndim(x)
    tail = ""
    if "mode" in given:
        if sample(given["mode"]) != "constant":
            return []
        tail += ", mode='constant'"
    if "constant_values" in given:
        tail += ", constant_values=c"
    spelled = before_each_axis(width, sample(width), rank)
    if spelled is None or set(given) - {"pad_width", "mode", "constant_values"}:
        return []
    pattern, befores = spelled
    keys = [
        f"{b} : {b} + x.shape[{i}]" if b not in ("0", "") else f": x.shape[{i}]" if b else ":"
        for i, b in enumerate(befores)
    ]
    return [row(f"np.pad(x, {pattern}{tail})", dx=f"dout[{', '.join(keys)}]")]


def before_each_axis(node: ast.expr, width: Any, rank: int) -> tuple[str, list[str]] | None:
    """Return the pattern of a pad width, and for each axis the text of how much stands before it: "" if nothing is added."""
    if isinstance(width, int):
        return "p", ["p"] * rank
    if not isinstance(width, list | tuple):
        return None
    if not isinstance(node, ast.Tuple | ast.List):
        nested = np.ndim(width) == 2
        return "p", [
            (f"p[{i if len(width) > 1 else 0}][0]" if nested else "p[0]") for i in range(rank)
        ]
    if all(isinstance(w, int) for w in width):
        names = [f"p{i}" for i in range(len(width))]
        return f"({', '.join(names)},)", ["p0"] * rank
    names, befores = [], []
    for i, (part, w) in enumerate(zip(node.elts, width, strict=True)):
        if isinstance(w, int) or not isinstance(part, ast.Tuple | ast.List):
            names.append(f"p{i}")
            befores.append(f"p{i}" if isinstance(w, int) else f"p{i}[0]")
            continue
        inner = [f"p{i}_{j}" for j in range(len(w))]
        names.append(f"({', '.join(inner)},)")
        nothing = [isinstance(p, ast.Constant) and p.value == 0 for p in part.elts]
        befores.append("" if all(nothing) else "0" if nothing[0] else inner[0])
    return f"({', '.join(names)},)", befores if len(befores) == rank else befores * rank

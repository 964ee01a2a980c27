"""Rows of diagonals and triangles of matrices, and of stacks of matrices."""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.table import Row, Sample, family, gate, ranks, row

OFF = {"k": "0"}
for name in ("tril", "triu"):
    gate(
        f"np.{name}(x, k)",
        dx=f"np.{name}(dout, k)",
        when=ranks(x=(2, 3, 4)),
        optional=OFF,
        example={"k": "-1"},
    )
gate(
    "np.diag(x, k)",
    dx="np.diag(dout, k)",
    when=ranks(x=1),
    optional=OFF,
    example={"x": (3,), "k": "1"},
)
for unit in ("np.eye(n)", "np.identity(n)"):
    for scaled in (f"x * {unit}", f"{unit} * x"):
        gate(scaled, dx="np.trace(dout)", when=ranks(x=0), example={"x": (), "n": "3"})
gate("np.diagflat(x)", dx="np.diag(dout).reshape(x.shape)", example={"x": (3,)})
for name in ("diag", "diagonal"):
    gate(
        f"np.{name}(x, k)",
        dx="dx[np.eye(*x.shape, k=k, dtype=bool)] += dout",
        when=ranks(x=2),
        optional=OFF,
        example={"k": "1"},
    )
gate(
    "np.trace(x, k)",
    dx="dout * np.eye(*x.shape, k=k, dtype=x.dtype)",
    when=ranks(x=2),
    optional=OFF,
    example={"k": "1"},
)


def last_two(call: ast.Call, sample: Sample) -> bool:
    """Return whether the axes of a call are the last two of a stack of matrices."""
    rank = np.ndim(sample(call.args[0]))
    given = {k.arg: k.value for k in call.keywords}
    if set(given) != {"axis1", "axis2"} or rank < 3:
        return False
    if not all(isinstance(node, ast.Constant | ast.UnaryOp) for node in given.values()):
        return False
    return [sample(given[name]) % rank for name in ("axis1", "axis2")] == [rank - 2, rank - 1]


def pattern_of(call: ast.Call, sample: Sample) -> str:
    """Return the left side of a row with the axes of a call."""
    axes = ", ".join(f"{k.arg}={sample(k.value)}" for k in call.keywords)
    return f"{ast.unparse(call.func)}(x, {axes})"


@family("np.diagonal")
def diagonals(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of the diagonals of a stack of matrices."""
    if not last_two(call, sample):
        return []
    key = "..., np.eye(*x.shape[-2:], dtype=bool)"
    return [row(pattern_of(call, sample), dx=f"dx[{key}] += dout")]


@family("np.trace")
def traces(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of the traces of a stack of matrices."""
    if not last_two(call, sample):
        return []
    eye = "np.eye(*x.shape[-2:], dtype=x.dtype)"
    return [row(pattern_of(call, sample), dx=f"dout[..., None, None] * {eye}")]

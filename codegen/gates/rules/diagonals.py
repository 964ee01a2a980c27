"""Rows of diagonals and triangles of matrices, and of stacks of matrices."""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.operands import is_square
from codegen.gates.table import Row, Sample, family, gate, ranked, ranks, row

OFF = {"k": "0"}
for name in ("tril", "triu"):
    gate(
        f"np.{name}(x, k)",
        dx=f"np.{name}(dout, k)",
        when=ranks(x=(2, 3, 4)),
        optional=OFF,
        example={"k": "-1"},
    )
ranked("np.diag(x, k)", {"x": (3,), "k": "1"}, dx="np.diag(dout, k)", optional=OFF)
for unit in ("np.eye(n)", "np.identity(n)"):
    for scaled in (f"x * {unit}", f"{unit} * x"):
        ranked(scaled, {"x": (), "n": "3"}, dx="np.trace(dout)")
gate("np.diagflat(x)", dx="np.diag(dout).reshape(x.shape)", example={"x": (3,)})
for name in ("diag", "diagonal"):
    gate(
        f"np.{name}(x, k)",
        dx="dx[np.eye(*x.shape, k=k, dtype=bool)] += dout",
        when=ranks(x=2),
        optional=OFF,
        example={"k": "1"},
    )
    square = {"x": (3, 3)}
    gate(
        f"np.{name}(x)",
        dx="np.diag(dout)",
        when=ranks(x=2),
        written={"x": is_square},
        example=square,
    )
gate(
    "np.trace(x, k)",
    dx="dout * np.eye(*x.shape, k=k, dtype=x.dtype)",
    when=ranks(x=2),
    optional=OFF,
    example={"k": "1"},
)


def last_two(call: ast.Call, sample: Sample) -> tuple[str, str] | None:
    """Return a row's left side for a stack of matrices, and the text of ones on the diagonal; or None."""
    rank = np.ndim(sample(call.args[0]))
    given = {str(k.arg): k.value for k in call.keywords}
    axes = [given.get(name) for name in ("axis1", "axis2")]
    if rank < 3 or set(given) - {"axis1", "axis2", "offset"}:
        return None
    if not all(isinstance(node, ast.Constant | ast.UnaryOp) for node in axes):
        return None
    if [sample(node) % rank for node in axes if node] != [rank - 2, rank - 1]:
        return None
    words = (f"{name}={'k' if name == 'offset' else sample(node)}" for name, node in given.items())
    shift = "k=k, " if "offset" in given else ""
    return (
        f"{ast.unparse(call.func)}(x, {', '.join(words)})",
        f"np.eye(*x.shape[-2:], {shift}dtype=",
    )


@family("np.diagonal")
def diagonals(call: ast.Call, sample: Sample) -> list[Row]:
    found = last_two(call, sample)
    return [row(found[0], dx=f"dx[..., {found[1]}bool)] += dout")] if found else []


@family("np.trace")
def traces(call: ast.Call, sample: Sample) -> list[Row]:
    found = last_two(call, sample)
    return [row(found[0], dx=f"dout[..., None, None] * {found[1]}x.dtype)")] if found else []

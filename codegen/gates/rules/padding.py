"""Rows of `np.pad`: its modes, and widths that are the same or others for each axis."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.table import Row, Sample, family, row


@family("np.pad")
def padded(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a padding: the gradient is the part inside, and for some modes what the border repeats."""
    given = {str(k.arg): k.value for k in call.keywords}
    rank, width = np.ndim(sample(call.args[0])), given["pad_width"]
    mode = sample(given["mode"]) if "mode" in given else "constant"
    spelled = before_each_axis(width, sample(width), rank)
    if spelled is None or set(given) - {"pad_width", "mode", "constant_values"}:
        return []
    pattern, befores = spelled
    tail = f", mode={mode!r}" if "mode" in given else ""
    if mode in ("edge", "reflect", "symmetric", "wrap") and "constant_values" not in given:
        return [repeating(pattern, mode, widths_of(pattern, befores, rank), rank)]
    if mode != "constant":
        return []
    keys = [
        f"{b} : {b} + x.shape[{i}]" if b not in ("0", "") else f": x.shape[{i}]" if b else ":"
        for i, b in enumerate(befores)
    ]
    texts = {"dx": f"dout[{', '.join(keys)}]"}
    if "constant_values" in given:
        tail += ", constant_values=c"
        if np.ndim(sample(given["constant_values"])) == 0:
            texts["dc"] = f"np.sum(dout) - np.sum({texts['dx']})"
    return [row(f"np.pad(x, {pattern}{tail})", **texts)]


def repeating(pattern: str, mode: str, widths: list[str], rank: int) -> Row:
    """Return the row of a border that repeats items: each place gets the gradients of all its copies."""
    places = [
        f"np.pad(np.arange(x.shape[{i}]), {width}, mode={mode!r})" for i, width in enumerate(widths)
    ]
    key = places[0] if rank == 1 else f"np.ix_({', '.join(places)})"
    return row(f"np.pad(x, {pattern}, mode={mode!r})", dx=f"dx[{key}] += dout", repeats=True)


def widths_of(pattern: str, befores: list[str], rank: int) -> list[str]:
    if pattern == "p" and befores[:1] == ["p"]:
        return ["p"] * rank
    tree = ast.parse(pattern, mode="eval").body
    if isinstance(tree, ast.Tuple) and all(isinstance(e, ast.Tuple) for e in tree.elts):
        found = [ast.unparse(e) for e in tree.elts]
        return found if len(found) == rank else found * rank
    if isinstance(tree, ast.Tuple):
        return [pattern] * rank
    return [
        f"np.broadcast_to({pattern}, ({rank}, 2))[{i}]" if rank > 1 else pattern
        for i in range(rank)
    ]


def before_each_axis(node: ast.expr, width: Any, rank: int) -> tuple[str, list[str]] | None:
    """Return the pattern of a pad width, and for each axis the text of how much stands before it, "" for nothing."""
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

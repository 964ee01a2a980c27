"""Rows of several arrays at once: grids of coordinates, arrays broadcast together, blocks."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.axes import slices
from codegen.gates.listed import holes_of
from codegen.gates.table import Row, Sample, family, row


def is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


@family("np.meshgrid")
def grids(call: ast.Call, sample: Sample) -> list[Row]:
    axes = [k.value for k in call.keywords if k.arg and k.arg.startswith("xi")]
    count = len(axes) + 1
    order = next((sample(k.value) for k in call.keywords if k.arg == "indexing"), "xy")
    sparse = any(k.arg == "sparse" and is_true(k.value) for k in call.keywords)
    if any(
        k.arg not in ("indexing", "sparse") and not str(k.arg).startswith("xi")
        for k in call.keywords
    ) or not all(np.ndim(sample(a)) == 1 for a in [call.args[0], *axes]):
        return []
    holes = [f"x{i}" for i in range(count)]
    tail = ", indexing='ij'" if order == "ij" else ""
    tail += ", sparse=True" if sparse else ""
    texts = {}
    for i, hole in enumerate(holes):
        own = 1 - i if order == "xy" and i < 2 and count > 1 else i
        others = tuple(k for k in range(count) if k != own)
        if sparse:
            texts[f"d{hole}"] = f"dout[{i}].ravel()"
            continue
        texts[f"d{hole}"] = f"np.sum(dout[{i}], axis={others[0] if len(others) == 1 else others})"
    return [row(f"np.meshgrid({', '.join(holes)}{tail})", **texts)]


@family("np.broadcast_arrays")
def together(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of arrays broadcast together: what was broadcast is summed over again."""
    parts = [call.args[0], *(k.value for k in call.keywords if str(k.arg).startswith("args"))]
    if len(parts) != 1 + len(call.keywords):
        return []
    holes = [f"x{i}" for i in range(len(parts))]
    texts = {f"d{hole}": f"dout[{i}]" for i, hole in enumerate(holes)}
    return [row(f"np.broadcast_arrays({', '.join(holes)})", **texts)]


@family("np.block")
def block(call: ast.Call, sample: Sample) -> list[Row]:
    lines = sample(call.args[0])
    if not isinstance(lines, list) or not lines:
        return []
    if all(isinstance(line, list) for line in lines):
        return (
            matrix_of(lines)
            if all(np.ndim(b) == 2 for line in lines for b in line)
            else blocks(call, sample)
        )
    if any(isinstance(v, list) for v in lines) or len({np.ndim(v) for v in lines}) > 1:
        return []
    holes = [f"x{i}" for i in range(len(lines))]
    keys = slices([f"{hole}.shape[-1]" for hole in holes], to_the_end=False)
    texts = {f"d{hole}": f"dout[..., {key}]" for hole, key in zip(holes, keys, strict=True)}
    return [row(f"np.block([{', '.join(holes)}])", **texts)] if np.ndim(lines[0]) else []


def matrix_of(lines: list[list[Any]]) -> list[Row]:
    """Return the row of blocks in lines: each begins where those above and before it end."""
    holes = [[f"x{i}_{j}" for j in range(len(line))] for i, line in enumerate(lines)]
    down = slices([f"{line[0]}.shape[0]" for line in holes], to_the_end=False)
    texts = {}
    for line, rows in zip(holes, down, strict=True):
        across = slices([f"{hole}.shape[1]" for hole in line], to_the_end=False)
        texts.update({f"d{h}": f"dout[{rows}, {key}]" for h, key in zip(line, across, strict=True)})
    pattern = ", ".join(f"[{', '.join(line)}]" for line in holes)
    return [row(f"np.block([{pattern}])", **texts)]


def blocks(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of numbers, vectors and matrices that are put together in rows of blocks."""
    whole = call.args[0]
    rows = whole.elts if isinstance(whole, ast.List) else []
    if not rows or not all(isinstance(r, ast.List) and not syntax.has_star(r.elts) for r in rows):
        return []
    values = [[sample(part) for part in r.elts] for r in rows if isinstance(r, ast.List)]
    if not all(np.ndim(v) < 3 and not isinstance(v, list | tuple) for r in values for v in r):
        return []
    names = iter(holes_of([v for r in values for v in r]))
    holes = [[next(names) for _ in r] for r in values]
    heights = [tallest(*pair) for pair in zip(holes, values, strict=True)]
    texts = {}
    for down, own, row_values in zip(slices(heights), holes, values, strict=True):
        widths = [
            f"{hole}.shape[{np.ndim(v) - 1}]" if np.ndim(v) else "1"
            for hole, v in zip(own, row_values, strict=True)
        ]
        for across, hole, v in zip(slices(widths), own, row_values, strict=True):
            first, second = (key.partition(" : ")[0] or "0" for key in (down, across))
            place = [f"{first}, {second}", f"{first}, {across}", f"{down}, {across}"][np.ndim(v)]
            texts[f"d{hole}"] = f"dout[{place}]"
    shown = ", ".join(f"[{', '.join(own)}]" for own in holes)
    return [row(f"np.block([{shown}])", **texts)]


def tallest(holes: list[str], values: list[Any]) -> str:
    """Return the text of the height of a row of blocks: that of a matrix in it, if there is one."""
    tall = [hole for hole, value in zip(holes, values, strict=True) if np.ndim(value) == 2]
    return f"{tall[0]}.shape[0]" if tall else "1"

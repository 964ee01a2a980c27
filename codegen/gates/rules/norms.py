"""Rows of norms: of vectors along an axis, of everything, and of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from codegen.gates.axes import is_one, reduction
from codegen.gates.operands import are_distinct
from codegen.gates.table import Predicate, gate, ranked, ranks

# Where a norm is zero its operand is zero too: there the gradient is taken to be zero.
reduction("np.linalg.norm", "x / {safe} * {dout}", when=lambda axis: axis is not None)
reduction(
    "np.linalg.norm",
    "x / {safe} * {dout}",
    more=", ord='fro'",
    when=lambda axis: isinstance(axis, tuple),
    example={"axis": "(0, 1)"},
)
reduction("np.linalg.vector_norm", "x / {safe} * {dout}", when=lambda axis: axis is not None)
gate("np.linalg.matrix_norm(x)", dx="x / (out or 1.0) * dout", when=ranks(x=2))


def is_power(p: Any) -> bool:
    """Return whether a norm is the root of a sum of powers."""
    return isinstance(p, int | float) and 1 < p < np.inf


def fitting(order: Callable[[Any], bool] | None, along: bool) -> Predicate:
    """Return the predicate of a norm of vectors: along one axis, or of all of a vector."""

    def fits(x: Any, p: Any = None, axis: Any = None) -> bool:
        return (is_one(axis) if along else np.ndim(x) == 1) and (order is None or order(p))

    return fits


VECTOR = {"x": (4,), "axis": "0", "p": "3"}
REACHED = "(np.abs(x) == {out})"
SHARED = f"np.sign(x) * {REACHED} / np.sum({REACHED[1:-1]}{{tail}}) * {{dout}}"
OWN = {"x": are_distinct}
for order, text, fits, written in (
    ("2", "x / {safe} * {dout}", None, None),
    ("1", "np.sign(x) * {dout}", None, None),
    ("np.inf", SHARED, None, None),
    ("-np.inf", SHARED, None, None),
    ("np.inf", f"np.sign(x) * {REACHED} * {{dout}}", None, OWN),
    ("-np.inf", f"np.sign(x) * {REACHED} * {{dout}}", None, OWN),
    ("p", "np.sign(x) * (np.abs(x) / {safe}) ** (p - 1) * {dout}", is_power, None),
):
    for arguments, form in (
        ("", {"dout": "dout", "out": "out", "safe": "(out or 1.0)"}),
        (", axis=axis", None),
        (
            ", axis=axis, keepdims=True",
            {"dout": "dout", "out": "out", "safe": "np.where(out == 0, 1, out)"},
        ),
    ):
        wide = form or {
            "dout": "np.expand_dims(dout, axis)",
            "out": "np.expand_dims(out, axis)",
            "safe": "np.where(np.expand_dims(out, axis) == 0, 1, np.expand_dims(out, axis))",
        }
        along = bool(arguments)
        gate(
            f"np.linalg.norm(x, ord={order}{arguments})",
            dx=text.format(**wide, tail=", axis=axis, keepdims=True" if along else ""),
            when=fitting(fits, along),
            written=written,
            example=VECTOR,
        )

# of matrices
COLUMNS, LINES = "np.sum(np.abs(x), axis=0)", "np.sum(np.abs(x), axis=1, keepdims=True)"
PARTS = "np.linalg.svd(x, full_matrices=False)"
for order, text in (
    *(
        (n, f"np.sign(x) * ({COLUMNS} == out) / np.sum({COLUMNS} == out) * dout")
        for n in ("1", "-1")
    ),
    *(
        (n, f"np.sign(x) * ({LINES} == out) / np.sum({LINES} == out) * dout")
        for n in ("np.inf", "-np.inf")
    ),
    ("2", f"np.outer({PARTS}[0][:, 0], {PARTS}[2][0]) * dout"),
    ("-2", f"np.outer({PARTS}[0][:, -1], {PARTS}[2][-1]) * dout"),
    ("'nuc'", f"{PARTS}[0] @ {PARTS}[2] * dout"),
):
    ranked(f"np.linalg.norm(x, ord={order})", {"x": (3, 4)}, dx=text)

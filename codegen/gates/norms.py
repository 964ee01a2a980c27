"""Rows of the norms of vectors, along an axis or of everything."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.table import gate, ranks

NORM_OUT, NORM_DOUT = "np.expand_dims(out, axis)", "np.expand_dims(dout, axis)"
gate("np.linalg.norm(x)", dx="x / out * dout")
gate(
    "np.linalg.norm(x, axis=axis)",
    dx=f"x / {NORM_OUT} * {NORM_DOUT}",
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)
gate("np.linalg.norm(x, axis=axis, keepdims=True)", dx="x / out * dout", example={"axis": "0"})
gate("np.linalg.norm(x, keepdims=True)", dx="x / out * dout")


def is_power(p: Any) -> bool:
    """Return whether a norm is the root of a sum of powers."""
    return isinstance(p, int | float) and 1 < p < np.inf


def is_one(axis: Any) -> bool:
    """Return whether an axis is one number: else the norm is that of matrices."""
    return isinstance(axis, int)


for order, text in (
    ("2", "x / {0} * {1}"),
    ("1", "np.sign(x) * {1}"),
    ("np.inf", "np.sign(x) * (np.abs(x) == {0}) * {1}"),
):
    gate(
        f"np.linalg.norm(x, ord={order})",
        dx=text.format("out", "dout"),
        when=ranks(x=1),
        example={"x": (4,)},
    )
    gate(
        f"np.linalg.norm(x, ord={order}, axis=axis)",
        dx=text.format(NORM_OUT, NORM_DOUT),
        when=is_one,
        example={"axis": "0"},
    )
    gate(
        f"np.linalg.norm(x, ord={order}, axis=axis, keepdims=True)",
        dx=text.format("out", "dout"),
        when=is_one,
        example={"axis": "0"},
    )
POWERS = "np.sign(x) * (np.abs(x) / {0}) ** (p - 1) * {1}"
gate(
    "np.linalg.norm(x, ord=p)",
    dx=POWERS.format("out", "dout"),
    when=lambda x, p: np.ndim(x) == 1 and is_power(p),
    example={"x": (4,), "p": "3"},
)
gate(
    "np.linalg.norm(x, ord=p, axis=axis)",
    dx=POWERS.format(NORM_OUT, NORM_DOUT),
    when=lambda p, axis: is_power(p) and is_one(axis),
    example={"axis": "0", "p": "3"},
)
gate("np.linalg.norm(x, ord='fro')", dx="x / out * dout")
gate(
    "np.linalg.norm(x, ord='fro', axis=axis)",
    dx=f"x / {NORM_OUT} * {NORM_DOUT}",
    when=lambda axis: isinstance(axis, tuple),
    example={"axis": "(0, 1)"},
)
gate(
    "np.linalg.norm(x, ord='fro', axis=axis, keepdims=True)",
    dx="x / out * dout",
    when=lambda axis: isinstance(axis, tuple),
    example={"axis": "(0, 1)"},
)

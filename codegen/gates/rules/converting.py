"""Rows of conversions and of arrays made from one value: float, astype, full, arange, linspace."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.rules.displays import is_float_type
from codegen.gates.table import gate

gate("float(x)", dx="dout * np.ones_like(x)", example={"x": "np.array(0.7)"})
gate(  # `x.item()`
    "float(x)",
    dx="np.full_like(x, dout)",
    when=lambda x: np.ndim(x) > 0,
    example={"x": "np.array([0.7])"},
)
gate("float(x)", dx="dout", when=lambda x: np.ndim(x) == 0, example={"x": "0.7"})
gate("np.float64(x)", dx="dout", example={"x": "0.7"})
gate("np.float32(x)", dx="dout", when=lambda x: np.ndim(x) == 0, example={"x": "0.7"})
gate("np.float32(x)", dx="dout.astype(x.dtype)", when=lambda x: np.ndim(x) > 0)


def changes_type(x: Any, dtype: Any) -> bool:
    own = np.asarray(x).dtype
    return is_float_type(dtype) and own.kind not in "SUO" and own != np.dtype(dtype)


def keeps_type(x: Any, dtype: Any) -> bool:
    return is_float_type(dtype) and getattr(x, "dtype", None) == np.dtype(dtype)


def is_whole(dtype: Any) -> bool:
    return np.dtype(dtype).kind in "iub"


for pattern in ("astype(x, dtype)", "astype(x, dtype, copy=flag)", "np.astype(x, dtype)"):
    hints = {"flag": "False"}
    gate(
        pattern,
        dx="dout.astype(x.dtype)",
        when=lambda x, dtype: np.ndim(x) > 0 and changes_type(x, dtype),
        example={"dtype": "np.longdouble", **hints},
    )
    if not pattern.startswith("np."):  # that takes arrays alone
        gate(
            pattern,
            dx="dout",
            when=lambda x, dtype: np.ndim(x) == 0 and changes_type(x, dtype),
            example={"x": "np.array(0.7)", "dtype": "np.longdouble", **hints},
        )
    gate(pattern, dx="dout", when=keeps_type, example={"dtype": "float", **hints})
    gate(pattern, zero=True, when=is_whole, example={"dtype": "int", **hints})
    gate(
        pattern,
        zero=True,
        when=lambda x: np.asarray(x).dtype.kind in "iub",
        example={"x": "np.array([1, 2])", "dtype": "float", **hints},
    )

gate("np.full(shape, v)", dv="dout", example={"shape": "(2, 3)", "v": "0.7"})
gate(
    "np.full(shape, v, dtype)",
    dv="dout",
    when=is_float_type,
    example={"shape": "(2, 3)", "v": "0.7", "dtype": "float"},
)
gate("np.full_like(x, v)", dx="0", dv="dout", example={"v": "0.7"})
gate(
    "np.full_like(x, v, dtype)",
    dx="0",
    dv="dout",
    when=is_float_type,
    example={"v": "0.7", "dtype": "float"},
)
gate(
    "np.arange(a, b, h)",
    da="dout",
    db="0",
    dh="np.arange(len(dout)) * dout",
    optional={"h": "1.0"},
    example={"a": "0.2", "b": "1.3", "h": "0.25"},
)
gate(
    "np.arange(a, b, h, dtype=dtype)",
    da="dout",
    db="0",
    dh="np.arange(len(dout)) * dout",
    when=is_float_type,
    example={"a": "0.2", "b": "1.3", "h": "0.25", "dtype": "float"},
)
gate("np.arange(b)", db="0", example={"b": "2.6"})
gate(
    "np.linspace(a, b, n)",
    da="np.linspace(1, 0, n) * dout",
    db="np.linspace(0, 1, n) * dout",
    when=lambda a, b: np.ndim(a) == np.ndim(b) == 0,
    optional={"n": "50"},
    example={"a": "0.2", "b": "1.3", "n": "5"},
)

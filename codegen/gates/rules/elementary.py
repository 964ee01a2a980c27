"""Rows of functions that work element by element: exponentials, logarithms, roots, trigonometry, angles."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.forms import Form, Resolver
from codegen.gates.operands import (
    is_literal,
    is_nameless,
    is_sum_of_squares,
    is_sum_of_weighted_squares,
)
from codegen.gates.table import gate, ranks


def is_fraction(n: Any) -> bool:
    return bool(np.all((np.asarray(n) > 0) & (np.asarray(n) < 1)))


def is_fraction_of_number(x: Any, n: Any) -> bool:
    return np.ndim(x) == 0 and np.ndim(n) == 0 and is_fraction(n)


def is_never_zero(form: Form, facts: Resolver) -> bool:
    """Return whether a value is no sum of squares, which is zero where all of them are."""
    return not is_sum_of_weighted_squares(form, facts)


# exponentials and logarithms
gate("np.exp(x)", dx="out * dout")
# `exp(-1 / x)` and all its slopes are zero at 0.
gate(
    "np.exp(c / x)",
    dx="-c / np.where(x == 0, 1, x) ** 2 * out * dout",
    written={"c": is_literal},
    example={"c": "-2.0", "x": "positive"},
)
gate("x / (e := np.exp(y))", dx="dout / e", dy="-out * dout", written={"e": is_nameless})
gate("np.exp2(x)", dx="out * float(np.log(2)) * dout")
gate("np.expm1(x)", dx="(out + 1) * dout")
gate("np.log(x)", dx="dout / x", example={"x": "positive"})
gate(
    "math.log(x, base)",
    dx="dout / (x * np.log(base))",
    dbase="-out / (base * np.log(base)) * dout",
    example={"x": "1.3", "base": "2.5"},
)
# That of a product is a sum of logarithms: a product that has no name needs none.
LOGS: dict[str, dict[str, Any]] = {
    "x / y": {"dx": "dout / x", "dy": "-dout / y"},
    "x * y": {"dx": "dout / x", "dy": "dout / y"},
    "x ** n": {"dx": "n * dout / x"},
    "y * x ** n": {"dx": "n * dout / x", "dy": "dout / y"},
}
for product, slopes in LOGS.items():
    gate(
        f"np.log((p := {product}))",
        **slopes,
        written={"p": is_nameless, **({"n": is_literal} if "n" in product else {})},
        example={"x": "positive", "y": "positive", "n": "2"},
    )
gate("x * (l := np.log(x))", dx="(l + 1) * dout", example={"x": "positive"})
gate(
    "x * (l := np.log((p := x / y)))",
    dx="(l + 1) * dout",
    dy="-x / y * dout",
    when=lambda x, y: np.ndim(x) >= np.ndim(y),
    written={"p": is_nameless},
    example={"x": "positive", "y": "positive"},
)
gate("np.log2(x)", dx="dout / (x * float(np.log(2)))", example={"x": "positive"})
gate("np.log10(x)", dx="dout / (x * float(np.log(10)))", example={"x": "positive"})
gate("np.log1p(x)", dx="dout / (1 + x)", example={"x": "positive"})
gate("np.logaddexp(x, y)", dx="np.exp(x - out) * dout", dy="np.exp(y - out) * dout")
gate("np.logaddexp2(x, y)", dx="np.exp2(x - out) * dout", dy="np.exp2(y - out) * dout")

# roots and powers
gate("np.sqrt(x)", dx="0.5 / out * dout", example={"x": "positive"})
gate(
    "1.0 / np.sqrt(x)",
    dx="-0.5 * out**3 * dout",
    written={"x": is_never_zero},
    example={"x": "positive"},
)
# Where squares with weights of their own are zero, a number that float32 has as well takes
# the place of infinity: times their zeros it is zero.
for safe, above, fits, shrinks in (
    ("np.where({0} == 0, 1e-38, {0})", "np.where(x == 0, 1, x)", None, is_fraction),
    ("({0} or 1e-38)", "(x or 1.0)", ranks(x=0), is_fraction_of_number),
):
    for root in ("np.sqrt(x)", "x ** 0.5"):
        gate(
            root,
            dx=f"0.5 / {safe.format('out')} * dout",
            when=fits,
            written={"x": is_sum_of_weighted_squares},
            example={"x": "positive" if fits is None else "0.7"},
        )
    gate(
        "x ** n",
        dx=f"n * {safe.format('x')} ** (n - 1) * dout",
        dn=f"out * np.log({above}) * dout",
        when=shrinks,
        written={"x": is_sum_of_weighted_squares},
        example={"x": "positive" if fits is None else "0.7", "n": "0.4"},
    )
# Where a sum of squares is zero its terms are zero too: there the gradient of its root is taken to be zero.
for root in ("np.sqrt(x)", "x ** 0.5"):
    for safe, fits in (("np.where(out == 0, 1, out)", None), ("(out or 1.0)", ranks(x=0))):
        gate(
            root,
            dx=f"0.5 / {safe} * dout",
            when=fits,
            written={"x": is_sum_of_squares},
            example={"x": "positive" if fits is None else "0.7"},
        )
gate("np.cbrt(x)", dx="dout / (3 * out**2)", example={"x": "positive"})
gate("np.square(x)", dx="2 * x * dout")
gate("np.reciprocal(x)", dx="-(out**2) * dout", example={"x": "positive"})
gate(
    "np.hypot(x, y)",
    dx="x / np.where(out == 0, 1, out) * dout",
    dy="y / np.where(out == 0, 1, out) * dout",
)
gate(
    "np.hypot(x, y)",
    dx="x / (out or 1.0) * dout",
    dy="y / (out or 1.0) * dout",
    when=ranks(x=0, y=0),
    example={"x": "0.7", "y": "-1.3"},
)

# trigonometry
gate("np.sin(x)", dx="np.cos(x) * dout")
gate("np.cos(x)", dx="-np.sin(x) * dout")
gate("np.tan(x)", dx="(1 + out**2) * dout")
gate("np.arcsin(x)", dx="dout / np.sqrt(1 - x**2)", example={"x": "small"})
gate("np.arccos(x)", dx="-dout / np.sqrt(1 - x**2)", example={"x": "small"})
gate("np.arctan(x)", dx="dout / (1 + x**2)")
gate("np.arctan(1.0 / x)", dx="-dout / (1 + x**2)")
gate("np.arctan(y / x)", dy="x / (x**2 + y**2) * dout", dx="-y / (x**2 + y**2) * dout")
gate("np.arctan2(y, x)", dy="x / (x**2 + y**2) * dout", dx="-y / (x**2 + y**2) * dout")
gate("np.sinh(x)", dx="np.cosh(x) * dout")
gate("np.cosh(x)", dx="np.sinh(x) * dout")
gate("np.tanh(x)", dx="(1 - out**2) * dout")
gate("np.arcsinh(x)", dx="dout / np.sqrt(x**2 + 1)")
gate("np.arccosh(x)", dx="dout / np.sqrt(x**2 - 1)", example={"x": "large"})
gate("np.arctanh(x)", dx="dout / (1 - x**2)", example={"x": "small"})
gate("np.sinc(x)", dx="(np.cos(np.pi * x) - out) / np.where(x == 0, 1, x) * dout")
gate("np.deg2rad(x)", dx="np.pi / 180 * dout")
gate("np.radians(x)", dx="np.pi / 180 * dout")
gate("np.rad2deg(x)", dx="180 / np.pi * dout")
gate("np.degrees(x)", dx="180 / np.pi * dout")
gate("np.unwrap(x)", dx="dout", example={"x": (4,)})

# absolute values
gate("np.absolute(x)", dx="np.sign(x) * dout")
gate("np.fabs(x)", dx="np.sign(x) * dout")

# what only concerns odd values
for kept, fits in (
    ("np.where(np.isfinite(x), dout, 0.0)", None),
    ("dout if np.isfinite(x) else 0.0", ranks(x=0)),
):
    gate(
        "np.nan_to_num(x, nan=a, posinf=b, neginf=c)",
        dx=kept,
        optional={"a": "0", "b": "None", "c": "None"},
        example={"a": "0.5", "b": "9.0", "c": "-9.0", **({"x": "1.3"} if fits else {})},
        when=fits,
    )
for name in ("real", "real_if_close", "conjugate"):
    gate(f"np.{name}(x)", dx="dout", when=lambda x: not np.iscomplexobj(x))

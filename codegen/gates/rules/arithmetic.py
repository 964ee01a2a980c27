"""Rows of arithmetic: `+ - * / ** // %` and what spells them."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen.gates.table import Row, Sample, family, gate, ranks, row


def is_base(c: Any) -> bool:
    """Return whether a number can be raised to any power."""
    return np.ndim(c) == 0 and not isinstance(c, complex) and c > 0


gate("x + y", dx="dout", dy="dout")
gate(
    "x + y",
    dx="dout[: len(x)]",
    dy="dout[len(x) :]",
    when=lambda x, y: isinstance(x, list | tuple) and isinstance(y, list | tuple),
    example={"x": "[0.3, 0.7]", "y": "[-0.2]"},
)
gate("x - y", dx="dout", dy="-dout")
gate("x * y", dx="y * dout", dy="x * dout")
gate(
    "x * n",
    dx="[sum(dout[i :: len(x)]) for i in range(len(x))]",
    when=lambda x, n: isinstance(x, list) and isinstance(n, int),
    example={"x": "[0.3, 0.7]", "n": "3"},
)
gate("-x", dx="-dout")
gate("+x", dx="dout")

gate("x / y", dx="dout / y", dy=["-out / y * dout", "-x / y**2 * dout"])
gate("1.0 / y", dy="-1.0 / y**2 * dout")

# The logarithm of a base of zero counts for nothing: `0 ** n` is zero for all positive `n`.
gate(
    "x ** n",
    dx="n * x ** (n - 1) * dout",
    dn="out * np.log(np.where(x == 0, 1, x)) * dout",
    example={"x": "positive"},
)
gate(
    "x ** n",
    dx="n * x ** (n - 1) * dout",
    dn="out * np.log(x or 1.0) * dout",
    when=ranks(x=0),
    example={"x": "0.7", "n": "2.5"},
)
gate("c ** n", dn="out * float(np.log(c)) * dout", when=is_base, example={"c": "2.5"})
gate("x ** 2", dx="2 * x * dout")
gate("x ** 3", dx="3 * x**2 * dout")
gate("x * x * x", dx="3 * x**2 * dout")
gate("x ** 4", dx="4 * x**3 * dout")
gate("x ** 1", dx="dout")
gate("x ** 0", zero=True)
gate("np.e ** n", dn="out * dout")
gate("x ** 0.5", dx=["0.5 / out * dout", "0.5 * x**-0.5 * dout"], example={"x": "positive"})
gate("x ** 1.5", dx="1.5 * x**0.5 * dout", example={"x": "positive"})
gate("x ** -0.5", dx=["-0.5 * out / x * dout", "-0.5 * x**-1.5 * dout"], example={"x": "positive"})
gate("x ** -1", dx="-1.0 / x**2 * dout")
gate("x ** -2", dx="-2.0 / x**3 * dout")

# with zeros, or something else, where a condition does not hold
SAFE = {"c": "np.array([True, False, True])", "z": "np.ones(3)", "x": (3,), "y": "positive"}
for fresh in ("np.zeros_like(z)", "np.ones_like(z)", "np.zeros(np.shape(z))"):
    for extra in (f"out={fresh}, where=c", f"where=c, out={fresh}"):
        gate(
            f"np.divide(x, y, {extra})",
            dx="np.where(c, dout / y, 0.0)",
            dy="np.where(c, -out / y * dout, 0.0)",
            dz="0",
            example=SAFE,
        )
        gate(
            f"np.log(x, {extra})",
            dx="np.where(c, dout / x, 0.0)",
            dz="0",
            example={**SAFE, "x": "positive"},
        )
        gate(f"np.exp(x, {extra})", dx="np.where(c, out * dout, 0.0)", dz="0", example=SAFE)

gate("x // y", zero=True)
gate("x % y", dx="dout", dy="-(x // y) * dout", example={"y": "positive"})
for name in ("divmod", "np.divmod"):
    parts = {"y": "positive"}
    gate(f"{name}(x, y)[1]", dx="dout", dy="-(x // y) * dout", example=parts)
    gate(f"{name}(x, y)", dx="dout[1]", dy="-(x // y) * dout[1]", example=parts)
for name in ("np.modf", "math.modf"):
    gate(f"{name}(x)[0]", dx="dout", example={"x": "0.7"})
    gate(f"{name}(x)", dx="dout[0]", example={"x": "0.7"})
gate("np.fmod(x, y)", dx="dout", dy="-np.trunc(x / y) * dout", example={"y": "positive"})
gate(
    "math.remainder(x, y)",
    dx="dout",
    dy="-round(x / y) * dout",
    example={"x": "2.6", "y": "0.7"},
)
for name in ("np.ldexp", "math.ldexp"):
    gate(f"{name}(x, k)", dx="2.0**k * dout", example={"x": "0.7", "k": "3"})
gate("np.copysign(x, y)", dx="np.sign(x) * np.copysign(1.0, y) * dout", dy="0")


@family("power")
def power(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a power whose exponent is a fraction, or a whole number, no literal, that may be zero."""
    node = call.args[1]
    n = sample(node)
    if isinstance(node, ast.Constant) and isinstance(n, float) and n % 0.5:
        from decimal import Decimal  # few functions have such a power

        less = Decimal(str(n)) - 1  # 1.7 for 2.7, not 1.7000000000000002
        return [row(f"x ** {n}", dx=f"{n} * x ** {less} * dout")]
    if isinstance(node, ast.Constant | ast.UnaryOp) or not isinstance(
        n, int | np.integer | np.ndarray
    ):
        return []
    if np.asarray(n).dtype.kind not in "iu" or (np.ndim(n) and np.all(n)):
        return []
    return [row("x ** n", dx="n * x ** (n - (n != 0)) * dout")]

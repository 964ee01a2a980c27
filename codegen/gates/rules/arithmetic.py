"""Rows of arithmetic: `+ - * / ** // %` and what spells them."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.operands import (
    has_name,
    is_literal,
    is_name_or_number,
    is_nameless,
    is_sum_of_weighted_squares,
)
from codegen.gates.table import Row, Sample, family, gate, ranks, row
from codegen.pytree import is_float, walk


def is_base(c: Any) -> bool:
    """Return whether a number can be raised to any power."""
    return np.ndim(c) == 0 and not isinstance(c, complex) and c > 0


def is_whole_power(n: Any) -> bool:
    return np.ndim(n) == 0 and n in (2, 3, 4)


def are_floats(x: Any, y: Any, z: Any) -> bool:
    return all(np.ndim(value) == 0 and is_float(value) for value in (x, y, z))


def are_arrays(x: Any, c: Any, y: Any) -> bool:
    """Return whether a quotient is one of arrays: numbers are broken up as finely as in the notes."""
    return any(np.ndim(value) > 0 for value in (x, c, y))


def are_rows(x: Any, n: Any) -> bool:
    """Return whether a list of rows of numbers, or of tables of such rows, is repeated."""
    if isinstance(x, list) and isinstance(n, int) and not any(np.ndim(v) for _, v in walk(x)):
        with suppress(ValueError):  # of rows that differ in length
            return all(np.ndim(row) > 0 for row in x)
    return False


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
for item, items, repeated in (
    ("sum({0})", "[0.3, 0.7]", lambda x, n: isinstance(x, list) and isinstance(n, int)),
    ("np.sum({0}, axis=0).tolist()", "[[0.3, 0.7], [0.1, -0.4]]", are_rows),
):
    gate(
        "x * n",
        dx=f"[{item.format('dout[i :: len(x)]')} for i in range(len(x))]",
        when=repeated,
        example={"x": items, "n": "3"},
    )
# Of three numbers each has the other two for a slope: floats, for a product of whole numbers of few bits may overflow.
gate(
    "x * y * z",
    dx="y * z * dout",
    dy="x * z * dout",
    dz="x * y * dout",
    when=are_floats,
    written={"x": has_name, "y": has_name, "z": has_name},
    example={"x": "0.3", "y": "-1.2", "z": "0.7"},
)
gate("-x", dx="-dout")
gate("+x", dx="dout")

gate("x / y", dx="dout / y", dy=["-out / y * dout", "-x / y**2 * dout"])
gate("1.0 / y", dy="-1.0 / y**2 * dout")
# By a product or a power that is written out, `(x - mu) ** 2 / (2 * sigma**2)`: its factors need no gradient of it.
gate(
    "x / (p := c * y)",
    dx="dout / p",
    dc="-out / c * dout",
    dy="-out / y * dout",
    when=are_arrays,
    written={"p": is_nameless, "c": is_name_or_number, "y": is_name_or_number},
    example={"x": (3,), "c": "1.3", "y": "positive"},
)
gate(
    "x / (p := y ** n)",
    dx="dout / p",
    dy="-n * out / y * dout",
    when=is_whole_power,
    written={"n": is_literal, "p": is_nameless},
    example={"y": "positive", "n": "2"},
)
gate(
    "x / (p := c * y ** n)",
    dx="dout / p",
    dc="-out / c * dout",
    dy="-n * out / y * dout",
    when=is_whole_power,
    written={"n": is_literal, "p": is_nameless},
    example={"c": "1.3", "y": "positive", "n": "2"},
)

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
gate("x ** -0.5", dx=["-0.5 * out**3 * dout", "-0.5 * x**-1.5 * dout"], example={"x": "positive"})
gate("x ** -1", dx="-1.0 / x**2 * dout")
gate("x ** -2", dx="-2.0 / x**3 * dout")


# What a function gives where a condition holds, and what an array that is made for it holds elsewhere.
WHERE = {
    "divide": {"dx": "dout / y", "dy": "-out / y * dout"},
    "multiply": {"dx": "y * dout", "dy": "x * dout"},
    "log": {"dx": "dout / x"},
    "log2": {"dx": "dout / (x * float(np.log(2)))"},
    "log10": {"dx": "dout / (x * float(np.log(10)))"},
    "log1p": {"dx": "dout / (1 + x)"},
    "exp": {"dx": "out * dout"},
    "sqrt": {"dx": "0.5 / out * dout"},
    "reciprocal": {"dx": "-(out**2) * dout"},
}
ELSE = {
    **dict.fromkeys(("zeros", "zeros_like", "ones", "ones_like"), ()),
    **dict.fromkeys(("full", "full_like"), (1,)),
    "copy": (0,),
}
"""Functions that make an array, and which of their operands its numbers are."""


def where(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a function of NumPy with `out=` a new array, and `where=`."""
    given = {k.arg: k.value for k in call.keywords}
    name, made = syntax.show(call.func)[len("np.") :], given.get("out")
    maker = syntax.called_last(made) if isinstance(made, ast.Call) else ""
    if given.keys() != {"out", "where"} or not isinstance(made, ast.Call) or maker not in ELSE:
        return []
    parts = [f"z{k}" for k in range(max(1, len(made.args)))]  # none is written in `x.copy()`
    more = [f"{k.arg}=z{k.arg}" for k in made.keywords]
    new = f"np.{maker}({', '.join([*parts, *more])})"
    keys = ", ".join("where=c" if k.arg == "where" else f"out={new}" for k in call.keywords)
    texts = {hole: f"np.where(c, {text}, 0.0)" for hole, text in WHERE[name].items()}
    rest = {
        f"d{z}": "np.where(c, 0.0, dout)" if k in ELSE[maker] else "0" for k, z in enumerate(parts)
    }
    operands = ", ".join(hole[1:] for hole in WHERE[name])
    return [row(f"np.{name}({operands}, {keys})", **texts, **rest)]


for name in WHERE:
    family(f"np.{name}")(where)

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
gate("math.remainder(x, y)", dx="dout", dy="-round(x / y) * dout", example={"x": "2.6", "y": "0.7"})
for name in ("np.ldexp", "math.ldexp"):
    gate(f"{name}(x, k)", dx="2.0**k * dout", example={"x": "0.7", "k": "3"})
gate("np.copysign(x, y)", dx="np.copysign(1.0, x) * np.copysign(1.0, y) * dout", dy="0")


@family("power")
def power(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of a power whose base may be zero in another call: there the slope is zero, too."""
    base, node = call.args
    n = sample(node)
    if isinstance(node, ast.Constant) and isinstance(n, float) and n % 0.5:
        from decimal import Decimal  # few functions have such a power

        less = Decimal(str(n)) - 1  # 1.7 for 2.7, not 1.7000000000000002
        plain = row(f"x ** {n}", dx=f"{n} * x ** {less} * dout")
        if n > 1:
            return [plain]
        above = "np.where(x == 0, 1e-38, x)" if np.ndim(sample(base)) else "(x or 1e-38)"
        root = row(
            f"x ** {n}",
            dx=f"{n} * {above} ** {less} * dout",
            written={"x": is_sum_of_weighted_squares},
        )
        return [root, plain]  # where all squares are zero, their own slopes are, too
    if not isinstance(n, int | float | np.number | np.ndarray) or is_never_zero(node, n):
        return []
    if is_float(n) and not np.ndim(sample(base)):  # Python raises where it divides by zero
        return []
    own = "out * np.log(np.where(x == 0, 1, x)) * dout"
    return [row("x ** n", dx="n * x ** (n - (n != 0)) * dout", dn=own)]


def is_never_zero(node: ast.expr, n: Any) -> bool:
    """Return whether an exponent is zero in no call that is likely: a literal, a root, one more than a number."""
    match node:
        case ast.Constant() | ast.UnaryOp() | ast.BinOp(left=ast.Constant(), op=ast.Div()):
            return True
        case ast.BinOp(op=ast.Add(), right=ast.Constant()) | ast.BinOp(
            left=ast.Constant(), op=ast.Add()
        ) if is_float(n):
            return True
    return not syntax.names(node) - {"np"} and bool(np.all(n))

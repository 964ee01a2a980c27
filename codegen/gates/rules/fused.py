"""Fused gates: rows whose left side is a formula with a gradient simpler than that of its parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from codegen.gates.operands import is_given, is_literal, is_shifted
from codegen.gates.table import gate, ranked, ranks


def given(axis: Any) -> bool:
    return axis is not None


def is_one(a: Any = 1.0, b: Any = 1.0) -> bool:
    """Return whether what is shared out, and what is divided by as well, are numbers."""
    return np.ndim(a) == np.ndim(b) == 0


def is_spread(x: Any, a: Any, b: Any = 1.0, axis: Any = ()) -> bool:
    """Return whether what is shared out is an array, of no more axes than what is summed along one."""
    return bool(np.ndim(b) == 0 < np.ndim(a) <= (np.inf if axis == () else np.ndim(x)))


def is_along(x: Any, axis: Any, a: Any = 1.0, b: Any = 1.0) -> bool:
    """Return whether there is an axis, and for each sum along it one number to share out."""
    if axis is None or np.ndim(b):
        return False
    return np.shape(a) in ((), tuple(np.delete(np.shape(x), axis)))


def is_less_one(x: Any, m: Any) -> bool:
    """Return whether a shift has one axis less than what it is taken off."""
    return bool(np.ndim(m) == np.ndim(x) - 1)


def falls(n: Any) -> bool:
    return bool(np.all(np.less(n, 0)))


# The sigmoid: where its exponential is infinite, the output is zero and so is what reads only the output.
SIGMOID = "(1 - out) * out * dout"
EXP, NEG = "(e := np.exp(x))", "(e := np.exp(-x))"
gate(f"{EXP} / (1.0 + e)", dx=SIGMOID)
for total, dx in (
    (f"(d := 1.0 + {NEG})", SIGMOID),
    (f"(d := 1.0 + {EXP})", "(out - 1) * out * dout"),
):
    gate(f"1.0 / {total}", dx=dx)
    gate(f"{total} ** -1", dx=dx)
    gate(f"np.reciprocal({total})", dx=dx)
# What is shared out may be a number where the square of the exponential is infinite, or zero.
gate("1.0 / np.exp(x)", dx="-out * dout")
gate("a / (d := np.exp(x))", da="dout / d", dx="-out * dout")
# What is shared out with it: the growth of a population, the occupation of a level, a power of either.
for total, share in (
    (f"(d := 1.0 + {NEG})", "(1 - {0})"),
    (f"(d := 1.0 + {EXP})", "({0} - 1)"),
    (f"(d := {EXP} - 1.0)", "-({0} + 1)"),
    ("(d := np.expm1(x))", "-({0} + 1)"),
    (f"(d := 1.0 - {NEG})", "-1 / np.expm1(x)"),
):
    slope = f"{share.format('1 / d')} * out * dout"
    gate(f"a / {total}", da="dout / d", dx=slope)
    gate(f"a / (p := b * {total})", da="dout / p", db="-out / b * dout", dx=slope)
    gate(
        f"a / {total}",
        dx=f"{share.format('out / a')} * out * dout",
        written={"a": is_literal},
        example={"a": "2.0"},
    )
# Of two exponentials one may be infinite, too.
gate(f"{EXP} / (d := e + (f := np.exp(y)))", dx=SIGMOID, dy="(out - 1) * out * dout")
# Where a hyperbolic cosine, or the exponential of an exponential, is infinite, what is made of it is a number.
for name, sign, turn in (("cosh", "+", "* np.tanh(x)"), ("sinh", "-", "/ np.tanh(x)")):
    call = f"(d := np.{name}(x))"
    for bell, times in (
        (f"1.0 / {call}", ""),
        (f"{call} ** -1", ""),
        (f"1.0 / {call} ** 2", "2 * "),
        (f"{call} ** -2", "2 * "),
    ):
        gate(bell, dx=f"-{times}out {turn} * dout")
    gate(f"a / {call}", da="dout / d", dx=f"-out {turn} * dout")
    gate(f"a / (p := {call} ** 2)", da="dout / p", dx=f"-2 * out {turn} * dout")
    gate(f"a / (d := np.exp(x) {sign} np.exp(-x))", da="dout / d", dx=f"-out {turn} * dout")
for inner, value, db in (
    (EXP, "e", "-rise"),
    (f"(d := {EXP} - 1.0)", "d", "out * dout - rise"),
    ("(d := np.expm1(x))", "d", "out * dout - rise"),
):
    rise = f"np.exp(x - b * {value}) * dout"
    gate(f"np.exp(-b * {inner})", dx="-b * rise", db=db, let={"rise": rise})
gate("np.exp(-np.exp(x))", dx="-np.exp(x - np.exp(x)) * dout")
gate("np.exp(-np.exp(-x))", dx="np.exp(-x - np.exp(-x)) * dout")
gate("np.arctan(np.exp(x))", dx="0.5 / np.cosh(x) * dout")
gate(f"1.0 / (d := {EXP} - 1.0)", dx="-(out + 1) * out * dout")
gate("1.0 / (d := np.expm1(x))", dx="-(out + 1) * out * dout")
for base in ("2", "10"):
    slope = f"out * float(np.log({base})) * dout"
    gate(f"1.0 / (d := 1.0 + {base} ** x)", dx=f"(out - 1) * {slope}")
    gate(f"a / (d := 1.0 + {base} ** x)", da="dout / d", dx=f"(1 / d - 1) * {slope}")
RISE = {"n": "-0.7", "a": "1.3"}
for exponent, sign in (("-x", ""), ("x", "-")):
    total = f"(d := 1.0 + (e := np.exp({exponent})))"
    fall = "-" if not sign else ""
    gate(
        f"{total} ** n",
        dx=f"{fall}n * (1 - 1 / d) * out * dout",
        dn=f"np.logaddexp(0, {exponent}) * out * dout",
        example=RISE,
    )
    gate(
        f"a / (p := {total} ** n)",
        da="dout / p",
        dx=f"{sign}n * (1 - 1 / d) * out * dout",
        dn=f"-np.logaddexp(0, {exponent}) * out * dout",
        example={**RISE, "n": "0.7"},
    )
# The same of an exponential that was multiplied first; powers of such a sum have these slopes where they fall with it.
TOTAL = f"(d := c + q * {EXP})"
BY_X = "(1 - c / d) * out * dout"
BY_Q, BY_C = "out / (c * np.exp(-x) + q) * dout", "out / d * dout"
BY_N = "np.log(np.where(out == 0, 1, d)) * out * dout"
SUM = {"a": "1.3", "c": "1.2", "q": "0.7", "n": "0.7"}
gate(f"a / {TOTAL}", da="dout / d", dx=f"-{BY_X}", dq=f"-{BY_Q}", dc=f"-{BY_C}", example=SUM)
gate(
    f"a / (p := {TOTAL} ** n)",
    da="dout / p",
    dx=f"-n * {BY_X}",
    dq=f"-n * {BY_Q}",
    dc=f"-n * {BY_C}",
    dn=f"-{BY_N}",
    example=SUM,
)
gate(
    f"{TOTAL} ** n",
    dx=f"n * {BY_X}",
    dq=f"n * {BY_Q}",
    dc=f"n * {BY_C}",
    dn=BY_N,
    when=falls,
    example={**SUM, "n": "-0.7"},
)
for half in ("x / 2", "0.5 * x"):
    gate(f"0.5 * (1.0 + np.tanh({half}))", dx=SIGMOID)
    gate(f"(1.0 + np.tanh({half})) / 2", dx=SIGMOID)
    gate(f"0.5 + 0.5 * np.tanh({half})", dx=SIGMOID)
POSITIVE = ("1.0 / (1.0 + np.exp(-x))", "(e := np.exp(x)) / (1.0 + e)")
SYMMETRIC = ("1.0 / (1.0 + (z := np.exp(-np.abs(x))))", "z / (1.0 + z)")
for upper, lower in (POSITIVE, SYMMETRIC):
    gate(f"np.where(x >= 0, (a := {upper}), (b := {lower}))", dx=SIGMOID)
    gate(f"np.where(x > 0, (a := {upper}), (b := {lower}))", dx=SIGMOID)
P = "(p := 1.0 / (d := 1.0 + (e := np.exp({0}))))"
gate(f"np.log({P.format('-x')})", dx="(1 - p) * dout")
gate(f"np.log({P.format('x')})", dx="(p - 1) * dout")
gate(f"np.log(1.0 - {P.format('-x')})", dx="-p * dout")
gate(f"np.log(1.0 - {P.format('x')})", dx="p * dout")

# The soft maximum of x and 0, whose slope is the sigmoid.
SLOPE = "dout / (1.0 + np.exp(-x))"
for soft in ("np.log((d := 1.0 + (e := np.exp({0}))))", "np.log1p((e := np.exp({0})))"):
    gate(soft.format("x"), dx=SLOPE)
    gate(soft.format("-x"), dx="-dout / (1.0 + np.exp(x))")
gate(
    "np.log((d := (e := np.exp(x)) + (f := np.exp(y))))",
    dx="dout / (1.0 + np.exp(y - x))",
    dy="dout / (1.0 + np.exp(x - y))",
)
# It is smooth where its two parts have kinks: a zero is what a model that begins with zeros gives.
FALL = "-dout / (1.0 + np.exp(x))"
EVEN = "(e := np.exp(-(a := np.abs(x))))"
HINGES = (
    "np.maximum(0, x)", "np.clip(x, 0, None)",
    "x * (x > 0)", "x * (x >= 0)", "np.where(x > 0, x, 0)", "np.where(x >= 0, x, 0)",
)  # fmt: skip
# The square of one is smooth, too.
for above in HINGES[:2]:
    gate(f"(h := {above}) ** 2", dx="2 * h * dout")
    gate(f"np.square((h := {above}))", dx="2 * h * dout")
for rest in (f"(r := np.log1p({EVEN}))", f"(r := np.log((d := 1.0 + {EVEN})))"):
    for above in HINGES:
        gate(f"(h := {above}) + {rest}", dx=SLOPE)
        gate(f"(h := {above}) - w + {rest}", dx=SLOPE, dw="-dout")
    gate(f"(h := np.maximum(0, -x)) + {rest}", dx=FALL)
    gate(f"w + (h := np.maximum(0, -x)) + {rest}", dx=FALL, dw="dout")
    gate(f"w + {rest} + (h := np.maximum(0, -x))", dx=FALL, dw="dout")
    gate(f"{rest} - (h := np.minimum(0, x))", dx=FALL)
    gate(f"(h := np.minimum(0, x)) - {rest}", dx="dout / (1.0 + np.exp(x))")

# Huber's loss: a square near zero, a line far from it.
for sign in ("<=", "<"):
    near = f"(q := (a := np.abs(x)) {sign} c)"
    for square in ("0.5 * x ** 2", "0.5 * a ** 2", "x ** 2 / 2"):
        for line in ("c * (a - 0.5 * c)", "c * a - 0.5 * c ** 2", "c * (a - c / 2)"):
            gate(
                f"np.where({near}, {square}, {line})",
                dx="np.where(q, x, c * np.sign(x)) * dout",
                dc="np.where(q, 0.0, a - c) * dout",
                example={"c": "0.7"},
            )
        near_one = near.replace(" c)", " 1.0)")
        gate(f"np.where({near_one}, {square}, a - 0.5)", dx="np.where(q, x, np.sign(x)) * dout")

gate("x * (x > 0)", dx="(x > 0) * dout")
gate("x * (x >= 0)", dx="(x >= 0) * dout")
gate("np.where(x > 0, x, 0)", dx="(x > 0) * dout")
gate("np.where(x >= 0, x, 0)", dx="(x >= 0) * dout")

SOFTMAX = "out * (dout - np.sum(out * dout{0}))"
for exponent in ("x", "x - np.max(x{0})"):
    for tail, where in ((", axis=axis, keepdims=True", ", axis=axis, keepdims=True"), ("", "")):
        exp = f"(e := np.exp({exponent.format(where)}))"
        hints = {"x": (2, 3), "axis": "1"} if tail else {"x": (3,)}
        gate(f"{exp} / np.sum(e{tail})", dx=SOFTMAX.format(tail), example=hints)

# The logarithm of a sum of exponentials; whatever is taken off first and added again has no gradient of its own.
# A sum of exponentials may be infinite where its logarithm has a slope: what each counts is found without it.
SHIFTED = "np.exp(x - np.max(x{0}))"
SHARES = "exps / np.sum(exps{0}) * {1}"
LOG = "(l := np.log((t := np.sum((e := np.exp((s := {0}))){1}))))"
LOG_SOFTMAX = "dout - np.exp(out) * np.sum(dout{0})"
for tail in ("", ", axis=axis, keepdims=True"):
    hints = {"x": (2, 3), "m": "1.3", "axis": "1"}
    gate(f"x - np.log(np.sum(np.exp(x){tail}))", dx=LOG_SOFTMAX.format(tail), example=hints)
    shifted = f"(s := x - (m := np.max(x{tail})))"
    gate(f"{shifted} - np.log(np.sum(np.exp(s){tail}))", dx=LOG_SOFTMAX.format(tail), example=hints)
    gate(
        f"np.log((t := np.sum((e := np.exp(x)){tail})))",
        dx=SHARES.format(tail, "dout"),
        let={"exps": SHIFTED.format(tail)},
        example=hints,
    )
    gate(
        f"np.log((t := np.sum((e := np.exp(x)){tail})))",
        dx="e / t * dout",
        written={"x": is_shifted},
        example=hints,
    )
    gate(f"m + {LOG.format('x - m', tail)}", dx="np.exp(x - out) * dout", dm="0", example=hints)
WIDE = "np.exp(x - np.expand_dims(out, axis)) * np.expand_dims(dout, axis)"
ALONG = {"x": (2, 3), "axis": "1"}
LINE, UP = ", axis=axis, keepdims=True", "np.expand_dims(dout, axis)"
gate(
    "np.log((t := np.sum((e := np.exp(x)), axis=axis)))",
    dx=SHARES.format(LINE, UP),
    let={"exps": SHIFTED.format(LINE)},
    when=given,
    example=ALONG,
)
gate(
    "np.log((t := np.sum((e := np.exp(x)), axis=axis)))",
    dx="e / np.expand_dims(t, axis) * np.expand_dims(dout, axis)",
    when=given,
    written={"x": is_shifted},
    example=ALONG,
)
gate(
    f"np.max(x, axis=axis) + {LOG.format(f'x - np.max(x{LINE})', ', axis=axis')}",
    dx=WIDE,
    when=given,
    example=ALONG,
)
gate(
    f"m + {LOG.format('x - np.expand_dims(m, axis)', ', axis=axis')}",
    dx=WIDE,
    dm="0",
    when=is_less_one,
    example={**ALONG, "m": (2,)},
)
gate(
    f"m + {LOG.format('x - m', ', axis=0')}",
    dx="np.exp(x - out) * dout",
    dm="0",
    when=is_less_one,
    example={"x": (2, 3), "m": (3,)},
)
for flat in (
    "m[:, 0]",
    "np.ravel(m)",
    "np.reshape(m, -1)",
    "np.squeeze(m)",
    "np.squeeze(m, axis=1)",
):
    ranked(
        f"{LOG.format('x - (m := np.max(x, axis=1, keepdims=True))', ', axis=1')} + {flat}",
        {"x": (2, 3)},
        dx="np.exp(x - np.expand_dims(out, 1)) * np.expand_dims(dout, 1)",
    )

# What is shared out by a sum of exponentials is a number where the square of the sum is zero, and zero where the sum is
# infinite: each counts by its share, which the logarithm gives in both.
SHARED = {"a": "1.3", "b": "0.7", **ALONG}
for tail, total, up, when, shape in (
    ("", "t", "-out * dout", is_one, "1.3"),
    ("", "t", "-np.sum(out * dout)", is_spread, (2, 3)),
    (LINE, "t", "-out * dout", is_one, "1.3"),
    (LINE, "t", f"-np.sum(out * dout{LINE})", is_spread, (2, 3)),
    (", axis=axis", "np.expand_dims(t, axis)", "np.expand_dims(-out * dout, axis)", is_along, (2,)),
):
    for mean, count in (("sum", ""), ("mean", " / (x.size / t.size)" if tail else " / x.size")):
        whole = f"(t := np.{mean}({EXP}{tail}))"
        for quotient, others in (
            (f"a / {whole}", {"da": "dout / t"}),
            (f"a / (q := b * {whole})", {"da": "dout / q", "db": "-out / b * dout"}),
            (f"{whole} ** -1", {}),
            (f"np.reciprocal({whole})", {}),
        ):
            if others or when is not is_spread:
                every: dict[str, Any] = {
                    "dx": f"{up}{count} * np.exp(x - np.log({total}))",
                    **others,
                }
                written = {d[1:]: is_given for d in others}
                example = {**SHARED, "a": shape}
                gate(quotient, when=when, written=written, example=example, **every)
ONE = {"a": "1.3"}
DOWN = "-out * dout"
gate(f"a / (p := {EXP} * (f := np.exp(y)))", da="dout / p", dx=DOWN, dy=DOWN, example=ONE)
gate(
    "a / (t := np.exp(x) + np.exp(y))",
    da="dout / t",
    dx=f"{DOWN} / (1 + np.exp(y - x))",
    dy=f"{DOWN} / (1 + np.exp(x - y))",
    example=ONE,
)

# As many copies of a value as an array of ones has items.
for spelled in ("x * np.ones(n)", "np.ones(n) * x"):
    gate(spelled, dx="dout", when=ranks(x=0), example={"x": "0.7", "n": "(3, 2)"})

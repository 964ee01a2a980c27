"""Rows of functions of mathematics that NumPy has not: those of `scipy.special`, and of `math` for numbers.

A function of one operand with a gradient is a line of the long table in the middle.
"""

from __future__ import annotations

from codegen.gates.table import gate

gate("math.erf(x)", dx="2.0 / np.sqrt(np.pi) * np.exp(-(x**2)) * dout", example={"x": "0.7"})
gate("math.erfc(x)", dx="-2.0 / np.sqrt(np.pi) * np.exp(-(x**2)) * dout", example={"x": "0.7"})
gate("scipy.special.erf(x)", dx="2.0 / float(np.sqrt(np.pi)) * np.exp(-(x**2)) * dout")
gate("scipy.special.erfc(x)", dx="-2.0 / float(np.sqrt(np.pi)) * np.exp(-(x**2)) * dout")
# The share of a normal law below a number, as it is written with the error function.
for erf, width, one in (
    ("math.erf", "np.sqrt(2 * np.pi)", {"x": "0.7"}),
    ("scipy.special.erf", "float(np.sqrt(2 * np.pi))", {}),
):
    far = f"{erf}(x / np.sqrt(2))"
    for share in (f"0.5 * (1.0 + {far})", f"(1.0 + {far}) / 2", f"0.5 + 0.5 * {far}"):
        gate(share, dx=f"np.exp(-0.5 * x**2) / {width} * dout", example=one)
gate("scipy.special.expit(x)", dx="(1 - out) * out * dout")
gate("scipy.special.logit(x)", dx="dout / (x * (1 - x))", example={"x": "small positive"})
gate("scipy.special.log_expit(x)", dx="(1 - np.exp(out)) * dout")
gate("scipy.special.gammaln(x)", dx="scipy.special.digamma(x) * dout", example={"x": "positive"})
gate(
    "scipy.special.gamma(x)", dx="scipy.special.digamma(x) * out * dout", example={"x": "positive"}
)
gate(
    "scipy.special.digamma(x)", dx="scipy.special.polygamma(1, x) * dout", example={"x": "positive"}
)
gate("scipy.special.psi(x)", dx="scipy.special.polygamma(1, x) * dout", example={"x": "positive"})
BETA = "(scipy.special.digamma({0}) - scipy.special.digamma(x + y)) * {1}dout"
for name, factor in (("beta", "out * "), ("betaln", "")):
    gate(
        f"scipy.special.{name}(x, y)",
        dx=BETA.format("x", factor),
        dy=BETA.format("y", factor),
        example={"x": "positive", "y": "positive"},
    )
gate("scipy.special.ndtr(x)", dx="np.exp(-0.5 * x**2) / float(np.sqrt(2 * np.pi)) * dout")
gate("scipy.special.log_ndtr(x)", dx="np.exp(-0.5 * x**2 - out) / float(np.sqrt(2 * np.pi)) * dout")
gate(
    "scipy.special.ndtri(x)",
    dx="np.exp(0.5 * out**2) * float(np.sqrt(2 * np.pi)) * dout",
    example={"x": "small positive"},
)
gate(
    "scipy.special.erfinv(x)",
    dx="0.5 * float(np.sqrt(np.pi)) * np.exp(out**2) * dout",
    example={"x": "small"},
)
# The branch that is asked for may be complex at some numbers, as W(x) is left of -1/e.
for call in ("scipy.special.lambertw(x)", "scipy.special.lambertw(x, k)"):
    gate(
        f"np.real(w := {call})",
        dx="np.real(1.0 / (np.exp(w) * (1 + w))) * dout",
        example={"x": "small positive", "k": "0"},
    )
SP = "scipy.special."
HINTS = {"v": "1.5", "n": "2", "a": "2.5", "b": "1.5", "d": "2"}
WHERE = {  # the others are tried at positive numbers
    "betainc(a, b, x)": "small positive",
    "ellipk(x)": "small positive",
    "ellipe(x)": "small positive",
    "multigammaln(x, d)": "large",
    "ndtri_exp(x)": "-0.7",
}
# Bessel functions: the slope of one is made of its neighbours.
for name, text in {
    "i0(x)": f"{SP}i1(x)",
    "i1(x)": f"0.5 * ({SP}i0(x) + {SP}iv(2, x))",
    "j0(x)": f"-{SP}j1(x)",
    "j1(x)": f"0.5 * ({SP}j0(x) - {SP}jv(2, x))",
    "y0(x)": f"-{SP}y1(x)",
    "y1(x)": f"0.5 * ({SP}y0(x) - {SP}yv(2, x))",
    "k0(x)": f"-{SP}k1(x)",
    "k1(x)": f"-0.5 * ({SP}k0(x) + {SP}kv(2, x))",
    "i0e(x)": f"({SP}i1e(x) - np.sign(x) * out)",
    "i1e(x)": f"(0.5 * ({SP}i0e(x) + {SP}ive(2, x)) - np.sign(x) * out)",
    "ive(v, x)": f"(0.5 * ({SP}ive(v - 1, x) + {SP}ive(v + 1, x)) - np.sign(x) * out)",
    "k0e(x)": f"(out - {SP}k1e(x))",
    "k1e(x)": f"(out - 0.5 * ({SP}k0e(x) + {SP}kve(2, x)))",
    "kve(v, x)": f"(out - 0.5 * ({SP}kve(v - 1, x) + {SP}kve(v + 1, x)))",
    "jv(v, x)": f"0.5 * ({SP}jv(v - 1, x) - {SP}jv(v + 1, x))",
    "jn(v, x)": f"0.5 * ({SP}jv(v - 1, x) - {SP}jv(v + 1, x))",
    "yv(v, x)": f"0.5 * ({SP}yv(v - 1, x) - {SP}yv(v + 1, x))",
    "iv(v, x)": f"0.5 * ({SP}iv(v - 1, x) + {SP}iv(v + 1, x))",
    "kv(v, x)": f"-0.5 * ({SP}kv(v - 1, x) + {SP}kv(v + 1, x))",
    # error functions and integrals of exponentials
    "erfcx(x)": "(2 * x * out - 2.0 / float(np.sqrt(np.pi)))",
    "dawsn(x)": "(1 - 2 * x * out)",
    "exp1(x)": "-np.exp(-x) / x",
    "expi(x)": "np.exp(x) / x",
    "expn(n, x)": f"-{SP}expn(n - 1, x)",
    "exp10(x)": "float(np.log(10)) * out",
    # gamma and beta functions
    "loggamma(x)": f"{SP}digamma(x)",
    "rgamma(x)": f"-{SP}digamma(x) * out",
    "polygamma(n, x)": f"{SP}polygamma(n + 1, x)",
    "gammainc(a, x)": f"np.exp((a - 1) * np.log(x) - x - {SP}gammaln(a))",
    "gammaincc(a, x)": f"-np.exp((a - 1) * np.log(x) - x - {SP}gammaln(a))",
    "betainc(a, b, x)": f"x ** (a - 1) * (1 - x) ** (b - 1) / {SP}beta(a, b)",
    "multigammaln(x, d)": f"sum([{SP}digamma(x - 0.5 * k) for k in range(d)])",
    # elliptic integrals
    # at 0 the quotients are limits
    "ellipk(x)": f"np.where(x == 0, np.pi / 8, ({SP}ellipe(x) / (1 - x) - out) / np.where(x == 0, 1, 2 * x))",
    "ellipe(x)": f"np.where(x == 0, -np.pi / 8, (out - {SP}ellipk(x)) / np.where(x == 0, 1, 2 * x))",
    "ndtri_exp(x)": "np.exp(x + 0.5 * out**2) * float(np.sqrt(2 * np.pi))",
}.items():
    gate(f"{SP}{name}", dx=f"{text} * dout", example={**HINTS, "x": WHERE.get(name, "positive")})
gate(
    f"{SP}hyp1f1(a, b, x)",
    dx=f"a / b * {SP}hyp1f1(a + 1, b + 1, x) * dout",
    example={"a": "1.5", "b": "2.5"},
)
gate(
    f"{SP}boxcox(x, p)",
    dx="x ** (p - 1) * dout",
    dp="np.where(p == 0, np.log(x) ** 2 / 2, (x**p * np.log(x) - out) / np.where(p == 0, 1, p)) * dout",
    example={"x": "positive", "p": "0.7"},
)
gate(
    f"{SP}inv_boxcox(x, p)",
    dx="(1 + p * x) ** (1 / p - 1) * dout",
    example={"x": "positive", "p": "0.7"},
)
gate(f"{SP}huber(delta, x)", dx="np.clip(x, -delta, delta) * dout", example={"delta": "0.5"})
gate(
    f"{SP}pseudo_huber(delta, x)",
    dx="x / np.sqrt(1 + (x / delta) ** 2) * dout",
    example={"delta": "0.5"},
)
gate(f"{SP}sinc(x)", dx="(np.cos(np.pi * x) - out) / np.where(x == 0, 1, x) * dout")
gate(
    f"{SP}exprel(x)",
    dx="np.where(x == 0, 0.5, (np.exp(x) - out) / np.where(x == 0, 1, x)) * dout",
    example={"x": "positive"},
)
gate(
    "scipy.special.kl_div(x, y)",
    dx="np.log(x / y) * dout",
    dy="(1 - x / np.where(x == 0, 1, y)) * dout",
    example={"x": "positive", "y": "positive"},
)
# Nothing times anything is nothing here, so the second operand does not count where the first is zero.
gate(
    "scipy.special.xlogy(x, y)",
    dx="np.log(y) * dout",
    dy="x / np.where(x == 0, 1, y) * dout",
    example={"y": "positive"},
)
gate(
    "scipy.special.xlog1py(x, y)",
    dx="np.log1p(y) * dout",
    dy="x / np.where(x == 0, 1, 1 + y) * dout",
    example={"y": "positive"},
)
gate(
    "scipy.special.rel_entr(x, y)",
    dx="(np.log(x / y) + 1) * dout",
    dy="-x / np.where(x == 0, 1, y) * dout",
    example={"x": "positive", "y": "positive"},
)
gate("scipy.special.entr(x)", dx="-(np.log(x) + 1) * dout", example={"x": "positive"})

SOFTMAX = "out * (dout - np.sum(out * dout{0}))"
LOG_SOFTMAX = "dout - np.exp(out) * np.sum(dout{0})"
ALONG = ", axis=axis, keepdims=True"
gate("scipy.special.softmax(x)", dx=SOFTMAX.format(""))
gate("scipy.special.softmax(x, axis=axis)", dx=SOFTMAX.format(ALONG), example={"axis": "0"})
gate("scipy.special.log_softmax(x)", dx=LOG_SOFTMAX.format(""))
gate("scipy.special.log_softmax(x, axis=axis)", dx=LOG_SOFTMAX.format(ALONG), example={"axis": "0"})
gate("scipy.special.logsumexp(x)", dx="np.exp(x - out) * dout")
WEIGHTED = {"b": "positive", "axis": "0"}
gate(
    "scipy.special.logsumexp(x, b=b)",
    dx="b * np.exp(x - out) * dout",
    db="np.exp(x - out) * dout",
    example=WEIGHTED,
)
for keep, out, dout in (
    ("", "np.expand_dims(out, axis)", "np.expand_dims(dout, axis)"),
    (", keepdims=True", "out", "dout"),
):
    gate(
        f"scipy.special.logsumexp(x, axis=axis, b=b{keep})",
        dx=f"b * np.exp(x - {out}) * {dout}",
        db=f"np.exp(x - {out}) * {dout}",
        when=lambda axis: axis is not None,
        example=WEIGHTED,
    )
gate(
    "scipy.special.logsumexp(x, axis=axis)",
    dx="np.exp(x - np.expand_dims(out, axis)) * np.expand_dims(dout, axis)",
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)
gate(
    "scipy.special.logsumexp(x, axis=axis, keepdims=True)",
    dx="np.exp(x - out) * dout",
    example={"axis": "0"},
)

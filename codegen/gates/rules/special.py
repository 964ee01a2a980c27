"""Rows of functions of mathematics that NumPy has not: those of `scipy.special`, and of `math` for numbers."""

from __future__ import annotations

from codegen.gates.table import gate

gate("math.erf(x)", dx="2.0 / np.sqrt(np.pi) * np.exp(-(x**2)) * dout", example={"x": "0.7"})
gate("math.erfc(x)", dx="-2.0 / np.sqrt(np.pi) * np.exp(-(x**2)) * dout", example={"x": "0.7"})
gate("scipy.special.erf(x)", dx="2.0 / float(np.sqrt(np.pi)) * np.exp(-(x**2)) * dout")
gate("scipy.special.erfc(x)", dx="-2.0 / float(np.sqrt(np.pi)) * np.exp(-(x**2)) * dout")
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
gate(
    "scipy.special.ndtr(x)",
    dx="np.exp(-0.5 * x**2) / float(np.sqrt(2 * np.pi)) * dout",
)
gate(
    "scipy.special.log_ndtr(x)",
    dx="np.exp(-0.5 * x**2 - out) / float(np.sqrt(2 * np.pi)) * dout",
)
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
gate("scipy.special.i0(x)", dx="scipy.special.i1(x) * dout")
gate("scipy.special.j0(x)", dx="-scipy.special.j1(x) * dout")
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

"""Rows of probability laws of `scipy.stats`: the normal one, with its place and width or without."""

from __future__ import annotations

from codegen.gates.table import gate

NORM = "scipy.stats.norm"
PLACE = {"loc": "0", "scale": "1"}
HINTS = {"loc": "0.3", "scale": "1.7"}
FAR = "(x - loc) / scale"
for name, height in (
    ("cdf", f"{NORM}.pdf(x, loc=loc, scale=scale) * dout"),
    ("sf", f"-{NORM}.pdf(x, loc=loc, scale=scale) * dout"),
    ("logcdf", f"np.exp({NORM}.logpdf(x, loc=loc, scale=scale) - out) * dout"),
    ("logsf", f"-np.exp({NORM}.logpdf(x, loc=loc, scale=scale) - out) * dout"),
):
    gate(
        f"{NORM}.{name}(x, loc=loc, scale=scale)",
        dx="height",
        dloc="-height",
        dscale=f"-{FAR} * height",
        let={"height": height},
        optional=PLACE,
        example=HINTS,
    )
for name, factor in (("pdf", "out * "), ("logpdf", "")):
    gate(
        f"{NORM}.{name}(x, loc=loc, scale=scale)",
        dx=f"-far / scale * {factor}dout",
        dloc=f"far / scale * {factor}dout",
        dscale=f"(far**2 - 1) / scale * {factor}dout",
        let={"far": FAR},
        optional=PLACE,
        example=HINTS,
    )
gate(
    f"{NORM}.ppf(x, loc=loc, scale=scale)",
    dx=f"dout / {NORM}.pdf(out, loc=loc, scale=scale)",
    dloc="dout",
    dscale="(out - loc) / scale * dout",
    optional=PLACE,
    example={"x": "small positive", **HINTS},
)

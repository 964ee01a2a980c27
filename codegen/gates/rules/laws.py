"""Rows of probability laws of `scipy.stats`: the normal one, with its place and width or without, also of vectors."""

from __future__ import annotations

from codegen.gates.rules.linalg import LOWER_HALF, SYMMETRIC
from codegen.gates.table import gate, ranked

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
# Of a vector, or of one in each row. Of the matrix only the lower half is read, as by `np.linalg.eigh`.
SEVERAL = "scipy.stats.multivariate_normal"
INVERSE = "np.linalg.inv(np.tril(cov) + np.tril(cov, -1).T)"
for name, scale in (("pdf", "out * dout"), ("logpdf", "dout")):
    for mean, far in (("mean=mean, ", "(x - mean)"), ("", "x")):
        for shape, weights, spread in (
            ((3,), scale, "(np.outer(far, far) - inv) * weights"),
            ((2, 3), f"({scale})[:, None]", "far.T @ (far * weights) - np.sum(weights) * inv"),
        ):
            ranked(
                f"{SEVERAL}.{name}(x, {mean}cov=cov)",
                {"x": shape, "cov": SYMMETRIC["x"]} | ({"mean": (3,)} if mean else {}),
                dx="-far * weights",
                dcov=LOWER_HALF.format(f"0.5 * ({spread})").replace("x.", "cov."),
                let={"inv": INVERSE, "far": f"{far} @ inv", "weights": weights},
                **({"dmean": "far * weights"} if mean else {}),
            )

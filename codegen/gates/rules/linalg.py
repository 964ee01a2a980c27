"""Rows of linear algebra: determinants, inverses, solutions, decompositions."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from codegen.gates.table import gate, ranked, ranks

MANY = (3, 4, 5, 6)


def is_square(x: Any) -> bool:
    return np.ndim(x) == 2 and np.shape(x)[0] == np.shape(x)[1]


# matrices
SQUARE = {"x": "square"}
# The cofactors, which a singular matrix has too: for each singular value the product of all others.
OTHERS = "np.prod(np.where(np.eye(x.shape[-1]), 1, s[..., None, :]), axis=-1)"
COFACTORS = {"u, s, vt": "np.linalg.svd(x)", "others": OTHERS}
gate(
    "np.linalg.det(x)",
    dx="np.linalg.det(u @ vt) * (u * others) @ vt * dout",
    let={**COFACTORS, "others": OTHERS.replace("s[..., None, :]", "s")},
    when=ranks(x=2),
    example=SQUARE,
)
gate(
    "np.linalg.det(x)",
    dx="(u * others[..., None, :]) @ vt * (np.linalg.det(u @ vt) * dout)[..., None, None]",
    let=COFACTORS,
    when=ranks(x=MANY),
    example={"x": "squares"},
)
gate(
    "np.log((d := np.linalg.det(x)))",
    dx="np.linalg.inv(x).T * dout",
    when=ranks(x=2),
    example={"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"},
)
gate("np.linalg.slogdet(x)[1]", dx="dout * np.linalg.inv(x).T", when=ranks(x=2), example=SQUARE)
gate(
    "np.linalg.slogdet(x)[1]",
    dx="dout[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)",
    when=ranks(x=MANY),
    example={"x": "squares"},
)
gate("np.linalg.slogdet(x)[0]", zero=True, when=ranks(x=(2, *MANY)), example=SQUARE)
gate("np.linalg.slogdet(x)", dx="dout[1] * np.linalg.inv(x).T", when=ranks(x=2), example=SQUARE)
gate(
    "np.linalg.slogdet(x)",
    dx="dout[1][..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)",
    when=ranks(x=MANY),
    example={"x": "squares"},
)
gate("np.linalg.inv(x)", dx="-out.T @ dout @ out.T", when=ranks(x=2), example=SQUARE)
gate(
    "np.linalg.inv(x)",
    dx="-np.swapaxes(out, -1, -2) @ dout @ np.swapaxes(out, -1, -2)",
    when=ranks(x=MANY),
    example={"x": "squares"},
)
gate(
    "np.linalg.solve(a, b)",
    da="-back @ np.swapaxes(out, -1, -2)",
    db="back",
    let={"back": "np.linalg.solve(np.swapaxes(a, -1, -2), dout)"},
    when=ranks(a=(2, *MANY), b=(2, *MANY)),
    example={"a": "squares", "b": (2, 3, 2)},
)
gate(
    "np.linalg.solve(a, b)",
    da="-np.outer(back, out)",
    db="back",
    let={"back": "np.linalg.solve(a.T, dout)"},
    when=ranks(a=2, b=1),
    example={"a": "square", "b": (3,)},
)
gate(
    "np.linalg.solve(a, b)",
    da="-back @ out.T",
    db="back",
    let={"back": "np.linalg.solve(a.T, dout)"},
    when=ranks(a=2, b=2),
    example={"a": "square", "b": (3, 2)},
)
gate("np.linalg.matrix_power(x, 2)", dx="dout @ x.T + x.T @ dout", when=ranks(x=2), example=SQUARE)
gate(
    "np.linalg.matrix_power(x, 3)",
    dx="dout @ x.T @ x.T + x.T @ dout @ x.T + x.T @ x.T @ dout",
    when=ranks(x=2),
    example=SQUARE,
)
gate("np.linalg.matrix_power(x, 0)", zero=True, when=ranks(x=2), example=SQUARE)
gate("np.linalg.matrix_power(x, 1)", dx="dout", when=ranks(x=2), example=SQUARE)
gate("np.linalg.matrix_power(x, -1)", dx="-out.T @ dout @ out.T", when=ranks(x=2), example=SQUARE)
HALF = "0.5 * np.eye(out.shape[0], dtype=out.dtype)"
gate(
    "np.linalg.cholesky(x)",
    dx=f"np.tril(half) * (1 - {HALF})",
    let={
        "product": "out.T @ dout",
        "inner": "np.tril(product) + np.tril(product, -1).T",
        "half": "np.linalg.solve(out.T, np.linalg.solve(out.T, inner).T)",
    },
    when=ranks(x=2),
    example={"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"},
)
# Only the lower half is read: what a symmetric gradient gives the upper half is added to the lower one.
LOWER_HALF = "np.tril({0}) * (2 - np.eye(*x.shape, dtype=x.dtype))"
SYMMETRIC = {"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"}
HALVES = {
    "": LOWER_HALF,
    ", UPLO='L'": LOWER_HALF,
    ", UPLO='U'": LOWER_HALF.replace("tril", "triu"),
}
EYE = "np.eye(x.shape[-1], dtype=x.dtype)"
STACK = {"x": f"np.stack([{SYMMETRIC['x']}, {SYMMETRIC['x']} + np.eye(3)])"}
for uplo, half in HALVES.items():
    for call in (f"np.linalg.eigvalsh(x{uplo})", f"np.linalg.eigh(x{uplo})[0]"):
        gate(
            call,
            dx=half.format("v * dout @ v.T"),
            let={"v": f"np.linalg.eigh(x{uplo})[1]"},
            when=ranks(x=2),
            example=SYMMETRIC,
        )
        gate(
            call,
            dx=half.format("v * dout[..., None, :] @ np.swapaxes(v, -1, -2)").replace(
                "np.eye(*x.shape, dtype=x.dtype)", EYE
            ),
            let={"v": f"np.linalg.eigh(x{uplo})[1]"},
            when=ranks(x=MANY),
            example=STACK,
        )
# Vectors of equal values may turn into each other freely: what does not change with that has no part between them, and
# what does has no gradient there, nan. What is made of such vectors and of their values has a part that cannot be told
# from the two gradients: it is nan, too.
GAPS = "{0} - {0}[:, None]"
EQUAL = "np.abs(gaps) <= 10 * np.spacing(np.max(np.abs({0})))"
TIED = "np.sum(equal, axis=0) > 1"
KNOWN = "np.where(tied * {0}, np.nan, np.where(equal, np.inf, gaps))"
FREE = "np.where(np.abs(turned) > 0.0001 * np.max(np.abs(dout[1])), np.nan, np.inf)"
KNOWN_APART = KNOWN.replace("np.inf", "free")
for uplo, half in HALVES.items():
    gate(
        f"np.linalg.eigh(x{uplo})",
        dx=half.format("(out[1] * dout[0] + out[1] @ turns) @ out[1].T"),
        let={
            "gaps": GAPS.format("out[0]"),
            "equal": EQUAL.format("out[0]"),
            "tied": TIED,
            "turned": "out[1].T @ dout[1] - dout[1].T @ out[1]",
            "free": FREE,
            "turns": f"0.5 * turned / {KNOWN_APART.format('dout[0]')}",
        },
        when=ranks(x=2),
        example=SYMMETRIC,
    )
    gate(
        f"np.linalg.eigh(x{uplo})",
        dx=half.format(
            "(out[1] * dout[0][..., None, :] + out[1] @ turns) @ np.swapaxes(out[1], -1, -2)"
        ).replace("np.eye(*x.shape, dtype=x.dtype)", EYE),
        let={
            "gaps": "out[0][..., None, :] - out[0][..., None]",
            "equal": "np.abs(gaps) <= 10 * np.spacing(np.max(np.abs(out[0]), axis=-1))[..., None, None]",
            "tied": "np.sum(equal, axis=-2) > 1",
            "both": "np.swapaxes(out[1], -1, -2) @ dout[1]",
            "turned": "both - np.swapaxes(both, -1, -2)",
            "free": FREE.replace(
                "np.max(np.abs(dout[1]))", "np.max(np.abs(dout[1]), axis=(-2, -1), keepdims=True)"
            ),
            "turns": "0.5 * turned / "
            + KNOWN_APART.format("dout[0]").replace(
                "tied * dout[0]", "(tied * dout[0])[..., None, :]"
            ),
        },
        when=ranks(x=MANY),
        example=STACK,
    )


def has_real_values(x: Any) -> bool:
    """Return whether the eigenvalues of a matrix are real, so that NumPy gives arrays of floats."""
    return is_square(x) and np.isrealobj(np.linalg.eigvals(x))


UNLIKE = {"x": "np.array([[2.0, 0.5, 0.1], [0.2, 3.0, -0.4], [0.3, -0.1, 1.0]])"}
for call in ("np.linalg.eigvals(x)", "np.linalg.eig(x)[0]"):
    gate(
        call,
        dx="np.linalg.solve(v.T, dout[:, None] * v.T)",
        let={"v": "np.linalg.eig(x)[1]"},
        when=has_real_values,
        example=UNLIKE,
    )
# A vector keeps its length: what the gradient has along it is taken out.
gate(
    "np.linalg.eig(x)",
    dx="np.linalg.solve(out[1].T, (np.diag(dout[0]) + turns) @ out[1].T)",
    let={
        "gaps": GAPS.format("out[0]"),
        "equal": "np.abs(gaps) <= 1e-10 * np.max(np.abs(out[0]))",
        "tied": TIED,
        "turned": "out[1].T @ (dout[1] - out[1] * np.sum(out[1] * dout[1], axis=0))",
        "free": FREE,
        "turns": f"turned / {KNOWN_APART.format('dout[0]')}",
    },
    when=has_real_values,
    example=UNLIKE,
)
PARTS = "np.linalg.svd(x, full_matrices=False)"
for singular in (
    "np.linalg.svd(x, compute_uv=False)",
    "np.linalg.svdvals(x)",
    "np.linalg.svd(x)[1]",
    "np.linalg.svd(x, full_matrices=False)[1]",
):
    ranked(singular, {"x": (3, 4)}, dx=f"{PARTS}[0] * dout @ {PARTS}[2]")
    gate(
        singular,
        dx="u * dout[..., None, :] @ vt",
        let={"u, s, vt": PARTS},
        when=ranks(x=MANY),
        example={"x": (2, 3, 4)},
    )
ranked(
    "np.linalg.pinv(x)",
    {"x": (4, 3)},
    dx="-out.T @ dout @ out.T + (dout.T - x @ out @ dout.T) @ out @ out.T + out.T @ out @ (dout.T - dout.T @ out @ x)",
)
TURN = "np.swapaxes({0}, -1, -2)"
OUT_T, DOUT_T = TURN.format("out"), TURN.format("dout")
gate(
    "np.linalg.pinv(x)",
    dx=f"-{OUT_T} @ dout @ {OUT_T} + ({DOUT_T} - x @ out @ {DOUT_T}) @ out @ {OUT_T}"
    f" + {OUT_T} @ out @ ({DOUT_T} - {DOUT_T} @ out @ x)",
    when=ranks(x=MANY),
    example={"x": (2, 4, 3)},
)
# Three parts: that of the solution, of what is left over, and of what the data leaves open.
BACK, INVERSE = "np.linalg.pinv(a).T @ dout", "np.linalg.pinv(a)"
ranked(
    "np.linalg.lstsq(a, b)[0]",
    {"a": (4, 3), "b": (4,)},
    da=f"np.outer(b - a @ out, {INVERSE} @ {BACK}) - np.outer({BACK}, out)"
    f" + np.outer({INVERSE}.T @ out, dout - a.T @ {BACK})",
    db=BACK,
)
ranked(
    "np.linalg.lstsq(a, b)[0]",
    {"a": (4, 3), "b": (4, 2)},
    da=f"(b - a @ out) @ ({INVERSE} @ {BACK}).T - {BACK} @ out.T + {INVERSE}.T @ out @ (dout - a.T @ {BACK}).T",
    db=BACK,
)

# What the gradient of a function of a matrix is, the function of a block matrix holds in its corner.
CORNER = "(np.block([[x.T, dout], [np.zeros_like(x), x.T]]){0})[: len(x), len(x) :]"
for name, more in (("np.linalg.matrix_power", ", n"), ("scipy.linalg.logm", "")):
    gate(
        f"{name}(x{more})",
        dx=f"{name}{CORNER.format(more)}",
        when=ranks(x=2),
        example={"x": SYMMETRIC["x"], "n": "-2"},
    )
TURNED = "np.swapaxes(out, -1, -2)"
gate(
    "np.linalg.cholesky(x)",
    dx=f"np.tril(half) * (1 - 0.5 * {EYE})",
    let={
        "product": f"{TURNED} @ dout",
        "inner": "np.tril(product) + np.swapaxes(np.tril(product, -1), -1, -2)",
        "once": f"np.linalg.solve({TURNED}, inner)",
        "half": f"np.linalg.solve({TURNED}, np.swapaxes(once, -1, -2))",
    },
    when=ranks(x=MANY),
    example=STACK,
)
# Turning both sides together is divided by the differences of the values, against each other by their sums.
LEFT = "0.5 * (out[0].T @ dout[0] - dout[0].T @ out[0])"
RIGHT = "0.5 * (out[2] @ dout[2].T - dout[2] @ out[2].T)"
# Where U or Vt is square, its vectors fill the space: they only turn among themselves.
SINGULAR = {
    "gaps": GAPS.format("out[1]"),
    "equal": EQUAL.format("out[1]"),
    "tied": TIED,
    "sums": "out[1] + out[1][:, None]",
    "left": LEFT,
    "right": RIGHT,
    "turns": f"(left + right) / {KNOWN.format('dout[1]')}"
    " + (left - right) / np.where(sums <= 10 * np.spacing(np.max(out[1])), np.inf, sums)",
}
gate(
    "np.linalg.svd(x)",
    dx="(out[0] * dout[1] + out[0] @ turns) @ out[2]",
    let=SINGULAR,
    when=is_square,
    example={"x": (3, 3)},
)
OUTSIDE = {
    "lost": "dout[1] * (x.shape[0] != x.shape[1])",
    "size": "np.where(out[1] == 0, np.where(lost, np.nan, np.inf), out[1])",
    "outside": "(x.shape[0] > x.shape[1]) * (dout[0] - out[0] @ (out[0].T @ dout[0])) / size",
    "below": "(x.shape[0] < x.shape[1]) * (dout[2] - dout[2] @ out[2].T @ out[2]) / size[:, None]",
}
THIN = "(out[0] * dout[1] + out[0] @ turns + outside) @ out[2] + out[0] @ below"
ranked("np.linalg.svd(x, full_matrices=False)", {"x": (4, 3)}, dx=THIN, let=SINGULAR | OUTSIDE)
# The further columns of U, or rows of Vt, have no values: they only turn away from the others, and among themselves,
# where what is made of them has no gradient if it changes with that.
FIRST = {"out[0]": "u", "out[2]": "vt", "dout[0]": "du", "dout[2]": "dvt"}


def of_first(text: str) -> str:
    """Return a text on U and Vt as one on those of their columns and rows that have values."""
    for whole, first in FIRST.items():
        text = re.sub(rf"\b{re.escape(whole)}", first, text)
    return text


FREE_TURNS = "np.sum((across - across.T) ** 2) + np.sum((along - along.T) ** 2)"
gate(
    "np.linalg.svd(x)",
    dx=f"np.where(free, np.nan, {of_first(THIN)} - out[0][:, n:] @ (dout[0][:, n:].T @ u / size) @ vt"
    " - u / size @ (vt @ dout[2][n:].T) @ out[2][n:])",
    let={
        "n": "out[1].size",
        "u": "out[0][:, :n]",
        "vt": "out[2][:n]",
        "du": "dout[0][:, :n]",
        "dvt": "dout[2][:n]",
        **{name: of_first(text) for name, text in (SINGULAR | OUTSIDE).items()},
        "across": "out[0][:, n:].T @ dout[0][:, n:]",
        "along": "dout[2][n:] @ out[2][n:].T",
        "free": f"{FREE_TURNS} > 1e-8 * (np.sum(dout[0] ** 2) + np.sum(dout[2] ** 2))",
    },
    when=ranks(x=2),
    example={"x": "np.array([[1.0, 0.4, -0.3], [0.2, 2.0, 0.5]])"},
)
gate(
    "np.linalg.qr(x)",
    dx="np.linalg.solve(out[1], (dout[0] + out[0] @ (np.tril(inner, -1) + np.tril(inner).T)).T).T",
    let={"inner": "out[1] @ dout[1].T - dout[0].T @ out[0]"},
    when=lambda x: np.ndim(x) == 2 and np.shape(x)[0] >= np.shape(x)[1],
    example={"x": (4, 3)},
)
# The solution, what is left over, the rank, and the singular values of the matrix.
for rank, outer in ((1, "np.outer({0}, {1})"), (2, "{0} @ {1}.T")):
    left = "(b - a @ out[0])"
    residual = f"{left} * np.sum(dout[1])" if rank == 1 else f"{left} * dout[1]"
    gate(
        "np.linalg.lstsq(a, b)",
        da=f"{outer.format(left, '(inverse @ back)')} - {outer.format('back', 'out[0]')}"
        f" + {outer.format('(inverse.T @ out[0])', '(dout[0] - a.T @ back)')}"
        f" - 2 * {outer.format(f'({residual})', 'out[0]')} + u * dout[3] @ vt",
        db=f"back + 2 * {residual}",
        let={
            "inverse": "np.linalg.pinv(a)",
            "back": "inverse.T @ dout[0]",
            "u, s, vt": "np.linalg.svd(a, full_matrices=False)",
        },
        when=ranks(a=2, b=rank),
        example={"a": (5, 3), "b": (5,) if rank == 1 else (5, 2)},
    )

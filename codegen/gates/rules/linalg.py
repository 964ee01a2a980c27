"""Rows of linear algebra: determinants, inverses, solutions, decompositions."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate, ranks

MANY = (3, 4, 5, 6)

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
gate(
    "np.linalg.matrix_power(x, n)",
    dx="sum([np.linalg.matrix_power(x.T, i) @ dout @ np.linalg.matrix_power(x.T, n - 1 - i) for i in range(n)])",
    when=lambda x, n: np.ndim(x) == 2 and n > 0,
    example={**SQUARE, "n": "4"},
)
gate("np.linalg.matrix_power(x, 0)", zero=True, when=ranks(x=2), example=SQUARE)
gate("np.linalg.matrix_power(x, 1)", dx="dout", when=ranks(x=2), example=SQUARE)
gate("np.linalg.matrix_power(x, -1)", dx="-out.T @ dout @ out.T", when=ranks(x=2), example=SQUARE)
HALF = "0.5 * np.eye(*x.shape, dtype=x.dtype)"
LOWER = "np.tril(out.T @ dout) + np.tril(out.T @ dout, -1).T"
gate(
    "np.linalg.cholesky(x)",
    dx=f"np.tril(np.linalg.solve(out.T, np.linalg.solve(out.T, {LOWER}).T)) * (1 - {HALF})",
    when=ranks(x=2),
    example={"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"},
)
# Only the lower half is read: what a symmetric gradient gives the upper half is added to the lower one.
LOWER_HALF = "np.tril({0}) * (2 - np.eye(*x.shape, dtype=x.dtype))"
SYMMETRIC = {"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"}
VECTORS = "np.linalg.eigh(x)[1]"
gate(
    "np.linalg.eigvalsh(x)",
    dx=LOWER_HALF.format(f"{VECTORS} * dout @ {VECTORS}.T"),
    when=ranks(x=2),
    example=SYMMETRIC,
)
gate(
    "np.linalg.eigh(x)[0]",
    dx=LOWER_HALF.format(f"{VECTORS} * dout @ {VECTORS}.T"),
    when=ranks(x=2),
    example=SYMMETRIC,
)
TURNS = "0.5 * (out[1].T @ dout[1] - dout[1].T @ out[1])"
# Equal values may turn into each other freely: what does not change with that has no part between them.
GAPS = "(out[0] - out[0][:, None])"
gate(
    "np.linalg.eigh(x)",
    dx=LOWER_HALF.format(
        f"out[1] @ (np.diag(dout[0]) + {TURNS} / np.where({GAPS} == 0, 1, {GAPS})) @ out[1].T"
    ),
    when=ranks(x=2),
    example=SYMMETRIC,
)
PARTS = "np.linalg.svd(x, full_matrices=False)"
for singular in (
    "np.linalg.svd(x, compute_uv=False)",
    "np.linalg.svdvals(x)",
    "np.linalg.svd(x)[1]",
    "np.linalg.svd(x, full_matrices=False)[1]",
):
    gate(
        singular,
        dx=f"{PARTS}[0] * dout @ {PARTS}[2]",
        when=ranks(x=2),
        example={"x": (3, 4)},
    )
gate(
    "np.linalg.pinv(x)",
    dx="-out.T @ dout @ out.T + (dout.T - x @ out @ dout.T) @ out @ out.T + out.T @ out @ (dout.T - dout.T @ out @ x)",
    when=ranks(x=2),
    example={"x": (4, 3)},
)
# Three parts: that of the solution, of what is left over, and of what the data leaves open.
BACK, INVERSE = "np.linalg.pinv(a).T @ dout", "np.linalg.pinv(a)"
gate(
    "np.linalg.lstsq(a, b)[0]",
    da=f"np.outer(b - a @ out, {INVERSE} @ {BACK}) - np.outer({BACK}, out)"
    f" + np.outer({INVERSE}.T @ out, dout - a.T @ {BACK})",
    db=BACK,
    when=ranks(a=2, b=1),
    example={"a": (4, 3), "b": (4,)},
)
gate(
    "np.linalg.lstsq(a, b)[0]",
    da=f"(b - a @ out) @ ({INVERSE} @ {BACK}).T - {BACK} @ out.T + {INVERSE}.T @ out @ (dout - a.T @ {BACK}).T",
    db=BACK,
    when=ranks(a=2, b=2),
    example={"a": (4, 3), "b": (4, 2)},
)

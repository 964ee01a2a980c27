"""Rows of `scipy.linalg`, where it does what `np.linalg` has not: triangles, exponentials, distances of other kinds."""

from __future__ import annotations

import ast

import numpy as np

from codegen.gates.listed import holes_of
from codegen.gates.table import Predicate, Row, Sample, family, gate, ranked, ranks, row

SYMMETRIC = "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"
UPPER = {"x": SYMMETRIC, "a": SYMMETRIC}

# Only one half of the matrix is read: the other one gets no gradient.
HALF = "(1 - 0.5 * np.eye(len(x)))"
FACTOR = {
    "inner": "np.tril({0}) + np.tril({0}, -1).T",
    "half": "np.linalg.solve({1}, np.linalg.solve({1}, inner).T)",
}
for call, product, factor, triangle in (
    ("scipy.linalg.cholesky(x, lower=True)", "(out.T @ dout)", "out.T", "np.tril"),
    ("scipy.linalg.cholesky(x)", "(out @ dout.T)", "out", "np.triu"),
    ("np.linalg.cholesky(x, upper=True)", "(out @ dout.T)", "out", "np.triu"),
):
    gate(
        call,
        dx=f"{triangle}(half) * {HALF}",
        let={key: text.format(product, factor) for key, text in FACTOR.items()},
        when=ranks(x=2),
        example=UPPER,
    )

# A triangular system: what the triangle leaves out is not read either.
for trans, lower, triangle in (
    ("", "", "np.triu"),
    ("", ", lower=True", "np.tril"),
    (", trans=1", "", "np.triu"),
    (", trans=1", ", lower=True", "np.tril"),
    (", trans='T'", "", "np.triu"),
    (", trans='T'", ", lower=True", "np.tril"),
):
    turned = lower if trans else (", lower=True" if not lower else "")
    back = f"scipy.linalg.solve_triangular({'a' if trans else 'a.T'}, dout{turned})"
    for rank, outer in ((1, "np.outer({0}, {1})"), (2, "{0} @ {1}.T")):
        product = outer.format("out", "back") if trans else outer.format("back", "out")
        gate(
            f"scipy.linalg.solve_triangular(a, b{trans}{lower})",
            da=f"-{triangle}({product})",
            db="back",
            let={"back": back},
            when=ranks(a=2, b=rank),
            example={"a": SYMMETRIC, "b": (3,) if rank == 1 else (3, 2)},
        )
for kind in ("'pos'", "'sym'", "'gen'", "'her'"):
    for rank, product in ((1, "np.outer(back, out)"), (2, "back @ out.T")):
        symmetric = kind != "'gen'"
        gate(
            f"scipy.linalg.solve(a, b, assume_a={kind})",
            da="-np.triu(whole + whole.T) * (1 - 0.5 * np.eye(len(a)))" if symmetric else "-whole",
            db="back",
            let={
                "back": f"scipy.linalg.solve({'a' if symmetric else 'a.T'}, dout, assume_a={kind})",
                "whole": product,
            },
            when=ranks(a=2, b=rank),
            example={"a": SYMMETRIC, "b": (3,) if rank == 1 else (3, 2)},
        )

for rank, product in ((1, "np.outer(back, out)"), (2, "back @ out.T")):
    for lower, triangle in (("", "np.triu"), (", lower=True", "np.tril")):
        gate(
            f"scipy.linalg.cho_solve((c := scipy.linalg.cho_factor(a{lower})), b)",
            da=f"-{triangle}(whole + whole.T) * (1 - 0.5 * np.eye(len(a)))",
            db="back",
            let={"back": "scipy.linalg.cho_solve(c, dout)", "whole": product},
            when=ranks(a=2, b=rank),
            example={"a": SYMMETRIC, "b": (3,) if rank == 1 else (3, 2)},
        )


def factored(rank: int, is_lower: bool) -> Predicate:
    """Return whether a system with a right side of some rank is solved by a factor of one kind."""
    return lambda c, low, b: np.ndim(c) == 2 and np.ndim(b) == rank and bool(low) == is_lower


# The factor under a name of its own: what stands beside its triangle SciPy leaves open, and nobody reads.
for is_lower, keyword, part, product, through in (
    (False, "", "np.triu(out[0])", "({0} @ np.triu(dout[0]).T)", "-np.triu(np.triu(c) @ whole)"),
    (
        True,
        ", lower=True",
        "np.tril(out[0])",
        "({0} @ np.tril(dout[0]))",
        "-np.tril(whole @ np.tril(c))",
    ),
):
    factor = f"{part}.T" if is_lower else part
    gate(
        f"scipy.linalg.cho_factor(x{keyword})",
        dx=f"np.{'tril' if is_lower else 'triu'}(half) * {HALF}",
        let={key: text.format(product.format(factor), factor) for key, text in FACTOR.items()},
        when=ranks(x=2),
        example=UPPER,
    )
    for rank, outer in ((1, "np.outer(back, out)"), (2, "back @ out.T")):
        gate(
            "scipy.linalg.cho_solve((c, low), b)",
            dc=through,
            db="back",
            let={
                "back": "scipy.linalg.cho_solve((c, low), dout)",
                "once": outer,
                "whole": "once + once.T",
            },
            when=factored(rank, is_lower),
            example={"c": SYMMETRIC, "low": str(is_lower), "b": (3,) if rank == 1 else (3, 2)},
        )

# A factor that is kept is asked again for the system of the transpose.
for rank, outer in ((1, "np.outer({0}, {1})"), (2, "{0} @ {1}.T")):
    for trans, back, product in (
        ("", ", trans=1", outer.format("back", "out")),
        (", trans=1", "", outer.format("out", "back")),
    ):
        gate(
            f"scipy.linalg.lu_solve((c := scipy.linalg.lu_factor(a)), b{trans})",
            da=f"-{product}",
            db="back",
            let={"back": f"scipy.linalg.lu_solve(c, dout{back})"},
            when=ranks(a=2, b=rank),
            example={"a": SYMMETRIC, "b": (3,) if rank == 1 else (3, 2)},
        )

# The factor under a name of its own: both triangles in one matrix, the ones of the lower one left out.
TRIANGLES = {
    "lower": "np.tril(out[0], -1) + np.eye(len(x))",
    "upper": "np.triu(out[0])",
    "inner": "np.tril(lower.T @ np.tril(dout[0], -1), -1) + np.triu(np.triu(dout[0]) @ upper.T)",
    "turned": "np.linalg.solve(lower.T, np.linalg.solve(upper, inner.T).T)",
}
gate(
    "scipy.linalg.lu_factor(x)",
    dx="scipy.linalg.lu_solve((np.eye(len(x)), out[1]), turned, trans=1)",
    let=TRIANGLES,
    when=ranks(x=2),
    example={"x": SYMMETRIC},
)
for rank, outer in ((1, "np.outer({0}, {1})"), (2, "{0} @ {1}.T")):
    gate(
        "scipy.linalg.lu_solve((c, piv), b)",
        dc=f"-np.triu({outer.format('upper', 'out')}) - np.tril({outer.format('lower', '(np.triu(c) @ out)')}, -1)",
        db="scipy.linalg.lu_solve((c, piv), dout, trans=1)",
        let={
            "upper": "scipy.linalg.solve_triangular(c, dout, trans=1)",
            "lower": "scipy.linalg.solve_triangular(c, upper, trans=1, lower=True, unit_diagonal=True)",
        },
        when=ranks(c=2, b=rank),
        example={"c": SYMMETRIC, "piv": "np.arange(3)", "b": (3,) if rank == 1 else (3, 2)},
    )

ranked(
    "scipy.linalg.expm(x)",
    {"x": (3, 3)},
    dx="scipy.linalg.expm_frechet(x.T, dout, compute_expm=False)",
)
gate(
    "scipy.linalg.sqrtm(x)",
    dx="scipy.linalg.solve_sylvester(out.T, out.T, dout)",
    when=ranks(x=2),
    example=UPPER,
)
gate(
    "scipy.linalg.solve_sylvester(a, b, q)",
    da="-back @ out.T",
    db="-out.T @ back",
    dq="back",
    let={"back": "scipy.linalg.solve_sylvester(a.T, b.T, dout)"},
    example={"a": SYMMETRIC, "b": SYMMETRIC, "q": (3, 3)},
)
for equation, da in (
    ("discrete", "back @ a @ out.T + back.T @ a @ out"),
    ("continuous", "-back @ out.T - back.T @ out"),
):
    gate(
        f"scipy.linalg.solve_{equation}_lyapunov(a, q)",
        da=da,
        dq="back",
        let={"back": f"scipy.linalg.solve_{equation}_lyapunov(a.T, dout)"},
        when=ranks(a=2, q=2),
        example={"a": SYMMETRIC, "q": (3, 3)},
    )
for metric, away in (
    ("", "(dout / np.where(out == 0, 1, out))[:, :, None] * ({0})"),
    (", 'cityblock'", "dout[:, :, None] * np.sign({0})"),
    (", 'sqeuclidean'", "2 * dout[:, :, None] * ({0})"),
):
    gate(
        f"scipy.spatial.distance.cdist(x, y{metric})",
        dx="np.sum(away, axis=1)",
        dy="-np.sum(away, axis=0)",
        let={"away": away.format("x[:, None, :] - y[None, :, :]")},
        example={"x": (3, 2), "y": (4, 2)},
    )
for metric, pull in (
    ("", "dout / np.where(out == 0, 1, out)"),
    (", 'sqeuclidean'", "2 * dout"),
):
    gate(
        f"scipy.spatial.distance.pdist(x{metric})",
        dx="np.sum(pull, axis=1)[:, None] * x - pull @ x",
        let={"pull": f"scipy.spatial.distance.squareform({pull})"},
        example={"x": (4, 3)},
    )
gate(
    "scipy.spatial.distance.pdist(x, 'cityblock')",
    dx="np.sum(away, axis=1)",
    let={
        "away": "scipy.spatial.distance.squareform(dout)[:, :, None] * np.sign(x[:, None, :] - x[None, :, :])"
    },
    example={"x": (4, 3)},
)
TWO_VECTORS = {"x": (3,), "y": (3,)}
for distance, pull in (
    ("sqeuclidean", "2 * dout * (x - y)"),
    ("euclidean", "dout / np.where(out == 0, 1, out) * (x - y)"),
    ("cityblock", "np.sign(x - y) * dout"),
):
    gate(
        f"scipy.spatial.distance.{distance}(x, y)",
        dx="pull",
        dy="-pull",
        let={"pull": pull},
        when=ranks(x=1, y=1),
        example=TWO_VECTORS,
    )
gate(
    "scipy.spatial.distance.cosine(x, y)",
    dx="dout * ((1 - out) * x / np.dot(x, x) - y / sizes)",
    dy="dout * ((1 - out) * y / np.dot(y, y) - x / sizes)",
    let={"sizes": "np.sqrt(np.dot(x, x) * np.dot(y, y))"},
    when=ranks(x=1, y=1),
    example=TWO_VECTORS,
)
ranked(
    "scipy.spatial.distance.squareform(x)",
    {"x": (6,)},
    dx="(dout + dout.T)[np.triu_indices(len(dout), 1)]",
)


@family("scipy.linalg.block_diag")
def blocks(call: ast.Call, sample: Sample) -> list[Row]:
    """Return the row of matrices along a diagonal: each gets its own block of the gradient."""
    operands = [*call.args, *(k.value for k in call.keywords)]  # `*arrs` has no other options
    holes = holes_of(operands)
    if any(np.ndim(sample(operand)) != 2 for operand in operands):
        return []

    def bound(count: int, axis: int) -> str:
        inside = holes[:count] if count < len(holes) else []
        return " + ".join(f"{hole}.shape[{axis}]" for hole in inside)

    def block(k: int) -> str:
        cuts = [f"{bound(k, axis)} : {bound(k + 1, axis)}" for axis in (0, 1)]
        return f"dout[{', '.join(cuts)}]"

    texts = {f"d{hole}": block(k) for k, hole in enumerate(holes)}
    return [row(f"scipy.linalg.block_diag({', '.join(holes)})", **texts)]


# Each number stands along a diagonal.
ranked(
    "scipy.linalg.toeplitz(c)",
    {"c": (4,)},
    dc="np.array([np.trace(dout, -k) + (k > 0) * np.trace(dout, k) for k in range(len(c))])",
)
ranked(
    "scipy.linalg.toeplitz(c, r)",
    {"c": (4,), "r": (3,)},
    dc="np.array([np.trace(dout, -k) for k in range(len(c))])",
    dr="np.array([(k > 0) * np.trace(dout, k) for k in range(len(r))])",
)

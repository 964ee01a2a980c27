"""Rows of linear algebra: products of all ranks, determinants, inverses, solutions."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate, ranks

MANY = (3, 4, 5, 6)
MATRIX = (3, 3)

# matrix products
gate(
    "x @ w",
    dx="dout @ w.T",
    dw="x.T @ dout",
    when=ranks(x=2, w=2),
    example={"x": (2, 3), "w": (3, 4)},
)
gate("x @ w", dx="w * dout", dw="x * dout", when=ranks(x=1, w=1), example={"x": (3,), "w": (3,)})
gate(
    "x @ w",
    dx="dout @ w.T",
    dw="np.outer(x, dout)",
    when=ranks(x=1, w=2),
    example={"x": (3,), "w": (3, 4)},
)
gate(
    "x @ w",
    dx="np.outer(dout, w)",
    dw="x.T @ dout",
    when=ranks(x=2, w=1),
    example={"x": (2, 3), "w": (3,)},
)
gate(
    "x @ w",
    dx="dout @ w.T",
    dw="x.reshape(-1, x.shape[-1]).T @ dout.reshape(-1, w.shape[-1])",
    when=ranks(x=MANY, w=2),
    example={"x": (2, 4, 3), "w": (3, 2)},
)
gate(
    "x @ w",
    dx="dout[..., None] * w",
    dw="dout[..., None] * x",
    when=ranks(x=MANY, w=1),
    example={"x": (2, 4, 3), "w": (3,)},
)
gate(
    "x @ w",
    dx="np.sum(w * dout[..., None, :], axis=-1)",
    dw="x[:, None] * dout[..., None, :]",
    when=ranks(x=1, w=MANY),
    example={"x": (3,), "w": (2, 3, 4)},
)
gate(
    "x @ w",
    dx="dout @ np.swapaxes(w, -1, -2)",
    dw="np.swapaxes(x, -1, -2) @ dout",
    when=ranks(x=(2, *MANY), w=MANY),
    example={"x": (2, 4, 3), "w": (2, 3, 2)},
)

# other products
gate(
    "np.outer(x, y)",
    dx="(dout @ np.ravel(y)).reshape(np.shape(x))",
    dy="(np.ravel(x) @ dout).reshape(np.shape(y))",
)
gate(
    "np.outer(x, y)",
    dx="dout @ y",
    dy="x @ dout",
    when=ranks(x=1, y=1),
    example={"x": (3,), "y": (4,)},
)
gate(
    "np.inner(x, y)",
    dx="y * dout",
    dy="x * dout",
    when=ranks(x=(0, 1), y=(0, 1)),
    example={"x": (3,), "y": (3,)},
)
gate(
    "np.inner(x, y)",
    dx="dout @ y",
    dy="dout.T @ x",
    when=ranks(x=2, y=2),
    example={"x": (2, 3), "y": (4, 3)},
)
gate(
    "np.inner(x, y)",
    dx="np.outer(dout, y)",
    dy="dout @ x",
    when=ranks(x=2, y=1),
    example={"x": (2, 3), "y": (3,)},
)
gate(
    "np.inner(x, y)",
    dx="dout @ y",
    dy="np.outer(dout, x)",
    when=ranks(x=1, y=2),
    example={"x": (3,), "y": (2, 3)},
)
gate(
    "np.vdot(x, y)",
    dx="y * dout",
    dy="x * dout",
    when=lambda x, y: np.shape(x) == np.shape(y),
    example={"x": (3,), "y": (3,)},
)
gate(
    "np.kron(x, y)",
    dx="dout.reshape(x.size, y.size) @ y",
    dy="x @ dout.reshape(x.size, y.size)",
    when=ranks(x=1, y=1),
    example={"x": (3,), "y": (2,)},
)
BLOCKS = "dout.reshape(x.shape[0], y.shape[0], x.shape[1], y.shape[1])"
gate(
    "np.kron(x, y)",
    dx=f"np.einsum('ikjl,kl->ij', {BLOCKS}, y)",
    dy=f"np.einsum('ikjl,ij->kl', {BLOCKS}, x)",
    when=ranks(x=2, y=2),
    example={"x": (2, 3), "y": (3, 2)},
)
gate(
    "np.cross(x, y)",
    dx="np.cross(y, dout)",
    dy="np.cross(dout, x)",
    when=lambda x, y: np.shape(x)[-1:] == np.shape(y)[-1:] == (3,),
    example={"x": (2, 3), "y": (2, 3)},
)

# matrices
SQUARE = {"x": "square"}
gate("np.trace(x)", dx="dout * np.eye(*x.shape, dtype=x.dtype)", when=ranks(x=2))
gate(
    "np.trace(x, k)",
    dx="dout * np.eye(*x.shape, k=k, dtype=x.dtype)",
    when=ranks(x=2),
    example={"k": "1"},
)
gate("np.linalg.det(x)", dx="out * dout * np.linalg.inv(x).T", when=ranks(x=2), example=SQUARE)
gate(
    "np.linalg.det(x)",
    dx="(out * dout)[..., None, None] * np.swapaxes(np.linalg.inv(x), -1, -2)",
    when=ranks(x=MANY),
    example={"x": "squares"},
)
gate("np.linalg.slogdet(x)[1]", dx="dout * np.linalg.inv(x).T", when=ranks(x=2), example=SQUARE)
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
    da="-np.outer(np.linalg.solve(a.T, dout), out)",
    db="np.linalg.solve(a.T, dout)",
    when=ranks(a=2, b=1),
    example={"a": "square", "b": (3,)},
)
gate(
    "np.linalg.solve(a, b)",
    da="-np.linalg.solve(a.T, dout) @ out.T",
    db="np.linalg.solve(a.T, dout)",
    when=ranks(a=2, b=2),
    example={"a": "square", "b": (3, 2)},
)
gate(
    "np.linalg.solve(a, b)",
    da="-np.linalg.solve(np.swapaxes(a, -1, -2), dout) @ np.swapaxes(out, -1, -2)",
    db="np.linalg.solve(np.swapaxes(a, -1, -2), dout)",
    when=ranks(a=MANY, b=MANY),
    example={"a": "squares", "b": (2, 3, 2)},
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
    dx="sum(np.linalg.matrix_power(x.T, i) @ dout @ np.linalg.matrix_power(x.T, n - 1 - i) for i in range(n))",
    when=lambda x, n: np.ndim(x) == 2 and n > 0,
    example={**SQUARE, "n": "4"},
)
HALF = "0.5 * np.eye(*x.shape, dtype=x.dtype)"
LOWER = "np.tril(out.T @ dout) + np.tril(out.T @ dout, -1).T"
gate(
    "np.linalg.cholesky(x)",
    dx=f"np.tril(np.linalg.solve(out.T, np.linalg.solve(out.T, {LOWER}).T)) * (1 - {HALF})",
    when=ranks(x=2),
    example={"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"},
)
VECTORS = "np.linalg.eigh(x)[1]"
gate(
    "np.linalg.eigvalsh(x)",
    dx=f"np.tril({VECTORS} * dout @ {VECTORS}.T) * (2 - np.eye(*x.shape, dtype=x.dtype))",
    when=ranks(x=2),
    example={"x": "np.array([[2.0, 0.5, 0.1], [0.5, 3.0, -0.4], [0.1, -0.4, 1.0]])"},
)
PARTS = "np.linalg.svd(x, full_matrices=False)"
gate(
    "np.linalg.svd(x, compute_uv=False)",
    dx=f"{PARTS}[0] * dout @ {PARTS}[2]",
    when=ranks(x=2),
    example={"x": (3, 4)},
)

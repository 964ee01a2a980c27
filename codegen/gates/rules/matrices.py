"""Rows of products of vectors, matrices and stacks of them."""

from __future__ import annotations

import numpy as np

from codegen.gates.table import gate, ranked, ranks
from codegen.pytree import is_float

Rank = int | tuple[int, ...]
MANY = (3, 4, 5, 6)

# matrix products


def product(x: Rank, w: Rank, dx: str, dw: str, example: dict[str, tuple[int, ...]]) -> None:
    """Add the rows of `x @ w`, and of `-x @ w` and `2 * x @ w`, so that a matrix that is only scaled needs no name."""
    fit = ranks(x=x, w=w)
    gate("x @ w", dx=dx, dw=dw, when=fit, example=example)
    gate(
        "-x @ w",
        dx=f"-({dx})",
        dw=f"-({dw})",
        when=lambda x, w: fit(x=x, w=w) and is_float(x),
        example=example,
    )
    gate(
        "s * x @ w",
        dx=f"s * ({dx})",
        dw=f"s * ({dw})",
        when=lambda s, x, w: np.ndim(s) == 0 and fit(x=x, w=w) and is_float(x),
        example={"s": "0.7", **example},
    )


product(2, 2, "dout @ w.T", "x.T @ dout", {"x": (2, 3), "w": (3, 4)})
product(1, 1, "w * dout", "x * dout", {"x": (3,), "w": (3,)})
product(1, 2, "dout @ w.T", "np.outer(x, dout)", {"x": (3,), "w": (3, 4)})
product(2, 1, "np.outer(dout, w)", "x.T @ dout", {"x": (2, 3), "w": (3,)})
product(
    MANY,
    2,
    "dout @ w.T",
    "x.reshape(-1, x.shape[-1]).T @ dout.reshape(-1, w.shape[-1])",
    {"x": (2, 4, 3), "w": (3, 2)},
)
product(MANY, 1, "dout[..., None] * w", "dout[..., None] * x", {"x": (2, 4, 3), "w": (3,)})
product(
    1,
    MANY,
    "np.sum(w * dout[..., None, :], axis=-1)",
    "x[:, None] * dout[..., None, :]",
    {"x": (3,), "w": (2, 3, 4)},
)
product(
    (2, *MANY),
    MANY,
    "dout @ np.swapaxes(w, -1, -2)",
    "np.swapaxes(x, -1, -2) @ dout",
    {"x": (2, 4, 3), "w": (2, 3, 2)},
)

# stacks of matrices, one of them transposed on the spot
TURNED: dict[str, Rank] = {
    "np.swapaxes({0}, -1, -2)": MANY,
    "np.swapaxes({0}, -2, -1)": MANY,
    "np.matrix_transpose({0})": MANY,
    "np.swapaxes({0}, 1, 2)": 3,
    "np.transpose({0}, (0, 2, 1))": 3,
    "np.swapaxes({0}, 2, 3)": 4,
    "np.transpose({0}, (0, 1, 3, 2))": 4,
}
for turned, rank in TURNED.items():
    gate(
        f"x @ {turned.format('w')}",
        dx="dout @ w",
        dw="np.swapaxes(dout, -1, -2) @ x",
        when=ranks(x=(2, *MANY), w=rank),
        example={"x": (2, 2, 4, 3), "w": (2, 2, 5, 3)[4 - (rank if rank in (3, 4) else 3) :]},
    )
    gate(
        f"{turned.format('x')} @ w",
        dx="w @ np.swapaxes(dout, -1, -2)",
        dw="x @ dout",
        when=ranks(x=rank, w=(2, *MANY)),
        example={"x": (2, 2, 3, 4)[4 - (rank if rank in (3, 4) else 3) :], "w": (2, 2, 3, 5)},
    )

# other products
gate(
    "np.outer(x, y)",
    dx="(dout @ np.ravel(y)).reshape(np.shape(x))",
    dy="(np.ravel(x) @ dout).reshape(np.shape(y))",
)
ranked("np.outer(x, y)", {"x": (3,), "y": (4,)}, dx="dout @ y", dy="x @ dout")
gate(
    "np.inner(x, y)",
    dx="y * dout",
    dy="x * dout",
    when=ranks(x=(0, 1), y=(0, 1)),
    example={"x": (3,), "y": (3,)},
)
ranked("np.inner(x, y)", {"x": (2, 3), "y": (4, 3)}, dx="dout @ y", dy="dout.T @ x")
ranked("np.inner(x, y)", {"x": (2, 3), "y": (3,)}, dx="np.outer(dout, y)", dy="dout @ x")
ranked("np.inner(x, y)", {"x": (3,), "y": (2, 3)}, dx="dout @ y", dy="np.outer(dout, x)")
gate(
    "np.vdot(x, y)",
    dx="y * dout",
    dy="x * dout",
    when=lambda x, y: np.shape(x) == np.shape(y),
    example={"x": (3,), "y": (3,)},
)
ranked(
    "np.kron(x, y)",
    {"x": (3,), "y": (2,)},
    dx="dout.reshape(x.size, y.size) @ y",
    dy="x @ dout.reshape(x.size, y.size)",
)
BLOCKS = "dout.reshape(x.shape[0], y.shape[0], x.shape[1], y.shape[1])"
ranked(
    "np.kron(x, y)",
    {"x": (2, 3), "y": (3, 2)},
    dx=f"np.einsum('ikjl,kl->ij', {BLOCKS}, y)",
    dy=f"np.einsum('ikjl,ij->kl', {BLOCKS}, x)",
)
gate(
    "np.cross(x, y)",
    dx="np.cross(y, dout)",
    dy="np.cross(dout, x)",
    when=lambda x, y: np.shape(x)[-1:] == np.shape(y)[-1:] == (3,),
    example={"x": (2, 3), "y": (2, 3)},
)
gate(
    "np.cross(x, y, axis=axis)",
    dx="np.cross(y, dout, axis=axis)",
    dy="np.cross(dout, x, axis=axis)",
    when=lambda x, y, axis: np.shape(x) == np.shape(y) and np.shape(x)[axis] == 3,
    example={"x": (3, 2), "y": (3, 2), "axis": "0"},
)
ranked(
    "np.kron(x, y)",
    {"x": (3,), "y": (2, 4)},
    dx="np.einsum('kjl,kl->j', dout.reshape(y.shape[0], x.size, y.shape[1]), y)",
    dy="np.einsum('kjl,j->kl', dout.reshape(y.shape[0], x.size, y.shape[1]), x)",
)
ranked(
    "np.kron(x, y)",
    {"x": (2, 4), "y": (3,)},
    dx="dout.reshape(*x.shape, y.size) @ y",
    dy="np.einsum('ijl,ij->l', dout.reshape(*x.shape, y.size), x)",
)
gate(
    "np.vecdot(x, y)",
    dx="np.expand_dims(dout, -1) * y",
    dy="np.expand_dims(dout, -1) * x",
    example={"x": (2, 3), "y": (2, 3)},
)
ranked("np.vecmat(x, y)", {"x": (3,), "y": (3, 2)}, dx="y @ dout", dy="np.outer(x, dout)")
ranked("np.matvec(x, y)", {"x": (2, 3), "y": (3,)}, dx="np.outer(dout, y)", dy="x.T @ dout")

# between chosen items
for name, index in (("add", "dout"), ("subtract", "-dout")):
    gate(
        f"np.{name}.outer(x, y)",
        dx="np.sum(dout, axis=tuple(range(np.ndim(x), np.ndim(dout))))",
        dy=index,
        example={"x": (3,), "y": (4,)},
    )
    ranked(
        f"np.{name}.outer(x, y)",
        {"x": (3,), "y": (4,)},
        dx="np.sum(dout, axis=1)",
        dy=f"np.sum({index}, axis=0)",
    )
gate(
    "np.multiply.outer(x, y)",
    dx="np.tensordot(dout, y, axes=np.ndim(y))",
    dy="np.tensordot(x, dout, axes=np.ndim(x))",
    example={"x": (3,), "y": (4,)},
)
ranked("np.multiply.outer(x, y)", {"x": (3,), "y": (4,)}, dx="dout @ y", dy="x @ dout")
gate(
    "np.logaddexp.reduce(x, axis=axis)",
    dx="np.exp(x - np.expand_dims(out, axis)) * np.expand_dims(dout, axis)",
    when=lambda axis: axis is not None,
    example={"axis": "0"},
)
gate("np.logaddexp.reduce(x, axis=None)", dx="np.exp(x - out) * dout")

"""Rows of functions that order values: sort, median."""

from __future__ import annotations

from codegen.gates.table import gate, ranks

gate(
    "np.sort(x)",
    dx="np.take_along_axis(dout, np.argsort(np.argsort(x, axis=-1), axis=-1), axis=-1)",
)
gate("np.sort(x, axis=None)", dx="dout[np.argsort(np.argsort(x, axis=None))].reshape(x.shape)")
gate("np.sort(x)", dx="dout[np.argsort(np.argsort(x))]", when=ranks(x=1), example={"x": (5,)})
gate(
    "np.sort(x, axis=axis)",
    dx="np.take_along_axis(dout, np.argsort(np.argsort(x, axis=axis), axis=axis), axis=axis)",
    when=lambda axis: isinstance(axis, int),
    example={"axis": "0"},
)

LOW, HIGH = "np.sort(x, axis=None)[(x.size - 1) // 2]", "np.sort(x, axis=None)[x.size // 2]"
gate("np.median(x)", dx=f"(0.5 * (x == {LOW}) + 0.5 * (x == {HIGH})) * dout")


def nth(k: str) -> str:
    """Return the text of the k-th smallest values along an axis."""
    return f"np.take(np.sort(x, axis=axis), [{k}], axis=axis)"


MIDDLE = (
    f"(0.5 * (x == {nth('(x.shape[axis] - 1) // 2')}) + 0.5 * (x == {nth('x.shape[axis] // 2')}))"
)
gate(
    "np.median(x, axis=axis)",
    dx=f"{MIDDLE} * np.expand_dims(dout, axis)",
    when=lambda axis: isinstance(axis, int),
    example={"axis": "0"},
)
gate(
    "np.median(x, axis=axis, keepdims=True)",
    dx=f"{MIDDLE} * dout",
    when=lambda axis: isinstance(axis, int),
    example={"axis": "0"},
)

RANKS = "np.argsort(np.argsort(x, axis=None)).reshape(x.shape)"
for name, place in (("quantile", "q * (x.size - 1)"), ("percentile", "q / 100 * (x.size - 1)")):
    gate(
        f"np.{name}(x, q)",
        dx=f"np.maximum(0, 1 - np.abs({RANKS} - {place})) * dout",
        when=lambda q: isinstance(q, int | float),
        example={"q": "0.3"},
    )

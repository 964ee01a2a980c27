"""Normalisation as one gate: an array less its mean, over its deviation; an array over its own size.

The gradient is what the stages give together: less its mean, and less its part along the output. What the user takes
apart stays in stages, as the course has it, and so does what is divided by a deviation alone, which may be zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen.gates.operands import has_name, is_nameless
from codegen.gates.table import Row, row, spellings

KEPT = ", axis=axis, keepdims=True"
TAILS = ("", KEPT, ", axis=0", ", axis=(0, 1)", ", axis=(0, 1, 2)")
"""Along what: everything, axes that are kept, the first ones."""


def fits(x: Any, eps: Any) -> bool:
    """Return whether there is an array, and one number beside its size: several could make the array larger."""
    return np.ndim(x) > 0 and np.ndim(eps) == 0 and bool(eps)


def is_factor(g: Any, x: Any, eps: Any) -> bool:
    """Return whether a factor beside an array tells whether it is spread: not where both have size 1."""
    both = zip(np.shape(g)[::-1], np.shape(x)[::-1], strict=False)
    return fits(x, eps) and all(pair != (1, 1) for pair in both)


def stays_out(g: Any, x: Any, eps: Any, axis: Any = 0) -> bool:
    """Return whether a factor has too few axes to spread an array along one that is summed over."""
    rank = np.ndim(x)
    few = is_factor(g, x, eps)
    return few and all(np.ndim(g) < rank - one % rank for one in np.atleast_1d(axis))


def scales(square: str, roots: tuple[str, ...], tail: str, far: str) -> Iterator[tuple[str, str]]:
    """Yield what an array is divided by, a number added within the root or outside; and what is taken off."""
    safe = "np.where(d == 0, 1, d)" if tail else "(d or 1.0)"
    for root in ("np.sqrt({0})", "({0}) ** 0.5"):
        yield f"(s := {root.format(f'(v := {square}) + eps')})", ""
        yield f"(s := (d := {root.format(f'(v := {square})')}) + eps)", f"{far} / {safe}"
    for root in roots:
        yield f"(s := (d := {root}) + eps)", f"{far} / {safe}"


def normalized(
    tail: str, above: str, scale: str, along: str, dx: str, summed: bool
) -> Iterator[Row]:
    """Yield the rows of a quotient, alone and with a factor in front."""
    far, hat = ("n", "xhat") if "n :=" in above else ("x", "unit")
    whole = (2, 2, 2, 3) if "(" in tail else (3, 4)
    hints = {"x": whole, "eps": "0.3", **({"axis": "1"} if tail == KEPT else {})}
    written = {hole: is_nameless for hole in ("n", "v") if f"({hole} :=" in f"{above}{scale}"}
    if far == "n":
        written.pop("v", None)
    if "x - m" in scale:  # what is written twice is computed twice, but for a difference
        written["m"] = has_name
    deps = "-out / s * dout" if along else "-0.5 * out / s**2 * dout"
    yield row(
        f"{above} / {scale}",
        dx=dx.format("dout", "out", along or "out"),
        deps=deps,
        when=fits,
        example=hints,
        written=written,
    )
    yield row(
        f"g * {above} / {scale}",
        dx=dx.format(f"d{hat}", hat, along or hat),
        dg=f"{hat} * dout",
        deps=deps,
        let={hat: f"{far} / s", f"d{hat}": "g * dout"},
        when=stays_out if summed else is_factor,
        example={**hints, "g": "1.3"},
        written=written,
    )


@spellings("/")
def quotients() -> Iterator[Row]:
    for tail in TAILS:
        above = f"(n := x - (m := np.mean(x{tail})))"
        dx = f"({{0}} - np.mean({{0}}{tail}) - {{2}} * np.mean({{1}} * {{0}}{tail})) / s"
        for spread in (f"np.var(x{tail})", f"np.mean((x - m) ** 2{tail})"):
            own = (f"np.std(x{tail})",) if spread.startswith("np.var") else ()
            for scale, along in scales(spread, own, tail, "n"):
                yield from normalized(tail, above, scale, along, dx, False)
        norm = (
            () if tail.endswith("2)") else (f"np.linalg.norm(x{tail})",)
        )  # of vectors and matrices
        for total, own in (("mean", ()), ("sum", norm)):
            dx = f"({{0}} - {{2}} * np.{total}({{1}} * {{0}}{tail})) / s"
            for scale, along in scales(f"np.{total}(x ** 2{tail})", own, tail, "x"):
                yield from normalized(tail, "x", scale, along, dx, total == "sum")

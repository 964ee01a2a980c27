"""What reductions along axes have in common: a row with holes goes in, one row per form of the call comes out.

`{dout}` and `{out}` stand for the upstream gradient and the output with the dimensions they lost, `{tail}` for the
arguments that make a call inside a gradient keep its dimensions.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.operands import are_distinct, is_number, is_searched
from codegen.gates.table import FormTest, Predicate, Row, gate, row, spellings
from codegen.records import dataclass


def is_axis(axis: Any) -> bool:
    """Return whether a value names one axis or several."""
    return isinstance(axis, int | np.integer | tuple)


def is_one(axis: Any) -> bool:
    return isinstance(axis, int | np.integer)


def is_none(axis: Any) -> bool:
    """Return whether an axis is left open."""
    return axis is None


DOUT, OUT = "np.expand_dims(dout, axis)", "np.expand_dims(out, axis)"
AXES = {"axis": "0", "keep": "True"}


@dataclass(frozen=True)
class Reduction:
    """One form of a call that reduces."""

    arguments: str
    """What follows the operand in the call."""
    dout: str = "dout"
    out: str = "out"
    """The upstream gradient and the output, with the dimensions they lost."""
    tail: str = ""
    """What makes an inner call keep its dimensions."""
    along: bool = False
    """Whether there is an axis."""
    none: bool = False
    """Whether it is None in the example."""


ALONG = ", axis=axis, keepdims=True"
# An argument that is None here may be an axis in another call.
NONE = "(dout if axis is None else np.expand_dims(dout, axis))"
NONE_OUT = "(out if axis is None else np.expand_dims(out, axis))"
KEEP = "(dout if keep or axis is None else np.expand_dims(dout, axis))"
KEEP_OUT = "(out if keep or axis is None else np.expand_dims(out, axis))"
FORMS = (
    Reduction(""),
    Reduction(", keepdims=keep"),
    Reduction(", keepdims=True"),
    Reduction(
        ", axis=axis, keepdims=keep",
        f"(dout if keep else {DOUT})",
        f"(out if keep else {OUT})",
        ALONG,
        True,
    ),
    Reduction(", axis=axis", DOUT, OUT, ALONG, True),
    Reduction(", axis=axis, keepdims=True", "dout", "out", ALONG, True),
    Reduction(", axis=axis", NONE, NONE_OUT, ALONG, True, True),
    Reduction(", axis=axis, keepdims=keep", KEEP, KEEP_OUT, ALONG, True, True),
    Reduction(", axis=axis, keepdims=True", "dout", "out", ALONG, True, True),
)


TOTAL = ("x.size",)
ALONG_ONE = "x.shape[axis]"
LENGTHS = (ALONG_ONE, "(x.size // np.size(dout))")
"""The number of values that a reduction adds up: along one axis that is written there, and along those that a call
gives, which may be one, several or all.
"""


def reduction(
    name: str,
    dx: str,
    *,
    more: str = "",
    when: Predicate | None = is_axis,
    less: str = "",
    example: Mapping[str, Any] | None = None,
    written: Mapping[str, FormTest] | None = None,
    let: Mapping[str, str] | None = None,
    **others: Any,
) -> None:
    """Add the rows of a reduction, for each form of its call.

    Parameters
    ----------
    name : str
    dx : str
        The gradient, with `{dout}`, `{out}`, `{tail}` and `{size}`.
    more : str
        Further arguments, such as `", ddof=ddof"`.
    when : callable, optional
        Predicate on the axis, for the forms with one.
    less : str
        What is taken off the number of values, such as `" - ddof"`.
    let : dict, optional
        What gets a name first, with the same parts.
    **others
        Gradients by further operands, with the same parts.
    """
    hints = {**AXES, **(example or {})}
    counts = any("{size}" in text for text in (dx, *others.values()))

    def rows() -> Iterator[Row]:
        for form, length in ((f, n) for f in FORMS for n in (LENGTHS if f.along else TOTAL)):
            is_one_axis = length == ALONG_ONE
            if is_one_axis and (form.none or not counts):
                continue
            parts = {
                "dout": form.dout,
                "out": form.out,
                "tail": form.tail,
                "size": f"({length}{less})" if less else length,
                "safe": nonzero(form),
                "first": first_place(form, name.replace("np.", "np.arg")),
            }
            fits = is_none if form.none else when if form.along else None
            yield row(
                f"{name}(x{form.arguments}{more})",
                dx=dx.format(**parts),
                let={one: text.format(**parts) for one, text in (let or {}).items()},
                when=is_one if is_one_axis else fits,
                example={**hints, "axis": "None"} if form.none else hints,
                written=(
                    {**(written or {}), "axis": lambda form, facts: is_number(form)}
                    if is_one_axis
                    else written
                ),
                **{key: text.format(**parts) for key, text in others.items()},
            )

    spellings(name)(rows)


def extreme(name: str, mask: str, dx: str, **more: Any) -> None:
    """Add the rows of a reduction whose gradient goes to where a mask holds, shared out where one number may stand
    there several times, and to the first of them where the function looks for its place.

    Parameters
    ----------
    name : str
    mask : str
        Where the output is reached.
    dx : str
        The gradient, with `{mask}`.
    **more
        Of `reduction`.
    """
    shared = dx.replace("{mask}", "reached / np.sum(reached{tail})")
    reduction(name, shared, let={"reached": mask[1:-1]}, **more)
    reduction(name, dx.replace("{mask}", mask), written={"x": are_distinct}, **more)
    if name in ("np.max", "np.min") and not more.get("more"):
        reduction(name, dx.replace("{mask}", "({first})"), written={"x": is_searched}, **more)


def is_plain(x: Any) -> bool:
    """Return whether a value is a number and no array: it has neither a shape nor a size."""
    return isinstance(x, int | float)


def of_number(names: tuple[str, ...], dx: str, arguments: str = "") -> None:
    """Add the rows of functions of arrays that are given one plain number."""
    for name in names:
        example = {"x": "0.7", "q": "0.3"}
        gate(f"{name}(x{arguments})", dx=dx, when=is_plain, example=example)


def nonzero(form: Reduction) -> str:
    """Return the text of the output where it is not zero, else of one: what it divides is zero then too."""
    return f"np.where({form.out} == 0, 1, {form.out})" if form.along else "(out or 1.0)"


def first_place(form: Reduction, search: str) -> str:
    """Return the text of the mask of the first place where an extreme stands, which `np.argmax` tells."""
    whole = f"np.arange(x.size).reshape(x.shape) == {search}(x)"
    along = f"np.indices(x.shape)[axis] == {search}(x{ALONG})"
    return f"{whole} if axis is None else {along}" if form.none else along if form.along else whole


def literal_axis(call: ast.Call, sample: Any, default: int | None = None) -> int | None:
    """Return the axis of a call if it is a literal number, counted from the front."""
    node = syntax.keyword(call, "axis")
    axis = default
    if node is not None:
        axis = sample(node) if isinstance(node, ast.Constant | ast.UnaryOp) else None
    rank = np.ndim(sample(call.args[0]))
    return axis % rank if isinstance(axis, int) and -rank <= axis < rank else None


def axis_text(call: ast.Call, sample: Any) -> str:
    node = syntax.keyword(call, "axis")
    return "" if node is None else f", axis={sample(node)}"


def slices(lengths: Sequence[str], to_the_end: bool = True) -> list[str]:
    """Return the slice of each part, given the text of its length; the last one may do without.

    >>> slices(["1", "len(x)", "1"])
    [' : 1', '1 : -1', '-1 : ']
    """
    found, before = [], ""
    for i in range(len(lengths)):
        behind = lengths[i + 1 :]
        after = total(lengths[: i + 1])
        if to_the_end and all(map(str.isdigit, behind)) and not after.isdigit():
            after = f"-{total(behind)}"
        if to_the_end and not behind:
            after = ""
        found.append(f"{before} : {after}")
        before = after
    return found


def total(lengths: Sequence[str]) -> str:
    known = sum(int(length) for length in lengths if length.isdigit())
    named = [length for length in lengths if not length.isdigit()]
    return " + ".join([*named, *([str(known)] if known or not named else [])])


def along(axis: int, key: str) -> str:
    """Return an index that applies a key along an axis and takes all of the others."""
    return ":, " * axis + key if axis >= 0 else "..., " + key + ", :" * (-axis - 1)


def spread(text: str, place: int, rank: int) -> str:
    """Return the text of numbers that lie along one of several axes."""
    behind = rank - 1 - place
    return f"{text}[:{', None' * behind}]" if behind else text

"""Softmax, its logarithm and the cross-entropy loss as single gates: probabilities minus one at the correct class.

The rows leave the minus, the sum and the mean to the gates around them. Inner values that have a name in the user's
code are looked through, and the shift by the maximum, which cancels, gets no gradient of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen.gates.table import Row, ranks, row, spellings

ROWS = {"x": (3, 4), "y": "np.array([2, 0, 2])", "n": "3"}
ONE = {"x": (4,), "y": "2"}


def has_labels(x: Any, y: Any) -> bool:
    """Return whether there is an array of classes, one for each row of scores: a list has no new axes."""
    return np.ndim(x) == 2 and isinstance(y, np.ndarray) and y.ndim == 1


def shifted(tail: str, column: str) -> Iterator[str]:
    """Yield how the scores are written inside the exponential: as they are, or less their maximum."""
    yield "x"
    yield f"(s := x - (m := np.max(x{tail})))"
    if column:
        yield f"(s := x - (m := np.max(x, axis=1)){column})"
        yield f"(s := x - (m := np.max(x, axis=1){column}))"


def probabilities(tail: str, column: str) -> Iterator[str]:
    for scores in shifted(tail, column):
        for total in (
            f"(t := np.sum(e{tail}))",
            *(
                (f"(t := np.sum(e, axis=1)){column}", f"(t := np.sum(e, axis=1){column})")
                if column
                else ()
            ),
        ):
            yield f"(p := (e := np.exp({scores})) / {total})"


def logarithms(tail: str, column: str) -> Iterator[str]:
    for scores in shifted(tail, column):
        again = "s" if scores.startswith("(s :=") else "x"
        for total in (
            f"(t := np.sum((e := np.exp({again})){tail}))",
            *((f"(t := np.sum((e := np.exp({again})), axis=1)){column}",) if column else ()),
        ):
            yield f"(q := {scores} - (l := np.log({total})))"


COLUMN = "[:, np.newaxis]"
AXIS = ", axis=1, keepdims=True"
INDICES = ("(r := np.arange(n)), y", "(r := range(n)), y")


def picked(text: str, inner: str, whole: bool) -> Row:
    """Return the row of a score that is picked from each row, given what the probabilities are called in it."""
    if not whole:
        return row(
            text,
            dx=f"((np.arange(x.size) == y % x.size) - {inner}) * dout",
            made={"x": "dx = p.copy(); dx[y] -= 1; dx *= -dout"},
            when=ranks(x=1, y=0),
            example=ONE,
        )
    start = "p.copy()" if inner == "p" else inner
    return row(
        text,
        dx=f"((np.arange(x.shape[1]) == y[:, None] % x.shape[1]) - {inner}) * np.expand_dims(dout, 1)",
        made={"x": f"dx = {start}; dx[r, y] -= 1; dx *= -np.expand_dims(dout, 1)"},
        when=has_labels,
        example=ROWS,
    )


@spellings("np.log")
def logarithms_of_picked() -> Iterator[Row]:
    for index in INDICES:
        for softmax in probabilities(AXIS, COLUMN):
            yield picked(f"np.log((c := {softmax}[{index}]))", "p", True)
    for softmax in probabilities("", ""):
        yield picked(f"np.log((c := {softmax}[y]))", "p", False)


@spellings("[]")
def picked_logarithms() -> Iterator[Row]:
    for index in INDICES:
        for softmax in probabilities(AXIS, COLUMN):
            yield picked(f"(g := np.log({softmax}))[{index}]", "p", True)
        for logs in logarithms(AXIS, COLUMN):
            yield picked(f"{logs}[{index}]", "np.exp(q)", True)
    for softmax in probabilities("", ""):
        yield picked(f"(g := np.log({softmax}))[y]", "p", False)


@spellings("/")
def softmaxes() -> Iterator[Row]:
    for softmax in probabilities(AXIS, COLUMN):
        yield row(
            softmax,
            dx="out * (dout - np.sum(out * dout, axis=1, keepdims=True))",
            when=ranks(x=2),
            example={"x": (3, 4)},
        )


@spellings("-")
def logarithms_of_softmax() -> Iterator[Row]:
    for logs in logarithms(AXIS, COLUMN):
        yield row(
            logs,
            dx="dout - np.exp(out) * np.sum(dout, axis=1, keepdims=True)",
            when=ranks(x=2),
            example={"x": (3, 4)},
        )

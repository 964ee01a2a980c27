"""The table of gates: rows go in, the rows that may fit a canonical expression come out.

A row is written in the language of the output: the left side is the forward expression, and for each hole `x` the
keyword `dx` gives the gradient. Nothing here knows about broadcasting, copies or `+=`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

Predicate = Callable[..., bool]
Sample = Callable[[ast.expr], Any]
Family = Callable[[ast.Call, Sample], "list[Row]"]


@dataclass(frozen=True, eq=False)
class Row:
    """One gate: a left side, a gradient per hole, and when it holds.

    Attributes
    ----------
    pattern : str
        The forward expression; every name but `np` is a hole.
    gradients : mapping of str to tuple of str
        For each differentiable hole the alternatives of its gradient, in terms of the holes, `out` and `dout`.
    when : callable, optional
        Called with the sample values of the holes it names.
    zero : bool
        The derivative is zero almost everywhere, so the result is passive.
    inline : str, optional
        NumPy text that is written out in place of the left side.
    made : mapping of str to str
        For a hole the statements that make its gradient in place, where that reads better than one expression.
    example : mapping
        Hints for the numeric test of the row.
    repeats : bool
        Whether the index of a scatter may name an item several times.
    """

    pattern: str
    gradients: Mapping[str, tuple[str, ...]]
    when: Predicate | None = None
    zero: bool = False
    inline: str | None = None
    example: Mapping[str, Any] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False

    @cached_property
    def tree(self) -> ast.expr:
        """The left side as a tree."""
        return ast.parse(self.pattern, mode="eval").body

    @cached_property
    def templates(self) -> dict[str, tuple[ast.stmt, ...]]:
        """The parsed gradients: expression statements, or augmented assignments for a scatter."""
        return {
            hole: tuple(ast.parse(text).body[0] for text in texts)
            for hole, texts in self.gradients.items()
        }

    @cached_property
    def statements(self) -> dict[str, tuple[ast.stmt, ...]]:
        """The parsed statements that make a gradient in place: `dx = ...` first, then changes of `dx`."""
        return {hole: tuple(ast.parse(text).body) for hole, text in self.made.items()}

    @cached_property
    def named(self) -> frozenset[str]:
        """The inner values that the left side names with `:=`; gradients may read them."""
        return frozenset(
            sub.target.id for sub in ast.walk(self.tree) if isinstance(sub, ast.NamedExpr)
        )

    @cached_property
    def read(self) -> frozenset[str]:
        """The names that some gradient reads."""
        trees = [t for some in (*self.templates.values(), *self.statements.values()) for t in some]
        return frozenset(n.id for t in trees for n in ast.walk(t) if isinstance(n, ast.Name))

    @cached_property
    def flat(self) -> frozenset[str]:
        """The holes on which the value does not depend but for jumps: their gradient is 0."""
        return frozenset(hole for hole, texts in self.gradients.items() if texts == ("0",))

    @cached_property
    def holes(self) -> tuple[str, ...]:
        """The names of the left side that stand for operands, in order of appearance."""
        return tuple(dict.fromkeys(hole_names(self.tree)))


def hole_names(tree: ast.AST) -> list[str]:
    """Return the names in `tree` that are not the base of a dotted callee, in order, repeated ones included."""
    callees = {
        id(sub)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for sub in ast.walk(call.func)
    }
    found = [
        sub
        for sub in ast.walk(tree)
        if isinstance(sub, ast.Name) and isinstance(sub.ctx, ast.Load) and id(sub) not in callees
    ]
    named = {sub.target.id for sub in ast.walk(tree) if isinstance(sub, ast.NamedExpr)}
    found.sort(key=lambda name: (name.lineno, name.col_offset))
    return [name.id for name in found if name.id not in named and name.id != "np"]


def row(
    pattern: str,
    *,
    when: Predicate | None = None,
    zero: bool = False,
    inline: str | None = None,
    example: Mapping[str, Any] | None = None,
    made: Mapping[str, str] | None = None,
    repeats: bool = False,
    **gradients: str | Sequence[str],
) -> Row:
    """Return a row; see `gate` for the arguments."""
    for key in gradients:
        if not key.startswith("d") or len(key) < 2:
            raise ValueError(f"row {pattern!r}: the gradient of x is given as dx=, not {key}=")
    texts = {
        key[1:]: (text,) if isinstance(text, str) else tuple(text)
        for key, text in gradients.items()
    }
    return Row(pattern, texts, when, zero, inline, example or {}, made or {}, repeats)


def row_with(pattern: str, gradients: Mapping[str, str]) -> Row:
    """Return a row whose gradients are given as a mapping: `{"dx": "out * dout"}`."""
    return Row(pattern, {key[1:]: (text,) for key, text in gradients.items()})


class Table:
    """The rows, filed under the head of their left side."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.plain: set[Row] = set()
        self.families: dict[str, Family] = {}
        self.buckets: dict[str, list[Row]] = {}

    def add(self, new: Row) -> None:
        """File a row, behind those that are there."""
        self.rows.append(new)
        self.plain.add(new)
        self.buckets.setdefault(callee_of(new.pattern) or head_of(new.tree), []).append(new)

    def under(self, head: str) -> list[Row]:
        """Return the rows whose left side has this head."""
        return self.buckets.get(head, [])


TABLE = Table()


def gate(
    pattern: str,
    *,
    when: Predicate | None = None,
    zero: bool = False,
    inline: str | None = None,
    example: Mapping[str, Any] | None = None,
    made: Mapping[str, str] | None = None,
    repeats: bool = False,
    **gradients: str | Sequence[str],
) -> None:
    """Add a row to the table of gates.

    Parameters
    ----------
    pattern : str
        The forward expression in NumPy; names are holes: `"np.exp(x)"`.
    when : callable, optional
        Predicate on the sample values of the holes it names as parameters.
    zero : bool
        The derivative is zero almost everywhere.
    inline : str, optional
        NumPy text to write out in place of the left side, for functions that the generated module must not import.
    example : mapping, optional
        For the numeric test: a shape per differentiable hole, a literal per static one.
    made : mapping, optional
        For a hole `x` the statements that make its gradient in place, `"dx = out.copy(); dx[y] -= 1; dx *= dout"`, which are
        written out instead of the expression where this gradient is the first of its variable.
    repeats : bool
        The index of a scatter, `dx="dx[index] += dout"`, may name an item several times.
    **gradients : str or sequence of str
        `dx="out * dout"` for each differentiable hole `x`; several alternatives in a sequence.

    Raises
    ------
    ValueError
        If a gradient is not named after a hole, or reads a name that the row does not know.
    """
    new = row(
        pattern,
        when=when,
        zero=zero,
        inline=inline,
        example=example,
        made=made,
        repeats=repeats,
        **gradients,
    )
    TABLE.add(new)


def family(head: str) -> Callable[[Family], Family]:
    """Register a function that makes the rows for one call of a function with a variable number of operands.

    Parameters
    ----------
    head : str
        Canonical name of the callee, such as `"np.concatenate"`.
    """

    def register(make: Family) -> Family:
        TABLE.families[head] = make
        return make

    return register


def ranks(**wanted: int | Sequence[int]) -> Predicate:
    """Return a predicate that holds when each named hole has the given rank (or one of the given ranks)."""

    def fits(**values: Any) -> bool:
        return all(
            np.ndim(values[hole]) in ((n,) if isinstance(n, int) else n)
            for hole, n in wanted.items()
        )

    fits.__wanted__ = tuple(wanted)  # type: ignore[attr-defined]  # read by `holds`
    return fits


def holds(when: Predicate | None, values: Mapping[str, Any]) -> bool:
    """Return whether a predicate accepts the sample values."""
    if when is None:
        return True
    names = (
        getattr(when, "__wanted__", None) or when.__code__.co_varnames[: when.__code__.co_argcount]
    )
    return bool(when(**{name: values.get(name) for name in names}))


CALLEE = re.compile(r"([A-Za-z_][\w.]*)\(")
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "~",
    ast.Not: "not",
}


def callee_of(pattern: str) -> str:
    """Return what a left side calls if all of it is one call, else nothing; most rows need not be parsed for that."""
    found = CALLEE.match(pattern)
    if found is None:
        return ""
    depth = 0
    for k in range(found.end() - 1, len(pattern)):
        depth += (pattern[k] in "([{") - (pattern[k] in ")]}")
        if depth == 0:
            return found[1] if k == len(pattern) - 1 else ""
    return ""


def head_of(tree: ast.expr) -> str:
    """Return the key under which a canonical expression is filed."""
    if isinstance(tree, ast.NamedExpr):
        return head_of(tree.value)
    if isinstance(tree, ast.BinOp | ast.UnaryOp):
        return OPERATORS[type(tree.op)]
    if isinstance(tree, ast.Call):
        return ast.unparse(tree.func)
    if isinstance(tree, ast.Subscript):
        return "[]"
    return type(tree).__name__

"""Rows: the text of a gate goes in, its left side and its gradients as trees come out.

A row is written in the language of the output: the left side is the forward expression, and for each hole `x` the
keyword `dx` gives the gradient. Nothing here knows about broadcasting, copies or `+=`.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import field, fields
from functools import cached_property
from typing import Any

import numpy as np

from codegen import syntax
from codegen.errors import UsageError
from codegen.records import dataclass

Predicate = Callable[..., bool]
FormTest = Callable[..., bool]


@dataclass(frozen=True)
class Sample:
    """What a run has seen of the parts of a call: called with one, its value, or MISSING."""

    value: Callable[[ast.expr], Any]
    ranks: Callable[[ast.expr], Set[int]]

    def __call__(self, part: ast.expr) -> Any:
        return self.value(part)


Family = Callable[[ast.Call, Sample], "list[Row]"]
OWNERS = frozenset({"np", "math"})
"""Whose functions are always there."""


@dataclass(frozen=True, eq=False)
class Row:
    """One gate: a left side, a gradient per hole, and when it holds."""

    pattern: str
    """The forward expression; every name but `np` is a hole."""
    gradients: Mapping[str, tuple[str, ...]]
    """For each differentiable hole the alternatives of its gradient, in terms of the holes, `out` and `dout`."""
    when: Predicate | None = None
    """Called with the sample values of the holes it names."""
    zero: bool = False
    """The derivative is zero almost everywhere, so the result is passive."""
    inline: str | None = None
    """NumPy text that is written out in place of the left side."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """Hints for the numeric test of the row."""
    made: Mapping[str, str] = field(default_factory=dict)
    """For a hole the statements that make its gradient in place, where that reads better than one expression."""
    repeats: bool = False
    """Whether the index of a scatter may name an item several times."""
    written: Mapping[str, FormTest] = field(default_factory=dict)
    """For a hole a test of how it is written, such as `is_sum_of_squares`."""
    let: Mapping[str, str] = field(default_factory=dict)
    """Values that gradients read more than once, each by a name: `{"u, s, v": "np.linalg.svd(x)"}`."""

    @cached_property
    def tree(self) -> ast.expr:
        """The left side as a tree."""
        return syntax.parse(self.pattern)

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
    def lets(self) -> tuple[tuple[tuple[str, ...], ast.expr], ...]:
        """The parsed values of `let`, in order, each with the names of its parts."""
        return tuple(
            (tuple(name.strip() for name in names.split(",")), syntax.parse(text))
            for names, text in self.let.items()
        )

    @cached_property
    def let_names(self) -> frozenset[str]:
        return frozenset(name for names, _ in self.lets for name in names)

    def lets_for(self, names: Set[str]) -> list[tuple[tuple[str, ...], ast.expr]]:
        """Return the values of `let` that some names need, in order."""
        found: list[tuple[tuple[str, ...], ast.expr]] = []
        wanted = set(names)
        for group, tree in reversed(self.lets):
            if wanted & set(group):
                found.insert(0, (group, tree))
                wanted |= syntax.names(tree)
        return found

    def spelled_out(self, tree: ast.expr) -> ast.expr:
        """Return a gradient with the values of `let` in place of their names."""
        for names, value in reversed(self.lets):
            parts = {
                name: value if len(names) == 1 else syntax.index(value, syntax.constant(k))
                for k, name in enumerate(names)
            }
            tree = syntax.substitute(tree, parts)
        return tree

    @cached_property
    def named(self) -> frozenset[str]:
        """The inner values that the left side names with `:=`; gradients may read them."""
        if ":=" not in self.pattern:
            return frozenset()
        return frozenset(sub.target.id for sub in syntax.every(ast.NamedExpr, self.tree))

    @cached_property
    def roots(self) -> frozenset[str]:
        """The modules, or functions, that the left side calls by name."""
        calls = [n.func for n in syntax.every(ast.Call, self.tree)]
        return frozenset(syntax.names(*calls))

    @cached_property
    def foreign(self) -> tuple[ast.Attribute, ...]:
        """What the left side calls that is not NumPy's: a module of it may not be imported yet."""
        if OWNERS.issuperset(re.findall(r"(?<![\w.])([A-Za-z_]\w*)\.", self.pattern)):
            return ()
        calls = [n.func for n in syntax.every(ast.Call, self.tree)]
        return tuple(
            f
            for f in calls
            if isinstance(f, ast.Attribute) and not syntax.dotted(f).startswith(("np.", "math."))
        )

    @cached_property
    def read(self) -> frozenset[str]:
        """The names that some gradient reads."""
        trees: list[ast.AST] = [
            t for some in (*self.templates.values(), *self.statements.values()) for t in some
        ]
        trees += [tree for _, tree in self.lets]
        return frozenset(syntax.names(*trees))

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
        sub for call in ast.walk(tree) if isinstance(call, ast.Call) for sub in ast.walk(call.func)
    }
    found = [
        sub
        for sub in syntax.every(ast.Name, tree)
        if isinstance(sub.ctx, ast.Load) and sub not in callees
    ]
    named = {sub.target.id for sub in syntax.every(ast.NamedExpr, tree)}
    found.sort(key=lambda name: (name.lineno, name.col_offset))
    return [name.id for name in found if name.id not in named and name.id != "np"]


FIELDS = frozenset(one.name for one in fields(Row)) - {"pattern", "gradients"}
"""What a row is given beside its gradients."""


def row(pattern: str, **given: Any) -> Row:
    """Return a row; `gate` says what may be given."""
    plain = {key: value for key, value in given.items() if key in FIELDS and value is not None}
    gradients = {key: value for key, value in given.items() if key not in FIELDS}
    if not all(key.startswith("d") and len(key) > 1 for key in gradients):
        raise UsageError(
            f"the row {pattern!r} cannot be used: {', '.join(gradients)} is not all gradients",
            advice="The gradient of x is given as dx=.",
        )
    texts = {
        key[1:]: (text,) if isinstance(text, str) else tuple(text)
        for key, text in gradients.items()
    }
    return Row(pattern, texts, **plain)


@dataclass(frozen=True)
class Ranks:
    """A predicate that holds when each named hole has one of its ranks."""

    wanted: Mapping[str, int | Sequence[int]]

    def __call__(self, **values: Any) -> bool:
        return all(
            np.ndim(values[hole]) in ((n,) if isinstance(n, int) else n)
            for hole, n in self.wanted.items()
        )


def ranks(**wanted: int | Sequence[int]) -> Predicate:
    """Return a predicate that holds when each named hole has the given rank (or one of the given ranks)."""
    return Ranks(wanted)


def asked_by(when: Predicate) -> tuple[list[str], list[str]]:
    """Return the holes that a predicate asks for, and those of them that a row must have."""
    if isinstance(when, Ranks):
        return list(when.wanted), list(when.wanted)
    asked = list(when.__code__.co_varnames[: when.__code__.co_argcount])
    return asked, asked[: len(asked) - len(when.__defaults__ or ())]


def holds(when: Predicate | None, values: Mapping[str, Any]) -> bool:
    if when is None:
        return True
    asked, _ = asked_by(when)
    return bool(when(**{name: values[name] for name in asked if name in values}))


MODULES = frozenset({"np", "math", "scipy"})


def check_row(new: Row) -> None:
    """Raise a `UsageError` that names the row if what it says are not expressions of what it knows."""
    for text in (new.pattern, new.inline):
        if text is not None and not is_expression(text):
            raise wrong(new, f"{text!r} is no expression", "Write it as in the code: np.exp(x).")
    if not new.holes:
        raise wrong(new, "its left side has no hole", "Names are holes: np.exp(x).")
    if new.zero == bool(new.gradients):
        advice = 'Give dx="..." for each differentiable x, or zero=True.'
        raise wrong(new, "it needs gradients, or zero=True, and not both", advice)
    known = {*new.holes, *new.named, *MODULES, *dir(builtins), "out", "dout"}
    for names, tree in new.lets:
        for name in unknown(tree, known):
            raise wrong(new, f"let= reads {name}, which the row does not know", known_names(new))
        known |= set(names)
    for hole, texts in new.gradients.items():
        if hole not in new.holes:
            keys = ", ".join(f"d{name}=" for name in new.holes)
            raise wrong(new, f"d{hole}= is the gradient of no hole", f"Its holes have {keys}.")
        for text in texts:
            check_gradient(new, hole, text)
    if new.when is not None:
        for name in asked_by(new.when)[1]:
            if name not in {*new.holes, *new.named}:
                raise wrong(new, f"when= asks for {name}, which is no hole", known_names(new))
    if new.inline is not None:
        for name in unknown(ast.parse(new.inline), {*new.holes, *MODULES, *dir(builtins)}):
            raise wrong(new, f"inline= reads {name}, which is no hole", known_names(new))


def check_gradient(new: Row, hole: str, text: str) -> None:
    """Raise an error if a gradient is neither an expression nor a scatter, or reads what the row does not know."""
    try:
        body = ast.parse(text).body
    except SyntaxError:
        body = []
    statement = body[0] if len(body) == 1 else None
    scatter = isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Subscript)
    if not isinstance(statement, ast.Expr) and not scatter:
        advice = f'Write d{hole}="out * dout", or d{hole}="d{hole}[index] += dout" for items.'
        raise wrong(new, f"d{hole}={text!r} is no expression", advice)
    known = {*new.holes, *new.named, *new.let_names, *new.roots, *MODULES, *dir(builtins)}
    known |= {"out", "dout"}
    assert statement is not None
    for name in unknown(statement, known | ({f"d{hole}"} if scatter else set())):
        raise wrong(new, f"d{hole}= reads {name}, which the row does not know", known_names(new))


def is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def unknown(tree: ast.AST, known: set[str]) -> Iterator[str]:
    names = syntax.every(ast.Name, tree)
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    yield from (n.id for n in names if n.id not in known | bound)


def known_names(new: Row) -> str:
    """Return what a gradient of a row may read."""
    return f"It may read {', '.join([*new.holes, 'out', 'dout'])} and np."


def wrong(new: Row, what: str, advice: str) -> UsageError:
    return UsageError(f"the row {new.pattern!r} cannot be used: {what}", advice=advice)

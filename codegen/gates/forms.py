"""Forms: expressions against which patterns are matched, and what must be known of a tree to make a canonical one.

Rows of the table and pairs of the simplifier are matched by one function, `unify`: rows against canonical forms, pairs
against forms that keep the spelling.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Set
from typing import Any

import numpy as np

from codegen import syntax
from codegen.records import dataclass

MISSING = object()  # "no value seen"
COMMUTES = frozenset({"+", "*", "np.maximum", "np.minimum"})
Bindings = dict[str, "Form"]


@dataclass(frozen=True, eq=False)
class Form:
    """An expression; a canonical one, but for the simplifier."""

    head: str
    """`"+"`, `"np.sum"`, `"[]"`, `"name"`, `"const"`, `"tuple"`, or `"other"` for what no row can look into."""
    args: tuple[Form, ...]
    keys: tuple[str, ...]
    """For calls, the parameter each argument is bound to."""
    value: Any
    """The constant, or the identifier of a name."""
    node: ast.expr
    """The user's tree."""


class Resolver:
    """What the canonical form needs to know of a tree: its value where known, and the callee of a call."""

    def value(self, node: ast.expr) -> Any:
        """Return the sample value of `node`, or MISSING."""
        raise KeyError(node)

    def callee(self, node: ast.Call) -> Any:
        raise KeyError(node)

    def is_none(self, node: ast.expr) -> bool:
        """Return whether a variable is None wherever it was read, as an option that is left out is."""
        return False

    def ranks(self, node: ast.expr) -> Set[int]:
        """Return the ranks of the numbers and arrays that were seen at `node`."""
        return {np.ndim(self.value(node))}

    def definition(self, form: Form) -> Form | None:
        """Return the form of the expression of a variable, if it still has that value."""
        return None

    def terms(self, form: Form) -> list[Form] | None:
        """Return the forms of all that is ever put into a variable or added to it; None if it changes otherwise."""
        return None

    def is_input(self, form: Form) -> bool:
        """Return whether a variable is an argument that is differentiated, as it was given."""
        return False

    def is_fixed(self, form: Form) -> bool:
        """Return whether no argument that is differentiated reaches an expression."""
        return False

    def searched(self) -> list[Form]:
        """Return the forms of all in which the function looks for the place of the largest or the smallest."""
        return []


def same(a: Form, b: Form) -> bool:
    if a is b:
        return True
    if a.head != b.head or a.keys != b.keys or len(a.args) != len(b.args):
        return False
    if a.head == "other":
        return syntax.same(a.node, b.node)
    if a.head == "const":
        return type(a.value) is type(b.value) and bool(a.value == b.value)
    return bool(a.value == b.value) and all(map(same, a.args, b.args))


def equal_constants(a: Any, b: Any) -> bool:
    """Return whether two constants match: 1 is 1.0, booleans are only themselves."""
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    return type(a) in (int, float, str) and type(b) in (int, float, str) and bool(a == b)


def unify(
    pattern: Form,
    form: Form,
    bindings: Bindings,
    definition: Callable[[Form], Form | None] | None = None,
) -> Iterator[Bindings]:
    """Yield each way in which `pattern` can stand for `form`; a pattern may look into a variable's `definition`."""
    if pattern.head == "name":
        bound = bindings.get(pattern.value)
        if bound is None:
            yield {**bindings, pattern.value: form}
        elif same(bound, form):
            yield bindings
    elif pattern.head == ":=":
        bound = bindings.get(pattern.value)
        if bound is None or same(bound, form):
            wider = definition(form) if definition and form.head == "name" else form
            for found in unify(pattern.args[0], wider, bindings, definition) if wider else ():
                yield {**found, pattern.value: form}
    elif pattern.head == "const":
        if form.head == "const" and equal_constants(pattern.value, form.value):
            yield bindings
    elif (
        pattern.head == form.head != "other"
        and pattern.keys == form.keys
        and len(pattern.args) == len(form.args)
    ):
        yield from unify_all(pattern.args, form.args, bindings, definition)
        if pattern.head in COMMUTES and len(form.args) == 2:
            yield from unify_all(pattern.args, form.args[::-1], bindings, definition)


def unify_all(
    patterns: tuple[Form, ...],
    forms: tuple[Form, ...],
    bindings: Bindings,
    definition: Callable[[Form], Form | None] | None,
) -> Iterator[Bindings]:
    """Yield each way in which all patterns can stand for the forms at once."""
    if not patterns:
        yield bindings
        return
    for found in unify(patterns[0], forms[0], bindings, definition):
        yield from unify_all(patterns[1:], forms[1:], found, definition)

"""Forms: canonical expressions, against which rows are matched, and what must be known of a tree to make one."""

from __future__ import annotations

import ast
from collections.abc import Set
from typing import Any

import numpy as np

from codegen.records import dataclass

MISSING = object()  # "no value seen"


@dataclass(frozen=True, eq=False)
class Form:
    """A canonical expression.

    Attributes
    ----------
    head : str
        `"+"`, `"np.sum"`, `"[]"`, `"name"`, `"const"`, `"tuple"`, or `"other"` for what no row can look into.
    args : tuple of Form
    keys : tuple of str
        For calls, the parameter each argument is bound to.
    value : object
        The constant, or the identifier of a name.
    node : ast.expr
        The user's tree.
    """

    head: str
    args: tuple[Form, ...]
    keys: tuple[str, ...]
    value: Any
    node: ast.expr


class Resolver:
    """What the canonical form needs to know of a tree: its value where known, and the callee of a call."""

    def value(self, node: ast.expr) -> Any:
        """Return the sample value of `node`, or MISSING."""
        raise KeyError(node)

    def callee(self, node: ast.Call) -> Any:
        """Return the object that is called, or MISSING."""
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


def same(a: Form, b: Form) -> bool:
    """Return whether two forms are the same expression."""
    if a is b:
        return True
    if a.head != b.head or a.keys != b.keys or len(a.args) != len(b.args):
        return False
    if a.head == "other":
        return ast.dump(a.node) == ast.dump(b.node)
    if a.head == "const":
        return type(a.value) is type(b.value) and bool(a.value == b.value)
    return bool(a.value == b.value) and all(map(same, a.args, b.args))

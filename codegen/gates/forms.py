"""Forms: canonical expressions, against which rows are matched, and what must be known of a tree to make one."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
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

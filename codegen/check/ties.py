"""Ties. In: a generated module and a call. Out: whether a maximum that it looks for is reached more than once.

The gradient of a maximum goes to all entries that equal it. Where one value was picked twice, or two entries are the
same constant, that is more than the slope, by a convention of the notes and not by a mistake.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from codegen.check.arguments import Call
from codegen.check.leaves import duplicate, is_float

EQUAL = "__equal__"


class Marked(ast.NodeTransformer):
    """Turns `a == b` into a call, so that it can be watched."""

    def visit_Compare(
        self, node: ast.Compare
    ) -> ast.expr:  # noqa: N802  # the name that ast looks for
        """Return the call."""
        self.generic_visit(node)
        if len(node.ops) > 1 or not isinstance(node.ops[0], ast.Eq):
            return node
        made = ast.Call(ast.Name(EQUAL, ast.Load()), [node.left, node.comparators[0]], [])
        return ast.copy_location(made, node)


def is_tied(source: str, forward: str, backward: str, call: Call, dout: Any) -> bool:
    """Return whether some maximum is reached more than once.

    Parameters
    ----------
    source : str
        The module.
    forward, backward : str
        The names of its two functions.
    call : tuple of (tuple, dict)
    dout : object
    """
    found: list[bool] = []

    def equal(a: Any, b: Any) -> Any:
        result = a == b
        found.append(is_repeated(a, b, result))
        return result

    tree = ast.fix_missing_locations(Marked().visit(ast.parse(source)))
    space: dict[str, Any] = {"__name__": "ties", EQUAL: equal}
    exec(compile(tree, "<generated>", "exec"), space)  # noqa: S102  # as the check runs it anyway
    functions: list[Callable[..., Any]] = [space[forward], space[backward]]
    args, kwargs = duplicate(call)
    functions[1](dout, functions[0](*args, **kwargs)[1])
    return any(found)


def is_repeated(a: Any, b: Any, result: Any) -> bool:
    """Return whether the smaller side, a maximum of the larger one, occurs in it more than once."""
    if not (is_float(a) and is_float(b)) or np.ndim(result) == 0:
        return False
    less = np.shape(a) if np.size(a) < np.size(b) else np.shape(b)
    padded = (1,) * (result.ndim - len(less)) + less
    axes = tuple(k for k, n in enumerate(padded) if n < result.shape[k])
    return bool(np.any(np.sum(result, axis=axes) > 1)) if axes else False

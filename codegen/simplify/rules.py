"""The pairs of the simplifier: texts "before" and "after" go in, pairs filed under the head of "before" come out.

Every name but a callee is a hole and stands for any expression; a hole written twice stands for equal ones. `*a` stands
for all positional arguments of a call and `**k` for all its keywords. A pair holds for every value of its holes, or for
those that its conditions let through; its numeric test exists already.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from codegen import syntax
from codegen.records import dataclass


@dataclass(frozen=True, eq=False)
class Pair:
    """One simplification."""

    before: str
    after: str
    ranks: Mapping[str, int] = field(default_factory=dict)
    """Holes whose rank must be known and at most this."""
    arrays: tuple[str, ...] = ()
    """Holes that must surely be arrays: a number of Python has no methods."""
    numbers: tuple[str, ...] = ()
    """Holes that must not be masks: `mask + 0` is a number, `mask` is not."""
    example: Mapping[str, Any] = field(default_factory=dict)
    """For the numeric test, per hole: a tuple is a shape (3 by 4 if nothing is said), anything else a value."""

    @cached_property
    def pattern(self) -> ast.expr:
        """The left side as a tree."""
        return syntax.parse(self.before)

    @cached_property
    def negated(self) -> set[str]:
        """The holes behind a minus: of a whole number of few bits that may be no negative number."""
        signs = [
            part.operand
            for part in syntax.every(ast.UnaryOp, self.pattern)
            if isinstance(part.op, ast.USub)
        ]
        return {name for tree in signs for name in syntax.names(tree)}

    @cached_property
    def result(self) -> ast.expr:
        """The right side as a tree."""
        return syntax.parse(self.after)


B_A, AXIS = (4, 3), 1

PAIRS = [
    # nothing added, nothing raised
    Pair("x + 0", "x", numbers=("x",)),
    Pair("0 + x", "x", numbers=("x",)),
    Pair("x - 0", "x", numbers=("x",)),
    Pair("0 - x", "-x", numbers=("x",)),
    Pair("x ** 1", "x", numbers=("x",)),
    Pair("x ** 0", "1", ranks={"x": 0}),
    # tests of arrays
    Pair("~(x == y)", "x != y"),
    Pair("~(x != y)", "x == y"),
    # choices
    Pair(
        "np.where(c, np.where(c, x, y), z)",
        "np.where(c, x, z)",
        example={"c": [True, False, True, False]},
    ),
    Pair(
        "np.where(c, x, np.where(c, y, z))",
        "np.where(c, x, z)",
        example={"c": [True, False, True, False]},
    ),
    # signs
    Pair("-(-x)", "x", numbers=("x",)),
    Pair("-(x - y)", "y - x"),
    Pair("x - -y", "x + y"),
    Pair("x + -y", "x - y"),
    Pair("(-x) ** 2", "x ** 2", numbers=("x",)),
    Pair("np.abs(-x)", "np.abs(x)", numbers=("x",)),
    Pair("(-x).T", "-x.T"),
    Pair("(s * x).T", "s * x.T", ranks={"s": 0}, arrays=("x",)),
    Pair("(-x)[i]", "-x[i]", example={"i": 1}),
    Pair("np.expand_dims(-x, a)", "-np.expand_dims(x, a)", example={"a": AXIS}),
    Pair(
        "np.expand_dims(s * x, a)", "s * np.expand_dims(x, a)", ranks={"s": 0}, example={"a": AXIS}
    ),
    Pair(
        "np.expand_dims(x / s, a)", "np.expand_dims(x, a) / s", ranks={"s": 0}, example={"a": AXIS}
    ),
    Pair("(-x).reshape(*a)", "-x.reshape(*a)", example={"a": [6, 2]}),
    Pair("(-x).dot(y)", "-x.dot(y)", example={"y": B_A}),
    Pair("x.dot(-y)", "-x.dot(y)", example={"y": B_A}),
    Pair("(-x) @ y", "-(x @ y)", example={"y": B_A}),
    Pair("x @ -y", "-(x @ y)", example={"y": B_A}),
    Pair("np.dot(-x, y)", "-np.dot(x, y)", example={"y": B_A}),
    Pair("np.dot(x, -y)", "-np.dot(x, y)", example={"y": B_A}),
    Pair("np.roll(-x, a, **k)", "-np.roll(x, a, **k)", example={"a": 1, "k": {"axis": 0}}),
    Pair("np.flip(-x, **k)", "-np.flip(x, **k)", example={"k": {"axis": 0}}),
    Pair("np.cumsum(-x, **k)", "-np.cumsum(x, **k)", example={"k": {"axis": 0}}),
    Pair("np.diag(-x)", "-np.diag(x)"),
    # as many ones as there are items
    Pair("np.sum(np.ones_like(x))", "x.size", arrays=("x",)),
    Pair("x / y.size * y.size", "x", numbers=("x",)),
    # the gradient of a logistic loss
    Pair("(x - 1) * y - x * (y - 1)", "x - y", numbers=("x",)),
    Pair("(x - 1) * y + x * (1 - y)", "x - y", numbers=("x",)),
    Pair("(1 - x) * y - x * (1 - y)", "y - x", numbers=("x",)),
    Pair("x * (1 - y) - (1 - x) * y", "x - y", numbers=("x",)),
    # transposes
    Pair("x.T.T", "x"),
    Pair("np.ones_like(x.T).T", "np.ones_like(x)"),
    Pair("(x @ y).T", "y.T @ x.T", ranks={"x": 2, "y": 2}, example={"y": B_A}),
    Pair("x.dot(y).T", "y.T.dot(x.T)", ranks={"x": 2, "y": 2}, example={"y": B_A}),
    Pair("np.dot(x, y).T", "np.dot(y.T, x.T)", ranks={"x": 2, "y": 2}, example={"y": B_A}),
    Pair("np.outer(x, y).T", "np.outer(y, x)", example={"x": (3,), "y": (4,)}),
    Pair("np.transpose(np.transpose(x))", "x"),
    Pair("np.swapaxes(np.swapaxes(x, a, b), a, b)", "x", example={"a": 0, "b": 1}),
    Pair("np.swapaxes(np.swapaxes(x, a, b), b, a)", "x", example={"a": 0, "b": 1}),
    Pair("x.swapaxes(a, b).swapaxes(a, b)", "x", example={"a": 0, "b": 1}),
    Pair("x.swapaxes(a, b).swapaxes(b, a)", "x", example={"a": 0, "b": 1}),
    # shapes
    Pair("x.reshape(*a).reshape(*b)", "x.reshape(*b)", example={"a": [2, 6], "b": [12]}),
    Pair("x.ravel().reshape(*b)", "x.reshape(*b)", example={"b": [2, 6]}),
    Pair("x.flatten('F').reshape(s, order='F')", "x.reshape(s, order='F')", example={"s": [2, 6]}),
    Pair("x.ravel('F').reshape(s, order='F')", "x.reshape(s, order='F')", example={"s": [2, 6]}),
    Pair("np.reshape(np.reshape(x, a), b)", "np.reshape(x, b)", example={"a": [2, 6], "b": [12]}),
    Pair("np.reshape(x, a).reshape(*b)", "x.reshape(*b)", example={"a": [2, 6], "b": [12]}),
    Pair("np.reshape(x.reshape(*a), b)", "np.reshape(x, b)", example={"a": [2, 6], "b": [12]}),
    Pair(
        "np.expand_dims(np.sum(x, axis=a), a)",
        "np.sum(x, axis=a, keepdims=True)",
        example={"a": AXIS},
    ),
    Pair("np.sum(x, axis=0, keepdims=True)[0]", "np.sum(x, axis=0)"),
    Pair("np.sum(x, axis=1, keepdims=True)[:, 0]", "np.sum(x, axis=1)"),
    Pair(
        "np.sum(x, axis=2, keepdims=True)[:, :, 0]", "np.sum(x, axis=2)", example={"x": (2, 3, 4)}
    ),
    Pair("np.sum(x, axis=1)[:, None]", "np.sum(x, axis=1, keepdims=True)"),
    Pair("np.squeeze(np.expand_dims(x, a), axis=a)", "x", example={"a": AXIS}),
    Pair("np.squeeze(np.expand_dims(x, a), a)", "x", example={"a": AXIS}),
    Pair(
        "np.squeeze(np.sum(x, axis=a, keepdims=True), axis=a)",
        "np.sum(x, axis=a)",
        example={"a": AXIS},
    ),
    Pair("np.squeeze(-x, axis=a)", "-np.squeeze(x, axis=a)", example={"x": (3, 1), "a": AXIS}),
    Pair("x[::-1][::-1]", "x", example={"x": (5,)}),
    Pair("x[:n][:, k]", "x[:n, k]", example={"n": 2, "k": 1}),
    Pair("x[n:][:, k]", "x[n:, k]", example={"n": 2, "k": 1}),
    Pair("x[m:n][:, k]", "x[m:n, k]", example={"m": 1, "n": 2, "k": 1}),
    # sums and copies
    Pair("np.sum(np.sum(x, **k))", "np.sum(x)", example={"k": {"axis": 0}}),
    Pair("np.sum(np.expand_dims(x, a), axis=a)", "x", numbers=("x",), example={"a": AXIS}),
    Pair("x.copy().copy()", "x.copy()"),
]


def head_of(tree: ast.AST) -> str:
    """Return what a tree is at its top: an operator, the name of the attribute or the function called."""
    if isinstance(tree, ast.BinOp | ast.UnaryOp):
        return type(tree.op).__name__
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
        return f"{tree.func.attr}()"
    if isinstance(tree, ast.Attribute):
        return f".{tree.attr}"
    return "[]" if isinstance(tree, ast.Subscript) else ""

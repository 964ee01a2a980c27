"""Divisors: the text of a gradient goes in; what it divides by that may be zero comes out, and which of its factors are
surely numbers.

>>> [syntax.show(one) for one in divisors_of(syntax.parse("-x / (y * (1 + z**2)) * dout"))]
['y * (1 + z**2)']
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codegen import syntax
from codegen.gates.table import head_of

EXPONENTIALS = frozenset({"np.exp", "np.exp2", "np.expm1", "np.sinh", "np.cosh"})
EDGED = frozenset(
    f"np.{name}"
    for name in ("log", "log2", "log10", "log1p", "sqrt", "arcsin", "arccos", "arccosh", "arctanh")
)
"""Functions that are nan beyond an edge, or infinite on it."""


def factors_of(tree: ast.expr) -> list[ast.expr]:
    """Return the factors and divisors of a product, signs left out."""
    if isinstance(tree, ast.UnaryOp):
        return factors_of(tree.operand)
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult | ast.Div):
        return [*factors_of(tree.left), *factors_of(tree.right)]
    return [tree]


def is_finite(factor: ast.expr) -> bool:
    """Return whether a factor is surely a number: the upstream gradient, a literal, a size, or a mask."""
    if isinstance(factor, ast.Name):
        return factor.id == "dout"
    if syntax.calls(factor, "np.expand_dims", "np.squeeze", "np.ones_like"):
        return syntax.show(factor.func) == "np.ones_like" or is_finite(factor.args[0])
    if isinstance(factor, ast.Attribute):
        return factor.attr in ("shape", "size", "ndim", "T") and (
            factor.attr != "T" or is_finite(factor.value)
        )
    if isinstance(factor, ast.Subscript):
        return is_finite(factor.value)
    return isinstance(factor, ast.Constant | ast.Compare)


def divisors_of(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield what a gradient divides by, or raises to a power that may be negative; what is safe is left out."""
    for part in ast.walk(tree):
        if not isinstance(part, ast.BinOp):
            continue
        if isinstance(part.op, ast.Div) and not isinstance(part.right, ast.Constant):
            if not is_safe(part.right) and not is_above_zero(part.right, tree):
                yield part.right
        if isinstance(part.op, ast.Pow) and not (
            isinstance(part.right, ast.Constant)
            and isinstance(part.right.value, int)
            and part.right.value >= 0
        ):
            yield part.left


def is_above_zero(divisor: ast.expr, tree: ast.expr) -> bool:
    """Return whether a divisor is a number and an exponential: neither zero nor infinity over infinity is possible."""
    match divisor:
        case ast.BinOp(
            left=ast.Constant(int() | float() as least), op=ast.Add(), right=ast.Call(func=func)
        ):
            calls = [c for c in syntax.every(ast.Call, tree) if is_exponential(c)]
            return least > 0 and syntax.show(func) == "np.exp" and len(calls) == 1
    return False


def is_exponential(call: ast.Call) -> bool:
    return head_of(call) in EXPONENTIALS


def is_safe(divisor: ast.expr) -> bool:
    """Return whether a divisor is written so that it is never zero."""
    match divisor:
        case ast.BoolOp():
            return True
        case ast.BinOp(
            left=ast.Constant(int() | float() as least),
            op=ast.Add(),
            right=ast.BinOp(op=ast.Pow(), right=ast.Constant(2)),
        ):
            return least > 0  # `1 + x**2`
    return syntax.calls(divisor, "np.where")


def spread_apart(factors: Sequence[ast.expr]) -> ast.expr | None:
    """Return the one factor that spreads the upstream gradient over what it counts for; None if there is another."""
    spread = [factor for factor in factors if "dout" in syntax.names(factor)]
    return spread[0] if len(spread) == 1 and is_finite(spread[0]) else None

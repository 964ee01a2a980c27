"""Arrays of one number: a product with `np.ones_like` goes in, `np.full_like` comes out where the rest is a number."""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.simplify.kinds import Known


def filled(tree: ast.expr, known: Known) -> ast.expr:
    """Return `np.full_like(x, s)` for a number times `np.ones_like(x)`; anything else as it is."""
    spot, minus = tree, False
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        spot, minus = tree.operand, True
    if not isinstance(spot, ast.BinOp) or not isinstance(spot.op, ast.Mult):
        return tree
    ones = spot.right
    if (
        not isinstance(ones, ast.Call)
        or syntax.show(ones.func) != "np.ones_like"
        or known.rank(spot.left) != 0
    ):
        return tree
    value = ast.UnaryOp(ast.USub(), spot.left) if minus else spot.left
    return syntax.call("np.full_like", *ones.args, value)

"""What is left of a row when some of its outputs have no gradient: a row and their places go in, a shorter one out.

*Before*: `dx = out[1] @ (np.diag(dout[0]) + turns) @ out[1].T`, where `turns` is made of `dout[1]`. *After*, for the
eigenvalues alone: `dx = out[1] @ np.diag(dout[0]) @ out[1].T`.
"""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import replace
from functools import cache

from codegen import syntax
from codegen.gates.rows import Row

LINEAR = frozenset({
    "np.tril", "np.triu", "np.diag", "np.sum", "np.outer", "np.swapaxes", "np.transpose", "np.linalg.solve",
    "np.expand_dims", "np.real", "np.ravel", "np.reshape",
})  # fmt: skip
"""Functions that make nothing of nothing, whichever operand it is."""


@cache
def without_parts(row: Row, absent: frozenset[int]) -> Row:
    gone: set[str] = set()
    let: dict[str, str] = {}
    for names, tree in row.lets:
        left = reduced(tree, absent, gone)
        if left is None:
            gone |= set(names)
        else:
            let[", ".join(names)] = ast.unparse(left)
    gradients = {}
    for hole, statements in row.templates.items():
        values = [reduced(s.value, absent, gone) for s in statements if isinstance(s, ast.Expr)]
        if len(values) < len(statements) or None in values:
            return row
        gradients[hole] = tuple(ast.unparse(value) for value in values if value is not None)
    return replace(row, gradients=gradients, let=let)


def reduced(tree: ast.expr, absent: Set[int], gone: Set[str]) -> ast.expr | None:
    """Return what is left of a gradient, None for nothing."""

    def again(part: ast.expr) -> ast.expr | None:
        return reduced(part, absent, gone)

    if isinstance(tree, ast.Name):
        return None if tree.id in gone else tree
    if isinstance(tree, ast.Subscript):
        if isinstance(tree.value, ast.Name) and isinstance(tree.slice, ast.Constant):
            return None if tree.value.id == "dout" and tree.slice.value in absent else tree
        value = again(tree.value)
        return None if value is None else syntax.index(value, tree.slice)
    if isinstance(tree, ast.UnaryOp):
        operand = again(tree.operand)
        return None if operand is None else ast.UnaryOp(tree.op, operand)
    if isinstance(tree, ast.Attribute):
        value = again(tree.value)
        return None if value is None else ast.Attribute(value, tree.attr, ast.Load())
    if isinstance(tree, ast.BinOp):
        left, right = again(tree.left), again(tree.right)
        if isinstance(tree.op, ast.Add | ast.Sub) and (left is None or right is None):
            minus = isinstance(tree.op, ast.Sub) and right is not None
            return ast.UnaryOp(ast.USub(), right) if minus and right is not None else left or right
        if left is None or right is None:
            return None
        return ast.BinOp(left, tree.op, right)
    if isinstance(tree, ast.Compare) and (left := again(tree.left)) is not tree.left:
        right = again(tree.comparators[0])
        if left is None or right is None:
            return None  # nothing is not more than anything
        return ast.Compare(left, tree.ops, [right])
    if syntax.calls(tree, "np.where"):
        test, one, other = map(again, tree.args)
        if test is None or one is None or other is None:
            return other if test is None else tree
        return ast.Call(tree.func, [test, one, other], [])
    if syntax.calls(tree, *LINEAR):
        args = [again(arg) for arg in tree.args]
        known = [arg for arg in args if arg is not None]
        return ast.Call(tree.func, known, tree.keywords) if len(known) == len(args) else None
    return tree

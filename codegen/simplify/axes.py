"""New axes as people write them: a text with calls of `np.expand_dims` goes in, the same with `x[:, None]` comes out."""

from __future__ import annotations

import ast

from codegen import expr

DEEPEST = 2


def opened(tree: ast.expr) -> ast.expr:
    """Return a text with its new axes written as indices, where their place can be counted at a glance."""

    def change(part: ast.expr) -> ast.expr | None:
        key = index_of(part)
        if key is None:
            return None
        assert isinstance(part, ast.Call)
        return expr.index(expr.rewrite(part.args[0], change), key)

    return expr.rewrite(tree, change) if any(map(index_of, ast.walk(tree))) else tree


def index_of(part: ast.AST) -> ast.expr | None:
    """Return the index that does the same as a call of `np.expand_dims`, or None."""
    if (
        not isinstance(part, ast.Call)
        or expr.show(part.func) != "np.expand_dims"
        or part.keywords
        or len(part.args) != 2
    ):
        return None
    try:
        axis = ast.literal_eval(part.args[1])
    except ValueError:
        return None
    none = expr.constant(None)
    if axis == 0:
        return none
    if axis == -1:
        return ast.Tuple([expr.constant(...), none], ast.Load())
    if isinstance(axis, int) and 0 < axis <= DEEPEST:
        return ast.Tuple([*(ast.Slice() for _ in range(axis)), none], ast.Load())
    return None

"""Functions that are defined in a loop: a function goes in; out comes the same with the definition before the loop.

A local function reads the variables around it when it is called, not when it is defined: where its definition stands
makes no difference, as long as it is bound once and has no defaults.

>>> text = '''def f(x, ks):
...     for k in ks:
...         g = lambda v: k * v
...         x = g(x)
...     return x
... '''
>>> tree = ast.parse(text).body[0]
>>> with_functions_first(tree, Known(tree, {}, {}))
>>> print(ast.unparse(tree))
def f(x, ks):
    g = lambda v: k * v
    for k in ks:
        x = g(x)
    return x
"""

from __future__ import annotations

import ast

from codegen import syntax
from codegen.trace.normalize.fresh import defined
from codegen.trace.normalize.lookup import Known


def with_functions_first(tree: ast.FunctionDef, known: Known) -> None:
    """Put such definitions before the outermost loop around them, in place."""
    if any(
        isinstance(n, ast.FunctionDef | ast.Lambda) and n is not tree for n in syntax.walk(tree)
    ):
        tree.body = block(tree.body, known)


def block(body: list[ast.stmt], known: Known) -> list[ast.stmt]:
    """Return the statements of a block that is not inside a loop."""
    found: list[ast.stmt] = []
    for statement in body:
        if isinstance(statement, ast.For | ast.While):
            found += taken_out(statement, known)
        elif isinstance(statement, ast.If | ast.With):
            syntax.change_blocks(statement, lambda inner: block(inner, known))
        found.append(statement)
    return found


def taken_out(loop: ast.For | ast.While, known: Known) -> list[ast.stmt]:
    """Take the definitions out of a loop, and out of the loops in it; return them."""
    found: list[ast.stmt] = []
    rest: list[ast.stmt] = []
    for statement in loop.body:
        if isinstance(statement, ast.For | ast.While):
            found += taken_out(statement, known)
        is_first = is_settled(statement, known)
        (found if is_first else rest).append(statement)
    if rest:
        loop.body = rest
        return found
    return []


def is_settled(statement: ast.stmt, known: Known) -> bool:
    """Return whether a statement defines a function without defaults, whose name stands for nothing else."""
    match defined(statement):
        case (name, args):
            is_once = known.counts().get(name) == 1 and name not in known.given
            return is_once and not args.defaults and not any(args.kw_defaults)
    return False

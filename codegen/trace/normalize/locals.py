"""`locals()` in a call, by name: a function goes in; out comes the same with a dict of the variables that are meant.

A function that is handed a namespace, such as a check of shapes, is told the names of the variables beside it. If it
reads items of these names alone, they are the dict; if not, all variables are.

>>> text = '''def f(points, w):
...     k = rows_of(locals(), "points")
...     return points * w * k
... '''
>>> tree = ast.parse(text).body[0]
>>> with_written_namespaces(tree, Known(tree, {"rows_of": lambda space, name: len(space[name])}, {}))
>>> print(ast.unparse(tree))
def f(points, w):
    k = rows_of({'points': points, 'w': w}, 'points')
    return points * w * k
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.pytree import tree_of
from codegen.trace.normalize.fresh import made
from codegen.trace.normalize.lookup import Known


def with_written_namespaces(tree: ast.FunctionDef, known: Known) -> None:
    """Write out each `locals()` that is handed to a function where all variables are known to be bound, in place."""
    if known.value(syntax.name("locals")) is not builtins.locals:
        return
    args = tree.args
    parameters = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    names = [p.arg for p in [*parameters, args.vararg, args.kwarg] if p is not None]
    for statement in tree.body:
        for call in syntax.every(ast.Call, statement):
            call.args = [given(a, call, names, known) if asks(a) else a for a in call.args]
        bound = list(dict.fromkeys(syntax.stores(statement)))
        if (
            not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr)
            and bound
        ):
            return  # what is bound on some ways alone is not always there
        names += [name for name in bound if name not in names]


def asks(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name("locals"), args=[], keywords=[]):
            return True
    return False


def given(node: ast.expr, call: ast.Call, names: Sequence[str], known: Known) -> ast.expr:
    """Return the dict of the variables that a call is to see."""
    words = [a.value for a in call.args if isinstance(a, ast.Constant) and a.value in names]
    meant = words if reads_by_name(known.value(call.func), call.args.index(node)) else []
    found = ast.Dict([], [])
    for name in meant or names:
        found.keys.append(syntax.constant(str(name)))
        found.values.append(syntax.name(str(name)))
    return made(found, node)


def reads_by_name(function: Any, place: int) -> bool:
    """Return whether a function reads of one of its arguments only the items that its other arguments name."""
    tree = tree_of(function) if isinstance(function, FunctionType) else None
    if tree is None:
        return False
    taken = [a.arg for a in [*tree.args.posonlyargs, *tree.args.args]]
    if place >= len(taken):
        return False
    items = {
        n.value
        for n in syntax.every(ast.Subscript, tree)
        if isinstance(n.ctx, ast.Load) and isinstance(n.slice, ast.Name)
        if n.slice.id in taken
    }
    reads = syntax.uses(tree, taken[place])
    return all(read in items for read in reads)

"""Loops over items of several ranks that ask nothing of the rank: `for k, q in d.items()` goes in, `for k in d` comes
out, which reads `d[k]`. So the loop need not be unrolled for the matrices and vectors in `d`, and any keys fit.

>>> text = '''def f(params, grads, lr):
...     new = {}
...     for k, w in params.items():
...         new[k] = w - lr * grads[k]
...     return new
... '''
>>> tree = ast.parse(text).body[0]
>>> given = {"params": {"W": np.ones((2, 2)), "b": np.ones(2)}}
>>> print(*map(ast.unparse, over_keys(tree.body[1], Known(tree, {"np": np}, given))))
for k in params:
    new[k] = params[k] - lr * grads[k]
"""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import is_float
from codegen.trace.facts import kind_of
from codegen.trace.normalize.fresh import made
from codegen.trace.normalize.lookup import Known, is_only_of_loops, is_written
from codegen.trace.normalize.unrolled import made_all, substituted

ELEMENTWISE = (np.zeros_like, np.ones_like, np.empty_like, np.copy, np.array, np.asarray, np.where)
COPYING = frozenset(
    {"dict", "list", "tuple", "set", "sorted", "len", "zip", "enumerate", "reversed"}
)
WHOLE = (np.sum, np.mean, np.max, np.min, np.size, np.linalg.norm)
"""What makes one number of all items."""


def over_keys(loop: ast.stmt, known: Known) -> list[ast.stmt]:
    """Return a loop over the keys of a dict for one over its items, if these have several ranks; others as they are."""
    match loop:
        case ast.For(
            ast.Tuple([ast.Name(key), ast.Name(item)]),
            ast.Call(ast.Attribute(ast.Name() | ast.Attribute() as source, "items"), [], []),
            orelse=[],
        ) if is_only_of_loops(key, loop, known):
            pass
        case ast.For(
            ast.Name(item),
            ast.Call(ast.Attribute(ast.Name() | ast.Attribute() as source, "values"), [], []),
            orelse=[],
        ):
            key = syntax.free("k", syntax.names(known.tree))
        case _:
            return [loop]
    held = known.value(source)
    items = [*held.values()] if isinstance(held, dict) else []
    if not all(is_float(value) and np.ndim(value) for value in items) or is_written(source, known):
        return [loop]
    if len(set(map(kind_of, items))) < 2 or not is_only_of_loops(item, loop, known):
        return [loop]
    if not has_one_name(source, loop, known):
        return [loop]
    if not all(suits_all_ranks(statement, item, known) for statement in loop.body):
        return [loop]
    one = syntax.index(syntax.deep(source), syntax.name(key))
    body = [made_all(substituted(statement, item, one), loop) for statement in loop.body]
    return [made(ast.For(ast.Name(key, ast.Store()), syntax.deep(source), body, []), loop)]


def has_one_name(source: ast.Name | ast.Attribute, loop: ast.For, known: Known) -> bool:
    """Return whether a dict has no other name in the function, and the loop hands no object on that it may belong to:
    its items could change there.
    """
    read: set[ast.AST] = set()
    for node in ast.walk(known.tree):
        match node:
            case (
                ast.Subscript(held)
                | ast.Attribute(held)
                | ast.For(_, held)
                | ast.comprehension(_, held)
            ):
                read.add(held)
            case ast.Call(ast.Name(name), args) if name in COPYING:
                read.update(args)
    shown = syntax.show(source)
    names = [n for n in syntax.every(type(source), known.tree) if syntax.show(n) == shown]
    calls = [n for s in loop.body for n in syntax.every(ast.Call, s)]
    if isinstance(source, ast.Attribute) and not all(is_of_numpy(n, known) for n in calls):
        return False
    return all(n in read for n in names if isinstance(n.ctx, ast.Load))


def is_of_numpy(call: ast.Call, known: Known) -> bool:
    callee = known.value(call.func)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return (
        isinstance(callee, np.ufunc)
        or is_one_of(callee, (*ELEMENTWISE, *WHOLE))
        or callee is MISSING
        and method in ("sum", "mean", "max", "min", "copy")
    )


def suits_all_ranks(statement: ast.stmt, item: str, known: Known) -> bool:
    """Return whether a statement works on an item of any rank, and gives no name to what has its rank."""
    if item not in syntax.reads(statement):
        return True
    match statement:
        case ast.Assign([ast.Subscript()], value):
            return is_elementwise(value, item, known)
        case ast.Assign([ast.Name()], value) | ast.AugAssign(ast.Name(), _, value):
            return is_number(value, item, known)
        case ast.If(test) if item not in syntax.reads(test):
            inside = [*statement.body, *statement.orelse]
            return all(suits_all_ranks(one, item, known) for one in inside)
    return False


def is_number(value: ast.expr, item: str, known: Known) -> bool:
    """Return whether a value is one number, whatever the rank of an item that it reads."""
    match value:
        case ast.BinOp(left, _, right):
            return is_number(left, item, known) and is_number(right, item, known)
        case ast.UnaryOp(_, operand):
            return is_number(operand, item, known)
        case ast.Call(func, [operand], []) if is_one_of(known.value(func), WHOLE):
            return is_elementwise(operand, item, known)
        case ast.Call(ast.Attribute(operand, "sum" | "mean" | "max" | "min"), [], []):
            return is_elementwise(operand, item, known)
        case ast.Call(func, args, []) if isinstance(known.value(func), np.ufunc):
            return all(is_number(part, item, known) for part in args)
    return item not in syntax.reads(value)


def is_elementwise(value: ast.expr, item: str, known: Known) -> bool:
    """Return whether a value is made of an item entry by entry."""
    match value:
        case _ if item not in syntax.reads(value):
            return True
        case ast.Name():
            return True
        case ast.BinOp(left, op, right) if not isinstance(op, ast.MatMult):
            return all(is_elementwise(part, item, known) for part in (left, right))
        case ast.UnaryOp(_, operand) | ast.Call(ast.Attribute(operand, "copy"), [], []):
            return is_elementwise(operand, item, known)
        case ast.Compare(left, [_], [right]):
            return all(is_elementwise(part, item, known) for part in (left, right))
        case ast.Call(func, args, []):
            callee = known.value(func)
            if is_one_of(callee, ELEMENTWISE) or isinstance(callee, np.ufunc):
                return all(is_elementwise(part, item, known) for part in args)
    return is_number(value, item, known) if isinstance(value, ast.Call) else False


def is_one_of(callee: Any, some: tuple[Any, ...]) -> bool:
    return any(callee is one for one in some)

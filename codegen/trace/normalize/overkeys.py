"""Loops over items of several ranks that ask nothing of the rank: `for k, q in d.items()` goes in, `for k in d` comes
out, which reads `d[k]`. So the loop need not be unrolled for the matrices and vectors in `d`, and any keys fit.

>>> text = '''def f(params, grads, lr):
...     new = {}
...     for k, w in params.items():
...         new[k] = w - lr * grads[k]
...     return new
... '''
>>> tree = ast.parse(text).body[0]
>>> given = {"params": {"W": np.ones((2, 2)), "b": np.ones(2)}, "lr": 0.1}
>>> print(*map(ast.unparse, over_keys(tree.body[1], Known(tree, {"np": np}, given))))
for k in params:
    new[k] = params[k] - lr * grads[k]
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.canonical import MISSING
from codegen.pytree import is_float
from codegen.records import dataclass
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
    body = Body(item, key, held, known)
    if not all(body.suits_all_ranks(statement) for statement in loop.body):
        return [loop]
    one = syntax.index(syntax.deep(source), syntax.name(key))
    read = [made_all(substituted(statement, item, one), loop) for statement in loop.body]
    return [made(ast.For(ast.Name(key, ast.Store()), syntax.deep(source), read, []), loop)]


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


@dataclass(frozen=True)
class Body:
    """What is known of the body of a loop over the items of a dict."""

    item: str
    key: str
    held: Mapping[Any, Any]
    """The dict."""
    known: Known

    def suits_all_ranks(self, statement: ast.stmt) -> bool:
        """Return whether a statement works on an item of any rank, and gives no name to what has its rank."""
        if self.item not in syntax.reads(statement):
            return True
        match statement:
            case ast.Assign([ast.Subscript()], value):
                return self.is_elementwise(value)
            case ast.Assign([ast.Name()], value) | ast.AugAssign(ast.Name(), _, value):
                return self.is_number(value)
            case ast.If(test) if self.item not in syntax.reads(test):
                return all(map(self.suits_all_ranks, [*statement.body, *statement.orelse]))
        return False

    def is_number(self, value: ast.expr, met: frozenset[str] = frozenset()) -> bool:
        """Return whether a value is one number, whatever the rank of the item; `met` are the variables on the way."""
        found = self.known.value(value)
        if found is not MISSING:
            return np.ndim(found) == 0 and isinstance(found, int | float | np.generic | np.ndarray)
        match value:
            case ast.Constant(found):
                return isinstance(found, int | float)
            case ast.BinOp(left, _, right):
                return self.is_number(left, met) and self.is_number(right, met)
            case ast.UnaryOp(_, operand):
                return self.is_number(operand, met)
            case ast.Call(func, [operand], []) if is_one_of(self.known.value(func), WHOLE):
                return self.item not in syntax.reads(operand) or self.is_elementwise(operand)
            case ast.Call(ast.Attribute(operand, "sum" | "mean" | "max" | "min"), [], []):
                return self.item not in syntax.reads(operand) or self.is_elementwise(operand)
            case ast.Call(func, args, []) if isinstance(self.known.value(func), np.ufunc):
                return all(self.is_number(part, met) for part in args)
            case ast.Name(name):
                bound = [] if name in met else self.known.bound(name)
                inner = met | {name}
                return name in met or bool(bound) and all(self.is_number(b, inner) for b in bound)
        return False

    def is_elementwise(self, value: ast.expr) -> bool:
        """Return whether a value is made entry by entry of the item, of others of its shape, and of numbers."""
        match value:
            case ast.Name(self.item):
                return True
            case ast.Subscript(others, ast.Name(self.key)):
                found = self.known.value(others)
                shapes = {key: np.shape(one) for key, one in self.held.items()}
                others_known = found.items() if isinstance(found, dict) else ()
                return found is MISSING or all(
                    np.shape(one) in ((), shapes.get(key)) for key, one in others_known
                )
            case ast.BinOp(left, op, right) if not isinstance(op, ast.MatMult):
                return self.is_elementwise(left) and self.is_elementwise(right)
            case ast.UnaryOp(_, operand) | ast.Call(ast.Attribute(operand, "copy"), [], []):
                return self.is_elementwise(operand)
            case ast.Compare(left, [_], [right]):
                return self.is_elementwise(left) and self.is_elementwise(right)
            case ast.Call(func, args, []):
                callee = self.known.value(func)
                if is_one_of(callee, ELEMENTWISE) or isinstance(callee, np.ufunc):
                    return all(map(self.is_elementwise, args))
        return self.is_number(value)


def is_one_of(callee: Any, some: tuple[Any, ...]) -> bool:
    return any(callee is one for one in some)

"""Desugaring: a traced function goes in; out comes the same in fewer kinds of expressions.

An attribute of a namedtuple is an item, an operator of a class of the user's a call of its method, `y.shape = s` the
assignment `y = y.reshape(s)`.

>>> from codegen.cli.show import after
>>> text = '''
... class Line:
...     def __init__(self, w):
...         self.w = w
...
...     def __matmul__(self, x):
...         return self.w * x
...
... def f(w, x):
...     return Line(w) @ x
... '''
>>> after("inline", text, 3.0, 2.0)
f(w, x):
    return w * x                      # float
"""

from __future__ import annotations

import ast
from inspect import getattr_static
from types import FunctionType, MethodType

import numpy as np

from codegen import syntax
from codegen.pytree import holds
from codegen.trace.facts import fact_of, has_parts
from codegen.trace.normalize.fresh import made
from codegen.trace.operators import CALLED, returns_itself
from codegen.trace.passing import item_by_item, parameters_of, placed
from codegen.trace.run import Run


def desugared(run: Run) -> None:
    """Make `p.w` of a namedtuple `p[0]`, an operator of a class of the user's a call of its method, and `y.shape = s`
    `y = y.reshape(s)`, in place.

    What is not changed any further is still printed as the user writes it.
    """
    for tree in [n for n in run.nodes if isinstance(n, ast.FunctionDef)]:
        for statement in syntax.every(ast.Assign, tree):
            reshaped(statement, tree, run)
    for node in reversed(run.nodes):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr | ast.stmt):
                setattr(node, name, plainer(value, run))
            elif isinstance(value, list):
                value[:] = [plainer(v, run) if isinstance(v, ast.AST) else v for v in value]


SAME_ARRAY = frozenset({
    "asarray", "asanyarray", "ascontiguousarray", "atleast_1d", "atleast_2d", "atleast_3d", "require",
})  # fmt: skip
"""Functions that may return the very array that they are given."""


def reshaped(statement: ast.Assign, tree: ast.FunctionDef, run: Run) -> None:
    """Make `y.shape = shape` of an array that nothing else holds an assignment of `y`, in place."""
    match statement:
        case ast.Assign(targets=[ast.Attribute(ast.Name(name) as owner, "shape")], value=shape):
            pass
        case _:
            return
    array = run.fact(owner).sample
    if not isinstance(array, np.ndarray) or is_held(name, statement, tree):
        return
    parts = syntax.elements(shape)
    literals = [syntax.literal(part) for part in parts]
    sizes = [
        run.fact(part).sample if literal is None else literal
        for part, literal in zip(parts, literals, strict=True)
    ]
    if not all(isinstance(one, int | tuple | np.integer) for one in sizes):
        return
    call = syntax.method(owner, "reshape", shape)
    run.facts[call] = fact_of(array.reshape(sizes if isinstance(shape, ast.Tuple) else sizes[0]))
    run.fact(call).callees.append(array.reshape)
    for node in (statement, *statement.targets):
        run.facts.pop(node, None)  # no memory changes
    statement.targets = [ast.Name(name, ast.Store())]
    statement.value = call
    made(statement, statement)


def is_held(name: str, statement: ast.stmt, tree: ast.FunctionDef) -> bool:
    """Return whether something else may hold the very array that a variable holds at a statement."""
    given = parameters_of(tree)
    if name in given:
        return True
    for node in syntax.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=ast.Name(other)) if other == name or name in {
                n for t in targets for n in syntax.stores(t)
            }:
                return True
            case ast.Assign(targets=[ast.Name(other)], value=ast.Call(func=func, args=args)) if (
                other == name and syntax.show(func).rpartition(".")[2] in SAME_ARRAY
            ):
                if any(isinstance(a, ast.Name) and a.id in given for a in args):
                    return True
            case (
                ast.Tuple(elts=parts)
                | ast.List(elts=parts)
                | ast.Dict(values=parts)
                | ast.Call(func=ast.Attribute(attr="append" | "insert"), args=parts)
            ) if (node.lineno < statement.lineno):
                if any(isinstance(p, ast.Name) and p.id == name for p in parts):
                    return True
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return True
    return False


def plainer(node: ast.AST, run: Run) -> ast.AST:
    """Return an item for an attribute of a namedtuple, a call for an operator of the user's, others as they are."""
    if isinstance(node, ast.Attribute):
        return item_of(node, run)
    if isinstance(node, ast.Call) and syntax.has_star(node.args):
        node.args = fields_given(node, run)
    if isinstance(node, ast.Call) and is_tuple_of_objects(node, run):
        parts = ast.Tuple(syntax.given(node), ast.Load())
        return placed(run, parts, node, run.fact(node).sample)
    callee = next(iter(run.fact(node).callees), None) if node in run.calls else None
    if not isinstance(callee, MethodType):
        return node
    args: list[ast.expr]
    match node:
        case ast.BinOp(left=left, right=right):
            kind = type(callee.__self__)
            sides = [type(run.fact(side).sample) for side in (left, right)]
            # `__rmul__ = __mul__` has the name of the other one
            is_reflected = sides[0] is not kind and sides[1] is kind
            if sides[0] is sides[1]:
                is_reflected = callee.__name__.startswith("__r") and callee.__name__ != "__rshift__"
            owner, args = (right, [left]) if is_reflected else (left, [right])
        case ast.AugAssign(target=target, value=value):
            owner, args = syntax.parse(syntax.show(target)), [value]
        case ast.UnaryOp(operand=operand):
            owner, args = operand, []
        case ast.Compare(left=left, comparators=[right]):
            is_left = run.fact(left).sample is callee.__self__
            owner, args = (left, [right]) if is_left else (right, [left])
        case ast.Subscript(value=value, slice=key):
            owner, args = value, [key]
        case ast.Call(func=ast.Name(), args=[operand]) if callee.__name__ in CALLED.values():
            owner, args = operand, []
        case _:
            return node
    call = syntax.method(owner, word_of(callee), *args)
    for fresh in (call, call.func):
        ast.copy_location(fresh, node)
    run.facts[call], run.calls[call] = run.fact(node), run.calls[node]
    run.parents[call] = run.parents.get(node)
    if not isinstance(node, ast.AugAssign):
        return call
    traces = run.calls[node]
    is_bound = not traces or not all(returns_itself(trace.tree) for trace in traces)
    if is_bound or not is_plainly_set(node.target, run):
        return ast.copy_location(ast.Assign([node.target], call), node)
    return ast.copy_location(ast.Expr(call), node)


def fields_given(call: ast.Call, run: Run) -> list[ast.expr]:
    """Return what a new namedtuple, none of whose fields may be left out, is given: `v[0], v[1]` for `*v`."""
    kind = next(iter(run.fact(call).callees), None)
    stars = [a.value for a in call.args if isinstance(a, ast.Starred)]
    is_new = isinstance(kind, type) and issubclass(kind, tuple)
    if not is_new or not hasattr(kind, "_fields") or getattr(kind, "_field_defaults", None):
        return call.args
    if not all(isinstance(s, ast.Name | ast.Attribute | ast.Tuple | ast.List) for s in stars):
        return call.args
    return item_by_item(call.args, run) or call.args


def is_tuple_of_objects(call: ast.Call, run: Run) -> bool:
    """Return whether a call makes a namedtuple that holds objects, all fields of it in their order, to be read here."""
    sample = run.fact(call).sample
    words, around = list(getattr(type(sample), "_fields", ())), run.parents.get(call)
    given = [k.arg for k in call.keywords]
    is_new = run.fact(call).callees == [type(sample)] and not syntax.has_star(call.args)
    if not words or not is_new or words[len(call.args) :] != given or not holds(has_parts, sample):
        return False
    names = syntax.stores(around) if isinstance(around, ast.Assign) else []
    returned = [n.value for n in run.nodes if isinstance(n, ast.Return)]
    parts = [part for value in returned for part in syntax.elements(value)]
    return not any(part is call or syntax.identifier(part) in names for part in parts)


def is_plainly_set(target: ast.expr, run: Run) -> bool:
    """Return whether a variable or attribute that is given what it holds is as it was: no setter of the user's runs."""
    if not isinstance(target, ast.Attribute):
        return isinstance(target, ast.Name)
    kind = type(run.fact(target.value).sample)
    is_own = isinstance(getattr_static(kind, "__setattr__"), FunctionType)
    return not is_own and not isinstance(getattr_static(kind, target.attr, None), property)


def word_of(method: MethodType) -> str:
    """Return the word by which an object has a method: `__mul__` of `__mul__ = scaled`."""
    kind, name = type(method.__self__), method.__name__
    words = [name, *(word for one in kind.__mro__ for word in vars(one))]
    return next((w for w in words if getattr(kind, w, None) is method.__func__), name)


def item_of(node: ast.Attribute, run: Run) -> ast.expr:
    """Return the item that an attribute of a namedtuple is, the call of a property; others as they are."""
    fields = getattr(run.fact(node.value).sample, "_fields", ())
    if not isinstance(run.fact(node.value).sample, tuple) or not fields:
        return node
    if node in run.calls:  # a property
        call = ast.Call(syntax.deep(node), [], [])
        for fresh in (call, call.func):
            ast.copy_location(fresh, node)
        run.facts[call], run.calls[call] = run.fact(node), run.calls[node]
        run.parents[call] = run.parents.get(node)
        return call
    if node.attr not in fields:
        kind, held = type(run.fact(node.value).sample), run.fact(node).sample
        names = [name for name, value in run.namespace.objects.items() if value is kind]
        if not names or not isinstance(held, int | float | str):
            return node
        read = ast.Attribute(syntax.name(names[0]), node.attr, ast.Load())
        return placed(run, read, node, held)
    key = ast.copy_location(ast.Constant(fields.index(node.attr)), node)
    fresh = ast.copy_location(ast.Subscript(node.value, key, node.ctx), node)
    syntax.note(fresh, field=node.attr)
    run.facts[fresh] = run.fact(node)
    run.parents[fresh] = run.parents.get(node)
    return fresh

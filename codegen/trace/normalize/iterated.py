"""Objects that are looped over: a function that unpacks or loops over an object of a class with an `__iter__` of its
own goes in; out comes the same with the call that Python makes.

>>> class Vector:
...     def __init__(self):
...         self.x = 1.0
...     def __iter__(self):
...         yield self.x
>>> tree = ast.parse("def f(a, b):\\n    x, y = a\\n    return sum(v * x for v in b) + y").body[0]
>>> with_own_iterators(tree, {"a"}, Known(tree, {}, {"a": Vector(), "b": [2.0]}))
>>> print(ast.unparse(tree))
def f(a, b):
    x, y = list(a.__iter__())
    return sum((v * x for v in b)) + y
"""

from __future__ import annotations

import ast
import inspect
from types import FunctionType
from typing import Any

from codegen import syntax
from codegen.pytree import tree_of
from codegen.trace.facts import holds_weights
from codegen.trace.normalize.byname import class_of, kind_of
from codegen.trace.normalize.fresh import made, put
from codegen.trace.normalize.getters import consumed
from codegen.trace.normalize.lookup import Known
from codegen.trace.normalize.taint import reaches, tainted


def with_own_iterators(tree: ast.FunctionDef, inputs: set[str], known: Known) -> None:
    """Write out the calls of `__iter__` of classes of the user's, in place; one that returns the iterator of a display
    returns the display, which is looped over the same way.
    """
    for statement in syntax.every(ast.stmt, tree):
        match statement:
            case ast.Return(
                value=ast.Call(func=ast.Name("iter"), args=[items])
            ) if tree.name == "__iter__" and isinstance(items, ast.Tuple | ast.List):
                statement.value = items
                made(statement, statement)
        for source in consumed(statement):
            if (kind := iterated(source, tree, inputs, known)) is not None:
                held = list_of(kind)
                if held:
                    put(statement, source, ast.Attribute(syntax.deep(source), held, ast.Load()))
                    continue
                func = ast.Attribute(syntax.deep(source), "__iter__", ast.Load())
                call = ast.Call(func, [], [])
                yields = inspect.isgeneratorfunction(kind.__iter__)
                put(statement, source, syntax.call("list", call) if yields else call)


def iterated(source: ast.expr, tree: ast.FunctionDef, inputs: set[str], known: Known) -> Any:
    """Return the class of an object that says itself how it is looped over, if it is one of the user's with floats, or
    made here of what may be differentiated: what another one gives, such as places drawn at random, is nothing to
    follow.
    """
    kind = kind_of(source, known)
    if not isinstance(getattr(kind, "__iter__", None), FunctionType):
        return None
    if class_of(source, known) is None:
        return kind if holds_weights(known.value(source)) else None
    made_by = known.bound_once(source.id)  # type: ignore[attr-defined]  # a name
    return kind if made_by is not None and reaches(made_by, tainted(tree, inputs)) else None


def list_of(kind: Any) -> str:
    """Return the attribute whose items a class gives when it is looped over, `return iter(self.layers)`; "" if it does
    more.
    """
    tree = tree_of(kind.__iter__)
    match tree:
        case ast.FunctionDef(
            args=ast.arguments(args=[ast.arg(me)]),
            body=[
                *_,
                ast.Return(ast.Call(ast.Name("iter"), [ast.Attribute(ast.Name(owner), held)])),
            ],
        ) if me == owner and all(syntax.bare_string(s) is not None for s in tree.body[:-1]):
            return held
    return ""

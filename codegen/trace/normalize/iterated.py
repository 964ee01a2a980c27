"""Objects that are looped over: a function that unpacks or loops over an object of a class with an `__iter__` of its
own goes in; out comes the same with the call that Python makes.

>>> class Vector:
...     def __init__(self):
...         self.x = 1.0
...     def __iter__(self):
...         yield self.x
>>> tree = ast.parse("def f(a, b):\\n    x, y = a\\n    return sum(v * x for v in b) + y").body[0]
>>> with_own_iterators(tree, Known(tree, {}, {"a": Vector(), "b": [2.0]}))
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
from codegen.trace.normalize.fresh import made, put
from codegen.trace.normalize.getters import consumed
from codegen.trace.normalize.lookup import Known


def with_own_iterators(tree: ast.FunctionDef, known: Known) -> None:
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
            if has_own_iterator(known.value(source)):
                held = list_of(type(known.value(source)))
                if held:
                    put(statement, source, ast.Attribute(syntax.deep(source), held, ast.Load()))
                    continue
                func = ast.Attribute(syntax.deep(source), "__iter__", ast.Load())
                call = ast.Call(func, [], [])
                yields = inspect.isgeneratorfunction(type(known.value(source)).__iter__)
                put(statement, source, syntax.call("list", call) if yields else call)


def has_own_iterator(value: object) -> bool:
    """Return whether an object with floats is of a class of the user's that says itself how it is looped over; what
    another one gives, such as places drawn at random, is nothing to follow.
    """
    own = getattr(type(value), "__iter__", None)
    return isinstance(own, FunctionType) and holds_weights(value)


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

"""Operators of the user's classes: an operator and two values go in; the method that Python would call comes out.

>>> class Vector:
...     def __rmul__(self, number):
...         return number
>>> [method.__name__ for method in methods_of("Mult", 2.0, Vector())]
['__rmul__']
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

from codegen import syntax

NUMBERS = (int, float, np.generic)
PLAIN = frozenset({float, int, bool, str, list, tuple, dict, np.ndarray, np.float64, type(None)})
NAMES = {
    "Add": "add",
    "Sub": "sub",
    "Mult": "mul",
    "Div": "truediv",
    "FloorDiv": "floordiv",
    "Mod": "mod",
    "Pow": "pow",
    "MatMult": "matmul",
    "LShift": "lshift",
    "RShift": "rshift",
    "BitOr": "or_",
    "BitXor": "xor",
    "BitAnd": "and_",
}
ALONE = {"USub": "__neg__", "Item": "__getitem__"}
CALLED: dict[Any, str] = {abs: "__abs__", float: "__float__", round: "__round__", len: "__len__"}
"""Builtins that ask a method."""
COMPARED = {"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}
MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
PYTHON: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, word) for name, word in NAMES.items()},
    **{f"i{name}": getattr(operator, f"i{word.strip('_')}") for name, word in NAMES.items()},
    **{name: getattr(operator, word) for name, word in COMPARED.items()},
    "USub": operator.neg,
    "Attribute": getattr,
    "Item": operator.getitem,
}


def compared(ops: Sequence[ast.cmpop], values: Sequence[Any]) -> bool | None:
    """Return what a chain of comparisons says of some values; None where it asks something else of them than which is
    larger, or Python refuses.

    >>> compared([ast.Lt(), ast.Eq()], [1, 2, 2]), compared([ast.Lt()], [1, "a"]), compared([ast.Is()], [1, 1])
    (True, None, None)
    """
    names = [type(op).__name__ for op in ops]
    if not COMPARED.keys() >= {*names}:
        return None
    try:
        return all(PYTHON[name](*pair) for name, pair in zip(names, pairwise(values), strict=True))
    except TypeError:
        return None


def methods_of(name: str, *values: Any) -> Iterator[MethodType]:
    """Yield the methods of the user's that Python asks in turn; none where a library's type answers first."""
    first = values[0]
    if name == "Attribute":
        found = getattr(type(first), values[1], None)
        if isinstance(found, property) and isinstance(found.fget, FunctionType):
            yield MethodType(found.fget, first)
        return
    if name in ALONE:
        yield from methods(first, ALONE[name])
        return
    if name in COMPARED:
        word = COMPARED[name]
        own = methods(first, f"__{word}__")
        yield from own
        plain = getattr(object, f"__{word}__")
        if own or isinstance(first, NUMBERS) or getattr(type(first), f"__{word}__") is plain:
            yield from methods(values[1], f"__{MIRRORED[word]}__")
        return
    word = NAMES[name.removeprefix("i")].strip("_")
    in_place = methods(first, f"__i{word}__") if name.startswith("i") else []
    own = [*in_place, *methods(first, f"__{word}__")]
    yield from own
    if own or isinstance(first, NUMBERS) or not hasattr(type(first), f"__{word}__"):
        yield from methods(values[1], f"__r{word}__")


def method_behind(callee: Any, args: tuple[Any, ...]) -> MethodType | None:
    """Return the method of the user's that a builtin such as `abs` calls."""
    is_builtin = type(callee) is BuiltinFunctionType or callee is float
    name = CALLED.get(callee) if is_builtin else None
    found = methods(args[0], name) if name is not None and len(args) == 1 else []
    return found[0] if found else None


def methods(value: Any, name: str) -> list[MethodType]:
    """Return the method of the user's that a value has by a name, if it has one."""
    found = None if type(value) in PLAIN else getattr(type(value), name, None)
    return [MethodType(found, value)] if isinstance(found, FunctionType) else []


def returns_itself(tree: ast.FunctionDef | ast.Lambda) -> bool:
    """Return whether a method surely returns the object whose method it is, as `__iadd__` does that changes it."""
    owner = next((one.arg for one in (*tree.args.posonlyargs, *tree.args.args)), "")
    returned = list(syntax.every(ast.Return, tree))
    return (
        len(returned) == 1
        and isinstance(tree.body, list)
        and tree.body[-1] is returned[0]
        and syntax.identifier(returned[0].value) == owner
        and all(isinstance(n.ctx, ast.Load) for n in syntax.uses(tree, owner))
    )

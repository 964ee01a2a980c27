"""Whether a call reaches the same function every time: the text of a callee goes in; yes, or the guard
that makes it so, comes out.

A function that comes as an argument, out of a table or from an attribute of an object may be another one in
the next call; the gradient would be wrong then.
"""

from __future__ import annotations

import ast
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.callees import canonical_name
from codegen.lower.scope import Scope
from codegen.trace.run import Trace


def is_fixed(func: ast.expr, callee: Any, scope: Scope) -> bool:
    """Return whether an expression in a function stands for the same callee in every call."""
    if isinstance(callee, MethodType | type) or is_of_class(callee):
        return True
    if not is_function(callee):
        return not isinstance(func, ast.Attribute | ast.Subscript) or not is_callable_object(callee)
    match func:
        case ast.Name():
            return is_fixed_name(func.id, callee, scope)
        case ast.Attribute():
            owner = getattr(callee, "__self__", None)
            return not isinstance(owner, ModuleType | NoneType) or is_module(func.value, scope)
        case ast.Subscript(value=ast.Name() as base, slice=ast.Constant()):
            return is_table(base.id, scope)
        case ast.Lambda():
            return True
        case ast.Call():
            values = [*func.args, *(k.value for k in func.keywords)]
            return all(isinstance(v, ast.Constant) for v in values)
    return False


def is_fixed_name(name: str, callee: Any, scope: Scope) -> bool:
    """Return whether a variable always holds the same function."""
    values = scope.values.get(name)
    if values is None:
        return name not in {
            a.arg for a in syntax.walk(scope.trace.tree.args) if isinstance(a, ast.arg)
        }
    if len(values) > 1 or name in scope.arguments:
        return False
    return values[0] is None or is_fixed(values[0], callee, scope)


def is_table(name: str, scope: Scope) -> bool:
    """Return whether a variable is a table of functions of the module, or one that is written out in the function."""
    values = scope.values.get(name)
    if values is None:
        return name not in scope.local
    return len(values) == 1 and isinstance(values[0], ast.Dict | ast.List | ast.Tuple)


def is_module(node: ast.expr, scope: Scope) -> bool:
    """Return whether an expression is a module."""
    if isinstance(node, ast.Attribute):
        return is_module(node.value, scope)
    run = scope.trace.run
    return isinstance(node, ast.Name) and isinstance(
        run.namespace.objects.get(node.id, run.fact(node).sample), ModuleType
    )


def is_of_class(callee: Any) -> bool:
    """Return whether a callee is a function of a class: a static method."""
    path = (
        getattr(callee, "__qualname__", "").split(".") if isinstance(callee, FunctionType) else []
    )
    return len(path) > 1 and path[-2] != "<locals>"


def is_callable_object(callee: Any) -> bool:
    """Return whether a callee is an object of a class of the user's."""
    return isinstance(getattr(type(callee), "__call__", None), FunctionType)


def is_function(callee: Any) -> bool:
    """Return whether a callee is a plain function, of NumPy or of the user's."""
    if isinstance(callee, FunctionType | BuiltinFunctionType | np.ufunc):
        return True
    name = canonical_name(callee) if getattr(callee, "__name__", "") else None
    return name is not None and not isinstance(callee, type)


def root_of(func: ast.expr) -> str:
    """Return the variable that a callee is, or is an item or an attribute of."""
    while isinstance(func, ast.Attribute | ast.Subscript):
        func = func.value
    return func.id if isinstance(func, ast.Name) else ""


def is_written(name: str) -> bool:
    """Return whether the name of a callee can stand in the generated module."""
    return bool(name) and all(part.isidentifier() for part in name.split("."))


def guard(func: ast.expr, callee: Any, trace: Trace, at: ast.stmt) -> ast.If | None:
    """Return the statement that raises if a callee is another one; None if it cannot be told."""
    known = next(
        (n for n, v in trace.run.namespace.objects.items() if v is callee and n.isidentifier()), ""
    )
    name = (canonical_name(callee) or "").removeprefix("builtins.")
    parameters = {a.arg for a in ast.walk(trace.tree.args) if isinstance(a, ast.arg)}
    given = root_of(func) in parameters
    if is_callable_object(callee) and not isinstance(callee, FunctionType):
        shown = type(callee).__name__
        test = f"type({syntax.show(func)}).__name__ != {shown!r}"
    elif is_written(name) and not isinstance(callee, FunctionType):
        shown, test = name, f"{syntax.show(func)} is not {name}"
    elif known and not given:
        shown, test = known, f"{syntax.show(func)} is not {known}"
    elif isinstance(callee, FunctionType) and callee.__name__.isidentifier():
        shown = callee.__name__
        told = identity_test(syntax.show(func), callee, given and trace.place is None)
        if told is None:
            return None
        test = told
    else:
        return None
    return raising(test, f"{syntax.show(func)} was {shown} when this code was made", at)


def raising(test: str, message: str, at: ast.stmt) -> ast.If:
    """Return the statement that raises where a test holds."""
    made = ast.parse(f"if {test}:\n    raise NotImplementedError({message!r})").body[0]
    assert isinstance(made, ast.If)
    for part in ast.walk(made):
        ast.copy_location(part, at)
        if isinstance(part, ast.stmt):
            syntax.note(part, made=True)
    return made


def identity_test(func: str, callee: FunctionType, is_given: bool) -> str | None:
    """Return the question whether a function is another one than `callee`: one from elsewhere, or one of
    the same factory that holds other values. None if these cannot be written.

    Only what the caller gives is asked for its module: what is handed on inside may be a copy.
    """
    test = f"{func}.__qualname__ != {callee.__qualname__!r}"
    if is_given:
        names = callee.__module__, callee.__qualname__
        test = f"({func}.__module__, {func}.__qualname__) != {names!r}"
    held = [cell.cell_contents for cell in callee.__closure__ or ()]
    if not all(isinstance(value, bool | int | float | str | NoneType) for value in held):
        return None
    if held:
        values = f"[c.cell_contents for c in {func}.__closure__]"
        test = f"{test} or {values} != {held!r}"
    if callee.__defaults__ is not None and "<locals>" in callee.__qualname__:
        if not all(isinstance(v, bool | int | float | str | NoneType) for v in callee.__defaults__):
            return None
        test = f"{test} or {func}.__defaults__ != {callee.__defaults__!r}"
    return test

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
from codegen.trace.namespace import local_names
from codegen.trace.run import Trace


def is_fixed(func: ast.expr, callee: Any, trace: Trace) -> bool:
    """Return whether an expression in a function stands for the same callee in every call."""
    if isinstance(callee, MethodType | type) or is_of_class(callee):
        return True
    if not is_function(callee):
        return not isinstance(func, ast.Attribute | ast.Subscript) or not is_callable_object(callee)
    match func:
        case ast.Name():
            return is_fixed_name(func.id, callee, trace)
        case ast.Attribute():
            owner = getattr(callee, "__self__", None)
            return not isinstance(owner, ModuleType | NoneType) or is_module(func.value, trace)
        case ast.Subscript(value=ast.Name() as base, slice=ast.Constant()):
            return base.id not in set(local_names(trace.tree)) or is_table(base.id, trace)
        case ast.Lambda():
            return True
        case ast.Call():
            values = [*func.args, *(k.value for k in func.keywords)]
            return all(isinstance(v, ast.Constant) for v in values)
    return False


def is_fixed_name(name: str, callee: Any, trace: Trace) -> bool:
    """Return whether a variable always holds the same function."""
    bindings = [b for b in bound_values(trace.tree) if b[0] == name]
    if not bindings:
        return name not in {a.arg for a in ast.walk(trace.tree.args) if isinstance(a, ast.arg)}
    if len(bindings) > 1 or name in [a.arg for a in ast.walk(trace.tree) if isinstance(a, ast.arg)]:
        return False
    value = bindings[0][1]
    return value is None or is_fixed(value, callee, trace)


def bound_values(tree: ast.AST) -> list[tuple[str, ast.expr | None]]:
    """Return the names that statements bind, each with the expression of its value; None for a local function."""
    found: list[tuple[str, ast.expr | None]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node is not tree:
            found.append((node.name, None))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                plain = isinstance(target, ast.Name)
                value = node.value if plain else ast.Yield()
                found.extend((n, value) for n in syntax.stores(target))
        elif isinstance(node, ast.For | ast.comprehension | ast.NamedExpr | ast.AugAssign):
            found.extend((n, ast.Yield()) for n in syntax.stores(node.target))
    return found


def is_table(name: str, trace: Trace) -> bool:
    """Return whether a variable is a table of functions that is written out in the function."""
    bindings = [value for n, value in bound_values(trace.tree) if n == name]
    return len(bindings) == 1 and isinstance(bindings[0], ast.Dict | ast.List | ast.Tuple)


def is_module(node: ast.expr, trace: Trace) -> bool:
    """Return whether an expression is a module."""
    if isinstance(node, ast.Attribute):
        return is_module(node.value, trace)
    known = trace.run.namespace.objects
    return isinstance(node, ast.Name) and isinstance(
        known.get(node.id, trace.run.fact(node).sample), ModuleType
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

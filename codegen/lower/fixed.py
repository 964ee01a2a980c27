"""Whether a call reaches the same function every time: the text of a callee goes in; yes or no comes out.

Where it may be another one, `codegen.trace.identity` has the guard.
"""

from __future__ import annotations

import ast
from enum import EnumType
from types import MethodType, ModuleType, NoneType
from typing import Any

from codegen import syntax
from codegen.lower.scope import Scope
from codegen.trace.followed import is_user_function
from codegen.trace.identity import is_callable_object, is_function, is_of_class


def is_fixed(func: ast.expr, callee: Any, scope: Scope) -> bool:
    """Return whether an expression in a function stands for the same callee in every call."""
    if isinstance(callee, MethodType) or isinstance(func, ast.Attribute) and is_of_class(callee):
        return is_fixed_method(func, callee, scope)
    if isinstance(callee, type):
        return not is_given(func, scope)
    if is_of_class(callee):
        return True
    if not is_function(callee) and not is_callable_object(callee):
        return True
    match func:
        case ast.Name():
            return is_fixed_name(func.id, callee, scope)
        case ast.Attribute():
            owner = getattr(callee, "__self__", None)
            return not isinstance(owner, ModuleType | NoneType) or is_module(func.value, scope)
        case ast.Subscript(value=ast.Name() as base, slice=key):
            return is_fixed_key(key, scope) and is_table(base.id, scope)
        case ast.Lambda():
            return True
        case ast.Call() if is_made(func, scope):
            return True
        case ast.Call():
            values = syntax.given(func)
            return all(isinstance(v, ast.Constant) for v in values)
    return False


def is_fixed_method(func: ast.expr, callee: Any, scope: Scope) -> bool:
    """Return whether an object has the same method in every call: one of the module, or one that is made in place."""
    if not is_user_function(getattr(callee, "__func__", callee)):
        return True
    root = syntax.root_name(func)
    if root not in scope.local:
        return True
    values = scope.values.get(root, []) if isinstance(func, ast.Attribute) else []
    made = [v for v in values if isinstance(v, ast.Call) and is_made(v, scope)]
    return bool(values) and len(made) == len(values) and root not in scope.arguments


def is_made(call: ast.Call, scope: Scope) -> bool:
    """Return whether a call makes an object of a class that has a name of its own."""
    callees = scope.trace.run.fact(call).callees
    return (
        bool(callees)
        and all(isinstance(c, type) for c in callees)
        and syntax.root_name(call.func) not in scope.local
    )


def is_given(func: ast.expr, scope: Scope) -> bool:
    """Return whether a callee is an argument that is never bound anew, or an item of one."""
    root = syntax.root_name(func)
    parameters = syntax.parameters(scope.trace.tree.args)
    is_path = isinstance(func, ast.Name | ast.Subscript)
    return is_path and root in parameters and scope.values.get(root) is None


def is_fixed_name(name: str, callee: Any, scope: Scope) -> bool:
    """Return whether a variable always holds the same function."""
    values = scope.values.get(name)
    if values is None:
        return scope.trace.taker(name) is None
    body = [s for block in syntax.blocks(scope.trace.tree) for s in block]
    is_defined = any(isinstance(s, ast.FunctionDef) and s.name == name for s in body)
    if len(values) > 1 or name in scope.arguments and not is_defined:
        return False
    return values[0] is None or is_fixed(values[0], callee, scope)


def is_table(name: str, scope: Scope) -> bool:
    """Return whether a variable is a table of functions of the module, or one that is written out in the function."""
    values = scope.values.get(name)
    if values is None:
        return name not in scope.local and scope.trace.taker(name) is None
    return len(values) == 1 and isinstance(values[0], ast.Dict | ast.List | ast.Tuple)


def is_fixed_key(node: ast.expr, scope: Scope) -> bool:
    """Return whether a key is written out, or a member of an enum of the module."""
    match node:
        case ast.Attribute(ast.Name(name)) if name not in scope.local:
            return isinstance(scope.trace.run.namespace.objects.get(name), EnumType)
    return isinstance(node, ast.Constant)


def is_module(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Attribute):
        return is_module(node.value, scope)
    run = scope.trace.run
    return isinstance(node, ast.Name) and isinstance(
        run.namespace.objects.get(node.id, run.fact(node).sample), ModuleType
    )

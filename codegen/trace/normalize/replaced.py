"""What is replaced: a path to an array or a list goes in; out comes whether a function puts something else there, or
changes how many items it has.

>>> tree = ast.parse("def f(a, b):\\n    a.w = b.w\\n    b.items[0] = 1.0").body[0]
>>> known = Known(tree, {}, {})
>>> [is_written(syntax.parse(path), known) for path in ("a.w", "a.w.T", "b.w", "b.items")]
[True, True, False, True]
"""

from __future__ import annotations

import ast
from collections.abc import Container
from types import FunctionType, MethodType
from typing import Any

from codegen import syntax
from codegen.gates.pure import RESIZING
from codegen.pytree import tree_of
from codegen.trace.normalize.lookup import Known


def is_replaced(held: ast.expr, tree: ast.AST) -> bool:
    """Return whether something is put in the place of what stands on a path, or of what holds it."""
    return not texts_of(held).isdisjoint(syntax.written_texts(tree))


def texts_of(path: ast.expr) -> set[str]:
    """Return the texts of a path and of all that it leads through."""
    return {syntax.show(n) for n in syntax.every(ast.expr, path)}


def is_written(source: ast.expr, known: Known) -> bool:
    """Return whether the function puts something in the place of an array, of what holds it, or of items of it."""
    items = {syntax.show(n.value) for n in syntax.writes(known.tree, ast.Subscript)}
    return is_replaced(source, known.tree) or not texts_of(source).isdisjoint(items)


def is_resized(source: ast.expr, known: Known, but: Container[str] = ()) -> bool:
    """Return whether a function replaces a list or changes its length, `but` by methods with some names."""
    shown = syntax.show(source)
    asked = syntax.every(ast.Attribute, known.tree)
    if shown in syntax.written_texts(known.tree) or any(
        n.attr in RESIZING and syntax.show(n.value) == shown for n in asked
    ):
        return True
    return isinstance(source, ast.Attribute) and any(
        not (isinstance(n.func, ast.Attribute) and n.func.attr in but)
        and resizes(known.value(n.func), source.attr)
        for n in syntax.every(ast.Call, known.tree)
    )


def resizes(callee: Any, word: str) -> bool:
    """Return whether a method seems to change how many items an attribute has: it puts another in its place, or reads
    it and changes a list that is not one of its own.
    """
    function = callee.__func__ if isinstance(callee, MethodType) else None
    names = function.__code__.co_names if isinstance(function, FunctionType) else ()
    if word not in names:
        return False
    tree = tree_of(callee)
    if tree is None:
        return not RESIZING.isdisjoint(names)
    inside = Known(tree, {}, {})
    asked = syntax.every(ast.Attribute, tree)
    put = [n for n in syntax.every(ast.Subscript, tree) if not isinstance(n.ctx, ast.Load)]
    parts = [n.value for n in put if isinstance(n.ctx, ast.Del) or isinstance(n.slice, ast.Slice)]
    own = (n for n in asked if n.attr == word)
    if any(n in parts or not isinstance(n.ctx, ast.Load) for n in own):
        return True
    changed = [n.value for n in asked if n.attr in RESIZING]
    return not all(isinstance(c, ast.Name) and is_own_list(c.id, inside) for c in changed)


def is_own_list(name: str, known: Known) -> bool:
    """Return whether a variable of a function only ever holds lists that the function makes."""
    values = known.bound(name)
    return bool(values) and all(isinstance(v, ast.List | ast.ListComp) for v in values)

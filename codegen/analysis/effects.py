"""Effects: a call or a function goes in; out comes what it does besides computing: whether it gives something else
each time, and whether its caller can see anything that it changes.

>>> is_drawing(np.random.rand), is_drawing(np.sin)
(True, False)

Whether an expression may be evaluated a second time, and whether that is free, the text alone tells. The backward pass
asks it of the tests of branches, of the headers of loops and of what it would else have to keep; the stages ask it of
what stands twice in the forward pass.

>>> [gives_same(syntax.parse(text)) for text in ("len(x)", "np.sin(x)", "np.random.rand(3)", "f(x)")]
[True, True, False, False]
>>> is_arithmetic(syntax.parse("len(x) - 2 * i")), is_arithmetic(syntax.parse("np.sin(x)"))
(True, False)
"""

from __future__ import annotations

import ast
import collections
import random
import secrets
import time
from collections.abc import Iterator
from enum import EnumMeta
from types import ModuleType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.gates.forms import MISSING
from codegen.gates.pure import CHEAP, DICT_VIEWS, is_pure_call
from codegen.trace.modulenames import local_names
from codegen.trace.run import CALLING, Trace

DRAWING_MODULES = ("numpy.random", "random", "secrets", "time", "uuid", "datetime")
DRAWERS = (np.random.Generator, np.random.RandomState, random.Random, secrets.SystemRandom)


def draws(trace: Trace, node: ast.AST) -> bool:
    """Return whether an expression draws random numbers, or asks for the time, wherever that stands in it."""
    return any(is_draw(trace, call) for call in calls_in(node, opaque=True))


def is_from_outside(trace: Trace, name: str) -> bool:
    return name in trace.names and name not in trace.bound and name not in trace.values


def reads_settings(trace: Trace, node: ast.AST) -> bool:
    """Return whether an expression reads an attribute of a class or an item of a dict from outside, which may hold
    something else as soon as the function, or a `with` of its, is left.
    """
    return any(
        is_from_outside(trace, name) and not isinstance(trace.names[name], ModuleType | EnumMeta)
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Subscript)
        for name in syntax.names(part.value)
    )


def is_outlived(trace: Trace, node: ast.AST) -> bool:
    """Return whether an expression reads from outside what the next call of the function changes."""
    memory = trace.run.memory
    if not memory.calls:
        return False
    read = (
        part
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Subscript)
        or (isinstance(part, ast.Name) and is_from_outside(trace, part.id))
    )
    places = (trace.run.fact(part).place for part in read)
    return any(place is not None and memory.is_outlived(place) for place in places)


def has_effect(trace: Trace, node: ast.AST) -> bool:
    """Return whether an expression changes what outlives it: `next(it)`, a function that counts its calls."""
    run = trace.run
    for part in syntax.walk(node):
        if isinstance(part, ast.Call):
            fact = run.fact(part)
            if fact.changing or any(map(takes_off, fact.callees)):
                return True
        if isinstance(part, CALLING) and any(changes_outside(t) for t in run.calls.get(part, ())):
            return True
    return False


def takes_off(callee: Any) -> bool:
    """Return whether a callee takes something out of what it is given."""
    owner, name = getattr(callee, "__self__", None), getattr(callee, "__name__", "")
    if name in ("pop", "popitem", "popleft"):
        return isinstance(owner, list | dict | set | collections.deque)
    return callee is next or name == "__next__"


def changes_outside(trace: Trace) -> bool:
    """Return whether a function, or one that it calls, prints, or changes what it has not made itself."""
    if trace.function.__name__ == "__init__":
        return False
    return any(changes(t) or tells(t) for t in trace.run.helpers(trace, but="__init__"))


def only_checks(trace: Trace) -> bool:
    """Return whether a function changes nothing that its caller can see: it raises, warns, prints or returns."""
    return not any(changes(t, (ast.Attribute, ast.Subscript)) for t in trace.run.helpers(trace))


def changes(trace: Trace, stores: tuple[type[ast.expr], ...] = (ast.Attribute,)) -> bool:
    """Return whether the lines of a function itself change what others see; or store into any attribute or item."""
    local = set(local_names(trace.tree))
    for node in syntax.walk(trace.tree):
        fact = trace.run.fact(node)
        if isinstance(node, ast.Global | ast.Nonlocal) or fact.far or fact.changing - local:
            return True
        if isinstance(node, stores) and not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]  # as both have
            return True
    return False


def tells(trace: Trace) -> bool:
    """Return whether a function itself prints, or takes something off what it is given."""
    calls = syntax.every(ast.Call, trace.tree)
    return any(c is print or takes_off(c) for call in calls for c in trace.run.fact(call).callees)


def is_draw(trace: Trace, call: ast.Call) -> bool:
    """Return whether a call gives something else each time."""
    if any(is_drawing(c) for c in trace.run.fact(call).callees if c is not MISSING):
        return True
    for inner in trace.run.calls.get(call, ()):
        if inner.draws is None:
            inner.draws = False  # a recursive call asks again
            inner.draws = draws(inner, inner.tree)
        if inner.draws:
            return True
    return False


def is_drawing(callee: Any) -> bool:
    """Return whether a callee draws random numbers or tells the time."""
    owner = getattr(callee, "__self__", None)
    if isinstance(owner, DRAWERS):
        return True
    if isinstance(callee, type):
        return False
    module = getattr(callee, "__module__", None) or getattr(owner, "__name__", "") or ""
    if not isinstance(module, str):
        return False
    if callee in (time.sleep, np.random.default_rng, np.random.seed):
        return False
    return module.startswith(DRAWING_MODULES)


def calls_in(node: ast.AST, opaque: bool = False) -> Iterator[ast.Call]:
    """Yield the calls in an expression; those inside lambdas and comprehensions if asked."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Call):
            yield part
        inner = [c for c in syntax.parts(part) if opaque or not isinstance(c, syntax.DEFERRED)]
        waiting.extend(reversed(inner))


def popping(node: ast.stmt) -> ast.Call | None:
    """Return the call of a statement that takes the last or the first item off a list variable."""
    value = node.value if isinstance(node, ast.Assign | ast.Expr) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if (
        value.func.attr not in ("pop", "popleft")
        or not isinstance(value.func.value, ast.Name)
        or value.keywords
    ):
        return None
    if isinstance(node, ast.Assign) and not (
        len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    ):
        return None
    return value if all(isinstance(a, ast.Constant) and a.value == 0 for a in value.args) else None


ARITHMETIC = (
    ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.Slice,
    ast.Tuple, ast.Attribute, ast.Call, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context,
)  # fmt: skip


def gives_same(call: ast.Call) -> bool:
    """Return whether a call gives the same again: a builtin, a view of a dict, NumPy without chance."""
    return is_pure_call(call, DICT_VIEWS)


def is_cheap_call(call: ast.Call) -> bool:
    """Return whether a call costs next to nothing, and gives the same again."""
    return isinstance(call.func, ast.Name) and call.func.id in CHEAP


def is_arithmetic(tree: ast.expr) -> bool:
    return all(
        isinstance(part, ARITHMETIC)
        and not isinstance(part, ast.MatMult)
        and (not isinstance(part, ast.Call) or is_cheap_call(part))
        for part in syntax.walk(tree)
    )

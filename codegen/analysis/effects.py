"""Effects: a call goes in; out comes what it does besides computing: what it changes in place, and whether it gives
something else each time.
"""

from __future__ import annotations

import ast
import random
import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from codegen.gates.callees import METHOD_NAMES, canonical_name
from codegen.gates.forms import MISSING
from codegen.gates.match import canonical_heads
from codegen.trace.facts import CHANGEABLE
from codegen.trace.namespace import local_names
from codegen.trace.traced import Trace

DRAWING_MODULES = ("numpy.random", "random", "secrets", "time", "uuid", "datetime")
DRAWERS = (np.random.Generator, np.random.RandomState, random.Random, secrets.SystemRandom)
OPAQUE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

MUTATORS = frozenset(
    [
        "add",
        "appendleft",
        "discard",
        "popleft",
        "append",
        "extend",
        "insert",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "update",
        "setdefault",
        "popitem",
        "fill",
        "put",
        "resize",
        "itemset",
    ]
)
CHANGES_FIRST = frozenset({np.copyto, np.place, np.put, np.putmask, np.fill_diagonal})


def changed_by(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the objects that a call changes in place, for the callees that are known to do so."""
    changed = []
    owner = getattr(callee, "__self__", None)
    name = getattr(callee, "__name__", "")
    if owner is not None and name in MUTATORS and isinstance(owner, CHANGEABLE):
        changed.append(owner)
    if name == "at" and isinstance(owner, np.ufunc) and args:
        changed.append(args[0])
    if callable(callee) and getattr(callee, "__hash__", None) and callee in CHANGES_FIRST and args:
        changed.append(args[0])
    out = kwargs.get("out")
    if out is None and isinstance(callee, np.ufunc):
        out = tuple(one for one in args[callee.nin :] if one is not None)
    if out is not None:
        changed.extend(out if isinstance(out, tuple) else (out,))
    return changed


def may_write(callee: Any, args: tuple[Any, ...]) -> bool:
    """Return whether a call of a library's function may write into an array that it is given, as far
    as anybody knows.
    """
    if isinstance(callee, np.ufunc | type) or getattr(callee, "__module__", "") in (
        "math",
        "builtins",
    ):
        return False
    if isinstance(getattr(callee, "__self__", None), np.ndarray):
        return callee.__name__ not in METHOD_NAMES
    return len(args) > 2 or canonical_name(callee) not in canonical_heads()


def changeable(callee: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
    """Return the arrays, lists and dicts that a call is given."""
    given = (getattr(callee, "__self__", None), *args, *kwargs.values())
    return [one for one in given if isinstance(one, np.ndarray | list | dict)]


def differs(value: Any, before: Any) -> bool:
    """Return whether an array, a list or a dict holds something else than before."""
    if isinstance(value, np.ndarray):
        return bool(value.shape != before.shape or value.tobytes() != before.tobytes())
    if isinstance(value, dict):
        value, before = [*value.items()], [*before.items()]
        return len(value) != len(before) or any(
            k is not m or v is not w for (k, v), (m, w) in zip(value, before, strict=True)
        )
    return len(value) != len(before) or any(v is not w for v, w in zip(value, before, strict=True))


def draws(trace: Trace, node: ast.AST) -> bool:
    """Return whether an expression draws random numbers, or asks for the time, wherever that stands in it."""
    return any(is_draw(trace, call) for call in calls_in(node, opaque=True))


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
        inner = [c for c in ast.iter_child_nodes(part) if opaque or not isinstance(c, OPAQUE)]
        waiting.extend(reversed(inner))


def only_checks(trace: Trace, seen: frozenset[Trace] = frozenset()) -> bool:
    """Return whether a function changes nothing that its caller can see: it raises, warns, prints or returns."""
    if trace in seen:
        return True
    run, local = trace.run, set(local_names(trace.tree))
    for node in ast.walk(trace.tree):
        fact = run.fact(node)
        if isinstance(node, ast.Global | ast.Nonlocal) or fact.far or fact.shares - local:
            return False
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return False
        inner = run.calls.get(node, [])
        if not all(only_checks(one, seen | {trace}) for one in inner):
            return False
    return True

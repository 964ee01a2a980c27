"""Watched runs: a function of a module goes in; its result and the variables before each statement come out."""

from __future__ import annotations

import ast
import contextlib
import copy
import inspect
import random
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import CodeType
from typing import Any

import numpy as np

SEED = 1847  # an unlikely one: example inputs drawn with the same seed would give special gradients
FIXED = (int, float, str, bool, type(None), np.generic)
COMPOUND = (ast.For, ast.While, ast.If, ast.With)


def statements(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements of a body and of the bodies in it, in the order of the text."""
    found: list[ast.stmt] = []
    for statement in body:
        found.append(statement)
        if isinstance(statement, COMPOUND):
            found += statements(statement.body)
            found += statements(getattr(statement, "orelse", []))
    return found


def watched_run(
    function: ast.FunctionDef,
    namespace: dict[str, Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    last: bool,
) -> tuple[Any, dict[int, dict[str, Any]], dict[str, Any]]:
    """Return the result, the variables before each statement, by its key, and those at the end.

    `last` asks for the last visit of a statement, else it is the first.

    The tree of the function is used up.
    """
    counts: dict[int, int] = {}
    given = copy.deepcopy((args, dict(kwargs)))
    code = woven_code(function)

    def count(key: int, names: dict[str, Any]) -> None:
        counts[key] = counts.get(key, 0) + 1

    with seeded():
        watched(code, function.name, namespace, count)(*given[0], **given[1])
    visits: dict[int, int] = {}
    seen: dict[int, dict[str, Any]] = {}

    def watch(key: int, names: dict[str, Any]) -> None:
        visits[key] = visits.get(key, 0) + 1
        if visits[key] == (counts[key] if last else 1):
            seen[key] = snapshot(names)

    with seeded():
        result = watched(code, function.name, namespace, watch)(*args, **kwargs)
    return result, seen, seen[max(seen)]


@contextlib.contextmanager
def seeded() -> Iterator[None]:
    """Let functions draw the same random numbers in every run, and put the random state back."""
    kept_numpy, kept_python = np.random.get_state(), random.getstate()
    np.random.seed(SEED)
    random.seed(SEED)
    try:
        yield
    finally:
        np.random.set_state(kept_numpy)
        random.setstate(kept_python)


def snapshot(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of variables; what cannot be copied is kept as it is."""
    found = {}
    for name, value in names.items():
        try:
            found[name] = value if isinstance(value, FIXED) else copy.deepcopy(value)
        except Exception:  # noqa: BLE001  # a module, a file, a generator: only looked at
            found[name] = value
    return found


def woven_code(function: ast.FunctionDef) -> CodeType:
    """Return code that defines a function which calls `_watch_(key, variables)` before each of its statements."""
    keys = {id(s): i for i, s in enumerate(statements(function.body))}

    def woven(body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            found.append(ast.parse(f"_watch_({keys[id(statement)]}, locals())").body[0])
            if isinstance(statement, COMPOUND):
                statement.body = woven(statement.body)
                if getattr(statement, "orelse", None):
                    statement.orelse = woven(statement.orelse)  # type: ignore[union-attr]  # checked in the line above
            found.append(statement)
        return found

    function.body = woven(function.body)
    module = ast.fix_missing_locations(ast.Module([function], []))
    return compile(module, "<handout>", "exec")


def watched(code: CodeType, name: str, namespace: dict[str, Any], watch: Any) -> Any:
    """Return the function that some code defines; what it calls by its own name is not watched."""
    scope = {**namespace, "_watch_": watch}
    exec(code, scope)  # noqa: S102  # the generated module's own text
    found = scope[name]
    scope[name] = namespace[name]
    return found


def upstream_like(output: Any) -> Any:
    """Return the gradient handed to the output: 1 for a number, fixed pseudo-random numbers for arrays."""
    rng = np.random.default_rng(SEED)

    def like(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return rebuilt(value, [like(v) for v in value])
        if isinstance(value, dict):
            return {k: like(v) for k, v in value.items()}
        if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f":
            return np.asarray(rng.standard_normal(value.shape), value.dtype)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.ones_like(value)
        return 1.0 if isinstance(value, float | np.floating) else None

    return like(output)


def rebuilt(whole: Any, parts: list[Any]) -> Any:
    """Return a sequence of the same kind with other parts; a named tuple stays one."""
    if hasattr(whole, "_fields"):
        return type(whole)(*parts)
    return tuple(parts) if isinstance(whole, tuple) else parts


def bound_arguments(
    function: ast.FunctionDef,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    namespace: dict[str, Any],
) -> dict[str, Any]:
    """Return every argument by name."""
    bound = inspect.signature(namespace[function.name]).bind(*args, **kwargs)
    bound.apply_defaults()
    return dict(bound.arguments)


def applied(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Return the value of a function for arguments by name, starred ones included."""
    signature = inspect.signature(function)
    bound = inspect.BoundArguments(signature, OrderedDict(arguments))
    return function(*bound.args, **bound.kwargs)


def call_text(function: Callable[..., Any], names: Mapping[str, str]) -> str:
    """Return the arguments of a call, each parameter given by the text in `names`, or by its own name."""
    found = []
    for name, parameter in inspect.signature(function).parameters.items():
        text = names.get(name, name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            found.append(f"*{text}")
        elif parameter.kind is parameter.VAR_KEYWORD:
            found.append(f"**{text}")
        else:
            found.append(f"{name}={text}" if parameter.kind is parameter.KEYWORD_ONLY else text)
    return ", ".join(found)

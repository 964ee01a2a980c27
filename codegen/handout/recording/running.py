"""Watched runs: a function of a module goes in; its result and the variables before each statement come out."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import numpy as np

from codegen import syntax
from codegen.check.outputs import drawn_like
from codegen.process import alone
from codegen.pytree import child, duplicate, walk
from codegen.records import dataclass
from codegen.syntax import COMPOUND, statements

SEED = 1847  # an unlikely one: example inputs drawn with the same seed would give special gradients


@dataclass(frozen=True, eq=False)
class Step:
    """What a run came by: a statement, or the start of a trip of a loop."""

    key: int
    """The statement, by its place among all."""
    trips: tuple[tuple[int, int], ...]
    """The loops around it, outermost first: the key of each and the number of the trip, from 1. At the start of a
    trip its own loop is the last."""
    starts: bool
    """Whether a trip starts here."""
    before: dict[str, Any]
    after: dict[str, Any]
    """The variables that it names, before and behind it."""


def recorded_run(
    function: ast.FunctionDef,
    namespace: dict[str, Any],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> tuple[Any, list[Step], dict[str, Any]]:
    """Return the result of a function, every step of the run in order, and the variables at the end."""
    every = statements(function.body)
    named = [names_in(s) for s in every]
    code = woven_code(function)
    steps: list[Step] = []
    trips: list[tuple[int, int]] = []
    final: dict[str, Any] = {}
    keeper = Keeper()

    def watch(kind: str, key: int, names: dict[str, Any]) -> None:
        while trips and key not in range(trips[-1][0] + 1, last_key(every, trips[-1][0]) + 1):
            if trips[-1][0] == key and kind == "trip":
                break
            trips.pop()
        kept = keeper.kept({n: names[n] for n in named[key] if n in names})
        if kind == "trip":
            number = trips.pop()[1] + 1 if trips and trips[-1][0] == key else 1
            trips.append((key, number))
            steps.append(Step(key, tuple(trips), True, kept, {}))
        elif kind == "before":
            steps.append(Step(key, tuple(trips), False, kept, {}))
        else:
            steps[-1].after.update(kept)
        if isinstance(every[key], ast.Return):
            final.update({name: duplicate(value) for name, value in names.items()})

    with alone(SEED):
        result = watched(code, function.name, namespace, watch)(*args, **kwargs)
    return result, steps, final


def last_key(every: list[ast.stmt], key: int) -> int:
    statement = every[key]
    assert isinstance(statement, COMPOUND)
    return key + len(statements([statement])) - 1


def names_in(statement: ast.stmt) -> set[str]:
    """Return the names that a simple statement mentions; of a loop those anywhere in it."""
    if isinstance(statement, ast.If | ast.With):
        return set()
    return syntax.names(statement)


class Keeper:
    """Keeps values as they are now; what did not change since it was last kept is not copied again."""

    def __init__(self) -> None:
        self.last: dict[str, tuple[Any, Any]] = {}

    def kept(self, names: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, value in names.items():
            one, copied = self.last.get(name, (None, None))
            if one is value and isinstance(value, np.ndarray) and np.array_equal(value, copied):
                found[name] = copied
                continue
            found[name] = duplicate(value)
            self.last[name] = value, found[name]
        return found


def first_visits(
    function: ast.FunctionDef, namespace: dict[str, Any], args: tuple[Any, ...]
) -> tuple[Any, dict[int, dict[str, Any]]]:
    """Return the result of a function, and the variables when it first came by each of its statements."""
    seen: dict[int, dict[str, Any]] = {}
    code = woven_code(function)

    def watch(kind: str, key: int, names: dict[str, Any]) -> None:
        if kind == "before" and key not in seen:
            seen[key] = {name: duplicate(value) for name, value in names.items()}

    with alone(SEED):
        return watched(code, function.name, namespace, watch)(*args), seen


def woven_code(function: ast.FunctionDef) -> CodeType:
    """Return code that calls `_watch_` with its variables before and behind each statement, and where a trip begins."""
    keys = {s: i for i, s in enumerate(statements(function.body))}

    def call(kind: str, statement: ast.stmt) -> ast.stmt:
        return ast.parse(f"_watch_({kind!r}, {keys[statement]}, locals())").body[0]

    def woven(body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            found.append(call("before", statement))
            if not isinstance(statement, COMPOUND):
                found.append(statement)
                if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr):
                    found.append(call("after", statement))
                continue
            fresh = copy.copy(statement)
            start = [call("trip", statement)] if isinstance(statement, ast.For | ast.While) else []
            fresh.body = [*start, *woven(statement.body)]
            if isinstance(fresh, ast.If | ast.For | ast.While):
                fresh.orelse = woven(fresh.orelse)
            found.append(fresh)
        return found

    fresh = copy.copy(function)
    fresh.body = woven(function.body)
    module = ast.fix_missing_locations(ast.Module([fresh], []))
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
        if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f":
            return np.asarray(rng.standard_normal(value.shape), value.dtype)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.ones_like(value)
        return 1.0 if isinstance(value, float | np.floating) else None

    return drawn_like(output, like)


def weighed(out: Any, dout: Any) -> float:
    """Return a value as one number: each entry times its upstream gradient; NaN for a value of other shapes."""
    parts = [(leaf, functools.reduce(part_of, path, dout)) for path, leaf in walk(out)]
    known = [(leaf, own) for leaf, own in parts if own is not None]
    if any(np.shape(leaf) != np.shape(own) for leaf, own in known):
        return math.nan
    return math.fsum(float(np.sum(np.asarray(leaf) * own)) for leaf, own in known)


def part_of(whole: Any, key: Any) -> Any:
    try:
        return child(whole, key)
    except (LookupError, TypeError, AttributeError):
        return None


def applied(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
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

"""Examples in docstrings: a function goes in, the arguments of its first doctest call come out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from codegen import syntax
from codegen.errors import UsageError
from codegen.inputs.example import Example, own_names
from codegen.inputs.literal import value_of


def has_call(function: Callable[..., Any]) -> bool:
    """Return whether the docstring shows a call of the function."""
    return any(next(calls_in(statement, function), None) for statement in statements(function))


def first_call(function: Callable[..., Any]) -> Example | None:
    """Return the arguments of the first doctest call of a function.

    Parameters
    ----------
    function : function
        Names of its own module, and those that earlier doctest lines assign values to, may be used in the call; of what
        the lines say, only the classes and functions of that module are called.

    Returns
    -------
    tuple of (tuple, dict), or None
        None if the docstring shows no call.

    Raises
    ------
    UsageError
        If it shows calls, but the arguments of none of them can be read.
    """
    known = own_names(function)
    refused: UsageError | None = None
    for statement in statements(function):
        for call in calls_in(statement, function):
            try:
                args, kwargs = arguments_of(call, known)
                return (*receiver(call, function, known), *args), kwargs
            except UsageError as error:
                refused = refused or error
        if isinstance(statement, ast.Assign):
            assign(statement, known)
    if refused is not None:
        raise refused
    return None


def statements(function: Callable[..., Any]) -> Iterator[ast.stmt]:
    text = getattr(function, "__doc__", None) or ""
    if ">>>" not in text:
        return
    import doctest

    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:  # the doctest itself is malformed: it shows nothing
        return
    for shown in examples:
        try:
            yield from ast.parse(shown.source).body
        except SyntaxError:
            continue


def calls_in(statement: ast.stmt, function: Callable[..., Any]) -> Iterator[ast.Call]:
    """Yield the calls of a function by its name, such as `f(2)` or `mymodule.f(2)`."""
    name = getattr(function, "__name__", None)
    for part in ast.walk(statement):
        if isinstance(part, ast.Call) and syntax.called_last(part) == name:
            yield part


def receiver(
    call: ast.Call, function: Callable[..., Any], known: dict[str, Any]
) -> tuple[Any, ...]:
    """Return the object that a method is called with, as in `Net(3, 2).forward(x)`; nothing for other functions."""
    owner = known.get(getattr(function, "__qualname__", "").rpartition(".")[0].rpartition(".")[2])
    is_method = isinstance(owner, type) and function in vars(owner).values()
    if not is_method or not isinstance(call.func, ast.Attribute):
        return ()
    value = value_of(call.func.value, "self", known)
    return () if isinstance(value, type) else (value,)


def arguments_of(call: ast.Call, known: dict[str, Any]) -> Example:
    args = tuple(value_of(a, str(i), known) for i, a in enumerate(call.args))
    kwargs: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise UsageError(
                f"cannot read {ast.unparse(call)}", advice="Write its arguments one by one."
            )
        kwargs[keyword.arg] = value_of(keyword.value, keyword.arg, known)
    return args, kwargs


def assign(statement: ast.Assign, known: dict[str, Any]) -> None:
    """Keep what a doctest line assigns, and forget names whose new value cannot be read."""
    for target in statement.targets:
        try:
            value = value_of(statement.value, ast.unparse(target), known)
        except UsageError:
            value = None
            unreadable = True
        else:
            unreadable = False
        names = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
        values = (
            list(value)
            if len(names) > 1 and not unreadable and isinstance(value, tuple | list)
            else [value]
        )
        fits = len(values) == len(names) and not unreadable
        for k, one in enumerate(names):
            if isinstance(one, ast.Name):
                known.pop(one.id, None)
                if fits:
                    known[one.id] = values[k]

"""Examples in docstrings: a function goes in, the arguments of its first doctest call come out."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import signature
from typing import Any

from codegen import syntax
from codegen.errors import UsageError
from codegen.inputs.example import Example, own_names
from codegen.pytree import module_of


def has_call(function: Callable[..., Any]) -> bool:
    """Return whether a docstring shows a call of the function, also one that cannot be read."""
    try:
        return first_call(function) is not None
    except UsageError:
        return True


def first_call(function: Callable[..., Any]) -> Example | None:
    """Return the arguments of the first doctest call of a function, in its docstring, that of its class or its module;
    None if none shows a call, `UsageError` if none that is shown can be read.

    Names of its own module, and those that earlier doctest lines assign values to, may be used in the call; of what the
    lines say, only the classes and functions of that module are called.
    """
    refused: UsageError | None = None
    for text in docstrings(function):
        known = own_names(function)
        for statement in statements(text):
            for call in ast.walk(statement):
                try:
                    found = example_of(call, function, known)
                except UsageError as error:
                    refused = refused or error
                else:
                    if found is not None:
                        return found
            if isinstance(statement, ast.Assign):
                assign(statement, known)
    if refused is not None:
        raise refused
    return None


def docstrings(function: Callable[..., Any]) -> Iterator[str]:
    """Yield the docstrings that may show a call, nearest first."""
    for owner in (function, class_of(function), sys.modules.get(module_of(function))):
        text = getattr(owner, "__doc__", None) if owner is not None else None
        if isinstance(text, str) and ">>>" in text:
            yield text


def class_of(function: Callable[..., Any]) -> type | None:
    """Return the class of its own module that a function is a method of."""
    way = getattr(function, "__qualname__", "").rpartition(".")[0].rpartition(".")[2]
    owner = own_names(function).get(way)
    return owner if isinstance(owner, type) and function in vars(owner).values() else None


def statements(text: str) -> Iterator[ast.stmt]:
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


def example_of(
    call: ast.AST, function: Callable[..., Any], known: dict[str, Any]
) -> Example | None:
    """Return the arguments of a call of the function, its object before them; None for anything else.

    Such as `f(2)`, `mymodule.f(2)`, `Net(3, 2).forward(x)` or, where the method is `__call__`, `Net(3, 2)(x)`.
    """
    owner, name = class_of(function), getattr(function, "__name__", None)
    first: tuple[Any, ...] = ()
    if not isinstance(call, ast.Call):
        return None
    if owner is not None:
        held = receiver(call, owner, name, known)
        if held is None:
            return None
        value = value_of(held, "self", known)
        if isinstance(value, owner):
            first = (value,)
        elif not isinstance(value, type):
            return None
    elif syntax.called_last(call) != name:
        return None
    names = [*signature(function).parameters][len(first) :]
    args, kwargs = arguments_of(call, names, known)
    return (*first, *args), kwargs


def receiver(
    call: ast.Call, owner: type, name: str | None, known: dict[str, Any]
) -> ast.expr | None:
    """Return the object that a method is called with, or the class that it is read from."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == name:
        return call.func.value
    if name != "__call__":
        return None
    is_new = isinstance(call.func, ast.Call) and syntax.called_last(call.func) == owner.__name__
    is_held = isinstance(call.func, ast.Name) and isinstance(known.get(call.func.id), owner)
    return call.func if is_new or is_held else None


def arguments_of(call: ast.Call, names: Sequence[str], known: dict[str, Any]) -> Example:
    """Return the arguments of a call of a function with these parameters."""
    more = [str(i) for i in range(len(names), len(call.args))]  # of *args
    args = tuple(value_of(a, n, known) for a, n in zip(call.args, [*names, *more], strict=False))
    kwargs: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise UsageError(
                f"cannot read {ast.unparse(call)}", advice="Write its arguments one by one."
            )
        kwargs[keyword.arg] = value_of(keyword.value, keyword.arg, known)
    return args, kwargs


def value_of(tree: ast.expr, name: str, known: Mapping[str, Any]) -> Any:
    """Return the value of an argument, as it is read wherever values stand as text."""
    from codegen.inputs.literal import value_of as value_of_text  # most functions show no call

    return value_of_text(tree, name, known)


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

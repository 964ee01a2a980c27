"""Places of calls: a statement goes in; the calls in it that are surely made, in their order, come out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen.trace.fields import path_of
from codegen.trace.traced import Trace

CLOSED = (
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.IfExp,
    ast.BoolOp,
)


def clean(node: ast.AST) -> None:
    """Take the mark off a name that was just given."""
    for field in ("id", "arg", "name"):
        text = getattr(node, field, None)
        if isinstance(text, str) and text.endswith("@"):
            setattr(node, field, text[:-1])


def is_simple(value: ast.expr) -> bool:
    """Return whether an argument can stand wherever its parameter does: a literal, an attribute of a
    variable, a display of such.
    """
    if isinstance(value, ast.Tuple):
        return all(isinstance(v, ast.Name) or is_simple(v) for v in value.elts)
    if isinstance(value, ast.Dict):
        return all(isinstance(v, ast.Name) or is_simple(v) for v in value.values)
    return isinstance(value, ast.Constant) or bool(path_of(value))


def is_target(statement: ast.Assign, name: str) -> bool:
    """Return whether a statement only gives a variable its own value."""
    target = statement.targets[0]
    return len(statement.targets) == 1 and isinstance(target, ast.Name) and target.id == name


def calls_itself(trace: Trace) -> bool:
    """Return whether a function calls itself, directly or through others."""
    run = trace.run
    return any(trace in run.direct(one) for one in run.helpers(trace))


def is_docstring(statement: ast.stmt) -> bool:
    """Return whether a statement is a bare string."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def hoistable(statement: ast.stmt) -> Iterator[ast.Call]:
    """Yield the calls of a statement that are surely made, in the order in which they are."""
    if isinstance(statement, ast.While):
        return
    for field, value in ast.iter_fields(statement):
        if field in ("body", "orelse", "finalbody", "handlers"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from calls_in(part)


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of an expression, inner ones first."""
    waiting: list[tuple[ast.AST, bool]] = [(node, False)]
    while waiting:
        part, is_done = waiting.pop()
        if is_done:
            if isinstance(part, ast.Call):
                yield part
        elif not isinstance(part, CLOSED):
            waiting.append((part, True))
            waiting.extend((c, False) for c in reversed(list(ast.iter_child_nodes(part))))


def replace(tree: ast.AST, old: ast.expr, new: ast.expr) -> None:
    """Put an expression in the place of another."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            if value is old:
                setattr(node, field, new)
            elif isinstance(value, list) and any(v is old for v in value):
                setattr(node, field, [new if v is old else v for v in value])

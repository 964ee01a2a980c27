"""The lines of the forward pass: a circuit goes in; out they come without the local functions that
nothing calls any more.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import FunctionType

from codegen import syntax
from codegen.backward.remember import Saved
from codegen.emit.forward import ForwardText
from codegen.emit.text import WIDTH
from codegen.emit.userlines import comment_of
from codegen.ir import Circuit, Stage, Statement, stages_of

INDENT = 4


def forward_lines(
    circuit: Circuit,
    saved: Saved,
    output: str,
    numbers: Mapping[Statement, int | str] | None = None,
) -> list[str]:
    """Return the lines of the forward pass."""
    hidden: frozenset[Stage] = frozenset()
    waiting = [s for s in stages_of(circuit.block) if is_function(s, circuit)]
    while True:
        lines = ForwardText(circuit, saved, numbers, hidden).text()
        names = read_by("\n".join([*lines, output])) if waiting else set()
        dead = {s for s in waiting if s not in hidden and not names & set(s.binds)}
        if not dead:
            return comments_above(without_gaps(lines) if hidden else lines)
        hidden |= dead


def read_by(text: str) -> set[str]:
    """Return the names that a piece of code reads."""
    return {
        n.id
        for n in syntax.walk(ast.parse(text))
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def without_gaps(lines: list[str]) -> list[str]:
    """Return lines without a blank one at the beginning, or two in a row."""
    return [line for k, line in enumerate(lines) if line or (k and lines[k - 1])]


def comments_above(lines: list[str]) -> list[str]:
    """Return lines that fit the page: a comment that does not fit behind its line stands above it."""
    found: list[str] = []
    for line in lines:
        comment = comment_of(line) if len(line) + INDENT > WIDTH else ""
        code = line.removesuffix(comment).rstrip()
        if comment and code:
            found.extend([line[: len(line) - len(line.lstrip())] + comment, code])
        else:
            found.append(line)
    return found


def is_function(stage: Stage, circuit: Circuit) -> bool:
    """Return whether a statement only gives a local function its name."""
    statement = stage.statement
    if stage.wire is not None or not stage.binds:
        return False
    if isinstance(statement, ast.FunctionDef):
        return not statement.decorator_list
    if not isinstance(statement, ast.Assign):
        return False
    value = statement.value
    return isinstance(value, ast.Lambda) or (
        isinstance(value, ast.Name)
        and isinstance(circuit.trace.run.fact(value).sample, FunctionType)
    )

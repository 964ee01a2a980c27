"""The lines of the forward pass: a circuit goes in; out they come without the local functions that
nothing calls any more, and without names that only hand a value on to an attribute.

>>> without_relays(["self_x = x", "self.x = self_x", "out = x * W"], {"out"})
['self.x = x', 'out = x * W']
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from types import FunctionType

from codegen import syntax
from codegen.backward.remember import Saved
from codegen.backward.rows import WIDTH
from codegen.emit.forward import ForwardText
from codegen.emit.userlines import comment_of
from codegen.ir import Circuit, Stage, Statement, stages_of

INDENT = 4
RELAY = re.compile(r"( *)(\w+(?:\.\w+|\[[^]]*\])*\.\w+) = (\w+)(  #.*)?")
"""A line that puts a variable into an attribute."""


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
            lines = without_relays(lines, {*saved.cached, *read_by(output)})
            return comments_above(without_gaps(lines) if hidden else lines)
        hidden |= dead


def read_by(text: str) -> set[str]:
    """Return the names that a piece of code reads."""
    return {
        n.id
        for n in syntax.walk(ast.parse(text))
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }


def without_relays(lines: list[str], kept: set[str]) -> list[str]:
    """Return lines in which a value goes straight into the attribute that it is for, where its name is not read again;
    `kept` are the names that are read behind the lines.
    """
    starts = [n for n, line in enumerate(lines) if RELAY.fullmatch(line)]
    if not starts:
        return lines
    tree = ast.parse("\n".join(lines))
    loads: dict[str, list[int]] = {}
    for node in syntax.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            loads.setdefault(node.id, []).append(node.lineno)
    rows = [1]
    for line in lines:
        rows.append(rows[-1] + line.count("\n") + 1)
    loops = [n for n in syntax.walk(tree) if isinstance(n, ast.For | ast.While)]
    sides = [
        (rows_of(n.body), rows_of(n.orelse))
        for n in syntax.walk(tree)
        if isinstance(n, ast.If) and n.orelse
    ]
    found = list(lines)
    for n in reversed(starts):
        pad, target, name, comment = RELAY.fullmatch(lines[n]).groups()  # type: ignore[union-attr]  # matched above
        before = n and lines[n - 1].removeprefix(f"{pad}{name} = ")
        if not before or before == lines[n - 1] or name in kept:
            continue
        row, again = rows[n], [at for at in loads[name] if at != rows[n]]
        repeated = any(loop.lineno <= row <= (loop.end_lineno or row) for loop in loops)
        others = {at for body, orelse in sides if row in body for at in orelse}
        if not (again if repeated else [at for at in again if at > row and at not in others]):
            told = "" if comment_of(before) else comment or ""
            found[n - 1 : n + 1] = [f"{pad}{target} = {before}{told}"]
    return found


def rows_of(block: list[ast.stmt]) -> range:
    """Return the rows that a block takes."""
    return range(block[0].lineno, (block[-1].end_lineno or block[-1].lineno) + 1)


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

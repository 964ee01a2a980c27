"""The forward pass as text: a staged circuit and the copies its backward pass wants go in, lines come out.

Statements that need no change stay the user's own lines, comments included; a statement that was broken into stages is written stage
by stage.
"""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from collections.abc import Sequence

from codegen import expr
from codegen.backward.plan import named_text, stage_text
from codegen.circuit import Circuit, Stage

Saves = dict[int, list[tuple[str, str, bool]]]


class ForwardText:
    """Writes the forward pass of one circuit."""

    def __init__(self, circuit: Circuit, saves: Saves) -> None:
        self.circuit = circuit
        self.saves = saves
        self.source = circuit.trace.source
        self.stages = [s for s in circuit.block.items if isinstance(s, Stage)]
        self.lines: list[str] = []
        self.reached = 0

    def text(self) -> list[str]:
        """Return the lines of the body, without the cache and the return."""
        for numbers in self.groups():
            statement = self.stages[numbers[0]].statement
            self.between(statement)
            if self.is_verbatim(numbers):
                self.verbatim(numbers, statement)
            else:
                self.rewritten(numbers, statement)
            self.reached = statement.end_lineno or statement.lineno
        return self.lines

    def groups(self) -> list[list[int]]:
        """Return the numbers of the stages of each statement."""
        found: list[list[int]] = []
        for number, stage in enumerate(self.stages):
            if found and self.stages[found[-1][0]].statement is stage.statement:
                found[-1].append(number)
            else:
                found.append([number])
        return found

    def shared(self, statement: ast.stmt) -> bool:
        """Return whether another statement stands on a line of this one."""
        lines = set(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        others = {id(s.statement): s.statement for s in self.stages if s.statement is not statement}
        return any(lines & set(range(o.lineno, (o.end_lineno or o.lineno) + 1)) for o in others.values())

    def is_verbatim(self, numbers: list[int]) -> bool:
        """Return whether a statement stays as the user wrote it."""
        if any(self.stages[n].rewritten or is_helper(self.stages[n]) for n in numbers):
            return False
        return not any(n in self.saves for n in numbers[1:]) and not isinstance(self.stages[numbers[0]].statement, ast.Return)

    def between(self, statement: ast.stmt) -> None:
        """Add the comments and blank lines before a statement."""
        first = statement.lineno
        if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            first = statement.decorator_list[0].lineno
        start = self.reached or first - 1
        for line in self.source.lines[start : first - 1]:
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                self.lines.append(stripped)

    def save(self, number: int) -> None:
        """Add the copies that must be made before a stage."""
        for own, variable, copies in self.saves.get(number, []):
            self.lines.append(f"{own} = {variable}{'.copy()' if copies else ''}")

    def verbatim(self, numbers: list[int], statement: ast.stmt) -> None:
        """Add the user's own lines."""
        self.save(numbers[0])
        if self.shared(statement) or isinstance(self.circuit.trace.tree, ast.Lambda) or has_long_string(statement):
            self.lines.extend(expr.show(statement).splitlines())
            return
        first = statement.lineno
        if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            first = statement.decorator_list[0].lineno
        raw = list(self.source.lines[first - 1 : statement.end_lineno])
        self.lines.extend(textwrap.dedent("\n".join(raw)).splitlines())

    def rewritten(self, numbers: list[int], statement: ast.stmt) -> None:
        """Add a statement stage by stage."""
        comment = "" if self.shared(statement) else trailing_comment(statement, self.source.lines)
        added = []
        for number in numbers:
            self.save(number)
            stage = self.stages[number]
            if expr.show(stage.target) == "return":
                continue
            if stage.wire is None and stage.extra:
                added.append(stage.extra)
            elif stage.wire is not None:
                added.append(stage_line(stage))
            elif not stage.rewritten:
                added.extend(expr.show(statement).splitlines())
            self.lines.extend(added[-1:])
        if comment and added:
            self.lines[-1] += f"  {comment}"
        elif comment:
            self.lines.append(comment)


def stage_line(stage: Stage) -> str:
    """Return the forward line of a stage."""
    if stage.wire is not None and stage.wire.helper is not None and stage.wire.kind == "call":
        helper = stage.wire.helper
        target = expr.show(stage.target)
        called = ast.Call(expr.name(f"{helper.name}_forward"), [named_text(a) for a in helper.arguments], [])
        return f"{target}, {helper.cache} = {expr.show(called)}"
    if stage.rewritten:
        return stage_text(stage)
    if stage.wire is not None and not stage.update:
        return f"{expr.show(stage.target)} = {expr.show(named_text(stage.wire.node))}"
    return expr.show(stage.statement)


def is_helper(stage: Stage) -> bool:
    """Return whether a stage calls a helper with a pair of its own."""
    return stage.wire is not None and stage.wire.kind == "call"


def has_long_string(statement: ast.stmt) -> bool:
    """Return whether a statement has a string over several lines, which must not be dedented."""
    return any(
        isinstance(n, ast.Constant | ast.JoinedStr) and n.lineno != n.end_lineno and (isinstance(n, ast.JoinedStr) or isinstance(n.value, str | bytes))
        for n in ast.walk(statement)
    )


def trailing_comment(statement: ast.stmt, lines: Sequence[str]) -> str:
    """Return the comment behind a statement."""
    last = lines[(statement.end_lineno or 1) - 1]
    tail = last.encode()[statement.end_col_offset or 0 :].decode()
    if "#" not in tail:
        return ""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(tail.strip() + "\n").readline))
    except tokenize.TokenError:
        return ""
    return next((t.string for t in tokens if t.type == tokenize.COMMENT), "")

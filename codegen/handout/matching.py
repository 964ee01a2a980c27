"""Matching lines: the two functions of a module go in; the stages of the one with the lines of the other come out.

The comments `# backprop …` of the backward function quote the forward lines; that is what ties them together.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Mapping
from typing import Any

from codegen.handout.active import is_zero, stored_names
from codegen.handout.recording import Listed, StageText
from codegen.handout.running import COMPOUND, statements
from codegen.records import dataclass

MARK = "# backprop "


@dataclass(eq=False)
class Found:
    """A line of the backward pass with the stage it belongs to."""

    text: str
    stage: StageText | None
    remark: bool


def forward_stages(
    function: ast.FunctionDef, lines: list[str], before: Mapping[int, dict[str, Any]]
) -> tuple[list[StageText], dict[int, str]]:
    """Return the simple statements, and the headers of the compound ones."""
    keys = {s: i for i, s in enumerate(statements(function.body))}
    found: list[StageText] = []
    headers: dict[int, str] = {}

    def walk(body: list[ast.stmt], loops: tuple[int, ...]) -> None:
        earlier: ast.stmt | None = None
        for statement in body:
            key = keys[statement]
            if isinstance(statement, COMPOUND):
                headers[key] = header_text(statement, earlier, lines)
                walk(statement.body, (*loops, key))
                other = getattr(statement, "orelse", [])
                if other:
                    headers[-key - 1] = f"else of {headers[key]}"
                    walk(other, (*loops, -key - 1))
            elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr):
                plain = without_cache(without_annotation(statement))
                text = expression_text(plain, statement, lines)
                stage = StageText(
                    0, plain, text, loops, key=key, ran=key in before, before=before.get(key, {})
                )
                found.append(stage)
            earlier = statement

    walk(function.body, ())
    return found, headers


def header_text(statement: ast.stmt, earlier: ast.stmt | None, lines: list[str]) -> str:
    """Return the header of a compound statement; a test that the line above it stores in a flag is shown itself."""
    if isinstance(statement, ast.If) and isinstance(statement.test, ast.Name):
        match earlier:
            case ast.Assign(targets=[ast.Name(id=flag)], value=test) if flag == statement.test.id:
                return f"if {ast.unparse(test)}"
    assert isinstance(statement, COMPOUND)
    first = statement.body[0]
    header = lines[statement.lineno - 1 : max(statement.lineno, first.lineno - 1)]
    return " ".join(line.strip() for line in header).rstrip(":")


def without_annotation(statement: ast.stmt) -> ast.stmt:
    """Return `a = b` for `a: float = b`, any other statement as it is."""
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.copy_location(ast.Assign([statement.target], statement.value), statement)
    return statement


def without_cache(statement: ast.stmt) -> ast.stmt:
    """Return `a = affine(x, w, b)` for `a, affine_cache = affine_forward(x, w, b)`, any other statement as it is."""
    if (
        not isinstance(statement, ast.Assign)
        or not isinstance(statement.targets[0], ast.Tuple)
        or not isinstance(statement.value, ast.Call)
    ):
        return statement
    names, func = statement.targets[0].elts, statement.value.func
    if not isinstance(func, ast.Name) or "forward" not in func.id.split("_") or len(names) != 2:
        return statement
    plain = copy.deepcopy(statement)
    assert isinstance(plain.targets[0], ast.Tuple)
    assert isinstance(plain.value, ast.Call)
    plain.targets = [plain.targets[0].elts[0]]
    plain.value.func = ast.copy_location(
        ast.Name(func.id.removesuffix("_forward"), ast.Load()), func
    )
    return plain


def expression_text(plain: ast.stmt, statement: ast.stmt, lines: list[str]) -> str:
    """Return the text of a statement on one line, as the module spells it where it was not changed."""
    if type(plain) is not type(statement) or ast.dump(plain) != ast.dump(statement):
        return ast.unparse(plain)
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
    if first == last:
        return lines[first].encode()[statement.col_offset : statement.end_col_offset].decode()
    return ast.unparse(statement)


def backward_groups(
    function: ast.FunctionDef,
    lines: list[str],
    stages: list[StageText],
    seen: Mapping[int, dict[str, Any]],
) -> list[Found]:
    """Give each stage its backward lines and gradients; return the lines of the function with their stages."""
    every = statements(function.body)
    by_line = {s.lineno: (i, s) for i, s in enumerate(every)}
    waiting = list(reversed(stages))
    found: list[Found] = []
    owners: dict[ast.stmt, int] = {}
    stage: StageText | None = None
    indent, fresh = 0, False
    for number in range(function.lineno, (function.end_lineno or function.lineno) + 1):
        line = lines[number - 1]
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        if text.startswith(MARK):
            stage = matching(text.removeprefix(MARK), waiting)
            indent, fresh = depth, True
            found.append(Found(line, stage, True))
            continue
        key, statement = by_line.get(number, (-1, None))
        ends = depth < indent or isinstance(statement, ast.Return) or holds_stages(statement, lines)
        if not text or ends:
            stage = None
        if stage is not None and statement is not None:
            if fresh and key in seen:
                stage.gradients = seen[key]
            fresh = False
            if not isinstance(statement, COMPOUND):
                stage.backward.append(statement)
                owners[statement] = len(found)
        found.append(Found(line, stage, False))
    for one in stages:
        for statement in begun_for_others(one.backward):
            one.backward.remove(statement)
            found[owners[statement]].stage = None
    return found


def begun_for_others(lines: list[ast.stmt]) -> list[ast.stmt]:
    """Return the lines of a stage that make a gradient of zeros for a loop behind it, not for the stage itself."""
    found: list[ast.stmt] = []
    for i, line in enumerate(lines):
        match line:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if is_zero(value):
                written = {n for later in lines[i + 1 :] for n in stored_names(later)}
                if name not in written and any(not zero_line(other) for other in lines):
                    found.append(line)
    return found


def zero_line(line: ast.stmt) -> bool:
    """Return whether a line makes a gradient of zeros."""
    return isinstance(line, ast.Assign) and is_zero(line.value)


def holds_stages(statement: ast.stmt | None, lines: list[str]) -> bool:
    """Return whether a compound statement has stages in it, and is none itself."""
    if not isinstance(statement, COMPOUND):
        return False
    inner = lines[statement.lineno : statement.end_lineno]
    return any(line.strip().startswith(MARK) for line in inner)


def matching(text: str, waiting: list[StageText]) -> StageText | None:
    """Return the last stage that a comment names, and strike it off; a comment may name several lines."""
    for quoted in (text, *text.split(" and ")):
        for stage in waiting:
            if not stage.matched and says(quoted, stage):
                parts = text.split(" and ") if quoted is not text else []
                for other in waiting:
                    if not other.matched and any(says(part, other) for part in parts):
                        other.matched, other.leader = True, stage
                stage.matched = True
                return stage
    for stage in waiting:
        if not stage.matched and text.split(" ")[0] in stored_names(stage.statement):
            stage.matched = True
            return stage
    return None


def says(comment: str, stage: StageText) -> bool:
    """Return whether a comment quotes the forward line of a stage."""
    comment = comment.split("  #")[0].strip()
    if comment.endswith("..."):
        start = squeezed(comment[:-3])
        return squeezed(stage.text).startswith(start) or squeezed(
            ast.unparse(stage.statement)
        ).startswith(start)
    if squeezed(comment) == squeezed(stage.text):
        return True
    quoted = parsed(comment)
    return quoted is not None and same_statement(quoted, stage.statement)


@functools.lru_cache(maxsize=64)
def parsed(comment: str) -> ast.stmt | None:
    """Return the statement that a comment quotes, or None if it quotes none."""
    try:
        found = ast.parse(comment).body
    except SyntaxError:
        return None
    return without_annotation(found[0]) if len(found) == 1 else None


def same_statement(a: ast.stmt, b: ast.stmt) -> bool:
    """Return whether two statements are the same; a returned expression is the value of the stage that holds it."""
    if isinstance(a, ast.Return) and a.value is not None and isinstance(b, ast.Assign):
        return ast.dump(a.value) == ast.dump(b.value)
    if type(a) is not type(b) or stored_names(a) != stored_names(b):
        return False
    return ast.dump(a) == ast.dump(b)


def squeezed(text: str) -> str:
    """Return a text without spaces and brackets of no meaning to the comparison."""
    return "".join(text.split())


def forward_listing(
    function: ast.FunctionDef, lines: list[str], stages: list[StageText]
) -> list[Listed]:
    """Return the lines of the forward function with their stages."""
    numbers: dict[int, int] = {}
    for stage in stages:
        for line in range(
            stage.statement.lineno, (stage.statement.end_lineno or stage.statement.lineno) + 1
        ):
            numbers[line] = stage.shown
    return [
        Listed(lines[n - 1], numbers.get(n, 0))
        for n in range(function.lineno, (function.end_lineno or function.lineno) + 1)
    ]

"""Matching lines: the two functions of a module go in; the stages of the one with the lines of the other come out.

The plan of the module knows the stage of each statement; that is what ties them together.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from typing import Any

from codegen import syntax
from codegen.backward.zeros import is_zero
from codegen.emit.text import BACKPROP
from codegen.handout.recording import Listed, StageText
from codegen.handout.recording.active import differentiable_reads, stored_names
from codegen.records import dataclass
from codegen.syntax import COMPOUND, same, statements

MARK = f"# {BACKPROP} "


@dataclass(frozen=True, eq=False)
class Found:
    """A line of the backward pass with the stage it belongs to."""

    text: str
    stage: StageText | None
    remark: bool


def forward_stages(
    function: ast.FunctionDef,
    lines: list[str],
    numbers: Sequence[int],
    before: Mapping[int, dict[str, Any]],
) -> tuple[list[StageText], dict[int, str]]:
    """Return the simple statements, and the headers of the compound ones."""
    keys = {s: i for i, s in enumerate(statements(function.body))}
    found: list[StageText] = []
    headers: dict[int, str] = {}

    def walk(
        body: list[ast.stmt], loops: tuple[int, ...], asked: tuple[ast.expr, ...] = ()
    ) -> None:
        earlier: ast.stmt | None = None
        for statement in body:
            key = keys[statement]
            if isinstance(statement, COMPOUND):
                headers[key] = header_text(statement, earlier, lines)
                walk(statement.body, (*loops, key))
                other = getattr(statement, "orelse", [])
                if other:
                    headers[-key - 1] = f"else of {headers[key]}"
                    answered: tuple[ast.expr, ...] = ()
                    if isinstance(statement, ast.If):
                        tests = (*asked, test_of(statement, earlier))
                        answered = tests if syntax.is_elif(other) else ()
                        headers[-key - 1] = f"if {syntax.show(none_of(tests))}"
                    walk(other, (*loops, -key - 1), answered)
            elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr):
                plain = without_cache(without_annotation(statement))
                text = expression_text(plain, statement, lines)
                stage = StageText(
                    0,
                    plain,
                    text,
                    loops,
                    key=key,
                    ran=key in before,
                    before=before.get(key, {}),
                    planned=numbers[key] if key < len(numbers) else 0,
                )
                found.append(stage)
            earlier = statement

    walk(function.body, ())
    return found, headers


def header_text(statement: ast.stmt, earlier: ast.stmt | None, lines: list[str]) -> str:
    """Return the header of a compound statement; a test that the line above it stores in a flag is shown itself."""
    if isinstance(statement, ast.If) and (test := test_of(statement, earlier)) != statement.test:
        return f"if {ast.unparse(test)}"
    assert isinstance(statement, COMPOUND)
    first = statement.body[0]
    header = lines[statement.lineno - 1 : max(statement.lineno, first.lineno - 1)]
    return " ".join(line.strip() for line in header).rstrip(":")


def test_of(statement: ast.If, earlier: ast.stmt | None) -> ast.expr:
    """Return what a branch asks; for a flag, what the line above stores in it."""
    match statement.test, earlier:
        case ast.Name(id=asked), ast.Assign(targets=[ast.Name(id=flag)], value=test) if (
            flag == asked
        ):
            return test
    return statement.test


def none_of(tests: Sequence[ast.expr]) -> ast.expr:
    if len(tests) > 1:
        return ast.UnaryOp(ast.Not(), ast.BoolOp(ast.Or(), [*tests]))
    match tests[0]:
        case ast.UnaryOp(op=ast.Not(), operand=asked):
            return asked
    return ast.UnaryOp(ast.Not(), tests[0])


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
    plain.value.func = ast.copy_location(syntax.name(func.id.removesuffix("_forward")), func)
    return plain


def expression_text(plain: ast.stmt, statement: ast.stmt, lines: list[str]) -> str:
    """Return the text of a statement on one line, as the module spells it where it was not changed."""
    if not same(plain, statement):
        return ast.unparse(plain)
    first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
    if first == last:
        return lines[first].encode()[statement.col_offset : statement.end_col_offset].decode()
    return ast.unparse(statement)


def backward_groups(
    function: ast.FunctionDef,
    lines: list[str],
    stages: list[StageText],
    numbers: Sequence[int],
    seen: Mapping[int, dict[str, Any]],
) -> list[Found]:
    """Give each stage its backward lines and gradients; return the lines of the function with their stages.

    `numbers` gives the number that the plan has for each statement of the function.
    """
    leaders: dict[int, StageText] = {}
    for stage in sorted(
        stages, key=lambda s: s.ran
    ):  # of sides with the same lines, the one that ran
        if stage.planned:
            leaders[stage.planned] = stage
    for stage in stages:
        stage.leader = leaders.get(stage.planned)
    every = statements(function.body)
    owners: dict[int, StageText] = {}
    for key, statement in enumerate(every[: len(numbers)]):
        owner = leaders.get(numbers[key])
        if owner is not None:
            if not owner.backward:
                owner.gradients = seen.get(key, {})
            owner.backward.append(statement)
            owners |= dict.fromkeys(syntax.rows(statement), owner)
    below = dict(owners)
    for stage in leaders.values():
        for statement in begun_for_others(stage.backward):
            stage.backward.remove(statement)
            for line in syntax.rows(statement):
                del owners[line]
    found: list[Found] = []
    said: StageText | None = None
    for number in reversed(syntax.rows(function)):
        text = lines[number - 1].strip()
        if text.startswith("#"):  # stands above what it says
            found.append(Found(lines[number - 1], said, text.startswith(MARK)))
        else:
            said = below.get(number)
            found.append(Found(lines[number - 1], owners.get(number), False))
    return found[::-1]


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
    return isinstance(line, ast.Assign) and is_zero(line.value)


def forward_listing(
    function: ast.FunctionDef, lines: list[str], stages: list[StageText]
) -> list[Listed]:
    numbers: dict[int, int] = {}
    for stage in stages:
        numbers |= dict.fromkeys(syntax.rows(stage.statement), stage.shown)
    return [Listed(lines[n - 1], numbers.get(n, 0)) for n in syntax.rows(function)]


def number(stages: list[StageText]) -> None:
    """Number stages: each by its place, and each group by the place of the stage that has the backward lines."""
    for place, stage in enumerate(stages, 1):
        stage.number = place
    for stage in reversed(stages):
        stage.leader = stage if stage.backward else leader_of(stage, stages)
    leaders: list[StageText | None] = [s for s in stages if s.leader is s]
    for stage in stages:
        stage.shown = leaders.index(stage.leader) + 1


def leader_of(stage: StageText, stages: list[StageText]) -> StageText:
    """Return the stage whose backward lines go through a stage that has none itself, or the stage if there is none."""
    if stage.leader is not None and stage.leader.backward:
        return stage.leader
    match stage.statement:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=changed))]):
            # what made the array that changes here, if its backward lines read the array as it is then
            makers = [s for s in stages[: stage.number - 1] if changed in stored_names(s.statement)]
            if makers and any(changed in syntax.names(line) for line in makers[-1].backward):
                return makers[-1]
    names = set(stored_names(stage.statement))
    for later in stages[stage.number :]:
        reads = {n.id for n in differentiable_reads(later.statement)}
        if names & reads and later.leader is not None and later.leader.backward:
            return later.leader
    return stage

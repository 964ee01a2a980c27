"""Our line beside a wrong one. In: a judgement, the pair of a generated module. Out: the judgement with an explanation.

This shows a part of the solution, so it is only done where it was asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from codegen import syntax
from codegen.emit.numbered import StagesOfPair
from codegen.judge.forms import bare, variables_of
from codegen.judge.report import Judgement
from codegen.records import dataclass
from codegen.trace.read import backward_name, forward_name


@dataclass(frozen=True)
class Solution:
    """The pair of a generated module: its text, the name of the function, and the stage of each statement."""

    source: str
    name: str
    stages: StagesOfPair

    def lines(self) -> Iterator[tuple[ast.stmt, str]]:
        """Yield the statements of the backward pass, each with the line of the forward pass that it belongs to."""
        stages = {0: ""}
        for statement, number in self.numbered(forward_name(self.name), self.stages.forward):
            stages[number] = syntax.show(statement).splitlines()[0] if number else ""
        for statement, number in self.numbered(backward_name(self.name), self.stages.backward):
            yield statement, stages[number]

    def numbered(self, name: str, numbers: Sequence[int]) -> Iterator[tuple[ast.stmt, int]]:
        """Yield the statements of one function, each with the number of its stage."""
        functions = [n for n in ast.parse(self.source).body if isinstance(n, ast.FunctionDef)]
        body = next(n for n in functions if n.name == name).body
        return zip(syntax.statements(body), numbers, strict=False)


def explained(judgement: Judgement, solution: Solution) -> Judgement:
    """Return a judgement with the lines of a generated module about the variable that is wrong first."""
    if judgement.ok:
        return judgement
    names = [judgement.place.variable.split("[")[0]] if judgement.place else []
    names += [f.name for f in judgement.findings if f.verdict == "wrong"]
    for name in names:
        found = lines_about(name, solution)
        if found:
            return replace(judgement, explanation=tuple(found))
    return replace(
        judgement, explanation=("explanation: the generated module has no line of this name",)
    )


def lines_about(name: str, solution: Solution) -> list[str]:
    """Return the lines of a module that set a gradient, each with the stage it belongs to."""
    wanted = {bare(name), *(f"d{v}" for v in variables_of(name))}
    found = [
        f"    {syntax.show(line)}" + (f"    from the stage {stage}" if stage else "")
        for line, stage in solution.lines()
        if isinstance(line, ast.Assign | ast.AugAssign) and wanted & set(map(bare, set_by(line)))
    ]
    return ["explanation: the lines that a generated module has for it", *found] if found else []


def set_by(statement: ast.Assign | ast.AugAssign) -> list[str]:
    """Return the variables that a line sets, whole or in part."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = [p for t in targets for p in (t.elts if isinstance(t, ast.Tuple) else [t])]
    return [syntax.show(p).split("[")[0] for p in parts]

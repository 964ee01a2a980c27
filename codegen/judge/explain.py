"""Our line beside a wrong one. In: a judgement, the pair of a generated module. Out: the judgement with an explanation.

This shows a part of the solution, so it is only done where it was asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from codegen import syntax
from codegen.emit.numbered import StagesOfPair
from codegen.judge.forms import bare, variables_of
from codegen.judge.report import Judgement
from codegen.pairs import backward_name, forward_name
from codegen.records import dataclass

CHAIN = "the local gradient of this stage, times the upstream gradient"
OPERATIONS: Mapping[type[ast.operator], str] = {
    ast.Add: "a sum hands the upstream gradient to each of its terms",
    ast.Sub: "a difference hands on the upstream gradient, to what is taken away its negative",
    ast.Mult: "a product gives each factor the upstream gradient times the other factor",
    ast.Div: "x / y gives x the upstream gradient over y, and y its negative times x / y**2",
    ast.Pow: "x**n gives x the upstream gradient times n * x**(n - 1)",
    ast.MatMult: "X @ W gives X the gradient dout @ W.T and W the gradient X.T @ dout: only so the shapes fit",
}
CALLS = {
    "dot": OPERATIONS[ast.MatMult],
    "matmul": OPERATIONS[ast.MatMult],
    "maximum": "max is a router: all of the upstream gradient goes to the larger input",
    "minimum": "min is a router: all of the upstream gradient goes to the smaller input",
    "exp": "the local gradient of exp is its own output",
    "log": "the local gradient of log(x) is 1 / x",
    "tanh": "the local gradient of tanh is 1 - out**2",
    "sqrt": "the local gradient of sqrt is 1 / (2 * out)",
    "sum": "a sum hands the upstream gradient to every entry that it adds up",
    "mean": "a mean hands to every entry the upstream gradient over the number of entries",
}


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
            stages[number] = syntax.lines_of(syntax.show(statement))[0] if number else ""
        for statement, number in self.numbered(backward_name(self.name), self.stages.backward):
            yield statement, stages[number]

    def numbered(self, name: str, numbers: Sequence[int]) -> Iterator[tuple[ast.stmt, int]]:
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
    found: list[str] = []
    for line, stage in solution.lines():
        if isinstance(line, ast.Assign | ast.AugAssign) and wanted & set(map(bare, set_by(line))):
            found.append(
                f"    {syntax.show(line)}" + (f"    from the stage {stage}" if stage else "")
            )
            found += [f"        rule: {rule_behind(stage, variables_of(name))}"] if stage else []
    return ["explanation: the lines that a generated module has for it", *found] if found else []


def rule_behind(stage: str, variables: Sequence[str]) -> str:
    """Return the rule of the operation that reads a variable, if only sums lie between this and the whole."""
    try:
        node: ast.AST = ast.parse(stage).body[0]
    except SyntaxError:  # the head of a loop
        return CHAIN
    node = getattr(node, "value", None) or node
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        sides = [s for s in (node.left, node.right) if reads(s, variables)]
        if len(sides) != 1 or isinstance(sides[0], ast.Name):
            break
        node = sides[0]
    if isinstance(node, ast.BinOp):
        direct = all(
            isinstance(s, ast.Name) or not reads(s, variables) for s in (node.left, node.right)
        )
        return OPERATIONS.get(type(node.op), CHAIN) if direct else CHAIN
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts = [*node.args, node.func.value]
        direct = all(isinstance(s, ast.Name) or not reads(s, variables) for s in parts)
        return CALLS.get(node.func.attr, CHAIN) if direct else CHAIN
    return CHAIN


def reads(node: ast.AST, variables: Sequence[str]) -> bool:
    return any(bare(n.id) in variables for n in syntax.every(ast.Name, node))


def set_by(statement: ast.Assign | ast.AugAssign) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = [p for t in targets for p in syntax.elements(t)]
    return [syntax.show(p).split("[")[0] for p in parts]

"""What the gradient flows through: statements and the values of a run go in; differentiable stages come out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from codegen import syntax
from codegen.gates.pure import MODULES
from codegen.handout.recording import StageText
from codegen.pytree import has_float
from codegen.syntax import COMPOUND, statements

SIZES = (
    "len", "range", "isinstance", "zeros_like", "ones_like", "empty_like", "argmax", "argmin", "argsort", "sign",
    "floor", "ceil", "rint",
)  # fmt: skip


def stored_names(statement: ast.stmt) -> list[str]:
    """Return the names that a statement binds or changes."""
    targets = (
        statement.targets
        if isinstance(statement, ast.Assign)
        else [statement.target] if isinstance(statement, ast.AugAssign) else []
    )
    found = [
        n.id for t in targets for n in syntax.every(ast.Name, t) if isinstance(n.ctx, ast.Store)
    ]
    for target in map(syntax.holder, targets):
        if isinstance(target, ast.Name):
            found.append(target.id)
    if isinstance(statement, ast.Expr):
        found.append(syntax.identifier(syntax.holder(changed_by(statement.value))))
    return list(dict.fromkeys(filter(None, found)))


def changed_by(call: ast.expr) -> ast.expr:
    """Return what a call that is a statement changes: `xs` of `xs.append(x)`, `K` of `np.fill_diagonal(K, s)`."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return call
    of_numpy = syntax.dotted(call.func).startswith(MODULES)
    return (*call.args, call)[0] if of_numpy else call.func.value


def active_stages(
    stages: list[StageText], wrt: tuple[str, ...], final: Mapping[str, Any], output: ast.expr
) -> list[StageText]:
    """Return the stages the gradient flows through: those with backward lines, and floats between inputs and output."""
    needed = syntax.names(output)
    for stage in [*reversed(stages), *reversed(stages)]:
        if stage.planned or needed & set(stored_names(stage.statement)):
            needed |= {n.id for n in differentiable_reads(stage.statement)}
    active = {syntax.first_name(name) for name in wrt}
    found = []
    for stage in stages:
        names = stored_names(stage.statement)
        reached = any(n.id in active for n in differentiable_reads(stage.statement)) and any(
            has_float(final.get(n)) for n in names
        )
        if stage.planned or (reached and needed & set(names)):
            active |= set(names)
            found.append(stage)
    return found


def differentiable_reads(statement: ast.stmt) -> list[ast.Name]:
    """Return the names whose values, not only sizes or truths, a statement reads."""
    found: list[ast.Name] = []

    def walk(part: ast.AST) -> None:
        if is_passive(part):
            return
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found.append(part)
        for child in syntax.parts(part):
            walk(child)

    walk(statement)
    return found


def is_passive(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare | ast.BoolOp | ast.Lambda):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in syntax.SHAPE_PARTS
    return isinstance(node, ast.Call) and syntax.called_last(node) in SIZES


def carried_names(function: ast.FunctionDef) -> dict[int, tuple[str, ...]]:
    found = {}
    for key, loop in enumerate(statements(function.body)):
        if isinstance(loop, ast.For | ast.While):
            stored: set[str] = set()
            early: list[str] = []
            body = [s for s in statements(loop.body) if not isinstance(s, COMPOUND)]
            for statement in body:
                early += [n.id for n in differentiable_reads(statement) if n.id not in stored]
                if (
                    isinstance(statement, ast.AugAssign)
                    and isinstance(statement.target, ast.Name)
                    and statement.target.id not in stored
                ):
                    early.append(statement.target.id)
                stored |= set(stored_names(statement))
            found[key] = tuple(dict.fromkeys(n for n in early if n in stored))
    return found


def dependent_names(function: ast.FunctionDef, inputs: tuple[str, ...]) -> frozenset[str]:
    found = {syntax.first_name(name) for name in inputs}
    for statement in statements(function.body):
        if isinstance(statement, ast.Assign | ast.AugAssign):
            read = syntax.names(statement)
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if read & found:
                found |= syntax.names(*targets)
    return frozenset(found)

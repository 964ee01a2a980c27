"""Dimension analysis, as in the notes: a matrix gate goes in, the shapes of its factors come out."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import syntax
from codegen.handout.diagram import Diagram, Gate
from codegen.handout.rules import evaluate
from codegen.handout.values import shape_text
from codegen.handout.words import MATRIX


def shape_lines(gate: Gate, circuit: Diagram) -> tuple[str, ...]:
    """Return the dimension analysis of a matrix product: [5x10] . [10x3] -> [5x3]."""
    if gate.rule is None or gate.rule.head not in MATRIX or len(gate.operands) != 2:
        return ()
    if gate.gradient is None:
        return ()
    operands = [circuit.gates[o] for o in gate.operands]
    values = {f"_{i}": o.value for i, o in enumerate(operands)}
    names = {f"_{i}": o.name or o.text for i, o in enumerate(operands)}
    names |= {"dout": f"d{gate.name or 'out'}", "out": gate.name or "out"}
    scope = {**gate.locals, **values, "out": gate.value, "dout": gate.gradient, "np": np}
    found = [f"{gate.name or gate.text}: {factors(values['_0'], values['_1'], gate.value)}"]
    for i, statement in enumerate(gate.rule.gradients):
        line = gradient_line(statement, scope, names) if isinstance(statement, ast.Expr) else ""
        if line:
            found.append(f"d{names[f'_{i}']} = {line}")
    return tuple(found)


def gradient_line(statement: ast.Expr, scope: dict[str, Any], names: dict[str, str]) -> str:
    """Return the text of one gradient of a matrix product with the shapes of its factors, or nothing."""
    pair = sides(statement.value)
    if pair is None:
        return ""
    try:
        values = [evaluate(node, scope) for node in (*pair, statement.value)]
    except Exception:  # noqa: BLE001  # a row of another form: nothing to tell
        return ""
    return f"{ast.unparse(renamed(statement.value, names))}: {factors(*values)}"


def sides(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """Return the factors of a matrix product."""
    match node:
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return left, right
        case ast.Call(func=ast.Attribute(value=left, attr="dot"), args=[right]):
            return left, right
    return None


def renamed(node: ast.expr, names: dict[str, str]) -> ast.expr:
    """Return an expression with other names."""
    return syntax.substitute(node, {old: syntax.parse(new) for old, new in names.items()})


def factors(left: Any, right: Any, result: Any) -> str:
    """Return the shapes of a product."""
    return f"{shape_text(left)} . {shape_text(right)} -> {shape_text(result)}"

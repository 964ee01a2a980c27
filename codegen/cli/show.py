"""Representations for people: what a pass has made goes in, text that can be read comes out.

circuit, "stages"  →  xpysqr = xpy**2    # x**y: dx = y * x ** (y - 1) * dout
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np

from codegen import syntax
from codegen.emit.spell import named_text
from codegen.emit.text import lines_of
from codegen.gates.canonical import MISSING
from codegen.gates.rows import Row
from codegen.ir import (
    Bind,
    Block,
    Circuit,
    Loop,
    Return,
    Stage,
    Statement,
    Wire,
    WireRef,
)
from codegen.trace.traced import Trace

OBSERVED = (
    ast.Call,
    ast.BinOp,
    ast.UnaryOp,
    ast.Name,
    ast.Subscript,
    ast.Attribute,
    ast.List,
    ast.Tuple,
)
WIDE = 36
"""Remarks stand behind this column, or two blanks behind what is longer."""


def shown(made: Any) -> str:
    """Return what a pass has made as text."""
    if isinstance(made, str):
        return made.rstrip("\n")
    if isinstance(made, ast.AST):
        return syntax.show(made)
    if isinstance(made, Trace):
        return "\n".join(observed(made))
    if isinstance(made, Circuit):
        head = f"{made.name}({', '.join(made.parameters)}), gradients of {', '.join(made.inputs)}:"
        lines = [head, *block_lines(made.block, 1)]
        last = made.block.items[-1] if made.block.items else None
        if not isinstance(last, Return):
            lines.append(f"    return {output(made)}")
        return "\n".join(lines)
    return "\n".join(lines_of(made))


def output(circuit: Circuit) -> str:
    """Return the text of what a circuit returns."""
    if circuit.output is not None:
        return syntax.show(named_text(circuit.output.node))
    return syntax.show(circuit.output_node) if circuit.output_node is not None else "None"


# ---- the observed function


def observed(trace: Trace) -> list[str]:
    """Return a function with what the run saw of the value of each statement."""
    found = [f"{trace.source.name}({', '.join(trace.values)}):"]
    body = trace.tree.body
    statements = body if isinstance(body, list) else [ast.Return(body)]
    for statement in statements:
        found += observed_lines(trace, statement, 1)
    return found


def observed_lines(trace: Trace, statement: ast.stmt, depth: int) -> list[str]:
    """Return a statement, and those inside it, each with what was seen of it."""
    bodies = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    if not bodies[0] or isinstance(statement, ast.FunctionDef | ast.ClassDef):
        value = getattr(statement, "value", None)
        seen = kind(trace.run.fact(value).sample) if isinstance(value, OBSERVED) else ""
        return remarked(syntax.show(statement), seen, depth)
    head = syntax.show(statement).splitlines()[0]
    truths = trace.run.fact(statement).truths
    seen = f"seen: {', '.join(map(str, sorted(truths, reverse=True)))}" if truths else ""
    found = remarked(head, seen, depth)
    for number, body in enumerate(bodies):
        if number and body:
            found.append("    " * depth + ("else:" if number == 1 else "finally:"))
        for inner in body:
            found += observed_lines(trace, inner, depth + 1)
    return found


def kind(sample: Any) -> str:
    """Return a value as the run keeps it: its dtype and its sizes."""
    if sample is MISSING:
        return "never reached"
    if isinstance(sample, np.ndarray):
        return f"{sample.dtype} {sample.shape}"
    if isinstance(sample, list | tuple | dict):
        return f"{type(sample).__name__} of {len(sample)}"
    return type(sample).__name__


# ---- circuits


def block_lines(block: Block, depth: int) -> Iterator[str]:
    """Yield the lines of a block."""
    for item in block.items:
        yield from item_lines(item, depth)


def item_lines(item: Statement, depth: int) -> Iterator[str]:
    """Yield the lines of one item."""
    if isinstance(item, Stage):
        yield from stage_lines(item, depth)
        return
    yield "    " * depth + syntax.show(item.statement).splitlines()[0]
    for number, inner in enumerate(item.blocks):
        if number and inner.items:
            yield "    " * depth + "else:"
        yield from block_lines(inner, depth + 1)
    if isinstance(item, Loop) and item.active:
        yield "    " * (depth + 1) + f"# carried: {', '.join(sorted(item.active))}"


def stage_lines(stage: Stage, depth: int) -> list[str]:
    """Return a stage: what it binds to which text, its kind, and a line for each gate in it."""
    if stage.wire is None:
        text = stage.text or syntax.show(stage.statement)
        return remarked(text, "passive" if isinstance(stage, Bind) else kind_of(stage), depth)
    value = syntax.show(named_text(stage.wire.node))
    target = syntax.show(stage.target)
    text = f"return {value}" if isinstance(stage, Return) else f"{target} = {value}"
    gates = list(dict.fromkeys(gate_lines(stage.wire)))
    kinds = [] if isinstance(stage, Bind | Return) else [kind_of(stage)]
    if len(gates) < 2:
        return remarked(text, "; ".join([*kinds, *gates]), depth)
    return [
        *remarked(text, "; ".join(kinds), depth),
        *("    " * (depth + 1) + f"# {g}" for g in gates),
    ]


def kind_of(stage: Stage) -> str:
    """Return the word for what a stage does."""
    return {"LoopItem": "item"}.get(type(stage).__name__, type(stage).__name__.lower())


def gate_lines(wire: Wire) -> Iterator[str]:
    """Yield the gates of a text, the innermost first."""
    for part in ast.walk(wire.node):
        if isinstance(part, WireRef) and not part.wire.name:
            yield from gate_lines(part.wire)
    if wire.row is not None:
        gradients = [
            f"d{hole} = {texts[0]}"
            for hole, texts in wire.row.gradients.items()
            if hole in wire.operands
        ]
        yield f"{pattern(wire.row)}: {', '.join(gradients)}"
    elif wire.kind != "name":
        yield wire.kind if wire.helper is None else f"call of {wire.helper.circuit.name}"


def pattern(row: Row) -> str:
    """Return the left side of a row without the names of its inner values."""

    def change(part: ast.expr) -> ast.expr | None:
        return syntax.rewrite(part.value, change) if isinstance(part, ast.NamedExpr) else None

    return ast.unparse(syntax.rewrite(row.tree, change))


def remarked(text: str, remark: str, depth: int) -> list[str]:
    """Return lines with a remark behind the first."""
    first, *rest = text.splitlines()
    head = "    " * depth + first
    return [
        f"{head.ljust(WIDE)}  # {remark}" if remark else head,
        *("    " * depth + line for line in rest),
    ]

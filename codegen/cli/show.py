"""Representations for people: what a pass has made goes in, text that can be read comes out.

*In*: the stage that binds `xpysqr`. *Out*: `xpysqr = xpy**2    # x ** 2: dx = 2 * x * dout`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from textwrap import indent
from typing import Any

import numpy as np

from codegen import ir, syntax
from codegen.analysis.activity import Activity
from codegen.backward.differentiate import Derived
from codegen.backward.draft import Draft
from codegen.backward.finish import Plan
from codegen.backward.remember import Saved
from codegen.emit.text import header_text, lines_of
from codegen.gates.canonical import MISSING
from codegen.gates.rows import Row
from codegen.progress import looked_at
from codegen.stage.local import scatters
from codegen.stage.spell import put_in, stage_text
from codegen.trace.run import Trace

OBSERVED = (
    ast.Call, ast.BinOp, ast.UnaryOp, ast.Name, ast.Subscript, ast.Attribute, ast.List, ast.Tuple,
)  # fmt: skip
WIDE = 36
"""Remarks stand behind this column, or two blanks behind what is longer."""


def shown(made: Any) -> str:
    if isinstance(made, str):
        return made.rstrip("\n")
    if isinstance(made, ast.AST):
        return syntax.show(made)
    if isinstance(made, Trace):
        return "\n".join(observed(made))
    if isinstance(made, Activity):
        return "\n".join(activity_lines(made))
    if isinstance(made, Derived):
        return "\n".join(plain(line) for line in lines_of(made.lines, header=header_for_people))
    if isinstance(made, Saved):
        return "\n".join(saved_lines(made))
    if isinstance(made, Plan):
        return "\n".join(lines_of(made.lines))
    if isinstance(made, ir.Circuit):
        head = f"{made.name}({', '.join(made.parameters)}), gradients of {', '.join(made.inputs)}:"
        lines = [head, *block_lines(made.block, 1)]
        last = made.block.items[-1] if made.block.items else None
        if not isinstance(last, ir.Return):
            lines.append(f"    return {output(made)}")
        return "\n".join(lines)
    raise TypeError(f"no text for {type(made).__name__}")


def circuit_of(made: Any) -> ir.Circuit | None:
    """Return the circuit of the function of which a pass has made something that does not say whose it is."""
    match made:
        case Activity(circuit=circuit) | Derived(draft=Draft(circuit=circuit)):
            return circuit
        case Saved(flow=flow) | Plan(saved=Saved(flow=flow)):
            return flow.circuit
    return None


def output(circuit: ir.Circuit) -> str:
    if circuit.output is not None:
        return syntax.show(ir.named_text(circuit.output.node))
    return syntax.show(circuit.output_node) if circuit.output_node is not None else "None"


class Looks:
    """What a pass has made of each function, as texts; each after the first line of its function if there are several.

    >>> looks = Looks()
    >>> looks.add("dx = dout", "f(x)")
    >>> print(looks)
    dx = dout
    >>> looks.add("dz = dout", "g(z)")
    >>> print(looks)
    f(x):
        dx = dout
    <BLANKLINE>
    <BLANKLINE>
    g(z):
        dz = dout
    """

    def __init__(self) -> None:
        self.heads: dict[str, str] = {}

    def add(self, text: str, head: str) -> None:
        """Add a text that is not known yet; `head` is empty where the text says itself whose it is."""
        if text:
            self.heads.setdefault(text, head)  # a helper that is called twice is read twice

    def __str__(self) -> str:
        texts = [
            f"{head}:\n{indent(text, '    ')}" if head and len(self.heads) > 1 else text
            for text, head in self.heads.items()
        ]
        return "\n\n\n".join(texts)


def looking(name: str, looks: Looks) -> AbstractContextManager[None]:
    """Return what adds texts during a block: what a pass makes."""

    def look(made_by: str, made: Any) -> None:
        if made_by != name:
            return
        circuit = circuit_of(made)
        head = f"{circuit.name}({', '.join(circuit.parameters)})" if circuit is not None else ""
        looks.add(shown(made), head)
        if name == "circuit":  # later passes take helpers one by one
            for helper in helpers_of(made):
                looks.add(shown(helper), "")

    return looked_at(look)


def helpers_of(circuit: ir.Circuit) -> list[ir.Circuit]:
    """Return the circuits that a circuit calls, and those that they call, each once."""
    found: dict[ir.Circuit, None] = {}
    waiting = [circuit]
    while waiting:
        wires = [s.wire for s in ir.stages_of(waiting.pop().block) if s.wire is not None]
        for wire in wires:
            wires.extend(wire.operands.values())
            if (
                isinstance(wire, ir.Call)
                and wire.circuit not in found
                and wire.circuit is not circuit
            ):
                found[wire.circuit] = None
                waiting.append(wire.circuit)
    return list(found)


def after(name: str, text: str, *args: Any) -> None:
    """Print the last function of a text as a pass leaves it: the examples in the docstrings of the passes.

    >>> after("circuit", "def f(x): return 2 * x", 3.0)
    f(x), gradients of x:
        return 2 * x                      # x * y: dy = x * dout
    """
    from codegen.passes import generate

    file = f"<example of {name}>"
    syntax.remember(file, text)
    space: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), space)  # noqa: S102  # the text of a docstring
    looks = Looks()
    with looking(name, looks):
        generate([one for one in space.values() if callable(one)][-1], *args)
    print(looks)


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
    bodies = {"": getattr(statement, "body", [])}
    for handler in getattr(statement, "handlers", []):
        bodies[syntax.lines_of(syntax.show(handler))[0]] = handler.body
    bodies |= {"else:": getattr(statement, "orelse", [])}
    bodies |= {"finally:": getattr(statement, "finalbody", [])}
    if not bodies[""] or isinstance(statement, ast.FunctionDef | ast.ClassDef):
        value = getattr(statement, "value", None)
        seen = kind(trace.run.fact(value).sample) if isinstance(value, OBSERVED) else ""
        return remarked(syntax.show(statement), seen, depth)
    head = syntax.lines_of(syntax.show(statement))[0]
    truths = trace.run.fact(statement).truths
    seen = f"seen: {', '.join(map(str, sorted(truths, reverse=True)))}" if truths else ""
    found = remarked(head, seen, depth)
    for between, body in bodies.items():
        if between and body:
            found.append("    " * depth + between)
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


# ---- tables


def activity_lines(table: Activity) -> Iterator[str]:
    """Yield the stages that a gradient reaches, and those that stay the user's own lines."""
    for stage in ir.stages_of(table.circuit.block):
        word = "useful" if stage in table.useful else "idle" if stage in table.idle else ""
        if word:
            yield from remarked(syntax.lines_of(syntax.show(stage.statement))[0], word, 0)


def saved_lines(saved: Saved) -> Iterator[str]:
    """Yield what the forward pass keeps, and what is computed again."""
    cached = [saved.texts.get(name, name) for name in saved.cached]
    yield f"cache: {', '.join(cached) or 'nothing'}"
    for loop, steps in saved.steps.items():
        names = [f"{n}.copy()" if n in steps.copied else n for n in steps.saved]
        kept = f"{', '.join(names)} of each trip of" if names else "number of trips of"
        yield f"{steps.name}: {kept} {syntax.lines_of(syntax.show(loop.statement))[0]}"
    for kept_value in saved.kept:
        at = syntax.lines_of(syntax.show(kept_value.place.item.statement))[0]
        yield f"{kept_value.name}: {kept_value.source} {'behind' if kept_value.place.behind else 'before'} {at}"
    for branch, flag in saved.flags.items():
        yield f"{flag}: the answer of {syntax.lines_of(syntax.show(branch.statement))[0]}"
    for stage in (stage for stages in saved.again.values() for stage in stages):
        yield f"computed again: {stage_text(stage)}"


def header_for_people(nest: ir.Nest) -> str:
    """Return a header of planned lines: what a loop runs over backwards is not settled yet."""
    if isinstance(nest, ir.For) and nest.loop is not None:
        header = syntax.lines_of(syntax.show(nest.loop.statement))[0]
        return f"{header}  # in reverse" if nest.backwards else header
    return header_text(nest)


def plain(line: str) -> str:
    """Return a line without the places of the values that it reads."""
    return re.sub(r"@\d+p?", "", line)


# ---- circuits


def block_lines(block: ir.Block, depth: int) -> Iterator[str]:
    for item in block.items:
        yield from item_lines(item, depth)


def item_lines(item: ir.Statement, depth: int) -> Iterator[str]:
    if isinstance(item, ir.Stage):
        yield from stage_lines(item, depth)
        return
    yield "    " * depth + syntax.lines_of(syntax.show(item.statement))[0]
    for number, inner in enumerate(item.blocks):
        if number and inner.items:
            yield "    " * depth + "else:"
        yield from block_lines(inner, depth + 1)
    if isinstance(item, ir.Within):
        yield from ("    " * depth + line for line in item.footer)
    if isinstance(item, ir.Loop) and item.active:
        yield "    " * (depth + 1) + f"# carried: {', '.join(sorted(item.active))}"


def stage_lines(stage: ir.Stage, depth: int) -> list[str]:
    """Return a stage: what it binds to which text, its kind, and a line for each gate in it."""
    if stage.wire is None:
        text = stage.text or syntax.show(stage.statement)
        own = "no gradient of its own" if stage.varied else "passive"
        return remarked(text, own if isinstance(stage, ir.Bind) else kind_of(stage), depth)
    value = syntax.show(ir.named_text(stage.wire.node))
    target = syntax.show(stage.target)
    match stage:
        case ir.Return():
            text = f"return {value}"
        case ir.Append():
            text = put_in(stage, ir.named_text(stage.wire.node))
        case ir.Add():
            text = f"{target} += {value}"
        case _:
            text = f"{target} = {value}"
    gates = list(dict.fromkeys(gate_lines(stage.wire)))
    kinds = [] if isinstance(stage, ir.Bind | ir.Return) else [kind_of(stage)]
    if len(gates) < 2:
        return remarked(text, "; ".join([*kinds, *gates]), depth)
    return [
        *remarked(text, "; ".join(kinds), depth),
        *("    " * (depth + 1) + f"# {g}" for g in gates),
    ]


def kind_of(stage: ir.Stage) -> str:
    return {"LoopItem": "item"}.get(type(stage).__name__, type(stage).__name__.lower())


def gate_lines(wire: ir.Wire) -> Iterator[str]:
    """Yield the gates of a text, the innermost first."""
    for part in ast.walk(wire.node):
        if isinstance(part, ir.WireRef) and not part.wire.name:
            yield from gate_lines(part.wire)
    if isinstance(wire, ir.Gate):
        gradients = [
            texts[0] if scatters(wire.row, hole) else f"d{hole} = {texts[0]}"
            for hole, texts in wire.row.gradients.items()
            if hole in wire.operands
        ]
        yield f"{pattern(wire.row)}: {', '.join(gradients)}"
    elif isinstance(wire, ir.Call):
        yield f"call of {wire.circuit.name}"
    elif not isinstance(wire, ir.Variable):
        yield type(wire).__name__.lower()


def pattern(row: Row) -> str:
    """Return the left side of a row without the names of its inner values."""

    def change(part: ast.expr) -> ast.expr | None:
        return syntax.rewrite(part.value, change) if isinstance(part, ast.NamedExpr) else None

    return ast.unparse(syntax.rewrite(row.tree, change))


def remarked(text: str, remark: str, depth: int) -> list[str]:
    """Return lines with a remark behind the first."""
    first, *rest = syntax.lines_of(text)
    head = "    " * depth + first
    return [
        f"{head.ljust(WIDE)}  # {remark}" if remark else head,
        *("    " * depth + line for line in rest),
    ]

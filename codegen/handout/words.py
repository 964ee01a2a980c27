"""Words: a gate with its numbers goes in, what it does to the gradient comes out, in the notes' way of speaking."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from codegen import expr
from codegen.handout.diagram import Diagram, Gate
from codegen.handout.rules import evaluate
from codegen.handout.values import fixed, is_scalar, on_wire, shape_text

QUIET = ("np.reshape", "np.transpose", "np.squeeze", "np.expand_dims", "np.ravel", "np.swapaxes")


def called(gate: Gate) -> str:
    """Return what a wire is called."""
    return gate.name or gate.text


def gate_words(gate: Gate, circuit: Diagram) -> str:
    """Return what a gate does to the gradient, with the numbers at hand."""
    operands = [circuit.gates[o] for o in gate.operands]
    head = gate.rule.head if gate.rule else ""
    gradient = on_wire(gate.gradient) or "the gradient"
    names = [called(o) for o in operands]
    if gate.kind == "helper":
        return f"The gates of {gate.label} are drawn as one; its own backward function turns {gradient} into the gradients on {joined(names)}."
    if head == "+" and len(operands) == 2:
        return f"The add gate distributes: {gradient} goes to {joined(names)} unchanged{widened(gate, operands)}."
    if head == "+":
        return (
            f"Adding a constant changes nothing on the way back: {gradient} goes on to {names[0]}."
        )
    if head == "-" and len(operands) == 2:
        return f"The subtract gate distributes, with a minus for what is taken away: {gradient} to {names[0]}, its negative to {names[1]}."
    if head == "*" and len(operands) == 2:
        return swapped(gate, operands, names)
    if head == "*":
        return f"Scaling by a constant scales the gradient by the same constant{product(gate, 0)}."
    if head in ("np.maximum", "np.minimum"):
        return routed(gate, operands, names, head)
    if head == "@":
        return "The matrix product swaps, too: each factor gets the gradient times the other one, turned so that the shapes fit."
    return other(gate, operands, names, head, gradient)


def other(gate: Gate, operands: list[Gate], names: list[str], head: str, gradient: str) -> str:
    """Return the words for a gate that is none of the well-known ones."""
    if head == "np.sum":
        return f"The sum gate distributes: every entry that was summed gets {gradient} of its sum unchanged."
    if head == "np.mean":
        return "The mean gate distributes in equal shares: every entry gets the gradient divided by how many there are."
    if head == "[]":
        return f"Picking is routing: the entries of {names[0]} that were picked get the gradient, the others get none from here."
    if head in QUIET:
        return "Nothing is computed here, so nothing is on the way back: the gradient takes the shape of the operand again."
    if gate.kind == "carried":
        return f"One trip of the loop hands {gate.name} to the next; on the way back its gradient goes to the trip before."
    if "_store" in gate.locals:
        return "Writing into items is routing: what was written gets the gradient of those items."
    if gate.rule is None:
        return ""
    if len(operands) == 1:
        return f"The gradient is multiplied by the local gradient{product(gate, 0)}."
    return f"Each of {joined(names)} gets the gradient times its local gradient{product(gate, 0)}."


def widened(gate: Gate, operands: list[Gate]) -> str:
    """Return a remark on operands that were broadcast."""
    wide = [called(o) for o in operands if np.shape(o.value) != np.shape(gate.value)]
    return (
        f" (summed over the axes along which {joined(wide)} was broadcast)"
        if wide and gate.value is not None
        else ""
    )


def swapped(gate: Gate, operands: list[Gate], names: list[str]) -> str:
    """Return the words for a multiply gate."""
    a, b = operands
    if (
        all(is_scalar(v) for v in (a.value, b.value, gate.gradient))
        and len(gate.handed) == 2
        and None not in gate.handed
    ):
        g = fixed(gate.gradient, 2)
        first = f"{names[0]} gets {fixed(b.value, 2)} · {g} = {fixed(gate.handed[0], 2)}"
        return f"The multiply gate swaps its inputs: {first}, {names[1]} gets {fixed(a.value, 2)} · {g} = {fixed(gate.handed[1], 2)}."
    return f"The multiply gate swaps its inputs: {names[0]} gets {names[1]} times the gradient, {names[1]} gets {names[0]} times the gradient."


def routed(gate: Gate, operands: list[Gate], names: list[str], head: str) -> str:
    """Return the words for a max or min gate."""
    which = "max" if head == "np.maximum" else "min"
    if len(operands) == 1 and not is_scalar(gate.value):
        share = int(np.count_nonzero(np.asarray(gate.value) == np.asarray(operands[0].value)))
        return f"The {which} gate routes: the gradient passes where {names[0]} won ({share} of {np.size(gate.value)} entries) and stops elsewhere."
    if len(operands) == 2 and all(is_scalar(v) for v in (*gate.handed, gate.gradient)):
        winner = int(gate.handed[0] == 0 and gate.handed[1] != 0)
        size = "higher" if which == "max" else "lower"
        routed_to = f"{fixed(gate.gradient, 2)} goes to {names[winner]}, the {size} input ({fixed(operands[winner].value, 2)})"
        return f"The {which} gate routes: {routed_to}, and 0 to {names[1 - winner]}."
    return f"The {which} gate routes: the gradient goes to whichever input won."


def product(gate: Gate, port: int) -> str:
    """Return the product of local and upstream gradient in numbers, if there are any."""
    if (
        not gate.handed
        or gate.handed[port] is None
        or not is_scalar(gate.gradient)
        or not is_scalar(gate.handed[port])
        or not gate.gradient
    ):
        return ""
    slope = float(gate.handed[port]) / float(gate.gradient)
    return f": {fixed(slope, 2)} · {fixed(gate.gradient, 2)} = {fixed(gate.handed[port], 2)}"


def joined(names: list[str]) -> str:
    """Return names as a list in words."""
    names = list(dict.fromkeys(names))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def fork_words(circuit: Diagram) -> tuple[str, ...]:
    """Return for each wire that enters several gates how its gradient adds up."""
    found = []
    for gate in circuit.gates:
        ways = [(circuit.gates[w.target], w.port) for w in circuit.wires if w.source == gate.number]
        if len(ways) < 2:
            continue
        parts = [t.handed[p] if t.handed else None for t, p in ways]
        text = f"{called(gate)} forks into {len(ways)} wires"
        if all(is_scalar(p) for p in parts) and is_scalar(gate.gradient):
            total = " + ".join(
                fixed(p, 2) if p >= 0 or i == 0 else f"({fixed(p, 2)})"
                for i, p in enumerate(reversed(parts))
            )
            text += f": {total} = {fixed(gate.gradient, 2)}"
        else:
            text += f" (to {joined([called(t) for t, _ in ways])})"
        found.append(text + "; the gradients that flow back along them add up.")
    return tuple(found)


def shape_lines(gate: Gate, circuit: Diagram) -> tuple[str, ...]:
    """Return the dimension analysis of a matrix product: [5x10] . [10x3] -> [5x3]."""
    if (
        gate.rule is None
        or gate.rule.head != "@"
        or len(gate.operands) != 2
        or gate.gradient is None
    ):
        return ()
    names = {f"_{i}": circuit.gates[o].value for i, o in enumerate(gate.operands)}
    called_by = {f"_{i}": called(circuit.gates[o]) for i, o in enumerate(gate.operands)} | {
        "dout": f"d{gate.name or 'out'}",
        "out": gate.name or "out",
    }
    scope: dict[str, Any] = {
        **gate.locals,
        **names,
        "out": gate.value,
        "dout": gate.gradient,
        "np": np,
    }
    found = [f"{gate.name or gate.text}: {factors(names['_0'], names['_1'], gate.value)}"]
    for i, statement in enumerate(gate.rule.gradients):
        if not isinstance(statement, ast.Expr):
            continue
        pair = sides(statement.value)
        if pair is None:
            continue
        left, right = pair
        try:
            shapes = factors(
                evaluate(left, scope), evaluate(right, scope), evaluate(statement.value, scope)
            )
        except Exception:  # noqa: BLE001, S112  # a row of another form: nothing to tell
            continue
        text = ast.unparse(renamed(statement.value, called_by))
        found.append(f"d{called_by[f'_{i}']} = {text}: {shapes}")
    return tuple(found)


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
    return expr.substitute(node, {old: expr.parse(new) for old, new in names.items()})


def factors(left: Any, right: Any, result: Any) -> str:
    """Return the shapes of a product."""
    return f"{shape_text(left)} . {shape_text(right)} -> {shape_text(result)}"

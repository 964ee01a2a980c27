"""Steps: a lesson goes in; what happens one after the other comes out, gate by gate, forward and then backward, the
numbers put in. A long circuit is told stage by stage.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from codegen import syntax
from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.lesson import GateNote, Lesson
from codegen.handout.lesson.dimensions import wire_gradient
from codegen.handout.recording.values import equation, fixed, on_wire
from codegen.pytree import is_one_number
from codegen.records import dataclass

FINE = 16
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Step:
    forward: bool
    """Whether it belongs to the forward pass."""
    stage: int
    gates: tuple[int, ...]
    """The gates that work."""
    values: frozenset[int]
    gradients: frozenset[int]
    """The gates whose wires have their value, and their whole gradient, when the step is done."""
    lines: tuple[str, ...]
    """What is computed, with the numbers put in."""
    words: tuple[str, ...] = ()
    """What the gates do to the gradient; code stands between backquotes."""
    formulas: tuple[str, ...] = ()
    """Local gradients as LaTeX."""
    code: tuple[str, ...] = ()
    """The lines of the pass that belong to the stage."""


def steps(lesson: Lesson) -> tuple[Step, ...]:
    circuit = lesson.circuit
    notes = {note.number: note for note in lesson.gates}
    groups = grouped(circuit)
    known = frozenset(g.number for g in circuit.gates if not g.operands)
    found: list[Step] = []
    for group in groups:
        known |= set(group)
        code = lines_of(lesson, group, circuit, forward=True)
        lines = tuple(computed(circuit.gates[g], circuit) for g in group)
        stage = circuit.gates[group[0]].stage
        found.append(Step(True, stage, group, known, frozenset(), lines, code=code))
    done: set[int] = set()
    reached: set[int] = set()
    for group in reversed(groups):
        lines = tuple(
            line
            for g in reversed(group)
            for line in handed_back(g, circuit, reached, lesson.recording.gradient_names)
        )
        done |= set(group)
        code = lines_of(lesson, group, circuit, forward=False)
        stage = circuit.gates[group[0]].stage
        own = [notes[g] for g in reversed(group) if g in notes]
        words, formulas = said(own)
        whole = frozenset(complete(circuit, done))
        found.append(Step(False, stage, group, known, whole, lines, words, formulas, code))
    return tuple(found)


def grouped(circuit: Diagram) -> list[tuple[int, ...]]:
    """Return the gates of each step of the forward pass."""
    gates = [g for g in circuit.gates if g.operands]
    if len(gates) <= FINE:
        return [(g.number,) for g in gates]
    found: list[list[int]] = []
    last = -1
    for gate in gates:
        if gate.stage != last:
            found.append([])
            last = gate.stage
        found[-1].append(gate.number)
    return [tuple(group) for group in found]


def complete(circuit: Diagram, done: set[int]) -> Iterator[int]:
    """Yield the gates whose wires have their whole gradient once some gates are done."""
    for gate in circuit.gates:
        targets = {w.target for w in circuit.wires if w.source == gate.number}
        if targets <= done and (targets or gate.number in circuit.outputs):
            yield gate.number


def said(notes: Sequence[GateNote]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words and the formulas of some gates, each once."""
    words = tuple(dict.fromkeys(n.words for n in notes if n.words))
    return words, tuple(dict.fromkeys(f for n in notes for f in n.formulas))


def lines_of(
    lesson: Lesson, group: Sequence[int], circuit: Diagram, forward: bool
) -> tuple[str, ...]:
    stages = {circuit.gates[g].stage for g in group}
    listed = lesson.forward if forward else lesson.backward
    lines = [line.text for line in listed if line.stage in stages and line.text.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return tuple(line[indent:] for line in lines)


def computed(gate: Gate, circuit: Diagram) -> str:
    head = gate.line
    operands = [circuit.gates[o] for o in gate.operands]
    if gate.rule is None or not all(is_one_number(o.value) for o in (gate, *operands)):
        return f"{head}: {on_wire(gate.value)}"
    shown = {f"_{i}": bracketed(fixed(o.value, 2)) for i, o in enumerate(operands)}
    names: dict[str, ast.expr] = {name: ast.Name(text) for name, text in shown.items()}
    text = ast.unparse(syntax.substitute(gate.rule.skeleton, names))
    text = re.sub(r"\b(np|math)\.", "", text).replace(" * ", " · ").replace("-", MINUS)
    rounded = {name: number(text) for name, text in shown.items()}
    sign = "="
    try:
        again = float(evaluate(gate.rule.skeleton, {**gate.locals, **rounded}))
        sign = "=" if fixed(again, 2) == fixed(gate.value, 2) else "≈"
    except Exception:  # noqa: BLE001  # what cannot be computed from two digits
        sign = "≈"
    return f"{head} = {text} {sign} {fixed(gate.value, 2)}"


def handed_back(
    number: int, circuit: Diagram, reached: set[int], gradients: Mapping[str, str]
) -> Iterator[str]:
    """Yield what a gate hands back to each operand: its local gradient times what comes from above."""
    gate = circuit.gates[number]
    for port, source in enumerate(gate.operands):
        operand = circuit.gates[source]
        mine = wire_gradient(operand.name or operand.text, gradients)
        part = gate.handed[port] if gate.handed else None
        sign = "+=" if source in reached else "="
        reached.add(source)
        if part is None:
            continue
        if not (is_one_number(part) and is_one_number(gate.gradient)) or not float(gate.gradient):
            yield f"{mine} {sign} {on_wire(part)}"
            continue
        local, upstream = float(part) / float(gate.gradient), float(gate.gradient)
        yield f"{mine} {sign} {equation([local, upstream], float(part))}"


def bracketed(text: str) -> str:
    """Return a number, in brackets if it is negative."""
    return f"({text})" if text.startswith(MINUS) else text


def number(text: str) -> float:
    return float(text.strip("()").replace(MINUS, "-"))

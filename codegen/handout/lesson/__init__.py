"""The lesson: a recording and its circuit go in; everything a handout tells, in any format, comes out as plain data.

Sentences are in `words.py`, formulas in `formula.py` and `latex.py` (`factor.py` finds what a name is multiplied with,
`updates.py` tells the values of a name apart that is bound again); `dimensions.py`, `kept.py` and `sensitivity.py` are
the boxes of the page, `steps.py` tells it step by step, `exercise.py` leaves blanks.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from codegen import syntax
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.circuit.folding import TRIP, diagram, other_detail
from codegen.handout.lesson.dimensions import Explicit, explicit, shape_lines
from codegen.handout.lesson.formula import formula, gate_formulas, spelled, stage_formulas
from codegen.handout.lesson.kept import kept_words
from codegen.handout.lesson.sensitivity import sensitivity_words
from codegen.handout.lesson.words import (
    as_code,
    fork_words,
    forked,
    forked_to_next,
    gate_words,
    joined,
)
from codegen.handout.recording import Finished, Listed, Recording
from codegen.handout.recording.adapter import read
from codegen.handout.recording.slopes import CheckRow, checked
from codegen.handout.recording.values import entries, in_table
from codegen.records import dataclass
from codegen.tables import grouped

LEGEND = (
    "Green, above or left of a wire: the value of the forward pass.",
    "Red, below or right of it: the gradient of the output with respect to that value.",
    "Below or right of it: room for the gradient.",
)


@dataclass(frozen=True)
class StageNote:
    """A stage: its number, forward lines, local gradients as LaTeX, backward lines, and its gates."""

    number: int
    texts: tuple[str, ...]
    formulas: tuple[str, ...]
    backward: tuple[str, ...]
    gates: tuple[int, ...]


@dataclass(frozen=True)
class GateNote:
    """A gate in a table: what it computes, local gradients as LaTeX, what it does in words, shapes of its factors."""

    number: int
    stage: int
    label: str
    name: str
    text: str
    formulas: tuple[str, ...]
    words: str
    shapes: tuple[str, ...]
    trip: str = ""


@dataclass(frozen=True)
class ValueNote:
    """A row of the table of values and gradients."""

    name: str
    gate: int
    stage: int
    value: str
    gradient: str
    value_entries: str
    gradient_entries: str
    trip: str = ""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What a handout tells."""

    name: str
    title: str
    formula: tuple[str, ...]
    """The function as LaTeX; several lines if one would be too long."""
    circuit: Diagram
    forward: tuple[Listed, ...]
    backward: tuple[Listed, ...]
    """The lines of the two functions."""
    stages: tuple[StageNote, ...]
    gates: tuple[GateNote, ...]
    values: tuple[ValueNote, ...]
    forks: tuple[str, ...]
    check: tuple[CheckRow, ...]
    """The tables."""
    upstream: str
    """What is said about the gradient handed to the output, and about loops and branches."""
    recording: Recording
    sensitivity: tuple[str, ...] = ()
    """What happens to the output when an input grows a little."""
    forked: tuple[int, ...] = ()
    """The gates that `forks` tell of."""
    kept: tuple[str, ...] = ()
    """What the cache holds, and why."""
    explicit: Explicit | None = None
    """The first product of matrices for 2 x 2."""
    other: Diagram | None = None
    """The circuit with its groups of gates taken apart, or drawn as one."""
    legend: tuple[str, str, str] = LEGEND


def lesson(module: Finished, detail: str = "auto") -> Lesson:
    recording = read(module)
    circuit = diagram(recording, detail)
    return Lesson(
        recording.name,
        circuit.title,
        formula(recording),
        circuit,
        trimmed(recording.forward),
        trimmed(recording.backward),
        stage_notes(circuit, recording),
        tuple(gate_note(g, circuit, recording) for g in circuit.gates if g.operands),
        value_notes(circuit),
        fork_words(circuit),
        checked(recording),
        " ".join([upstream_words(recording), *box_words(circuit)]),
        recording,
        sensitivity_words(recording),
        tuple(
            g.number for g in (*forked(circuit), *forked_to_next(circuit), *circuit.beyond_forked)
        ),
        kept_words(recording, recording.cached),
        explicit(circuit, recording.gradient_names),
        other_detail(recording, circuit) if detail == "auto" else None,
    )


def trimmed(listed: list[Listed]) -> tuple[Listed, ...]:
    found: list[Listed] = []
    for line in listed:
        if line.text.strip() or (found and found[-1].text.strip()):
            found.append(line)
    return tuple(found)


def stage_notes(circuit: Diagram, recording: Recording) -> tuple[StageNote, ...]:
    """Return what is told of the stages; lines that share their backward lines are one."""
    found = []
    names = spelled(recording)
    for number, members in sorted(grouped((s.shown, s) for s in recording.stages).items()):
        formulas = [f for s in members for f in stage_formulas(s, recording, names.get(s.key))]
        backward = [syntax.show(line) for s in members for line in s.backward]
        gates = [g.number for g in circuit.gates if g.stage == number]
        texts = tuple(s.text for s in members)
        found.append(StageNote(number, texts, tuple(formulas), tuple(backward), tuple(gates)))
    return tuple(found)


def gate_note(gate: Gate, circuit: Diagram, recording: Recording) -> GateNote:
    words = gate_words(gate, circuit)
    shapes = shape_lines(gate, circuit, recording.gradient_names)
    return GateNote(
        gate.number,
        gate.stage,
        gate.label,
        gate.name if gate.line != gate.text else "",
        gate.text,
        gate_formulas(gate, circuit),
        words,
        shapes,
        trip_of(gate, circuit),
    )


def value_notes(circuit: Diagram) -> tuple[ValueNote, ...]:
    """Return the rows of the named wires; those of one name say which is which."""
    named = [g for g in circuit.gates if g.name]
    places = Counter((g.name, trip_of(g, circuit)) for g in named)
    return tuple(value_note(g, circuit, places[g.name, trip_of(g, circuit)] > 1) for g in named)


def value_note(gate: Gate, circuit: Diagram, several: bool) -> ValueNote:
    """Return the row of a named wire; `several` tells that there are more of its name."""
    shown = (
        in_table(gate.value),
        in_table(gate.gradient),
        entries(gate.value),
        entries(gate.gradient),
    )
    where = trip_of(gate, circuit)
    if gate.kind == "carried":
        where = "from the trip before"
    elif several and gate.stage:
        where = ", ".join([f"stage {gate.stage}", *([where] if where else [])])
    name = gate.text if gate.kind == "input" else gate.name
    return ValueNote(name, gate.number, gate.stage, *shown, where)


def box_words(circuit: Diagram) -> list[str]:
    headers = [label for box in circuit.boxes for label in box.labels]
    loops = [h for h in headers if h.startswith(("for ", "while "))]
    branches = any(h.startswith(("if ", "else ")) for h in headers)
    told = sum(TRIP in h for h in loops)
    found = []
    if loops and told == len(loops):
        found.append("Each trip of the loop has a frame of its own.")
    elif loops:
        unless = ", unless the frame names another" if told else ""
        found.append(
            f"A loop is a frame around its body, with the numbers of its last trip{unless}."
        )
    if circuit.backs:
        found.append("A dashed wire goes to the next trip.")
    if circuit.beyond:
        names = joined([as_code(g.text) for g in circuit.beyond])
        verb = "enters" if len(circuit.beyond) == 1 else "enter"
        found.append(f"{names} {verb} in earlier trips.")
    return found + (["Of a branch the side that ran is drawn."] if branches else [])


def trip_of(gate: Gate, circuit: Diagram) -> str:
    named = any(
        gate.number in box.gates and any(TRIP in label for label in box.labels)
        for box in circuit.boxes
    )
    return f"trip {gate.trip}" if named else ""


def upstream_words(recording: Recording) -> str:
    """Return what is said about the gradient handed to the output."""
    dout: Any = recording.dout
    if isinstance(dout, float):
        return "The gradient of the output with respect to itself is 1: that is what the backward pass starts with."
    return (
        "The output is no single number, so the backward pass starts with a gradient of its shape, dout: "
        "here fixed pseudo-random numbers."
    )

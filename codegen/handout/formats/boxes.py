"""Boxes: an exercise whose values are numbers or small arrays goes in; what its page needs to judge what is written into it comes out.

The page holds the forward pass and no answers: what a line or a wire should be is found there, by moving numbers. A line
has a box if it sets or adds to the gradient of one wire, and is the only one of its stage that does. A line inside a loop
is one line and many stages: it is judged in every trip, with the values that its names have there.
"""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, field, replace
from typing import Any

import numpy as np

from codegen.gates.evaluate import evaluate
from codegen.handout.circuit.diagram import Diagram, Gate
from codegen.handout.circuit.folding import unrolled
from codegen.handout.formats.javascript import UntranslatableError, scripted, written
from codegen.handout.lesson import Lesson
from codegen.handout.lesson.exercise import logical, sign_of, uncommented
from codegen.handout.recording import Listed, Trip
from codegen.handout.wording import Wording
from codegen.judge.mistakes import SENTENCES
from codegen.records import dataclass
from codegen.tables import grouped

SAID = (
    "sign", "factor", "no_upstream", "overwritten", "term_missing", "local_gradient", "transposed", "sum_missing",
    "sum_extra", "shape", "unknown",
)  # fmt: skip
TRIPS = 12  # of loops that a page computes
TARGET = re.compile(r"(\w+)(?:\[(\w+)\])?$")
ALIAS = re.compile(r"\s*(\w+) = (\w+)$")


def boxed(lesson: Lesson, backward: Sequence[Listed], words: Wording) -> tuple[str, dict[str, Any]]:
    """Return the forward pass of a circuit as JavaScript, nothing if it cannot live in a page, and the boxes as data."""
    recording, shown = lesson.recording, lesson.circuit
    script = scripted(shown, recording, arrays=True)
    if not script and 0 < sum(isinstance(e, Trip) for e in recording.events) <= TRIPS:
        lesson = replace(lesson, circuit=unrolled(recording))  # the page computes all trips
        script = scripted(lesson.circuit, recording, arrays=True)
    if not script:
        return "", {}
    circuit = lesson.circuit
    wires = [g for g in circuit.gates if g.name]
    numbers = {g.name: g.number for g in wires} | {
        g.text: g.number for g in wires if not g.operands
    }
    (output,) = circuit.outputs
    gradients = {recording.gradient_of(n): k for n, k in numbers.items()}
    gradients["dout"] = output
    return script, {
        "output": output,
        "drawn": places_of(shown, circuit),
        "dout": json.loads(written(recording.dout)),
        "names": numbers,
        "grads": gradients,
        "lines": [line and asdict(line) for line in lines(lesson, backward)],
        "said": {kind: [words.exact.get(s, s) for s in SENTENCES[kind]] for kind in SAID},
    }


def places_of(shown: Diagram, whole: Diagram) -> dict[int, int]:
    """Return which gate of a circuit with all trips each gate is that is drawn; no box is at those that are none of them."""
    found = {}
    for gate in shown.gates:
        key = (gate.name, gate.text, gate.trips, gate.stage)
        same = [g for g in whole.gates if (g.name, g.text, g.trips, g.stage) == key]
        if len(same) == 1 and gate.kind != "carried" and gate.gradient is not None:
            found[gate.number] = same[0].number
    return found


@dataclass(frozen=True, eq=False)
class Place:
    """A line of the backward pass in one trip of its loops; a line outside of them has one."""

    gate: int
    up: int
    """The wire whose gradient the line adds to, and the last one that its stage makes."""
    sites: tuple[tuple[int, int], ...] = ()
    """Where the stage reads that wire: gate and port. Empty for all places at once."""
    names: dict[str, int] = field(default_factory=dict)
    grads: dict[str, int] = field(default_factory=dict)
    """The wires that names stand for there, and those whose gradients names stand for."""
    partial: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """The names that stand for a part of a gradient: what comes back along some ports of the wire of the line."""
    fixed: dict[str, Any] = field(default_factory=dict)
    """The numbers that other names stand for."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A line with a box, as the page has it: its target, and the item of it; its sign, if that is not asked for; whether terms were there before."""

    target: str
    item: str
    sign: str
    adds: bool
    stage: int
    places: tuple[Place, ...]


def lines(lesson: Lesson, backward: Sequence[Listed]) -> list[Asked | None]:
    """Return for each blank of the backward pass what is asked there, None where nothing is judged."""
    counts = targets_of(lesson.backward)
    return [
        asked_at(lesson, hidden, blank, counts)
        for hidden, blank in pairs(lesson.backward, backward)
    ]


def asked_at(
    lesson: Lesson, hidden: str, blank: Listed, counts: Counter[tuple[str, int]]
) -> Asked | None:
    """Return what is asked at a blank, given the line that it hides."""
    sign = sign_of(hidden)
    match = TARGET.match(hidden[: sign.start()].strip()) if sign else None
    if sign is None or match is None or counts[match[1], blank.stage] != 1:
        return None
    target, item = match[1], match[2] or ""
    places = [
        place
        for own in stage_gates(lesson, blank.stage)
        if (place := place_of(lesson, target, own, item)) is not None
    ]
    if not places and not stage_gates(lesson, blank.stage):
        places = renamed(lesson, target, hidden[sign.end() :])
    if not places:
        return None
    adds = added_before(lesson, target, places) if not item else sign[1] != "="
    if adds and sign[1] == "=":  # what later stages hand on is a term of the line
        every = [gate for gate in lesson.circuit.gates if gate.operands and not gate.trips]
        whole = place_of(lesson, target, every, item)
        places, adds = [whole] if whole else places, whole is None
    given = sign_of(blank.text)
    found = Asked(target, item, given[1] if given else "", adds, blank.stage, tuple(places))
    fits = adds == (sign[1] != "=") or found.sign
    return found if fits and holds(lesson, found, sign[1], hidden[sign.end() :]) else None


def pairs(full: Sequence[Listed], blanked: Sequence[Listed]) -> Iterator[tuple[str, Listed]]:
    """Yield each line with a blank behind the statement that it hides."""
    at = 0
    for group in logical(full):
        if blanked[at] is group[0]:
            at += len(group)
        else:
            yield uncommented([line.text for line in group])[0], blanked[at]
            at += 1


def targets_of(backward: Sequence[Listed]) -> Counter[tuple[str, int]]:
    """Return how many lines of each stage set or add to each gradient."""
    found: Counter[tuple[str, int]] = Counter()
    for group in logical(backward):
        text = uncommented([line.text for line in group])[0]
        sign = sign_of(text)
        match = re.match(r"\s*(\w+)", text[: sign.start()]) if sign else None
        if match and group[0].stage and not group[0].remark:
            found[match[1], group[0].stage] += 1
    return found


def stage_gates(lesson: Lesson, stage: int) -> list[list[Gate]]:
    gates = (g for g in lesson.circuit.gates if g.operands and g.stage == stage)
    return list(grouped((gate.trips, gate) for gate in gates).values())


def variable_of(lesson: Lesson, target: str) -> str:
    known = lesson.recording.gradient_names.items()
    named = {g.name or g.text for g in lesson.circuit.gates if g.name or not g.operands}
    named |= {one for g in lesson.circuit.gates for one in g.reads}
    found = [name for name, gradient in known if gradient == target and name in named]
    return found[0] if found else ""


def place_of(lesson: Lesson, target: str, own: Sequence[Gate], item: str) -> Place | None:
    """Return a line of a stage in the trip of some gates, None where it hands a gradient to no wire."""
    variable, gates = variable_of(lesson, target), lesson.circuit.gates
    read = [
        (g.number, port, k)
        for g in own
        for port, k in enumerate(g.operands)
        if variable and called(g, port, gates) == variable
    ]
    wires = {k for _, _, k in read}
    if len(wires) != 1:
        return None
    up = max(g.number for g in own)
    names, gradients = wires_at(lesson, own, up)
    fixed: dict[str, Any] = {}
    for gate in own:
        for known, value in gate.locals.items():
            if known.isidentifier() and not known.startswith("_") and known not in names:
                try:
                    fixed[known] = json.loads(written(value))
                except UntranslatableError:
                    continue
    if item and item not in fixed and not item.isdigit():
        if not own[0].trips:
            return None
        fixed[item] = float(own[0].trips[-1][1] - 1)  # a loop over items has no counter of its own
    sites = tuple((number, port) for number, port, _ in read)
    return Place(wires.pop(), up, sites, names, gradients, fixed=fixed)


def called(gate: Gate, port: int, gates: Sequence[Gate]) -> str:
    """Return what a gate calls an operand; one wire may have two names: `x` and `a` after `x = a`."""
    source, word = gates[gate.operands[port]], gate.reads[port] if gate.reads else ""
    return word if word in names_of(gates) else source.name or source.text


def names_of(gates: Sequence[Gate]) -> frozenset[str]:
    return frozenset(g.name or g.text for g in gates if g.name or not g.operands)


def wires_at(lesson: Lesson, own: Sequence[Gate], up: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the wires that the names of the backward pass stand for at a line, and those that gradients stand for.

    In a loop the backward pass has what the forward pass put aside in that trip: `steps.append(x)` before the line that
    changes `x` keeps the old one.
    """
    gates, recording = lesson.circuit.gates, lesson.recording
    trips = own[0].trips
    began = min((g.number for g in gates if trips and g.trips == trips), default=up + 1)
    texts = [
        (uncommented([line.text for line in group])[0], group[0].stage)
        for group in logical(recording.forward)
    ]
    told = {s: i for i, (_, s) in enumerate(texts) if s}
    begun = first_wires(gates)

    def wire(name: str, place: int) -> int | None:
        """Return the wire of a name when the line at a place of the forward pass begins, in this trip."""
        found = [
            g.number
            for g in gates
            if name in (g.name, "" if g.operands else g.text)
            and (g.number < began or (g.trips == trips and told.get(g.stage, place) < place))
        ]
        return found[-1] if found else begun.get(name)

    names = dict(begun)
    gradients: dict[str, int] = {}
    for gate in gates[: up + 1]:
        for name in dict.fromkeys((gate.name, "" if gate.operands else gate.text)):
            if name:
                names[name] = gate.number
                gradients[recording.gradient_of(name)] = gate.number
    if not trips:
        later = {g.name: g.number for g in gates[up + 1 :] if g.name and g.name not in names}
        return names | later, gradients
    for place, (text, _) in enumerate(texts):
        alias, keeps = ALIAS.match(text), re.match(r"\s*\w+\.append\((.*)\)$", text)
        kept = [(alias[1], alias[2])] if alias else []
        if keeps:
            kept = [(one, one) for one in re.findall(r"\w+", keeps[1])]
        for name, source in kept:
            number = names.get(source) if source not in names_of(gates) else wire(source, place)
            if number is None:  # the number that it begins with
                names.pop(name, None)
            else:
                names[name] = number
    return names, gradients


def first_wires(gates: Sequence[Gate]) -> dict[str, int]:
    """Return the inputs that variables stand for before a line makes them anew: `x` of `x = x0`."""
    found: dict[str, int] = {}
    made: set[str] = set()
    for gate in gates:
        for word, k in zip(gate.reads, gate.operands, strict=False):
            if word.isidentifier() and word not in made and not gates[k].operands:
                found.setdefault(word, k)
        made.add(gate.name)
    return found


def renamed(lesson: Lesson, target: str, right: str) -> list[Place]:
    """Return the place of a line that only hands a gradient on under another name: `dx0 = dx` of `x = x0`."""
    gates = lesson.circuit.gates
    variable, other = variable_of(lesson, target), variable_of(lesson, right.strip())
    own = [g.number for g in gates if variable == (g.name or g.text) and not g.operands]
    sites = tuple(
        (g.number, port)
        for g in gates
        for port, k in enumerate(g.operands)
        if k in own and g.reads and g.reads[port] == other
    )
    if not own or not sites:
        return []
    return [Place(own[0], own[0], sites, partial={right.strip(): sites})]


def added_before(lesson: Lesson, target: str, places: Sequence[Place]) -> bool:
    """Return whether the backward pass came by other readers of the variable of a line before, in any trip."""
    gates, variable = lesson.circuit.gates, variable_of(lesson, target)
    return any(
        k == p.gate and (gate.number, port) not in p.sites and called(gate, port, gates) == variable
        for p in places
        for gate in gates[p.up + 1 :]
        for port, k in enumerate(gate.operands)
    )


def holds(lesson: Lesson, asked: Asked, sign: str, right: str) -> bool:
    """Return whether the solution is right at each place of the example, with what the page has for its names."""
    gates = lesson.circuit.gates
    useful = set(lesson.circuit.outputs)
    for gate in reversed(gates):
        if gate.number in useful:
            useful |= set(gate.operands)
    for place in asked.places:
        known = [gates[number].handed[port] for number, port in place.sites if number in useful]
        try:
            wanted: Any = np.sum(known, axis=0) if known else 0.0
            names = {**lesson.recording.namespace, "np": np, **fixed_values(place)}
            names |= {name: gates[k].value for name, k in place.names.items()}
            names |= {
                name: gates[k].gradient if k in useful else 0.0 for name, k in place.grads.items()
            }
            names |= dict.fromkeys(place.partial, wanted)
            names["dout"] = lesson.recording.dout
            found = evaluate(ast.parse(right.strip(), mode="eval").body, names)
            if asked.item:
                wanted = wanted[int(names.get(asked.item, asked.item))]
            if not np.allclose(-found if sign == "-=" else found, wanted, rtol=1e-4, atol=1e-6):
                return False
        except Exception:  # noqa: BLE001  # what cannot be computed here has no box
            return False
    return True


def fixed_values(place: Place) -> Mapping[str, Any]:
    """Return the numbers of a place, arrays as arrays, whole numbers as such."""

    def value(one: Any) -> Any:
        if isinstance(one, dict):
            return np.reshape(one["d"], one["s"])
        return int(one) if float(one).is_integer() else one

    return {name: value(one) for name, one in place.fixed.items()}

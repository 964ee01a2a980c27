"""Folding: all gates of a run go in, the circuit to draw comes out.

Short loops are drawn trip by trip. Of a longer one the last trip stands for all, in a frame, and a gate for what the
trip before handed to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.handout.circuit.backflow import agrees, parts_of, upstreams, with_gradients
from codegen.handout.circuit.breakdown import NEXT, Breakdown
from codegen.handout.circuit.diagram import Box, Diagram, Gate, Way, Wire
from codegen.handout.circuit.kinks import kinks
from codegen.handout.recording import Recording, Trip, Trips, Visit
from codegen.pytree import holds
from codegen.tables import reached

FINE, FUSED = 12, 45
TRIPS, SMALL, UNROLLED = 3, 9, 24
TRIP = " · trip"


def diagram(recording: Recording, detail: str = "auto") -> Diagram:
    """Return the circuit of a recording, as fine as `detail` says: see `codegen.handout.circuit_svg`."""
    short = has_short_loops(recording)
    if detail != "auto":
        return drawn(Breakdown(recording, detail).run(), short)
    tried = [("gates", FINE, False), ("fused", FUSED, False)]
    for one, limit, unrolled in [("gates", UNROLLED, True)] * short + tried:
        broken = Breakdown(recording, one).run()
        if sum(1 for n in shown(broken, unrolled) if broken.gates[n].kind != "input") <= limit:
            return drawn(broken, unrolled)
    return drawn(Breakdown(recording, "lines").run(), False)


def unrolled(recording: Recording) -> Diagram:
    """Return the circuit of a recording with every trip of its loops, gate by gate."""
    return drawn(Breakdown(recording, "gates").run(), True)


def other_detail(recording: Recording, circuit: Diagram) -> Diagram | None:
    """Return a circuit with its groups of gates taken apart, or with gates as groups, whichever it is not; None if both are one."""
    count = len(circuit.gates)
    for detail in ("gates", "fused"):
        other = diagram(recording, detail)
        if len(other.gates) != count and len(other.gates) <= FUSED and same_numbers(circuit, other):
            return other
    return None


def same_numbers(one: Diagram, other: Diagram) -> bool:
    """Return whether two circuits have the same gradients on the wires that have a name in both."""
    known = {(g.name, g.trips): g.gradient for g in one.gates if g.name}
    pairs = [
        (known[g.name, g.trips], g.gradient) for g in other.gates if (g.name, g.trips) in known
    ]
    return all(a is not None and b is not None and agrees(a, b) for a, b in pairs)


def has_short_loops(recording: Recording) -> bool:
    """Return whether there are loops, all of few trips, over small values."""
    trips = [e for e in recording.events if isinstance(e, Trip)]
    if not trips or len(trips) > TRIPS:
        return False
    values = [v for e in recording.events if isinstance(e, Visit) for v in e.after.values()]
    return not holds(is_large, values)


def is_large(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size > SMALL


def shown(broken: Breakdown, unrolled: bool) -> list[int]:
    """Return the gates to draw: outside of loops all, in them those of the last trip, and what all of these read."""
    gates, recording = broken.gates, broken.recording
    own = [g for g in gates if g.kind not in ("input", "carried") and g.label != NEXT]
    kept = {g.number for g in own if unrolled or is_last(g, recording)} | set(left(broken))
    return sorted(reached(kept, lambda number: read(gates[number], gates, unrolled)))


def left(broken: Breakdown) -> list[int]:
    """Return the gates whose wires leave the circuit."""
    return list(dict.fromkeys(begin(n, broken.gates) for n in broken.outputs()))


def begin(number: int, gates: Sequence[Gate]) -> int:
    """Return the gate that made a value which trips of a loop only hand on."""
    while gates[number].kind == "carried":
        number = gates[number].operands[0]
    return number


def read(gate: Gate, gates: Sequence[Gate], unrolled: bool) -> tuple[int, ...]:
    """Return the gates whose wires enter a gate in the picture."""
    if gate.kind == "carried":
        start = gate.begun
        while start is not None and gates[start].kind == "carried":
            # the loop around it hands on the same name: one gate says so
            start = gates[start].begun
        return () if start is None else (start,)
    if unrolled:
        return tuple(begin(o, gates) for o in gate.operands)
    return gate.operands[gathers(gate, gates) :]


def gathers(gate: Gate, gates: Sequence[Gate]) -> int:
    """Return 1 if a gate only adds items to what the trips before began with nothing; that wire is not drawn then."""
    if not gate.locals.get("_kept"):
        return 0
    first = gates[gate.operands[0]]
    while first.kind == "carried" and first.begun is not None:
        first = gates[first.begun]
    return int(first.kind == "carried")


def is_last(gate: Gate, recording: Recording) -> bool:
    return all(
        trip == recording.counts[gate.trips[:i], key] for i, (key, trip) in enumerate(gate.trips)
    )


def drawn(broken: Breakdown, unrolled: bool) -> Diagram:
    every, recording = with_gradients(broken), broken.recording
    kept, outputs = shown(broken, unrolled), left(broken)
    ways = ways_of(every, dict(upstreams(broken)), unrolled)
    numbers = {old: new for new, old in enumerate(kept)}
    found = []
    for gate in (every[n] for n in kept):
        operands = read(gate, every, unrolled)
        found.append(
            replace(
                gate,
                number=numbers[gate.number],
                stage=recording.stages[gate.stage - 1].shown if gate.stage else 0,
                operands=tuple(numbers[o] for o in operands),
                handed=(
                    (None,) * len(operands)
                    if gate.kind == "carried"
                    else gate.handed[len(gate.operands) - len(operands) :]
                ),
                ways=ways[gate.number],
                kinks=kinks(gate, [every[o].value for o in gate.operands], recording.namespace),
                inside=inside(broken, gate, every),
            )
        )
    wires = tuple(
        Wire(source, g.number, port) for g in found for port, source in enumerate(g.operands)
    )
    title = f"{recording.name}({', '.join(recording.parameters)})"
    boxes = boxes_of(found, recording, unrolled)
    backs = () if unrolled else backs_of([every[n] for n in kept], every)
    return Diagram(
        title,
        tuple(found),
        wires,
        boxes,
        tuple(numbers[o] for o in outputs),
        tuple((numbers[one], numbers[two]) for one, two in backs),
        tuple(
            replace(g, number=-1, ways=ways[g.number])
            for g in every
            if g.kind == "input" and g.number not in numbers and ways[g.number]
        ),
    )


def backs_of(kept: Sequence[Gate], every: Sequence[Gate]) -> tuple[tuple[int, int], ...]:
    """Return the gates whose wires go to a loop's next trip, each with the drawn gate that stands for them."""
    found = []
    for gate in kept:
        if gate.kind != "carried" or gate.trips[-1][1] == 1:
            continue
        before = every[gate.operands[0]]
        same = [
            one.number
            for one in kept
            if (one.stage, one.order, one.kind) == (before.stage, before.order, before.kind)
            and one.trips == gate.trips
        ]
        found += [(number, gate.number) for number in same if before.kind != "carried"]
    return tuple(found)


def inside(broken: Breakdown, gate: Gate, every: Sequence[Gate]) -> tuple[Gate, ...]:
    """Return the operands and the gates inside a gate that stands for a whole line."""
    if gate.kind != "line" or gate.gradient is None or gate.skeleton is None:
        return ()
    values = [every[o].value for o in gate.operands]
    try:
        return tuple(parts_of(broken, gate, values, gate.gradient))
    except Exception:  # noqa: BLE001  # nothing is said of what is inside
        return ()


def ways_of(gates: Sequence[Gate], douts: dict[int, Any], unrolled: bool) -> list[tuple[Way, ...]]:
    """Return for each gate where its wire goes, in all trips, and what flows back along it."""
    found: list[list[Way]] = [[] for _ in gates]
    for gate in gates:
        if gate.kind == "carried" and unrolled:
            continue
        for operand, part in zip(gate.operands, gate.handed, strict=True):
            source = begin(operand, gates) if unrolled else operand
            found[source].append(Way(gate.name or gate.text, gate.trip, part))
    for number, dout in douts.items():
        found[begin(number, gates) if unrolled else number].append(Way("", "", dout))
    return [tuple(ways) for ways in found]


def boxes_of(gates: Sequence[Gate], recording: Recording, unrolled: bool) -> tuple[Box, ...]:
    """Return the frames of loops and branches; each trip has one of its own, and says which it is unless it is the last."""
    inside: dict[tuple[int, Trips], list[int]] = {}
    for gate in gates:
        trips: Trips = ()
        for key in gate.boxes:
            ahead = gate.trips[len(trips) :]
            trips = gate.trips[: len(trips) + 1] if ahead and ahead[0][0] == key else trips
            inside.setdefault((key, trips), []).append(gate.number)
    framed: dict[tuple[int, ...], list[str]] = {}
    for (key, trips), numbers in inside.items():
        label = recording.headers[key]
        last = trips and trips[-1][1] == recording.counts[trips[:-1], trips[-1][0]]
        if trips and trips[-1][0] == key and (unrolled or not last):
            label += f"{TRIP} {trips[-1][1]} of {recording.counts[trips[:-1], key]}"
        framed.setdefault(tuple(numbers), []).append(label)
    return tuple(Box(tuple(labels), numbers) for numbers, labels in framed.items())

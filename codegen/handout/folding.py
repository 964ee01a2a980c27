"""Folding: all gates of a run go in, the circuit to draw comes out.

Short loops are drawn trip by trip. Of a longer one the last trip stands for all, in a frame, and a gate for what the
trip before handed to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.handout.backflow import upstreams, with_gradients
from codegen.handout.breakdown import NEXT, Breakdown
from codegen.handout.diagram import Box, Diagram, Gate, Way, Wire
from codegen.handout.kinks import kinks
from codegen.handout.recording import Recording, Trip, Trips
from codegen.handout.values import is_scalar

FINE, FUSED = 12, 45
TRIPS, SMALL, UNROLLED = 3, 9, 24


def diagram(recording: Recording, detail: str = "auto") -> Diagram:
    """Return the circuit of a recording.

    Parameters
    ----------
    recording : Recording
    detail : {"auto", "gates", "fused", "lines"}
        Every gate by itself, gates as the table fuses them, or one gate for each line; by default the finest that is
        easy to read.
    """
    short = has_short_loops(recording)
    if detail != "auto":
        return drawn(Breakdown(recording, detail).run(), short)
    tried = [("gates", FINE, False), ("fused", FUSED, False)]
    for one, limit, unrolled in [("gates", UNROLLED, True)] * short + tried:
        broken = Breakdown(recording, one).run()
        if sum(1 for n in shown(broken, unrolled) if broken.gates[n].kind != "input") <= limit:
            return drawn(broken, unrolled)
    return drawn(Breakdown(recording, "lines").run(), False)


def has_short_loops(recording: Recording) -> bool:
    """Return whether there are loops, all of few trips, over small values."""
    trips = [e for e in recording.events if isinstance(e, Trip)]
    if not trips or len(trips) > TRIPS:
        return False
    values = [v for e in recording.events if not isinstance(e, Trip) for v in e.after.values()]
    return all(is_scalar(v) or np.size(v) <= SMALL for v in values if not isinstance(v, dict))


def shown(broken: Breakdown, unrolled: bool) -> list[int]:
    """Return the gates to draw: outside of loops all, in them those of the last trip, and what all of these read."""
    gates, recording = broken.gates, broken.recording
    own = [g for g in gates if g.kind not in ("input", "carried") and g.label != NEXT]
    kept = {g.number for g in own if unrolled or is_last(g, recording)} | set(left(broken))
    waiting = list(kept)
    while waiting:
        for operand in read(gates[waiting.pop()], gates, unrolled):
            if operand not in kept:
                kept.add(operand)
                waiting.append(operand)
    return sorted(kept)


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
        return () if gate.begun is None else (gate.begun,)
    return tuple(begin(o, gates) for o in gate.operands) if unrolled else gate.operands


def is_last(gate: Gate, recording: Recording) -> bool:
    """Return whether every trip that a gate is in is the last of its loop."""
    return all(
        trip == recording.counts[gate.trips[:i], key] for i, (key, trip) in enumerate(gate.trips)
    )


def drawn(broken: Breakdown, unrolled: bool) -> Diagram:
    """Return the diagram of a run."""
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
                handed=gate.handed if gate.kind != "carried" else (None,) * len(operands),
                ways=ways[gate.number],
                kinks=kinks(gate, [every[o].value for o in gate.operands], recording.namespace),
            )
        )
    wires = tuple(
        Wire(source, g.number, port) for g in found for port, source in enumerate(g.operands)
    )
    title = f"{recording.name}({', '.join(recording.parameters)})"
    boxes = boxes_of(found, recording)
    return Diagram(title, tuple(found), wires, boxes, tuple(numbers[o] for o in outputs))


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


def boxes_of(gates: Sequence[Gate], recording: Recording) -> tuple[Box, ...]:
    """Return the frames of loops and branches; a trip of a loop that is drawn has one of its own."""
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
        if trips and trips[-1][0] == key:
            label += f" · trip {trips[-1][1]} of {recording.counts[trips[:-1], key]}"
        framed.setdefault(tuple(numbers), []).append(label)
    return tuple(Box(tuple(labels), numbers) for numbers, labels in framed.items())

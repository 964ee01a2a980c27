"""Layers and order: a diagram goes in; for each layer its places in the order that crosses few wires comes out.

A wire that spans several layers has a place in each layer between; wires of one source share these places, so that a
fork has one trunk.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import field

from codegen.handout.circuit.diagram import Diagram
from codegen.records import dataclass

SWEEPS = 16


@dataclass(eq=False)
class Place:
    """A place in a layer: a gate, or a wire passing by."""

    gate: int
    """The gate, or the gate that the wire comes from."""
    passing: bool
    layer: int
    ports: int = 1
    below: list[tuple[Place, int]] = field(default_factory=list)
    """The places of the next layer that its wire runs to, each with the port."""
    above: list[tuple[Place, int]] = field(default_factory=list)
    """Where the wires of its ports come from, each with its own port."""
    at: int = 0
    leaving: bool = False
    """Whether a wire that passes by leaves the circuit here."""


def ranks(diagram: Diagram, most: int) -> list[int]:
    """Return each gate's layer: behind its operands, inputs just before use; a box has layers of its own."""
    held: Counter[int] = Counter()
    rank = [0] * len(diagram.gates)
    boxes: dict[int, frozenset[int]] = {
        g.number: frozenset(i for i, b in enumerate(diagram.boxes) if g.number in b.gates)
        for g in diagram.gates
    }
    inside: frozenset[int] = frozenset()
    floor, highest = 0, 0
    starts: dict[int, int] = {}
    for gate in diagram.gates:
        if gate.kind == "input":
            continue
        if boxes[gate.number] != inside:
            inside, floor = boxes[gate.number], highest + 1
        rank[gate.number] = max(floor, 1 + max((rank[o] for o in gate.operands), default=-1))
        while most and held[rank[gate.number]] >= most:
            rank[gate.number] += 1
        held[rank[gate.number]] += 1
        starts[gate.number] = floor if inside else rank[gate.number]
        highest = max(highest, rank[gate.number])
    first: dict[int, int] = {}
    for wire in diagram.wires:
        first[wire.source] = min(first.get(wire.source, 10**9), starts[wire.target])
    for gate in diagram.gates:
        if gate.kind == "input" and gate.number in first:
            rank[gate.number] = first[gate.number] - 1
    return rank


def layers(diagram: Diagram, most: int = 0) -> list[list[Place]]:
    """Return the places of each layer, in an order that crosses few wires; `most` gates in a layer, 0 for any number."""
    rank = ranks(diagram, most)
    found: list[list[Place]] = [[] for _ in range(max(rank, default=0) + 1)]
    places = [
        Place(g.number, False, rank[g.number], max(1, len(g.operands))) for g in diagram.gates
    ]
    trunks: dict[tuple[int, int], Place] = {}
    for wire in diagram.wires:
        last = places[wire.source]
        for layer in range(rank[wire.source] + 1, rank[wire.target]):
            key = (wire.source, layer)
            if key not in trunks:
                trunks[key] = Place(wire.source, True, layer)
                joined(last, trunks[key], 0)
            last = trunks[key]
        joined(last, places[wire.target], wire.port)
    for source in diagram.leaving:
        last = places[source]
        for layer in range(rank[source] + 1, len(found)):
            key = (source, layer)
            if key not in trunks:
                trunks[key] = Place(source, True, layer)
                joined(last, trunks[key], 0)
            last = trunks[key]
        last.leaving = last.passing
    for place in started(diagram, places, [p for p in trunks.values() if p.leaving]):
        place.at = len(found[place.layer])
        found[place.layer].append(place)
    return best_order(dense(found))


def dense(found: list[list[Place]]) -> list[list[Place]]:
    """Return the layers that hold something, numbered anew."""
    kept = [layer for layer in found if layer]
    for i, layer in enumerate(kept):
        for place in layer:
            place.layer = i
    return kept


def joined(source: Place, target: Place, port: int) -> None:
    source.below.append((target, port))
    target.above.append((source, port))


def started(
    diagram: Diagram, places: Sequence[Place], leaving: Sequence[Place] = ()
) -> list[Place]:
    """Return all places in the order in which they are met from the outputs, operands in the order of their ports."""
    seen: dict[Place, None] = {}

    def visit(place: Place) -> None:
        stack = [(place, False)]
        while stack:
            top, done = stack.pop()
            if done:
                seen.setdefault(top)
            elif top not in seen:
                stack.append((top, True))
                stack.extend((p, False) for p, _ in sorted(top.above, key=lambda pair: -pair[1]))

    for output in diagram.outputs:
        visit(places[output])
    for place in places:
        visit(place)
    for place in leaving:
        visit(place)
    return list(seen)


def best_order(order: list[list[Place]]) -> list[list[Place]]:
    """Return the layers in the best order that sweeping up and down finds."""
    best, fewest = [list(layer) for layer in order], crossings(order)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        down = sweep % 2 == 0
        for layer in order if down else order[::-1]:
            layer.sort(key=lambda p: barycentre(p, down))
            number(layer)
        swapped(order)
        count = crossings(order)
        if count < fewest:
            best, fewest = [list(layer) for layer in order], count
    for layer in best:
        number(layer)
    return best


def number(layer: list[Place]) -> None:
    for i, place in enumerate(layer):
        place.at = i


def barycentre(place: Place, down: bool) -> float:
    """Return the mean position of the neighbours on one side, or the own position if there are none."""
    if down:
        spots = [source.at + 0.0 for source, _ in place.above]
    else:
        spots = [target.at + (port + 0.5) / target.ports - 0.5 for target, port in place.below]
    return math.fsum(spots) / len(spots) if spots else float(place.at)


def swapped(order: list[list[Place]]) -> None:
    """Swap neighbours wherever that takes crossings away."""
    for layer in order:
        for i in range(len(layer) - 1):
            a, b = layer[i], layer[i + 1]
            if pair_crossings(b, a) < pair_crossings(a, b):
                layer[i], layer[i + 1] = b, a
                a.at, b.at = b.at, a.at


def pair_crossings(a: Place, b: Place) -> int:
    """Return how often the wires of two places cross when `a` comes first."""
    count = 0
    for source, other in ((a.above, b.above), (a.below, b.below)):
        below = source is a.below
        ends = sorted(end(t, p, below) for t, p in other)
        count += sum(bisect_left(ends, end(t, p, below)) for t, p in source)
    return count


def end(place: Place, port: int, below: bool) -> float:
    """Return where on the other side a wire ends."""
    return place.at + ((port + 0.5) / place.ports if below else 0.5)


def crossings(order: list[list[Place]]) -> int:
    count = 0
    for layer in order:
        seen: list[float] = []
        for place in layer:
            ends = [end(t, p, True) for t, p in place.below]
            count += sum(len(seen) - bisect_left(seen, e + 1e-9) for e in ends)
            for e in ends:
                insort(seen, e)
    return count

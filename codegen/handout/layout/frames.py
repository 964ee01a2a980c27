"""Frames: the boxes of loops and branches go in; the room their headers want and where their frames lie come out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from codegen.handout.circuit.diagram import Box, Diagram
from codegen.handout.layout.channels import ARRIVE, LEAD, Placing, Sizes
from codegen.handout.layout.ordering import Place

ROW, PAD, LETTER = 16.0, 5.0, 8.5
BACK = 6.0  # between a wire to the next trip and what it goes around
PORT, ROUND = 12.0, 17.0  # where that wire enters a gate beside its middle, and how round gates are
Point = tuple[float, float]


def header_width(box: Box) -> float:
    return max(len(label) for label in box.labels) * LETTER + 14


def header_room(
    diagram: Diagram, order: Sequence[list[Place]], sizes: Sizes, sideways: bool
) -> dict[int, float]:
    """Return the room that headers want before some layers: above the first of a box, or beside its last."""
    layer = {p.gate: p.layer for places in order for p in places if not p.passing}
    found: dict[int, float] = {}
    for box in diagram.boxes:
        first, last = min(layer[g] for g in box.gates), max(layer[g] for g in box.gates)
        for at, back in enumerate(backs_in(box, diagram)):
            found[layer[back[1]]] = found.get(layer[back[1]], 0.0) + BACK * (1 + (at == 0))
        if not sideways:
            found[first] = found.get(first, 0.0) + ROW * len(box.labels) + 10
            continue
        inner = order[first : last + 1]
        own = math.fsum(max(sizes[p].length for p in places) for places in inner)
        room = header_width(box) - own - (LEAD + ARRIVE) * (last - first)
        found[last + 1] = max(found.get(last + 1, 0.0), room)
    return found


def backs_in(box: Box, diagram: Diagram) -> list[tuple[int, int]]:
    own = [b for b in diagram.boxes if set(b.gates) < set(box.gates)]
    return [
        back
        for back in diagram.backs
        if set(back) <= set(box.gates) and not any(set(back) <= set(b.gates) for b in own)
    ]


def back_paths(
    diagram: Diagram, order: Sequence[list[Place]], sizes: Sizes, placing: Placing, sideways: bool
) -> dict[tuple[int, int], list[Point]]:
    """Return the way of each wire to the next trip: around the gates of its box to the gate that stands for it there."""
    places = {p.gate: p for layer in order for p in layer if not p.passing}
    found: dict[tuple[int, int], list[Point]] = {}
    for box in diagram.boxes:
        for k, back in enumerate(backs_in(box, diagram)):
            source, target = (places[n] for n in back)
            between = [p for layer in order[target.layer : source.layer + 1] for p in layer]
            own = [p for p in between if p.passing or p.gate in box.gates]
            low = min(placing.across[p] - sizes[p].before for p in own) - BACK * (k + 1)
            high = max(placing.across[p] + sizes[p].after for p in own) + BACK * (k + 1)
            one, two = placing.across[source], placing.across[target]
            right = sideways or 2 * high - one - two <= one + two - 2 * low
            edge = high if right else low
            two += PORT if right else -PORT
            down = placing.along[source.layer] + sizes[source].length + 3 + 3 * k
            up = placing.along[target.layer] - BACK * (k + 2)
            top = placing.along[target.layer] + ROUND - math.sqrt(ROUND**2 - PORT**2)
            found[back] = [(down, one), (down, edge), (up, edge), (up, two), (top, two)]
    return found


def box_corners(
    box: Box, order: Sequence[list[Place]], sizes: Sizes, placing: Placing
) -> Iterator[Point]:
    """Yield corners of the gates of a box, along and across."""
    for place in (p for layer in order for p in layer if not p.passing and p.gate in box.gates):
        size, at, along = sizes[place], placing.across[place], placing.along[place.layer]
        yield along - 6, at - size.before - 2
        yield along + size.length + 4, at + size.after + 2
    yield from passing_by(box, order, sizes, placing)


def passing_by(
    box: Box, order: Sequence[list[Place]], sizes: Sizes, placing: Placing
) -> Iterator[Point]:
    """Yield points at wires that pass where the header of a box would stand, so that it stands above them."""
    own = [p for layer in order for p in layer if not p.passing and p.gate in box.gates]
    edge = min(placing.across[p] - sizes[p].before for p in own)
    first, last = min(p.layer for p in own), max(p.layer for p in own)
    passing = [p for layer in order[first : last + 1] for p in layer if p.passing]
    for place in sorted(passing, key=lambda p: -placing.across[p]):
        across = placing.across[place]
        if edge - ROW * len(box.labels) - 6 < across < edge:
            edge = across - 4
            yield placing.along[place.layer], edge


def frames(
    diagram: Diagram,
    corners: Callable[[Box], list[Point]],
    middles: Mapping[int, Point],
    uprights: Sequence[tuple[float, float, float]],
) -> list[dict[str, Any]]:
    """Return what is drawn of each box; its header stands where no upright wire runs through it, if it can."""
    known: dict[int, dict[str, Any]] = {}
    for i in sorted(range(len(diagram.boxes)), key=lambda i: len(diagram.boxes[i].gates)):
        box, points = diagram.boxes[i], corners(diagram.boxes[i])
        for k, inner in known.items():
            if set(diagram.boxes[k].gates) < set(box.gates):
                right, bottom = inner["x"] + inner["w"] + PAD, inner["y"] + inner["h"] + PAD
                points += [(inner["x"] - PAD, inner["y"] - 2), (right, bottom)]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        right, bottom = max(x for x, _ in points), max(y for _, y in points)
        top -= ROW * len(box.labels) + 4
        wide = header_width(box)
        crossing = [
            x for x, low, high in uprights if low < top + ROW * len(box.labels) and high > top
        ]
        foreign = [x for g, (x, y) in middles.items() if g not in box.gates and top < y < bottom]
        start = header_start(left, max(right, left + wide), wide, crossing, foreign)
        left, right = min(left, start), max(right, start + wide)
        known[i] = {"x": left, "y": top, "w": right - left, "h": bottom - top}
        known[i] |= {"labels": box.labels, "at": start + 6}
    return [known[i] for i in range(len(diagram.boxes))]


def header_start(
    left: float, right: float, wide: float, crossing: Sequence[float], foreign: Sequence[float]
) -> float:
    """Return where the header of a frame begins: at its left, or where the wires that run down beside it leave room,
    with as little growth of the frame as can be, which takes in none of the gates of others.

    >>> header_start(0, 100, 60, [30], []), header_start(0, 100, 60, [30, 80], [120]), header_start(0, 100, 60, [], [])
    (32, -32, 0)
    """
    starts = [left, *(x + 2 for x in crossing), *(x - wide - 2 for x in crossing)]
    grown = {s: (min(left, s), max(right, s + wide)) for s in starts}
    free = [
        s
        for s in starts
        if not any(s < x < s + wide for x in crossing)
        and not any(grown[s][0] < x < grown[s][1] and not left < x < right for x in foreign)
    ]
    return min(free, key=lambda s: grown[s][1] - grown[s][0], default=left)

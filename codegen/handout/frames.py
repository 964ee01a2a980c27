"""Frames: the boxes of loops and branches go in; the room their headers want and where their frames lie come out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from codegen.handout.channels import ARRIVE, LEAD, Placing, Sizes
from codegen.handout.diagram import Box, Diagram
from codegen.handout.ordering import Place

ROW, PAD, LETTER = 16.0, 5.0, 8.5
Point = tuple[float, float]


def header_width(box: Box) -> float:
    """Return how wide the headers of a box are."""
    return max(len(label) for label in box.labels) * LETTER + 14


def header_room(
    diagram: Diagram, order: Sequence[list[Place]], sizes: Sizes, sideways: bool
) -> dict[int, float]:
    """Return the room that headers want before some layers: above the first of a box, or beside its last."""
    layer = {p.gate: p.layer for places in order for p in places if not p.passing}
    found: dict[int, float] = {}
    for box in diagram.boxes:
        first, last = min(layer[g] for g in box.gates), max(layer[g] for g in box.gates)
        if not sideways:
            found[first] = found.get(first, 0.0) + ROW * len(box.labels) + 10
            continue
        inner = order[first : last + 1]
        own = math.fsum(max(sizes[p].length for p in places) for places in inner)
        room = header_width(box) - own - (LEAD + ARRIVE) * (last - first)
        found[last + 1] = max(found.get(last + 1, 0.0), room)
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


def frames(diagram: Diagram, corners: Callable[[Box], list[Point]]) -> list[dict[str, Any]]:
    """Return what is drawn of each box, in order; a frame goes around its gates and stands off the frames inside it."""
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
        wide = max(right - left, header_width(box))
        labels = {"labels": box.labels}
        known[i] = {"x": left, "y": top, "w": wide, "h": bottom - top, **labels}
    return [known[i] for i in range(len(diagram.boxes))]

"""Frames: the box of a loop or branch goes in; the room that its headers want and where its frame lies come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codegen.handout.channels import ARRIVE, LEAD, Placing, Size
from codegen.handout.diagram import Box, Diagram
from codegen.handout.ordering import Place

ROW, PAD = 14.0, 5.0


def header_width(box: Box) -> float:
    """Return how wide the headers of a box are."""
    return max(len(label) for label in box.labels) * 7.3 + 14


def header_room(
    diagram: Diagram, order: Sequence[list[Place]], sizes: Mapping[int, Size], sideways: bool
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
        own = sum(max(sizes[id(p)].length for p in places) for places in inner)
        room = header_width(box) - own - (LEAD + ARRIVE) * (last - first)
        found[last + 1] = max(found.get(last + 1, 0.0), room)
    return found


def box_corners(
    box: Box, order: Sequence[list[Place]], sizes: Mapping[int, Size], placing: Placing
) -> Iterator[tuple[float, float]]:
    """Yield corners of the gates of a box, along and across."""
    for place in (p for layer in order for p in layer if not p.passing and p.gate in box.gates):
        size, at, along = sizes[id(place)], placing.across[id(place)], placing.along[place.layer]
        yield along - 6, at - size.before - 2
        yield along + size.length + 4, at + size.after + 2


def frame(
    box: Box, diagram: Diagram, points: Sequence[tuple[float, float]], sideways: bool
) -> dict[str, Any]:
    """Return what is drawn of a box around some points; a frame stands off those inside it."""
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    inside = [b for b in diagram.boxes if set(b.gates) < set(box.gates)]
    rows = ROW * len(box.labels) + 4
    above = sum(ROW * len(b.labels) + 6 for b in inside) if sideways else 0.0
    pad = PAD * depth(inside)
    return {
        "x": left - pad,
        "y": top - rows - above,
        "w": max(right - left, header_width(box)) + 2 * pad,
        "h": bottom - top + rows + above + pad + 2,
        "labels": box.labels,
    }


def depth(boxes: Sequence[Box]) -> int:
    """Return how many of some boxes stand in one another at most."""
    return max(
        (1 + depth([b for b in boxes if set(b.gates) < set(box.gates)]) for box in boxes), default=0
    )

"""Drawing: a circuit diagram goes in; out come the shapes of its picture and where they lie, left to right when small,
top to bottom when wide.

SVG is written by `templates/circuit/circuit.svg.j2`, TikZ by `formats/tex.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import pairwise
from textwrap import wrap
from typing import Any

from codegen.handout.circuit.diagram import Box, Diagram, Gate
from codegen.handout.circuit.labels import short
from codegen.handout.finish import PLAIN, Finish
from codegen.handout.layout.channels import Placing, Size
from codegen.handout.layout.frames import back_paths, box_corners, frames, header_room
from codegen.handout.layout.ordering import Place, layers
from codegen.handout.layout.placing import placed
from codegen.handout.recording.values import entries, on_wire
from codegen.records import dataclass

WIDE, SHAPE, MARGIN, BESIDE, ROW, SHORT, HEADER = 1080.0, 34.0, 10.0, 6.0, 16.0, 14, 34
LEGIBLE, FEWER = 490.0, (6, 5, 4, 3, 2, 1)  # so wide a circuit has letters of 9 px on a phone
NARROW_CHARACTERS, WIDE_CHARACTERS = "fijlrt.,:;'|!()[] I-", "mwMWQO@%—↻"
DOT = 3  # the radius of the dot where a wire forks
OUT = 8.0  # how far the wire of an output goes beyond the frame around its gate
BLANK = "____"


@dataclass(eq=False)
class Picture:
    title: str
    label: str
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0
    flow: str = "across"
    ident: str = "circuit"
    gates: list[dict[str, Any]] = field(default_factory=list)
    wires: list[dict[str, Any]] = field(default_factory=list)
    arrows: list[dict[str, Any]] = field(default_factory=list)
    dots: list[dict[str, Any]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)


def text_width(text: str, size: float = 14.0) -> float:
    """Return about how wide a text is in the widest sans-serif letters that browsers fall back to."""
    return math.fsum(letter_width(c) for c in text) * size


def letter_width(letter: str) -> float:
    if letter in NARROW_CHARACTERS:
        return 0.38
    if letter in WIDE_CHARACTERS:
        return 0.98
    return 0.72 if letter.isupper() or letter in "+−=<>…" else 0.63


def svg(
    diagram: Diagram,
    flow: str = "auto",
    blank: bool = False,
    ident: str = "circuit",
    interactive: bool = False,
) -> str:
    """Return a circuit as SVG; a blank one has no gradients; `ident` goes before every id, for pages of several."""
    return svg_of(drawn(diagram, flow, blank), ident, interactive)


def svg_of(
    picture: Picture, ident: str = "circuit", interactive: bool = False, finish: Finish = PLAIN
) -> str:
    """Return a drawn circuit as SVG; `ident` goes before every id."""
    picture.ident = ident
    picture.label = finish.words.say(picture.label)
    for gate in picture.gates:
        first, *told = gate["title"].split("\n")
        first = finish.words.say(first, True) if gate["kind"] == "carried" else first
        gate["title"] = "\n".join([first, *map(finish.words.say, told)])
    return (
        finish.filled("circuit/circuit.svg.j2", picture=picture, interactive=interactive).strip()
        + "\n"
    )


def drawn(diagram: Diagram, flow: str, blank: bool) -> Picture:
    if flow == "auto":
        picture = Drawing(diagram, "across", blank).picture()
        return picture if picture.width <= WIDE else Drawing(diagram, "down", blank).picture()
    picture = Drawing(diagram, flow, blank).picture()
    if flow == "narrow":
        for most in FEWER:
            if picture.width <= LEGIBLE:
                break
            other = Drawing(diagram, flow, blank, most).picture()
            picture = min(picture, other, key=lambda one: one.width)
    return picture


def broken(labels: Sequence[str]) -> tuple[str, ...]:
    """Return headers in short lines."""
    parts = [part for label in labels for part in label.split(" · ")]
    return tuple(line for part in parts for line in wrap(part, HEADER))


class Drawing:
    def __init__(self, diagram: Diagram, flow: str, blank: bool, most: int = 0) -> None:
        self.sideways, self.stacked, self.blank = flow == "across", flow == "narrow", blank
        if self.stacked:
            boxes = [replace(b, labels=broken(b.labels)) for b in diagram.boxes]
            diagram = replace(diagram, boxes=tuple(boxes))
        self.diagram = diagram
        self.order = layers(diagram, most)
        self.sizes = {p: self.size(p) for layer in self.order for p in layer}
        self.placing: Placing = placed(
            self.order, self.sizes, header_room(diagram, self.order, self.sizes, self.sideways)
        )
        self.places = {p.gate: p for layer in self.order for p in layer if not p.passing}
        self.backs = back_paths(diagram, self.order, self.sizes, self.placing, self.sideways)

    # ---- sizes

    def texts(self, gate: Gate) -> tuple[str, str]:
        value = on_wire(gate.value)
        gradient = on_wire(gate.gradient)
        return value, (
            BLANK
            if self.blank and gradient and gate.number not in self.diagram.outputs
            else gradient
        )

    def label(self, gate: Gate) -> str:
        return short(gate.label, SHORT) if self.stacked else gate.label

    def rows(self, gate: Gate) -> int:
        return 2 + bool(gate.name and gate.kind != "input")

    def shape_width(self, gate: Gate) -> float:
        if gate.kind == "input":
            return text_width(gate.name) + 4
        room = max(SHAPE, text_width(self.label(gate), 15) + 16)
        return room if self.sideways else max(room, 18.0 * len(gate.operands) + 10)

    def shape_height(self, gate: Gate) -> float:
        return (
            max(SHAPE, 14.0 * len(gate.operands) + 8)
            if self.sideways and gate.kind != "input"
            else 20.0 if gate.kind == "input" else SHAPE
        )

    def size(self, place: Place) -> Size:
        gate = self.diagram.gates[place.gate]
        if place.leaving:
            wide = text_width(gate.name) + 12
            return Size(wide, 22.0, 8.0) if self.sideways else Size(ROW + 12, 8.0, wide)
        if place.passing:
            return Size(0.0, 8.0, 8.0)
        width, height = self.shape_width(gate), self.shape_height(gate)
        texts = max(text_width(t) for t in self.texts(gate))
        name = text_width(gate.name) + 8 if gate.name and gate.kind != "input" else 0.0
        if self.sideways:
            half = max(height / 2, 22.0) + 4
            return Size(width + 12 + name + texts + 12, half, half, height)
        value, gradient = (text_width(t) + BESIDE for t in self.texts(gate))
        if self.stacked:
            right = max(width / 2, name, value, gradient)
            return Size(height + 8 + ROW * self.rows(gate), width / 2 + 7, right + 7, width)
        left, right = max(width / 2, value), max(width / 2 + name, gradient)
        return Size(height + 24, left + 7, right + 7, width)

    # ---- the picture

    def picture(self) -> Picture:
        diagram = self.diagram
        green, red = ("above", "below") if self.sideways else ("left of", "right of")
        words = f"forward values {green} the wires in green" + (
            "" if self.blank else f", gradients {red} them in red"
        )
        if self.stacked:
            words = "forward values beside the wires in green" + (
                "" if self.blank else ", gradients below them in red"
            )
        found = Picture(
            diagram.title,
            f"Circuit of {diagram.title}: {words}",
            flow="across" if self.sideways else "narrow down" if self.stacked else "down",
        )
        for gate in diagram.gates:
            found.gates.append(self.gate(gate))
        for layer in self.order:
            for place in layer:
                if place.passing:
                    self.passing(found, place)
        for source, target, points in self.placing.wires:
            found.wires.append({"source": source, "target": target, "d": self.path(points)})
        for source, target, along, across in self.placing.arrows:
            head = self.head(*self.point(along, across))
            found.arrows.append({"source": source, "target": target, "d": head})
        for source, along, across in self.placing.dots:
            x, y = self.point(along, across)
            found.dots.append({"source": source, "x": f"{x:g}", "y": f"{y:g}", "r": DOT})
        for (source, target), points in self.backs.items():
            way = {"source": source, "target": target, "d": self.path(points), "back": True}
            found.wires.append(way)
            head = self.head(*self.point(*points[-1]))
            found.arrows.append({"source": source, "target": target, "d": head})
        middles = {n: self.point(*self.middle(place)) for n, place in self.places.items()}
        uprights = [] if self.stacked else list(self.uprights())  # on a phone there is no room
        found.boxes += frames(diagram, self.corners, middles, uprights)
        self.leave(found)
        self.bounds(found)
        return found

    def middle(self, place: Place) -> tuple[float, float]:
        gate = self.diagram.gates[place.gate]
        length = self.shape_width(gate) if self.sideways else self.shape_height(gate)
        return self.placing.along[place.layer] + length / 2, self.placing.across[place]

    def uprights(self) -> Iterator[tuple[float, float, float]]:
        """Yield the upright pieces of the wires: where they stand, and from where to where they run."""
        begin, end = self.placing.along, self.placing.ends
        ways = [points for _, _, points in self.placing.wires] + list(self.backs.values())
        ways += [
            [(begin[p.layer], self.placing.across[p]), (end[p.layer], self.placing.across[p])]
            for layer in self.order
            for p in layer
        ]
        for points in ways:
            for (x, y), (other, to) in pairwise(self.point(*p) for p in points):
                if x == other:
                    yield x, min(y, to), max(y, to)

    def leave(self, found: Picture) -> None:
        """Lead the wires of outputs in the last layer out of the frames they begin in."""
        last = len(self.order) - 1
        for number in self.diagram.outputs:
            place = self.places[number]
            around = [
                frame
                for box, frame in zip(self.diagram.boxes, found.boxes, strict=True)
                if number in box.gates
            ]
            if place.layer != last or not around:
                continue
            x, y = self.point(self.placing.ends[last], self.placing.across[place])
            if self.sideways:
                edge = max(frame["x"] + frame["w"] for frame in around) + OUT
                stub = f"M{x:g},{y:g} H{edge:g}"
            else:
                edge = max(frame["y"] + frame["h"] for frame in around) + OUT
                stub = f"M{x:g},{y:g} V{edge:g}"
            found.gates[number]["stubs"].append(stub)

    def head(self, x: float, y: float) -> str:
        if self.sideways:
            return f"M{x - 8:g},{y - 4:g} L{x:g},{y:g} L{x - 8:g},{y + 4:g} Z"
        return f"M{x - 4:g},{y - 8:g} L{x:g},{y:g} L{x + 4:g},{y - 8:g} Z"

    def corners(self, box: Box) -> list[tuple[float, float]]:
        found = [*box_corners(box, self.order, self.sizes, self.placing)]
        for back, points in self.backs.items():
            if set(back) <= set(box.gates):
                found += [(points[1][0] + 4, points[1][1]), (points[2][0] - 6, points[2][1])]
                side = 6.0 if points[1][1] > points[0][1] else -4.0
                found.append((points[1][0], points[1][1] + side))
        return [self.point(*corner) for corner in found]

    def point(self, along: float, across: float) -> tuple[float, float]:
        along, across = round(along + MARGIN, 1), round(across + MARGIN, 1)
        return (along, across) if self.sideways else (across, along)

    def path(self, points: list[tuple[float, float]]) -> str:
        return "M" + " L".join(f"{x:g},{y:g}" for x, y in (self.point(*p) for p in points))

    def passing(self, found: Picture, place: Place) -> None:
        """Add the piece of a wire that passes a layer."""
        begin, end = self.placing.along[place.layer], self.placing.ends[place.layer]
        at = self.placing.across[place]
        found.wires.append(
            {"source": place.gate, "target": -1, "d": self.path([(begin, at), (end, at)])}
        )
        if place.leaving:
            x, y = self.point(begin, at)
            shift = (12.0, -6.0) if self.sideways else (BESIDE, 17.0)
            name = self.diagram.gates[place.gate].name
            found.ends.append({"name": name, "x": x + shift[0], "y": y + shift[1]})

    def gate(self, gate: Gate) -> dict[str, Any]:
        """Return what is drawn for one gate: shape, name, wire and the two texts."""
        place = self.places[gate.number]
        begin, end = self.placing.along[place.layer], self.placing.ends[place.layer]
        across = self.placing.across[place]
        width, height = self.shape_width(gate), self.shape_height(gate)
        if gate.kind == "input" and self.sideways:
            begin = end - self.sizes[place].length
        x, y = self.point(begin, across)
        value, gradient = self.texts(gate)
        title = f"{gate.line}\nvalue {entries(gate.value)}"
        if gate.gradient is not None and not self.blank:
            title += f"\ngradient {entries(gate.gradient)}"
        if gate.trip:
            title += f"\ntrip {gate.trip}"
        found: dict[str, Any] = {
            "number": gate.number,
            "stage": gate.stage,
            "kind": gate.kind,
            "title": title,
            "label": self.label(gate),
        }
        found |= {
            "value": value,
            "gradient": gradient,
            "name": gate.name,
            "text": gate.text,
            "w": width,
            "h": height,
        }
        return found | (
            self.beside(gate, x, y, end) if self.sideways else self.under(gate, x, y, end)
        )

    def beside(self, gate: Gate, x: float, y: float, end: float) -> dict[str, Any]:
        """Return the places of what is drawn of a gate whose wire leaves to the right."""
        width, height = self.shape_width(gate), self.shape_height(gate)
        stop = end + MARGIN
        name = gate.name if gate.kind != "input" else ""
        after = x + width + 12
        texts = after + (text_width(name) + 8 if name else 0.0)
        stubs = [f"M{x + width:g},{y:g} H{after - 2 if name else stop:g}"]
        if name:
            stubs.append(f"M{texts - 4:g},{y:g} H{stop:g}")
        found = {
            "x": x,
            "y": y - height / 2,
            "cx": x + width / 2,
            "cy": y,
            "nx": after,
            "ny": y + 5,
            "stubs": stubs,
        }
        return found | {"vx": texts, "vy": y - 6, "gx": texts, "gy": y + 17}

    def under(self, gate: Gate, x: float, y: float, end: float) -> dict[str, Any]:
        """Return the places of what is drawn of a gate whose wire leaves downwards."""
        width, height = self.shape_width(gate), self.shape_height(gate)
        stop = end + MARGIN
        low = y + height
        found = {
            "x": x - width / 2,
            "y": y,
            "cx": x,
            "cy": y + height / 2,
            "stubs": [f"M{x:g},{low:g} V{stop:g}"],
        }
        found |= {"nx": x + width / 2 + 5, "ny": y + height / 2 + 5}
        if self.stacked:
            spot, first = x + BESIDE, low + ROW * (self.rows(gate) - 1)
            found |= {"nx": spot, "ny": low + ROW}
            return found | {"vx": spot, "vy": first, "gx": spot, "gy": first + ROW}
        return found | {"vx": x - BESIDE, "vy": low + 17, "gx": x + BESIDE, "gy": low + 17}

    def bounds(self, found: Picture) -> None:
        spots = [self.point(max(self.placing.ends, default=0.0) + 4, 0.0), (MARGIN, MARGIN)]
        for layer in self.order:
            for p in layer:
                at, size = self.placing.across[p], self.sizes[p]
                spots.append(self.point(self.placing.ends[p.layer], at + size.after))
        for b in found.boxes:
            spots += [(b["x"], b["y"]), (b["x"] + b["w"], b["y"] + b["h"])]
        found.left, found.top = round(min(x for x, _ in spots) - MARGIN), round(
            min(y for _, y in spots) - MARGIN
        )
        found.width = round(max(x for x, _ in spots) + MARGIN - found.left)
        found.height = round(max(y for _, y in spots) + MARGIN - found.top)

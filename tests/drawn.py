"""Circuits read back: an SVG picture goes in; its gates, wires, arrows, dots and frames come out as plain data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

SPACE = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    w: float
    h: float

    def holds(self, other: Box) -> bool:
        """Return whether another rectangle lies inside."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.x + other.w <= self.x + self.w
            and other.y + other.h <= self.y + self.h
        )

    def misses(self, other: Box) -> bool:
        """Return whether another rectangle lies outside."""
        return (
            self.x + self.w <= other.x
            or other.x + other.w <= self.x
            or self.y + self.h <= other.y
            or other.y + other.h <= self.y
        )


@dataclass(frozen=True)
class Gate:
    """A gate as it is drawn."""

    number: int
    stage: int
    kind: str
    label: str
    name: str
    text: str
    value: str
    gradient: str
    exact_value: str
    exact_gradient: str
    trip: str
    box: Box | None


@dataclass(frozen=True)
class Drawn:
    """A picture."""

    gates: list[Gate]
    wires: list[tuple[int, list[tuple[float, float]]]]
    arrows: list[tuple[int, int, tuple[float, float]]]
    dots: set[int]
    frames: list[Box]
    headers: list[str]
    dashed: list[int]
    ends: list[str]

    def named(self, name: str) -> Gate:
        """Return the last gate of a name."""
        return [g for g in self.gates if g.name == name][-1]

    def labels(self) -> list[str]:
        """Return the labels of the gates, inputs apart."""
        return [g.label for g in self.gates if g.kind != "input"]


def drawn(svg: str) -> Drawn:
    """Return what a picture shows."""
    root = ElementTree.fromstring(svg)  # noqa: S314  # made by the test itself
    wires = [w for w in root.findall(f"{SPACE}path") if "w" in w.get("class", "").split()]
    arrows = [a for a in root.findall(f"{SPACE}path") if a.get("class") == "a"]
    return Drawn(
        [gate(g) for g in root.findall(f"{SPACE}g") if "gate" in g.get("class", "")],
        [(int(w.get("data-source", "")), points(w.get("d", ""))) for w in wires],
        [
            (
                int(a.get("data-source", "")),
                int(a.get("data-target", "")),
                points(a.get("d", ""))[1],
            )
            for a in arrows
        ],
        {int(c.get("data-source", "")) for c in root.findall(f"{SPACE}circle")},
        [box(r) for r in root.findall(f"{SPACE}rect") if r.get("class") == "b"],
        [t.text or "" for t in root.findall(f"{SPACE}text") if t.get("class") == "bl"],
        [int(w.get("data-source", "")) for w in wires if "k" in w.get("class", "").split()],
        [t.text or "" for t in root.findall(f"{SPACE}text") if t.get("class") == "n"],
    )


def gate(element: ElementTree.Element) -> Gate:
    """Return one gate."""
    texts = {t.get("class", "").split()[0]: t.text or "" for t in element.findall(f"{SPACE}text")}
    title = (element.findtext(f"{SPACE}title") or "").split("\n")
    said = {line.split(" ", 1)[0]: line.split(" ", 1)[1] for line in title[1:]}
    shape = element.find(f"{SPACE}rect")
    return Gate(
        int(element.get("data-gate", "")),
        int(element.get("data-s", "0")),
        element.get("class", "").split()[1],
        texts.get("l", ""),
        texts.get("n", ""),
        title[0],
        texts["v"],
        texts["g"],
        said["value"],
        said.get("gradient", ""),
        said.get("trip", ""),
        box(shape) if shape is not None else None,
    )


def box(element: ElementTree.Element) -> Box:
    """Return a rectangle."""
    return Box(*(float(element.get(k, "nan")) for k in ("x", "y", "width", "height")))


def points(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path."""
    pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)
    return [(float(x), float(y)) for x, y in pairs]


def number(text: str) -> float:
    """Return a number as it is written in a picture."""
    return float(text.replace("−", "-"))

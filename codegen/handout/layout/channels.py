"""Channels: the wires between two layers go in; their pieces, each on a track of its own, come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from codegen.handout.layout.ordering import Place
from codegen.records import dataclass

TRACK, LEAD, ARRIVE = 9.0, 8.0, 16.0


@dataclass(frozen=True)
class Size:
    length: float
    """Along the circuit."""
    before: float
    after: float
    """Across, on both sides of its wire."""
    shape: float = 0.0
    """How far across the shape of the gate reaches, for its ports."""


Sizes = Mapping[Place, Size]
Across = dict[Place, float]


@dataclass(eq=False)
class Placing:
    """Where everything lies.

    Attributes
    ----------
    along, across : dict
        Where each layer begins, and where the wire of each place lies.
    ends : list of float
        Where each layer ends.
    wires : list of (int, list of points)
        Pieces of wire, each with the gate it comes from; points are (along, across).
    arrows : list of (int, int, float, float)
        Source, target, and the point where a wire enters a gate.
    dots : list of (int, float, float)
        Where a wire forks.
    """

    along: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    across: Across = field(default_factory=dict)
    wires: list[tuple[int, int, list[tuple[float, float]]]] = field(default_factory=list)
    arrows: list[tuple[int, int, float, float]] = field(default_factory=list)
    dots: list[tuple[int, float, float]] = field(default_factory=list)


def port_offset(place: Place, port: int, sizes: Sizes) -> float:
    """Return how far beside the wire of a gate one of its ports lies."""
    if place.passing or place.ports < 2:
        return 0.0
    step = min(18.0, (sizes[place].shape - 8.0) / max(1, place.ports - 1))
    return (port - (place.ports - 1) / 2) * step


@dataclass(eq=False)
class Net:
    """The wires of one source through one channel."""

    place: Place
    start: float
    stops: list[tuple[float, Place, int]]
    track: int = 0

    @property
    def low(self) -> float:
        return min([self.start, *(s for s, _, _ in self.stops)])

    @property
    def high(self) -> float:
        return max([self.start, *(s for s, _, _ in self.stops)])


def channel(found: Placing, layer: list[Place], sizes: Sizes, begin: float, extra: float) -> float:
    """Lay the wires between a layer and the next; return where the next layer begins."""
    nets = [net_of(place, found.across, sizes) for place in layer if place.below]
    bent = [n for n in nets if n.high - n.low > 0.5]
    tracked(bent)
    count = 1 + max((n.track for n in bent), default=-1)
    finish = begin + LEAD + count * TRACK + ARRIVE + extra
    for net in nets:
        laid(found, net, begin, begin + LEAD + (net.track + 0.5) * TRACK, finish)
    return finish


def net_of(place: Place, at: Across, sizes: Sizes) -> Net:
    """Return the net of a place; a port a little off its source gives way."""
    start = at[place]
    stops = []
    for target, port in place.below:
        stop = at[target] + port_offset(target, port, sizes)
        room = 0.0 if target.passing else 9.0 if target.ports == 1 else 4.0
        stops.append((start if abs(stop - start) <= room else stop, target, port))
    return Net(place, start, stops)


def tracked(nets: list[Net]) -> None:
    """Give each net a track, so that few wires cross and none lie on each other."""
    cost = {(a, b): clash(a, b) for a in nets for b in nets if a is not b}
    waiting, done = list(nets), list[Net]()
    while waiting:
        first = min(
            waiting,
            key=lambda a: (sum(cost[a, b] - cost[b, a] for b in waiting if b is not a), a.start),
        )
        waiting.remove(first)
        behind = [
            n.track + 1 for n in done if touches(n, first) or cost[n, first] or cost[first, n]
        ]
        first.track = max(behind, default=0)
        done.append(first)


def touches(a: Net, b: Net) -> bool:
    """Return whether the parts across of two nets would meet in one track."""
    return a.low < b.high + 6 and b.low < a.high + 6


def clash(a: Net, b: Net) -> int:
    """Return what it costs to lay `a` before `b`."""
    count = int(a.low < b.start < a.high)
    count += sum(1 for stop, _, _ in a.stops if b.low < stop < b.high)
    count += sum(100 for stop, _, _ in a.stops if abs(stop - b.start) < 5)
    return count


def laid(found: Placing, net: Net, begin: float, bend: float, finish: float) -> None:
    """Add the pieces of one net."""
    source = net.place.gate
    points = sorted({net.start, *(s for s, _, _ in net.stops)})
    for stop, target, _ in net.stops:
        end = finish
        line = (
            [(begin, net.start), (bend, net.start), (bend, stop), (end, stop)]
            if abs(stop - net.start) > 0.5
            else [(begin, stop), (end, stop)]
        )
        found.wires.append((source, -1 if target.passing else target.gate, line))
        if target.passing:
            continue
        found.arrows.append((source, target.gate, finish, stop))
    for spot in points:
        ways = sum(1 for s, _, _ in net.stops if s == spot)
        inner = points[0] < spot < points[-1]
        ways += int(spot == net.start) + (2 if inner else 1 if len(points) > 1 else 0)
        if ways > 2:
            found.dots.append((source, bend, spot))

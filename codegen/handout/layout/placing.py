"""Coordinates: ordered layers and the sizes of their places go in; where each place and each wire lies comes out.

`along` runs with the circuit, `across` runs beside it; the drawing turns them into x and y.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from codegen.handout.layout.channels import Across, Placing, Sizes, channel, port_offset
from codegen.handout.layout.ordering import Place

SWEEPS, ROUNDS = 10, 4


def placed(order: list[list[Place]], sizes: Sizes, extra: dict[int, float]) -> Placing:
    """Return where everything lies, for places of these sizes and extra room before some layers."""
    found = Placing()
    found.across = across(order, sizes)
    at = 0.0
    for i, layer in enumerate(order):
        found.along.append(at)
        at += max(sizes[p].length for p in layer)
        found.ends.append(at)
        if i + 1 < len(order):
            at = channel(found, layer, sizes, at, extra.get(i + 1, 0.0))
    return found


def across(order: list[list[Place]], sizes: Sizes) -> Across:
    """Return where the wire of each place lies across the circuit."""
    at: Across = {}
    for layer in order:
        spot = 0.0
        for i, place in enumerate(layer):
            spot += gap(layer[i - 1], place, sizes) if i else 0.0
            at[place] = spot
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        for layer in order if down else order[::-1]:
            settle(layer, at, sizes, down, both=sweep >= SWEEPS - 2)
    at = {key: float(round(value)) for key, value in at.items()}
    for outward in (True, False):
        for trunk in sorted(trunks(order), key=lambda t: at[t[0]], reverse=outward):
            upright(trunk, order, at, sizes)
    for _ in range(ROUNDS):
        for layer in order:
            straightened(layer, at, sizes)
    least = min((at[p] - sizes[p].before for layer in order for p in layer), default=0.0)
    return {key: value - least for key, value in at.items()}


def trunks(order: list[list[Place]]) -> list[list[Place]]:
    """Return the places that each wire passes one after the other."""
    found = []
    for layer in order:
        for place in layer:
            if place.passing and not place.above[0][0].passing:
                trunk = [place]
                while (
                    following := next((t for t, _ in trunk[-1].below if t.passing), None)
                ) is not None:
                    trunk.append(following)
                found.append(trunk)
    return found


def upright(trunk: list[Place], order: list[list[Place]], at: Across, sizes: Sizes) -> None:
    """Lay a passing wire in one line, if its neighbours leave room for that."""
    low, high = -1e9, 1e9
    for place in trunk:
        layer = order[place.layer]
        if place.at:
            before = layer[place.at - 1]
            low = max(low, at[before] + gap(before, place, sizes))
        if place.at + 1 < len(layer):
            after = layer[place.at + 1]
            high = min(high, at[after] - gap(place, after, sizes))
    if low <= high + 1:
        spots = sorted(at[p] for p in trunk)
        line = min(max(spots[len(spots) // 2], low), high)
        for place in trunk:
            at[place] = float(round(line))


def straightened(layer: list[Place], at: Across, sizes: Sizes) -> None:
    """Move each place of a layer to where the most of its wires are straight, if its neighbours leave room."""
    for i, place in enumerate(layer):
        low = at[layer[i - 1]] + gap(layer[i - 1], place, sizes) if i else -1e9
        high = at[layer[i + 1]] - gap(place, layer[i + 1], sizes) if i + 1 < len(layer) else 1e9
        spots = [at[s] - port_offset(place, port, sizes) for s, port in place.above]
        spots += [at[t] + port_offset(t, port, sizes) for t, port in place.below]
        here = at[place]
        give = 3.5 if place.passing else 1.5
        choices = [here, *(s for s in spots if low - give <= s <= high + give)]

        def bends(at_spot: float, spots: Sequence[float] = spots) -> tuple[int, float]:
            return sum(abs(s - at_spot) > 0.5 for s in spots), math.fsum(
                abs(s - at_spot) for s in spots
            )

        at[place] = min(
            choices,
            key=lambda c: (bends(c)[0], c != here and bends(c)[0] == bends(here)[0], bends(c)[1]),
        )


def gap(a: Place, b: Place, sizes: Sizes) -> float:
    return sizes[a].after + sizes[b].before


def settle(layer: list[Place], at: Across, sizes: Sizes, down: bool, both: bool) -> None:
    """Move the places of a layer as near to their neighbours as their order and sizes allow."""
    wanted, weights = [], []
    for place in layer:
        spots: list[tuple[float, float]] = []
        if down or both:
            spots += [
                (at[s] - port_offset(place, port, sizes), weight(s, place))
                for s, port in place.above
            ]
        if not down or both:
            spots += [
                (at[t] + port_offset(t, port, sizes), weight(place, t)) for t, port in place.below
            ]
        total = math.fsum(w for _, w in spots)
        wanted.append(math.fsum(s * w for s, w in spots) / total if total else at[place])
        weights.append(total or 0.01)
    gaps = [gap(a, b, sizes) for a, b in zip(layer, layer[1:], strict=False)]
    for place, spot in zip(layer, nearest(wanted, weights, gaps), strict=True):
        at[place] = spot


def weight(a: Place, b: Place) -> float:
    return 8.0 if a.passing and b.passing else 2.0 if a.passing or b.passing else 1.0


def nearest(
    wanted: Sequence[float], weights: Sequence[float], gaps: Sequence[float]
) -> list[float]:
    """Return the positions nearest to the wanted ones that keep the order and the gaps (pool adjacent violators)."""
    shift, total = [0.0], 0.0
    for one in gaps:
        total += one
        shift.append(total)
    pools: list[tuple[float, float, int]] = []
    for i, (spot, w) in enumerate(zip(wanted, weights, strict=True)):
        mean, mass, count = spot - shift[i], w, 1
        while pools and pools[-1][0] > mean:
            other, more, n = pools.pop()
            mean, mass, count = (mean * mass + other * more) / (mass + more), mass + more, count + n
        pools.append((mean, mass, count))
    flat = [mean for mean, _, count in pools for _ in range(count)]
    return [f + s for f, s in zip(flat, shift, strict=True)]

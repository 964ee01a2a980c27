"""Numeric slopes against the gradients of a backward pass. In: a call, gradients. Out: `Judged` per argument.

Up to `FEW` numbers in all arguments together, every entry is tried; beyond that, random directions and a sample. A slow
function is called as often as fits into `SECONDS`, if need be along one direction of all arguments together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from codegen.check import outputs
from codegen.check.arguments import Argument, Call
from codegen.check.calls import Caller, first_line
from codegen.check.judged import Judged
from codegen.check.leaves import Path, duplicate, get, replaced
from codegen.check.numeric import DOUBLE, SINGLE, Line, Precision, Vector, slope

FEW = 200
DIRECTIONS = 3
SAMPLE = 20
LIGHT = 40
SECONDS = 1.0

Gradients = Mapping[str, Mapping[Path, Any]]


class Sampler:
    """Takes numeric slopes of a function around one call."""

    def __init__(
        self,
        caller: Caller,
        function: Callable[..., Any],
        call: Call,
        out: Any,
        dout: Any,
        precision: Precision = DOUBLE,
        light: bool = False,
        shaken: Gradients | None = None,
    ) -> None:
        self.caller, self.function, self.call, self.precision = caller, function, call, precision
        middle = outputs.vector(out)
        self.count = middle.size
        self.finite = np.isfinite(middle)
        self.all_finite = bool(self.finite.all())
        self.middle = middle[self.finite]
        self.weights = outputs.vector(dout)[self.finite]
        self.reason = ""
        self.shaken = shaken
        self.affordable = int(SECONDS / (2 * caller.seconds + 1e-9))
        if light:
            self.affordable = min(LIGHT, self.affordable // 4)

    def judge(self, arguments: Sequence[Argument], grads: Gradients) -> dict[str, Judged]:
        """Return what is found about every argument."""
        total = sum(np.size(grad) for leaves in grads.values() for grad in leaves.values())
        rng = np.random.default_rng(231)
        share = self.affordable // max(1, len(arguments))
        found = {}
        for argument in arguments:
            self.reason = ""
            judged = found[argument.name] = self.nothing()
            leaves = grads[argument.name]
            if total > min(FEW, self.affordable):
                count = min(DIRECTIONS, share)
                self.directions([argument], {argument.name: leaves}, judged, rng, count)
                places = sample(leaves, min(SAMPLE, share - count), rng)
            else:
                places = [(path, k) for path, grad in leaves.items() for k in range(np.size(grad))]
            self.entries(argument, leaves, places, judged)
            judged.reason = self.reason
        if total and share == 0:
            joint = self.nothing()
            self.directions(arguments, grads, joint, rng, 1)
            found = dict.fromkeys(found, joint)
        return found

    def nothing(self) -> Judged:
        """Return what is found before anything was tried."""
        return Judged(single=self.precision is SINGLE, infinite=not self.all_finite)

    def entries(
        self,
        argument: Argument,
        leaves: Mapping[Path, Any],
        places: list[tuple[Path, int]],
        judged: Judged,
    ) -> None:
        """Judge single entries of the gradient on an argument."""
        flat = {path: np.asarray(grad, np.float64).ravel() for path, grad in leaves.items()}
        shaken = (self.shaken or {}).get(argument.name, leaves)
        value = argument.value(self.call)
        inputs = {path: np.abs(np.asarray(get(value, path), np.float64)) for path in leaves}
        typical = {path: float(np.mean(x)) if x.size else 1.0 for path, x in inputs.items()}
        size = greatest(flat.values())
        for path, k in places:
            index = np.unravel_index(k, inputs[path].shape)
            own = float(inputs[path][index])
            scale = max(own, typical[path]) or 1.0
            at = self.entry(argument.absolute(path), index)
            line = Line(at, self.middle, self.weights, scale, own or scale)
            expected = float(flat[path][k])
            found = slope(line, expected, size, self.precision)
            wobble = abs(float(np.ravel(shaken[path])[k]) - expected)
            judged.add(where(argument.label(path), index), expected, found, size, wobble)

    def directions(
        self,
        arguments: Sequence[Argument],
        grads: Gradients,
        judged: Judged,
        rng: np.random.Generator,
        count: int,
    ) -> None:
        """Judge slopes in random directions, in which all entries of the arguments change."""
        name = f"along a random direction of {', '.join(argument.name for argument in arguments)}"
        for _ in range(count):
            moves, expected, size, wobble = {}, 0.0, 0.0, 0.0
            for argument in arguments:
                shaken = (self.shaken or grads)[argument.name]
                value = argument.value(self.call)
                for path, grad in grads[argument.name].items():
                    way = direction(np.asarray(get(value, path), np.float64), rng)
                    part = np.asarray(grad, np.float64) * way
                    moves[argument.absolute(path)] = way
                    expected, size = expected + float(part.sum()), size + float((part**2).sum())
                    wobble += float(np.sum((np.asarray(shaken[path], np.float64) - grad) * way))
            root = float(np.sqrt(size))
            line = Line(self.along(moves), self.middle, self.weights, 1.0, 1.0)
            found = slope(line, expected, root, self.precision)
            if found.known:
                judged.add(name, expected, found, root, abs(wobble))

    def entry(self, path: Path, index: tuple[Any, ...]) -> Callable[[float], Vector | None]:
        """Return the outputs as a function of one entry of the inputs."""
        leaf = get(self.call, path)

        def at(t: float) -> Vector | None:
            call = duplicate(self.call)
            if isinstance(leaf, np.ndarray):
                get(call, path)[index] += t
                return self.outputs(call)
            return self.outputs(replaced(call, path, type(leaf)(leaf + t)))

        return at

    def along(self, moves: Mapping[Path, Any]) -> Callable[[float], Vector | None]:
        """Return the outputs as a function of the way along a direction."""

        def at(t: float) -> Vector | None:
            call = duplicate(self.call)
            for path, way in moves.items():
                leaf = get(call, path)
                if isinstance(leaf, np.ndarray):
                    leaf += (t * way).astype(leaf.dtype)
                else:
                    call = replaced(call, path, type(leaf)(leaf + t * float(way)))
            return self.outputs(call)

        return at

    def outputs(self, call: Call) -> Vector | None:
        """Return the function's outputs, None where it has none to compare."""
        try:
            found = outputs.vector(self.caller.on(self.function, call))
        except Exception as error:  # noqa: BLE001 - said in a note
            self.reason = self.reason or first_line(error)
            return None
        if found.size != self.count:
            return None
        if not self.all_finite:
            found = found[self.finite]
        return found if np.isfinite(found).all() else None


def sample(
    leaves: Mapping[Path, Any], count: int, rng: np.random.Generator
) -> list[tuple[Path, int]]:
    """Return the places of some entries, in order."""
    ends = np.cumsum([np.size(grad) for grad in leaves.values()])
    total = int(ends[-1]) if len(ends) else 0
    drawn = range(total) if total <= count else sorted(set(rng.integers(total, size=max(0, count))))
    paths, starts = list(leaves), [0, *ends[:-1]]
    owners = np.searchsorted(ends, drawn, side="right")
    return [(paths[j], int(k - starts[j])) for j, k in zip(owners, drawn, strict=True)]


def direction(x: Any, rng: np.random.Generator) -> Any:
    """Return a random direction of about the size of an array."""
    typical = float(np.mean(np.abs(x))) if x.any() else 1.0
    return typical * rng.standard_normal(x.shape) / max(1.0, np.sqrt(x.size))


def where(name: str, index: tuple[Any, ...]) -> str:
    """Return an entry as the user would write it."""
    return f"at {name}[{', '.join(str(int(k)) for k in index)}]" if index else f"at {name}"


def greatest(arrays: Any) -> float:
    """Return the largest finite absolute value."""
    found = [np.max(np.abs(a), initial=0.0, where=np.isfinite(a)) for a in arrays]
    return float(max(found, default=0.0))

"""Where a derivative is judged. In: an example. Out: `Point`s: the example, other values, negative ones, other sizes.

Only values at which the forward function itself gives finite numbers are points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from codegen.judge.forms import Leaf
from codegen.pytree import Attribute, Path, is_float, walk
from codegen.records import dataclass

SIZES, INTS = 3, 4  # points of each kind at most


@dataclass(frozen=True)
class Point:
    """Values of the arguments, what they are called in a report, and of what kind they are.

    The kinds: "example", "values", "negative", "size", "number".
    """

    name: str
    kind: str
    values: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Around:
    """An example, and what is asked of points like it."""

    values: dict[str, Any]
    """The example, in double precision."""
    leaves: Sequence[Leaf]
    """The differentiable ones."""
    given: Sequence[str]
    """The arguments that the example gives, the others being defaults."""
    value: Callable[[Mapping[str, Any]], Any]
    """The outputs of the forward function somewhere, None where they are not finite."""
    layout: Callable[[Mapping[str, Any]], Mapping[Any, tuple[int, ...]]]
    """The shapes of its variables somewhere, in the order in which they are made."""

    def points(self, judged: Callable[[], Sequence[Leaf]]) -> Iterator[Point]:
        """Yield the example and points like it; `judged` then tells by which leaves there is a derivative."""
        yield Point("the example", "example", self.values)
        rng = np.random.default_rng(231)
        for name in ("other values", "more values"):
            drawn = redrawn(self.values, self.leaves, rng, judged())
            if self.value(drawn) is not None:
                yield Point(name, "values", drawn)
        yield from self.negative(judged())
        yield from self.resized(judged(), rng)
        yield from self.renumbered()

    def negative(self, judged: Sequence[Leaf]) -> Iterator[Point]:
        """Yield points with negative for positive numbers; a setting without a derivative, such as a width, stays."""
        for leaf in self.leaves:
            x = leaf.of(self.values)
            if leaf not in judged and not isinstance(x, np.ndarray):
                continue
            if (
                leaf.argument in self.given
                and np.size(x)
                and np.all(np.asarray(x) >= 0)
                and np.any(x)
            ):
                signs = np.where(np.arange(np.size(x)).reshape(np.shape(x)) % 2, 1.0, -1.0)
                found = leaf.put(self.values, x * signs if isinstance(x, np.ndarray) else -x)
                if self.value(found) is not None:
                    yield Point(f"negative {leaf.label}", "negative", found)

    def resized(self, judged: Sequence[Leaf], rng: np.random.Generator) -> Iterator[Point]:
        """Yield points of other sizes: axes of one size change together, with the whole numbers that equal them."""
        places = {
            Leaf(name, path): leaf
            for name, value in self.values.items()
            if name != "self"
            for path, leaf in leaves_within(value)
        }
        arrays = {place: leaf for place, leaf in places.items() if isinstance(leaf, np.ndarray)}
        ints = {
            place: leaf
            for place, leaf in places.items()
            if isinstance(leaf, (int, np.integer))
            and not isinstance(leaf, bool)
            and place.argument in self.given
        }
        axes = [(p, k, d) for p, a in arrays.items() for k, d in enumerate(a.shape) if d > 1]
        sizes = sorted({d for _, _, d in axes}, reverse=True)
        groups = [[(p, k) for p, k, d in axes if d == size] for size in sizes]
        labels = [(leaf.argument, leaf.path) for leaf in judged]
        count, shapes = 0, self.layout(self.values)
        for group in [*groups, *([(p, k)] for p, k, _ in axes)]:
            if count == SIZES:
                return
            for change in (1, -1, 2):
                first, axis = group[0]
                old = arrays[first].shape[axis]
                if old + change < 1 or old + change == 1 and group not in groups:
                    continue  # an axis of size 1 fits beside others of any size by accident
                found = self.values
                for place, a in arrays.items():
                    own = [k for other, k in group if other == place]
                    if own:
                        shape = tuple(d + change * (k in own) for k, d in enumerate(a.shape))
                        kept = are_labels(a) and (place.argument, place.path) not in labels
                        found = place.put(found, stretched(a, shape, kept, rng))
                with_ints = found
                for place, v in ints.items():
                    if v == old:
                        with_ints = place.put(with_ints, type(v)(v + change))
                fitting = (v for v in (found, with_ints) if self.depends(v, group))
                chosen = next((v for v in fitting if is_scaled(shapes, self.layout(v))), None)
                if chosen is not None:
                    count += 1
                    yield Point(f"size {old + change} in place of {old}", "size", chosen)
                    break

    def depends(self, values: dict[str, Any], group: Sequence[tuple[Leaf, int]]) -> bool:
        """Return whether the function has values here, and reads what was added."""
        here = self.value(values)
        if here is None:
            return False
        for place, axis in group:
            array = place.of(values)
            if is_float(array):
                other = array.copy()
                np.moveaxis(other, axis, 0)[-1] *= 1.25
                there = self.value(place.put(values, other))
                if there is not None and all(
                    np.array_equal(a, b) for a, b in zip(here, there, strict=True)
                ):
                    return False
        return True

    def renumbered(self) -> Iterator[Point]:
        """Yield points at which a whole number or a switch among the arguments is another."""
        count = 0
        for name, whole in self.values.items():
            if name == "self" or name not in self.given:
                continue
            for path, leaf in walk(whole):
                if isinstance(leaf, (bool, np.bool_)):
                    others: list[Any] = [not leaf]
                elif isinstance(leaf, (int, np.integer)):
                    others = [0, other_number(int(leaf), self.values)] if leaf else [1]
                else:
                    continue
                place = Leaf(name, path)
                for other in others:
                    found = place.put(self.values, type(leaf)(other))
                    if count < INTS and self.value(found) is not None:
                        count += 1
                        yield Point(f"{place.label} = {other}", "number", found)


def redrawn(
    values: dict[str, Any], leaves: Sequence[Leaf], rng: np.random.Generator, judged: Sequence[Leaf]
) -> dict[str, Any]:
    """Return the values with other numbers of the same kind; labels by which there is no derivative stay labels."""
    found = values
    for leaf in leaves:
        x = leaf.of(values)
        new = rng.permutation(x) if leaf not in judged and are_labels(x) else alike(x, None, rng)
        found = leaf.put(found, new)
    return found


def are_labels(x: Any) -> bool:
    """Return whether the entries of an array say which of two or three kinds something is of: 0 or 1, -1 or 1."""
    kinds = set(np.unique(x)) if isinstance(x, np.ndarray) and x.size > 2 else set()
    return len(kinds) > 1 and kinds <= {-1.0, 0.0, 1.0}


def alike(x: Any, shape: tuple[int, ...] | None, rng: np.random.Generator) -> Any:
    """Return other numbers of the kind of x: positive if they are, probabilities if they are, in their range."""
    array = np.asarray(x, np.float64)
    target = array.shape if shape is None else shape
    if not array.size:
        return np.zeros(target)
    low, high = float(array.min()), float(array.max())
    if not isinstance(x, np.ndarray) or array.ndim == 0:
        new: Any = low * rng.uniform(0.7, 1.4) if low else rng.normal()
        return type(x)(new) if isinstance(x, float) else np.asarray(new)
    if low >= 0 and high <= 1 and np.allclose(array.sum(-1), 1) and array.shape[-1] > 1:
        drawn = rng.uniform(0.2, 1.0, target)
        return drawn / drawn.sum(-1, keepdims=True)
    if low > 0 or (low >= 0 and high <= 1):
        return rng.uniform(low or 0.05 * high, high if high > low else 1.5 * high, target)
    if set(np.unique(array)) <= {0.0, 1.0}:
        return rng.choice(array.ravel(), target)
    spread = float(array.std()) or abs(low) or 1.0
    drawn = float(array.mean()) + spread * rng.standard_normal(target)
    return drawn if low < 0 else np.abs(drawn) + 0.01 * spread


def leaves_within(value: Any) -> Iterator[tuple[Path, Any]]:
    """Yield the leaves of an argument; of an object, its arrays."""
    for here, leaf in walk(value):
        if (
            hasattr(leaf, "__dict__")
            and not isinstance(leaf, (np.ndarray, type))
            and not callable(leaf)
        ):
            for name, item in vars(leaf).items():
                if isinstance(item, np.ndarray):
                    yield (*here, Attribute(name)), item
        else:
            yield here, leaf


def is_scaled(before: Mapping[Any, tuple[int, ...]], after: Mapping[Any, tuple[int, ...]]) -> bool:
    """Return whether axes of one size are of one size again: else it is by accident that the shapes still fit."""
    sizes: dict[int, int] = {}
    for key, shape in before.items():
        other = after.get(key, shape)
        if len(other) != len(shape):
            return False
        if any(sizes.setdefault(a, b) != b for a, b in zip(shape, other, strict=True)):
            return False
    return True


def stretched(a: Any, shape: tuple[int, ...], kept: bool, rng: np.random.Generator) -> Any:
    """Return an array of another shape with entries of the same kind, or with those that it has."""
    if is_float(a) and not kept:
        return alike(a, shape, rng)
    return rng.choice(a.ravel(), shape) if a.size else np.zeros(shape, a.dtype)


def other_number(number: int, values: Mapping[str, Any]) -> int:
    """Return another whole number: one that divides the sizes that this one divides, else one more."""
    leaves = [leaf for whole in values.values() for _, leaf in walk(whole)]
    sizes = [d for a in leaves if isinstance(a, np.ndarray) for d in a.shape]
    common = math.gcd(*(d for d in sizes if number > 1 and d % number == 0 and d > number))
    divisors = [k for k in range(1, common + 1) if common % k == 0 and k != number]
    return min(divisors, key=lambda k: (k == 1, abs(k - number), -k), default=number + 1)

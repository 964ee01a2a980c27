"""Where a derivative is judged. In: an example. Out: `Point`s: the example, other values, negative ones, other sizes.

Only values at which the forward function itself gives finite numbers are points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from codegen.judge.forms import Leaf
from codegen.pytree import Attribute, Path, duplicate, is_float, replaced, walk
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


def points(
    values: dict[str, Any],
    leaves: Sequence[Leaf],
    given: Sequence[str],
    value: Callable[[Mapping[str, Any]], Any],
    layout: Callable[[Mapping[str, Any]], Mapping[Any, tuple[int, ...]]],
    judged: Callable[[], Sequence[Leaf]],
) -> Iterator[Point]:
    """Yield the example and points like it.

    Parameters
    ----------
    values : dict
        The example, in double precision.
    leaves : sequence of Leaf
        The differentiable ones.
    given : sequence of str
        The arguments that the example gives, the others being defaults.
    value : callable
        The outputs of the forward function somewhere, None where they are not finite.
    layout : callable
        The shapes of its variables somewhere, in the order in which they are made.
    judged : callable
        Those of the leaves, when the example was judged, by which there is a derivative.
    """
    yield Point("the example", "example", values)
    rng = np.random.default_rng(231)
    for number in range(2):
        drawn = redrawn(values, leaves, rng, judged())
        if value(drawn) is not None:
            yield Point("other values" if number == 0 else "more values", "values", drawn)
    yield from negative(values, leaves, given, value, judged())
    yield from resized(values, given, value, layout, judged(), rng)
    yield from renumbered(values, given, value)


def put(values: Mapping[str, Any], argument: str, path: Path, new: Any) -> dict[str, Any]:
    """Return the values with something else in one place."""
    root = duplicate(values[argument])
    return {**values, argument: replaced(root, path, new)}


def at(values: Mapping[str, Any], argument: str, path: Path) -> Any:
    """Return what lies in one place."""
    return Leaf(argument, path).of(values)


def redrawn(
    values: dict[str, Any], leaves: Sequence[Leaf], rng: np.random.Generator, judged: Sequence[Leaf]
) -> dict[str, Any]:
    """Return the values with other numbers of the same kind; labels by which there is no derivative stay labels."""
    found = values
    for leaf in leaves:
        x = leaf.of(values)
        new = rng.permutation(x) if leaf not in judged and are_labels(x) else alike(x, None, rng)
        found = put(found, leaf.argument, leaf.path, new)
    return found


def are_labels(x: Any) -> bool:
    """Return whether the entries of an array say which of two or three kinds something is of: 0 or 1, -1 or 1."""
    kinds = set(np.unique(x)) if isinstance(x, np.ndarray) and x.size > 2 else set()
    return len(kinds) > 1 and kinds <= {-1.0, 0.0, 1.0}


def alike(x: Any, shape: tuple[int, ...] | None, rng: np.random.Generator) -> Any:
    """Return other numbers of the kind of x: positive if they are, probabilities if they are,
    in their range and size.
    """
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


def negative(
    values: dict[str, Any],
    leaves: Sequence[Leaf],
    given: Sequence[str],
    value: Callable[[Mapping[str, Any]], Any],
    judged: Sequence[Leaf],
) -> Iterator[Point]:
    """Yield points at which what is positive in the example is negative; a setting such as the width of a Huber loss, a
    number by which there is no derivative, stays positive.
    """
    for leaf in leaves:
        x = leaf.of(values)
        if leaf not in judged and not isinstance(x, np.ndarray):
            continue
        if leaf.argument in given and np.size(x) and np.all(np.asarray(x) >= 0) and np.any(x):
            signs = np.where(np.arange(np.size(x)).reshape(np.shape(x)) % 2, 1.0, -1.0)
            flipped = x * signs if isinstance(x, np.ndarray) else -x
            found = put(values, leaf.argument, leaf.path, flipped)
            if value(found) is not None:
                yield Point(f"negative {leaf.label}", "negative", found)


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


def resized(
    values: dict[str, Any],
    given: Sequence[str],
    value: Callable[[Mapping[str, Any]], Any],
    layout: Callable[[Mapping[str, Any]], Mapping[Any, tuple[int, ...]]],
    judged: Sequence[Leaf],
    rng: np.random.Generator,
) -> Iterator[Point]:
    """Yield points of other sizes: axes of one size change together, with the whole numbers that equal them."""
    places = [
        (n, p, leaf) for n, v in values.items() if n != "self" for p, leaf in leaves_within(v)
    ]
    arrays = [(n, p, leaf) for n, p, leaf in places if isinstance(leaf, np.ndarray)]
    ints = [
        (n, p, leaf)
        for n, p, leaf in places
        if isinstance(leaf, (int, np.integer)) and not isinstance(leaf, bool) and n in given
    ]
    sizes = sorted({d for _, _, a in arrays for d in a.shape if d > 1}, reverse=True)
    axes = [((n, p, k),) for n, p, a in arrays for k, d in enumerate(a.shape) if d > 1]
    groups = [
        tuple((n, p, k) for n, p, a in arrays for k, d in enumerate(a.shape) if d == size)
        for size in sizes
    ]
    count, shapes = 0, layout(values)
    for group in [*groups, *axes]:
        if count == SIZES:
            return
        for change in (1, -1, 2):
            n0, p0, k0 = group[0]
            old = at(values, n0, p0).shape[k0]
            if old + change < 1 or old + change == 1 and group not in groups:
                continue  # an axis of size 1 fits beside others of any size by accident
            found = values
            for n, p, a in arrays:
                own = [k for m, q, k in group if (m, q) == (n, p)]
                if own:
                    shape = tuple(d + change * (k in own) for k, d in enumerate(a.shape))
                    kept = are_labels(a) and all((n, p) != (j.argument, j.path) for j in judged)
                    found = put(found, n, p, stretched(a, shape, kept, rng))
            with_ints = found
            for n, p, v in ints:
                if v == old:
                    with_ints = put(with_ints, n, p, type(v)(v + change))
            fitting = (v for v in (found, with_ints) if depends(v, group, value))
            chosen = next((v for v in fitting if is_scaled(shapes, layout(v))), None)
            if chosen is not None:
                count += 1
                yield Point(f"size {old + change} in place of {old}", "size", chosen)
                break


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


def depends(
    values: dict[str, Any],
    group: Sequence[tuple[str, Path, int]],
    value: Callable[[Mapping[str, Any]], Any],
) -> bool:
    """Return whether the function has values here, and reads what was added:
    not if it takes `p[0]` and `p[1]` alone.
    """
    here = value(values)
    if here is None:
        return False
    for name, path, axis in group:
        array = at(values, name, path)
        if is_float(array):
            other = array.copy()
            np.moveaxis(other, axis, 0)[-1] *= 1.25
            there = value(put(values, name, path, other))
            if there is not None and unmoved(here, there):
                return False
    return True


def unmoved(here: Sequence[Any], there: Sequence[Any]) -> bool:
    """Return whether two tuples of outputs are the same."""
    return all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))


def stretched(a: Any, shape: tuple[int, ...], kept: bool, rng: np.random.Generator) -> Any:
    """Return an array of another shape with entries of the same kind, or with those that it has."""
    if is_float(a) and not kept:
        return alike(a, shape, rng)
    return rng.choice(a.ravel(), shape) if a.size else np.zeros(shape, a.dtype)


def renumbered(
    values: dict[str, Any], given: Sequence[str], value: Callable[[Mapping[str, Any]], Any]
) -> Iterator[Point]:
    """Yield points at which a whole number or a switch among the arguments is another."""
    count = 0
    for name, whole in values.items():
        if name == "self" or name not in given:
            continue
        for path, leaf in walk(whole):
            if isinstance(leaf, (bool, np.bool_)):
                others: list[Any] = [not leaf]
            elif isinstance(leaf, (int, np.integer)):
                others = [0, other_number(int(leaf), values)] if leaf else [1]
            else:
                continue
            for other in others:
                found = put(values, name, path, type(leaf)(other))
                if count < INTS and value(found) is not None:
                    count += 1
                    yield Point(f"{Leaf(name, path).label} = {other}", "number", found)


def other_number(number: int, values: Mapping[str, Any]) -> int:
    """Return another whole number: one more, or where sizes are multiples of it, as of groups, the nearest of those
    that divide them, too.
    """
    leaves = [leaf for whole in values.values() for _, leaf in walk(whole)]
    sizes = [d for a in leaves if isinstance(a, np.ndarray) for d in a.shape]
    common = math.gcd(*(d for d in sizes if number > 1 and d % number == 0 and d > number))
    divisors = [k for k in range(1, common + 1) if common % k == 0 and k != number]
    return min(divisors, key=lambda k: (k == 1, abs(k - number), -k), default=number + 1)

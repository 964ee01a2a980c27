"""Numbers without a gradient. In: the trials of a check. Out: notes on what would have one: integers, what
objects hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np

from codegen import pytree, syntax
from codegen.check import outputs
from codegen.check.arguments import names
from codegen.check.bench import Bench
from codegen.check.variations import DIRECT

PASSIVE = 40
LITTLE = 1e-4


def dropped(bench: Bench, held: Sequence[pytree.Path]) -> None:
    """Find the numbers and arrays that were left out because nothing depends on them, and something does."""
    counted = {place for one in bench.pair.arguments for place in one.places}
    known = [array for place in counted for array in pytree.arrays(pytree.get(bench.call, place))]
    for path in bench.some(held, PASSIVE):
        value = pytree.get(bench.call, path)
        under_two_names = pytree.is_among(value, known)
        if not under_two_names and not any(path[: len(place)] == place for place in counted):
            size = np.max(np.abs(value), initial=0.0) or 1.0
            if is_smooth(bench, path, value, LITTLE * size):
                bench.failures.append(
                    f"{bench.named(path)} is left out, and what {bench.pair.name('function')} gives depends on it"
                )


def integers(bench: Bench) -> None:
    """Note the integers that would have a gradient if they were floats, also beside floats in containers."""
    counted = {place[:DIRECT] for one in bench.pair.arguments for place in one.places}
    whole = [
        (path, leaf)
        for path, leaf in pytree.deep_leaves(bench.call)
        if type(leaf) is int
        and (
            len(path) == DIRECT
            or path[:DIRECT] in counted
            or pytree.has_fields(pytree.get(bench.call, path[:-1]))
        )
    ]
    for path, leaf in islice(whole, PASSIVE):
        if is_smooth(bench, path, leaf):
            name = bench.named(path)
            bench.notes.append(
                f"{name} is an integer and left out; as a float it would have a gradient"
            )


def objects(bench: Bench) -> None:
    """Note the objects and options that hold what would have gradients, and are left out."""
    taken = {syntax.first_name(argument.name) for argument in bench.pair.arguments}
    for path, name in sorted(names(bench.pair.function, bench.call).items(), key=str):
        value = pytree.get(bench.call, path)
        if name in taken or not name.isidentifier() or pytree.is_dataclass(value):
            continue
        owners = {name: value}
        if isinstance(value, list | tuple):
            owners = {f"{name}[{k}]": item for k, item in enumerate(value)}
        floats = [
            f"{owner}.{k}"
            for owner, one in owners.items()
            if pytree.has_fields(one) and not pytree.is_dataclass(one)
            for k, v in pytree.vars_of(one).items()
            if pytree.is_float(v)
        ]
        if isinstance(value, dict):
            keys = [(*path, k) for k, v in value.items() if isinstance(v, float)]
            floats = [
                bench.named(key)
                for key in keys
                if is_smooth(bench, key, pytree.get(bench.call, key))
            ]
        if floats:
            named = ", ".join(floats[:3]) + (", …" if len(floats) > 3 else "")
            are = "are" if len(floats) > 1 else "is"
            bench.notes.append(
                f'{named} {are} left out; wrt="{name}" would count what {name} holds'
            )


def is_smooth(bench: Bench, path: pytree.Path, value: Any, step: float = 0.25) -> bool:
    """Return whether the function takes a float in the place of an integer, and what it gives moves with it."""
    try:
        calls = [pytree.replaced(bench.call, path, value + h) for h in (0.0, step, 2 * step)]
        at = [number(bench, call) for call in calls]
    except Exception:  # noqa: BLE001 - a size, an index: no float can stand there
        return False
    first, second = at[1] - at[0], at[2] - at[1]
    return bool(np.isfinite(first) and first != 0 and abs(second - first) < abs(first))


def number(bench: Bench, call: pytree.Call) -> float:
    """Return one number that depends on all that the function gives at a call."""
    found = outputs.vector(bench.base.caller.run(bench.pair.function, call))
    return float(np.cos(np.arange(found.size)) @ found)

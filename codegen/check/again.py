"""A second call. In: the trials of a check. Out: what is wrong where a function is called with what its first call has
left in its arguments.

An optimizer finds the running values of the step before, which its first step did not have.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codegen.check import promises
from codegen.check.bench import Bench
from codegen.check.trial import Trial
from codegen.check.unlike import holders
from codegen.process import staying
from codegen.pytree import Call, Path, duplicate, has_attributes, vars_of
from codegen.tables import grouped


def called_again(bench: Bench) -> None:
    """Try the second call of a function that changes its arguments; a module may refuse what the first has put."""
    left = duplicate(bench.call)
    try:
        with staying():
            bench.base.caller.on(bench.pair.function, left)
    except Exception:  # noqa: BLE001 - what the function raises says nothing against the pair
        return
    if not promises.changed(bench.call, left) or shared(left) != shared(bench.call):
        return  # of one object under two names nothing is promised
    trial = bench.lightly(left, "called again")
    if not isinstance(trial, Trial):
        return
    if not trial.failures:
        bench.right(trial)  # what it finds in its arguments may lead it to sides of its own
        return
    bench.unrecorded.append(left)  # a run on it may show what the first call did not
    found = dict(filled(left, bench))
    bench.guards |= found
    if not found:
        bench.settle(trial)


def filled(left: Call, bench: Bench) -> Iterator[tuple[str, str]]:
    """Yield tests for what a call has put where there was nothing, or a list for an array, with what to say."""
    before = dict(holders(bench.call))
    for path, held in holders(left):
        old, name = before.get(path), bench.named(path)
        if isinstance(held, dict) and isinstance(old, dict):
            for key in [k for k in held if k not in old]:
                yield f"{key!r} in {name}", f"{name} had no {key!r}"
        elif isinstance(held, list) and isinstance(old, list) and held and not old:
            yield f"len({name}) > 0", f"{name} was empty"
        elif has_attributes(held) and has_attributes(old):
            for key, value in vars_of(held).items():
                if value is not None and vars_of(old).get(key) is None:
                    test = (
                        f"{name}.{key}"
                        if key in vars_of(old)
                        else f'getattr({name}, "{key}", None)'
                    )
                    yield f"{test} is not None", f"{name}.{key} was not there"
                elif isinstance(value, list | tuple) and isinstance(
                    vars_of(old).get(key), np.ndarray
                ):
                    kind = type(value).__name__
                    yield f"isinstance({name}.{key}, {kind})", f"{name}.{key} was an array"


def shared(call: Call) -> set[frozenset[Path]]:
    """Return the places of a call that hold one and the same thing."""
    places = grouped((id(held), path) for path, held in holders(call))
    return {found for paths in places.values() if len(found := frozenset(paths)) > 1}

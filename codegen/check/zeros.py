"""Zeros. In: a pair, an example. Out: the arguments whose zero makes a gradient NaN where the function has a value.

A root has an infinite slope at zero, and zero times that is NaN: `np.sqrt(p * q)` has a slope of 0 along `q` where `p`
is 0, and none along `p`. No formula is right for all such points, so that a note names them. Where the function is
smooth all the same, as `1 / (1 + (k / x) ** 2)` is, the module raises.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codegen.check import outputs, promises
from codegen.check.bench import Bench
from codegen.errors import listed
from codegen.pytree import Call, replaced, replaced_each
from codegen.records import dataclass

FEW = 8  # slopes are enough
MOST = 12  # arguments that are tried one by one


@dataclass(frozen=True)
class Zero:
    """A call with zeros: where they are, in words, and for one argument what a guard asks, and what was so instead."""

    where: str
    call: Call
    label: str = ""
    asked: str = ""
    said: str = ""


def zeros_noted(bench: Bench) -> None:
    """Note which zeros make a gradient NaN, or refuse them where the function has slopes."""
    known = undefined(bench.base.call, bench)
    for one in calls(bench):
        new = {name: None for name in undefined(one.call, bench) if name not in known}
        if not new or is_refused(one.label, bench):
            continue
        if one.asked and is_smooth(one.call, one.where, bench):
            bench.guards[one.asked] = one.said
            continue
        known |= new
        bench.notes.append(
            f"where {one.where}, {listed([*new])} {'are' if new.keys() - {[*new][0]} else 'is'} NaN: "
            "an infinite slope meets 0 there"
        )


def is_refused(label: str, bench: Bench) -> bool:
    own = (f"{label} held no ", f"{label} was ")
    texts = [said for said in bench.guards.values() if label and any(t in said for t in own)]
    return any(said.removesuffix(".0").endswith(" 0") for said in texts)


def is_smooth(call: Call, where: str, bench: Bench) -> bool:
    """Return whether the function has all slopes at a call, and gradients that are none."""
    trial = bench.lightly(call, where, FEW)
    if isinstance(trial, str) or not trial.is_endless():
        return False
    return not any(judged.kinks or judged.unknown for judged in trial.judged.values())


def calls(bench: Bench) -> Iterator[Zero]:
    """Yield calls with zeros in the place of each number, of an array and of its first entry, and of all."""
    call = bench.base.call
    leaves = [one for one in bench.pair.leaves(call) if np.size(one[2])]
    for place, label, leaf in bench.some(leaves, MOST):
        asked = f"np.any({label} == 0)" if np.ndim(leaf) else f"{label} == 0"
        asked = "" if "[" in label else asked  # what has a key may be missing in another call
        if np.size(leaf) > 1:
            first = np.array(leaf)
            first[(0,) * first.ndim] = 0
            with_one, said = replaced(call, place, first), f"{label} held no 0"
            yield Zero(f"{label} holds a 0", with_one, label, asked, said)
        whole = "" if np.ndim(leaf) else asked  # of an array it says nothing about the others
        zero = replaced(call, place, leaf * 0)
        yield Zero(f"{label} is 0", zero, label, whole, f"{label} was not 0")
    nothing = replaced_each(call, [(place, leaf * 0) for place, _, leaf in leaves])
    if len(leaves) > 1:
        yield Zero(f"{listed([label for _, label, _ in leaves])} are 0", nothing)


def undefined(call: Call, bench: Bench) -> dict[str, None]:
    caller = bench.base.caller
    try:
        want = caller.run(bench.pair.function, call)
        if not outputs.is_finite(outputs.vector(want)):
            return {}
        found = bench.pair.gradients(caller, call, outputs.upstream(want))
        grads = promises.as_tuple(found, bench.pair.arguments)
    except Exception:  # noqa: BLE001 - what raises is not silently wrong
        return {}
    pairs = zip(bench.pair.arguments, grads, strict=False)
    return {f"d{one.name}": None for one, grad in pairs if np.isnan(outputs.vector(grad)).any()}

"""Zeros. In: a pair, an example. Out: the arguments whose zero makes a gradient NaN where the function has a value.

A root has an infinite slope at zero, and zero times that is NaN: `np.sqrt(p * q)` has a slope of 0 along `q` where `p`
is 0, and none along `p`. No formula is right for all such points, so that a note names them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codegen.check import outputs, promises
from codegen.check.bench import Bench
from codegen.errors import listed
from codegen.pytree import Call, replaced, replaced_each

MOST = 12  # arguments that are tried one by one


class Zeros:
    """Calls a pair where arguments are zero."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def noted(self) -> None:
        """Note which zeros make a gradient NaN."""
        known = self.undefined(self.bench.base.call)
        for where, call in self.calls():
            new = {name: None for name in self.undefined(call) if name not in known}
            if new:
                known |= new
                self.bench.notes.append(
                    f"where {where}, {listed([*new])} {'are' if new.keys() - {[*new][0]} else 'is'} NaN: "
                    "an infinite slope meets 0 there"
                )

    def calls(self) -> Iterator[tuple[str, Call]]:
        """Yield calls with zeros in the place of each number, of an array and of its first entry, and of all."""
        call = self.bench.base.call
        leaves = [one for one in self.bench.pair.leaves(call) if np.size(one[2])]
        for place, label, leaf in self.bench.some(leaves, MOST):
            if np.size(leaf) > 1:
                first = np.array(leaf)
                first[(0,) * first.ndim] = 0
                yield f"{label} holds a 0", replaced(call, place, first)
            yield f"{label} is 0", replaced(call, place, leaf * 0)
        nothing = replaced_each(call, [(place, leaf * 0) for place, _, leaf in leaves])
        if len(leaves) > 1:
            yield f"{listed([label for _, label, _ in leaves])} are 0", nothing

    def undefined(self, call: Call) -> dict[str, None]:
        """Return the gradients that hold NaN at a call at which the function has a finite value."""
        bench, caller = self.bench, self.bench.base.caller
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

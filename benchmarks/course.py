"""Layers of the course against passes written by hand: lines back (aim: 1.15 times) and time (aim: 1.2 times)."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import codegen
from benchmarks.timing import in_turns
from tests.test_golden import COURSE, code_lines, course_layer

ROWS = 128


def both(
    forward: Callable[..., Any], backward: Callable[..., Any], args: tuple[Any, ...]
) -> Callable[[], Any]:
    """Return a function that runs a pair once; what counts as output stands before the cache."""
    *outs, _ = forward(*copy.deepcopy(args))
    outs = list(outs[0]) if isinstance(outs[0], tuple) else outs
    douts = tuple(np.ones_like(out) if np.ndim(out) else 1.0 for out in outs)
    dout = douts if len(douts) > 1 else douts[0]

    def once() -> Any:
        *_, cache = forward(*args)
        return backward(dout, cache)

    return once


def measure(golden: Path | None) -> Iterator[str]:
    """Yield a line per layer; each file `course_*.py` among the golden cases is one."""
    for name in COURSE:
        forward, example, hand, text = course_layer(name)
        args = hand.inputs(np.random.default_rng(231).standard_normal, ROWS)
        module = codegen.generate(forward, *example)
        back = forward.__name__.replace("forward", "backward")
        lines = len(code_lines(module.source, back)) / len(code_lines(text, back))
        pairs = {
            "generated": both(module.forward, module.backward, copy.deepcopy(args)),
            "by hand": both(forward, getattr(hand, back), copy.deepcopy(args)),
        }
        best = in_turns(pairs)
        ratio = best["generated"] / best["by hand"]
        yield f"{name:<21} {lines:5.2f} times the lines, {ratio:5.2f} times the time, {1e6 * best['generated']:9.1f} us"

"""A pair whose function changes what it is given: another forward pass comes between its two halves."""

from __future__ import annotations

import numpy as np

from codegen.check import check

SOURCE = """
def count_forward(x, state):
    state["t"] += 1
    out = x * state["t"]
    cache = (KEPT,)
    return out, cache


def count_backward(dout, cache):
    (state,) = cache
    return state["t"] * dout
"""


def count(x, state):
    state["t"] += 1
    return x * state["t"]


def judged(kept):
    source = SOURCE.replace("KEPT", kept)
    space = {}
    exec(source, space)  # noqa: S102  # a pair written above
    pair = space["count_forward"], space["count_backward"]
    return check(count, *pair, (np.array([1.0, 2.0]), {"t": 0}), wrt=["x"], source=source)


def test_a_cache_that_the_next_call_changes_is_found():
    report = judged("state")
    assert not report.ok
    words = "count_backward gives other gradients once count_forward was called again"
    assert any(words in text for text in report.failures), report


def test_a_cache_that_keeps_what_was_read_is_right():
    assert judged("state.copy()").verdict == "right"

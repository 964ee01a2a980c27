"""Dicts of a state with an integer that counts: it is no part of the gradient, wherever the dict is made anew."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(641)


def states(x, n):
    kept = [{"x": x, "v": np.zeros_like(x), "t": 0}]
    for _ in range(n):
        s = kept[-1]
        v = s["v"] - 0.1 * s["x"]
        kept.append({"x": s["x"] + 0.1 * v, "v": v, "t": s["t"] + 1})
    return kept[-1]["x"] * kept[-1]["t"] + kept[0]["v"]


case(states, (r(4), 3), other=[(r(2), 1), (r(2), 0)])


def made_anew(x, n):
    s = {"x": x, "t": 0}
    for _ in range(n):
        s = {"x": s["x"] * 2 + s["t"], "t": s["t"] + 1}
    return s["x"]


case(made_anew, (r(4), 3), other=[(r(2), 1), (r(2), 0)])


def a_sum_that_starts_with_a_whole_number(x, n):
    s = {"x": x, "v": 0, "t": 0}
    for _ in range(n):
        s = {"x": s["x"] * 2 + s["v"], "v": s["v"] * 0.9 + x[0], "t": s["t"] + 1}
    return s["x"]


case(a_sum_that_starts_with_a_whole_number, (r(4), 1), other=[(r(2), 3)])


def changed_in_place(x, n):
    s = {"x": x, "v": 0, "t": 0}
    for _ in range(n):
        s["v"] = s["v"] * 0.9 + s["x"][0]
        s["x"] = s["x"] * s["v"]
        s["t"] += 1
        if s["t"] > 1:
            s["x"] = s["x"] + s["t"]
    return s["x"]


case(changed_in_place, (r(4), 2), other=[(r(2), 3), (r(2), 1)])


def taken_over(x, n, options):
    s = dict(options, x=x)
    for _ in range(n):
        s = {**s, "x": s["x"] * s["rate"] + s["t"], "t": s["t"] + 1}
    return s["x"]


case(
    taken_over,
    (r(4), 3, {"t": 0, "rate": 0.5}),
    other=[(r(2), 1, {"t": 2, "rate": 0.7}), (r(2), 0, {"t": 1, "rate": 0.7})],
)

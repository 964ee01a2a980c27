"""Lists in dicts that `+=` makes longer: where every key is written out each is a list of its own, others are refused."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(351)


def all_at_once(xs):
    d = {"l": []}
    d["l"] += xs
    return sum(d["l"]) * d["l"][0]


def behind_a_number(xs):
    d = {"l": [1.0]}
    d["l"] += [x * x for x in xs]
    return d["l"][1] * sum(d["l"])


for function in (all_at_once, behind_a_number):
    case(function, ([0.3, 0.5],), other=[([0.9, 0.1],), ([0.2, 0.3, 0.4],)])


def in_each_trip(x, n):
    d = {"h": []}
    for _ in range(n):
        x = np.tanh(x)
        d["h"] += [x]
    return sum(h.sum() for h in d["h"]) * d["h"][0]


case(in_each_trip, (r(2), 2), other=[(r(3), 4)])


def at_a_computed_place(xs):
    g = [[], []]
    for i, x in enumerate(xs):
        g[i % 2] += [x * x]
    return sum(g[0]) * sum(g[1])


case(at_a_computed_place, ([0.3, 0.5],), refused="g[i % 2] becomes longer in place")


def of_the_caller(d, xs):
    d["l"] += xs
    return sum(d["l"]) * d["l"][0]


case(of_the_caller, ({"l": [1.0]}, [0.3, 0.5]), refused='d["l"] becomes longer in place')


def under_a_second_name(xs):
    d = {"l": []}
    ys = d["l"]
    d["l"] += xs
    return sum(ys) * ys[0]


case(under_a_second_name, ([0.3, 0.5],), refused="another name shows the same list")


def longer_while_gone_through(d, xs):
    """Where both are one list, the function has no end: the check must not wait for it."""
    for x in xs:
        d["l"].append(x)
    return sum(d["l"]) * d["l"][0]


case(longer_while_gone_through, ({"l": [1.0]}, [0.3, 0.5]), other=[({"l": [0.5]}, [0.9, 0.1])])


def left_out_list(x, W, seen=None):
    if seen is None:
        seen = []
    s = 0.0
    for t in range(x.shape[0]):
        seen.append(x[t] @ W)
        s = s + np.sum(np.tanh(np.stack(seen)) * x[t])
    return s


case(left_out_list, (r(3, 2), r(2, 2)), other=[(r(2, 3), r(3, 3)), (r(1, 2), r(2, 2))])


def left_out_keys_and_values(x, Wk, Wv, cache=None):
    if cache is None:
        cache = {"k": [], "v": []}
    out = []
    for t in range(x.shape[0]):
        cache["k"].append(x[t] @ Wk)
        cache["v"].append(x[t] @ Wv)
        scores = np.stack(cache["k"]) @ x[t]
        p = np.exp(scores - scores.max())
        out.append((p / p.sum()) @ np.stack(cache["v"]))
    return np.stack(out)


case(
    left_out_keys_and_values,
    (r(3, 2), r(2, 2), r(2, 2)),
    other=[(r(4, 3), r(3, 3), r(3, 3)), (r(1, 2), r(2, 2), r(2, 2))],
)

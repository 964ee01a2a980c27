"""Dicts that are made anew under one name, and whose items are replaced before they are read."""

import numpy as np

from tests.cases import case, normal

r = normal(153)


def weights(n, m):
    """Two arrays of different lengths, by name."""
    return {"w": r(n), "b": r(m)}


def made_twice(p, x):
    d = {"w": p["w"], "b": p["b"]}
    d["w"] = x * 2.0
    y = d["w"] * d["b"]
    d = {"w": p["w"], "b": p["b"]}
    return y * x[0] + d["b"]


case(made_twice, (weights(5, 3), r(3)), other=[(weights(2, 4), r(4))])


def made_on_a_side(p, x, n):
    y = x
    if n > 5:
        d = {"w": p["w"], "b": p["b"]}
        d["w"] = np.sin(x)
        y = y + d["w"] * d["b"]
    d = {"w": p["w"], "b": p["b"]}
    d["w"] = x * y
    return d["w"] * d["b"]


case(made_on_a_side, (weights(5, 3), r(3), 2), other=[(weights(2, 4), r(4), 9)])


def replaced_three_times(p, x):
    d = {"w": p["w"], "b": p["b"]}
    for _ in range(3):
        d["b"] = np.tanh(d["b"] + x)
    d["w"] = d["b"] * 2.0
    return np.sum(d["w"] * x)


case(replaced_three_times, (weights(5, 3), r(3)), other=[(weights(2, 4), r(4))])


def made_again_on_a_side(p, x, mode):
    d = {"w": p["w"], "b": p["b"]}
    y = x
    if mode != "test":
        d = {"w": p["w"], "b": p["b"]}
        d["w"] = np.sin(x)
        y = y + d["w"] * d["b"]
    return np.sum(y)


case(
    made_again_on_a_side,
    (weights(5, 3), r(3), "train"),
    other=[(weights(2, 4), r(4), "train"), (weights(2, 4), r(4), "test")],
)


def made_again_in_a_loop(p, x, n):
    y = x
    for _ in range(n):
        d = {"w": p["w"], "b": p["b"]}
        d["w"] = np.sin(y)
        y = y + d["w"] * d["b"]
        d = {"w": y}
    return np.sum(y)


case(
    made_again_in_a_loop,
    (weights(5, 3), r(3), 2),
    other=[(weights(2, 4), r(4), 0), (weights(2, 4), r(4), 3)],
)

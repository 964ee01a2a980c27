"""`d.update(…)` with several items that are made of those of `d`: all is read before anything is set."""

from __future__ import annotations

from tests.cases import case, normal

r = normal(172)


def a(n):
    return {"pos": r(n), "vel": r(n)}


def by_words(s, dt, k):
    for _ in range(k):
        s.update(pos=s["pos"] + dt * s["vel"], vel=s["vel"] - dt * s["pos"])
    return s["pos"], s["vel"]


case(by_words, (a(2), 0.1, 2), other=[(a(3), 0.2, 5), (a(3), 0.2, 0)])


def by_a_display(d, dt, k):
    d = dict(d)
    for _ in range(k):
        d.update({"pos": d["vel"] * dt, "vel": d["pos"]})
    return d["pos"] * d["vel"]


case(by_a_display, (a(2), 0.1, 2), other=[(a(3), 0.2, 5), (a(3), 0.2, 0)])


def of_its_own(d, dt, k):
    e = {"pos": d["pos"] * 2, "vel": d["vel"]}
    if k > 3:
        e.update(pos=e["pos"] + dt * e["vel"], vel=e["vel"] - dt * e["pos"])
    return e["pos"] * e["vel"]


case(of_its_own, (a(2), 0.1, 2), other=[(a(3), 0.2, 5)])


def of_numbers_alone(x, k):
    h = {"a": 2.0, "n": 3}
    if k > 3:
        h.update(n=h["n"] + 1, a=h["a"] * h["n"])
    return x * h["a"] * h["n"]


case(of_numbers_alone, (r(2), 2), other=[(r(3), 5)])

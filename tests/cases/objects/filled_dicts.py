"""Dicts of an object that are empty at first; what helpers and methods that return nothing write."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal

r = normal(526)


class Layer:
    def __init__(self):
        self.params, self.grads, self.x = {"w": r(3, 4)}, {}, r(2, 3)

    def backward(self, g):
        self.grads["w"] = self.x.T @ g
        return g @ self.params["w"].T


case(Layer().backward, (r(2, 4),), name="gradients_are_kept")


class Net:
    def __init__(self):
        self.params, self.cache = {}, {}
        self.params["W1"], self.params["b1"] = r(3, 4), r(4)

    def forward(self, x):
        self.cache["x"] = x
        h = np.tanh(x @ self.params["W1"] + self.params["b1"])
        self.cache["h"] = h
        return h * 2

    def both(self, x, g):
        return self.forward(x) * g + self.cache["h"].sum()


case(Net().forward, (r(2, 3),), name="cache_of_self")
case(Net().both, (r(2, 3), r(2, 4)), name="cache_of_self_is_read")


class Counted:
    def __init__(self):
        self.seen, self.n = {}, {}

    def f(self, x, key):
        self.n[key] = self.n.get(key, 0) + 1
        self.seen[key] = x * 2
        return self.seen[key] * x


case(Counted().f, (r(3), "a"), name="counted_by_key")


def add(f, v):
    f[0] += v


def in_a_helper(f, v):
    add(f, v)


case(in_a_helper, (r(3), 0.5))


def in_a_helper_in_a_loop(f, v):
    for i in range(2):
        add(f, v * i)


case(in_a_helper_in_a_loop, (r(3), 0.5))


class Simulation:
    def __init__(self):
        self.x, self.v, self.a, self.k = r(3), r(3), np.zeros(3), 0.5

    def forces(self):
        self.a = -self.k * self.x

    def move(self, dt):
        self.v = self.v + dt * self.a
        self.x = self.x + dt * self.v

    def step(self, dt):
        self.forces()
        self.move(dt)


case(Simulation().step, (0.1,), name="in_methods_of_its_own")


def left_by_an_error(w, H, g):
    for _ in range(3):
        try:
            w = w - np.linalg.solve(H, g * w)
        except np.linalg.LinAlgError:
            break
    return w


case(left_by_an_error, (r(2), np.eye(2) * 2, r(2)))


class Convolution:
    """Keeps what its own backward pass reads, in lists of one dict that a first call makes."""

    def __init__(self, n, ready=True):
        self.w, self.ready = r(n), ready
        self.kept = {"z": [], "rows": [], "calls": 0}

    def make(self, n):
        self.w, self.ready = np.ones(n), True
        self.kept = {"z": [], "rows": [], "calls": 0}

    def forward(self, x, keep=True):
        if not self.ready:
            self.make(x.shape[1])
        z = x @ self.w
        if keep:
            self.kept["z"].append(z)
            self.kept["rows"].append(z.shape[0])
            self.kept["calls"] += 1
        return np.tanh(z)

    def under_any(self, x):
        if not self.ready:
            self.make(x.shape[1])
        self.kept["z"].append(x @ self.w)
        return x * sum(len(one) for one in self.kept.values() if isinstance(one, list))


_others = [(Convolution(4), r(2, 4)), (Convolution(3), r(5, 3), False)]
case(Convolution.forward, (Convolution(3), r(2, 3)), other=_others, name="lists_that_others_read")
case(
    Convolution.under_any,
    (Convolution(3), r(2, 3)),
    refused="a call that puts a traced value into kept",
)

"""Attributes, fields and items that may be None: weights that a layer has or not, options of a step."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, uniform

u = uniform(457)


@dataclass
class Cfg:
    lr: float = 0.1
    clip: float = None


def step(w, g, cfg):
    if cfg.clip is not None:
        n = np.linalg.norm(g)
        if n > cfg.clip:
            g = g * cfg.clip / n
    return w - cfg.lr * g


case(step, (u(3), u(3), Cfg()), other=[(u(4), u(4), Cfg(0.2))])


class Opt:
    def __init__(self, lr, clip=None):
        self.lr, self.clip = lr, clip

    def step(self, w, g):
        if self.clip is not None:
            g = np.clip(g, -self.clip, self.clip)
        return w - self.lr * g


case(Opt(0.1).step, (u(3), u(3)), other=[(u(4), u(4))], name="opt_none")
case(Opt(0.1, 0.7).step, (u(3), u(3)), other=[(u(4), u(4))], name="opt_clip")


class Dense:
    def __init__(self, i, o, bias=True):
        self.W = u(i, o)
        self.b = u(o) if bias else None

    def __call__(self, x):
        y = x @ self.W
        if self.b is not None:
            y = y + self.b
        return y


case(Dense(3, 2, False).__call__, (u(4, 3),), other=[(u(2, 3),)], name="no_bias")
case(Dense(3, 2).__call__, (u(4, 3),), other=[(u(2, 3),)], name="bias")


def net(layers, x):
    for l in layers:
        x = np.tanh(l(x))
    return x


case(net, ([Dense(3, 4, False), Dense(4, 2)], u(5, 3)), name="bias_and_not")


def kw_items(x, **params):
    for name, p in params.items():
        x = np.tanh(x * p)
    return x


case(kw_items, (u(3),), {"a": u(3), "b": u(3)})


def cross(q, k=None, v=None):
    k = q if k is None else k
    v = k if v is None else v
    return (q @ k.T) @ v


case(cross, (u(3, 2), u(4, 2)), other=[(u(2, 2), u(5, 2))])
case(cross, (u(3, 2), u(4, 2), u(4, 3)), other=[(u(2, 2), u(5, 2), u(5, 4))], name="cross_v")


def dict_none(p, x):
    y = x * p["w"]
    if p.get("b") is not None:
        y = y + p["b"]
    return y


case(
    dict_none,
    ({"w": u(3), "b": u(3)}, u(3)),
    other=[({"w": u(4), "b": None}, u(4)), ({"w": u(4)}, u(4))],
)


class Controller:
    def __init__(self, gain, limits):
        self.gain, self.limits = gain, limits

    def __call__(self, error):
        low, high = self.limits
        v = self.gain * error
        if high is not None and v > high:
            return high
        if low is not None and v < low:
            return low
        return v


case(
    Controller.__call__,
    (Controller(1.0, (None, 5.0)), 1.0),
    other=[(Controller(1.5, (None, 0.5)), 1.0)],
    name="limits_of_a_pair",
)

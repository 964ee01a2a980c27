"""Objects and their attributes, in the many forms that Python has for it."""

import collections
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(138), uniform(139)


class Cfg(NamedTuple):
    lr: float
    decay: float


def with_cfg(x, cfg):
    return x * cfg.lr - cfg.decay * x**2


case(with_cfg, (r(3), Cfg(0.1, 0.2)), other=[(r(2), Cfg(0.3, 0.1))])


@dataclass
class P:
    w: np.ndarray
    b: float


def with_dc(x, p):
    return x @ p.w + p.b


case(with_dc, (r(2, 3), P(r(3), 0.5)), other=[(r(4, 2), P(r(2), 0.1))], wrt=["x"])


class Net:
    def __init__(self):
        self.W = r(3, 2)
        self.b = r(2)

    def forward(self, x):
        return np.tanh(x @ self.W + self.b).sum()


net = Net()


case(net.forward, (r(4, 3),), other=[(r(2, 3),)], name="method")


Point = collections.namedtuple("Point", "x y")


def namedtuple_arg(p):
    return p.x**2 * p.y


case(namedtuple_arg, (Point(1.5, 2.5),), other=[(Point(0.5, -1.0),)])


R = (r(4), r(4))


O = [(r(6), r(6)), (r(2), r(2))]


def getattr_(x, w):
    return (x * w).sum()


case(getattr_, R, other=O)


class Anything:
    """Whatever it is asked for, it has."""

    def __init__(self):
        self.w = np.array([0.5, 1.5, 2.5])

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return 2.0


def of_an_object_that_has_anything(o, x):
    return o.w * x * o.factor


case(of_an_object_that_has_anything, (Anything(), np.array([1.0, 2.0, 3.0])))

"""Objects whose class says by `__slots__` which attributes they have."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, normal

r = normal(743)


class Dense:
    __slots__ = ("W", "b", "x", "count")

    def __init__(self, n=3, m=2):
        self.W = r(n, m)
        self.b = r(m)
        self.count = 0

    def forward(self, x):
        self.x = x
        self.count += 1
        return np.tanh(x @ self.W + self.b)


case(Dense.forward, (Dense(), r(4, 3)), other=[(Dense(2, 4), r(5, 2))], name="dense_with_slots")


class Net:
    __slots__ = ["layers", "scale"]

    def __init__(self):
        self.layers = [Dense(3, 4), Dense(4, 2)]
        self.scale = 1.5

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x * self.scale


case(Net.__call__, (Net(), r(4, 3)), other=[(Net(), r(2, 3))], name="net_with_slots")


class Named:
    __slots__ = ("a",)


class Weighted(Named):
    __slots__ = "b"

    def __init__(self):
        self.a = 1.5
        self.b = r(3)

    def value(self, x):
        return self.a * np.sum(self.b * x)


case(Weighted.value, (Weighted(), r(3)), other=[(Weighted(), r(3))], name="slots_of_the_base")


@dataclass(slots=True)
class Part:
    k: float
    w: np.ndarray


def value_of_a_part(part, x):
    return part.k * np.sum(part.w * x)


case(value_of_a_part, (Part(0.5, r(3)), r(3)), other=[(Part(1.5, r(4)), r(4))])


class Vec:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


def energy_of_a_flight(x, dt, n):
    p, v = Vec(x[0], x[1]), Vec(x[2], 1.0)
    for _ in range(n):
        p = p + v * dt
        v = Vec(v.x - p.x * dt, v.y - p.y * dt)
    return p.dot(p) + v.dot(v)


case(energy_of_a_flight, (r(3), 0.1, 3), other=[(r(3), 0.2, 1), (r(3), 0.3, 0)])

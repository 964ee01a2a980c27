"""Classes of numbers whose operators take plain numbers too, from both sides."""

from __future__ import annotations

import math

import numpy as np

from tests.cases import case, normal

r = normal(529)


class Dual:
    def __init__(self, v, d=0.0):
        self.v, self.d = v, d

    def __add__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v + o.v, self.d + o.d)

    __radd__ = __add__

    def __mul__(self, o):
        o = o if isinstance(o, Dual) else Dual(o)
        return Dual(self.v * o.v, self.v * o.d + self.d * o.v)

    __rmul__ = __mul__


def from_the_left(x):
    a = Dual(x, 1.0)
    return (3.0 * a).v


case(from_the_left, (1.5,), other=[(-0.5,)])


def from_the_right(x):
    a = Dual(x, 1.0)
    return (a * 3.0).v


case(from_the_right, (1.5,), other=[(-0.5,)])


def squared(x):
    a = Dual(x, 1.0)
    return (a * a).d


case(squared, (1.5,), other=[(-0.5,)])


def polynomial(x):
    a = Dual(x, 1.0)
    y = 3.0 * a * a + 2.0 + a
    return y.v * y.d


case(polynomial, (1.5,), other=[(-0.5,)])


class Asked:
    def __init__(self, v):
        self.v = v

    def __mul__(self, o):
        if not isinstance(o, Asked):
            o = Asked(o)
        return Asked(self.v * o.v)

    __rmul__ = __mul__


def asked_by_not(x):
    a = Asked(x)
    return (3.0 * a * a).v


case(asked_by_not, (1.5,), other=[(-0.5,)])


class Vector:
    def __init__(self, x, y, z):
        self.x, self.y, self.z = x, y, z

    def __sub__(self, o):
        return Vector(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k, self.z * k)

    __rmul__ = __mul__

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def unit(self):
        return self * (1.0 / math.sqrt(self.dot(self)))


def reflected(a, b, c):
    d = Vector(a, b, c)
    n = Vector(0.0, 1.0, 0.5).unit()
    out = d - 2 * d.dot(n) * n
    return out.x * out.y + out.z


case(reflected, (1.0, 2.0, 3.0))


class Polynomial:
    def __init__(self, c):
        self.c = np.asarray(c)

    def __call__(self, x):
        return sum(c * x**i for i, c in enumerate(self.c))

    def __add__(self, o):
        return Polynomial(self.c + o.c)

    def __rmul__(self, k):
        return Polynomial(k * self.c)


def combined(c, x):
    return (2.0 * Polynomial(c) + Polynomial(c * c))(x)


case(combined, (r(3), 0.7), other=[(r(4), 0.3)])

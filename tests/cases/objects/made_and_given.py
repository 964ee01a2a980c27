"""Operators of objects that are made in the function and of those it is given, as in well known classes."""

from __future__ import annotations

import numpy as np

from tests.cases import case, normal, raises

r = normal(613)


class Quaternion:
    def __init__(self, *args):
        self.q = np.asarray(args[0] if len(args) == 1 else args, dtype=float)

    def __mul__(self, other):
        if isinstance(other, self.__class__):
            return self.__class__(self.matrix() @ other.q)
        return self * self.__class__(other)

    def __abs__(self):
        return np.sqrt(np.dot(self.q, self.q))

    def matrix(self):
        a, b, c, d = self.q
        return np.array([[a, -b, -c, -d], [b, a, -d, c], [c, d, a, -b], [d, -c, b, a]])

    @property
    def inverse(self):
        square = np.dot(self.q, self.q)
        if square > 0:
            return self.__class__(np.hstack((self.q[0], -self.q[1:])) / square)
        raise ZeroDivisionError("zero has no inverse")


class Other(Quaternion):
    pass


def product_of_given(a, b):
    return (a * b).q


case(
    product_of_given,
    (Quaternion(r(4)), Quaternion(r(4))),
    wrt=("a.q", "b.q"),
    guarded=[raises("was a Quaternion", Quaternion(r(4)), Other(r(4)))],
)


def turned_back(a, b):
    return abs(Quaternion(a).inverse * Quaternion(b)) + b[0]


case(turned_back, (r(4), r(4)))


class Value:
    def __init__(self, data, children=()):
        self.data, self.grad = data, 0.0
        self.prev = set(children)

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other))


def graph_of_values(a, b):
    x, y = Value(a), Value(b)
    return (x * y * 2.0 * x).data


case(graph_of_values, (0.3, 0.4))


class Ellipsoid:
    models = {"sphere": (6.0, 6.0), "earth": (6.378, 6.357)}

    def __init__(self, a, b, name=""):
        self.a, self.b, self.name = a, b, name
        self.flat = (a - b) / a

    @classmethod
    def named(cls, name):
        return cls(*cls.models[name], name=name)


def radius(lat, ell=None):
    if ell is None:
        ell = Ellipsoid.named("earth")
    return ell.a / np.sqrt(1 - ell.flat * np.sin(lat) ** 2)


def height(lat, alt, ell=None, deg=True):
    if deg:
        lat = np.radians(lat)
    if ell is None:
        ell = Ellipsoid.named("earth")
    return (radius(lat, ell) * (ell.b / ell.a) ** 2 + alt) * np.sin(lat)


sphere = Ellipsoid.named("sphere")
case(radius, (0.7,), other=[(0.3, sphere)])
case(height, (40.0, 1.5), other=[(0.3, 0.2, sphere, False), (12.0, 0.4, sphere)])

"""Operators of small classes that ask whether the other side is one of their own."""

import numpy as np

from tests.cases import case, raises


class V2:

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return V2(self.data + (other.data if isinstance(other, V2) else other))

    def __mul__(self, other):
        return V2(self.data * (other.data if isinstance(other, V2) else other))

    def times(self, other):
        return V2(self.data * (other.data if isinstance(other, V2) else other))


def two(x1, w1, x2, w2):
    n = V2(x1) * V2(w1) + V2(x2) * V2(w2)
    return n.data


case(two, (2.0, 0.5, -3.0, 1.0), other=[(1.0, 0.2, 0.3, -1.0)])


def three(x1, w1, x2):
    n = V2(x1) * V2(w1) + V2(x2)
    return n.data


case(three, (2.0, 0.5, -3.0))


def two_named(x1, w1, x2, w2):
    a = V2(x1) * V2(w1)
    b = V2(x2) * V2(w2)
    n = a + b
    return n.data


case(two_named, (2.0, 0.5, -3.0, 1.0))


def two_called(x1, w1, x2, w2):
    a = V2(x1).times(V2(w1))
    b = V2(x2).times(V2(w2))
    return a.data + b.data


case(two_called, (2.0, 0.5, -3.0, 1.0))


class P:

    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        return P(self.data + other.data)

    def __mul__(self, other):
        return P(self.data * other.data)


def plain_two(x1, w1, x2, w2):
    n = P(x1) * P(w1) + P(x2) * P(w2)
    return n.data


case(plain_two, (2.0, 0.5, -3.0, 1.0), other=[(1.0, 0.2, 0.3, -1.0)])


def both(x1, w1, x2, b):
    n = V2(x1) + V2(x2)
    m = n + b
    return m.data


case(both, (2.0, 0.5, -3.0, 1.0))


def both_mul(x1, w1, x2, w2, b):
    n = V2(x1) * V2(w1) + V2(x2) * V2(w2) + b
    return n.data


case(both_mul, (2.0, 0.5, -3.0, 1.0, 0.3))


class V3(V2):

    def tanh(self):
        return V3(np.tanh(self.data))


def tanh_(x1):
    return V3(x1).tanh().data


case(tanh_, (0.3,))


def scaled(x, s):
    n = V2(x).times(s)
    return n.data * 2


case(scaled, (2.0, 0.5), other=[(1.0, 0.2)], guarded=[raises("this was a number", 2.0, V2(1.5))])


class Pair:
    """What Python asks of an object by itself."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __sub__(self, other):
        return Pair(self.x - other.x, self.y - other.y)

    def __iter__(self):
        yield self.x
        yield self.y

    def __float__(self):
        return float(self.x)

    def __lt__(self, other):
        return self.x < other.x


def asked_by_python(a, b):
    x, y = a
    if a > b:
        x = y * x
    return x * float(b) + sum(v * v for v in b)


case(asked_by_python, (Pair(1.0, 2.0), Pair(0.3, 0.1)), other=[(Pair(0.1, 2.0), Pair(0.3, 0.1))])


def unpacked_difference(a, b):
    x, y = a - b
    return x * y


case(unpacked_difference, (Pair(1.0, 2.0), Pair(0.3, 0.1)), refused="the object pair is unpacked")


def scaled(self, other):
    return self.w * other


class Renamed:
    """Operators that are functions of other names."""

    def __init__(self, w):
        self.w = w

    __mul__ = scaled
    __eq__ = lambda self, other: other == "a"  # noqa: E731


def operators_of_other_names(x, v):
    if v == "a":
        return v * x
    return x


case(
    operators_of_other_names,
    (np.array([0.5, -0.3]), Renamed(2.0)),
    other=[(np.array([0.5, 1.3, 0.2]), Renamed(3.0))],
)


class Turn:
    """Makes its factors of all items of an array."""

    def __init__(self, w=1.0, x=0.0, y=0.0):
        self.w, self.x, self.y = w, x, y

    def __mul__(self, other):
        if isinstance(other, Turn):
            return Turn(self.w * other.w - self.x * other.x, self.w * other.x, self.y * other.y)
        return Turn(self.w * other, self.x * other, self.y * other)

    @classmethod
    def about(cls, axis, angle):
        return cls(np.cos(angle / 2), *(np.sin(angle / 2) * axis))

    def applied(self, v):
        r = self * Turn(0.3, *v) * 2.0
        return r.w * r.x + r.y


def turned_about(axis, angle, v):
    return Turn.about(axis, angle).applied(v)


case(
    turned_about,
    (np.array([0.3, 0.7]), 0.4, np.array([1.1, -0.2])),
    other=[(np.array([-0.3, 0.2]), 1.4, np.array([0.1, 0.6]))],
)


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __iter__(self):
        yield self.x
        yield self.y


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __iter__(self):
        return iter((self.x, self.y))


def iterated_where_made(a, b):
    v = Vector(a * b, b)
    p = Point(b, a - b)
    x, y = v
    total = x * y + sum(p)
    for part in v:
        total = total * part
    return np.array(list(p)) * total * np.hypot(*p)


case(iterated_where_made, (1.0, 2.0), other=[(0.3, 0.4)])

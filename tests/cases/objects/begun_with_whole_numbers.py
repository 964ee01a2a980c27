"""Objects that begin with whole numbers, as `V(0, 0)`, and hold floats later; dataclasses made of arrays by a star."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case


class V:
    """A vector in the plane."""

    def __init__(self, x=0, y=0):
        self.x, self.y = x, y

    def __add__(self, other):
        return V(self.x + other.x, self.y + other.y)

    def square(self):
        return self.x**2 + 3 * self.y**2


@dataclass
class Q:
    """A complex number as a record."""

    w: float = 1
    x: float = 0

    @classmethod
    def of_angle(cls, angle):
        return cls(np.cos(angle), np.sin(angle))

    def __mul__(self, other):
        return Q(
            self.w * other.w - self.x * other.x,
            self.w * other.x + self.x * other.w,
        )

    def conjugate(self):
        return Q(self.w, -self.x)

    def turned(self, v):
        q = self * Q(0, v) * self.conjugate()
        return np.array([q.w, q.x])


def total(xs):
    t = V()
    for x in xs:
        t = t + V(x, 2 * x)
    return t.square()


def on_a_side(xs):
    t = V(1, 0)
    if xs[0] > 0:
        t = V(xs[0], xs[1])
    return t.square() * xs[1]


def summed(xs):
    return sum((V(x, 1) for x in xs), V()).square()


def best_of(xs):
    best = V()
    for x in xs:
        c = V(x, x * 2)
        if c.square() > best.square():
            best = c
    return best.x * 2


def spun(angle, v, n):
    q = Q.of_angle(angle)
    r = Q()
    for _ in range(n):
        r = q * r
    return r.turned(v)


def of_items(v):
    return (Q(*v) * Q(0.5, 0.2)).x


def of_rows(vs):
    return sum((Q(*v) * Q(*v)).w for v in vs)


def of_words(parts):
    return (Q(**parts) * Q(0.5, 0.2)).x


XS = [0.5, 1.5, 0.7]
for function in (total, on_a_side, summed, best_of):
    case(function, (XS,), other=[([0.3, 0.2],), ([-0.3, 0.2, 1.0, 2.0],)])
case(spun, (0.3, 0.5, 3), other=[(0.4, 0.7, 2)])
case(of_items, (np.array([1.0, 2.0]),), other=[(np.array([3.0, 2.0]),)])
case(of_rows, (np.array([[1.0, 2.0], [0.5, 0.3]]),), other=[(np.array([[3.0, 2.0]]),)])
case(of_words, ({"w": 1.0, "x": 2.0},), other=[({"w": 3.0, "x": 2.0},)])

"""Objects that `+=` and its like change in place: the method returns the object whose method it is."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.cases import case


class Vector:
    def __init__(self, a: Any, b: Any) -> None:
        self.a, self.b = a, b

    def __iadd__(self, other: Any) -> Any:
        self.a += other.a
        self.b += other.b
        return self

    def norm(self) -> Any:
        return self.a**2 + self.b**2


class Unlike(Vector):
    """Another object stands where the first one stood."""

    def __iadd__(self, other: Any) -> Any:
        return Unlike(self.a + other.a, self.b * other.b)


class Early(Vector):
    def __iadd__(self, other: Any) -> Any:
        if other.a == 0:
            return self
        self.a += other.a
        self.b -= other.b
        return self


class Weights:
    def __init__(self, w: Any) -> None:
        self.w = w

    def __imul__(self, k: Any) -> Any:
        self.w = self.w * k
        return self

    def __matmul__(self, x: Any) -> Any:
        return self.w @ x


class Total:
    """Holds an object that is made of constants."""

    def __init__(self) -> None:
        self.total = Vector(0.0, 0.0)
        self.n = 0

    def add(self, x: Any) -> None:
        self.total += Vector(x, 3 * x)
        self.n += 1


def once(x):
    t = Vector(0.0, 0.0)
    t += Vector(x, 2 * x)
    return t.a * t.b


case(once, (1.5,), other=[(-2.0,)])


def in_a_loop(x, y):
    t = Vector(0.0, 0.0)
    for i in range(3):
        t += Vector(x * i, 2 * y)
    return t.norm()


case(in_a_loop, (1.5, 2.0), other=[(2.0, 0.3)])


def by_two_names(x):
    t = Vector(0.0, 1.0)
    u = t
    t += Vector(x, x)
    return u.norm() * t.a


case(by_two_names, (1.5,), other=[(-2.0,)])


def another_object(x):
    t = Unlike(0.0, 1.0)
    u = t
    t += Unlike(x, x)
    return u.b * t.norm()


case(another_object, (1.5,), other=[(-2.0,)])


def on_one_side(x):
    t = Vector(0.0, 1.0)
    if x > 1:
        t += Vector(x, x)
    return t.norm() * x


case(on_one_side, (1.5,), other=[(0.3,)])


def returned_early(x):
    t = Early(0.0, x)
    t += Early(x, 2 * x)
    t += Early(0, 2 * x)
    return t.norm()


case(returned_early, (1.5,), other=[(-2.0,)])


def scaled(w, x, k):
    m = Weights(w)
    m *= k
    m *= np.sum(x)
    return m @ x


case(scaled, (np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0, 0.5]), 2.0))


def changed_by(t, x):
    t += Vector(x, x)
    return x * 2


def in_a_helper(x):
    t = Vector(x, 1.0)
    y = changed_by(t, x)
    return t.norm() * y


case(in_a_helper, (1.5,), other=[(-2.0,)])


def in_an_attribute(x, y):
    a = Total()
    for k in range(3):
        a.add(x * k)
    a.add(y)
    return a.total.norm() / a.n


case(in_an_attribute, (1.5, 2.0), other=[(-2.0, 0.3)])


def in_attributes_of_two(x, y):
    m, n = Total(), Total()
    m.add(x)
    n.add(y)
    m.add(y * x)
    n.total += m.total
    return m.total.a * n.total.norm()


case(in_attributes_of_two, (1.5, 2.0), other=[(-2.0, 0.3)])

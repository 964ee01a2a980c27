"""Properties and second names of objects that `+=` changes in place, and notes that an object keeps in its dicts."""

from collections import namedtuple

import numpy as np

from tests.cases import case


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __iadd__(self, other):
        self.x += other.x
        self.y += other.y
        return self

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def grow(self, t):
        self.x += t


class Body:
    def __init__(self, a=0.1):
        self._pos, self.vel = Vector(a, 0.2), Vector(0.3, 0.4)
        self._a, self.s = np.array([a, 0.2]), 0.7
        self.notes, self.seen, self.counts = {}, [], {"k": 1}

    @property
    def pos(self):
        return self._pos

    @pos.setter
    def pos(self, value):
        self._pos = value

    @property
    def a(self):
        return self._a

    @a.setter
    def a(self, value):
        self._a = value

    def moved(self, t):
        self.pos += self.vel * t
        return self.pos.x**2 + self.pos.y

    def move(self, t):
        self.pos += self.vel * t

    def moved_thrice(self, t):
        for _ in range(3):
            self.pos += self.vel * t
        return self.pos.x

    def moved_perhaps(self, t):
        if t > 0.1:
            self.pos += self.vel
        return self.pos.x * t

    def array_in_place(self, t):
        held = self._a
        self.a += t
        return np.sum(held * self.s)

    def second_name(self, t):
        p = self._pos
        p += self.vel * t
        return p.x * self._pos.y

    def read_by_a_second_name(self, t):
        self._pos.grow(t)
        p = self._pos
        return p.x * p.y

    def put_back(self, t):
        self._pos.grow(t)
        self._pos = self._pos
        return self._pos.x

    def noted(self, t):
        self.notes["mode"] = "on"
        self.counts["k"] += 1
        return self.s * t * self.counts["k"]

    def noted_in_a_chain(self, t):
        self.notes["a"] = self.notes["b"] = 3
        return self.s * t * self.notes["b"]

    def noted_on_a_side(self, t):
        if t > 0.1:
            self.notes["large"] = True
        return self.s * t

    def seen_first(self, t):
        self.seen.extend([1, 2])
        self.seen[0] = 7
        return self.s * t * len(self.seen)

    def noted_late(self, t):
        v = 0
        for _ in range(3):
            self.notes["v"] = v
            v = v + t
        return self.s * self.notes["v"]


for one in (
    Body.moved,
    Body.move,
    Body.moved_thrice,
    Body.moved_perhaps,
    Body.array_in_place,
    Body.second_name,
    Body.read_by_a_second_name,
    Body.put_back,
    Body.noted,
    Body.noted_in_a_chain,
    Body.noted_on_a_side,
    Body.seen_first,
    Body.noted_late,
):
    case(one, (Body(), 0.3), other=[(Body(0.5), 0.2), (Body(), 0.05)])


def all_moved(bodies, t):
    for body in bodies:
        body.pos += body.vel * t
    return bodies[0].pos.x * bodies[1].pos.y


case(all_moved, ([Body(), Body(0.4)], 0.3), other=[([Body(0.5), Body()], 0.2)])

Ray = namedtuple("Ray", "start along length")


def unpacked_tuple(ray, t):
    start, along, length = ray
    point = start + along * t
    return point.dot(along) * length


def ray(a):
    return Ray(Vector(a, 0.2), Vector(0.3, 0.4), 0.5)


case(unpacked_tuple, (ray(0.1), 0.3), wrt=["ray[0].x", "ray[1].y", "t"], other=[(ray(0.6), 0.7)])

"""Callable objects that are passed: the check lets none of its own functions stand for them."""

import collections

import numpy as np

from tests.cases import case, normal, raises

r = normal(1111)


class Activation:
    def __call__(self, z):
        return self.bend(z)

    def bend(self, z):
        return np.tanh(z)


def activated(x, act):
    return act(x * 2)


case(activated, (r(3), Activation()), other=[(r(4), Activation())])


class Shape:
    def __init__(self, distance):
        self.distance = distance

    def __call__(self, p):
        return self.distance(p).reshape((-1, 1))

    def __or__(self, other):
        return Shape(lambda p: np.minimum(self.distance(p), other.distance(p)))


def circle(radius):
    def distance(p):
        return np.linalg.norm(p, axis=1) - radius

    return Shape(distance)


def moved(shape, by):
    def distance(p):
        return shape.distance(p - by)

    return Shape(distance)


def two_circles(p, radius, by):
    return (circle(radius) | moved(circle(2 * radius), by))(p)


case(two_circles, (r(4, 2), 0.5, r(2)), other=[(r(3, 2), 0.1, r(2))])


class Disc:
    def __init__(self, r):
        self.r = r

    def area(self):
        return np.pi * self.r**2


class Square:
    def __init__(self, r):
        self.r = r

    def area(self):
        return self.r**2


def class_as_argument(x, kind):
    return kind(x[0]).area() * x[1]


case(
    class_as_argument,
    (r(3), Disc),
    other=[(r(2), Disc)],
    guarded=[raises("kind was Disc", r(3), Square)],
)


def class_in_a_table(x, kinds):
    return kinds["area"](x[0]).area() * x[1]


case(
    class_in_a_table,
    (r(3), {"area": Disc}),
    guarded=[raises('kinds["area"] was Disc', r(3), {"area": Square})],
)


def cast_as_argument(x, cast):
    return cast(x[0]) * x[1]


case(cast_as_argument, (r(3), float), guarded=[raises("cast was float", r(3), int)])


def fill_first(buffer, v):
    buffer[0] = v


def fill_second(buffer, v):
    buffer[1] = v


def filled_by(x, fill):
    buffer = np.zeros(3)
    fill(buffer, x[0] * 2)
    return buffer * x


case(
    filled_by,
    (r(3), fill_first),
    guarded=[raises("fill was fill_first", r(3), fill_second)],
)


def counted_by(x, fn):
    return fn(x) * x


case(counted_by, (r(3), len), other=[(r(4), len)], guarded=[raises("fn was len", r(3), sum)])

Point = collections.namedtuple("Point", "x y")


def product_of_points(p):
    return p[0] * p[1] if isinstance(p, Point) else p[0] + p[1]


case(product_of_points, (Point(1.5, 2.0),))

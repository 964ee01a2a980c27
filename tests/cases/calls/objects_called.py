"""Callable objects that are passed: the check lets none of its own functions stand for them."""

import numpy as np

from tests.cases import case, normal

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

"""Local names of attributes whose arrays are changed in place, under one name or the other."""

import copy

import numpy as np

from tests.cases import case, normal

r = normal(731)


class Body:
    def __init__(self):
        self.place = r(3)
        self.speed = r(3)

    def step(self):
        self.place += 0.1 * self.speed


def moved(body):
    place = body.place
    body.place += 0.1 * body.speed
    return place * body.place


case(moved, (Body(),), other=[(Body(),)])


def scaled_by_the_attribute(body):
    place = body.place
    body.place *= body.speed
    return place


case(scaled_by_the_attribute, (Body(),), other=[(Body(),)])


def scaled_by_the_name(body):
    place = body.place
    place *= body.speed
    return body.place * place


case(scaled_by_the_name, (Body(),), other=[(Body(),)])


def moved_by_a_method(body):
    place = body.place
    body.step()
    return place * body.place


case(moved_by_a_method, (Body(),), other=[(Body(),)])


def moved_twice(body):
    before = body.place.copy()
    place = body.place
    for _ in range(2):
        body.place += 0.1 * body.speed * place
    return place * before


case(moved_twice, (Body(),), other=[(Body(),)])


class Pair:
    def __init__(self):
        self.one, self.two = Body(), Body()


def inner_attribute(pair):
    place = pair.one.place
    pair.one.place += pair.two.place
    return place * pair.two.place


case(inner_attribute, (Pair(),), other=[(copy.deepcopy(Pair()),)])


def repeated(x, n):
    if n == 1:
        return x
    return np.repeat(x, n, axis=1)


class Cached:
    def __init__(self):
        self.W, self.kept, self.n = r(3, 3), np.zeros((4, 3)), 2

    def call(self, x, place):
        rows = len(x)
        self.kept[place : place + rows] = x @ self.W
        return repeated(self.kept[: place + rows], self.n) * 2.0


case(Cached().call, (r(2, 3), 1), other=[(r(1, 3), 0)], name="helper_of_a_buffer")

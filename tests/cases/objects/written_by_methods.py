"""Attributes that a method, or the setter of a property, writes; read afterwards by a method or a property."""

import numpy as np

from tests.cases import case


class Gauge:
    def __init__(self, v):
        self.v = v

    def scale(self, x):
        self.v = self.v * x

    def scale_twice(self, x):
        self.scale(x)
        self.scale(x + 1)

    def square(self):
        return self.v**2

    @property
    def double(self):
        return self.v * 2


class Limited:
    def __init__(self, v):
        self._v = v

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, value):
        self._v = np.clip(value, -10, 10)


def scaled_then_squared(gauge, x):
    gauge.scale(x)
    return gauge.square()


case(scaled_then_squared, (Gauge(2.0), 0.5), other=[(Gauge(-1.0), 3.0)])


def scaled_then_doubled(gauge, x):
    gauge.scale_twice(x)
    return gauge.double + gauge.v


case(scaled_then_doubled, (Gauge(2.0), 0.5), other=[(Gauge(-1.0), 3.0)])


def written_here_then_doubled(gauge, x):
    gauge.v = x * gauge.v
    return gauge.double


case(written_here_then_doubled, (Gauge(2.0), 0.5), other=[(Gauge(-1.0), 3.0)])


def in_a_loop(gauge, xs):
    total = 0.0
    for x in xs:
        total = total + gauge.square()
        gauge.scale(x)
    return total * gauge.double


case(in_a_loop, (Gauge(2.0), [0.5, 0.3]), other=[(Gauge(-1.0), [3.0]), (Gauge(1.5), [])])


def by_a_setter(limited, x):
    limited.v = x * limited.v
    return limited.v**2


case(by_a_setter, (Limited(2.0), 0.5), other=[(Limited(-4.0), 3.0)])


def by_a_setter_of_what_is_made(x):
    limited = Limited(x)
    limited.v = x * 3
    limited.v += 1.0
    return limited.v * limited._v


case(by_a_setter_of_what_is_made, (0.5,), other=[(30.0,)])


class Body:
    """What it is made of is kept in a dict, by words that its methods are given."""

    def __init__(self, **values):
        self._values = dict(values)

    def get(self, word):
        return self._values[word]

    def set(self, word, value):
        self._values[word] = value

    def __getitem__(self, word):
        return self._values[word]

    def scale(self, s):
        for word in self._values:
            self._values[word] = self._values[word] * s


def moved_by_words(body, force, dt):
    body.set("vel", body.get("vel") + dt * force / body.get("mass"))
    body.set("pos", body.get("pos") + dt * body.get("vel"))
    return body.get("pos") * force


case(
    moved_by_words,
    (Body(pos=0.1, vel=0.2, mass=1.5), 0.3, 0.1),
    other=[(Body(pos=-0.1, vel=1.2, mass=0.5), 1.3, 0.2)],
)


def written_then_asked(body, force):
    body._values["vel"] = body.get("vel") * force
    return body.get("vel") + body._values["pos"]


case(written_then_asked, (Body(pos=0.1, vel=0.2), 0.3), other=[(Body(pos=1.1, vel=-0.2), 0.7)])


def scaled_by_a_method(body, s):
    body.scale(s)
    return body["pos"] * body["vel"]


case(scaled_by_a_method, (Body(pos=0.1, vel=0.2), 0.3), other=[(Body(pos=1.1, vel=-0.2), 0.7)])

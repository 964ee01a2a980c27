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

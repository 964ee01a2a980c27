"""A property that keeps what it gave once is refused where what it is made of has a gradient; a plain one is followed."""

from dataclasses import dataclass
from functools import cached_property

from tests.cases import case


@dataclass
class Kept:
    e: float
    w: float

    @cached_property
    def inertia(self):
        return self.w**3 / 12

    def deflection(self, load):
        return load / (self.e * self.inertia)


@dataclass
class Beam:
    e: float
    w: float

    @property
    def inertia(self):
        return self.w**3 / 12

    def deflection(self, load):
        return load / (self.e * self.inertia)


def of_kept(beam, load):
    return beam.deflection(load)


def of_list(beams):
    total = 0.0
    for beam in beams:
        total = total + beam.inertia
    return total


def of_kept_inside(e, w, load):
    beam = Kept(e, w)
    return beam.deflection(load) * beam.inertia


def of_beam(beam, load):
    return beam.deflection(load)


def of_beam_inside(e, w, load):
    beam = Beam(e, w)
    return beam.deflection(load) * beam.inertia


KEEPS = "inertia is a cached_property, which stays as it is when what it is made of changes"
case(of_kept, (Kept(1.0, 2.0), 1.5), refused=f"self.{KEEPS}")
case(of_list, ([Kept(1.0, 2.0), Kept(2.0, 3.0)],), refused=f"beams[0].{KEEPS}")
case(of_kept_inside, (1.0, 2.0, 1.5), refused=f"beam.{KEEPS}")
case(of_beam, (Beam(1.0, 2.0), 1.5), other=[(Beam(2.0, 1.5), 0.7)])
case(of_beam_inside, (1.0, 2.0, 1.5), other=[(2.0, 1.5, 0.7)])


class Doubled:
    def __init__(self, w, b):
        self._w, self.b = w, b

    @property
    def w(self):
        return self._w * 2

    def parts(self):
        return [self.b, self._w]

    def total(self, x):
        b, w = self.parts()
        return x * self.w + self.parts()[0] * b * w


case(Doubled.total, (Doubled(2.0, 1.0), 0.7), other=[(Doubled(0.3, 0.2), 0.4)])

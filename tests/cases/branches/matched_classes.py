"""Match statements that ask for the class of something, and look at its attributes by their names."""

from typing import NamedTuple

from tests.cases import case, normal, raises

r = normal(135)


class Scaled(NamedTuple):
    values: object
    factor: float


class Disc:
    def __init__(self, radius):
        self.radius = radius


class Ring:
    def __init__(self, radius, width):
        self.radius, self.width = radius, width


def scaled(p):
    match p:
        case Scaled(values=v, factor=f):
            return f * v


case(scaled, (Scaled(r(3), 2.0),), other=[(Scaled(r(4), 0.5),)])


def area(x, shape):
    match shape:
        case Ring(radius=a, width=w):
            return x * a * w
        case Disc(radius=a):
            return x * x * a
    return x


case(
    area,
    (r(3), Disc(2.0)),
    wrt=("x",),
    other=[(r(4), Disc(3.0))],
    guarded=[raises("not recorded", r(3), Ring(2.0, 1.0))],
)


def in_order(p):
    match p:
        case Scaled(v, f):
            return f * v


case(in_order, (Scaled(r(3), 2.0),), other=[(Scaled(r(4), 0.5),)])


def of_a_kind(x, size):
    match size:
        case float(k) | int(k):
            return x * k
        case Ring(k, w):
            return x * k + w
    return x


def of_one_kind(x, size):
    match size:
        case int(k):
            return x * k
        case float(k):
            return x * k**2
    return x


case(of_a_kind, (r(3), 2.0), refused="a match statement around traced values is not supported")
case(of_one_kind, (r(3), 2.0), other=[(r(4), 0.5)])

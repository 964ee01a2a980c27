"""Lists of dataclasses: read by place, longer ones, one that stands twice."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, normal

r = normal(98)


@dataclass
class Part:
    w: float


def first_two(parts, x):
    return parts[0].w * parts[1].w * np.sum(x)


class Whole:
    def __init__(self, parts):
        self.parts = parts

    def weigh(self, x):
        total = 0.0
        for part in self.parts:
            total = total + part.w * np.sum(x)
        return total


TWICE = Part(2.0)
case(first_two, ([Part(0.5), Part(2.0)], r(3)), other=[([Part(-1.0), Part(0.3)], r(4))])
case(first_two, ([TWICE, TWICE], r(3)), refused="stands twice in parts", name="one_twice")
case(
    Whole([TWICE, TWICE]).weigh,
    (r(3),),
    refused="stands twice in self.parts",
    name="one_twice_held",
)

"""Classes that a function defines for itself: nothing of them is left where their methods are written out."""

import numpy as np

from tests.cases import case, normal

r = normal(341)


def of_a_class_inside(x):
    class Squares:
        factor = 2.0

        def __init__(self, v):
            self.v = v

        def total(self):
            return np.sum(self.v * self.v) * self.factor

    return Squares(x).total()


case(of_a_class_inside, (r(3),), other=[(r(5),)])


def set_in_a_class_inside(x, y):
    class Held:
        """What holds a number."""

        def __init__(this, v):
            this._v = v

        @property
        def v(this):
            return this._v * 2

        @v.setter
        def v(this, n):
            this._v = n * n

    held = Held(x)
    held.v = y * 3
    return held.v + x


case(set_in_a_class_inside, (r(3), r(3)), other=[(r(2), r(2))])


def twice_in_a_class_inside(x, y):
    class Point:
        def __init__(self, a, b):
            self.a, self.b = a, b

        def plus(self, other):
            return Point(self.a + other.a, self.b * other.b)

    p = Point(x, y).plus(Point(y, x))
    return p.a * p.b


case(twice_in_a_class_inside, (r(3), r(3)), other=[(r(2), r(2))])

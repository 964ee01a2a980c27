"""Objects and arrays that a call is given beside another call, which changes them: whoever was given them sees it."""

import numpy as np

from tests.cases import case


class Level:
    """A level with a setter that works out what depends on it."""

    def __init__(self, y=None, twice=None):
        if y is not None:
            self._y = y
            self.refresh()
        elif twice is not None:
            self.twice = twice + 1.0
        else:
            raise ValueError("one of both must be given")

    def refresh(self):
        self.z = self._y * 2

    @property
    def y(self):
        return self._y

    @y.setter
    def y(self, value):
        self._y = value
        self.refresh()

    @property
    def twice(self):
        return self._y

    @twice.setter
    def twice(self, value):
        def error(x):
            self._y = x
            self.refresh()
            return self.z - value

        self.y = step(error, 2.0)

    def raised(self, x):
        self._y = self._y * x
        return self._y

    def times(self, other, v):
        return other._y * v + self._y


def step(f, x):
    return f(x) * x


def of_object(level, v):
    return level._y * v


def of_value(y, v):
    return y * v


def object_then_call(x):
    level = Level(x)

    def scaled(t):
        level._y = t * level._y
        return level._y * 2

    return of_object(level, scaled(x))


def attribute_then_call(x):
    level = Level(x)

    def scaled(t):
        level._y = t * level._y
        return level._y * 2

    return of_value(level._y, scaled(x))


def in_a_sum(level, x):
    def scaled(t):
        level._y = t * level._y
        return level._y * 2

    return of_object(level, scaled(x) + scaled(2 * x))


def among_items(x):
    level = Level(x)

    def scaled(t):
        level._y = t * level._y
        return level._y * 2

    return [level._y, scaled(x), level._y][0] + of_object(level, scaled(x)) * level._y


def array_then_call(x):
    a = np.array([x, 2 * x])

    def first(t):
        a[0] = t * 3
        return a[1] * 2

    return np.sum(of_value(a, first(x)))


def method_then_method(level, x):
    return level.times(level, level.raised(x))


def given_one_of_two(y):
    level = Level(y)
    return level.z * level.y


def given_the_other(twice):
    return Level(twice=twice).z


for function in (object_then_call, attribute_then_call, among_items, array_then_call):
    case(function, (1.5,), other=[(2.0,)])
for function in (in_a_sum, method_then_method):
    case(function, (Level(2.0), 1.5), other=[(Level(3.0), 2.0)])
for function in (given_one_of_two, given_the_other):
    case(function, (1.5,), other=[(2.0,)])

"""Methods of objects made in the function that a test calls: in loops, in short circuits, in choices, as properties."""

import math

from tests.cases import case, raises


class Car:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def jump(self):
        self.x *= 2.0
        return self.x

    def distance(self, to):
        return math.hypot(self.x - to, 1.0)

    def is_far(self, to):
        return self.distance(to) > 1.5

    @property
    def reach(self):
        return self.x * self.v


class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __add__(self, other):
        return Pair(self.a + other.a, self.b + other.b)

    def norm(self):
        return math.sqrt(self.a**2 + self.b**2)


def index_ahead(car, course):
    """As a controller that follows a path looks for its target."""
    index = 0
    while 0.1 * car.v + 2.0 > car.distance(course[index]):
        if index + 1 >= len(course):
            break
        index += 1
    return index


COURSE = [0.0, 1.5, 3.0, 4.5, 6.0]


def follows_a_path(x, v, course):
    car = Car(x, v)
    for _ in range(3):
        car.v += 0.1 * course[index_ahead(car, course)]
        car.x += 0.3 * car.v
    return car.x * car.v


case(
    follows_a_path,
    (0.4, 0.5, COURSE),
    other=[(5.9, 0.5, COURSE), (0.4, 9.0, COURSE[:2])],
    wrt=("x", "v"),
)


def property_in_a_while(x, v, n):
    car, k = Car(x, v), 0
    while car.reach < 3 and k < n:
        car.jump()
        k += 1
    return car.x * car.v + k


case(property_in_a_while, (0.4, 0.5, 3), other=[(0.4, 0.5, 0), (5.0, 0.5, 1), (0.1, 0.5, 9)])


def continues_and_ends(x, v, n):
    car, k = Car(x, v), 0
    while k < n and not car.is_far(2.0):
        k += 1
        if k == 1:
            continue
        car.jump()
    else:
        car.jump()
    return car.x * car.v + k


case(continues_and_ends, (0.4, 0.5, 3), other=[(0.4, 0.5, 0), (5.0, 0.5, 1)])


def changes_while_it_is_asked(x, v, n):
    car, k = Car(x, v), 0
    while car.jump() < 3 and k < n:
        k += 1
    return car.x * car.v + k


case(changes_while_it_is_asked, (0.4, 0.5, 3), other=[(0.4, 0.5, 0), (0.9, 0.5, 5)])


def short_circuits(x, v, n):
    car, other = Car(x, v), Car(v, x)
    for i in range(n):
        if car.is_far(i) or other.is_far(i):
            other.jump()
        elif car.distance(0) > 1.2 and i > 0:
            car.jump()
    return car.x * car.v + other.x


case(short_circuits, (0.4, 0.5, 3), other=[(0.4, 0.5, 0), (3.9, 0.5, 5)])


def choices(x, v, which):
    first = Pair(x, v) if which else Pair(v, v)
    last = first + Pair(1.0, 2.0) if x > 1 else first
    k = 2 if Car(x, v).distance(1.0) > 1.1 else 3
    return last.norm() * x * k


case(choices, (0.4, 0.5, True), other=[(0.4, 0.5, False), (5.0, 0.5, True)])


def asked_before_it_is_read(x, v, which):
    car = Car(x, v)
    y = (car.jump() if which else 0.0) + car.x
    return y * car.x


case(asked_before_it_is_read, (0.4, 0.5, 1), other=[(0.4, 0.5, 0)])


def part_that_is_never_asked(x, v, n):
    car = Car(x, v)
    for i in range(n):
        if i < 3 or car.is_far(i):
            car.jump()
    return car.x * car.v


case(
    part_that_is_never_asked,
    (0.4, 0.5, 3),
    guarded=[raises("was not asked when this code was made", 0.4, 0.5, 9)],
)


class Weight:
    def __init__(self, x):
        self.x = x

    def energy(self):
        return self.x * self.x

    def shrink(self, k):
        self.x = self.x * k


def either_is_high(x, y, n):
    """Where only the function does what it is forced to, nothing says that the module is wrong."""
    a, b = Weight(x), Weight(y)
    i = 0
    while i < n and (a.energy() > 1.0 or b.energy() < 3.0):
        j = 0
        while a.energy() < b.energy() and j < 2:
            a.shrink(1.2)
            j += 1
        b.shrink(0.9)
        i += 1
        if i == 2:
            continue
        a.shrink(1.1)
    return a.energy() * b.x


case(
    either_is_high,
    (1.3, 1.2, 4),
    other=[(1.1, 1.4, 2), (1.3, 1.2, 0)],
    guarded=[raises("was not asked", 0.1, 0.2, 2)],
)

"""Objects that go on under another attribute while others take their places, as positions in Verlet's method."""

import numpy as np

from tests.cases import case


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    @property
    def norm(self):
        return np.sqrt(self.dot(self))


class Pose:
    def __init__(self, place, angle):
        self.place, self.angle = place, angle

    def moved(self, k):
        return Pose(self.place * k, self.angle + k)


class Body:
    def __init__(self, a=1.0):
        self.vel, self.best = Vector(0.1, 0.8), Vector(2.0, 0.2 + a)
        self.last = self.pos = Vector(a, 0.3)  # one object
        self.pose, self.old = Pose(Vector(a, 0.5), 0.3), None
        self.parts, self.log, self.mass = [Vector(a, 0.5), Vector(0.3, a)], [], 1.3

    def verlet(self, dt):
        for _ in range(3):
            new = self.pos * 2.0 - self.last - self.pos * (dt * dt * self.mass)
            self.last = self.pos
            self.pos = new
        return self.pos.dot(self.last)

    def at_once(self, dt):
        self.last, self.pos = self.pos, self.pos * 2.0 - self.last + self.vel * dt
        return self.pos.norm

    def exchanged(self, k):
        self.pos, self.vel = self.vel, self.pos
        return self.pos.x * k + self.vel.y * self.mass

    def on_first_use(self, dt):
        self.before = self.pos
        self.move(dt)
        return self.before.dot(self.pos)

    def none_before(self, dt):
        if self.old is None:
            self.old = self.pos
        self.pos = self.pos * 2.0 - self.old + self.vel * dt
        self.older = self.old
        self.old = self.pos
        return self.old.dot(self.older)

    def move(self, dt):
        self.pos = self.pos + self.vel * dt

    def least(self, dt):
        for k in range(4):
            self.move(k - dt)
            if self.pos.norm < self.best.norm:
                self.best = self.pos
        return self.best.x * dt

    def chosen(self, k, is_still):
        self.best = self.pos if is_still else self.vel
        self.pos = self.pos * k
        return self.best.dot(self.pos)

    def inner(self, k):
        self.former = self.pose
        self.pose = self.pose.moved(k)
        return self.former.place.x * self.pose.place.y + self.former.angle * self.pose.angle

    def under_two_names(self, dt):
        self.one = self.other = self.pos
        self.move(dt)
        return self.one.x * self.other.y * self.pos.x

    def in_a_list(self, k):
        self.best = self.parts[0]
        self.parts[0] = self.parts[1] * k
        self.parts[0], self.parts[1] = self.parts[1], self.parts[0]
        return self.parts[0].dot(self.best) + self.parts[1].y

    def steps(self, dt):
        path = []
        for _ in range(3):
            self.move(dt)
            path.append(self.pos)
        return path

    def noted(self, dt):
        self.log.append(self.pos)
        self.move(dt)
        return self.pos.norm

    def noted_and_read(self, dt):
        self.log.append(self.pos)
        self.move(dt)
        return self.log[-1].dot(self.pos)


def apart(a):
    body = Body(a)
    body.last = Vector(0.6, 0.4)
    return body


case(Body.verlet, (Body(), 0.1), other=[(Body(0.6), 0.3)])
case(Body.at_once, (apart(0.7), 0.1), other=[(apart(0.6), 0.3)])
for method in (
    Body.exchanged,
    Body.on_first_use,
    Body.none_before,
    Body.least,
    Body.inner,
    Body.under_two_names,
    Body.in_a_list,
    Body.steps,
    Body.noted,
):
    case(method, (Body(), 0.3), other=[(Body(0.6), 0.2)])
case(Body.chosen, (Body(), 0.3, True), other=[(Body(0.6), 0.2, False)])
case(Body.noted_and_read, (Body(), 0.3), refused="the object self is used as a whole")

"""Objects that the function makes, put into attributes of an object that it is given."""

import numpy as np

from tests.cases import case, normal

r = normal(2026)


class Vector:
    """A vector in the plane."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    __rmul__ = __mul__

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Body:
    """A body that moves around another one."""

    def __init__(self, mass=1.3):
        self.position, self.velocity, self.mass = Vector(1.0, 0.2), Vector(0.1, 0.9), mass
        self.field = Vector(r(3), r(3))

    def pull(self):
        return self.position * (-self.mass / self.position.dot(self.position) ** 1.5)

    def energy_after(self, dt, steps):
        for _ in range(steps):
            self.velocity = self.velocity + dt * self.pull()
            self.position = self.position + dt * self.velocity
        return 0.5 * self.mass * self.velocity.dot(self.velocity)

    def step(self, dt):
        self.velocity += self.pull() * dt
        self.position += self.velocity * dt

    def on_one_side(self, dt):
        if dt > 0.0:
            self.position = self.position + dt * self.velocity
        else:
            self.position = self.position * dt
        return self.position.dot(self.velocity)

    def the_one_before(self, dt, steps):
        before = self.position
        for _ in range(steps):
            before = self.position
            self.position = self.position + self.velocity * dt
        return before.x * self.position.y

    def under_two_names(self, dt):
        both = self.position + self.velocity
        self.position = both
        self.velocity = both
        return self.position.dot(self.velocity) * dt

    def of_arrays(self, k):
        self.field = self.field * k
        return np.sum(self.field.x * self.field.y)

    def returned(self, dt):
        self.position = self.position * dt
        return self.position, dt * self.mass

    def changed_afterwards(self, dt):
        self.position = self.position * dt
        self.position.x = self.position.x + self.velocity.x
        return self.position.dot(self.velocity)


case(Body().energy_after, (0.1, 3), other=[(0.2, 7), (0.2, 0)])
case(Body().step, (0.1,), other=[(-0.3,)])
case(Body().on_one_side, (0.3,), other=[(-0.3,)])
case(Body().the_one_before, (0.1, 3), other=[(0.2, 7), (0.2, 0)])
case(Body().under_two_names, (0.1,))
case(Body().of_arrays, (0.7,))
case(Body().returned, (0.7,))
case(Body().changed_afterwards, (0.7,), other=[(-0.2,)])

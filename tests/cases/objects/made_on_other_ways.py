"""Attributes that a method which only updates its object makes on ways that the example does not take."""

import numpy as np

from tests.cases import case


class Model:
    """Fits in one step, or in several and keeps their errors."""

    def __init__(self, in_steps):
        self.in_steps, self.w = in_steps, 0.1

    def descend(self, x, y):
        self.errors = []
        for _ in range(3):
            self.errors.append(self.w)
            self.w -= 0.1 * (self.w - y) * x

    def fit(self, x, y):
        if self.in_steps:
            self.descend(x, y)
        else:
            self.w = x * y


class Linear(Model):
    """Calls what the class above does."""

    def fit(self, x, y):
        if self.in_steps:
            super().fit(x, y)
        else:
            self.w = x / y


class Control:
    """Notes by how much it was too much."""

    def __init__(self):
        self.out, self.gain = 0.5, 2.0

    def step(self, e, dt):
        if e > 10:
            self.beyond = e - 10
            self.out = 10.0 * dt
        else:
            self.out = self.out + self.gain * e * dt


class Nested:
    """Has a control inside."""

    def __init__(self):
        self.x, self.control = 1.0, Control()

    def go(self, e):
        if e > 3:
            self.control.peak = e * self.x
        self.x *= e


class Trips:
    """Makes an attribute in a loop that may have no trip."""

    def __init__(self):
        self.x = np.ones(2)

    def go(self, e, n):
        for i in range(n):
            self.last = e * i
            self.x = self.x + self.last


case(Model.fit, (Model(False), 1.0, 2.0), name="one_step", other=[(Model(False), 2.0, 3.0)])
case(Model.fit, (Model(True), 1.0, 2.0), name="several_steps", other=[(Model(True), 2.0, 3.0)])
case(
    Linear.fit, (Linear(False), 1.0, 2.0), name="one_step_above", other=[(Linear(False), 2.0, 3.0)]
)
case(Control.step, (Control(), 1.0, 0.1), other=[(Control(), 2.0, 0.3), (Control(), 12.0, 0.3)])
case(Nested.go, (Nested(), 1.0), name="inside", other=[(Nested(), 2.0), (Nested(), 4.0)])
case(Trips.go, (Trips(), np.array([1.5, -0.5]), 3), other=[(Trips(), np.array([1.5, -0.5]), 2)])

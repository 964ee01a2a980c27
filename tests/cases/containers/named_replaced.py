"""Named tuples with some fields replaced, and carried through loops."""

from collections import namedtuple
from typing import NamedTuple

import numpy as np

from tests.cases import case, uniform

u = uniform(437)


Particle = namedtuple("Particle", "pos vel")


def verlet(p, k, dt):
    a = -k * p.pos
    p = p._replace(vel=p.vel + dt * a)
    p = p._replace(pos=p.pos + dt * p.vel)
    return p.pos**2 + p.vel**2


case(verlet, (Particle(1.0, 0.5), 2.0, 0.1), other=[(Particle(0.3, 0.2), 1.0, 0.2)])


def verlet_loop(p, k, dt, n):
    for _ in range(n):
        p = p._replace(vel=p.vel - dt * k * p.pos)
        p = p._replace(pos=p.pos + dt * p.vel)
    return p.pos


case(verlet_loop, (Particle(u(3), u(3)), 2.0, 0.1, 3), other=[(Particle(u(2), u(2)), 1.0, 0.2, 5)])


def carried(p, k, dt, n):
    for _ in range(n):
        p = Particle(p.pos + dt * p.vel, p.vel - dt * k * p.pos)
    return p.pos * p.vel


case(carried, (Particle(u(3), u(3)), 2.0, 0.1, 3), other=[(Particle(u(2), u(2)), 1.0, 0.2, 5)])


def replaced_and_returned(p, x):
    return p._replace(pos=np.sin(p.vel) * x)


case(replaced_and_returned, (Particle(u(3), u(3)), 2.0), other=[(Particle(u(2), u(2)), 1.0)])


class State(NamedTuple):
    """Named tuples with methods, constants and defaults are imported: those without are written out."""

    x: float
    v: float
    t: float = 0.0
    G = 9.81

    def energy(self, k):
        return 0.5 * self.v**2 + 0.5 * k * self.x**2 + self.t

    @property
    def weight(self):
        return self.x * self.G

    @classmethod
    def at(cls, x):
        return cls(x, 2 * x)

    def __add__(self, other):
        return State(self.x + other.x, self.v + other.v)


def leapfrog(s, k, dt, n):
    for _ in range(n):
        v = s.v - 0.5 * dt * k * s.x
        x = s.x + dt * v
        s = s._replace(x=x, v=v - 0.5 * dt * k * x, t=s.t + dt)
    return s.energy(k)


case(
    leapfrog,
    (State(1.0, 0.5), 2.0, 0.1, 3),
    other=[(State(0.3, -0.5, 1.0), 1.0, 0.2, 0), (State(0.3, -0.5), 1.0, 0.2, 1)],
)


def weighed(states, k):
    total = State.at(k)
    for state in states:
        total = total + state
    return total.weight * total.v


case(
    weighed,
    ([State(1.0, 2.0), State(0.3, 0.2)], 0.3),
    other=[([State(0.2, 0.4)], 0.5), ([State(0.2, 0.4)] * 3, 0.5)],
)


def spread_out(y, steps):
    p = Particle(*y)
    for _ in range(steps):
        p = Particle(*[p.pos + 0.1 * p.vel, 0.9 * p.vel - p.pos])
    return p, Particle(*y).vel * p.pos


case(
    spread_out,
    (np.array([1.0, 0.4]), 2),
    other=[(np.array([0.3, -0.5]), 0), (np.array([0.3, 0.5]), 3)],
)

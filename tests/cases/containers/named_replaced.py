"""Named tuples with some fields replaced, and carried through loops."""

from collections import namedtuple

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

"""Objects that a comprehension makes: counted, numbered, and told apart from each other."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(391)


class Body:
    def __init__(self, mass, pos, vel):
        self.mass = mass
        self.pos, self.vel = np.array(pos, float), np.array(vel, float)


def a_number_for_each(p, v):
    bodies = [Body(1.0, pi, vi) for pi, vi in zip(p, v)]
    forces = [np.zeros(2) for _ in bodies]
    for i, a in enumerate(bodies):
        for j, b in enumerate(bodies):
            if i == j:
                continue
            forces[i] += (b.pos - a.pos) * b.mass
    for b, force in zip(bodies, forces):
        b.vel += force
    return np.array([b.vel for b in bodies])


case(
    a_number_for_each,
    (r(2, 2), r(2, 2)),
    other=[(r(2, 2), r(2, 2))],
    guarded=[raises("p had 2 items", r(3, 2), r(3, 2))],
)


def all_others(p, v, masses, steps):
    bodies = [Body(m, pi, vi) for m, pi, vi in zip(masses, p, v)]
    for _ in range(steps):
        for a in bodies:
            for b in bodies:
                if a is not b:
                    a.vel += (b.pos - a.pos) * b.mass * 0.1
        for a in bodies:
            a.pos += a.vel * 0.1
    return np.array([b.pos for b in bodies])


case(
    all_others,
    (r(2, 2), r(2, 2), [1.0, 2.0], 2),
    other=[(r(2, 2), r(2, 2), [1.0, 0.5], 3), (r(2, 2), r(2, 2), [1.0, 0.5], 0)],
)


class Alike(Body):
    def __eq__(self, other):
        return self.mass == other.mass

    __hash__ = None


def told_by_themselves(p, v):
    one, two = Alike(1.0, p[0], v[0]), Alike(1.0, p[1], v[1])
    total = 0.0
    for a in (one, two):
        for b in (one, two):
            if a != b:
                total += a.pos @ b.vel
            if a is b:
                total += a.pos @ a.pos
    return total


case(told_by_themselves, (r(2, 2), r(2, 2)), refused="the object one is compared as a whole")

"""Objects that a function puts at the end of a list in an attribute, itself or by a method, and reads again from there."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(3011)


class Force:
    def __init__(self, k, c):
        self.k, self.c = k, c

    def on(self, x):
        return -self.k * x + self.c

    def push(self, by):
        self.c = self.c + by


class Other(Force):
    def on(self, x):
        return self.k * x**2


class Body:
    def __init__(self, *forces):
        self.forces, self.seen, self.m = list(forces), [], 2.0

    def add(self, force):
        self.forces.append(force)

    def total(self, x):
        s = 0.0
        for force in self.forces:
            s = s + force.on(x)
        return s / self.m

    def gone_over(self, x, k):
        self.forces.append(Force(k, 0.5))
        self.forces.append(Other(2 * k, x))
        return sum(f.on(x) for f in self.forces)

    def by_a_method(self, x, k):
        self.forces = []
        self.add(Force(k, 0.5))
        self.add(Force(x, k))
        return self.total(x)

    def emptied(self, x, k):
        self.forces.clear()
        self.forces.append(Force(k, x))
        first = self.forces[0].on(x)
        self.forces.clear()
        self.forces.append(Force(x, k))
        return first * self.forces[-1].on(k)

    def changed_there(self, x, k):
        self.forces.append(Force(k, x))
        self.forces[-1].push(x)
        self.forces.append(Force(x, k))
        for force in self.forces:
            force.push(k)
        return self.forces[0].c * self.forces[-1].c

    def in_a_loop(self, x, k, n):
        for i in range(n):
            force = Force(k * i, x)
            self.add(force)
            force.push(x)
        return self.total(x)

    def twice(self, x, k):
        force = Force(k, x)
        self.add(force)
        self.add(force)
        self.forces[0].push(x)
        return self.forces[1].c * k

    def on_a_side(self, x, k):
        if x > 1.0:
            self.forces.append(Force(k, x))
        self.forces.append(Force(x, k))
        return self.forces[0].on(x)

    def turned(self, x, k):
        self.forces.append(Force(k, x))
        self.forces.append(Force(x, x))
        self.forces.reverse()
        return self.forces[0].on(x)

    def taken_out(self, x, k):
        self.forces.append(Force(k, x))
        del self.forces[0]
        self.forces.append(Force(x, k))
        return self.forces[0].on(x)

    def also_seen(self, x, k):
        self.forces.append(Force(k, x))
        self.seen = self.forces
        self.seen.append(Force(x, k))
        return self.total(x)

    def longer_in_each_trip(self, x, k, n):
        self.forces.append(Force(k, x))
        s = 0.0
        for i in range(n):
            s += self.forces[-1].on(x)
            self.forces.append(Force(k * i, x))
        return s


spring = Force(0.5, 0.2)

for method in ("gone_over", "by_a_method", "changed_there"):
    case(getattr(Body, method), (Body(), 1.5, 2.0), other=[(Body(), 0.3, -1.0)])
case(
    Body.gone_over,
    (Body(spring), 1.5, 2.0),
    other=[(Body(Force(1.0, 0.3)), 0.3, -1.0)],
    guarded=[raises("list index out of range", Body(), 1.5, 2.0)],
    name="gone_over_more",
)
case(
    Body.gone_over,
    (Body(), 0.5, 2.0),
    guarded=[raises("self.forces had 0 items", Body(spring), 1.5, 2.0)],
    name="gone_over_none",
)
case(Body.emptied, (Body(), 1.5, 2.0), other=[(Body(), 0.3, -1.0)])
case(
    Body.in_a_loop,
    (Body(), 1.5, 2.0, 3),
    other=[(Body(), 0.3, -1.0, 3)],
    guarded=[raises("n was 3", Body(), 0.3, -1.0, 2)],
)
case(Body.twice, (Body(), 1.5, 2.0), other=[(Body(), 0.3, -1.0)])
for method in ("on_a_side", "turned", "taken_out", "also_seen"):
    unknown = r"it is not known which object self.forces[0] is"
    case(getattr(Body, method), (Body(), 1.5, 2.0), refused=unknown)
case(
    Body.longer_in_each_trip,
    (Body(), 1.5, 2.0, 2),
    other=[(Body(), 0.3, -1.0, 2)],
    guarded=[raises("n was 2", Body(), 0.3, -1.0, 3)],
)


class Empty(Body):
    def __init__(self):
        self.forces, self.m = [], 2.0


def made_and_filled(x, ks):
    body = Empty()
    for k in ks:
        body.add(Force(k, 0.1))
    return body.total(x)


case(
    made_and_filled,
    (1.5, [1.0, 2.0]),
    other=[(0.3, [0.5, -1.0])],
    guarded=[raises("ks had 2 items", 1.5, [1.0])],
)


class Attention:
    def __init__(self, d):
        self.W, self.cache = r(d, d), {"k": [], "v": []}

    def step(self, x):
        self.cache["k"].append(x @ self.W)
        self.cache["v"].append(x * 2)
        return np.stack(self.cache["k"]).sum() * self.cache["v"][-1].sum()

    def run(self, xs):
        t = 0.0
        for x in xs:
            t += self.step(x)
        return t


case(
    Attention.run,
    (Attention(2), r(3, 2)),
    other=[(Attention(2), r(2, 2)), (Attention(3), r(1, 3)), (Attention(2), r(0, 2))],
)

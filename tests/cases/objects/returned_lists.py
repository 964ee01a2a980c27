"""Lists and tuples of new objects that helpers return: each object is its attributes in the caller as well."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, normal, raises

r = normal(2718)


class Body:
    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel

    def energy(self):
        return self.vel**2 + self.pos

    def move(self, dt):
        self.pos = self.pos + self.vel * dt


class Heavy(Body):
    def energy(self):
        return 10.0 * self.pos


@dataclass
class Point:
    x: np.ndarray
    v: np.ndarray


def bodies(*numbers):
    return [Body(*numbers[k : k + 2]) for k in range(0, len(numbers), 2)]


def stepped(ps, dt):
    new = []
    for p in ps:
        new.append(Body(p.pos + p.vel * dt, p.vel))
    return new


def turned(ps, dt):
    return [Body(p.pos + p.vel * dt, p.vel * p.pos) for p in ps]


def moved(p, dt):
    return Body(p.pos + p.vel * dt, p.vel)


def twice(a):
    p = Body(a, a * a)
    return [p, p]


example = (bodies(0.1, 0.2, 0.3, 0.4), 0.1)
calls = [(bodies(0.5, 0.7, -0.3, 0.4), 0.2)]
longer = (bodies(0.5, 0.7, -0.3, 0.4, 0.1, 0.2), 0.2)
parts = ["ps[0].pos", "ps[0].vel", "ps[1].pos", "ps[1].vel", "dt"]


def by_place(ps, dt):
    out = stepped(ps, dt)
    return out[0].pos * out[-1].pos


case(by_place, example, other=calls, guarded=[raises("ps had 2 items", *longer)])


def in_a_sum(ps, dt):
    return sum(q.pos**2 for q in turned(ps, dt))


case(in_a_sum, example, other=calls, guarded=[raises("ps had 2 items", *longer)])


def in_a_loop(ps, dt):
    out = turned(ps, dt)
    total = 0.0
    for q in out:
        total += q.pos * q.vel
    return total


case(in_a_loop, example, other=calls, wrt=parts)


def beside_the_old(ps, dt):
    total = 0.0
    for p, q in zip(ps, stepped(ps, dt)):
        total += p.pos * q.pos
    return total


case(beside_the_old, example, other=calls)


def of_helpers_of_helpers(ps, dt):
    return turned(stepped(ps, dt), dt)


def several_steps(ps, dt):
    a = stepped(ps, dt)
    b = of_helpers_of_helpers(a, 2.0 * dt)
    return a[0].pos + sum(q.pos * q.vel for q in b)


case(several_steps, example, other=calls, wrt=parts)


def under_one_name(ps, dt):
    ps = stepped(ps, dt)
    ps = turned(ps, dt)
    return sum(p.pos**2 for p in ps)


case(under_one_name, example, other=calls)


def bound_to_something_else(ps, dt):
    p = stepped(ps, dt)
    p = p[0].pos * p[1].pos
    p = p * 2
    return p


case(bound_to_something_else, example, other=calls)


def under_two_names(ps, dt):
    p = stepped(ps, dt)
    q = p
    p = stepped(q, dt)
    return p[0].pos * q[1].vel + q[0].pos


case(under_two_names, example, other=calls)


def each_by_a_helper(ps, dt):
    new = [moved(p, dt) for p in ps]
    return new[0].pos * new[1].vel


case(each_by_a_helper, example, other=calls)


def asked_by_methods(ps, dt):
    out = stepped(ps, dt)
    for q in out:
        q.move(dt)
    return sum(q.energy() for q in out)


case(asked_by_methods, example, other=calls)


def of_the_same_class(ps, dt):
    return [type(p)(p.pos * dt, p.vel) for p in ps]


def of_any_class(ps, dt):
    return sum(q.energy() for q in of_the_same_class(ps, dt))


case(
    of_any_class,
    example,
    other=calls,
    guarded=[raises("was a Body", [Heavy(1.0, 2.0), Body(1.0, 3.0)], 0.1)],
)


def made_by_the_class_of(ps, dt):
    return sum(q.energy() for q in [type(p)(p.pos * dt, p.vel) for p in ps])


case(
    made_by_the_class_of,
    example,
    other=calls,
    guarded=[raises("was a Body", [Heavy(1.0, 2.0), Body(1.0, 3.0)], 0.1)],
)


def at_two_places(a):
    ps = twice(a)
    ps[0].pos = ps[0].pos * 3
    return ps[1].pos * ps[0].vel


case(at_two_places, (1.5,), other=[(2.0,)])


def changed_later(a):
    p = Body(a, a * a)
    new = [p]
    p.pos = p.pos * 5
    new.append(Body(p.pos, a))
    p.vel = 7.0 * a
    return new


def put_there_before(a):
    ps = changed_later(a)
    return ps[0].pos * ps[0].vel + ps[1].pos


case(put_there_before, (1.5,), other=[(2.0,)])


def pair(a, b):
    return Body(a * b, a + b), Body(a - b, a * a)


def taken_apart(a, b):
    p, q = pair(a, b)
    return p.pos * q.vel + q.pos


case(taken_apart, (1.3, 0.4), other=[(2.0, -1.0)])


def item_of_a_tuple(a, b):
    return pair(a, b)[0].pos * pair(b, a)[1].vel


case(item_of_a_tuple, (1.3, 0.4), other=[(2.0, -1.0)])


def with_energy(ps, dt):
    new = [Body(p.pos + dt, p.vel) for p in ps]
    return new, sum(q.energy() for q in new)


def list_and_number(ps, dt):
    out, energy = with_energy(ps, dt)
    return energy * out[0].pos


case(list_and_number, example, other=calls)


def drifted(ps, dt):
    return [Point(p.x + dt * p.v, p.v - dt * p.x) for p in ps]


def of_dataclasses(ps, dt):
    a = drifted(ps, dt)
    b = drifted(a, dt)
    return sum(np.sum(p.x * q.v) for p, q in zip(a, b))


def points(n):
    return [Point(r(n), r(n)), Point(r(n), r(n))]


case(of_dataclasses, (points(3), 0.1), other=[(points(4), 0.2)])


def in_each_trip(ps, dt, n):
    total = 0.0
    for k in range(n):
        out = stepped(ps, dt * k)
        for q in out:
            total += q.pos**2
    return total


case(in_each_trip, (*example, 3), other=[(*example, 0), (*example, 4)])


def turned_round(ps, dt):
    out = stepped(ps, dt)
    out[0], out[1] = out[1], out[0]
    return out[0].pos * out[1].vel


case(turned_round, example, refused="objects made by Body cannot be followed")


def made_longer(ps, dt):
    out = stepped(ps, dt)
    out.append(Body(dt, dt))
    return sum(q.pos * q.vel for q in out)


case(made_longer, example, refused="objects made by Body cannot be followed")


def reversed_on_a_side(ps, dt):
    out = stepped(ps, dt)
    if dt > 0:
        out = out[::-1]
    return out[0].pos * out[1].vel


case(reversed_on_a_side, example, refused="objects made by Body cannot be followed")


def those_that_move(ps, dt):
    new = []
    for p in ps:
        if p.pos > 0:
            new.append(Body(p.pos * dt, p.vel))
    return new


def of_some(ps, dt):
    return sum(q.pos**2 for q in those_that_move(ps, dt))


case(of_some, example, refused="objects made by Body cannot be followed")


class Bead:
    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel


def moved_beads(beads, dt):
    return [Bead(b.pos + dt * b.vel, b.vel) for b in beads]


def momentum_of(beads):
    return sum(b.pos * b.vel for b in beads)


def handed_to_another_helper(beads, dt):
    out = moved_beads(beads, dt)
    return momentum_of(out) * dt


def changed_behind_a_second_step(beads, dt):
    first = moved_beads(beads, dt)
    second = moved_beads(first, dt)
    first[0].pos = first[0].pos * 3
    return momentum_of(second) + first[0].pos


case(
    handed_to_another_helper,
    ([Bead(0.3, 0.4), Bead(0.5, 0.6)], 0.2),
    other=[([Bead(-0.3, 1.4), Bead(0.1, 0.6)], 0.7)],
)
case(
    changed_behind_a_second_step,
    ([Bead(0.3, 0.4), Bead(0.5, 0.6)], 0.2),
    other=[([Bead(-0.3, 1.4), Bead(0.1, 0.6)], 0.7)],
)

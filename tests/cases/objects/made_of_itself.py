"""States that take the place of what they are made of: all is read of the old one before anything is new."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace

import numpy as np

from tests.cases import case, normal

r = normal(171)


@dataclass
class State:
    pos: np.ndarray
    vel: np.ndarray
    count: int = 0


class Plain:
    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel


def a(n):
    return State(r(n), r(n))


def replaced_in_a_loop(s, dt, k):
    for _ in range(k):
        s = dataclasses.replace(
            s, pos=s.pos + dt * s.vel, vel=s.vel - dt * s.pos, count=s.count + 1
        )
    return s.pos, s.vel


case(replaced_in_a_loop, (a(2), 0.1, 2), other=[(a(3), 0.2, 5), (a(3), 0.2, 0)])


def replaced_once(s, dt):
    s = replace(s, pos=s.pos + dt * s.vel, vel=s.vel - dt * s.pos)
    return s.pos, s.vel


case(replaced_once, (a(2), 0.1), other=[(a(3), 0.2)])


def made_anew(s, dt, k):
    for _ in range(k):
        s = State(pos=s.pos + dt * s.vel, vel=s.vel - dt * s.pos)
    return s.pos, s.vel


case(made_anew, (a(2), 0.1, 2), other=[(a(3), 0.2, 5), (a(3), 0.2, 0)])


def exchanged(s, dt, k):
    for _ in range(k):
        s = State(s.vel, s.pos)
    return s.pos * dt, s.vel


case(exchanged, (a(2), 0.1, 2), other=[(a(3), 0.2, 1), (a(3), 0.2, 0)])


def of_a_plain_class(s, dt, k):
    for _ in range(k):
        s = Plain(s.pos + dt * s.vel, s.vel - dt * s.pos)
    return s.pos, s.vel


case(of_a_plain_class, (Plain(r(2), r(2)), 0.1, 2), other=[(Plain(r(3), r(3)), 0.2, 3)])


def second_name(s, dt, k):
    t = s
    for _ in range(k):
        t = replace(t, pos=t.vel * dt, vel=t.pos)
    return t.pos, t.vel * s.pos


case(second_name, (a(2), 0.1, 2), other=[(a(3), 0.2, 1), (a(3), 0.2, 0)])


def on_one_side(s, dt, k):
    if k > 40:
        s = replace(s, pos=s.vel * dt, vel=s.pos)
    return s.pos, s.vel


case(on_one_side, (a(2), 0.1, 2), other=[(a(3), 0.2, 50)])


@dataclass
class Pair:
    a: np.ndarray
    b: np.ndarray

    def put(self, u, v):
        self.a = u * 2
        self.scale(v)
        return v + u

    def scale(self, w):
        self.b = self.b + w
        self.a = self.a * w

    def both(self, pair):
        self.a, self.b = pair
        return pair[0] * self.b

    def set(self, u, v):
        self.a = u
        self.b = v


def p(n):
    return Pair(r(n), r(n))


def given_its_own(m):
    """What a method is given are the values from before the call, whatever the method sets."""
    return m.put(m.b, m.a) * m.a + m.b


case(given_its_own, (p(2),), other=[(p(3),)])


def given_both(m):
    return m.both((m.b, m.a)) + m.a


case(given_both, (p(2),), other=[(p(3),)])


def set_crosswise(m, k):
    for _ in range(k):
        m.set(m.b * 2, m.a)
        m.set(m.b, m.a)
    return m.a * m.b**2


case(set_crosswise, (p(2), 2), other=[(p(3), 0), (p(3), 1)])


def held_in_a_pair(m):
    """A display holds what the attributes were when it was made."""
    pair = (m.b, m.a)
    m.a, m.b = pair
    return pair[0] * m.b


case(held_in_a_pair, (p(2),), other=[(p(3),)])


def held_in_a_dict(m, k):
    for _ in range(k):
        d = {"x": m.b, "y": m.a}
        m.a = d["y"] * 2
        m.b = d["x"] * d["y"]
    return m.a * m.b


case(held_in_a_dict, (p(2), 2), other=[(p(3), 0), (p(3), 1)])


# several in one statement


def two_of_one(s, y):
    t = State(y, s.pos * y)
    t, s = State(s.pos, s.vel), State(s.vel, s.pos)
    return np.sum(t.pos * s.pos**2 + t.vel)


case(two_of_one, (a(2), r(2)), other=[(a(3), r(3))])


def beside_a_number(s, dt):
    s, dt = State(s.vel, s.pos), dt * 2
    return np.sum(s.pos * s.vel**2 * dt)


case(beside_a_number, (a(2), 0.3), other=[(a(3), 0.2)])


def behind_a_number(s, dt, k):
    for _ in range(k):
        dt, s = dt * 0.9, State(s.pos + dt * s.vel, s.vel - dt * s.pos)
    return np.sum(s.pos * s.vel**2 * dt)


case(behind_a_number, (a(2), 0.3, 2), other=[(a(3), 0.2, 0), (a(3), 0.2, 3)])


def each_of_the_other(s, t):
    s, t = State(t.vel, t.pos), State(s.vel, s.pos)
    return np.sum(s.pos * s.vel**2 + t.pos * np.sin(t.vel))


case(each_of_the_other, (a(2), a(2)), other=[(a(3), a(3))])


def beside_the_old(s, dt):
    old, s = s, State(s.vel * dt, s.pos)
    return np.sum(s.pos * s.vel**2 * old.pos)


case(beside_the_old, (a(2), 0.3), other=[(a(3), 0.2)])


def first_of_a_name(x, y):
    s = State(x, y)
    t, s = State(s.pos, s.vel), State(s.vel, s.pos)
    return np.sum(t.pos * s.pos**2 + t.vel)


case(first_of_a_name, (r(2), r(2)), other=[(r(3), r(3))])


# gradients that are the upstream gradient as it is


def sum_of_all(s):
    return s.pos + s.vel


case(sum_of_all, (a(2),), other=[(a(3),)])


def grown(s, k):
    u = s.pos
    for _ in range(k):
        s.pos = s.pos + u
    return s.pos + s.vel


case(grown, (a(2), 3), other=[(a(3), 0), (a(3), 1)])


def sum_with_another(s, t, x):
    return s.pos - s.vel + t.pos * 2 + t.vel + x


case(sum_with_another, (a(2), a(2), r(2)), other=[(a(3), a(3), r(3))])


def sum_of_a_list(states):
    total = 0
    for s in states:
        total = total + s.pos + s.vel
    return total


case(sum_of_a_list, ([a(2), a(2)],), other=[([a(3), a(3)],)])


def alike_inside(s, x):
    return np.sum(np.tanh(s.pos + s.vel + x))


case(alike_inside, (a(2), r(2)), other=[(a(3), r(3))])

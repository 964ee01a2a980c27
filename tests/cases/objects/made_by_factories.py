"""Fields of dataclasses that a factory makes, and that the function changes afterwards."""

from dataclasses import dataclass, field

import numpy as np

from tests.cases import case, normal

r = normal(53)


@dataclass
class Track:
    x: float
    log: list = field(default_factory=list)

    def note(self, dt):
        self.x = self.x * dt
        self.log.append(self.x)
        return self


def noted_in_a_loop(x, k, n):
    track = Track(x)
    for _ in range(n):
        track.note(k)
    return track.x**2 + sum(track.log)


case(noted_in_a_loop, (1.0, 0.3, 3), other=[(0.7, 0.2, 1), (0.7, 0.2, 0)])


def two_with_lists_of_their_own(a, b, dt):
    s, t = Track(a), Track(b)
    for _ in range(2):
        s.note(dt)
        t.note(dt * s.x)
    return sum(s.log) + sum(t.log) * s.log[0]


case(two_with_lists_of_their_own, (1.0, 0.5, 0.3), other=[(0.4, 0.2, 0.7)])


@dataclass
class Sums:
    w: np.ndarray
    seen: dict = field(default_factory=dict)
    total: np.ndarray = field(default_factory=lambda: np.zeros(2))

    def add(self, k, x):
        self.seen[k] = x @ self.w
        self.total += self.seen[k]


def added_up(w, xs):
    sums = Sums(w)
    for i, x in enumerate(xs):
        sums.add(i, x)
    return np.sum(sums.total**2) + np.sum(sums.seen[0])


case(added_up, (r(3, 2), r(2, 3)), other=[(r(3, 2), r(1, 3))])

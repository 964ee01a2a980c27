"""Loops over objects and the numbers that go with them, and over several lists of objects one after the other; dicts in
which several lists grow.
"""

import itertools

import numpy as np

from tests.cases import case, normal, raises

r = normal(311)


class Link:
    def __init__(self, a, offset):
        self.a, self.offset = a, offset

    def pose(self, q):
        t = q + self.offset
        return np.array(
            [
                [np.cos(t), -np.sin(t), self.a * np.cos(t)],
                [np.sin(t), np.cos(t), self.a * np.sin(t)],
                [0.0, 0.0, 1.0],
            ]
        )


class Arm:
    def __init__(self, count=2):
        self.links = [Link(1.0 + k, 0.1 * k) for k in range(count)]
        self.others = [Link(0.5, 0.3)]
        self.home = r(count)

    def hand(self, q):
        T = np.eye(3)
        for link, angle in zip(self.links, q):
            T = T @ link.pose(angle)
        return T[:2, 2]

    def from_home(self, q):
        T = np.eye(3)
        for k, (link, angle, first) in enumerate(zip(self.links, q, self.home)):
            T = T @ link.pose(angle + first * k)
        return T[:2, 2]

    def all_poses(self, q):
        T = np.eye(3)
        hands = np.zeros((len(self.links), 2))
        for k, (link, angle) in enumerate(zip(self.links, q)):
            T = T @ link.pose(angle)
            hands[k] = T[:2, 2]
        return hands

    def written_by_another_name(self, q):
        p, total = q, 0.0
        for link, angle in zip(self.links, q):
            p[1] = 7.0 * link.a
            total += angle * link.a
        return total

    def from_the_end(self, q):
        total = 0.0
        for link, angle, other in zip(self.links, q[1:], q[::-1]):
            total += link.a * angle * other
        return total

    def reach(self):
        return sum(link.a**2 for link in self.links + self.others)

    def unpacked(self, x):
        for link in [*self.links, *self.others]:
            x = x * link.a + link.offset
        return x

    def chained(self, x):
        for link in itertools.chain(self.links, self.others):
            x = x * link.a + link.offset
        return x

    def listed(self, x):
        for link in list(self.links):
            x = x * link.a + link.offset
        return x


case(
    Arm.hand,
    (Arm(), r(2)),
    wrt=("self.links[0].a", "self.links[1].offset", "q"),
    other=[(Arm(), r(4))],
    guarded=[raises("q had 2 items", Arm(), r(1)), raises("items of self.links had", Arm(3), r(3))],
)
case(Arm.hand, (Arm(), r(1)), name="more_links_than_angles", wrt=("self.links[0].a", "q"))
case(Arm().from_home, (r(2),), other=[(r(2),)])
case(Arm().all_poses, (r(2),), other=[(r(2),)])
case(Arm().written_by_another_name, (r(2),), other=[(r(2),)])
case(Arm().from_the_end, (r(3),), other=[(r(3),)], guarded=[raises("q had 3 items", r(4))])
case(Arm().reach, ())
case(Arm().unpacked, (0.5,), other=[(1.5,)])
case(Arm().chained, (0.5,), other=[(1.5,)])
case(Arm().listed, (0.5,), other=[(1.5,)])


class Logged:
    def __init__(self):
        self.log = {"t": [0.0], "x": [0.1], "v": []}
        self.k = 2.0

    def step(self, u):
        self.log["v"].append(self.k * u)
        self.log["x"].append(self.log["x"][-1] + 0.1 * self.log["v"][-1])
        return self.log["x"][-1]

    def run(self, u, steps):
        for _ in range(steps):
            self.log["x"].append(self.log["x"][-1] + 0.1 * self.k * u)
            self.log["t"].append(self.log["t"][-1] + 0.1)
        return self.log["x"][-1] * self.k


case(Logged().step, (0.4,), other=[(0.2,)])
case(Logged().run, (0.4, 3), other=[(0.2, 1), (0.2, 5)])


class Cell:
    """As numpy-ml keeps what a step of a recurrent layer derives."""

    def __init__(self):
        self.W = r(2, 2)
        self.derived = {"A": [], "Z": [], "steps": 0, "dA": None}

    def forward(self, x):
        self.derived["steps"] += 1
        As = self.derived["A"]
        if len(As) == 0:
            As.append(np.zeros_like(x))
        z = As[-1] @ self.W + x
        self.derived["Z"].append(z)
        self.derived["A"].append(np.tanh(z))
        return self.derived["A"][-1]


case(Cell().forward, (r(3, 2),), other=[(r(1, 2),)])

"""Worlds of bodies: objects in lists that hold small vectors, which operators make anew or change in place."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.cases import case


class Vector:
    def __init__(self, x: Any = 0.0, y: Any = 0.0) -> None:
        self.x, self.y = x, y

    def __add__(self, other: Any) -> Any:
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other: Any) -> Any:
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, k: Any) -> Any:
        return Vector(self.x * k, self.y * k)

    def __iadd__(self, other: Any) -> Any:
        self.x += other.x
        self.y += other.y
        return self

    def length(self) -> Any:
        return math.sqrt(self.x**2 + self.y**2)


class Body:
    def __init__(self, x: float, pinned: bool = False) -> None:
        self.pos, self.vel, self.acc = Vector(x, 0.5 * x), Vector(0.3, 0.1 * x), Vector()
        self.pinned = pinned

    def apply(self, force: Any) -> None:
        self.acc = self.acc + force * 2.0

    def update(self, dt: Any) -> None:
        if self.pinned:
            return
        self.vel += self.acc * dt
        self.pos += self.vel * dt
        self.acc = Vector(0, 0)


class World:
    def __init__(self, pinned: bool = False) -> None:
        self.bodies = [Body(1.0, pinned), Body(2.5)]
        self.time = 0.0

    def pulls(self, k: Any) -> Any:
        for a in self.bodies:
            for b in self.bodies:
                if a is b:
                    continue
                r = b.pos - a.pos
                a.apply(r * (k / r.length() ** 2))
        return self.bodies[0].acc.x * self.bodies[1].acc.y

    def step(self, dt: Any) -> None:
        for body in self.bodies:
            body.apply(body.pos * -1.0)
        for body in self.bodies:
            body.update(dt)
        self.time += dt

    def first_step(self, dt: Any) -> None:
        self.bodies[0].update(dt)

    def energy_after(self, dt: Any, steps: int) -> Any:
        for _ in range(steps):
            self.step(dt)
        return sum(b.vel.x**2 + b.pos.y**2 for b in self.bodies)


case(World().pulls, (1.5,), other=[(0.5,)])
case(World().step, (0.1,), other=[(0.3,)])
case(World(True).step, (0.1,), name="a_body_that_does_not_move")
case(World().first_step, (0.1,), other=[(0.3,)])
case(World().energy_after, (0.1, 2), other=[(0.2, 1), (0.2, 3)])


class Node:
    def __init__(self, at: float, fixed: bool = False) -> None:
        self.pos, self.force, self.fixed = np.array([at, 1.0]), np.ones(2), fixed

    def update(self, dt: Any) -> None:
        if self.fixed:
            return
        self.pos = self.pos + self.force * dt
        self.force = np.zeros(2)


class Rope:
    def __init__(self, fixed: bool = True) -> None:
        self.nodes = [Node(0.0, fixed), Node(1.0), Node(2.5)]

    def bent(self, dt: Any) -> Any:
        for node in self.nodes:
            node.update(dt)
        return sum(np.sum(node.pos**2) for node in self.nodes)

    def step(self, dt: Any) -> None:
        for node in self.nodes:
            self.moved(node, dt)

    def moved(self, node: Node, dt: Any) -> None:
        node.force = node.force * 0.5
        node.update(dt)


case(Rope().bent, (0.1,), other=[(0.3,)])
case(Rope(False).bent, (0.1,), name="no_node_is_fixed")
case(Rope().step, (0.1,), other=[(0.3,)], name="step_of_a_rope")


class Star:
    def __init__(self, mass: float, at: float) -> None:
        self.mass, self.pos, self.vel = mass, np.array([at, 1.0 - at]), np.array([0.1, at])


class Cluster:
    def __init__(self) -> None:
        self.stars = [Star(1.0, 0.2), Star(0.7, 1.5), Star(1.3, 2.5)]

    def pull(self, i: int) -> Any:
        star, total = self.stars[i], np.zeros(2)
        for k, other in enumerate(self.stars):
            if k != i:
                r = other.pos - star.pos
                total += other.mass * r / (np.sum(r**2) + 0.1) ** 1.5
        return total

    def step(self, dt: Any) -> None:
        pulls = [self.pull(i) for i in range(len(self.stars))]
        for star, pull in zip(self.stars, pulls, strict=False):
            star.vel = star.vel + 0.5 * dt * pull
            star.pos = star.pos + dt * star.vel
        pulls = [self.pull(i) for i in range(len(self.stars))]
        for star, pull in zip(self.stars, pulls, strict=False):
            star.vel = star.vel + 0.5 * dt * pull

    def spread_after(self, steps: int, dt: Any) -> Any:
        for _ in range(steps):
            self.step(dt)
        return sum(np.sum(star.pos**2) for star in self.stars)


case(Cluster().spread_after, (2, 0.1), other=[(1, 0.2), (3, 0.05), (0, 0.1)])


class Late(Cluster):
    def far(self, i: int) -> Any:
        star = self.stars[i]
        return lambda: star.pos * star.mass

    def read_late(self, i: int) -> Any:
        far = self.far(i)
        self.stars[0].pos = self.stars[0].pos * 3.0
        return np.sum(far())


case(Late().read_late, (1,), refused="the object self is used as a whole")

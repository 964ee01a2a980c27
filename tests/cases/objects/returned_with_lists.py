"""Methods that return a new object whose floats lie in the objects of a list: refused where a loop makes it anew."""

from __future__ import annotations

from typing import Any

from tests.cases import case


class Body:
    def __init__(self, x: Any, vx: Any) -> None:
        self.x, self.vx = x, vx


class System:
    def __init__(self, bodies: Any) -> None:
        self.bodies = bodies

    def stepped(self, dt: Any) -> Any:
        return System([Body(b.x + dt * b.vx, b.vx) for b in self.bodies])

    def energy(self) -> Any:
        return sum(b.x**2 + b.vx**2 for b in self.bodies)


def system() -> System:
    return System([Body(1.0, 2.0), Body(0.5, 0.3)])


def stepped_once(s, dt):
    return s.stepped(dt).energy()


case(stepped_once, (system(), 0.1), other=[(System([Body(0.3, -1.0), Body(1.5, 0.7)]), 0.4)])


def stepped_often(s, dt):
    for _ in range(3):
        s = s.stepped(dt)
    return s.energy()


case(stepped_often, (system(), 0.1), refused="is used as a whole while its attributes are traced")

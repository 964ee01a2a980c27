"""Copies of objects: `copy.copy` gives the attributes another owner, and shares what is in them; `copy.deepcopy` copies
that too, and `dataclasses.replace` gives some of them other values.
"""

import copy
from dataclasses import dataclass, field, replace

import numpy as np

from tests.cases import case, normal

r = normal(619)


class State:
    def __init__(self, k=2.0):
        self.w, self.k = r(3), k

    def total(self, x):
        return np.sum(self.w * x) * self.k**2

    def moved(self, x):
        new = copy.copy(self)
        new.w = self.w + x
        new.k *= 3.0
        return new.total(x) + self.total(x)

    def shared(self, x):
        new = copy.copy(self)
        new.w += x
        return np.sum(new.w**2) + self.w.sum() * new.k

    def looked_ahead(self, g):
        new = copy.deepcopy(self)
        new.w -= 0.1 * g
        return new.total(g) + self.total(g)


@dataclass(frozen=True)
class Settings:
    a: float
    b: np.ndarray
    n: int = 2
    twice: float = field(init=False, default=2.0)

    def scaled(self, s):
        return replace(self, a=self.a * s)


class Model:
    def __init__(self):
        self.p = Settings(1.5, r(3))

    def replaced(self, x, s):
        q = replace(self.p, a=self.p.a * s, n=3)
        return np.sum(q.a * x**q.n * q.b * q.twice)

    def replaced_inside(self, x, s):
        q = self.p.scaled(s).scaled(s)
        return np.sum(q.a * x * q.b) * self.p.a


class Holder:
    def __init__(self):
        self.state, self.m = State(), 2.0

    def inner(self, x):
        new = copy.copy(self)
        new.state.w = x * self.m
        return np.sum(self.state.w * new.state.w)


case(State().moved, (r(3),), other=[(r(3),)])
case(State().shared, (r(3),), other=[(r(3),)])
case(Holder().inner, (r(3),), refused="used as a whole")
case(State().looked_ahead, (r(3),), other=[(r(3),)])
case(Model().replaced, (r(3), 2.0), other=[(r(3), 0.5)])
case(Model().replaced_inside, (r(3), 2.0), other=[(r(3), 0.5)])

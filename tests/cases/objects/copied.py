"""Copies of objects: `copy.copy` gives the attributes another owner, and shares what is in them."""

import copy

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

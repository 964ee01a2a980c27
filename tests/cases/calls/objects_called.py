"""Callable objects that are passed: the check lets none of its own functions stand for them."""

import numpy as np

from tests.cases import case, normal

r = normal(1111)


class Activation:
    def __call__(self, z):
        return self.bend(z)

    def bend(self, z):
        return np.tanh(z)


def activated(x, act):
    return act(x * 2)


case(activated, (r(3), Activation()), other=[(r(4), Activation())])

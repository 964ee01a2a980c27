"""Methods of several statements that call the method above theirs: `super()` means nothing outside of a class."""

import functools

import numpy as np

from tests.cases import case, normal

r = normal(977)


class Gain:

    def __init__(self, w):
        self.w = w

    def apply(self, x):
        return x * self.w


class Shifted(Gain):

    def apply(self, x):
        y = super().apply(x)  # as above, and moved
        return y + self.w if np.ndim(y) else y


class Twice(Gain):

    def apply(self, x):
        for _ in range(2):
            x = super().apply(x)
        return x


class Bent(Shifted):

    def apply(self, x, soft=True):
        y = super().apply(x)
        if not soft:
            return y
        return np.tanh(y) * self.w


def by_one_of_a_class(x, gain):
    return gain.apply(x)


case(by_one_of_a_class, (r(3), Shifted(r(3))), other=[(r(3), Shifted(r(3)))])


def twice_above(x, gain):
    return gain.apply(x) * x


case(twice_above, (r(3), Twice(r(3))), other=[(r(3), Twice(r(3)))])


def one_after_another(x, gains):
    for gain in gains:
        x = gain.apply(x)
    return x


case(
    one_after_another,
    (r(3), [Shifted(r(3)), Bent(r(3)), Gain(r(3))]),
    other=[(r(3), [Shifted(r(3)), Bent(r(3)), Gain(r(3))])],
)


def folded_over_them(x, gains):
    return functools.reduce(lambda a, gain: gain.apply(a), gains, x)


case(
    folded_over_them,
    (r(3), [Bent(r(3)), Shifted(r(3))]),
    other=[(r(3), [Bent(r(3)), Shifted(r(3))])],
)


class Dense:

    def __init__(self, w):
        self.w = w
        self.last = None

    def forward(self, x, train=True):
        h = x @ self.w
        self.last = h
        return h


class Normed(Dense):

    def __init__(self, w, g):
        super().__init__(w)
        self.g = g

    def forward(self, x, train=True):
        z = super().forward(x, train=train)
        if train:
            z = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-3)
        return z * self.g


class Squashed(Normed):

    def forward(self, x, train=True):
        out = super().forward(x, train)
        if not train:
            return out
        return np.tanh(out) + self.g


case(
    Squashed.forward,
    (Squashed(r(3, 3), r(3)), r(4, 3)),
    other=[(Squashed(r(2, 2), r(2)), r(3, 2), False), (Squashed(r(3, 3), r(3)), r(2, 3))],
)


def layers_of_three_classes(x, layers):
    for layer in layers:
        x = layer.forward(x)
    return x


case(
    layers_of_three_classes,
    (r(4, 3), [Normed(r(3, 3), r(3)), Squashed(r(3, 3), r(3)), Dense(r(3, 3))]),
    other=[(r(5, 3), [Normed(r(3, 3), r(3)), Squashed(r(3, 3), r(3)), Dense(r(3, 3))])],
)

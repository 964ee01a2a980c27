"""Enums, classes and functions of the caller's own that the function asks for by identity."""

import enum
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.cases import case, normal, raises

r = normal(72)


class Side(enum.Enum):
    CALL = 1
    PUT = 2


class Mode(enum.IntEnum):
    TRAIN = 0
    TEST = 1


@dataclass
class Disc:
    r: float


@dataclass
class Square:
    r: float


class Base:
    def __init__(self, k):
        self.k = k

    def scaled(self, x):
        return self.k * x


class Scale(Base):
    pass


def rectify(z):
    return np.maximum(z, 0.0)


def squared(z):
    return z * z


def gain(k):
    def apply(z):
        return k * z

    return apply


def payoff_by_member(s, k, side):
    if side is Side.CALL:
        return np.maximum(s - k, 0.0)
    return np.maximum(k - s, 0.0)


S = np.array([1.0, 3.0])
case(payoff_by_member, (S, 2.0, Side.PUT), other=[(S, 2.0, Side.CALL)])


def payoff_by_equal_member(s, k, side):
    if side == Side.CALL:
        return np.maximum(s - k, 0.0)
    return np.maximum(k - s, 0.0)


case(payoff_by_equal_member, (S, 2.0, Side.CALL), other=[(S, 2.0, Side.PUT)])


def mode_by_identity(x, mode):
    if mode is Mode.TEST:
        return 2.0 * x
    return 3.0 * x * x


case(mode_by_identity, (S, Mode.TRAIN), other=[(S, Mode.TEST)])


def doubled_for(side, x):
    return x * 2.0 if side is Side.CALL else x * 3.0


def member_handed_to_a_helper(x, side):
    return doubled_for(side, x) * x


case(member_handed_to_a_helper, (S, Side.PUT), other=[(S, Side.CALL)])


def member_in_a_dict(x, options):
    if options["side"] is Side.CALL:
        return x * x
    return x * 1.5


case(member_in_a_dict, (S, {"side": Side.PUT}), wrt=["x"], other=[(S, {"side": Side.CALL})])


def function_by_identity(x, act):
    if act is rectify:
        return 2.0 * x
    return 3.0 * x


case(function_by_identity, (S, np.tanh), wrt=["x"], other=[(S, rectify)])


def function_among_others(x, act):
    if act in (rectify, squared):
        return 2.0 * x
    return x


case(function_among_others, (S, np.tanh), wrt=["x"], other=[(S, squared)])


def function_unlike_another(x, act):
    if act is not rectify:
        return x * x
    return x


case(function_unlike_another, (S, rectify), wrt=["x"], other=[(S, np.tanh)])


def called_and_multiplied(x, act):
    return act(x) * x


case(
    called_and_multiplied,
    (S, gain(2.0)),
    wrt=["x"],
    other=[(S, gain(2.0))],
    guarded=[raises("act was apply", S, gain(5.0)), raises("act was apply", S, rectify)],
)
case(
    called_and_multiplied,
    (S, rectify),
    wrt=["x"],
    guarded=[raises("act was rectify", S, squared)],
    name="called_module_function",
)


class Map:
    """A grid of weights that keeps one of its own methods, and a partial function."""

    def __init__(self, near, p):
        self.w = r(4, 3)
        self.near = {"bell": self._bell, "hat": self._hat}[near]
        self.loss = partial(power, p=p)

    def _bell(self, x, width):
        return np.exp(-np.sum((self.w - x) ** 2, axis=1) / width)

    def _hat(self, x, width):
        return 1.0 - np.sum((self.w - x) ** 2, axis=1) / width

    def moved(self, x, width):
        return self.w + self.near(x, width)[:, None] * (x - self.w)

    def lost(self, x):
        return self.loss(self.w * x)


def power(z, p, scale=1.0):
    return scale * np.sum(np.abs(z) ** p)


def moved(net, x, width):
    return net.moved(x, width)


def lost(net, x):
    return net.lost(x)


case(Map("bell", 2.0).moved, (r(3), 1.5), other=[(r(3), 0.7)], name="own_method_in_an_attribute")
case(
    moved,
    (Map("bell", 2.0), r(3), 1.5),
    wrt=["net.w", "x"],
    other=[(Map("bell", 2.0), r(3), 0.7)],
    guarded=[raises("net.near was Map._bell", Map("hat", 2.0), r(3), 1.5)],
    name="method_in_an_attribute",
)
case(lost, (Map("bell", 2.0), r(3)), wrt=["x"], other=[(Map("bell", 3.0), r(3))])


def called_partial(x, act):
    return act(2 * x)


def partial_in_a_dict(x, acts):
    return acts["loss"](2 * x)


doubled, cubed = partial(power, p=2.0), partial(power, p=3.0)
more = [raises("the keys of act.keywords were p", r(3), partial(power, p=3.0, scale=2.0))]
case(called_partial, (r(3), doubled), wrt=["x"], other=[(r(3), cubed)], guarded=more)
case(partial_in_a_dict, (r(3), {"loss": doubled}), wrt=["x"], other=[(r(3), {"loss": cubed})])


def called_and_squared(x, act):
    return np.sum(act(x) ** 2)


case(
    called_and_squared,
    (r(3), partial(np.multiply, 2.0)),
    other=[(r(3), partial(np.multiply, 3.0))],
    guarded=[
        raises("act.func was np.multiply", r(3), np.sin),
        raises("act.func was np.multiply", r(3), partial(np.add, 3.0)),
    ],
)

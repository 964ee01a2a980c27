"""Enums, classes and functions of the caller's own that the function asks for by identity."""

import enum
from dataclasses import dataclass

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

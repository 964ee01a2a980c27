"""Options that are None by default, and helpers that are called only to check or to tell."""

import logging
import warnings

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(407)


def red(x, axis=None):
    return np.mean(x, axis)


def check(p):
    if np.any(p < 0):
        raise ValueError("negative")


def warn(p, limit=10):
    if p.max() > limit:
        warnings.warn("large", stacklevel=2)


def log(p):
    print("value", p.sum())


def axis_left_out_of_a_helper(x):
    return red(x) * x


case(axis_left_out_of_a_helper, (u(4),), other=[(u(6),)])


def axis_left_out(x, keep=False, axis=None):
    m = np.max(x, axis=axis, keepdims=keep)
    return np.sum(np.exp(x - m), axis=axis, keepdims=keep)


case(axis_left_out, (u(4),), other=[(u(6),)], guarded=[raises("axis was None", u(4), False, 0)])


def checked_by_a_helper(x):
    check(x)
    return np.log(x)


case(checked_by_a_helper, (u(4),), other=[(u(6),)])


def warned_and_logged(x):
    warn(x)
    log(x)
    return np.log(x)


case(warned_and_logged, (u(4),), other=[(u(6),)])


logger = logging.getLogger(__name__)


def logged_by_a_logger(x):
    logger.debug("mean %s", np.mean(x))
    return np.log(x)


case(logged_by_a_logger, (u(4),), other=[(u(6),)])


class Checked:
    def __init__(self, w):
        self.w = w

    def check(self, x):
        if x.shape[-1] != len(self.w):
            raise ValueError("another number of columns")

    def forward(self, x):
        self.check(x)
        return x * self.w


def checked_by_a_method(layer, x):
    return layer.forward(x)


case(checked_by_a_method, (Checked(u(3)), u(2, 3)), wrt=("layer.w", "x"))


def along(x, axis):
    return np.sum(x**2, axis=axis)


case(
    along,
    (u(3, 4), 0),
    other=[(u(3, 4), 1)],
    guarded=[raises("axis was a number", u(3, 4), None)],
    name="axis_left_at_none",
)


def running(x, axis):
    return np.cumsum(x**2, axis=axis)


case(
    running,
    (u(3, 4), 0),
    other=[(u(3, 4), 1)],
    guarded=[raises("axis was a number", u(3, 4), None)],
    name="running_axis_left_at_none",
)

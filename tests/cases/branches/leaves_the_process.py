"""Sides that end the process: they are taken by force, and end nothing."""

import sys

from tests.cases import case, normal, raises

r = normal(1331)


def exits(x):
    if x.ndim > 2:
        print("Error: too many axes")
        sys.exit(1)
    return x * x


case(exits, (r(3),), other=[(r(2, 3),)], guarded=[raises("not recorded", r(2, 2, 2))])


def exits_at_a_value(x, n):
    y = x * x
    if n == 7:
        exit()
    return y * n


case(exits_at_a_value, (r(3), 2), other=[(r(3), 5)])


def raises_it(x, mode):
    if mode == "train":
        y = x * x
    elif mode == "test":
        y = x * 3
    else:
        raise SystemExit(f"unknown mode {mode}")
    return y


case(raises_it, (r(3), "train"), other=[(r(3), "test")])

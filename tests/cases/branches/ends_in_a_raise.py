"""Chains of returns, one of another shape, that end in a raise."""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(433)


def loss(x, reduction="sum"):
    l = x**2
    if reduction == "sum":
        return l.sum()
    if reduction == "mean":
        return l.mean()
    if reduction == "none":
        return l
    raise ValueError(reduction)


case(loss, (u(4, 3),), other=[(u(2, 3), "mean")], guarded=[raises("Error", u(2, 3), "x")])


def loss_named(x, y, reduction="mean"):
    l = np.abs(x - y)
    if reduction == "mean":
        return l.mean()
    elif reduction == "none":
        return l
    raise ValueError(reduction)


case(loss_named, (u(4, 3), u(4, 3)), other=[(u(2, 3), u(2, 3), "mean")])


def loss_in_none(x, y, reduction="mean"):
    l = (x - y) ** 2
    if reduction == "none":
        return l
    if reduction == "mean":
        return l.mean()
    raise ValueError(reduction)


case(loss_in_none, (u(4, 3), u(4, 3)), other=[(u(2, 3), u(2, 3), "mean")])

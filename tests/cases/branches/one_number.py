"""Sides, and masks, for one number alone: where the function is smooth there, the gradient of that side is not its slope,
and a module refuses the number.
"""

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(3119)


def growth(k, t):
    if k == 0:
        return t
    return np.expm1(k * t) / k


case(growth, (0.7, 2.0), other=[(-0.3, 1.0)], guarded=[raises("for one number alone", 0.0, 2.0)])


def box_cox(x, p):
    if p == 0:
        return np.log(x)
    elif p == 1:
        return x - 1
    return (x**p - 1) / p


case(
    box_cox,
    (2.0, 0.7),
    other=[(1.5, 2.0)],
    guarded=[raises("for one number alone", 2.0, p) for p in (0.0, 1.0)],
)
case(box_cox, (2.0, 0.7), wrt="x", other=[(2.0, 0.0), (1.5, 1.0)], name="box_cox_of_x")


def relative_growth(v):
    return np.where(v == 0, 1.0, np.expm1(v) / np.where(v == 0, 1.0, v))


case(
    relative_growth,
    (u(3),),
    other=[(u(4),)],
    guarded=[raises("no number of v was 0", np.array([0.3, 0.0, 1.0]))],
)


def relative_growth_in_places(v):
    out = np.ones_like(v)
    m = v != 0
    out[m] = np.expm1(v[m]) / v[m]
    return out


case(
    relative_growth_in_places,
    (u(3),),
    other=[(u(4),)],
    guarded=[raises("no number of v was 0", np.array([0.3, 0.0, 1.0]))],
)


def sine_over_itself(x):
    return 1.0 if x == 0.0 else np.sin(x) / x


case(sine_over_itself, (0.7,), other=[(0.0,)])


def left_out_at_zero(W, reg):
    loss = np.sum(np.tanh(W))
    if reg != 0:
        loss += reg * np.sum(W * W)
    return loss


case(left_out_at_zero, (u(3, 2), 0.3), other=[(u(2, 2), 0.0)])

"""Values held at a limit where the slope of what reads them is infinite: what lies beyond it has no influence."""

import numpy as np

from tests.cases import case, uniform

u = uniform(3071)


def root_of_what_is_above_zero(x):
    return np.sqrt(np.maximum(x, 0))


case(
    root_of_what_is_above_zero,
    (u(3),),
    other=[(np.array([1.5, 2.0]),)],
    exact=[((np.array([-1.0, 4.0, 1.0]),), {"x": [0, 0.25, 0.5]})],
)


def angle_of_a_cosine(x):
    c = np.clip(x, -1, 1)
    return np.arccos(c)


case(
    angle_of_a_cosine,
    (u(3) * 0.3,),
    other=[(np.array([2.0, -3.0, 0.5]),)],
    exact=[((np.array([2.0, -3.0, 0.0]),), {"x": [0, 0, -1]})],
)


def fractional_power_of_a_relu(x, p):
    h = np.maximum(0, x)
    return h**p


case(
    fractional_power_of_a_relu,
    (u(3), 0.5),
    wrt=["x"],
    exact=[((np.array([-1.0, 4.0, 1.0]), 0.5), {"x": [0, 0.25, 0.5]})],
)


def largest_at_a_place_named_twice(x):
    return np.max(x[[0, 0, 1]]) * x[1]


case(
    largest_at_a_place_named_twice,
    (np.array([2.0, 1.0, 3.0]),),
    other=[(np.array([1.0, 2.0, 0.5]),)],
)


def largest_of_doubled_places(x):
    return np.max(2 * x[[0, 0, 1]])


case(largest_of_doubled_places, (np.array([2.0, 1.0, 3.0]),), other=[(np.array([1.0, 2.0, 0.5]),)])

"""Stars before what functions of the libraries take any number of: as many as there were, and a guard."""

import math

import numpy as np
from scipy.linalg import block_diag

from tests.cases import case, normal, raises

r = normal(667)


def length(p):
    return math.hypot(*p)


case(
    length,
    ((0.3, 0.4),),
    guarded=[raises("p had 2 items", (0.3, 0.4, 0.5))],
    name="length_of_a_tuple",
)
case(length, ([0.3, 0.4, 0.7],), other=[([0.9, -0.4, 0.7],)], name="length_of_a_list")
case(length, (r(2),), other=[(r(2),)], name="length_of_a_row")


def length_with_a_side(p, z):
    return math.hypot(*p, z) * z


case(length_with_a_side, ([0.3, 0.4], 0.5), guarded=[raises("p had 2 items", [0.3], 0.5)])


def largest(v):
    return max(*v) * min(*v)


case(largest, ([0.3, 0.5],), other=[([0.3, 0.5, 0.1, 0.8],)])


def largest_of_more(v, x):
    return max(*v, x * x)


case(
    largest_of_more,
    ([0.3, 0.5], 0.9),
    other=[([0.3, 1.5], 0.9)],
    guarded=[raises("v had 2 items", [0.3], 0.9)],
)


def blocks(matrices, x):
    return block_diag(*matrices) @ x


case(
    blocks,
    ([r(2, 2), r(1, 1), r(2, 1)], r(4)),
    other=[([r(1, 3), r(2, 1), r(1, 1)], r(5))],
    guarded=[raises("matrices had 3 items", [r(1, 1)] * 4, r(4))],
)


def scaled_blocks(a, factors):
    return block_diag(*[k * a for k in factors])


case(scaled_blocks, (r(2, 2), (1.0, 2.0)), other=[(r(1, 3), (0.5, 0.7))])


def point_and_direction(theta, p):
    turned = np.array([[np.cos(theta), -np.sin(theta)], [np.sin(theta), np.cos(theta)]]) @ p
    return np.arctan2(*turned) * math.hypot(*turned)


case(point_and_direction, (0.3, r(2)), other=[(0.7, r(2))])

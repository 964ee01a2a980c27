"""Attributes that are written where there may be an object, and where the example has a number or an array."""

import numpy as np

from tests.cases import case, uniform

u = uniform(833)


def a_name_for_a_series(x, a):
    p = np.cos(x) * a
    try:
        p.name = "projection"
    except AttributeError:
        pass
    return p * x


case(a_name_for_a_series, (0.7, 0.3), other=[(0.2, 0.1)])


def a_name_for_an_array(x, a):
    p = np.cos(x) * a
    try:
        p.name = "projection"
    except AttributeError:
        pass
    return p * x


case(a_name_for_an_array, (u(2), 0.3), other=[(u(3), 0.1)])

"""An option that is None in the example where every other argument is a number, and an array where it is given."""

import math

import numpy as np

from tests.cases import case, uniform

u = uniform(827)


def zoom(factor, direction=None):
    if direction is None:
        return np.diag([factor] * 3)
    factor = 1.0 - factor
    M = np.eye(3)
    M -= factor * np.outer(direction, direction)
    return M


case(zoom, (-1.2,), other=[(0.3, u(3)), (0.3, u(1))])


def unit(vec):
    vec = np.asarray(vec).squeeze()
    return vec / math.sqrt((vec**2).sum())


def zoom_along_a_unit_vector(factor, direction=None):
    if direction is None:
        return np.diag([factor] * 3)
    direction = unit(direction)
    factor = 1.0 - factor
    M = np.eye(3)
    M -= factor * np.outer(direction, direction)
    return M


case(zoom_along_a_unit_vector, (-1.2,), other=[(0.3, u(3))])


def turned(angle, axis=None):
    if axis is None:
        return np.array([math.cos(angle), 0.0, 0.0, math.sin(angle)])
    return math.sin(angle) * axis


case(turned, (0.7,), other=[(0.3, u(3)), (0.3, u(5))])


def decayed(t, rate, weights=None):
    y = math.exp(-rate * t)
    if weights is not None:
        return np.sum(y * weights)
    return y


case(decayed, (0.7, 0.2), other=[(0.3, 0.4, u(3)), (0.3, 0.4, u(5))])


def polynomial(x, coefficients=None):
    if coefficients is None:
        return x * x
    total = 0.0
    for k in range(len(coefficients)):
        total += coefficients[k] * x**k
    return total


case(polynomial, (0.7,), other=[(0.3, u(3)), (0.3, u(5))])

"""Powers of negative numbers, which there are for whole exponents alone: no slope by the exponent."""

import math

import numpy as np

from tests.cases import case, raises


def power(x, p):
    return math.pow(x, p)


case(power, (1.5, 2.0), other=[(1.3, 3.5), (2.0, -1.0)])


def powers(x, p, q):
    return math.pow(x, p) + math.pow(x * 2.0, q) * p


case(powers, (1.5, 2.0, 3.0), other=[(1.3, 3.5, 0.5)])


def power_law(x, y, p):
    return y * math.pow(x - y, p) + x


case(power_law, (1.5, 0.5, 3.0), other=[(1.3, -0.5, 1.0)])


def angle_beyond_its_bounds(x, p):
    return math.acos(x) * math.pow(x, p)


case(angle_beyond_its_bounds, (0.5, 3.0), other=[(0.3, 1.5)])


def rate_put_into_an_array(c, a, t, b):
    change = np.zeros_like(c)
    change[0] += a * t**b * c[1]  # complex where t is negative, which the array cuts off
    return c + change


case(
    rate_put_into_an_array,
    (np.array([0.3, 0.5, 0.8]), 0.5, 300.0, 0.5),
    other=[(np.array([0.4, 0.2]), 0.4, 4.0, 1.5)],
)


def worth_today(rate, values):
    return (values / (1 + rate) ** np.arange(len(values))).sum(axis=0)


case(
    worth_today,
    (0.08, np.array([-40.0, 5.0, 8.0, 12.0])),
    other=[(0.1, np.array([-40.0, 5.0])), (-0.1, np.array([2.0]))],
)


def a_rate_each(c, rate, t):
    return c / (1 + rate) ** t


case(
    a_rate_each,
    (np.array([1.0, 2.0]), np.array([0.1, 0.2]), np.array([2, 2])),
    other=[(np.array([1.0, 2.0, 3.0]), np.array([0.1, 0.2, 0.3]), np.array([2, 3, 4]))],
)


def payment(rate, n, worth):
    grown = (1 + rate) ** n
    none = rate == 0
    divisor = np.where(none, 1, rate)
    return worth * grown / np.where(none, n, (grown - 1) / divisor)


case(
    payment,
    (0.00625, 180.0, 2.0),
    other=[(0.01, 60.0, 3.0)],
    guarded=[raises("no number of rate was 0.0", 0.0, 180.0, 2.0)],
)

"""Helpers kept as they are, with a function of the module as the default of an argument: that one is written first."""

import numpy as np

from tests.cases import case


def hat(a):
    return 1 - np.sin(a)


def weighed(a, weight=hat):
    return np.sum(weight(a) * a)


def twice_weighed(a, *, inner=weighed):
    return 2 * inner(a)


def scaled_by_weighed(x, b):
    n = weighed(np.arange(3.0))
    return x * n * b


def other_weight_given(x, b):
    n = weighed(np.arange(3.0), np.cos)
    return x**2 * n * b


def default_of_a_default(x):
    n = twice_weighed(np.arange(1.0, 4.0))
    return np.exp(x) * n


def weight_named_before(x):
    return x * twice_weighed(np.ones(2)) * hat(0.3)


case(scaled_by_weighed, (np.array([0.3, -0.5, 1.2]), 0.3), other=[(np.linspace(0.2, 1.0, 5), 0.4)])
case(other_weight_given, (np.array([0.3, -0.5, 1.2]), 0.3), other=[(np.linspace(0.2, 1.0, 5), 0.4)])
case(default_of_a_default, (np.array([0.3, -0.5, 1.2]),), other=[(np.linspace(0.2, 1.0, 5),)])
case(weight_named_before, (np.array([0.3, -0.5, 1.2]),), other=[(np.linspace(0.2, 1.0, 5),)])

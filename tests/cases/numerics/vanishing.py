"""Roots of what is zero far out alone, as an exponential is: the slope of the root is infinite there, that of the whole
is zero.
"""

import math

import numpy as np
import scipy.special

from tests.cases import case

A = np.array


def occupation(x, t):
    z = np.exp((x - 1) / t)
    return 1 / (np.sqrt(z) + 1)


case(occupation, (0.3, 0.7), other=[(-800.0, 1.0), (-1600.0, 1.0), (800.0, 1.0), (1600.0, 1.0)])
case(
    occupation,
    (A([0.3, 0.4]), 0.7),
    other=[(A([-800.0, 0.3]), 1.0), (A([1600.0, 1.0]), 1.0)],
    name="occupations",
)


def occupation_by_math(x, t):
    z = math.exp((x - 1) / t)
    return t / (math.sqrt(z) + 1) + z**0.25


case(occupation_by_math, (0.3, 0.7), other=[(-1600.0, 1.0), (200.0, 1.0)])


def sampled(mu, logvar, eps):
    var = np.exp(logvar)
    return mu + np.sqrt(var) * eps


case(
    sampled,
    (A([0.3, 0.4]), A([0.3, 0.4]), A([0.3, 0.4])),
    other=[(A([-1.0, 0.3]), A([-800.0, 0.4]), A([0.3, 0.4]))],
)


def root_of_sigmoid(x):
    p = 1 / (1 + np.exp(-x))
    return np.sum(np.sqrt(p) * x + scipy.special.expit(2 * x) ** 0.5)


case(root_of_sigmoid, (A([0.3, 0.4]),), other=[(A([-800.0, 0.3]),), (A([800.0, 0.3]),)])


def root_of_a_scaled_bell(x, c):
    p = np.exp(-(x**2))
    q = p / (1 + c**2)
    return np.sum((c * p) ** 0.5 * x + q**0.25 + np.sqrt(scipy.special.erfc(x)))


case(root_of_a_scaled_bell, (A([0.3, 0.4]), 1.3), other=[(A([-80.0, 0.3]), 1.3)])


def root_in_a_loop(x, t):
    s = 0.0
    for i in range(3):
        e = np.exp(-x * i)
        q = e * t
        s = s + np.sum(np.sqrt(q))
        x = x * 1.5
    return s


case(root_in_a_loop, (A([0.3, 1.0]), 0.7), other=[(A([1600.0, 1.0]), 1.0)])

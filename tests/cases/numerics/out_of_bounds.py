"""Functions right at their example, whose formulas break down at values that nobody has asked for."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(1081), uniform(1082)


def variance_of_a_softmax(x):
    e = np.exp(x - x.max())
    p = e / e.sum()
    return p * (1 - p)


case(variance_of_a_softmax, (r(4),), other=[(r(6),)])


def root_with_a_floor(sigma, k):
    return np.sqrt(max(1e-300, sigma * k)) * k


case(root_with_a_floor, (0.3, 1.2), other=[(1.3, 0.2)])


def decay_with_a_floor(x, g):
    b = 1 - np.exp(-x / max(1e-15, g))
    return 1 / b


case(decay_with_a_floor, (u(3), 0.7), other=[(u(4), 1.7)])

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


def root_of_scaled(x, c):
    h = np.maximum(x, 0)
    return np.sum(np.sqrt(c * h) + (2 * h) ** 0.75 + h / 3)


case(root_of_scaled, (u(6) + 0.1, 0.5), other=[(-abs(u(4)), 0.7), (u(3), 0.2)])


def variance_kept_positive(s0, v0, years, z):
    dt = years / z.shape[1]
    s, v = s0, v0
    for j in range(z.shape[1]):
        s = s * np.exp(-0.5 * np.maximum(v, 0) * dt + np.sqrt(np.maximum(v, 0) * dt) * z[:, j])
        vp = np.maximum(v, 0)
        v = v + 2.0 * (0.04 - vp) * dt + 0.9 * np.sqrt(vp * dt) * z[:, -1 - j]
    return np.mean(s)


case(variance_kept_positive, (1.0, 0.04, 1.0, u(6, 3)), other=[(1.0, 0.01, 2.0, u(5, 4))])


def softplus_of_roots(x):
    y = np.log1p(np.exp(-np.sqrt(x)))
    return np.where(x > 0, y, 0.0)


case(softplus_of_roots, (u(3) + 0.5,), other=[(np.array([0.0, 2.0, -1.0]),)])


def softplus_written_over(x):
    y = np.log(1 + np.exp(np.log(x)))
    y[x == 0] = 0
    return y


case(softplus_written_over, (u(3) + 0.5,), other=[(np.array([0.0, 2.0]),)])


def curves_without_nan(x):
    return np.nan_to_num(np.arctan(x)) * np.nan_to_num(np.log(1 + np.exp(-x)))


case(curves_without_nan, (u(4),), other=[(np.array([-800.0, 0.3]),)])


def factors_beyond_all_floats(x):
    return x * 1e200 * 1e200 / 1e250 / 1e150


case(factors_beyond_all_floats, (0.7,), other=[(1e-3,)])

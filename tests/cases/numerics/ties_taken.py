"""Absolute values and maxima at a tie at which the function is smooth: they take the side that its own tests take."""

import math

import numpy as np

from tests.cases import case, normal

r = normal(431)
x4 = r(4)
HELD, NONE = np.array([0.0, 1.0, 0.0, -1.0, 2.0]), np.zeros(3)


def symmetric_logarithm(x):
    return np.sign(x) * np.log1p(np.abs(x))


def named_sign(x):
    s = np.sign(x)
    a = np.abs(x)
    y = np.log1p(a)
    return s * y


def error_function(x):
    s = np.sign(x)
    x = np.abs(x)
    t = 1.0 / (1.0 + 0.3275911 * x)
    p = 0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))
    return s * (1.0 - t * p * np.exp(-(x**2)))


def sign_bit(x):
    return np.copysign(np.log1p(np.abs(x)), x)


def sign_by_choice(x):
    return np.where(x < 0, -1, 1) * np.log1p(np.abs(x))


def laplace_above(x):
    return np.where(x > 0, 1 - 0.5 * np.exp(-np.abs(x)), 0.5 * np.exp(-np.abs(x)))


def laplace_from(x):
    return np.where(x >= 0, 1 - 0.5 * np.exp(-np.abs(x)), 0.5 * np.exp(-np.abs(x)))


def rectified_in_two_ways(x):
    return 0.5 * (np.abs(x) + x) - np.maximum(x, 0)


def softplus_of_two(x):
    return np.logaddexp(0, -np.abs(x)) + np.maximum(x, 0)


def logarithm(v):
    return np.sign(v) * np.log1p(np.abs(v))


def in_a_helper(x):
    return logarithm(x)


def there_and_back(x):
    y = logarithm(x)
    return np.sign(y) * (np.exp(np.abs(y)) - 1)


def bound_anew(x):
    s = np.sign(x)
    x = np.abs(x)
    x = np.log1p(x)
    return s * x


# Their slopes have a kink there, so that differences are too rough to judge by.
for function in (
    symmetric_logarithm,
    named_sign,
    sign_bit,
    sign_by_choice,
    in_a_helper,
    bound_anew,
):
    case(function, (x4,), exact=[((x,), {"x": 1 / (1 + abs(x))}) for x in (HELD, NONE)])
for function in (laplace_above, laplace_from):
    case(function, (x4,), exact=[((x,), {"x": 0.5 * np.exp(-abs(x))}) for x in (HELD, NONE)])
for function in (rectified_in_two_ways, softplus_of_two):
    case(function, (x4,), other=[(HELD,), (NONE,)])
case(there_and_back, (x4,), exact=[((x,), {"x": np.ones(len(x))}) for x in (HELD, NONE)])
case(error_function, (x4,), exact=[((NONE,), {"x": np.full(3, 0.3275911 * 3.44449638)})])


def laplace_around(x, mu, b):
    return 0.5 + 0.5 * np.sign(x - mu) * (1 - np.exp(-np.abs(x - mu) / b))


slopes = 0.25 * np.exp(-abs(HELD - 1) / 2)
case(
    laplace_around,
    (x4, 0.3, 1.5),
    exact=[
        (
            (HELD, 1.0, 2.0),
            {"x": slopes, "mu": -np.sum(slopes), "b": -np.sum(slopes * (HELD - 1) / 2)},
        )
    ],
)


def normal_law(x):
    sign = 1
    if x < 0:
        sign = -1
    z = abs(x) / math.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * z)
    y = 1.0 - (1.061405429 * t - 0.061405429) * t * math.exp(-z * z)
    return 0.5 * (1.0 + sign * y)


case(normal_law, (0.7,), other=[(-0.4,)])


def chosen_and_larger(x, y):
    return np.where(x > y, x, y) - np.maximum(x, y)


def chosen_and_smaller(x, y):
    return np.where(x <= y, x, y) - np.minimum(x, y)


def chosen_from(x, y):
    return np.where(x >= y, x, y) - np.maximum(x, y)


def logarithm_of_sum(x, y):
    return np.maximum(x, y) + np.log1p(np.exp(-np.abs(x - y)))


def logarithm_of_named(x, y):
    d = y - x
    return np.maximum(x, y) + np.log1p(np.exp(-np.abs(d)))


for function in (
    chosen_and_larger,
    chosen_and_smaller,
    chosen_from,
    logarithm_of_sum,
    logarithm_of_named,
):
    case(function, (x4, r(4)), other=[(HELD, HELD), (NONE, NONE)])


def leaky(x, a):
    return np.maximum(x, 0) - a * np.maximum(-x, 0)


case(leaky, (x4, 0.3), other=[(HELD, 1.0), (NONE, 1.0)])


def both_parts(x):
    positive, negative = np.maximum(x, 0), np.maximum(-x, 0)
    return np.log1p(positive) - np.log1p(negative)


case(both_parts, (x4,), exact=[((x,), {"x": 1 / (1 + abs(x))}) for x in (HELD, NONE)])


def both_limits(x):
    return np.maximum(x, 1) + np.minimum(1, x)


def both_limits_turned(x):
    return np.minimum(x, 1) * np.maximum(1, x)


for function in (both_limits, both_limits_turned):
    case(function, (x4,), other=[(HELD,), (NONE,)])

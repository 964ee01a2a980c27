"""NumPy functions one by one, in the spellings people use."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(12), uniform(12)


def elementwise(x, p):
    a = np.exp(x) + np.exp2(x) + np.expm1(x)
    b = np.log(p) + np.log2(p) * np.log10(p) - np.log1p(p)
    c = np.sqrt(p) * np.cbrt(p) + np.square(x) + np.reciprocal(p)
    return a * b + c


case(elementwise, (r(3), u(3)), other=[(r(2, 2), u(2, 2))])


def trigonometric(x):
    a = np.sin(x) * np.cos(x) + np.tan(x)
    b = np.sinh(x) * np.cosh(x) - np.tanh(x)
    y = x / (1 + np.abs(x))
    c = np.arcsin(y) + np.arccos(y) * np.arctan(x)
    d = np.arcsinh(x) + np.arctanh(y) + np.arccosh(2 + x**2)
    return a + b * c + d


case(trigonometric, (r(3),), other=[(r(2, 2),)])


def scalar_math(x, p):
    a = math.exp(x) + math.log(p) * math.sqrt(p) + math.sin(x) * math.cos(x)
    b = math.tan(x) + math.tanh(x) * math.sinh(x) - math.cosh(x) + math.atan(x)
    c = math.log1p(p) + math.expm1(x) + math.log2(p) + math.log10(p) + math.fabs(x)
    return a + b * c + math.pow(p, 2.5)


case(scalar_math, (0.7, 1.3), other=[(-0.2, 0.4)])


def math_log_base(p):
    return math.log(p, 2)


case(math_log_base, (1.5,))


def angles(x, y):
    return np.arctan2(y, x) + np.hypot(x, y) + np.deg2rad(x) + np.degrees(y)


case(angles, (r(3), u(3)))


def powers(x, p):
    return x**2 + x**3 - p**0.5 + p**-1 + p**-0.5 + 2**x + p**x + np.power(x, 4) + np.e**x


case(powers, (r(3), u(3)))


def power_zero_base(x):
    return x**2 + x**1 + x**0


case(power_zero_base, (np.array([0.0, 1.0, -1.0]),))


def signs(x):
    return np.abs(x) + np.absolute(x) * np.sign(x) - np.fabs(x) * 2 + abs(x)


case(signs, (r(4),))


def extremes(x, y):
    return np.maximum(x, y) * np.minimum(x, y) + np.fmax(x, 0.3) + np.fmin(y, 0.2)


case(extremes, (r(4), r(4)))


def three_maxima(x, y, z):
    return np.maximum(np.maximum(x, y), z) + max(1.0, 0.5)


case(three_maxima, (r(4), r(4), r(4)))


def clips(x):
    return np.clip(x, -0.5, 0.5) + x.clip(min=-0.3) * np.clip(x, None, 0.7)


case(clips, (r(6),))


def rounding(x):
    return x * np.floor(x) + np.ceil(x) * x**2 + np.round(x) + x * np.sign(x)


case(rounding, (r(4),))


def modulo(x, y):
    return x % 0.7 + np.mod(x, 1.3) + (x // 0.7) * y


case(modulo, (r(4), r(4)))


def sums(x):
    return (
        np.sum(x)
        + np.sum(x, axis=0)
        + x.sum(axis=-1, keepdims=True)
        + np.sum(x, axis=(0, 1), keepdims=True)
        + x.sum(1)[:, None]
    )


case(sums, (r(3, 3),), other=[(r(2, 2),)])


def means(x):
    return np.mean(x) * x.mean(axis=0) + np.mean(x, 1, keepdims=True) + np.average(x)


case(means, (r(3, 2),), other=[(r(2, 4),)])


def sums_of_rank_three(x):
    return x.sum(axis=(0, 2)) * np.mean(x, axis=(0, 2)) + x.sum(axis=1).sum(axis=0).sum()


case(sums_of_rank_three, (r(2, 3, 4),), other=[(r(3, 2, 2),)])


def variances(x):
    return np.var(x) + np.std(x, axis=0) * x.var(axis=0) + np.std(x, axis=1, keepdims=True)


case(variances, (r(3, 2),), other=[(r(2, 4),)])


def maxima(x):
    return np.max(x) + np.max(x, axis=0) * x.min(axis=0) + np.amax(x, axis=1, keepdims=True)


case(maxima, (r(3, 4),), other=[(r(2, 2),)])


def products(x):
    return np.prod(x) + np.prod(x, axis=0) * x.prod(axis=0)


case(products, (r(3, 2),), other=[(r(2, 4),)])


def product_with_zero(x):
    return np.prod(x)


case(product_with_zero, (r(3),), other=[(np.array([0.0, 1.5, 2.0]),)])


def cumulative(x):
    return np.cumsum(x, axis=1) * x.cumsum(axis=0) + np.cumsum(x).reshape(x.shape)


case(cumulative, (r(2, 3),), other=[(r(3, 2),)])


def cumulative_product(x):
    return np.cumprod(x)


case(cumulative_product, (u(4),), other=[(u(2),)])


def differences(x):
    return np.diff(x) * np.ediff1d(x)


case(differences, (r(4),))


def differences_axis(x):
    return np.diff(x, axis=0) ** 2


case(differences_axis, (r(3, 2),), other=[(r(4, 4),)])

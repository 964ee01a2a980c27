"""NumPy functions one by one, in the spellings people use."""

import math

import numpy as np

from tests.corpus import case, normal, uniform

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


case(math_log_base, (1.5,), refused=None)


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


case(modulo, (r(4), r(4)), refused=None)


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


case(product_with_zero, (r(3),), other=[(np.array([0.0, 1.5, 2.0]),)], refused=None)


def cumulative(x):
    return np.cumsum(x, axis=1) * x.cumsum(axis=0) + np.cumsum(x).reshape(x.shape)


case(cumulative, (r(2, 3),), other=[(r(3, 2),)])


def cumulative_product(x):
    return np.cumprod(x)


case(cumulative_product, (u(4),), other=[(u(2),)], refused=None)


def differences(x):
    return np.diff(x) * np.ediff1d(x)


case(differences, (r(4),), refused=None)


def differences_axis(x):
    return np.diff(x, axis=0) ** 2


case(differences_axis, (r(3, 2),), other=[(r(4, 4),)])


def reshapes(x):
    a = x.reshape(2, -1) @ np.reshape(x, (-1, 2))
    return a + x.reshape((2, 3))[:, :2] + x.ravel()[0] * np.ravel(x)[1]


case(reshapes, (r(3, 2),))


def axes_moved(x):
    a = np.moveaxis(x, 0, -1) * x.transpose(1, 2, 0)
    b = np.swapaxes(x, 0, 2) + np.transpose(x, (2, 1, 0))
    return np.sum(a) * b + np.rollaxis(x, 2).sum()


case(axes_moved, (r(2, 3, 4),), other=[(r(3, 2, 2),)], refused=None)


def dimensions(x):
    a = np.expand_dims(x, 0) * np.expand_dims(x, axis=1)
    b = np.squeeze(x[None]) + x[None].squeeze(0)
    return a + b + np.atleast_2d(x)


case(dimensions, (r(3),), other=[(r(2),)])


def joined(x, y):
    a = np.concatenate([x, y]) * np.concatenate((y, x))
    b = np.vstack((x, y)) + np.stack([x, y], axis=0)
    c = np.column_stack((x, y)) * np.stack((x, y), axis=1)
    return np.sum(a) * b + c.T + np.hstack((x, y)).sum()


case(joined, (r(3), r(3)), other=[(r(2), r(2))])


def joined_axes(x, y):
    return np.concatenate((x, y, x), axis=-1) * np.append(np.append(x, y, axis=1), x, axis=1)


case(joined_axes, (r(2, 3), r(2, 2)), other=[(r(3, 1), r(3, 4))])


def splits(x):
    a, b = np.split(x, 2)
    c, d = np.hsplit(a, [1])
    return np.sum(a * b) + np.sum(c) * np.sum(d**2)


case(splits, (r(4, 3),), other=[(r(2, 2),)], refused=None)


def split_at(x):
    a, b, c = np.split(x, [1, 3], axis=1)
    return np.sum(a) * np.sum(b) + np.sum(c**2)


case(split_at, (r(2, 5),), other=[(r(3, 4),)])


def repeated(x):
    return np.repeat(x, 2) * np.tile(x, 2) + np.repeat(x, [1, 3], axis=0)


case(repeated, (r(2),), refused=None)


def repeat_axis(x):
    return np.repeat(x, 3, axis=1) * np.tile(x, (1, 3))


case(repeat_axis, (r(2, 3),), other=[(r(3, 2),)])


def flipped(x):
    return np.flip(x, axis=0) * x[::-1, ::-1] + np.fliplr(x) * np.flipud(x) + np.flip(x)


case(flipped, (r(3, 2),), other=[(r(2, 4),)])


def rolled(x):
    return np.roll(x, 1) * np.roll(x, -2, axis=1)


case(rolled, (r(3, 4),), other=[(r(2, 3),)])


def padded(x):
    return np.pad(x, 1) + np.pad(x, ((1, 1), (2, 0))) + np.pad(x, (1,), mode="constant")


case(padded, (r(3, 3),), other=[(r(2, 4),)], refused=None)


def padded_zero(x, pad):
    return np.pad(x, pad, mode="constant")[1:] ** 2


case(padded_zero, (r(3, 2), 1), other=[(r(2, 4), 0), (r(2, 4), 2)])


def padded_edge(x):
    return np.pad(x, 1, mode="edge")


case(padded_edge, (r(3),), refused=None)


def made_like(x):
    return x * np.zeros_like(x) + np.ones_like(x) * 2 + np.full_like(x, 3.0) * x + np.eye(3)


case(made_like, (r(3, 3),))


def linspace_and_arange(x):
    return x * np.linspace(0, 1, len(x)) + np.arange(len(x)) * x**2


case(linspace_and_arange, (r(4),), other=[(r(2),)])


def linspace_of_traced(a, b):
    return np.linspace(a, b, 4) ** 2


case(linspace_of_traced, (0.5, 1.5), refused=None)


def interpolated(x):
    return np.interp(x, np.array([-3.0, 0.0, 3.0]), np.array([1.0, 4.0, 2.0]))


case(interpolated, (r(3),), refused=None)


def convolved(x, k):
    return np.convolve(x, k, mode="valid")


case(convolved, (r(5), r(3)), other=[(r(7), r(2))], refused=None)


def sinc_and_sinusoid(x):
    return np.sinc(x) + np.nan_to_num(x)


case(sinc_and_sinusoid, (r(3),), refused=None)


def medians(x):
    return np.median(x) + np.percentile(x, 30)


case(medians, (r(5),), refused=None)


def fourier(x):
    return np.abs(np.fft.fft(x)) ** 2


case(fourier, (r(4),), refused=None)


def where_keyword(x):
    return np.sum(x, where=x > 0)


case(where_keyword, (r(4),), refused=None)


def initial_keyword(x):
    return np.max(x, initial=0.2) + np.sum(x, initial=3.0)


case(initial_keyword, (r(4),), refused=None)


def dtype_keyword(x):
    return np.sum(x, dtype=np.float64) + x.astype("float64") * 2


case(dtype_keyword, (r(4),), refused=None)


def unary(x):
    return -x + (+x) * -(-x) - -x


case(unary, (r(4),))


def precedence(x, y):
    return -(x**2) / (y / x) / y - (x - (y - x)) * -y ** 2 / 2 * x


case(precedence, (u(3), u(3)))


def divisions(x, y):
    return x / y + 1 / x + y / 2 - (1.0 / y) / x + 3 / (x * y)


case(divisions, (u(3), u(3)), other=[(0.5, 1.5)])

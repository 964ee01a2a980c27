"""Decorators, constants, import spellings, methods and builtins."""

import functools
import math
import math as m
import operator
from math import exp as e
from math import pi

import numpy
import numpy as np
import numpy as onp
import numpy.linalg as la
from numpy import dot, tanh
from numpy import exp as nexp
from numpy import sum as nsum

from tests.corpus import case, normal, uniform

r, u = normal(49), uniform(49)
LAMBDA = 0.1
WEIGHTS = np.array([0.2, -0.5, 1.5])
SIZES = (2, 3)
TABLE = {"scale": 2.0, "w": np.array([1.0, 2.0, 3.0])}


def square(x):
    y = x * x
    return y


def logged(function):
    """A decorator that prints and calls."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def decorated(x, y):
    return x * y + np.sin(x)


case(decorated, (r(3), r(3)))


@functools.lru_cache
def cached_constant(n):
    return math.sqrt(n)


def calls_decorated(x):
    return x * cached_constant(4) + decorated(x, x)


case(calls_decorated, (r(3),))


def module_constants(x):
    return LAMBDA * np.sum(x * WEIGHTS) * TABLE["scale"] + np.sum(x * TABLE["w"]) / SIZES[0]


case(module_constants, (r(3),))


def constants_of_math(x):
    return np.sin(pi * x) * math.e + np.pi * m.tau * x**2 + np.e


case(constants_of_math, (r(3),))


def import_spellings(x, y):
    a = numpy.exp(x) + onp.sin(y)
    b = nexp(x * y) * tanh(y)
    return dot(a, b) + nsum(a) + la.norm(b)


case(import_spellings, (r(3), r(3)))


def math_spellings(x, y):
    return e(x) + m.sin(y) * math.cos(x) + m.pow(x, 2) + math.sqrt(y * y + 1) + math.log(y)


case(math_spellings, (0.5, 1.5), other=[(-0.5, 0.2)])


def operator_module(x, y):
    return operator.mul(x, operator.add(x, y))


case(operator_module, (r(3), r(3)))


def ufunc_spellings(x, y):
    a = np.add(x, y)
    b = np.multiply(a, np.subtract(x, y))
    c = np.divide(b, np.add(2, np.square(y)))
    return np.negative(np.power(c, 2)) + np.true_divide(x, 3)


case(ufunc_spellings, (r(3), r(3)))


def methods(x, w):
    h = x.dot(w)
    n, k = h.shape
    flat = h.reshape(n * k).clip(-10.0, 10.0)
    return flat.sum() + h.mean(axis=0).sum() + h.T.ravel()[0] * h.max()


case(methods, (r(2, 3), r(3, 2)), other=[(r(3, 2), r(2, 4))])


def more_methods(x):
    y = x.copy().transpose(1, 0)
    z = y.flatten().astype(np.float64)
    return z.prod() + x.std() + x.var(axis=0).sum() + x.squeeze().cumsum()[-1] + x.min(axis=1).sum()


case(more_methods, (r(2, 3),), other=[(r(3, 2),)])


def builtin_functions(x, y):
    return abs(x) * max(x, y) + min(x, y) ** 2 + pow(x, 3) + sum([x, y]) + float(x)


case(builtin_functions, (-0.5, 1.5), other=[(1.2, 0.5)])


def call_on_subexpression(x, y):
    return (x + y).dot(x * y) * (x - y).sum()


case(call_on_subexpression, (r(3), r(3)))


def recursion_over_passive(x, n):
    if n == 0:
        return x
    return np.sin(recursion_over_passive(x, n - 1)) + x


case(recursion_over_passive, (r(2), 2), other=[(r(2), 3)])


def called_in_index(x, idx):
    return x[square(idx)] * 2 + x[0]


case(called_in_index, (r(5), 2), other=[(r(5), 1)])


def method_chain(x):
    return (x**2).sum(axis=1).mean().item() * 1.0


case(method_chain, (r(2, 3),))

"""Calls of functions and closures, in the many forms that Python has for it."""

import functools
import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(140), uniform(141)


def make(scale):
    def f(x):
        return x * scale

    return f


case(make(2.5), (r(3),), other=[(r(4),)], name="closure")


sq = lambda x: x * x + 1


case(sq, (r(3),), other=[(r(4),)], name="lam")


def apply_twice(f, x):
    return f(f(x))


def uses_apply(x):
    return apply_twice(np.tanh, x) + apply_twice(lambda v: v * v, x)


case(uses_apply, (r(3),), other=[(r(4),)])


def helper_inplace(a, v):
    a[0] = v
    return a


def uses_inplace(x):
    y = x * 2
    z = helper_inplace(y, x[1])
    return z * y


case(uses_inplace, (r(3),), other=[(r(4),)])


R = (r(4), r(4))


O = [(r(6), r(6)), (r(1), r(1))]


def helper_many(x, w):
    a = x * w
    b = np.exp(a)
    return a, b


def uses_many(x, w):
    a, b = helper_many(x, w)
    c, _ = helper_many(b, a)
    return c.sum() + b.mean()


case(uses_many, R, other=O)


def reduce_(xs):
    return functools.reduce(lambda a, b: a * b, xs)


case(reduce_, ([r(2), r(2), r(2)],))


R2 = [(r(4), r(4))]


O2 = [(r(6), r(6)), (r(1), r(1))]


def local_def(x, w):
    def act(z):
        y = np.maximum(z, 0.1 * z)
        return y * z

    return act(x * w) + act(x)


case(local_def, R2[0], other=O2)


def reduced_by_a_lambda(x):
    return functools.reduce(lambda a, b: a * b + np.sin(a), x)


case(reduced_by_a_lambda, (r(3),), other=[(r(5),)])


def logged(function):
    """A decorator that prints and calls."""

    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def decorated(x, y):
    return x * y + np.sin(x)


@functools.lru_cache
def cached_constant(n):
    return math.sqrt(n)


def calls_decorated(x):
    return x * cached_constant(4) + decorated(x, x)


case(calls_decorated, (r(3),))


def square(x):
    y = x * x
    return y


def called_in_index(x, idx):
    return x[square(idx)] * 2 + x[0]


case(called_in_index, (r(5), 2), other=[(r(5), 1)])

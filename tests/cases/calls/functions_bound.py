"""Functions of Python and its libraries that a function binds to shorter names, or gets as an argument."""

import math
from math import exp, sqrt

import numpy as np
from scipy.stats import norm

from tests.cases import case, raises, uniform

u = uniform(829)

N, density = norm.cdf, norm.pdf
TAILS = {"lower": N, "upper": lambda x: 1 - N(x)}


def bound_several_at_once(x):
    _sqrt, _exp = sqrt, exp
    t = _sqrt(x)
    q = _sqrt(t)
    return q * _exp(-t)


case(bound_several_at_once, (1.5,), other=[(0.3,)])


def of_numpy(x):
    e, s = np.exp, np.sum
    return s(e(x)) * e(x[0])


case(of_numpy, (u(2),), other=[(u(3),)])


def nested_targets(x, p):
    (a, b), c = (p, x), 2.0
    return a(b, c) + x


case(nested_targets, (1.5, pow), other=[(0.3, pow)], guarded=[raises("a was pow", 0.3, max)])


def root_by_default(x, fn=math.sqrt):
    t = fn(x)
    return t * fn(t + 1)


case(
    root_by_default,
    (1.5,),
    other=[(0.3,), (0.3, math.sqrt)],
    guarded=[raises("fn was math.sqrt", 0.3, np.sqrt)],
)


def size_by_default(x, fn=abs):
    return fn(x) * x


case(size_by_default, (-1.5,), other=[(0.3, abs)], guarded=[raises("fn was abs", 0.3, math.sqrt)])


def from_a_table(x, options):
    return options["act"](x) * x


case(
    from_a_table,
    (1.5, {"act": math.tanh}),
    other=[(0.3, {"act": math.tanh})],
    guarded=[raises('options["act"] was math.tanh', 0.3, {"act": np.tanh})],
)


def distribution_by_another_name(x, strike, sigma):
    d = math.log(x / strike) / sigma
    return x * N(d) - strike * density(d)


case(distribution_by_another_name, (1.0, 0.9, 0.2), other=[(0.9, 1.1, 0.3)])


def distribution_in_a_table(x, kind):
    return TAILS[kind](x) * x


case(distribution_in_a_table, (0.3, "upper"), other=[(0.7, "lower")])


def smooth_step(a):
    return 1 - np.sin(a)


def half_steps(slope, y, h, trips):
    def step(y):
        k = slope(y)
        middle = slope(y + h * k)
        return y + h * (k + middle) / 2

    for _ in range(trips):
        y = step(y)
    return y


case(
    half_steps,
    (smooth_step, np.array([0.1, 0.2, 0.5]), 0.1, 3),
    other=[(smooth_step, np.array([0.4, -0.2]), 0.2, 5), (smooth_step, np.array([0.4]), 0.2, 0)],
    guarded=[raises("slope was smooth_step", np.cos, np.array([0.4, -0.2]), 0.2, 5)],
)


def each_in_turn(functions, x):
    def run(v):
        for one in functions:
            v = one(v) * v
        return v

    y = run(x)
    return np.sum(y * run(y))


case(
    each_in_turn,
    ([np.sin, smooth_step], np.array([0.1, 0.2, 0.5])),
    other=[([np.sin, smooth_step], np.array([0.3, 0.7]))],
    guarded=[raises("functions[0] was np.sin", [smooth_step, np.sin], np.array([0.3, 0.7]))],
)


def two_functions_deep(gain, x):
    def outer(v):
        def inner(t):
            q = gain(t) * t
            return q + v

        r = inner(v) * 2
        return r + inner(r)

    return outer(x)


case(
    two_functions_deep,
    (smooth_step, np.array([0.1, 0.2, 0.5])),
    other=[(smooth_step, np.array([0.4]))],
    guarded=[raises("gain was smooth_step", np.tanh, np.array([0.4]))],
)


def weighted_gap(a, s, weight=smooth_step):
    found = weight(a)
    return np.sum(found * (a - s) ** 2)


case(
    weighted_gap,
    (np.array([0.1, 0.2, 0.5]), 0.3),
    other=[(np.array([0.4]), 0.5), (np.array([0.4]), 0.5, smooth_step)],
    guarded=[raises("weight was smooth_step", np.array([0.4]), 0.5, np.cos)],
)


def gap_inside(a, s, weight):
    def gap(t):
        u, v = t
        return weighted_gap(a, s * u, weight) * v

    return gap([1.0, 2.0])


case(
    gap_inside,
    (np.array([0.1, 0.2, 0.5]), 0.3, smooth_step),
    other=[(np.array([0.4]), 0.5, smooth_step)],
    guarded=[raises("weight was smooth_step", np.array([0.4]), 0.5, np.cos)],
)


bell = lambda x: 0.4 * np.exp(-0.5 * x * x)


def lambda_beside_a_side_that_is_given_up(x, n):
    k = bell(float(n))
    if np.ndim(x) == 1 and n > 3:
        return np.vectorize(lambda v: v * x[0])(x) * k
    return bell(x) * k


case(
    lambda_beside_a_side_that_is_given_up,
    (np.array([0.1, 0.5]), 2),
    other=[(np.array([0.3]), 3), (np.array([0.3, 0.7]), 4)],
)

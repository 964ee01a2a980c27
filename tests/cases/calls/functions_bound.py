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

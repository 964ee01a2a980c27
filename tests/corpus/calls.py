"""Calls: helpers of this and another module, lambdas, closures, partial, decorators, import spellings."""

from functools import partial

import numpy as np

from tests.corpus import case, library, normal, uniform
from tests.corpus.library import affine, relu
from tests.corpus.library import sigmoid as σ

r, u = normal(5), uniform(5)
LAMBDA = 0.1
WEIGHTS = np.array([0.2, -0.5, 1.5])
SIZES = (2, 3)
TABLE = {"scale": 2.0, "w": np.array([1.0, 2.0, 3.0])}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def square(x):
    y = x * x
    return y


def two_stages(x, w):
    h = np.tanh(x * w)
    return h * h + x


def one_line_helper(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)


case(one_line_helper, (3.0, -4.0), other=[(0.5, 0.25)])
case(one_line_helper, (u(3), u(3)), name="one_line_helper_arrays", other=[(u(2, 2), u(2, 2))])


def staged_helper(x, w):
    return two_stages(x, w) * w


case(staged_helper, (r(3), r(3)))


def helper_twice(x, w):
    return two_stages(two_stages(x, w), w)


case(helper_twice, (r(3), r(3)))


def helper_same_argument_twice(x):
    return two_stages(x, x)


case(helper_same_argument_twice, (r(3),))


def helper_of_other_module(x, w, b):
    return relu(affine(x, w, b))


case(helper_of_other_module, (r(2, 3), r(3, 4), r(4)), other=[(r(3, 2), r(2, 2), r(2))])


def helper_by_attribute(x, w, b):
    return library.sigmoid(library.affine(x, w, b)) * library.SCALE


case(helper_by_attribute, (r(2, 3), r(3, 4), r(4)))


def helper_with_module_constants(x):
    return library.scaled(x) * x


case(helper_with_module_constants, (r(2, 3),))


def helper_calls_helper(x):
    return library.deep(x)


case(helper_calls_helper, (r(4, 3),), other=[(r(5, 3),)])


def helper_with_default(x):
    return library.normalized(x) * library.normalized(x, eps=1.0)


case(helper_with_default, (r(4, 3),), other=[(r(3, 2),)])


def helper_returns_pair(x, y):
    a, b = library.pair(x, y)
    return a * b


case(helper_returns_pair, (r(3), r(3)))


def helper_pair_partly_used(x, y):
    _, b = library.pair(x, y)
    return b * y


case(helper_pair_partly_used, (r(3), r(3)))


def helper_pair_kept(x, y):
    both = library.pair(x, y)
    return both[0] * both[1]


case(helper_pair_kept, (r(3), r(3)))


def helper_renamed(x):
    return σ(x) * sigmoid(x)


case(helper_renamed, (r(3),))


def helper_keywords(x, w, b):
    return affine(b=b, w=w, x=x)


case(helper_keywords, (r(2, 3), r(3, 4), r(4)))


def helper_result_hides_name(x, w):
    h = x * w
    y = square(h)
    h = square(y)
    return h * y


case(helper_result_hides_name, (r(3), r(3)))


def helper_on_passive(x, n):
    k = square(n)
    return x * k


case(helper_on_passive, (r(3), 2), other=[(r(3), 3)])


def helper_passive_and_traced(x):
    return two_stages(x, WEIGHTS) + two_stages(WEIGHTS, x)


case(helper_passive_and_traced, (r(3),))


def lambda_inside(x, y):
    g = lambda a: a * np.sin(a)  # noqa: E731
    return g(x) * g(y)


case(lambda_inside, (r(3), r(3)))


def lambda_over_local(x, y):
    s = x * y
    g = lambda a: a * s  # noqa: E731
    return g(x) + g(y)


case(lambda_over_local, (r(3), r(3)))


anonymous = lambda x, y: x * y + np.sin(x)  # noqa: E731
case(anonymous, (r(3), r(3)), name="lambda_itself", refused=None)


def inner_function(x, y):
    def gate(a, b):
        h = a * b
        return np.tanh(h) + h

    return gate(x, y) * gate(y, x)


case(inner_function, (r(3), r(3)))


def closure(x, y):
    scale = np.sum(x)

    def inner(a):
        return a * scale

    return inner(x) + inner(y)


case(closure, (r(3), r(3)))


def made(scale, w):
    def layer(x):
        return np.tanh(x * scale) * w

    return layer


case(made(2.0, WEIGHTS), (r(3),), name="closure_from_factory", refused=None)


def partial_inside(x, y):
    double = partial(two_stages, w=y)
    return double(x)


case(partial_inside, (r(3), r(3)))


def passed_function(x, act):
    return act(x) * x


case(passed_function, (r(3), np.tanh), guarded=[(r(3), np.sin)], refused=None)


def function_table(x, kind):
    table = {"relu": relu, "tanh": np.tanh, "sigmoid": sigmoid}
    return table[kind](x) * x


case(function_table, (r(3), "tanh"), guarded=[(r(3), "sigmoid")], refused=None)

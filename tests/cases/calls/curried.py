"""Functions that functions return, each with the variables of its own call."""

import functools

import numpy as np

from tests.cases import case, normal

r = normal(71)
x, y = np.array([0.3, 0.5, -0.2]), np.array([1.1, -0.7, 0.4])


def three_in_turn(x, y):
    multiply = lambda a: lambda b: lambda c: a * b + c  # noqa: E731
    return multiply(x)(y)(2.0)


case(three_in_turn, (x, y), other=[(y, x)])


def four_in_turn(x, y):
    return (lambda a: lambda b: lambda c: lambda d: a * b * c * d)(x)(y)(2.0)(x)


case(four_in_turn, (x, y), other=[(y, x)])


def kept_halfway(x):
    add = lambda a: lambda b: lambda c: a * b + c * a  # noqa: E731
    half = add(x)
    whole = half(2.0)
    return whole(x) * add(x * 3)(x)(1.0)


case(kept_halfway, (0.5,), other=[(0.7,)])


def with_variables_of_each(x, y):
    def outer(a):
        k = a * a

        def middle(b):
            m = k * b

            def inner(c):
                return m * c + k + a

            return inner

        return middle

    return outer(x)(y)(x * 2)


case(with_variables_of_each, (x, y), other=[(y, x)])


def two_by_map(x):
    a, b = map(lambda k: lambda z: z * k, (x, 2.0))
    return a(1.0) * b(x)


case(two_by_map, (x,), other=[(y,)])


def one_for_all_trips(x):
    a, b = [lambda z: z * k for k in (x, 2.0)]  # noqa: B023  # the last one, by intent
    return a(1.0) * b(x)


case(one_for_all_trips, (x,), refused="b may be another function in the next call")


def composed(x):
    f = functools.reduce(lambda f, g: lambda z: g(f(z)), [np.sin, np.tanh])
    return f(x)


case(composed, (x,), refused="f may be another function in the next call")


def called_at_once(x, ks):
    return sum(map(lambda k: (lambda z: z * k)(x), ks))


case(called_at_once, (x, [1.0, 2.0]), refused="no gate is known for")


def partials_of_what_changes(x, w):
    scaled = functools.partial(np.multiply, x * 2)
    raised = functools.partial(np.power, w + 1)
    x = x + 1
    return scaled(w) + raised(2) * x


case(partials_of_what_changes, (0.7, 1.3), other=[(0.2, 0.4)])


def partial_on_lines_of_its_own(a, b, win=3):
    weights = np.ones(win) / win
    smooth = functools.partial(np.convolve, v=weights, mode="valid")
    x, y = smooth(a), smooth(b)
    x2 = smooth(a * a)
    return (x2 - x**2) * y


case(partial_on_lines_of_its_own, (r(6), r(6)), other=[(r(8), r(8), 4)])


def partial_in_a_loop(a, n):
    total = functools.partial(np.sum, axis=0)
    for _ in range(n):
        a = a - total(a) / 2
        if total(a)[0] > 0:
            a = total(a * a) + a
    return total(a)


case(partial_in_a_loop, (r(6, 2), 2), other=[(r(5, 3), 0), (r(2, 2), 1)])

"""Defaults of local functions that read variables: computed where the function is defined, not where it is called."""

import numpy as np

from tests.cases import case, normal

r = normal(7321)


def default_of_a_size(x, s):
    def scaled(v, by=len(x)):
        return v * by

    x = x[:2]
    return np.sum(scaled(x)) * s


case(default_of_a_size, (r(4), 2.0), other=[(r(5), -1.0), (r(2), 0.5)])


def default_before_a_name_is_bound_anew(x, a):
    def scaled(v, by=a):
        return v * by

    a = a * 3
    return np.sum(scaled(x)) * a + np.sum(scaled(x, by=a))


case(default_before_a_name_is_bound_anew, (r(4), 2.0), other=[(r(3), -1.0)])


def defaults_of_several_lines(x, a, flag):
    def step(v, times=2.0, up=x.shape[0], flag=flag, *, shift=a):
        z = v * times + shift
        if up > 4:
            z = z + v
        return z * z if flag else z

    flag = not flag
    for _ in range(2):
        x = step(x)
    return np.sum(step(x, 1.0)) * (2 if flag else 3)


case(
    defaults_of_several_lines,
    (r(4), 0.5, True),
    other=[(r(5), -0.5, True), (r(3), 0.5, False), (r(6), 0.1, False)],
)


def default_of_each_trip(x, n):
    s = 0.0
    for i in range(n):

        def power(v, p=i + 1):
            return v**p

        s = s + np.sum(power(x))
    return s


case(default_of_each_trip, (r(4), 3), other=[(r(5), 1), (r(3), 0)])


def default_of_a_recursion(x, a, n):
    k = 2

    def steps(v, m, by=k):
        if m == 0:
            return v
        return steps(v * a, m - 1) + by

    k = 5
    return np.sum(steps(x, n)) * k


case(default_of_a_recursion, (r(4), 2.0, 3), other=[(r(3), -1.0, 2), (r(3), 0.5, 0)])


def default_alone(x):
    def g(y=x * x):
        return y * x

    return g()


case(default_alone, (r(3),), other=[(r(5),)])

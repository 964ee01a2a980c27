"""Roots of what is zero far out alone, as an exponential is: the slope of the root is infinite there, that of the whole
is zero.
"""

import math

import numpy as np
import scipy.special

from tests.cases import case

A = np.array


def occupation(x, t):
    z = np.exp((x - 1) / t)
    return 1 / (np.sqrt(z) + 1)


case(occupation, (0.3, 0.7), other=[(-800.0, 1.0), (-1600.0, 1.0), (800.0, 1.0), (1600.0, 1.0)])
case(
    occupation,
    (A([0.3, 0.4]), 0.7),
    other=[(A([-800.0, 0.3]), 1.0), (A([1600.0, 1.0]), 1.0)],
    name="occupations",
)


def occupation_by_math(x, t):
    z = math.exp((x - 1) / t)
    return t / (math.sqrt(z) + 1) + z**0.25


case(occupation_by_math, (0.3, 0.7), other=[(-1600.0, 1.0), (200.0, 1.0)])


def sampled(mu, logvar, eps):
    var = np.exp(logvar)
    return mu + np.sqrt(var) * eps


case(
    sampled,
    (A([0.3, 0.4]), A([0.3, 0.4]), A([0.3, 0.4])),
    other=[(A([-1.0, 0.3]), A([-800.0, 0.4]), A([0.3, 0.4]))],
)


def root_of_sigmoid(x):
    p = 1 / (1 + np.exp(-x))
    return np.sum(np.sqrt(p) * x + scipy.special.expit(2 * x) ** 0.5)


case(root_of_sigmoid, (A([0.3, 0.4]),), other=[(A([-800.0, 0.3]),), (A([800.0, 0.3]),)])


def root_of_a_scaled_bell(x, c):
    p = np.exp(-(x**2))
    q = p / (1 + c**2)
    return np.sum((c * p) ** 0.5 * x + q**0.25 + np.sqrt(scipy.special.erfc(x)))


case(root_of_a_scaled_bell, (A([0.3, 0.4]), 1.3), other=[(A([-80.0, 0.3]), 1.3)])


def root_in_a_loop(x, t):
    s = 0.0
    for i in range(3):
        e = np.exp(-x * i)
        q = e * t
        s = s + np.sum(np.sqrt(q))
        x = x * 1.5
    return s


case(root_in_a_loop, (A([0.3, 1.0]), 0.7), other=[(A([1600.0, 1.0]), 1.0)])


def root_of_what_is_bound_anew(x, t):
    p = np.exp(-x)
    q = p / (1 + t**2)
    p = p + 1
    return np.sum(np.sqrt(q) * p)


FAR = A([1600.0, 0.5, 1.0])
NEAR, SHIFT = A([0.3, 0.7, 1.2]), A([0.5, -0.4, 0.8])
FAR_OUT = [(FAR, SHIFT), (np.float32(FAR), np.float32(SHIFT))]

case(root_of_what_is_bound_anew, (NEAR, SHIFT), other=FAR_OUT)


def root_of_what_changes_in_place(x, t):
    p = np.exp(-x)
    q = p / (1 + t**2)
    p += 1
    return np.sum(np.sqrt(q) * p)


case(root_of_what_changes_in_place, (NEAR, SHIFT), other=FAR_OUT)


def three_times_one_name(x, t):
    p = np.exp(-(x**2))
    p = p * (2 + t)
    p = p**0.5
    return np.sum(p * t)


case(three_times_one_name, (NEAR, SHIFT), other=FAR_OUT)


def bound_anew_in_each_trip(x, t):
    total = 0.0
    for k in range(3):
        p = np.exp(-x * (k + 1))
        q = p / (1 + t**2)
        p = p + k
        total = total + np.sum(np.sqrt(q) * p)
    return total


case(bound_anew_in_each_trip, (NEAR, SHIFT), other=FAR_OUT)


def what_the_exponential_reads_is_bound_anew(x, t):
    p = np.exp(-x) / (1 + t**2)
    x = x * 2
    return np.sum(np.sqrt(p) * x)


case(what_the_exponential_reads_is_bound_anew, (NEAR, SHIFT), other=FAR_OUT)


def maximum_of_what_is_bound_anew(x, t):
    q = np.maximum(x, 0) * (t**2 + 1)
    x = x + 1
    r = np.sqrt(q)
    q = q * x
    return np.sum(r * q)


case(
    maximum_of_what_is_bound_anew, (NEAR, SHIFT), other=[(A([-1.0, 0.5, 1.0]), SHIFT), *FAR_OUT[:1]]
)


def root_of_a_share(x):
    return np.sqrt(np.exp(x)[0] / np.exp(x).sum())


def root_of_two_shares(x):
    e = np.exp(x)
    return np.sqrt(e[0] / e.sum() * e[2])


def root_of_a_share_in_a_list(x):
    w = [np.exp(v) for v in x]
    return np.sqrt(w[0] / sum(w))


def root_of_what_is_divided_by_an_exponential(x):
    return np.sqrt(x[0] / (2 + np.exp(2 * x[1])))


def a_share_and_its_root(x):
    z = np.sum(np.exp(x))
    p = np.exp(x[0]) / z
    return np.sqrt(p) + p


for function in (
    root_of_a_share,
    root_of_two_shares,
    root_of_a_share_in_a_list,
    root_of_what_is_divided_by_an_exponential,
    a_share_and_its_root,
):
    case(function, (A([0.5, 0.2, 0.1]),), other=[(A([0.5, 800.0, 0.1]),), (A([0.5, -800.0, 0.1]),)])


def root_of_a_number_divided_by_two(x):
    return np.sqrt(3 / (np.exp(x[0]) + np.exp(x[1])))


def root_of_a_quotient(x):
    return np.sqrt(3 / np.exp(x))


def power_of_a_quotient(x):
    return (2 / np.sum(np.exp(x))) ** 0.5


def root_of_a_scaled_sigmoid(x):
    return np.cbrt(x[2] / (1 + np.exp(x[:2]))).sum()


for function in (
    root_of_a_number_divided_by_two,
    root_of_a_quotient,
    power_of_a_quotient,
    root_of_a_scaled_sigmoid,
):
    case(
        function,
        (A([0.5, 0.2, 0.1]),),
        other=[(A([0.5, 800.0, 0.1]),), (A([-800.0, -850.0, 0.1]),)],
    )

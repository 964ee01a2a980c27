"""Loops that come to a solution, called at it: they make fewer trips than next to it, and what these trips say of the
slope is wrong, so that a module refuses the numbers with which it is so.
"""

import math

import numpy as np

from tests.cases import case, raises, uniform

u = uniform(4201)


def root_from_one(a):
    x = 1.0
    while abs(x * x - a) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


case(root_from_one, (2.0,), other=[(4.0,), (0.3,)], guarded=[raises("a was not 1.0", 1.0)])


def roots_from_one(a):
    x = np.ones_like(a)
    while np.max(np.abs(x * x - a)) > 1e-12:
        x = 0.5 * (x + a / x)
    return x


case(
    roots_from_one,
    (u(2) + 1.5,),
    other=[(u(3) + 1.5,), (np.array([1.0, 2.0]),)],
    guarded=[raises("a was not 1.0", np.ones(2))],
)


def mean_of_means(a, b):
    while abs(a - b) > 1e-13:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return a


case(
    mean_of_means,
    (2.0, 3.0),
    other=[(1.0, 2.0), (0.5, 0.7)],
    guarded=[raises("a and b were not equal", 3.0, 3.0)],
)


def settled_state(b, A):
    x = np.zeros_like(b)
    while True:
        new = np.tanh(0.1 * A @ x + b)
        if np.max(np.abs(new - x)) < 1e-13:
            return new
        x = new


case(
    settled_state,
    (u(3), u(3, 3)),
    other=[(u(2), u(2, 2))],
    guarded=[raises("b was not 0", np.zeros(3), u(3, 3))],
)


def reciprocal_without_division(a):
    x = 1.0
    for _ in range(60):
        error = 1 - a * x
        if abs(error) < 1e-14:
            break
        x = x + x * error
    return x


case(
    reciprocal_without_division,
    (1.3,),
    other=[(0.7,), (1.9,)],
    guarded=[raises("a was not 1.0", 1.0)],
)


def counted_down(x):
    while x > 1.0:
        x = x / 2
    return x * x


case(counted_down, (5.3,), other=[(0.4,), (17.0,)])


def descended_to_zero(x):
    """At 0 no step can be tried that takes the way of 0."""
    gradient = x.copy()
    while np.any(np.abs(gradient) > 1e-9):
        x = x - 0.3 * gradient
        gradient = 2 * x
    return x


case(
    descended_to_zero,
    (u(3) + 1.0,),
    other=[(u(2) + 1.0,), (np.array([0.0, 1.0]),)],
    guarded=[raises("x was not 0", np.zeros(3))],
)


def volume_of_a_gas(T, P, Tc, Pc):
    """With a negative temperature, which the check tries, the power is complex."""
    a = 0.42748 * 0.08206**2 * Tc**2.5 / Pc
    b = 0.08664 * 0.08206 * Tc / Pc
    V = 0.08206 * T / P
    error, trips = 1.0, 0
    while error > 1e-10 and trips < 100:
        f = 0.08206 * T / (V - b) - a / (np.sqrt(T) * V * (V + b)) - P
        slope = a * (2 * V + b) / (np.sqrt(T) * (V * (V + b)) ** 2) - 0.08206 * T / (V - b) ** 2
        new = V - f / slope
        error = abs(new - V)
        V = new
        trips += 1
    return V


case(volume_of_a_gas, (300.0, 1.2, 190.0, 45.0), other=[(330.0, 2.0, 200.0, 46.0)])

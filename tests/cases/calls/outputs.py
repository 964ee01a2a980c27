"""Helpers with several outputs, and arguments that are bound anew where the call stands."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(133), uniform(134)


def split(z, s):
    return np.tanh(z) * s, np.sum(z) - s


def first_target_is_an_argument(x):
    v = np.sin(x)
    v, a = split(v, v[-1])
    return v * a


case(first_target_is_an_argument, (r(3),), other=[(r(5),), (r(1),)])


def targets_change_places(x, y):
    y, x = split(x, y)
    return y * x


case(targets_change_places, (r(3), 0.7), other=[(r(4), -0.3)])


def again_in_a_loop(x, s, trips):
    for _ in range(trips):
        x, s = split(x, s)
    return x * s


case(again_in_a_loop, (r(3), 0.7, 2), other=[(r(4), -0.3, 0), (r(2), 0.4, 3)])


def one_output_unused(x, s):
    h, _ = split(x, s)
    return h + s


case(one_output_unused, (r(3), 0.7), other=[(r(4), -0.3)])


def moments(z):
    mean = np.mean(z)
    spread = np.mean((z - mean) ** 2)
    return mean, spread


def both_moments(x):
    m, s = moments(x)
    n, t = moments(x - m)
    return (x - m) / np.sqrt(s + 1e-3) + n * t


case(both_moments, (r(4),), other=[(r(6),)])


def argument_changed_inside(z, s):
    z = z * s
    s = s + 1.0
    return z / s


def callers_names_stay(x, s):
    h = argument_changed_inside(x, s)
    return h * s + x


case(callers_names_stay, (r(3), 0.7), other=[(r(4), 0.3)])


def force_added(u, f, dt):
    u += dt * f


case(force_added, (r(3), r(3), 0.1))

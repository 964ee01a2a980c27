"""Roots, powers and inverse functions of numbers behind a maximum or a bound, whose slopes are infinite where nothing
comes through."""

import math

import numpy as np

from tests.cases import case


def root_of_what_is_left(x, a):
    u = max(0.0, 1 - x * x)
    return math.sqrt(u) * a + x


case(root_of_what_is_left, (0.8, 0.4), other=[(1.3, 0.1), (0.3, 0.1)])


def power_behind_a_maximum(x, a):
    u = max(1 - x, 0)
    return a * u**0.5 + x


case(power_behind_a_maximum, (0.8, 0.4), other=[(1.3, 0.1), (0.3, 0.1)])


def of_numpy(x, a):
    u = np.maximum(1 - x, 0)
    return a * np.sqrt(u) + x


case(of_numpy, (0.8, 0.4), other=[(1.3, 0.1), (0.3, 0.1)])


def angle_of_a_bounded_cosine(x, a):
    u = min(1.0, x)
    return math.acos(u) * a + x


case(angle_of_a_bounded_cosine, (0.8, 0.4), other=[(1.3, 0.1), (0.3, 0.1)])


def scaled_on_the_way(x, a):
    u = max(1 - x, 0.0) * 3.0
    return a * math.sqrt(u / 2.0) + x


case(scaled_on_the_way, (0.8, 0.4), other=[(1.3, 0.1), (0.3, 0.1)])


def height_of_a_chord(r, d):
    inside = max(r * r - d * d, 0.0)
    half = math.sqrt(inside)
    return r - half + d * half


case(height_of_a_chord, (2.0, 0.4), other=[(1.0, 1.5), (1.0, 0.3)])

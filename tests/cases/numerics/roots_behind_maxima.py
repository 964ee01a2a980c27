"""Roots, powers and inverse functions of numbers behind a maximum or a bound, whose slopes are infinite where nothing
comes through."""

import math

import numpy as np

from tests.cases import case

X = np.array([0.3, 0.8, -1.2])
Y = np.array([1.1, -0.7, 0.4])


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


def arm_of_two_links(x, y):
    c = (x * x + y * y - 1) / 2
    c = max(-1.0, min(1.0, c))
    s = math.sqrt(max(0.0, 1 - c * c))
    return math.atan2(s, c)


case(arm_of_two_links, (0.3, 0.4), other=[(2.0, 0.4), (1.0, 0.4)])


def angle_and_sine_of_a_bounded_cosine(x, y):
    c = (x * x + y * y - 1) / 2
    c = max(-1.0, min(1.0, c))
    return math.acos(c) + c * c + math.sqrt(1 - c * c)


case(angle_and_sine_of_a_bounded_cosine, (0.3, 0.4), other=[(2.0, 0.4), (1.0, 0.4)])


def between(a, b):
    c = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    c = max(-1.0, min(1.0, c))
    return math.acos(c)


case(between, (X, Y), other=[(Y, X), (X[:2], -Y[:2])])


def root_of_a_root(x, y):
    u = max(x, 0.0)
    s = math.sqrt(u)
    return math.sqrt(s) * y


case(root_of_a_root, (0.5, 2.0), other=[(-0.5, 2.0), (2.0, 3.0)])


def root_and_quotient(x, y):
    u = max(x * y, 0.0)
    return math.sqrt(u) * y + y / (1 + u)


case(root_and_quotient, (0.5, 2.0), other=[(-0.5, 2.0), (2.0, 3.0)])


def two_powers(x, y):
    u = max(x - y / 10, 0.0)
    return u**0.3 * y + u**0.7


case(two_powers, (0.5, 2.0), other=[(-0.5, 2.0), (2.0, 3.0)])


def power_of_a_power(x, y):
    u = max(x - y / 10, 0.0)
    v = u**0.3
    w = v**0.5
    return w * y


case(power_of_a_power, (0.5, 2.0), other=[(-0.5, 2.0), (2.0, 3.0)])


def cosine_and_its_sine(x, y):
    c = min(x / y, 1.0)
    s = math.sqrt(1 - c * c)
    return s * y + c


case(cosine_and_its_sine, (0.5, 2.0), other=[(2.5, 2.0), (2.0, 3.0)])


def quotient_of_a_root(x, y):
    s = math.sqrt(max(0.0, 1 - (x / y) ** 2))
    t = s / (1 + s)
    return t * y


case(quotient_of_a_root, (0.5, 2.0), other=[(2.5, 2.0), (2.0, 3.0)])


def bounded_twice(x, y):
    u = max(0.0, min(x, 1.0))
    w = min(max(math.sqrt(1 - u) - y, 0.0), 1.0)
    return math.acos(w) * y + math.sqrt(w)


case(
    bounded_twice,
    (0.5, 0.2),
    other=[(2.5, 0.2), (-2.5, -0.7), (-1.0, 0.3), (-1.0, -0.3), (0.5, -0.5)],
)


def cut_or_mirrored(v, z, full=True):
    cut = np.maximum(v, 0) if full else np.abs(v)
    return np.sqrt(cut * 0.1) * z


case(
    cut_or_mirrored,
    (np.array([0.5, -0.3, 0.2]), np.array([1.0, 2.0, -1.0])),
    other=[(np.array([0.5, -0.3]), np.array([1.0, 2.0]), False)],
)


def steps_of_a_variance(v, dt, n, full):
    total = 0.0
    for _ in range(n):
        w = max(v, 0.0) if full else abs(v)
        v = v + 0.3 * (0.1 - w) * dt - 0.9 * math.sqrt(w * dt)
        total += v
    return total


case(steps_of_a_variance, (0.2, 0.1, 3, True), other=[(0.1, 0.3, 5, True), (0.1, 0.3, 5, False)])


def one_side_cut(x, y, cut):
    if cut:
        h = np.maximum(x, 0)
    else:
        h = x + 2
    return np.sqrt(h) * y


case(
    one_side_cut,
    (np.array([0.5, -0.3]), np.array([1.0, 2.0]), True),
    other=[(np.array([0.5, -0.3, 0.1]), np.array([1.0, 2.0, 3.0]), False)],
)

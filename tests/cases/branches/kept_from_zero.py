"""Tests that keep a number at which a slope is infinite, or a value is nan, from what is computed with it."""

import math

import numpy as np

from tests.cases import case


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def normalize(self):
        size = math.sqrt(self.x**2 + self.y**2)
        if size > 0:
            self.x /= size
            self.y /= size

    def limit(self, most):
        if math.hypot(self.x, self.y) > most:
            self.normalize()
            self.x *= most
            self.y *= most


case(
    Vector.normalize,
    (Vector(0.3, 0.4),),
    wrt=("self.x", "self.y"),
    other=[(Vector(-0.5, 0.2),), (Vector(0.0, 0.0),)],
)
case(
    Vector.limit,
    (Vector(3.0, 4.0), 2.0),
    wrt=("self.x", "self.y", "most"),
    other=[(Vector(-0.5, 0.2), 2.0), (Vector(-0.5, 3.2), 0.5)],
)


def divided_in_some_trips(sizes):
    share = 1.0
    for size in sizes:
        if size > 0:
            share = share / size
        else:
            share = 0.5 * size
    return share


case(divided_in_some_trips, ([0.3, 0.4],), other=[([0.1, -2.0, 0.5],), ([0.5, 0.0, -2.0],)])


def on_inner_sides(v, x):
    if v > 0:
        if v > 1:
            x = x / (v - 1)
        else:
            x = x * math.sqrt(v)
    return x


case(on_inner_sides, (3.0, 2.0), other=[(0.5, 2.0), (-1.0, 2.0)])


def root_before_a_test_of_its_double(x, t):
    root = np.sqrt(x)
    double = x * 2
    if double > 0:
        t = root * t
    return t


case(root_before_a_test_of_its_double, (0.3, 2.0), other=[(0.7, 2.0), (-1.0, 2.0)])


def logarithm_before_a_named_test(x, t):
    log = np.log(x)
    is_in = x * 2 > 0
    return log * t if is_in else t


case(logarithm_before_a_named_test, (0.3, 2.0), other=[(-1.0, 2.0)])


def root_of_another_number(m, x):
    if m > 0:
        m = m - 1.0
        x = x * abs(m) ** 0.5
    return x


case(root_of_another_number, (3.0, 2.0), other=[(0.5, 2.0), (-1.0, 2.0)])


WEIGHTS, NONE = np.array([0.3, 0.2, 0.6]), np.zeros(3)


def shares_behind_a_test_of_the_sum(w, x):
    W = w / w.sum()
    if w.sum() > 0:
        return np.sum(W * x)
    return np.sum(x)


def directions_behind_a_test_of_all(w, x):
    W = w / np.linalg.norm(w)
    if np.any(w):
        return np.sum(W * x)
    return np.sum(x)


def scores_behind_a_test_of_the_ends(w, x):
    W = (w - w.mean()) / w.std()
    out = np.sum(x)
    if w.max() > w.min():
        out = np.sum(W * x)
    return out


def rejected_behind_a_test_of_squares(w, x):
    u = w / np.sqrt((w**2).sum())
    v = x - (x @ u) * u
    if (w**2).sum() > 0:
        return np.sum(v**2)
    return np.sum(x**2)


def shares_behind_tests_of_items(w, x):
    W = w / w.sum()
    s = np.sum(x)
    for i in range(len(x)):
        if w[i] > 0:
            s += W[i] * x[i]
    return s


for function in (
    shares_behind_a_test_of_the_sum,
    directions_behind_a_test_of_all,
    scores_behind_a_test_of_the_ends,
    rejected_behind_a_test_of_squares,
    shares_behind_tests_of_items,
):
    case(
        function,
        (WEIGHTS, np.array([0.5, 1.5, -2.0])),
        other=[(np.array([0.4, 0.1]), np.array([1.0, 3.0]))],
        exact=[((NONE, np.array([0.5, 1.5, -2.0])), {"w": np.zeros(3)})],
    )


def shortened_in_some_trips(x, s):
    v = np.zeros_like(x)
    for g in (x, x * s, -x):
        v = 0.9 * v + g
        if s > 1:
            v /= np.sqrt((v**2).sum() + 1)
    return v * s


case(
    shortened_in_some_trips, (np.array([0.3, 0.5, -0.2]), 0.7), other=[(np.array([0.3, 0.0]), 1.7)]
)

"""Values held at a limit, at which the slope of what is made of them is infinite."""

import numpy as np

from tests.cases import case

A = np.array
far_down = [(A([0.5, -1.0, 2.0]),), (A([0.0, -1.0, 2.0]),)]


def limited_1(x):
    y = np.where(x > 0, x, 0)
    return np.sqrt(y)


case(limited_1, (A([0.5, 1.0, 3.0]),), other=far_down)


def limited_2(x):
    y = np.where(x > 0, x, 0.0)
    return np.log1p(y) * y**0.5


case(limited_2, (A([0.5, 1.0, 3.0]),), other=far_down)


def limited_3(x, t):
    y = np.where(x > t, x - t, 0.0)
    return np.sum(np.sqrt(y))


case(limited_3, (A([0.5, 1.0, 3.0]), 0.1), other=[(*f, 0.3) for f in far_down])


def limited_4(x):
    y = x * (x > 0)
    return np.sqrt(y)


case(limited_4, (A([0.5, 1.0, 3.0]),), other=far_down)


def limited_5(x):
    y = np.where(x < 1, x, 1.0)
    return np.sqrt(1 - y)


case(limited_5, (A([0.5, 0.1, 0.3]),), other=[(A([0.5, 1.1, -2.0]),)])


def limited_6(x, m):
    y = np.where(m, x, 0.0)
    return np.sqrt(y)


case(
    limited_6,
    (A([0.5, 1.0, 3.0]), A([True, True, True])),
    other=[(A([0.5, 1.0, 2.0]), A([True, False, True]))],
)


def limited_7(x):
    y = np.where(x > 0, x**2, 0.0)
    return y**0.25


case(limited_7, (A([0.5, 1.0, 3.0]),), other=far_down[:1])


def limited_8(x):
    y = np.where(x > 0, x, 0)
    return np.sqrt(y * 2.0)


case(limited_8, (A([0.5, 1.0, 3.0]),), other=far_down)


def limited_9(x):
    y = x.copy()
    y[y < 0] = 0
    return np.sqrt(y)


case(limited_9, (A([0.5, 1.0, 3.0]),), other=far_down)


def limited_10(x):
    y = np.where(x > 0, x, 0)
    return np.arccos(y)


case(limited_10, (A([0.5, 0.1, 0.3]),), other=[(A([0.5, 0.2, -2.0]),)])


def limited_11(x):
    return np.sqrt(1 - np.minimum(x, 1.0))


case(limited_11, (A([0.5, 0.1, 0.3]),), other=[(A([0.5, 1.1, -2.0]),)])


def limited_12(x):
    y = np.minimum(x, 1.0)
    return np.sqrt(1 - y**2)


case(limited_12, (A([0.5, 0.1, 0.3]),), other=[(A([0.5, 1.1, -0.2]),)])


def limited_13(x):
    c = np.clip(x, -1, 1)
    return np.sqrt(1 - c * c)


case(limited_13, (A([0.5, 0.1, 0.3]),), other=[(A([0.5, 1.1, -0.2]),)])


def limited_in_a_sum_1(x, n):
    for _ in range(n):
        x = np.sqrt(1 - np.minimum(x, 1.0) ** 2)
    return x


case(limited_in_a_sum_1, (A([0.5, 0.1, 0.3]), 2), other=[(A([0.5, 1.1, 0.2]), 1)])


def limited_in_a_sum_2(x, n):
    y = x
    for _ in range(n):
        y = y * 2 - 1
        y = np.clip(y, -1, 1) * y
        x = x + np.sqrt(2 - y)
    return x


case(limited_in_a_sum_2, (A([0.5, 0.1, 0.3]), 2), other=[(A([0.5, 0.6, 0.2]), 1)])


def limited_in_a_sum_3(u, v):
    c = np.sum(u * v) / np.sqrt(np.sum(u * u) * np.sum(v * v))
    c = np.clip(c, -1, 1)
    s = np.sqrt(1 - c * c)
    return s + np.arccos(c)


case(
    limited_in_a_sum_3,
    (A([0.5, 0.1, 0.3]), A([0.3, 0.2, -0.1])),
    other=[(A([0.5, 0.6, 0.2]), A([0.1, 0.2, 0.3]))],
)


def limited_in_a_sum_4(x, r):
    d = np.maximum(r * r - x * x, 0)
    return np.sqrt(d) * x


case(limited_in_a_sum_4, (A([0.5, 0.1, 0.3]), 1.0), other=[(A([0.5, 1.6, 0.2]), 1.0)])

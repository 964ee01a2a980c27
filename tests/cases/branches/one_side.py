"""Values of which one side of a branch alone makes something: their gradients are handed on there."""

import numpy as np

from tests.cases import case, normal

r = normal(61)


def clipped(g, w, c):
    n = np.sqrt(np.sum(g * g))
    if n > c:
        g = g * (c / n)
    return np.sum(w * g)


case(
    clipped,
    (r(4), r(4), 0.5),
    other=[(r(4), r(4), 50.0), (r(3), r(3), 0.1), (np.zeros(3), r(3), 1.0)],
)


def forces(x, cut):
    e = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            d = x[i] - x[j]
            r2 = np.sum(d * d)
            if r2 < cut:
                e += 1.0 / r2
    return e


case(forces, (r(5, 2), 2.0), other=[(r(4, 3), 1.0), (r(4, 3), 1e-6)])


def centred_or_not(x, on):
    m = np.mean(x, axis=0)
    c = x - m
    if on:
        v = np.mean(c**2, axis=0)
        return np.sum(v * c)
    return np.sum(x * x)


case(centred_or_not, (r(3, 2), True), other=[(r(4, 2), False), (r(5, 3), True)])


def squared_between(x, n):
    y = x
    s = 0.0
    for k in range(n):
        q = y * 0.5
        if k % 2:
            y = y + q * q
        s = s + y
    return s


case(squared_between, (r(3), 4), other=[(r(3), 1), (r(2), 0), (r(2), 5)])


def two_for_one(x, w, t):
    a = x * w
    b = a + w
    if t > 0:
        return a * t
    return np.sum(w) * b


case(two_for_one, (r(3), r(3), 0.5), other=[(r(3), r(3), -0.5), (r(4), r(4), 0.2)])

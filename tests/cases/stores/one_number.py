"""Masks that store into what is one number in the example: `np.asarray(x)` of a float."""

import numpy as np

from tests.cases import case


def two_sides(x):
    x = np.asarray(x)
    out = np.zeros_like(x)
    mask = x > 0.5
    out[mask] = np.sin(x[mask])
    out[~mask] = x[~mask] ** 2
    return out


case(two_sides, (0.7,), other=[(0.3,), (0.9,)])
case(two_sides, (np.array(0.7),), other=[(np.array(0.3),)], name="of_an_array_without_axes")
case(
    two_sides,
    (np.array([0.7, 0.2]),),
    other=[(np.array([0.1, 0.3, 0.8]),)],
    name="of_a_vector",
)


def one_side(x):
    x = np.asarray(x, dtype=float)
    out = np.zeros_like(x)
    m = x > 0.5
    out[m] = x[m] ** 3
    return out


case(one_side, (0.7,), other=[(0.3,)])


def used_behind(x, k):
    x = np.asarray(x, dtype=float)
    out = np.empty_like(x)
    m = x > 0.5
    out[m] = k * x[m] ** 2
    out[~m] = np.sin(x[~m])
    y = out * x + k
    return y


case(used_behind, (0.7, 2.0), other=[(0.3, 2.0)])


def capped(x):
    y = np.array(x, dtype=float) * 3.0
    y = np.asarray(y)
    y[y > 2] = 2
    return y * x


case(capped, (0.3,), other=[(0.9,)])


def angle(theta, n=1.5):
    theta = np.asanyarray(theta, dtype=float)
    c = np.cos(np.radians(theta))
    with np.errstate(invalid="ignore"):
        tau = np.asarray(n * c / (1 + c))
    tau[np.abs(theta) > 60] = 0.0
    return tau


case(angle, (30.0,), other=[(70.0,), (50.0,)])
case(angle, (30.0, 1.3), other=[(70.0, 1.2), (50.0, 1.4)], name="of_both")


def changed_in_place(x, a):
    z = np.array(a * x)
    z[z < 0] *= 0.1
    z[z > 1] += a
    return z**2


case(changed_in_place, (0.3, 2.0), other=[(-0.4, 1.2), (1.5, 1.0)])


def whole_value(x):
    x = np.float64(x)
    y = np.zeros_like(x)
    y[x > 0] = np.sqrt(np.abs(x))
    return 2 * y


case(whole_value, (0.3,), other=[(0.9,), (-0.4,)])


def ramp(t, a, b):
    t = np.asarray(t, float)
    y = np.full_like(t, a)
    rising = (t > 0) & (t < 1)
    y[rising] = a + (b - a) * t[rising]
    y[t >= 1] = b
    return y


case(ramp, (0.3, 1.0, 2.0), other=[(-0.3, 1.0, 2.0), (1.4, 1.0, 2.0)])


def corrected(x):
    x = np.asarray(x)
    beta = np.empty_like(x)
    bad = np.isclose(x, 0)
    beta[~bad] = np.arctan(1 / x[~bad])
    beta[~bad] += np.sin(beta[~bad]) / np.cos(beta[~bad])
    beta[bad & (x > 0)] = 0
    return beta * 2


case(corrected, (0.3,), other=[(-0.3,)])


def twice(x):
    v = np.asarray(x * x)
    v[v > 4] = 4.0
    w = v + x
    w = np.asarray(w)
    w[v < 1] *= x
    return v * w


case(twice, (1.5,), other=[(0.5,), (2.5,)])


def in_a_loop(x):
    v = np.array(x * 0.5)
    for _ in range(3):
        v[v > 1] *= 0.5
        v += x
    return v


case(in_a_loop, (1.5,), other=[(0.4,), (3.5,)])


def height(x, y):
    a = np.hypot(x, y) - 1.0
    inside = np.asarray(x**2 + y**2 < 1)
    try:
        if inside.any():
            a[inside] = -a[inside]
    except TypeError:
        if inside:
            a = -a
    return a * x


case(height, (0.3, 0.4), other=[(0.5, 0.2), (0.9, 0.9)])
case(height, (0.9, 0.9), other=[(0.3, 0.99)], name="height_outside")
case(
    height,
    (np.array([0.9, 0.3]), np.array([0.9, 0.3])),
    other=[(np.array([0.9, 0.3, 0.1]), np.array([0.9, 0.3, 0.2]))],
    name="height_of_vectors",
)

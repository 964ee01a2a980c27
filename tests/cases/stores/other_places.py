"""Arrays whose items are written one by one, each at a place of its own; or not quite."""

import numpy as np

from tests.cases import case, normal

r = normal(411)


def euler(x, n):
    out = np.zeros((n + 1, 2))
    out[0] = x
    for t in range(n):
        out[t + 1] = out[t] * 1.5 + np.sin(out[t])
    return out


case(euler, (r(2), 3), other=[(r(2), 0), (r(2), 5)])


def parts_of_rows(x, n):
    out = None
    out = np.zeros((n, 2))
    out[0] = x
    for t in range(1, n):
        out[t, 0] = np.sin(out[t - 1, 1])
        out[t, 1] = np.tanh(out[t - 1, 0]) * x[0] + out[t, 0] ** 2
    return out


case(parts_of_rows, (r(2), 4), other=[(r(2), 1), (r(2), 6)])


def from_the_end_at_first(x, n):
    out = np.zeros(n)
    out[-1] = x[0]
    for t in range(n):
        out[t] = np.sin(out[t - 1]) * x[t]
    return out


case(from_the_end_at_first, (r(4), 4), other=[(r(4), 1), (r(5), 5)])


def swept_twice(x, n):
    u = np.zeros(x.shape[0] + 1)
    u[0] = x[0]
    for _ in range(n):
        for j in range(1, x.shape[0]):
            u[j] = np.sin(u[j - 1]) * x[j] + u[j] ** 2 * u[j + 1]
            u[j + 1] = u[j] * x[j] + u[j + 1] ** 2
    return u


case(swept_twice, (r(4), 2), other=[(r(3), 3)])


def one_place_by_two_names(x):
    q = np.zeros(3)
    q[0] = x[0] ** 2
    q[-3] = x[1] * q[0]
    q[1] = x[2] * q[0]
    return q


case(one_place_by_two_names, (r(3),))


def sides_meet(x, n):
    out = np.zeros(n + 1)
    for i in range(n):
        if x[i] > 0:
            out[i] = x[i] ** 2
        else:
            out[i + 1] = x[i] ** 3 * out[i]
    return out


case(
    sides_meet,
    (np.array([1.0, -0.5, 0.7, -0.2]), 4),
    other=[(np.array([-1.0, 0.5, 0.7, -0.2]), 4), (np.array([-1.0, -0.5, -0.7]), 3)],
)


def turned_in_pairs(x, angles):
    cos, sin = np.cos(angles), np.sin(angles)
    x1, x2 = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = x1 * cos - x2 * sin
    out[..., 1::2] = x1 * sin + x2 * cos
    return out


case(turned_in_pairs, (r(3, 2, 4), r(2, 2)), other=[(r(1, 5, 6), r(5, 3))])


def every_second_and_every_fourth(x):
    out = np.zeros_like(x)
    out[::2] = x[::2] ** 2
    out[2::4] = np.sin(x[2::4])
    out[1::2] = x[::2] * x[1::2]
    return out


case(every_second_and_every_fourth, (r(8),), other=[(r(12),), (r(2),)])


def from_one_place_on(x):
    out = np.empty_like(x)
    out[:, 0] = x[:, 0] * 3.0
    out[:, 1:] = x[:, :1] * x[:, 1:]
    out[:, -1] += x[:, 0]
    return out


case(from_one_place_on, (r(2, 3),), other=[(r(3, 2),), (r(1, 4),)])


def thirds(x, k):
    out = x * x
    out[0::3] = np.sin(x[2::3])
    out[-1::3] = k
    return out[1::3] * out[2::3]


case(thirds, (r(6), 0.5), other=[(r(9), 0.3), (r(3), 0.2)])

"""Items that one number, or one row, reaches as a gradient: broadcasting hands it to all of them, no array is made."""

import numpy as np

from tests.cases import case, normal

r = normal(2923)
y = np.array([0, 1, 3, 2, 1])
MORE = [
    (r(3, 2), r(2), np.array([0, 1, 1])),
    (np.asfortranarray(r(5, 4)), r(4), y),
    (r(5, 4).astype(np.float32), r(4).astype(np.float32), y),
    (r(5, 4)[::-1], r(4), y * 0),
    (r(2, 4), r(4), y[:2]),
]


def picked(x, w, y):
    s = x * w
    c = s[np.arange(len(x)), y]
    return np.sum(c) / len(x)


case(picked, (r(5, 4), r(4), y), other=MORE)


def picked_and_scaled(x, w, y):
    s = x * w
    c = s[np.arange(len(x)), y]
    c = c * 2
    c = c + 1
    return np.sum(c) / len(x) + np.sum(s * s)


case(picked_and_scaled, (r(5, 4), r(4), y), other=MORE)


def columns_and_rows(x, w, y):
    s = np.sin(x)
    c = s[:, 0]
    d = s[y % len(x)]
    return np.sum(c) * np.sum(d * w)


case(columns_and_rows, (r(5, 4), r(4), y), other=MORE)


def bound_three_times(x, w, y):
    e = np.exp(x)
    e = e * w
    z = np.sum(e, axis=1)
    e = e + 1
    return np.sum(np.log(1 + z * z)) + np.sum(e)


case(bound_three_times, (r(5, 4), r(4), y), other=MORE)


def bound_in_a_loop(x, w, y):
    out = 0.0
    for i in range(x.shape[0]):
        e = x[i] * w
        e = e * w
        c = e[:2]
        out = out + np.sum(c)
        e = e + out
        out = out + e.mean()
    return out


case(bound_in_a_loop, (r(5, 4), r(4), y), other=MORE)


def of_a_row_masked(x, w, y):
    e = np.exp(x[0])
    e = e * np.ones((x.shape[0], 1))
    z = np.sum(e, axis=1)
    return np.sum(np.log(z) * w[0])


case(of_a_row_masked, (r(5, 4), r(4), y), other=MORE[:2])


def zeroed_behind(x, w, y):
    e = x * w
    c = e[:, 0]
    c = c * 1.0
    e[:, 0] = 0
    return np.sum(c) + np.sum(e * e)


case(zeroed_behind, (r(5, 4), r(4), y), other=MORE)

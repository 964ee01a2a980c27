"""Helpers that change, or could change, an array that their caller has made for this call alone."""

import numpy as np

from tests.cases import case, uniform

u = uniform(318)
SCALE = "reference"


def to_range(a, top=100.0):
    a = np.asarray(a, dtype=float)
    if SCALE == "1":
        a /= top
    return a


def percent(a, top=100.0):
    a = np.asarray(a)
    if a.ndim:
        a /= top
    return a


def joined(x):
    rows = np.array([x, np.sin(x)])
    return np.stack([rows[0], rows[1]], axis=-1)


def side_that_nobody_takes(x, h):
    a, b = x * np.cos(h), x * np.sin(h)
    return to_range(np.stack([a, b])) * to_range(np.exp(x))


case(side_that_nobody_takes, (u(3), u(3)), other=[(u(4), u(4))])


def several_in_one_line(x):
    z = np.sin(x)
    return percent(z / x) * percent(np.exp(x)) * percent(np.stack([x, z]), 2.0)[1] * z


case(several_in_one_line, (u(3),), other=[(u(5),)])


def of_what_a_helper_joins(x):
    return percent(joined(x)) * np.sum(percent(joined(x) ** 2))


case(of_what_a_helper_joins, (u(3),), other=[(u(4),)])


def in_a_loop(x, n):
    total, z = 0.0, np.sin(x)
    for k in range(n):
        total = total + percent(np.where(z > 0.5, z, x * k), k + 2.0)
    return total * z


case(in_a_loop, (u(3), 2), other=[(u(4), 3)])


def given_where_to(x):
    out = np.zeros(x.shape)
    y = percent(np.exp(x, out))
    return y * out


case(given_where_to, (u(3),), refused="a shows the memory of out")


def kept_by_another_helper(x):
    return percent(grown(x)) + percent(grown(2 * x))


def grown(x):
    return np.exp(x)


case(kept_by_another_helper, (u(3),), refused="the helper percent changes its argument a in place")


def shifted_in_place(z, by):
    z[0] += by
    return z


def given_what_is_made_for_it(x, v, n):
    """The backward pass makes it again: a helper that is given `v` itself would change what the cache holds."""
    moved = np.sum(x * np.tanh(shifted_in_place(v * 1.0, 0.7)))
    return moved + np.sum(x**2 * shifted_in_place(n * 1.0, 0.5)) + np.sum(x * n) * v[0]


case(
    given_what_is_made_for_it,
    (u(3), u(3), np.arange(3)),
    wrt=["x"],
    other=[(u(4), u(4), np.arange(4))],
)

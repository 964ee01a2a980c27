"""NaN and infinity where the true gradient is finite, ties that are no kinks, sigmoids far out."""

import numpy as np
import scipy.special

from tests.cases import case, normal, uniform

r, u = normal(141), uniform(142)


def divided_and_replaced(x, n):
    y = x / n
    y[n == 0] = 0.0
    return y * y


case(
    divided_and_replaced,
    (r(3), np.array([1.0, 2.0, 4.0])),
    wrt=("x",),
    other=[(r(2), np.array([3.0, 0.5]))],
)


def root_of_what_is_positive(x):
    return np.sum(np.sqrt(x)[x > 0.1])


case(root_of_what_is_positive, (u(4),), other=[(np.array([0.0, 1.0, 0.5, 0.0]),)])


def double_where(x):
    safe = np.where(x > 0, x, 1.0)
    return np.where(x > 0, np.log(safe), 0.0)


case(double_where, (r(5),), other=[(np.array([-1.0, 0.0, 2.0]),)])


def logistic_far_out(X, w):
    return 1 / (1 + np.exp(-X @ w))


case(logistic_far_out, (r(4, 3), r(3)), other=[(r(2, 3) * 1000.0, r(3)), (r(5, 3), r(3))])


def fermi(x, x0, k):
    return 1.0 / (1.0 + np.exp(-k * (x - x0)))


case(fermi, (r(4), 0.3, 1.5), other=[(r(4) * 1000.0, 0.2, 2.0)])


def between_one_and_minus_one(x):
    return 2 / (1 + np.exp(-x)) - 1


case(between_one_and_minus_one, (r(4),), other=[(np.array([-800.0, 0.0, 800.0]),)])


def largest_with_repeats(x, i):
    return np.max(x[i]) * np.sum(x)


case(
    largest_with_repeats,
    (r(4), np.array([0, 1, 2])),
    other=[(np.array([0.1, 2.0, -1.0]), np.array([1, 1, 0]))],
)


def length_of_each_row(x):
    return np.sum(np.linalg.norm(x, axis=1))


case(length_of_each_row, (r(3, 2),), other=[(r(5, 2),)])


def power_with_a_base_of_zero(a, b):
    return np.sum(a**b)


case(power_with_a_base_of_zero, (u(3), 2.0), wrt=("a",), other=[(np.array([0.0, 1.0, 2.0]), 3.0)])


# what is hidden is nan, and a factor of something else


def factor_made_of_a_quotient(a, b, c):
    y = np.tanh(a / b) * c
    y[b == 0] = 0
    return y


QUOTIENT = (r(2), np.array([0.0, 2.0]), r(2))
case(factor_made_of_a_quotient, (r(3), u(3), r(3)), wrt=("a", "c"), other=[QUOTIENT])


def exponential_of_a_quotient(a, b, c):
    y = np.exp(-(a / b) * c)
    return np.where(b > 0, y, 0.0)


case(exponential_of_a_quotient, (r(3), u(3), r(3)), wrt=("a", "c"), other=[QUOTIENT])


def factor_beyond_an_edge(a, c):
    height = np.sin(np.arccos(a))
    return np.where(np.abs(a) < 0.9, c * (1 + height), 0.0)


case(factor_beyond_an_edge, (np.array([0.3, -0.5]), r(2)), other=[(np.array([1.5, 0.2]), r(2))])


def in_a_loop_of_quotients(a, b, trips):
    for _ in range(trips):
        a = np.sin(a / b) * a
    return np.where(b > 0, a, 0.0)


case(in_a_loop_of_quotients, (r(2), u(2), 2), wrt=("a",), other=[(r(3), u(3), 3)])


def call_option(price, strike, sigma):
    is_alive = (price > 0) & (sigma > 0)
    d1 = np.log(price / strike) / sigma + 0.5 * sigma
    value = price * scipy.special.ndtr(d1) - strike * scipy.special.ndtr(d1 - sigma)
    return np.sum(np.where(is_alive, value, 0.0))


case(
    call_option,
    (np.array([1.0, 0.9]), 0.95, np.array([0.2, 0.3])),
    wrt=("strike",),
    other=[
        (np.array([1.0, -0.9]), 0.95, np.array([0.2, 0.3])),
        (np.array([1.0, 0.9, 0.3]), 0.95, np.array([0.0, 0.3, 0.5])),
    ],
)


def mean_behind_hinge(x, m, k):
    loss = 0.0
    for _ in range(k):
        h = np.maximum(0, x - m)
        loss = loss * m + np.mean(h) + m * np.sum(np.maximum(h - m, 0))
    h = np.maximum(0, x * m)
    return loss + np.sum(h) + np.sum(x * x)


case(mean_behind_hinge, (r(4, 3), 0.3, 2), other=[(r(2, 3), 0.6, 0), (r(1, 1), 0.1, 3)])


def known_products(a, b):
    """A row of nan is one item of the product, and all of a gradient by `b`, be the matrix square or not."""
    return np.nansum(a @ b)


HOLE = np.array([1.0, np.nan, 0.5])
case(known_products, (r(3, 3), r(3)), other=[(r(3, 3) + HOLE[:, None], r(3))])
case(known_products, (r(3, 4), r(4)), other=[(r(3, 4) + HOLE[:, None], r(4))], name="known_long")


def entropy_of_what_counts(p, q):
    """The logarithm that the gradient of `p * np.log(p)` reads is infinite where the mask says that p is nothing."""
    h = p * np.log(p)
    h[p == 0] = 0
    return np.sum(h * q)


case(
    entropy_of_what_counts,
    (u(3), u(3)),
    exact=[
        (
            (np.array([1.0, 0.0]), np.array([2.0, 1.0])),
            {"p": np.array([2.0, 0.0]), "q": np.zeros(2)},
        )
    ],
)


def divergence_of_what_counts(p, q):
    """The same of `p * np.log(p / q)`, which is one gate."""
    h = p * np.log(p / q)
    h[p == 0] = 0
    return np.sum(h)


case(
    divergence_of_what_counts,
    (u(3), u(3)),
    exact=[
        (
            (np.array([1.0, 0.0]), np.array([1.0, 0.0])),
            {"p": np.array([1.0, 0.0]), "q": np.array([-1.0, 0.0])},
        )
    ],
)


def nothing_divided(x, a):
    """Where the mask picks nothing, the sum that is divided by `a` is that of nothing."""
    big = x > 1
    return (x[big] / a).sum() + (x[~big] * a).sum()


case(nothing_divided, (2 + r(4), 0.7), other=[(np.array([-0.3, 0.4, -1.2]), 0.0), (r(3), 0.3)])


def small_ones_as_they_are(x, a, near):
    y = np.zeros_like(x)
    small = np.abs(x) < near
    y[small] = x[small]
    y[~small] = (np.exp(a * x[~small]) - 1) / a
    return y


case(
    small_ones_as_they_are,
    (r(4), 0.7, 0.2),
    wrt=("x", "a"),
    other=[(r(3), 0.0, 9.0), (np.array([0.0, 1.0]), 0.5, 0.2)],
)


def power_of_what_is_positive(x, lam):
    pos = x > 0
    y = np.zeros_like(x)
    y[pos] = (x[pos] ** lam - 1) / lam
    return y


case(power_of_what_is_positive, (u(4), 0.7), other=[(-u(3), 0.0), (r(4), -0.5)])

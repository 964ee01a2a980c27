"""Products that are zero where their gradient is infinite, and factors that are infinite where no gradient comes."""

import numpy as np

from tests.cases import case

A = np.array
X = (A([0.3, 0.5, -1.0]), 0.3)
MORE = [(A([-1.0, 0.5, 0.0]), 0.1), (A([-1.0, -0.5, -2.0]), 0.1), (A([1.0, 0.5, 2.0]), 0.1)]


def written_over(x, t):
    p = x * 1
    p[p < 0] = 0
    q = p * (2 + t)
    p = p + 1
    return np.sum(np.sqrt(q) * p)


case(written_over, X, other=MORE)
case(written_over, MORE[2], other=MORE[:2], name="written_over_elsewhere")


def written_where_it_counts(x, t):
    p = np.zeros_like(x)
    p[x > 0] = x[x > 0]
    q = p * (2 + t)
    return np.sum(q**0.5 * t)


case(written_where_it_counts, X, other=MORE)


def written_in_a_loop(x, t):
    p = np.zeros_like(x)
    for i in range(len(x)):
        if x[i] > 0:
            p[i] = x[i]
    q = p * t
    return np.sum(np.sqrt(q))


case(written_in_a_loop, X, other=MORE)


def items_of_what_is_clipped(x, t):
    p = np.clip(x, 0, None)
    s = 0.0
    for i in range(len(x)):
        s = s + np.sqrt(p[i] * t)
    return s


case(items_of_what_is_clipped, X, other=MORE)


def a_list_of_maxima(x, t):
    p = [max(a, 0.0) for a in x]
    s = 0.0
    for a in p:
        s = s + np.sqrt(a * t)
    return s


case(a_list_of_maxima, X, other=MORE)


def zero_on_one_side(x, t):
    s = 0.0
    for a in x:
        b = a if a > 0 else 0.0
        s = s + np.sqrt(b * t)
    return s


case(zero_on_one_side, X, other=MORE)

ONES = (np.ones((2, 2)), 0.3)
TWICE = [(np.full((2, 2), 2.0), 0.4)]


def a_triangle(x, t):
    p = np.tril(x)
    return np.sum(np.sqrt(p * t))


case(a_triangle, ONES, other=TWICE)


def a_border(x, t):
    p = np.pad(x, 1)
    return np.sum(np.sqrt(p / t))


case(a_border, ONES, other=TWICE)


def times_from_zero(x, t):
    r = np.arange(4) * t
    return np.sum(np.sqrt(r) * x)


case(times_from_zero, (A([0.3, 0.5, 0.8, 0.1]), 0.3), other=[(A([0.3, 0.5, 0.8, 1.0]), 0.4)])


def powers_from_zero(last, n):
    r = np.linspace(0, 1, 5) * last
    return np.sum(r**n)


case(powers_from_zero, (2.0, 0.3), other=[(3.0, 0.4)])


def from_the_least(x, t):
    d = x - x.min()
    return np.sum((d / t) ** 0.5)


case(from_the_least, (A([0.3, 0.5, 0.8]), 0.3), other=[(A([0.5, 0.2]), 0.3)], wrt=("t",))


def infinite_borders(D, gamma):
    n, m = D.shape
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            z = np.array([R[i - 1, j - 1], R[i - 1, j], R[i, j - 1]])
            zz = -z / gamma
            top = np.max(zz)
            R[i, j] = D[i - 1, j - 1] - gamma * (top + np.log(np.sum(np.exp(zz - top))))
    return R[n, m]


D = A([[0.3, 0.5, 1.0], [0.2, 0.7, 0.4]])
case(infinite_borders, (D, 0.3), other=[(D.T, 0.5), (A([[0.3]]), 0.3)])


def left_out_by_infinity(S, V, temperature):
    S = np.where(np.tri(len(S)) > 0, S, -np.inf)
    Z = S / temperature
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True) @ V


S = A([[0.3, 0.5, 1.0], [0.2, 0.7, 0.4], [0.1, -0.7, 0.9]])
case(left_out_by_infinity, (S, S * 2, 0.3), other=[(S[:2, :2], S[:2], 0.5)])

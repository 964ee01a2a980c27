"""Calls of functions and closures, in functions of courses, models and trades."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(116), uniform(117)


def black_scholes(S, K, T, rr, sigma):
    d1 = (math.log(S / K) + (rr + sigma**2 / 2) * T) / (sigma * math.sqrt(T))
    d2 = d1 - sigma * math.sqrt(T)

    def N(x):
        return 0.5 * (1 + math.erf(x / math.sqrt(2)))

    return S * N(d1) - K * math.exp(-rr * T) * N(d2)


case(black_scholes, (100.0, 95.0, 0.5, 0.02, 0.3), other=[(80.0, 95.0, 1.5, 0.04, 0.2)])


def rbf_fit(x, y, q, s):
    k = lambda a, b: np.exp(-((a[:, None] - b) ** 2) / s)  # noqa: E731
    return k(q, x) @ np.linalg.solve(k(x, x) + 0.1 * np.eye(len(x)), y)


case(rbf_fit, (r(4), r(4), r(3), 0.8), other=[(r(5), r(5), r(2), 1.2)])


def energy_distance(x, y):
    far = lambda a, b: np.abs(a[:, None] - b[None]).mean()  # noqa: E731
    return 2 * far(x, y) - far(x, x) - far(y, y)


case(energy_distance, (r(4), r(3)), other=[(r(5), r(6))])


def black_scholes_2(s, k, t, r_, vol):
    import math

    d1 = (math.log(s / k) + (r_ + vol**2 / 2) * t) / (vol * math.sqrt(t))
    d2 = d1 - vol * math.sqrt(t)
    cdf = lambda d: 0.5 * (1 + math.erf(d / math.sqrt(2)))  # noqa: E731
    return s * cdf(d1) - k * math.exp(-r_ * t) * cdf(d2)


case(black_scholes_2, (1.1, 1.0, 0.7, 0.05, 0.3), other=[(0.9, 1.2, 1.5, 0.02, 0.5)])


def ranks_correlation(x, y, t):
    soft = lambda v: (1 / (1 + np.exp(-(v[:, None] - v[None]) / t))).sum(1)  # noqa: E731
    a, b = soft(x), soft(y)
    a, b = a - a.mean(), b - b.mean()
    return a @ b / (np.linalg.norm(a) * np.linalg.norm(b))


case(ranks_correlation, (r(4), r(4), 0.5), other=[(r(6), r(6), 0.8)])

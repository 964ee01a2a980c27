"""Small functions with the five kinds of mistake that were found in published derivatives, and one that raises nothing."""

import numpy as np


def bessel_like(order, x):
    return np.cos(order * x) / (1 + x**2)


def bessel_like_gradient(order, x):
    """Differentiates by the other argument, and changes its input."""
    grad = -x * np.sin(order * x) / (1 + x**2)
    x *= 1.0
    x += 0.5
    return grad


def portfolio(w, mu, sigma):
    risk = w @ sigma @ w
    cost = 0.1 * np.sum(w**4)
    return 0.5 * risk - w @ mu + cost


def portfolio_gradient(w, mu, sigma):
    """Lacks the term of the cost."""
    drisk = 0.5 * (sigma @ w + sigma.T @ w)
    dw = drisk - mu
    return dw


def beale(x):
    a, b = x
    one = 1.5 - a + a * b
    two = 2.25 - a + a * b**2
    return one**2 + two**2


def beale_gradient(x):
    """Has a stray factor and a sign."""
    a, b = x
    one = 1.5 - a + a * b
    two = 2.25 - a + a * b**2
    da = 2 * one * (b - 1) + 2 * two * (b**2 - 1)
    db = -2 * one * a + 8 * two * a * b
    return np.array([da, db])


def smooth_abs(x):
    return np.sum(np.sqrt(x**2 + 0.01))


def smooth_abs_gradient(x):
    """Is wrong for negative data."""
    r = np.sqrt(x**2 + 0.01)
    return np.sqrt(r**2 - 0.01) / r


def call_price(s, k, vol):
    d = np.log(s / k) / vol + 0.5 * vol
    return s / (1 + np.exp(-1.7 * d)) - k / (1 + np.exp(-1.7 * (d - vol)))


def call_price_gamma(s, k, vol):
    """Is a second derivative that is off by seven times."""

    def delta(u):
        h = 1e-4 * u
        return (call_price(u + h, k, vol) - call_price(u - h, k, vol)) / (2 * h)

    h = 1e-3 * s
    return 7 * (delta(s + h) - delta(s - h)) / (2 * h)


EXAMPLES = {
    "bessel_like": (1.3, np.array([0.4, 0.9, 1.7])),
    "portfolio": (
        np.array([0.4, 0.9, -0.3]),
        np.array([0.1, 0.2, 0.3]),
        np.array([[2.0, 0.3, 0.1], [0.3, 1.0, 0.2], [0.1, 0.2, 3.0]]),
    ),
    "beale": (np.array([1.2, 0.7]),),
    "smooth_abs": (np.array([0.5, 1.3, 0.2]),),
    "call_price": (105.0, 100.0, 0.3),
}

"""Formulae of statistics and numerical work."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(50), uniform(50)


def gaussian_density(x, mu, sigma):
    z = (x - mu) / sigma
    return np.exp(-0.5 * z**2) / (sigma * np.sqrt(2 * np.pi))


case(gaussian_density, (r(4), 0.3, 1.5), other=[(r(2), -0.3, 0.8)])


def gaussian_log_likelihood(x, mu, log_sigma):
    n = x.size
    sigma2 = np.exp(2 * log_sigma)
    return -0.5 * np.sum((x - mu) ** 2) / sigma2 - n * log_sigma - 0.5 * n * np.log(2 * np.pi)


case(gaussian_log_likelihood, (r(4), 0.3, 0.2), other=[(r(6), -0.3, -0.1)])


def mixture_log_likelihood(x, mu, log_w):
    w = np.exp(log_w) / np.sum(np.exp(log_w))
    density = np.exp(-0.5 * (x[:, None] - mu[None, :]) ** 2) / np.sqrt(2 * np.pi)
    return np.sum(np.log(density @ w))


case(mixture_log_likelihood, (r(5), r(2), r(2)), other=[(r(3), r(3), r(3))])


def logistic_regression(x, y, w, b):
    z = x @ w + b
    return np.mean(np.log(1 + np.exp(-y * z)))


case(
    logistic_regression,
    (r(5, 2), np.array([1, -1, 1, 1, -1]), r(2), 0.1),
    other=[(r(2, 3), np.array([-1, 1]), r(3), -0.4)],
)


def poisson_regression(x, counts, w):
    eta = x @ w
    return np.sum(np.exp(eta) - counts * eta)


case(poisson_regression, (r(4, 2), np.array([1, 0, 2, 1]), r(2)))


def correlation(x, y):
    xc, yc = x - x.mean(), y - y.mean()
    return np.sum(xc * yc) / np.sqrt(np.sum(xc**2) * np.sum(yc**2))


case(correlation, (r(5), r(5)), other=[(r(8), r(8))])


def covariance(x):
    c = x - x.mean(axis=0)
    return c.T @ c / (x.shape[0] - 1)


case(covariance, (r(5, 2),), other=[(r(3, 4),)])


def zscore(x):
    return (x - np.mean(x, axis=0)) / np.std(x, axis=0)


case(zscore, (r(5, 2),), other=[(r(4, 3),)])


def sample_std(x):
    return np.std(x, ddof=1) * np.var(x, axis=0, ddof=1)


case(sample_std, (r(5, 2),), other=[(r(4, 3),)])


def skewness(x):
    c = x - np.mean(x)
    m2 = np.mean(c**2)
    m3 = np.mean(c**3)
    return m3 / m2**1.5


case(skewness, (r(6),), other=[(r(9),)])


def entropy(p):
    p = p / np.sum(p)
    return -np.sum(p * np.log(p))


case(entropy, (u(4),), other=[(u(6),)])


def kl_divergence(p, q):
    return np.sum(p * (np.log(p) - np.log(q)))


case(kl_divergence, (u(4), u(4)), other=[(u(2), u(2))])


def kl_gaussians(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))


case(kl_gaussians, (r(3, 2), r(3, 2)), other=[(r(2, 4), r(2, 4))])


def huber(x, delta):
    a = np.abs(x)
    return np.sum(np.where(a <= delta, 0.5 * x**2, delta * (a - 0.5 * delta)))


case(huber, (r(6), 0.8), other=[(r(4), 0.4), (r(1), -0.5)])


def geometric_mean(x):
    return np.exp(np.mean(np.log(x)))


case(geometric_mean, (u(4),), other=[(u(6),)])


def geometric_mean_product(x):
    return np.prod(x) ** (1 / x.size)


case(geometric_mean_product, (u(4),), other=[(u(6),)])


def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


case(log_sum_exp, (r(4),), other=[(r(6),)])


def log_sum_exp_rows(x):
    m = np.max(x, axis=1, keepdims=True)
    return (m + np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))).squeeze(axis=1)


case(log_sum_exp_rows, (r(2, 4),), other=[(r(3, 2),)])


def radial_basis(x, centers, gamma):
    d2 = np.sum((x[:, None, :] - centers[None]) ** 2, axis=2)
    return np.exp(-gamma * d2)


case(radial_basis, (r(3, 2), r(4, 2), 0.5), other=[(r(2, 3), r(2, 3), 0.2)])


def distance_matrix(x, y):
    d2 = np.sum(x**2, axis=1)[:, None] + np.sum(y**2, axis=1) - 2 * x @ y.T
    return np.sqrt(d2)


case(distance_matrix, (r(3, 2), 5 + r(4, 2)), other=[(r(2, 3), 5 + r(2, 3))])


def black_scholes_d1(S, K, r_, sigma, T):
    d1 = (np.log(S / K) + (r_ + 0.5 * sigma**2) * T) / (sigma * np.sqrt(T))
    return S / (1 + np.exp(-1.702 * d1)) - K * np.exp(-r_ * T)


case(black_scholes_d1, (1.2, 1.0, 0.05, 0.3, 1.5), other=[(0.8, 1.1, 0.02, 0.5, 0.7)])


def michaelis_menten(s, v_max, k_m):
    return v_max * s / (k_m + s)


case(michaelis_menten, (u(4), 2.0, 0.5), other=[(u(2), 1.0, 1.5)])


def rosenbrock(x, y):
    a, b = 1.0, 10.0
    return (a - x) ** 2 + b * (y - x**2) ** 2


case(rosenbrock, (0.5, 1.5), other=[(-0.2, 0.3)])


def rosenbrock_vector(x):
    return np.sum(10.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


case(rosenbrock_vector, (r(4),), other=[(r(6),)])


def himmelblau(p):
    x, y = p
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


case(himmelblau, (r(2),))


def softplus_stable(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


case(softplus_stable, (r(5),), other=[(r(2, 3),)])


def logaddexp(x, y):
    return np.logaddexp(x, y) + np.log1p(x**2) + np.expm1(y)


case(logaddexp, (r(4), r(4)), other=[(r(2), r(2))])


def polynomial(c, x):
    return c[0] + c[1] * x + c[2] * x**2 + c[3] * x**3


case(polynomial, (r(4), 0.7), other=[(r(4), -1.2)])


def vandermonde(c, x):
    powers = x[:, None] ** np.arange(c.size)
    return powers @ c


case(vandermonde, (r(3), u(4)), other=[(r(2), u(2))])


def haversine(lat1, lon1, lat2, lon2):
    a = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * math.asin(math.sqrt(a))


case(haversine, (0.5, 0.2, 0.9, 1.1), other=[(-0.3, 0.4, 0.1, 0.8)])


def polar(x, y):
    return math.hypot(x, y), math.atan2(y, x)


case(polar, (0.5, 1.5), other=[(-0.5, 0.3)])


def kling_gupta(simulated, observed, s=(1, 2, 1)):
    cc = np.corrcoef(observed, simulated)[0, 1]
    alpha = np.std(simulated) / np.std(observed)
    beta = np.sum(simulated) / np.sum(observed)
    slope = np.cov(observed, simulated)[0, 1] / np.cov(observed, simulated, ddof=0)[0, 0]
    distance = (s[0] * (cc - 1)) ** 2 + (s[1] * (alpha - 1)) ** 2 + (s[2] * (beta - 1)) ** 2
    return slope - np.sqrt(distance)


case(kling_gupta, (u(5), u(5)), other=[(u(4), u(4))])


def correlations(x):
    return np.corrcoef(x) @ x, np.triu(np.corrcoef(x, rowvar=False), 1).sum()


case(correlations, (r(3, 4),), other=[(r(4, 5),)])


def relative_entropies(p, q, c):
    inside = np.where(p > 0, p * np.log(p / q), 0.0)
    return np.sum(inside) + np.sum(np.log(c * q**2) - q * np.log(q), axis=0), np.log(p.sum() / c)


case(
    relative_entropies,
    (u(4, 3), u(3), 2.0),
    other=[(u(2, 3), u(3), 0.5), (u(1, 1), u(1), 1.5)],
    exact=[((np.array([[0.0, 1.0]]), np.ones(2), 1.0), {"c": 1.0})],
)


def shrunk(X, shrinkage=0.3):
    S = np.cov(X, rowvar=False, bias=True)
    return (1 - shrinkage) * S + shrinkage * np.trace(S) / len(S) * np.eye(len(S))


def windows(x, w=3):
    total = np.cumsum(x, dtype=float)
    total[w:] = total[w:] - total[:-w]
    return total[w - 1 :] / w


case(shrunk, (r(5, 3),), other=[(r(4, 2), 0.1)])
case(windows, (r(7),), other=[(r(5), 2), (r(4), 4)])


def covariance_of_columns(x):
    return np.cov(x, rowvar=0), np.cov(x, None, 0, bias=1), np.corrcoef(x, rowvar=0)


case(covariance_of_columns, (r(5, 2),), other=[(r(3, 4),)])

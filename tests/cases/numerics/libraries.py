"""Calls that scientific code makes of NumPy's and SciPy's corners, under whatever names it imports them."""

import numpy as np
import scipy as science
import scipy.linalg as sla
import scipy.special as sp
from numpy.lib.stride_tricks import sliding_window_view
from numpy.polynomial import polynomial
from scipy import signal, stats
from scipy.fftpack import dct
from scipy.spatial.distance import cdist
from scipy.special import gammaln
from scipy.stats import norm

from tests.cases import case, normal, raises, uniform

r, u = normal(83), uniform(83)


def spd(n):
    q = np.random.default_rng(n).standard_normal((n, n))
    return q @ q.T + n * np.eye(n)


def log_likelihood_of_counts(rate, counts):
    return np.sum(counts * np.log(rate) - rate - gammaln(counts + 1.0))


case(
    log_likelihood_of_counts,
    (u(3), np.array([2.0, 0.0, 5.0])),
    other=[(u(2), np.array([1.0, 3.0]))],
)


def under_another_name(x):
    return science.special.gammaln(x) + sp.digamma(x)


case(under_another_name, (u(3),), other=[(u(2),)])


def price_of_a_call(S, K, T, sigma):
    d1 = (np.log(S / K) + 0.5 * sigma**2 * T) / (sigma * np.sqrt(T))
    d2 = d1 - sigma * np.sqrt(T)
    return S * norm.cdf(d1) - K * norm.cdf(d2)


case(price_of_a_call, (10.0, 11.0, 1.0, 0.2), other=[(5.0, 4.0, 0.5, 0.4)])


def normal_likelihood(x, mu, s):
    return np.sum(stats.norm.logpdf(x, mu, s)) + np.sum(stats.norm.pdf(x, loc=mu))


case(normal_likelihood, (r(3), 0.5, 2.0), other=[(r(2), 0.0, 1.0)])


def probit(x, w):
    return stats.norm.logcdf(x @ w) + stats.norm.sf(x @ w, scale=2.0)


case(probit, (r(4, 3), r(3)), other=[(r(2, 2), r(2))])


def quantile_of_normal(p, mu, s):
    return norm.ppf(p, loc=mu, scale=s)


case(quantile_of_normal, (np.array([0.2, 0.7]), 0.1, 1.3), other=[(np.array([0.9]), -0.1, 0.7)])


def gaussian_process(X, y, width):
    d = np.sum((X[:, None] - X[None]) ** 2, axis=-1)
    K = np.exp(-0.5 * d / width**2) + 0.1 * np.eye(len(X))
    L = sla.cholesky(K, lower=True)
    z = sla.solve_triangular(L, y, lower=True)
    return 0.5 * z @ z + np.sum(np.log(np.diag(L)))


case(gaussian_process, (r(4, 2), r(4), 0.7), other=[(r(3, 1), r(3), 1.2)])


def gaussian_process_by_cho(K, y):
    c = sla.cho_factor(K)
    return 0.5 * y @ sla.cho_solve(c, y)


case(gaussian_process_by_cho, (spd(3), r(3)), other=[(spd(2), r(2))])


def upper_factor(x):
    return np.sum(np.sin(sla.cholesky(x)))


case(upper_factor, (spd(3),), other=[(spd(2),)])


def factors_of_a_stack(x):
    return np.linalg.cholesky(x)


case(factors_of_a_stack, (np.stack([spd(2), spd(2) + 1.0]),), other=[(np.stack([spd(3)]),)])


def triangle_turned(a, b):
    return sla.solve_triangular(a, b, trans="T", lower=True)


case(triangle_turned, (spd(3), r(3, 2)), other=[(spd(2), r(2, 1))])


def systems_of_scipy(A, b):
    return sla.solve(A, b) + sla.inv(A) @ b * sla.det(A)


case(systems_of_scipy, (spd(3), r(3)), other=[(spd(2), r(2))])


def positive_system(A, b):
    return sla.solve(A, b, assume_a="pos", check_finite=False)


case(positive_system, (spd(3), r(3)), other=[(spd(2), r(2))])


def exponential_of_matrix(a):
    return np.sum(sla.expm(a) ** 2)


case(exponential_of_matrix, (0.3 * r(3, 3),), other=[(0.3 * r(2, 2),)])


def square_root_of_matrix(a):
    b = a @ a.T + np.eye(len(a))
    return sla.sqrtm(b) + sla.logm(b)


case(square_root_of_matrix, (spd(3),), other=[(spd(2),)])


def power_of_matrix(a, n):
    return np.linalg.matrix_power(a, n)


case(power_of_matrix, (spd(2), -2), wrt=("a",), other=[(spd(3), 4), (spd(2), 0), (spd(2), 1)])


def fitted_by_least_squares(A, b):
    x, residual, rank, values = np.linalg.lstsq(A, b, rcond=None)
    return x


case(fitted_by_least_squares, (r(5, 2), r(5)), other=[(r(4, 3), r(4))])


def nearest_of_rank_one(a):
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return (u[:, :1] * s[:1]) @ vt[:1]


case(nearest_of_rank_one, (r(3, 2),), other=[(r(2, 4),), (r(3, 3),)])


def triangle_of_qr(a):
    q, t = np.linalg.qr(a)
    return np.sum(np.abs(t)) + np.sum(q**3)


case(triangle_of_qr, (r(4, 3),), other=[(r(3, 3),), (r(5, 2),)])


def distances(x, y):
    return np.exp(-cdist(x, y))


case(distances, (r(3, 2), r(4, 2)), other=[(r(2, 3), r(1, 3))])


def along_any_axis(x, axis=None):
    return np.sum(x**2, axis=axis) + np.mean(x, axis=axis) * np.std(x, axis=axis)


case(along_any_axis, (r(3, 2),), other=[(r(2, 4),)])
case(along_any_axis, (r(3, 2), 0), other=[(r(2, 4), 1)], name="along_a_given_axis")


def rounded_by_name(x):
    return round(x, ndigits=2) + 3 * x


case(rounded_by_name, (1.234,), other=[(0.567,)])


def windows(x):
    w = sliding_window_view(x, 3)
    return np.max(w, axis=1) * np.sum(w**2, axis=1)


case(windows, (r(6),), other=[(r(4),)])


def windows_in_the_plane(x):
    w = sliding_window_view(x, (2, 2))
    return np.sum(w**2, axis=(2, 3))


case(windows_in_the_plane, (r(3, 4),), other=[(r(2, 2),)])


def windows_along_time(x, k):
    return np.mean(sliding_window_view(x, 2, axis=0) * k, axis=-1)


case(windows_along_time, (r(4, 3), r(2)), other=[(r(3, 2), r(2))])


def taken_round_the_end(x):
    return np.take(x, [5, -4], mode="wrap") * np.take(x, [7, 0], mode="clip")


case(taken_round_the_end, (r(3),), other=[(r(4),)])


def taken_rows(x, i):
    return np.take(x, i, axis=0) ** 2


case(taken_rows, (r(3, 2), np.array([[0, 2], [2, 2]])), other=[(r(2, 3), np.array([1, 1]))])


def median_of_known(x):
    return np.nanmedian(x) + np.nanquantile(x, 0.3)


case(median_of_known, (r(5),), other=[(r(4),)])


def product_of_index_lists(x, y):
    return np.einsum(x, [0, 1], y, [1, 2], [0, 2])


case(product_of_index_lists, (r(2, 3), r(3, 4)), other=[(r(3, 2), r(2, 2))])


def polynomial_of_coefficients(c, x):
    return np.polyval(c, x) + polynomial.polyval(x, c)


case(polynomial_of_coefficients, (r(3), r(4)), other=[(r(2), r(2))])


def fitted_polynomial(x, c):
    return np.vander(x, 3) @ c + np.vander(x, 3, increasing=True) @ c


case(fitted_polynomial, (r(4), r(3)), other=[(r(2), r(3))])


def correlated(x, k):
    return np.correlate(x, k, "same")


case(correlated, (r(5), r(3)), other=[(r(2), r(4)), (r(4), r(2))])


def running_maximum(x):
    return np.maximum.accumulate(x) + np.minimum.accumulate(x)


case(running_maximum, (r(5),), other=[(r(3),)])


def deep_stack(p):
    planes = np.dstack([p * k for k in range(1, 4)])
    return np.sum(planes**2, axis=2)


case(deep_stack, (r(2, 3),), other=[(r(3, 2),)])


def power_of_frequencies(x):
    X = np.fft.rfft(x)
    P = np.abs(X) ** 2
    return np.sum(np.log(P + 1.0))


case(power_of_frequencies, (r(6),), other=[(r(7),)])


def filtered(x, h):
    return np.fft.irfft(np.fft.rfft(x) * h, n=len(x))


case(
    filtered,
    (r(6), np.array([1.0, 0.5 + 0.2j, 0.1, 0.3])),
    wrt=("x",),
    other=[(r(4), np.array([1.0, 0.5j, 0.2]))],
)


def bessel(x):
    return sp.jv(1.5, x) + sp.j0(x) * sp.i1(x) + sp.iv(2, x) - sp.kv(0, x)


case(bessel, (u(3),), other=[(u(2),)])


def incomplete(x):
    return sp.gammainc(2.5, x) + sp.betainc(1.5, 2.0, x / 4) + sp.erfcx(x) - sp.exp1(x)


case(incomplete, (u(3),), other=[(u(2),)])


def weighted_log_sum(a, b):
    return sp.logsumexp(a, b=b, axis=0)


case(weighted_log_sum, (r(3, 2), u(3, 2)), other=[(r(2, 2), u(2, 2))])


def cepstral(energies, count):
    return dct(np.log(energies), type=2, axis=1, norm="ortho")[:, :count]


case(cepstral, (u(2, 6), 4), other=[(u(3, 5), 2)])


def stft_power(x, w):
    frames = np.lib.stride_tricks.sliding_window_view(x, len(w))[::2] * w
    return np.sum(np.abs(np.fft.fft(frames, axis=1)) ** 2, axis=0)


case(
    stft_power,
    (r(8), r(4)),
    other=[(r(10), r(3))],
)


def explicit_friction(re, c1, c2):
    return c2 / float(sp.lambertw((c1 * re) / 2.51).real) ** 2


def lower_branch(x):
    return np.real(sp.lambertw(x, -1)) * x


case(explicit_friction, (0.7, 1.3, 0.9), other=[(3.0, 0.4, 1.2)])
case(lower_branch, (np.array([-0.2, -0.1]),), other=[(np.array([-0.3, -0.05, 3.0]),)])


def drag_of_a_sphere(re):
    high = ((6e-17 * re**2.63) ** (-10) + 0.2 ** (-10)) ** (-1)
    low = (24 * re ** (-1)) ** 10 + (4 * re ** (-0.33)) ** 10 + 0.4**10
    return (low + high) ** 0.1


case(drag_of_a_sphere, (200.0,), other=[(5.0,), (3e5,)])


def corners(image, window, kind="same"):
    gy, gx = np.gradient(image)
    xx = signal.convolve2d(gx * gx, window, mode=kind)
    yy = signal.correlate2d(gy * gy, window, mode="same")
    xy = signal.fftconvolve(gx * gy, window, mode="same")
    edges = signal.convolve2d(image, window, "valid"), signal.correlate(image, window)
    return xx * yy - xy**2 - 0.05 * (xx + yy) ** 2, edges


case(
    corners,
    (u(4, 5), u(3, 3)),
    other=[(u(6, 4), u(3, 3)), (u(5, 5), u(2, 2)), (u(3, 3), u(4, 5))],
)


def steps_with_one_factor(A, b):
    factor = sla.lu_factor(A)
    for _ in range(3):
        b = sla.lu_solve(factor, np.tanh(b))
    return b


case(steps_with_one_factor, (spd(3), r(3)), other=[(spd(2), r(2))])


def steps_with_one_half(A, b):
    factor = sla.cho_factor(A)
    for _ in range(2):
        b = sla.cho_solve(factor, np.tanh(b))
    return b


case(steps_with_one_half, (spd(3), r(3, 2)), other=[(spd(2), r(2, 1))])


def solved_by_both_parts(A, b):
    lu, piv = sla.lu_factor(A)
    return sla.lu_solve((lu, piv), b) + sla.lu_solve((lu, piv), b * b)


case(solved_by_both_parts, (r(3, 3) + np.eye(3), r(3)), other=[(r(4, 4) + 2 * np.eye(4), r(4))])

# the guard does not hang on the example: its whole numbers have no inverse
case(
    solved_by_both_parts,
    (np.array([[0.9, -0.4, 1.6], [0.3, -0.7, -0.2], [-0.8, 0.6, -0.1]]), r(3)),
    other=[(r(4, 4) + 2 * np.eye(4), r(4))],
    guarded=[raises("A was an array of floats", np.array([[2, 1], [1, 3]]), r(2))],
    name="solved_where_rounded_is_singular",
)


def mean_by_rows_of_a_mask(x, mask):
    return np.mean(x, where=mask) + np.var(x, where=mask, ddof=1)


case(
    mean_by_rows_of_a_mask,
    (r(4, 3), np.array([[True], [False], [True], [True]])),
    other=[(r(3, 2), np.array([[True], [True], [False]]))],
)


def implicit_steps(A, u, dt):
    from scipy.linalg import lu_factor, lu_solve

    factor = lu_factor(np.eye(len(u)) + dt * A)
    path = [u]
    for _ in range(3):
        u = lu_solve(factor, u)
        path.append(u)
    return np.array(path)


case(implicit_steps, (spd(3), r(3), 0.1), other=[(spd(2), r(2), 0.2)])


def sums_of_distances(x, y):
    return np.mean(cdist(x, y, "cityblock")) + np.sum(cdist(x, y, "sqeuclidean"), axis=0)


case(sums_of_distances, (r(4, 3), r(2, 3)), other=[(r(2, 2), r(3, 2))])


def sum_of_a_filtered_signal(x, b):
    return np.sum(signal.lfilter(b, [1.0, 0.5], x)) * np.sum(np.resize(x, (4, 5)))


case(sum_of_a_filtered_signal, (r(6), r(2)), other=[(r(4), r(3))])


def normal_law_of_vectors(x, mean, cov):
    one = stats.multivariate_normal.logpdf(x[0], mean, cov)
    centred = stats.multivariate_normal.pdf(x - mean, cov=cov)
    return one + np.log(centred).sum() + stats.multivariate_normal(mean, cov).pdf(x) @ x[:, 0]


case(
    normal_law_of_vectors,
    (r(3, 2), r(2), np.array([[2.0, 0.5], [0.5, 1.0]])),
    other=[(r(4, 3), r(3), np.diag([1.0, 2.0, 3.0]))],
)

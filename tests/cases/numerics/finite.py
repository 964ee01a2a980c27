"""Gradients that are finite although something on the way to them is not: overflow, zero norms, powers of zero."""

import math

import numpy as np
import scipy.special

from tests.cases import case, normal, uniform

r, u = normal(71), uniform(71)
FAR = np.array([1000.0, -1000.0, 0.0])


# the sigmoid, however it is spelled


def neuron_negated_weights(X, w):
    return 1 / (1 + np.exp(-X @ w))


case(
    neuron_negated_weights,
    (r(4, 3), r(3)),
    other=[(r(2, 2), r(2))],
    exact=[((np.array([[1000.0], [-1000.0]]), np.ones(1)), {"X": np.zeros((2, 1)), "w": [0.0]})],
)


def growth_of_a_population(t, k, t0, most):
    return most / (1 + np.exp(-k * (t - t0)))


case(
    growth_of_a_population,
    (r(4), 1.3, 0.2, 2.5),
    other=[(r(2), 0.7, -0.3, 0.0)],
    exact=[((FAR, 1.0, 0.0, 2.0), {"t": [0.0, 0.0, 0.5], "most": 1.5})],
)


def growth_in_three_lines(t, k, most):
    e = np.exp(-k * t)
    total = 1.0 + e
    return most / total


case(
    growth_in_three_lines,
    (r(4), 1.3, 2.5),
    other=[(r(2), 0.7, 1.5)],
    exact=[((FAR, 1.0, 2.0), {"t": [0.0, 0.0, 0.5], "most": 1.5})],
)


def bipolar_sigmoid(x):
    return 2 / (1 + np.exp(-x)) - 1


case(bipolar_sigmoid, (r(4),), other=[(r(2, 3),)], exact=[((FAR,), {"x": [0, 0, 0.5]})])


def sigmoid_as_a_power(x):
    return (1 + np.exp(-x)) ** -1


case(sigmoid_as_a_power, (r(4),), other=[(r(2),)], exact=[((FAR,), {"x": [0, 0, 0.25]})])


def fermi_occupation(E, mu, T):
    return 1 / (np.exp((E - mu) / T) + 1)


case(
    fermi_occupation,
    (r(4), 0.3, 0.5),
    other=[(r(2), 0.1, 1.5)],
    exact=[((FAR, 0.0, 1.0), {"E": [0, 0, -0.25], "mu": 0.25, "T": 0.0})],
)


def bose_occupation(E, T):
    return 1 / (np.exp(E / T) - 1)


case(
    bose_occupation,
    (u(4), 0.5),
    other=[(u(2), 1.5)],
    exact=[((np.array([1000.0]), 1.0), {"E": [0.0], "T": 0.0})],
)


def planck(x, scale):
    return scale / np.expm1(x)


case(
    planck,
    (u(4), 0.5),
    other=[(u(2), 1.5)],
    exact=[((np.array([1000.0]), 1.0), {"x": [0.0], "scale": 0.0})],
)


def richards_curve(t, k, nu):
    return (1 + np.exp(-k * t)) ** (-1 / nu)


case(
    richards_curve,
    (r(3), 1.2, 0.7),
    other=[(r(2), 0.5, 1.5)],
    exact=[((np.array([-1000.0, 1000.0]), 1.0, 1.0), {"t": [0, 0], "k": 0.0, "nu": 0.0})],
)


def gates_of_a_cell(x, h):
    z = -(x + h)
    gate = 1.0 / (1.0 + np.exp(z))
    return gate * np.tanh(x)


case(
    gates_of_a_cell,
    (r(3), r(3)),
    other=[(r(2), r(2))],
    exact=[((np.array([-1000.0]), np.zeros(1)), {"x": [0.0], "h": [0.0]})],
)


def swish(x):
    return x / (1 + np.exp(-x))


case(swish, (r(4),), other=[(r(2),)], exact=[((FAR,), {"x": [1, 0, 0.5]})])


# the soft maximum and what is made of it


def softplus(x):
    return np.log1p(np.exp(x))


case(softplus, (r(4),), other=[(r(2),)], exact=[((FAR,), {"x": [1, 0, 0.5]})])


def softplus_in_two_lines(x):
    e = np.exp(x)
    return np.log(1 + e)


case(softplus_in_two_lines, (r(4),), other=[(r(2),)], exact=[((FAR,), {"x": [1, 0, 0.5]})])


def logistic_loss(X, w, y):
    margins = y * (X @ w)
    return np.sum(np.log(1 + np.exp(-margins)))


case(
    logistic_loss,
    (r(4, 3), r(3), np.sign(r(4))),
    wrt=("X", "w"),
    other=[(r(2, 2), r(2), np.sign(r(2)))],
    exact=[((np.array([[-1000.0]]), np.ones(1), np.ones(1)), {"w": [1000.0], "X": [[-1.0]]})],
)


def cross_entropy_of_sigmoid(X, w):
    p = 1 / (1 + np.exp(-X @ w))
    return -np.mean(np.log(p))


case(
    cross_entropy_of_sigmoid,
    (r(4, 3), r(3)),
    other=[(r(2, 2), r(2))],
    exact=[((np.array([[-1000.0]]), np.ones(1)), {"w": [1000.0], "X": [[-1.0]]})],
)


def log_sum_exp(x):
    return np.log(np.sum(np.exp(x)))


case(log_sum_exp, (r(4),), other=[(r(2, 3),)], exact=[((FAR,), {"x": [1, 0, 0]})])


def log_sum_exp_of_rows(x):
    e = np.exp(x)
    total = e.sum(axis=1)
    return np.log(total)


case(
    log_sum_exp_of_rows,
    (r(3, 4),),
    other=[(r(2, 3),)],
    exact=[((np.stack([FAR, -FAR]),), {"x": [[1, 0, 0], [0, 1, 0]]})],
)


# powers of zero, norms of nothing


def powers(a, b):
    return a**b


case(
    powers,
    (u(3), u(3)),
    other=[(u(2), u(2))],
    exact=[((np.array([0.0, 2.0]), np.array([1.0, 1.0])), {"a": [1, 1], "b": [0, 2 * np.log(2)]})],
)


def power_of_numbers(a, b):
    return a**b


case(power_of_numbers, (1.3, 0.7), other=[(0.4, 2.5)], exact=[((0.0, 2.0), {"a": 0, "b": 0})])


def distance_by_hand(x, y):
    d = x - y
    return np.sqrt(np.sum(d * d))


case(
    distance_by_hand,
    (r(3), r(3)),
    other=[(r(2), r(2))],
    exact=[((np.ones(2), np.ones(2)), {"x": [0, 0], "y": [0, 0]})],
)


def distance_in_the_plane(dx, dy):
    return (dx**2 + dy**2) ** 0.5


case(
    distance_in_the_plane,
    (0.3, -0.7),
    other=[(1.3, 2.1)],
    exact=[((0.0, 0.0), {"dx": 0.0, "dy": 0.0})],
)


def masked_coulomb(x, q):
    d = x[:, None, :] - x[None, :, :]
    dist = np.sqrt(np.sum(d**2, axis=-1))
    far = ~np.eye(len(x), dtype=bool)
    inverse = np.where(far, 1.0 / np.where(far, dist, 1.0), 0.0)
    return 0.5 * np.sum(q[:, None] * q[None, :] * inverse)


case(masked_coulomb, (r(4, 3), r(4)), other=[(r(2, 2), r(2))])


def root_mean_square_of_pairs(x):
    sq = np.sum((x[:, None] - x[None]) ** 2, axis=2)
    dist = np.sqrt(sq)
    return np.sum(np.tanh(dist))


case(root_mean_square_of_pairs, (r(4, 3),), other=[(r(2, 2),)])


def hypotenuse(a, b):
    return np.hypot(a, b)


case(
    hypotenuse,
    (r(3), r(3)),
    other=[(r(2), r(2))],
    exact=[((np.zeros(1), np.zeros(1)), {"a": [0.0], "b": [0.0]})],
)


def hypotenuse_of_numbers(a, b):
    return math.hypot(a, b) + np.hypot(a, 2 * b)


case(hypotenuse_of_numbers, (0.3, 0.4), other=[(1.5, -2.0)], exact=[((0.0, 0.0), {"a": 0, "b": 0})])


def entropy_by_xlogy(p, q):
    return np.sum(scipy.special.xlogy(p, q))


case(
    entropy_by_xlogy,
    (u(3), u(3)),
    other=[(u(2), u(2))],
    exact=[((np.array([0.0, 1.0]), np.array([0.0, 2.0])), {"q": [0, 0.5]})],
)


def larger_but_nan(x, y):
    return np.fmax(x, y) + np.fmin(x, 1.5)


case(
    larger_but_nan,
    (np.array([1.0, 2.0]), np.array([3.0, 1.0])),
    exact=[
        ((np.array([np.nan, 2.0]), np.array([3.0, np.nan])), {"x": [0.0, 1.0], "y": [1.0, 0.0]})
    ],
)


def energy_of_eigenvalues(a):
    w, v = np.linalg.eigh((a + a.T) / 2)
    return np.sum(w**2)


case(
    energy_of_eigenvalues,
    (r(3, 3),),
    other=[(r(2, 2),)],
    exact=[((np.eye(3),), {"a": 2 * np.eye(3)})],
)


def projector_on_lowest(a):
    w, v = np.linalg.eigh(a + a.T)
    return v[:, :1] @ v[:, :1].T + w[0]


case(projector_on_lowest, (r(3, 3),), other=[(r(2, 2),)])


def sigmoid_of_base_ten(x, most):
    return most / (1 + 10 ** (-x)) + 1 / (1 + 2.0**x)


case(
    sigmoid_of_base_ten,
    (r(4), 1.3),
    other=[(r(2), 0.5)],
    exact=[((FAR, 1.0), {"x": [0, 0, 0.25 * np.log(10) - 0.25 * np.log(2)]})],
)


def log_of_two_exponentials(x, y):
    return np.log(np.exp(x) + np.exp(y))


case(
    log_of_two_exponentials,
    (r(4), r(4)),
    other=[(r(2), r(2))],
    exact=[((FAR, np.zeros(3)), {"x": [1, 0, 0.5], "y": [0, 1, 0.5]})],
)


def distances_by_einsum(x):
    d = x[:, None] - x[None]
    return np.sum(np.sqrt(np.einsum("ijk,ijk->ij", d, d)))


case(distances_by_einsum, (r(4, 2),), other=[(r(3, 3),)])


def a_length_summed_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s += x[i] ** 2
    return np.sqrt(s)


case(
    a_length_summed_in_a_loop,
    (r(3),),
    other=[(r(5),)],
    exact=[((np.zeros(2),), {"x": np.zeros(2)})],
)


def distances_summed_by_columns(x, y):
    d2 = np.zeros(len(x))
    for j in range(x.shape[1]):
        d2 += (x[:, j] - y[j]) ** 2
    return np.sum(np.sqrt(d2))


case(
    distances_summed_by_columns,
    (r(3, 2), r(2)),
    other=[(r(2, 4), r(4))],
    exact=[((np.ones((2, 2)), np.ones(2)), {"x": np.zeros((2, 2)), "y": np.zeros(2)})],
)


def soliton(x, a):
    return a / np.cosh(a * x) ** 2 + 1 / np.cosh(x) + np.cosh(x) ** -2


case(
    soliton,
    (r(4), 0.7),
    other=[(r(3), 1.3)],
    exact=[((np.array([1000.0, -1000.0]), 2.0), {"x": [0, 0], "a": 0})],
)


def secant_of_exponentials(x):
    return 2 / (np.exp(x) + np.exp(-x))


case(secant_of_exponentials, (r(4),), exact=[((np.array([1000.0, -1000.0]),), {"x": [0, 0]})])


def secant_of_a_number(x):
    return 1 / math.cosh(x)


case(secant_of_a_number, (0.4,), other=[(-1.3,)], exact=[((700.0,), {"x": 0})])


def grown_after_gompertz(x):
    return np.exp(-np.exp(x)) + 1 - np.exp(-np.exp(-0.5 * x)) + np.arctan(np.exp(x))


case(grown_after_gompertz, (r(4),), exact=[((np.array([2000.0, -2000.0]),), {"x": [0, 0]})])


def planck_by_wavelength(x, T):
    return 2 / (x**5 * (np.exp(1.4 / (x * T)) - 1)) + 1 / (np.expm1(1 / x) * x)


case(
    planck_by_wavelength,
    (u(4), 1.3),
    other=[(u(2), 0.7)],
    exact=[((np.array([1e-3, 1e-9]), 1.0), {"x": [0, 0], "T": 0})],
)


def growth_from_a_beginning(t, most, first, rate):
    share = (most - first) / first
    return most / (1 + share * np.exp(-rate * t))


case(
    growth_from_a_beginning,
    (r(4), 1.3, 0.4, 0.7),
    other=[(r(2), 0.5, 0.5, 1.2)],
    exact=[((FAR[:2], 2.0, 1.0, 1.0), {"t": [0, 0], "most": 1, "first": 0, "rate": 0})],
)


def curve_of_richards(t, q, c, nu):
    low = (1 + q * np.exp(-t)) ** (-1 / nu)
    return low + 2 / (c + q * np.exp(-t)) ** nu


case(
    curve_of_richards,
    (r(4), 0.7, 1.3, 0.6),
    other=[(r(2), 1.5, 0.5, 1.2)],
    exact=[((np.array([-1000.0]), 1.0, 1.0, 1.0), {"t": [0], "q": 0, "c": 0, "nu": 0})],
)


def choice_of_one_in_two(a, b, k):
    p = np.exp(k * a) / (np.exp(k * a) + np.exp(k * b))
    return p + np.exp(a) / (np.exp(b) + np.exp(a))


case(
    choice_of_one_in_two,
    (r(4), r(4), 1.3),
    other=[(r(2), r(2), 0.4)],
    exact=[((np.zeros(1), np.array([1000.0]), 1.0), {"a": [0], "b": [0], "k": 0})],
)


def over_hyperbolic_sines(x, a):
    return x / np.sinh(x) + a / np.sinh(x) ** 2 + 1 / np.sinh(x) + a / (np.exp(x) - np.exp(-x))


case(
    over_hyperbolic_sines,
    (r(4), 0.7),
    other=[(r(3), 1.3)],
    exact=[((np.array([1000.0, -1000.0]), 2.0), {"x": [0, 0], "a": 0})],
)


def survival_after_gompertz(t, a, b):
    e = np.exp(a * t)
    return np.exp(-b * e) + np.exp(-b * (np.exp(t) - 1)) * np.exp(-a * np.expm1(t))


case(
    survival_after_gompertz,
    (r(4), 0.7, 0.5),
    other=[(r(3), 1.3, 0.8)],
    exact=[((np.array([1000.0]), 1.0, 2.0), {"t": [0], "a": 0, "b": 0})],
)


def standardised_where_it_varies(x):
    s = np.std(x)
    return np.where(s > 0, (x - np.mean(x)) / s, 0.0)


case(
    standardised_where_it_varies,
    (r(4),),
    other=[(r(3),)],
    exact=[((np.ones(3),), {"x": np.zeros(3)})],
)


def exponential_units(x, a):
    below = np.minimum(0, np.exp(x) - 1)
    return np.maximum(0, x) + below + np.clip(np.exp(x * a), 0.5, 2.0)


case(
    exponential_units,
    (r(4), 0.7),
    other=[(r(3), 1.3)],
    exact=[((np.array([1000.0, 0.0]), 1.0), {"x": [1, 2], "a": 0})],
)


def of_both_signs(x, a):
    return np.maximum(x, 0) + a * np.minimum(x, 0)


case(
    of_both_signs,
    (r(4), 0.7),
    other=[(r(3), 1.3)],
    exact=[((np.zeros(2), 0.25), {"x": [0.25, 0.25], "a": 0})],
)


def weighted_distances(x, w):
    d = x[:, None] - x[None]
    return np.sqrt(np.sum(w * d**2, axis=-1))


case(weighted_distances, (r(3, 2), np.array([1.0, 2.0])), wrt=["x"], other=[(r(4, 2), np.ones(2))])


def distance_after_mahalanobis(x, y, P):
    d = x - y
    return np.sqrt(d @ P @ d) + np.sqrt(np.dot(np.dot((x - y).T, P), x - y)) + np.sqrt(d.T @ d)


case(
    distance_after_mahalanobis,
    (r(3), r(3), np.diag([1.0, 2.0, 3.0])),
    wrt=["x", "y"],
    other=[(r(2), r(2), np.eye(2))],
    exact=[((np.ones(2), np.ones(2), np.eye(2)), {"x": [0, 0], "y": [0, 0]})],
)


def doubled(x):
    return x * 2


case(doubled, (5e-324,), other=[(1.0,), (0.0,)])


# roots of what is squared, with weights that have gradients too


def length_with_weights(w, v):
    return np.sqrt(np.sum(w * v**2))


case(
    length_with_weights,
    (np.array([0.5, 0.7]), r(2)),
    other=[(np.ones(3), r(3))],
    exact=[((np.ones(2), np.zeros(2)), {"w": [0, 0], "v": [0, 0]})],
)


def distances_by_matrix(S, X, m):
    d = X - m
    return np.sqrt(np.sum(d @ S * d, axis=1)) + np.sqrt(np.einsum("ni,ij,nj->n", d, S, d))


case(
    distances_by_matrix,
    (np.array([[0.5, 0.1], [0.1, 0.4]]), r(3, 2), r(2)),
    other=[(np.eye(2), r(1, 2), r(2))],
    exact=[((np.eye(2), np.ones((1, 2)), np.ones(2)), {"S": np.zeros((2, 2)), "m": [0, 0]})],
)


def along_the_globe(lat1, lon1, lat2, lon2):
    a = math.sin((lat2 - lat1) / 2) ** 2
    half = math.sin((lon2 - lon1) / 2)
    a += math.cos(lat1) * math.cos(lat2) * half * half
    return 2 * math.atan2(math.sqrt(a), math.sqrt(1 - a))


case(
    along_the_globe,
    (0.3, 0.4, 0.5, 0.6),
    other=[(0.1, -0.4, -0.5, 0.2)],
    exact=[((0.3, 0.4, 0.3, 0.4), {"lat1": 0.0, "lon1": 0.0, "lat2": 0.0, "lon2": 0.0})],
)


def spread_with_weights(v, w):
    m = np.average(v, weights=w)
    return np.sqrt(np.average((v - m) ** 2, weights=w))


case(
    spread_with_weights,
    (r(3), np.array([0.5, 0.2, 0.4])),
    other=[(r(2), np.ones(2))],
    exact=[((np.ones(2), np.ones(2)), {"v": [0, 0], "w": [0, 0]})],
)


def distance_by_powers(x, y, p):
    return np.sum(np.abs(x - y) ** p) ** (1 / p)


case(
    distance_by_powers,
    (r(3), r(3), 2.5),
    other=[(r(2), r(2), 3.0)],
    exact=[((np.ones(2), np.ones(2), 2.0), {"x": [0, 0], "y": [0, 0], "p": 0.0})],
)


def geometric_mean(x):
    return np.prod(x) ** (1 / len(x))


case(
    geometric_mean,
    (np.array([0.5, 0.7, 0.2]),),
    other=[(np.array([0.5, 0.7]),)],
    exact=[((np.array([0.0, 0.7, 0.0]),), {"x": [0, 0, 0]})],
)


# what is divided by zero inside another function


def bump(x):
    return np.exp(-1 / x**2)


case(
    bump,
    (np.array([0.5, -0.7]),),
    other=[(np.array([1.5]),)],
    exact=[((np.array([0.0, 1e-200]),), {"x": [0, 0]})],
)


def angles(x, y):
    return np.arctan(1 / x) + np.arctan(y / x)


case(
    angles,
    (np.array([0.5, -0.7]), r(2)),
    other=[(np.array([1.5]), r(1))],
    exact=[((np.array([1e-200]), np.ones(1)), {"x": [-2.0], "y": [1e-200]})],
)


def whole_powers(x, n):
    return np.sum(np.power(x, n))


case(
    whole_powers,
    (u(2), np.array([2, 3])),
    exact=[((np.array([0.0, 0.0]), np.array([1, 0])), {"x": [1, 0]})],
)


def focal(p, gamma):
    return np.sum((1 - p) ** gamma * p)


case(
    focal,
    (u(3), 2.0),
    wrt=("p",),
    other=[(u(2), 0.5)],
    exact=[((np.array([1.0, 0.5]), 0.0), {"p": [1, 1]})],
)


def fourth_norm(u):
    return np.sum(u**4) ** 0.25


def of_fourth_powers(u, v):
    return (u**4 + v**4) ** 0.25


def weighted_norm(u, w):
    return np.sqrt(w @ u**2)


single = np.zeros(2, np.float32)
case(fourth_norm, (r(2),), exact=[((np.zeros(2),), {"u": np.zeros(2)}), ((single,), {"u": single})])
case(of_fourth_powers, (0.5, -0.7), exact=[((0.0, 0.0), {"u": 0.0, "v": 0.0})], other=[(0.0, 1.3)])
case(
    weighted_norm,
    (r(2), np.array([0.5, 2.0])),
    exact=[((single, single + 1), {"u": single, "w": single})],
)

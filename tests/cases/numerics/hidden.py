"""Values that a mask leaves out: there a gradient is zero, even where a factor on the way is infinite or nan."""

import math

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(79), uniform(79)
WITH_ZERO = np.array([0.0, 2.0, 0.5])


def quotient_set_to_zero(x, n):
    y = x / n
    y[n == 0] = 0
    return np.sum(y**2)


case(
    quotient_set_to_zero,
    (r(3), u(3)),
    other=[(r(2), u(2))],
    exact=[
        ((np.ones(3), WITH_ZERO), {"x": [0, 0.5, 8], "n": [0, -0.25, -16]}),
        ((np.zeros(1), np.zeros(1)), {"x": [0], "n": [0]}),
    ],
)


def mean_of_counted(total, count):
    mean = total / count
    return np.where(count > 0, mean, 0.0)


case(
    mean_of_counted,
    (r(3), np.array([2, 1, 4])),
    wrt=("total",),
    other=[(r(2), np.array([1, 3]))],
    exact=[((np.zeros(2), np.array([0, 2])), {"total": [0, 0.5]})],
)


def mask_with_a_name(x, n):
    known = n != 0
    y = x / n
    return np.sum(np.where(known, y, -1.0))


case(
    mask_with_a_name,
    (r(3), u(3)),
    other=[(r(2), u(2))],
    exact=[((np.zeros(3), WITH_ZERO), {"x": [0, 0.5, 2], "n": [0, 0, 0]})],
)


def row_norms_guarded(x):
    n = np.sum(np.abs(x), axis=1, keepdims=True)
    y = x / n
    return np.where(n == 0, 0.0, y)


case(
    row_norms_guarded,
    (r(3, 2),),
    other=[(r(2, 4),)],
    exact=[((np.array([[0.0, 0.0], [1.0, 3.0]]),), {"x": [[0, 0], [0, 0]]})],
)


def roots_of_positive(x):
    return np.sum(np.sqrt(x)[x > 0])


case(
    roots_of_positive,
    (u(3),),
    other=[(u(2),)],
    exact=[((np.array([0.0, 4.0]),), {"x": [0, 0.25]})],
)


def logarithms_of_positive(x):
    y = np.log(x)
    y[~(x > 0)] = 0.0
    return np.sum(y)


case(
    logarithms_of_positive,
    (u(3),),
    other=[(u(2),)],
    exact=[((np.array([0.0, 4.0]),), {"x": [0, 0.25]})],
)


def nan_made_a_number(x):
    y = np.nan_to_num(x / (x - 1.0), nan=0.0, posinf=5.0, neginf=-5.0)
    return y * 2.0


case(
    nan_made_a_number,
    (np.array([0.5, 2.0]),),
    other=[(np.array([0.1, 3.0, -2.0]),)],
    exact=[((np.array([1.0, 2.0]),), {"x": [0, -2]})],
)


GAPS = np.array([1.0, np.nan, 3.0])


def known_squares(w, data):
    residual = w * data - 1.0
    return np.nansum(residual**2)


case(known_squares, (0.7, GAPS), wrt=("w",), other=[(1.3, np.array([np.nan, 2.0]))])


def mean_of_known_rows(w, data):
    z = np.tanh(data * w)
    return np.nanmean(z, axis=0)


case(
    mean_of_known_rows,
    (r(2), np.array([[1.0, 2.0], [np.nan, 0.5]])),
    wrt=("w",),
    other=[(r(3), np.array([[1.0, np.nan, 2.0], [0.3, 0.5, np.nan]]))],
)


def known_by_isnan(w, data):
    err = (data - w) ** 2
    known = ~np.isnan(data)
    return np.sum(err[known])


case(known_by_isnan, (0.7, GAPS), wrt=("w",), other=[(1.3, np.array([np.nan, 2.0]))])


def known_by_where(w, data):
    err = w * data
    err = np.where(np.isnan(err), 0.0, err)
    return np.sum(err * err)


case(known_by_where, (0.7, GAPS), wrt=("w",), other=[(1.3, np.array([np.nan, 2.0]))])


def sum_where(x, n):
    y = np.sqrt(x / n)
    return np.sum(y, where=n > 0)


case(
    sum_where,
    (u(3), u(3)),
    other=[(u(2), u(2))],
    exact=[((np.ones(2), np.array([0.0, 1.0])), {"x": [0, 0.5], "n": [0, -0.5]})],
)


def selected_branch(x):
    return np.select([x > 1, x > 0], [np.log(x), np.sqrt(x)], default=0.0)


case(
    selected_branch,
    (np.array([0.5, 2.0, -0.7]),),
    other=[(np.array([0.3, 3.0]),)],
    exact=[((np.array([0.0, 4.0]),), {"x": [0, 0.25]})],
)


def exponential_cut_off(x):
    e = np.exp(x)
    return np.where(x < 100.0, e, 0.0)


case(
    exponential_cut_off,
    (r(3),),
    other=[(r(2),)],
    exact=[((np.array([1000.0, 0.0]),), {"x": [0, 1]})],
)


def clipped_logarithm(p):
    return np.clip(np.log(p), -20.0, None)


case(
    clipped_logarithm,
    (u(3),),
    other=[(u(2),)],
    exact=[((np.array([0.0, 4.0]),), {"p": [0, 0.25]})],
)


def correlation_of_columns(x, y):
    den = np.sqrt(np.sum(x**2, axis=0) * np.sum(y**2, axis=0))
    c = np.sum(x * y, axis=0) / den
    c[den == 0] = 0
    return c


case(
    correlation_of_columns,
    (r(3, 2), r(3, 2)),
    other=[(r(2, 3), r(2, 3))],
    exact=[((np.zeros((2, 1)), np.ones((2, 1))), {"x": np.zeros((2, 1)), "y": np.zeros((2, 1))})],
)


def double_where(x):
    safe = np.where(x > 0, x, 1.0)
    return np.sum(np.where(x > 0, x * np.log(safe), 0.0))


case(double_where, (u(3),), other=[(r(3),)], exact=[((np.array([0.0, 1.0]),), {"x": [0, 1]})])


def angles_between(a, b):
    lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    cosine = np.sum(a * b, axis=1) / lengths
    return np.where(lengths > 0, cosine, 1.0)


case(
    angles_between,
    (r(3, 2), r(3, 2)),
    other=[(r(2, 3), r(2, 3))],
    exact=[((np.zeros((1, 2)), np.ones((1, 2))), {"a": np.zeros((1, 2)), "b": np.zeros((1, 2))})],
)


def masked_in_a_loop(x, n):
    total = 0.0
    for k in range(2):
        y = x / (n - k)
        y = np.where(n == k, 0.0, y)
        total = total + np.sum(y)
    return total


case(
    masked_in_a_loop,
    (r(3), u(3) + 2),
    other=[(r(2), u(2) + 2)],
    exact=[((np.ones(2), np.array([0.0, 2.0])), {"x": [-1, 1.5], "n": [-1, -1.25]})],
)


def correlation_or_none(x, y):
    xm = x - x.mean()
    ym = y - y.mean()
    den = np.sqrt((xm**2).sum() * (ym**2).sum())
    if den == 0:
        return 0.0
    return (xm * ym).sum() / den


case(correlation_or_none, (r(4), r(4)), other=[(np.ones(4), np.full(4, 2.0))])


def root_tested_later(a, b, y):
    root = math.sqrt(a * b)
    if root < 1e-12:
        out = y
    else:
        out = y / root
    return out * 2


case(root_tested_later, (1.2, 0.7, 0.3), other=[(0.0, 0.0, 0.5)])


def quotient_tested_later(x, y):
    a = 1.0 / x
    if np.any(x == 0):
        return x * y
    return a * y


case(quotient_tested_later, (u(3), 0.5), other=[(np.zeros(3), 0.7)])


def logarithm_tested_later(x, y):
    l = np.log(x)
    if not np.all(np.isfinite(l)):
        return np.sum(x * y)
    return np.sum(l * y)


case(logarithm_tested_later, (u(3), 0.5), other=[(np.zeros(3), 0.7)])


def angle_or_none(c, d, y):
    angle = np.arccos(c * d)
    return angle / np.sin(angle) * y if angle > 1e-6 else y * 2


case(angle_or_none, (0.5, 0.3, 0.5), other=[(0.2, -0.3, 0.7)])


def mixing_within_bounds(x):
    return np.where((x > 0) & (x < 1), x * np.log(x) + (1 - x) * np.log(1 - x), 0)


case(
    mixing_within_bounds,
    (np.array([0.3, 0.5]),),
    other=[(np.array([0.2]),)],
    exact=[((np.array([-1.0, 0.5, 40.0]),), {"x": [0.0, 0.0, 0.0]})],
)


def rate_of_a_channel(V):
    z = (V + 55) / 10
    return np.where(z == 0, 1.0, z / (1 - np.exp(-z)))


case(
    rate_of_a_channel,
    (np.array([-60.0, -50.0]),),
    other=[(np.array([-20.0]),)],
    exact=[((np.array([-1e5, 1e5]),), {"V": [0.0, 0.1]})],
)


def saturation(x, k, n):
    return np.where(x > 0, 1 / (1 + (k / x) ** n), 0.0)


case(
    saturation,
    (np.array([1.0, 2.0]), 2.0, 3.0),
    other=[(np.array([1.0, 0.0, 3.0]), 2.0, 3.0)],
    exact=[
        ((np.array([2.0, 0.0]), 2.0, 3.0), {"x": [0.375, 0.0], "k": -0.375, "n": 0.0}),
    ],
)


def square_of_a_quotient(x, k):
    return np.where(x > 0, (k / x) ** 2, 0.0)


case(
    square_of_a_quotient,
    (np.array([1.0, 2.0]), 2.0),
    exact=[((np.array([1.0, 0.0]), 2.0), {"x": [-8.0, 0.0], "k": 4.0})],
)


def moved_and_left_out(x):
    """What only moves numbers has no factor that could be nan."""
    y = np.repeat(x, 2)
    return np.nanmax(np.tile(x, 2)) + np.nansum(y.reshape(2, -1) ** 2) + np.nanmean(np.diff(x))


case(
    moved_and_left_out,
    (r(4),),
    other=[(r(6),)],
    exact=[((np.array([1.0, np.nan, 2.0, 3.0]),), {"x": [4.0, 0.0, 7.0, 14.0]})],
)


def distances_no_smaller_than(x, eps):
    d = np.fmax(np.sqrt(np.sum((x[:, None] - x) ** 2, axis=2)), eps)
    return np.minimum(d @ x, 0.4) - np.maximum(np.linalg.inv(x), np.sort(x, axis=0))


SQUARE = np.array([[0.3, -1.0, 0.6], [1.2, 0.4, -0.7], [-0.5, 0.9, 1.1]])
case(
    distances_no_smaller_than,
    (SQUARE, 1e-9),
    other=[(SQUARE[::-1] + 0.1, 1e-9), (SQUARE[1:, 1:], 1e-3)],
)


def product_left_out(x, w):
    """A row of `x` that is nan makes a row nan of what is left out: the gradient of `w` takes it for zeros."""
    y = x @ w
    return np.fmax(y, 0.5)


ROW_OF_NAN = np.array([[0.3], [np.nan], [-0.2], [1.0]])
case(product_left_out, (r(4, 3), r(3, 2)), other=[(r(4, 3) + ROW_OF_NAN, r(3, 2))])


def inverse_left_out(x):
    return np.fmin(np.linalg.inv(x), 0.5)


case(inverse_left_out, (SQUARE,), other=[(SQUARE * np.nan,), (SQUARE * 3.0,)])


COLUMNS = np.array([[0.3, 0.8, 0.5], [0.2, 0.4, 0.9], [0.7, 0.1, 0.4]])


def scores_left_out(x):
    """A column that has one value only has no deviation to be divided by."""
    return np.nan_to_num((x - x.mean(0)) / x.std(0))


case(scores_left_out, (COLUMNS,), other=[(COLUMNS * [1, 0, 1],)])


def correlations_left_out(x):
    xc = x - x.mean(0)
    c = xc.T @ xc / (len(x) - 1)
    d = np.sqrt(np.diag(c))
    return np.nan_to_num(c / np.outer(d, d))


case(correlations_left_out, (COLUMNS,), other=[(COLUMNS * [1, 0, 1],)])


def shares_left_out(x):
    e = np.exp(x)
    p = e / e.sum(1, keepdims=True)
    return np.where(np.isfinite(p), p, 0.0)


case(shares_left_out, (COLUMNS,), other=[(COLUMNS * [[1.0], [2000.0], [1.0]],)])


def directions_left_out(a, b):
    r = a @ b
    q = r / np.linalg.norm(r, axis=1, keepdims=True)
    q[np.isnan(q)] = 0
    return q


case(
    directions_left_out,
    (COLUMNS, COLUMNS.T),
    other=[(COLUMNS * [[0.0], [1.0], [1.0]], COLUMNS.T)],
    wrt=("b",),
)


def sums_so_far_left_out(x):
    return np.nan_to_num(np.cumsum(np.sqrt(x))).sum()


case(sums_so_far_left_out, (np.array([0.3, 0.5]),), other=[(np.array([0.3, -0.5]),)])


def rows_without_weights(x, m):
    c = m.sum(1, keepdims=True)
    mu = (x * m).sum(1, keepdims=True) / c
    v = ((x - mu) ** 2 * m).sum(1, keepdims=True) / c
    return np.where(m > 0, (x - mu) / np.sqrt(v), 0.0)


case(
    rows_without_weights,
    (COLUMNS, np.ones((3, 3))),
    other=[(COLUMNS, np.array([[1.0, 1, 1], [0, 0, 0], [1, 1, 0]]))],
    wrt=("x",),
)


def sums_left_out(x):
    """A sum hands on zeros as they are."""
    return np.fmin(np.sum(x, axis=1), 0.5)


case(
    sums_left_out,
    (r(4, 3),),
    exact=[((np.array([[np.nan, 0.2], [0.3, 0.1]]),), {"x": [[0.0, 0.0], [1.0, 1.0]]})],
)


def on_two_sides(x):
    """The sigmoid of the course: neither exponential is one of a large number, and none needs a guard."""
    is_large, is_small = x >= 0, x < 0
    z = np.zeros_like(x)
    z[is_large] = np.exp(-x[is_large])
    z[is_small] = np.exp(x[is_small])
    top = np.ones_like(x)
    top[is_small] = z[is_small]
    return top / (1 + z)


case(on_two_sides, (r(5),), other=[(1e3 * r(7),), (r(2, 3),)])


def chosen_and_scaled(x):
    """What is chosen for being small is not, once it is scaled."""
    m = x > 0
    x = x * -1000.0
    z = np.zeros_like(x)
    z[m] = np.exp(-x[m])
    z[z > 5.0] = 5.0
    return z


case(
    chosen_and_scaled,
    (np.array([-0.001, 0.0005, -1.0]),),
    other=[(np.array([2.0, 0.001, -0.5]),)],
)


def capped(x, top):
    """What is cut where it is too large had a gradient of 0 there, and an infinite factor."""
    y = np.exp(x)
    z = 2.0 * y + np.abs(x)
    z[z > top] = top
    square = y * y
    return np.where(square > top, top, square) + z


case(capped, (r(5), 9.0), other=[(np.array([900.0, -1.0, 0.5]), 9.0), (r(2, 3), 1.0)])


def capped_number(x):
    """The same of numbers, on the sides of branches."""
    y = np.exp(x)
    z = min(y, 9.0)
    if y > 7.0:
        y = 7.0
    return y + z


case(capped_number, (0.5,), other=[(900.0,), (-1.0,)])


def forces(r, i, j):
    """Infinite forces between a particle and itself, taken out twice: by a function and by a mask."""
    d = r[i] - r[j]
    square = np.einsum("ij,ij->i", d, d)
    inverse = np.nan_to_num(square ** (-3))
    factor = np.divide(2 * inverse**2 - inverse, square)
    factor[factor == np.inf] = 0
    return np.einsum("i,ij->ij", factor, d)


case(
    forces,
    (r(3, 2), np.array([0, 0, 1]), np.array([1, 2, 2])),
    other=[(r(3, 2), np.array([0, 0, 1]), np.array([1, 0, 2]))],
)


def forces_near(r, i, j, cutoff):
    """The same with a cutoff, which picks pairs first, and an energy."""
    d = r[i] - r[j]
    square = np.sum(d * d, axis=1)
    near = np.nonzero(square < cutoff**2)
    square = square[near]
    inverse = np.nan_to_num(square ** (-3))
    energy = inverse**2 - inverse
    energy[energy == np.inf] = 0
    return 4 * np.sum(energy)


case(
    forces_near,
    (r(3, 2), np.array([0, 0, 1]), np.array([1, 2, 2]), 9.0),
    other=[(r(3, 2), np.array([0, 0, 1]), np.array([1, 0, 2]), 9.0)],
)

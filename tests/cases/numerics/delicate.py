"""Values where gradients are delicate: zeros, ties, large arguments, single precision, empty arrays."""

import math

import numpy as np
import scipy.special

from tests.cases import case, normal, raises, uniform

r = normal(35)
u = uniform(36)
z = np.array([1.5, 0.0, -2.0])


def prod0(x):
    return np.prod(x)


case(prod0, (r(3),), other=[(z,), (np.array([0.0, 0.0, 2.0]),)])


def prod_ax(x):
    return np.prod(x, axis=1)


case(prod_ax, (r(2, 3),), other=[(np.stack([z, z]),)])


def cumprod0(x):
    return np.cumprod(x)


case(cumprod0, (r(3),), other=[(z,), (np.array([0.0, 0.0, 2.0]),)])


def cumprod_lines(x):
    return np.cumprod(x, axis=1) + np.cumprod(x, axis=0)


case(cumprod_lines, (r(2, 3),), other=[(np.stack([z, z, z + 1.0, z]),)])


def cumprod_cube(x):
    return np.cumprod(x, axis=1) * np.cumprod(x, axis=-1) + np.cumprod(x).reshape(x.shape)


case(cumprod_cube, (r(2, 3, 2),), other=[(np.stack([np.stack([z, z + 2.0])] * 3),)])


def cumprod_named(x, axis):
    return np.cumprod(x, axis=axis) + np.cumprod(x, axis=axis - 1)


case(cumprod_named, (r(2, 3), 1), other=[(np.stack([z, z]), 0), (np.stack([z, z]), -1)])


def prod_axes(x):
    return np.prod(x, axis=(0, 2)) + np.prod(x, axis=(1, 2), keepdims=True)[0, 0]


case(prod_axes, (r(2, 3, 2),), other=[(np.stack([np.stack([z, z + 2.0])] * 3),)])


def prod_named(x, axis):
    return np.prod(x, axis=axis) + np.prod(x, axis=axis, keepdims=True)[0]


case(prod_named, (r(3, 3), 0), other=[(np.stack([z, z, z + 1.0]), 0)])


def of_one_number(x):
    spread = np.std(x) + np.var(x) + np.ptp(x)
    middle = np.median(x) + np.quantile(x, 0.3) + np.percentile(x, 20)
    return np.mean(x) * np.prod(x) + np.average(x) ** 2 + spread + middle * np.squeeze(x)


case(of_one_number, (1.5,), other=[(0.0,), (-2.0,)])


def of_one_number_grown(x):
    return np.cumsum(x) * np.cumprod(x) + np.repeat(x, 3) * np.mean(x, keepdims=True)


case(of_one_number_grown, (1.5,), other=[(0.0,), (-2.0,)])


def pow_int(x):
    return x**3 + x**2.0 + x**1 + x**0


case(pow_int, (r(3),), other=[(z,)])


def pow_n(x, n):
    return x**n


case(pow_n, (r(3), 3), other=[(z, 2), (z, 1)])


def pow_neg(x):
    return (-np.abs(x) - 1) ** 3.0


case(pow_neg, (r(3),), other=[(z,)])


def sqrt_sum(x):
    return np.sqrt(np.sum(x**2) + 1e-8)


case(sqrt_sum, (r(3),), other=[(z,)])


def masked_log(x):
    return np.sum(np.where(x > 0, np.log(np.maximum(x, 1e-10)), 0))


case(masked_log, (r(5),), other=[(np.array([1.0, -1.0, 2.0]),)])


def sigm(x):
    return 1 / (1 + np.exp(-x))


case(sigm, (r(4),), other=[(np.array([30.0, -30.0, 0.0]),)])


def logsig(x):
    return -np.log(1 + np.exp(-x))


case(logsig, (r(4),), other=[(np.array([30.0, -30.0, 0.0]),)])


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


case(softplus, (r(4),), other=[(np.array([30.0, -30.0, 0.1]),)])


def tanh2(x):
    return np.tanh(x) ** 2 / (1 + np.tanh(x) ** 2)


case(tanh2, (r(4),), other=[(np.array([30.0, -30.0, 0.1]),)])


def div_self(x):
    return x / np.sum(x)


case(div_self, (u(4),), other=[(np.array([0.0, 1.0, 3.0]),)])


def relu6(x):
    return np.minimum(np.maximum(x, 0), 6)


case(relu6, (r(4),), other=[(np.array([8.0, -1.0, 3.0]),)])


def absx(x):
    return np.abs(x) * np.sign(x) + np.abs(x)


case(absx, (r(4),), other=[(np.array([8.0, -1.0, 3.0]),)])


def mod(x):
    return np.mod(x, 1.0) * x + np.floor(x) * x + np.round(x) * x


case(mod, (r(4),), other=[(np.array([8.3, -1.2, 3.6]),)])


def modxy(x, y):
    return np.sum(x % y)


case(modxy, (u(4), u(4)), other=[(np.array([8.3, -1.2, 3.6]), np.array([2.0, 0.7, 1.1]))])


def clipb(x, lo, hi):
    return np.clip(x, lo, hi) * x


case(clipb, (r(5), -0.5, 0.5), other=[(r(7), -1.0, 0.2)])


def atan2_(y, x):
    return np.arctan2(y, x) * np.hypot(x, y)


case(atan2_, (r(4), r(4)), other=[(r(2), r(2))])


def logaddexp_(a, b):
    return np.logaddexp(a, b).sum() + np.logaddexp2(a, b).mean()


case(logaddexp_, (r(4), r(4)), other=[(r(2), r(2))])


def norm_all(A):
    return (
        np.linalg.norm(A)
        + np.linalg.norm(A, axis=1).sum()
        + np.linalg.norm(A, ord=1, axis=0).sum()
        + np.linalg.norm(A[0], ord=3)
    )


case(norm_all, (r(3, 4),), other=[(r(2, 2),)])


def f32(x, w):
    h = np.maximum(0, x @ w)
    p = np.exp(h - h.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[:, 0] + 1e-6)) + 0.5 * np.sum(w * w)


case(
    f32,
    (r(3, 4).astype(np.float32), r(4, 3).astype(np.float32)),
    other=[(r(2, 3).astype(np.float32), r(3, 2).astype(np.float32))],
)


def f32mix(x, w):
    return (x * w).sum(axis=0) / 2 + np.float64(1.5) * x.mean()


case(f32mix, (r(3, 4).astype(np.float32), r(4)), other=[(r(2, 3).astype(np.float32), r(3))])


def f32loop(x, n):
    h = np.zeros_like(x)
    for i in range(n):
        h = np.tanh(h * 0.5 + x)
    return h


case(f32loop, (r(3).astype(np.float32), 2), other=[(r(2).astype(np.float32), 4)])


def scalar32(x):
    s = x[0] * x[1]
    return s * s


case(scalar32, (r(3).astype(np.float32),), other=[(r(2).astype(np.float32),)])


def mean_int(x, idx):
    return (x[idx] * idx).mean()


case(mean_int, (r(5), np.array([1, 3, 3])), other=[(r(4), np.array([0, 1]))])


def bool_mul(x):
    m = x > 0
    return (x * m + (~m) * x * 0.1) * (m.sum() + 1)


case(bool_mul, (r(5),), other=[(r(4),)])


def intdiv(x, n):
    return x[: n // 2] * x[n // 2 : 2 * (n // 2)]


case(intdiv, (r(6), 6), other=[(r(5), 5)])


def empty_ok(x):
    return np.sum(x) * 2.0


case(empty_ok, (r(3),), other=[(np.zeros(0),)])


def zero_trip(x, n):
    h = x
    for _ in range(n):
        h = h * x
    return h


case(zero_trip, (r(3), 2), other=[(r(3), 0)])


def zero_trip_ex(x, n):
    h = x
    for _ in range(n):
        h = h * x
    return h


case(
    zero_trip_ex,
    (r(3), 0),
    guarded=[raises("the body of this loop was not run with the example inputs", r(3), 2)],
)


def one_trip_ex(x, n):
    h = 0.0
    for t in range(n):
        h = np.tanh(h * x[t] + x[t])
    return h


case(one_trip_ex, (r(1), 1), other=[(r(3), 3)])


def min_max_axis(x):
    return x.max(axis=0) - x.min(axis=0) + np.max(x) * np.min(x, axis=1, keepdims=True)


case(min_max_axis, (r(3, 3),), other=[(r(2, 2),)])


def argmin_take(x, w):
    return w[np.argmin(x, axis=1)] * x.min(axis=1)


case(argmin_take, (r(3, 4), r(4)), other=[(r(2, 5), r(5))])


def lexs(x):
    o = np.argsort(-x)
    s = x[o]
    return np.sum(s * np.arange(len(x), 0, -1))


case(lexs, (r(5),), other=[(r(3),)])


def median_(x):
    return np.median(x) + np.percentile(x, 30) + np.quantile(x, 0.7)


case(median_, (r(5),), other=[(r(7),)])


def interp_(x, xp, fp):
    return np.interp(x, xp, fp)


case(
    interp_,
    (u(3), np.array([0.0, 1.0, 3.0]), r(3)),
    other=[(u(2), np.array([0.0, 0.7, 2.0, 3.0]), r(4))],
    wrt=["x", "fp"],
)


def conv_(x, k):
    return np.convolve(x, k, mode="same") * np.convolve(x, k, "valid").sum()


case(conv_, (r(6), r(3)), other=[(r(5), r(3))])


def trapz_(y, x):
    return np.trapezoid(y, x)


def trapz_of_old(y, x):
    return np.trapz(y, x)


case(
    trapz_ if hasattr(np, "trapezoid") else trapz_of_old,
    (r(5), np.sort(r(5))),
    other=[(r(3), np.sort(r(3)))],
    name="trapz_",
)


def diff_(x):
    return np.sum(np.diff(x) ** 2) + np.diff(x, n=2).sum() + np.gradient(x).sum()


case(diff_, (r(5),), other=[(r(6),)])


def roll_(x):
    return x * np.roll(x, 1) + np.flip(x) + np.rot90(np.outer(x, x))[0]


case(roll_, (r(4),), other=[(r(3),)])


def kron_(a, b):
    return np.kron(a, b).sum() ** 2


case(kron_, (r(2, 2), r(2, 3)), other=[(r(1, 2), r(3, 2))])


def tri(x):
    return np.tril(x) @ np.triu(x, 1) + np.diag(np.diag(x))


case(tri, (r(3, 3),), other=[(r(4, 4),)])


def choose_(x, k):
    return np.choose(k, [x, x * x, -x])


case(choose_, (r(4), np.array([0, 1, 2, 0])), other=[(r(2), np.array([2, 1]))])


def select_(x):
    return np.select([x > 1, x > 0], [x**2, x], default=-x)


case(select_, (r(6),), other=[(r(3),)])


def piece(x):
    return np.piecewise(x, [x < 0, x >= 0], [lambda v: -v, lambda v: v * v])


case(piece, (r(6),), other=[(r(3),)])


def vec(x):
    return np.vectorize(lambda v: v * v + 1)(x)


case(vec, (r(3),), other=[(r(4),)])


def apply_ax(x):
    return np.apply_along_axis(np.sum, 1, x)


case(apply_ax, (r(3, 2),), other=[(r(4, 2),)])


def block_(a, b):
    return np.block([[a, b], [b, a]]).sum(axis=0)


case(block_, (r(2, 2), r(2, 2)), other=[(r(3, 3), r(3, 3))])


def c_(a, b):
    return np.c_[a, b] * np.r_[a, b].sum()


case(c_, (r(3), r(3)), other=[(r(2), r(2))])


def homogeneous(R, p):
    return np.r_[np.c_[R, p], [[0, 0, 0, 1]]]


case(homogeneous, (r(3, 3), r(3)), other=[(r(2, 3), r(2))])


def rows_below(R, S):
    return np.r_[R * 2, R * S[:1]] ** 2


case(rows_below, (r(3, 2), r(2, 2)), other=[(r(1, 4), r(3, 4))])


def joined_planes(P, q):
    return np.r_[P, q[None]] * P[:1]


case(joined_planes, (r(2, 3, 2), r(3, 2)), other=[(r(3, 2, 2), r(2, 2))])


def unit_of_a_copy_if_needed(v):
    v = np.array(v, dtype=np.float64, copy=False)
    return v / np.sqrt(np.dot(v, v))


case(unit_of_a_copy_if_needed, (r(3),), other=[(r(5),)])


def changed_copy_if_needed(v):
    u = v * 1
    w = np.array(u, copy=False)
    w *= 2
    return u * w


case(
    changed_copy_if_needed,
    (r(3),),
    other=[],
    refused="w is changed in place while u shares its memory",
)


def turned_by_a_matrix(x):
    return np.asarray(np.matrix([[0.0, 1.0], [-1.0, 0.0]]) * x[:, None])


case(turned_by_a_matrix, (r(2),), other=[], refused="np.matrix is not supported")


def svd_(A):
    return np.linalg.svd(A, compute_uv=False).sum()


case(svd_, (r(3, 2),), other=[(r(2, 4),)])


def eigh_(A):
    w, v = np.linalg.eigh(A + A.T)
    return (w * np.arange(len(w))).sum()


case(eigh_, (r(3, 3),), other=[(r(2, 2),)])


def mpow(A):
    return np.linalg.matrix_power(A, 3)


case(mpow, (r(2, 2),), other=[(r(3, 3),)])


def einsum_dots(x, W):
    return np.einsum("...i,ij->...j", x, W)


case(einsum_dots, (r(2, 3, 4), r(4, 2)), other=[(r(1, 5, 3), r(3, 3))])


def matmul_b(a, b):
    return (a @ b).sum(axis=-1)


case(matmul_b, (r(2, 3, 4), r(4, 5)), other=[(r(3, 1, 2), r(2, 3))])


def matmul_bb(a, b):
    return np.matmul(a, b)


case(matmul_bb, (r(2, 1, 3, 4), r(3, 4, 2)), other=[(r(1, 1, 2, 3), r(2, 3, 4))])


def vecmat(a, B, c):
    return a @ B @ c + np.dot(a, a) * np.inner(B, c).sum() + np.vdot(a, a)


case(vecmat, (r(3), r(3, 4), r(4)), other=[(r(2), r(2, 2), r(2))])


def dot3(a, b):
    return np.dot(a, b)


case(dot3, (r(2, 3, 4), r(4, 5)), other=[(r(1, 2, 3), r(3, 2))])


def unit_column(x, y):
    return np.tanh(x[:, None] + y[:, 0])


def unit_mean(x):
    mu = x.mean(axis=1, keepdims=True)
    return (x - mu) ** 2


def unit_std(x, g):
    mu = np.mean(x, axis=0, keepdims=True)
    std = np.sqrt(np.var(x, axis=0, keepdims=True) + 1e-3)
    return g[None, :] * (x - mu) / std


def unit_products(a, b):
    m, n = a[:, None], b[:, None]
    return (m * n) * np.sum(m + n)


case(unit_column, (r(3), r(1, 2)), other=[(r(3), r(4, 2)), (r(2), r(3, 1))])
case(unit_mean, (r(3, 1),), other=[(r(3, 4),), (r(1, 1),)])
case(unit_std, (r(1, 3), r(3)), other=[(r(4, 2), r(2))])
case(unit_products, (r(3), r(3)), other=[(r(1), r(1))])


def far_tail(x):
    return 0.5 * (1 + scipy.special.erf(x / np.sqrt(2)))


case(far_tail, (np.array([-9.0, -8.2]),), other=[(r(3),)])


def option_far_out_of_the_money(S, K, T, r, s):
    d1 = (math.log(S / K) + (r + s * s / 2) * T) / (s * math.sqrt(T))
    d2 = d1 - s * math.sqrt(T)
    first = S * 0.5 * (1 + math.erf(d1 / math.sqrt(2)))
    return first - K * math.exp(-r * T) * 0.5 * (1 + math.erf(d2 / math.sqrt(2)))


case(
    option_far_out_of_the_money,
    (50.0, 150.0, 0.5, 0.05, 0.2),
    other=[(90.0, 100.0, 1.0, 0.02, 0.3)],
)


def fast_wave_beside_a_large_term(x, y):
    z = x[0] * y * x[1] * x[2]
    return np.sin(z) * y + z * y


case(
    fast_wave_beside_a_large_term,  # a thousand times as large, the wave turns within the shortest step
    (np.array([0.13, 0.64, 1.5]), 0.5),
    other=[(np.array([0.3, -0.4, 0.5, 0.6]), 2.0)],
)


def saturated_layers(x, U, V, W):
    """Outputs of which most cancel, so that small slopes are lost in the rounding of layers within."""
    return np.tanh(np.tanh(np.tanh(x @ U) @ V) @ W).sum()


far, other = normal(914), normal(915)
case(
    saturated_layers,
    (far(2, 3), 9 * far(3, 3), 9 * far(3, 4), 9 * far(4, 2)),
    other=[(other(2, 3), other(3, 3), other(3, 4), other(4, 2))],
)

"""Formulae in a straight line, in functions of courses, models and trades."""

import math

import numpy as np

from tests.cases import case, normal, raises, uniform
from tests.cases.calls import library

r, u = normal(108), uniform(109)


def bn_train(x, gamma, beta, eps, momentum, running_mean, running_var):
    N, D = x.shape
    sample_mean = np.mean(x, axis=0)
    sample_var = np.var(x, axis=0)
    x_norm = (x - sample_mean) / np.sqrt(sample_var + eps)
    out = gamma * x_norm + beta
    running_mean = momentum * running_mean + (1 - momentum) * sample_mean
    running_var = momentum * running_var + (1 - momentum) * sample_var
    return out


case(
    bn_train,
    (r(5, 3), r(3), r(3), 1e-5, 0.9, np.zeros(3), np.ones(3)),
    other=[(r(4, 2), r(2), r(2), 1e-4, 0.8, np.zeros(2), np.ones(2))],
    wrt=["x", "gamma", "beta"],
)


def ln(x, gamma, beta):
    xT = x.T
    mu = np.mean(xT, axis=0)
    var = np.var(xT, axis=0)
    xhat = ((xT - mu) / np.sqrt(var + 1e-5)).T
    return gamma * xhat + beta


case(ln, (r(3, 4), r(4), r(4)), other=[(r(2, 5), r(5), r(5))])


def spatial_bn(x, gamma, beta):
    N, C, H, W = x.shape
    xr = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)
    mu = xr.mean(axis=0)
    var = xr.var(axis=0)
    o = gamma * (xr - mu) / np.sqrt(var + 1e-5) + beta
    return o.reshape(N, H, W, C).transpose(0, 3, 1, 2)


case(spatial_bn, (r(2, 3, 2, 2), r(3), r(3)), other=[(r(1, 2, 3, 2), r(2), r(2))])


def maxpool_reshape(x):
    N, C, H, W = x.shape
    xr = x.reshape(N, C, H // 2, 2, W // 2, 2)
    return xr.max(axis=3).max(axis=4)


case(maxpool_reshape, (r(1, 2, 4, 4),), other=[(r(2, 1, 2, 6),)])


def attention(q, k, v, mask):
    s = q @ k.T / np.sqrt(k.shape[1])
    s = np.where(mask, s, -np.inf)
    w = np.exp(s - s.max(axis=-1, keepdims=True))
    w = w / w.sum(axis=-1, keepdims=True)
    return w @ v


case(
    attention,
    (r(3, 4), r(3, 4), r(3, 2), np.tril(np.ones((3, 3), bool))),
    other=[(r(2, 3), r(2, 3), r(2, 5), np.tril(np.ones((2, 2), bool)))],
)


def affine_relu_pool(x, w, b):
    a = x.reshape(x.shape[0], -1) @ w + b
    return np.where(a > 0, a, 0.01 * a).max(axis=1)


case(affine_relu_pool, (r(3, 2, 2), r(4, 5), r(5)), other=[(r(2, 3, 1), r(3, 4), r(4))])


def knn_dists(X, Y):
    return np.sqrt(np.sum(X**2, axis=1, keepdims=True) + np.sum(Y**2, axis=1) - 2 * X.dot(Y.T))


case(knn_dists, (r(3, 4), r(2, 4)), other=[(r(2, 3), r(5, 3))])


def circuit(x, y, z, w):
    q = x * y + max(z, w)
    return 2 * q


case(circuit, (3.0, -4.0, 2.0, -1.0), other=[(1.0, 2.0, -3.0, 4.0)])


def neuron2(w0, x0, w1, x1, w2):
    return 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + w2)))


case(neuron2, (2.0, -1.0, -3.0, -2.0, -3.0), other=[(0.1, 0.2, 0.3, 0.4, 0.5)])


def neuron_vec(W, x):
    return 1 / (1 + np.exp(-(W.dot(x))))


case(neuron_vec, (r(3, 4), r(4)), other=[(r(2, 3), r(3))])


def sigmoid_layer(x, w, b):
    z = np.dot(x, w) + b
    return 1 / (1 + np.exp(-z))


case(sigmoid_layer, (r(4, 3), r(3, 2), r(2)), other=[(r(2, 2), r(2, 5), r(5))])


def softmax_rows(x):
    e = np.exp(x)
    return e / e.sum(axis=1, keepdims=True)


case(softmax_rows, (r(2, 3),), other=[(r(4, 2),)])


def softmax_shifted(x):
    shifted = x - x.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


case(softmax_shifted, (r(2, 3),), other=[(r(4, 2),)])


def softmax_vector(x):
    return np.exp(x - np.max(x)) / np.sum(np.exp(x - np.max(x)))


case(softmax_vector, (r(4),), other=[(r(2),)])


def softmax_other_axis(x):
    e = np.exp(x)
    return e / np.sum(e, axis=0)


case(softmax_other_axis, (r(3, 3),), other=[(r(4, 2),)])


def not_a_softmax(a, b):
    return np.exp(a) / np.sum(np.exp(b), axis=1, keepdims=True)


case(not_a_softmax, (r(2, 3), r(2, 3)), other=[(r(4, 2), r(4, 2))])


def log_softmax(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


case(log_softmax, (r(2, 3),), other=[(r(4, 2),)])


Y4 = np.array([0, 2, 1, 1])


def cross_entropy_one_hot(scores, targets):
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(targets * np.log(probs)) / len(scores)


case(cross_entropy_one_hot, (r(4, 3), np.eye(3)[Y4]), wrt=("scores",))


def binary_cross_entropy(z, t):
    p = 1 / (1 + np.exp(-z))
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


case(binary_cross_entropy, (r(4), np.array([0, 1, 1, 0])), other=[(r(2), np.array([1, 0]))])


def hinge_binary(x, y, w):
    margins = np.maximum(0, 1 - y * (x @ w))
    return np.mean(margins) + 0.01 * np.sum(w**2)


case(hinge_binary, (r(4, 2), np.array([1, -1, -1, 1]), r(2)))


def vae_loss(x, We, be, Wmu, Wlv, Wd, bd, eps):
    h = np.tanh(x @ We + be)
    mu = h @ Wmu
    logvar = h @ Wlv
    z = mu + np.exp(0.5 * logvar) * eps
    logits = z @ Wd + bd
    recon = 1 / (1 + np.exp(-logits))
    bce = -np.sum(x * np.log(recon + 1e-7) + (1 - x) * np.log(1 - recon + 1e-7))
    kld = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    return (bce + kld) / x.shape[0]


case(
    vae_loss,
    (u(3, 4) / 3, r(4, 5), r(5), r(5, 2), r(5, 2), r(2, 4), r(4), r(3, 2)),
    other=[(u(2, 3) / 3, r(3, 4), r(4), r(4, 3), r(4, 3), r(3, 3), r(3), r(2, 3))],
    wrt=["x", "We", "be", "Wmu", "Wlv", "Wd", "bd"],
)


def triplet(anchor, pos, neg, margin=0.5):
    dp = np.sum((anchor - pos) ** 2, axis=1)
    dn = np.sum((anchor - neg) ** 2, axis=1)
    return np.mean(np.maximum(0.0, dp - dn + margin))


case(triplet, (r(4, 3), r(4, 3), r(4, 3)), other=[(r(2, 5), r(2, 5), r(2, 5))])


def info_nce(z1, z2, tau):
    z1 = z1 / np.linalg.norm(z1, axis=1, keepdims=True)
    z2 = z2 / np.linalg.norm(z2, axis=1, keepdims=True)
    sim = z1 @ z2.T / tau
    sim = sim - sim.max(axis=1, keepdims=True)
    logp = sim - np.log(np.exp(sim).sum(axis=1, keepdims=True))
    return -np.mean(np.diag(logp))


case(info_nce, (r(4, 3), r(4, 3), 0.5), other=[(r(3, 5), r(3, 5), 0.7)])


def huber(y, t, delta=1.0):
    e = y - t
    small = np.abs(e) <= delta
    return np.where(small, 0.5 * e**2, delta * (np.abs(e) - 0.5 * delta)).sum()


case(huber, (r(5) * 2, r(5)), other=[(r(7) * 2, r(7))], wrt=["y", "t"])


def quat_rotate(q, v):
    q = q / np.sqrt(np.sum(q**2))
    w, x, y, z = q
    R = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return R @ v


case(quat_rotate, (r(4), r(3)), other=[(r(4), r(3))])


def group_norm(x, gamma, beta, G, eps=1e-5):
    N, C, H, W = x.shape
    x = x.reshape(N, G, C // G, H, W)
    mean = x.mean(axis=(2, 3, 4), keepdims=True)
    var = x.var(axis=(2, 3, 4), keepdims=True)
    x = (x - mean) / np.sqrt(var + eps)
    x = x.reshape(N, C, H, W)
    return x * gamma + beta


case(
    group_norm,
    (r(2, 4, 2, 2), r(1, 4, 1, 1), r(1, 4, 1, 1), 2),
    other=[(r(1, 6, 3, 2), r(1, 6, 1, 1), r(1, 6, 1, 1), 3)],
    wrt=["x", "gamma", "beta"],
)


def word2vec(center, context, negs, W, C):
    v = W[center]
    pos = 1 / (1 + np.exp(-v @ C[context]))
    neg = 1 / (1 + np.exp(C[negs] @ v))
    return -np.log(pos) - np.sum(np.log(neg))


case(
    word2vec,
    (1, 2, np.array([0, 3, 0]), r(4, 3), r(4, 3)),
    other=[(0, 1, np.array([2, 2]), r(5, 2), r(5, 2))],
)


def quat_mul(a, b):
    w1, x1, y1, z1 = np.moveaxis(a, -1, 0)
    w2, x2, y2, z2 = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
            w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
            w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
            w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        ],
        axis=-1,
    )


case(quat_mul, (r(3, 4), r(3, 4)), other=[(r(2, 4), r(2, 4))])


def slerp(a, b, t):
    a = a / np.linalg.norm(a)
    b = b / np.linalg.norm(b)
    om = np.arccos(np.clip(a @ b, -1, 1))
    return (np.sin((1 - t) * om) * a + np.sin(t * om) * b) / np.sin(om)


case(slerp, (r(4), r(4), 0.3), other=[(r(3), r(3), 0.7)])


def gauss_legendre(a, b, c):
    t, w = np.polynomial.legendre.leggauss(4)
    x = 0.5 * (b - a) * t + 0.5 * (a + b)
    return 0.5 * (b - a) * np.sum(w * np.exp(c * x))


case(gauss_legendre, (0.1, 1.4, 0.6), other=[(0.5, 1.1, -0.4)])


def circ_mean(a, w):
    return np.arctan2(np.sum(w * np.sin(a)), np.sum(w * np.cos(a)))


case(circ_mean, (r(4), u(4)), other=[(r(6), u(6))])


def skew(x):
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    return np.mean(z**3, axis=0) + np.mean(z**4, axis=0) - 3


case(skew, (r(5, 2),), other=[(r(7, 3),)])


def winsor(x, q):
    lo, hi = np.quantile(x, q), np.quantile(x, 1 - q)
    return np.clip(x, lo, hi).mean()


case(winsor, (r(7), 0.2), wrt=("x",), other=[(r(10), 0.2)])


def cheapest(x, y, z):
    return min(x, y, z) * max(x, y * z, z)


case(
    cheapest,
    (1.0, 2.0, 3.0),
    other=[(3.0, 1.5, 2.0), (3.0, 2.0, 1.0), (3.0, 0.5, 2.0)],
    guarded=[raises("no number of y was 1.0", 1.0, 1.0, 3.0)],
)


def paths(step, turn):
    """Both ways round cost the same: each must be counted once."""
    right, down = step + turn, turn + step
    return min(right, down, 2 * step + 3 * turn) * step


case(paths, (1.0, 2.0), other=[(0.4, 0.3)])


def product_then_tanh(x, y):
    x = x * y
    x = np.tanh(x)
    return x


case(product_then_tanh, (r(3), r(3)))


def twice_the_same(x):
    h = x**2
    return h, h


case(twice_the_same, (r(3),), name="twice_the_same_array")


case(twice_the_same, (0.7,), name="twice_the_same_scalar")


def stage_and_product(x):
    h = np.sin(x)
    return h, h * x


case(stage_and_product, (r(3),))


def taken_arguments(dout, cache):
    h = dout * cache
    return h * h


case(taken_arguments, (r(3), r(3)), name="arguments_dout_and_cache_arrays")


case(taken_arguments, (0.5, 1.5), name="arguments_dout_and_cache")


def out_is_a_stage(x):
    out = np.exp(x)
    z = out * x
    return z


case(out_is_a_stage, (r(3),))


def floats_traced_arrays_called(x, y):
    s = x + y
    t = s * x
    return t + s


case(
    floats_traced_arrays_called,
    (0.5, 1.5),
    guarded=[raises("TypeError: only ", r(3), r(3)), raises("TypeError: only ", r(3), 1.0)],
)


def relu_residual(x, W):
    x = x + library.relu(x @ W)
    return x


case(relu_residual, (r(2, 3), r(3, 3)), other=[(r(4, 2), r(2, 2))])


def old_name_of_squared(x):
    y = x * 1.5
    v = y
    y *= y
    return v * y


case(old_name_of_squared, (r(3),))


def row_scaled(x):
    y = x * 1.0
    row = y[0]
    row *= 3
    return np.sum(y * y)


case(row_scaled, (r(2, 3),))


def accumulates_into_argument(x):
    acc = x[0]
    acc += x[1]
    return np.sum(acc * acc)


case(accumulates_into_argument, (r(2, 3),))


def isotonic(x, gaps):
    return x[0] + np.cumsum(np.concatenate([[0.0], np.log1p(np.exp(gaps))]))


case(isotonic, (r(2), r(4)), other=[(r(3), r(6))])


def adsr(x, levels):
    env = np.interp(np.linspace(0, 1, len(x)), np.array([0.0, 0.2, 0.5, 1.0]), levels)
    return x * env


case(adsr, (r(6), r(4)), other=[(r(9), r(4))])


def spectrum(x):
    n = x.shape[0]
    k = np.arange(n)
    angle = 2 * np.pi * np.outer(k, k) / n
    re, im = np.cos(angle) @ x, -np.sin(angle) @ x
    return np.log1p(re**2 + im**2)


case(spectrum, (r(5),), other=[(r(8),)])


def gini(x):
    x = np.sort(np.abs(x))
    n = len(x)
    return 2 * np.sum(np.arange(1, n + 1) * x) / (n * np.sum(x)) - (n + 1) / n


case(gini, (r(5),), other=[(r(8),)])


def stick_breaking(v):
    p = 1 / (1 + np.exp(-v))
    rest = np.cumprod(1 - p)
    return np.concatenate([p, [1.0]]) * np.concatenate([[1.0], rest])


case(stick_breaking, (r(4),), other=[(r(2),), (r(6),)])


def concordance(x, y):
    mx, my = x.mean(), y.mean()
    vx, vy = x.var(), y.var()
    cov = np.mean((x - mx) * (y - my))
    return 2 * cov / (vx + vy + (mx - my) ** 2)


case(concordance, (r(5), r(5)), other=[(r(7), r(7))])


def ising(s, j, h):
    return -j * np.sum(s * (np.roll(s, 1, 0) + np.roll(s, 1, 1))) - h * s.sum()


case(ising, (r(3, 4), 0.7, 0.2), other=[(r(5, 2), 0.3, 0.1)])


def shoelace(p):
    x, y = p.T
    return 0.5 * np.abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


case(shoelace, (r(5, 2),), other=[(r(3, 2),)])


def spline(knots, values, t):
    k = np.searchsorted(knots, t) - 1
    h = knots[k + 1] - knots[k]
    s = (t - knots[k]) / h
    m = np.gradient(values)
    return (
        (1 + 2 * s) * (1 - s) ** 2 * values[k]
        + s * (1 - s) ** 2 * h * m[k]
        + s**2 * (3 - 2 * s) * values[k + 1]
        + s**2 * (s - 1) * h * m[k + 1]
    )


case(
    spline,
    (np.arange(5.0), r(5), np.array([0.3, 1.4, 3.2])),
    other=[(np.arange(4.0), r(4), np.array([2.3, 0.6]))],
)


def slopes(x, h):
    t = np.linspace(0, 1, x.shape[1]) ** 2
    along = np.gradient(x[0], t) * np.gradient(x[1], axis=0)
    return np.gradient(x, h, axis=1) * np.gradient(x, axis=0) + np.gradient(x, axis=-1) * along


case(slopes, (r(3, 4), 0.4), other=[(r(2, 5), 0.7)])

"""Functions that the judge was not tuned on: twenty of other kinds, with seventy mistakes and forty other right forms.

They were written, and judged for the first time, after everything in `by_hand`, `mutants` and `forms` was right; the figures of
that first time stand in docs/judging-staff.md. An edit is an old text, a new one, and for a mistake what it may be called; the first
line that it changes is the first wrong one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case, made, text_of

RNG = np.random.default_rng(77)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_step_forward(x, h, Wz, Wr, Wc):
    xh = np.concatenate([x, h], axis=1)
    z = sigmoid(xh @ Wz)
    r = sigmoid(xh @ Wr)
    xrh = np.concatenate([x, r * h], axis=1)
    c = np.tanh(xrh @ Wc)
    out = (1 - z) * h + z * c
    return out, (x, h, Wz, Wr, Wc, xh, z, r, xrh, c)


def gru_step_backward(dout, cache):
    x, h, Wz, Wr, Wc, xh, z, r, xrh, c = cache
    D = x.shape[1]
    dh = dout * (1 - z)
    dz = dout * (c - h)
    dc = dout * z
    da = dc * (1 - c**2)
    dWc = xrh.T @ da
    dxrh = da @ Wc.T
    dx = dxrh[:, :D].copy()
    dr = dxrh[:, D:] * h
    dh += dxrh[:, D:] * r
    daz = dz * z * (1 - z)
    dar = dr * r * (1 - r)
    dWz = xh.T @ daz
    dWr = xh.T @ dar
    dxh = daz @ Wz.T
    dxh += dar @ Wr.T
    dx += dxh[:, :D]
    dh += dxh[:, D:]
    return dx, dh, dWz, dWr, dWc


def rmsnorm_forward(x, g):
    ms = np.mean(x**2, axis=1, keepdims=True)
    rms = np.sqrt(ms + 1e-6)
    xn = x / rms
    return g * xn, (x, g, rms, xn)


def rmsnorm_backward(grad, cache):
    x, g, rms, xn = cache
    D = x.shape[1]
    grad_g = (grad * xn).sum(axis=0)
    grad_xn = grad * g
    grad_rms = -(grad_xn * x).sum(axis=1, keepdims=True) / rms**2
    grad_ms = grad_rms / (2 * rms)
    grad_x = grad_xn / rms + 2 * x * grad_ms / D
    return grad_x, grad_g


def elu_forward(x, w, alpha):
    s = x @ w
    e = alpha * (np.exp(np.minimum(s, 0)) - 1)
    out = np.where(s > 0, s, e)
    return out, (x, w, alpha, s, e)


def elu_backward(dout, cache):
    x, w, alpha, s, e = cache
    ds = dout * np.where(s > 0, 1.0, e + alpha)
    dalpha = np.sum(dout * np.where(s > 0, 0.0, np.exp(np.minimum(s, 0)) - 1))
    dw = x.T @ ds
    dx = ds @ w.T
    return dx, dw, dalpha


def swish(x, w, b):
    a = x @ w + b
    return a * sigmoid(a)


def swish_backward(dout, x, w, b):
    a = x @ w + b
    s = sigmoid(a)
    da = dout * (s + a * s * (1 - s))
    dw = x.T @ da
    db = da.sum(0)
    dx = da @ w.T
    return dx, dw, db


def maxout_forward(x, w1, w2, b):
    u = x @ w1
    v = x @ w2 + b
    out = np.maximum(u, v)
    return out, (x, w1, w2, b, u, v)


def maxout_backward(dout, cache):
    x, w1, w2, b, u, v = cache
    du = dout * (u >= v)
    dv = dout * (v > u)
    dw1 = x.T.dot(du)
    dw2 = x.T.dot(dv)
    db = np.sum(dv, axis=0)
    dx = du.dot(w1.T)
    dx += dv.dot(w2.T)
    return dx, dw1, dw2, db


def poisson(w, X, y, reg):
    rate = np.exp(X @ w)
    nll = np.mean(rate - y * (X @ w))
    return nll + 0.5 * reg * np.sum(w * w)


def poisson_grad(w, X, y, reg):
    n = X.shape[0]
    rate = np.exp(X @ w)
    drate = (rate - y) / n
    dw = X.T @ drate
    dw += reg * w
    return dw


def kl(logits, q):
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    ratio = np.log(p) - np.log(q)
    return np.sum(p * ratio) / logits.shape[0]


def kl_backward(dout, logits, q):
    n = logits.shape[0]
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    ratio = np.log(p) - np.log(q)
    dp = dout * (ratio + 1) / n
    dq = -dout * p / q / n
    dlogits = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    return dlogits, dq


def contrastive_forward(a, b, same, margin):
    diff = a - b
    d = np.sqrt(np.sum(diff**2, axis=1))
    gap = np.maximum(0, margin - d)
    loss = np.mean(same * d**2 + (1 - same) * gap**2)
    return loss, (diff, d, gap, same)


def contrastive_backward(dout, cache):
    diff, d, gap, same = cache
    N = d.shape[0]
    dd = 2 * same * d * dout / N
    dgap = 2 * (1 - same) * gap * dout / N
    dd -= dgap * (gap > 0)
    ddiff = (dd / d)[:, None] * diff
    da = ddiff
    db = -ddiff
    return da, db


def bilinear_forward(x, W, y):
    wy = W @ y
    score = x @ wy
    out = np.tanh(score)
    return out, (x, W, y, wy, out)


def bilinear_backward(dout, cache):
    x, W, y, wy, out = cache
    dscore = (1 - out**2) * dout
    dx = dscore * wy
    dwy = dscore * x
    dW = np.outer(dwy, y)
    dy = W.T @ dwy
    return dx, dW, dy


def mahalanobis(x, mu, L):
    d = x - mu
    y = d @ L
    return 0.5 * np.sum(y**2) - np.sum(np.log(np.diag(L)))


def mahalanobis_and_grad(x, mu, L):
    d = x - mu
    y = d @ L
    value = 0.5 * np.sum(y**2) - np.sum(np.log(np.diag(L)))
    dd = y @ L.T
    dL = d.T @ y
    dL -= np.diag(1 / np.diag(L))
    dx = dd
    dmu = -dd.sum(axis=0)
    return value, (dx, dmu, dL)


def springs(pos, k, rest):
    stretch = pos[1:] - pos[:-1] - rest
    gravity = 9.81 * np.sum(pos)
    return 0.5 * np.sum(k * stretch**2) + gravity


def springs_backward(dout, pos, k, rest):
    stretch = pos[1:] - pos[:-1] - rest
    dk = 0.5 * stretch**2 * dout
    dstretch = k * stretch * dout
    dpos = 9.81 * dout * np.ones_like(pos)
    dpos[1:] += dstretch
    dpos[:-1] -= dstretch
    drest = -dstretch
    return dpos, dk, drest


def average_pool_forward(x, size):
    N, H, W = x.shape
    out = np.zeros((N, H // size, W // size))
    for i in range(H // size):
        for j in range(W // size):
            window = x[:, i * size : (i + 1) * size, j * size : (j + 1) * size]
            out[:, i, j] = window.mean(axis=(1, 2))
    return out, (x, size)


def average_pool_backward(dout, cache):
    x, size = cache
    N, H, W = x.shape
    dx = np.zeros_like(x)
    for i in range(H // size):
        for j in range(W // size):
            share = dout[:, i, j] / (size * size)
            dx[:, i * size : (i + 1) * size, j * size : (j + 1) * size] += share[:, None, None]
    return dx


def causal_forward(x, w):
    T, K = len(x), len(w)
    out = np.zeros(T)
    for t in range(T):
        for k in range(min(K, t + 1)):
            out[t] += w[k] * x[t - k]
    return out, (x, w)


def causal_backward(dout, cache):
    x, w = cache
    T, K = len(x), len(w)
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for t in range(T):
        for k in range(min(K, t + 1)):
            dx[t - k] += w[k] * dout[t]
            dw[k] += x[t - k] * dout[t]
    return dx, dw


def highway_forward(x, W, b, V):
    t = sigmoid(x @ V)
    h = np.maximum(0, x @ W + b)
    out = t * h + (1 - t) * x
    return out, (x, W, b, V, t, h)


def highway_backward(g, cache):
    x, W, b, V, t, h = cache
    gt = g * (h - x)
    gh = g * t
    gx = g * (1 - t)
    gpre = gh * (h > 0)
    gW = x.T @ gpre
    gb = gpre.sum(axis=0)
    gx = gx + gpre @ W.T
    gv = gt * t * (1 - t)
    gV = x.T @ gv
    gx = gx + gv @ V.T
    return gx, gW, gb, gV


def smoothed_forward(scores, target):
    z = scores - scores.max(axis=1, keepdims=True)
    lse = np.log(np.exp(z).sum(axis=1, keepdims=True))
    logp = z - lse
    loss = -np.sum(target * logp) / len(scores)
    return loss, (logp, target)


def smoothed_backward(dout, cache):
    logp, target = cache
    p = np.exp(logp)
    dlogp = -target * dout / len(logp)
    dz = dlogp - p * dlogp.sum(axis=1, keepdims=True)
    dscores = dz
    dtarget = -logp * dout / len(logp)
    return dscores, dtarget


def power_mean(x, p):
    s = np.mean(x**p)
    return s ** (1 / p)


def power_mean_grad(x, p):
    s = np.mean(x**p)
    m = s ** (1 / p)
    ds = m / (p * s)
    dx = ds * p * x ** (p - 1) / x.size
    dp = ds * np.mean(x**p * np.log(x)) - m * np.log(s) / p**2
    return dx, dp


def prey_forward(x, y, a, b):
    xs, ys = [x], [y]
    for t in range(4):
        grow = a * xs[t]
        eaten = b * xs[t] * ys[t]
        xs.append(xs[t] + 0.1 * (grow - eaten))
        ys.append(ys[t] + 0.1 * (eaten - ys[t]))
    return xs[-1] + ys[-1], (xs, ys, a, b)


def prey_backward(dout, cache):
    xs, ys, a, b = cache
    da, db = 0.0, 0.0
    dx, dy = dout, dout
    for t in reversed(range(4)):
        dgrow = 0.1 * dx
        deaten = 0.1 * dy - 0.1 * dx
        da += dgrow * xs[t]
        db += deaten * xs[t] * ys[t]
        dx = dx + dgrow * a + deaten * b * ys[t]
        dy = 0.9 * dy + deaten * b * xs[t]
    return dx, dy, da, db


def focal_forward(s, y, gamma):
    p = sigmoid(s)
    pt = np.where(y == 1, p, 1 - p)
    w = (1 - pt) ** gamma
    loss = -np.sum(w * np.log(pt))
    return loss, (p, pt, w, y, gamma)


def focal_backward(dloss, cache):
    p, pt, w, y, gamma = cache
    dw = -np.log(pt) * dloss
    dpt = -w / pt * dloss
    dpt -= dw * gamma * (1 - pt) ** (gamma - 1)
    dgamma = np.sum(dw * w * np.log(1 - pt))
    dp = np.where(y == 1, dpt, -dpt)
    ds = dp * p * (1 - p)
    return ds, None, dgamma


def graph_forward(A, x, w1, w2):
    h = np.maximum(0, A @ x @ w1)
    out = A @ h @ w2
    return out, (A, x, w1, w2, h)


def graph_backward(dout, cache):
    A, x, w1, w2, h = cache
    dA = dout @ (h @ w2).T
    dw2 = (A @ h).T @ dout
    dh = A.T @ dout @ w2.T
    dh[h <= 0] = 0
    dA += dh @ (x @ w1).T
    dw1 = (A @ x).T @ dh
    dx = A.T @ dh @ w1.T
    return dA, dx, dw1, dw2


def curve_forward(t, c, s):
    z = (t - c) / s
    bell = np.exp(-(z**2))
    y = bell.sum(axis=1)
    return y, (t, c, s, z, bell)


def curve_backward(dy, cache):
    t, c, s, z, bell = cache
    dbell = dy[:, None] * np.ones_like(bell)
    dz = dbell * bell * (-2 * z)
    dt = (dz / s).sum(axis=1, keepdims=True)
    dc = -(dz / s).sum(axis=0)
    ds = -(dz * z / s).sum(axis=0)
    return dt, dc, ds


def vae_forward(mu, logvar, eps, wd):
    std = np.exp(0.5 * logvar)
    z = mu + std * eps
    rec = np.sum((z @ wd) ** 2)
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    return rec + kl, (mu, logvar, eps, wd, std, z)


def vae_backward(dout, cache):
    mu, logvar, eps, wd, std, z = cache
    r = z @ wd
    dz = 2 * r @ wd.T * dout
    dwd = 2 * z.T @ r * dout
    dmu = dz + mu * dout
    dstd = dz * eps
    dlogvar = 0.5 * std * dstd
    dlogvar += -0.5 * (1 - np.exp(logvar)) * dout
    deps = dz * std
    return dmu, dlogvar, deps, dwd


SIGNAL = RNG.normal(size=7)
EXAMPLES = {
    "gru_step": (
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 2)),
        *(RNG.normal(size=(5, 2)) for _ in range(3)),
    ),
    "rmsnorm": (RNG.normal(size=(5, 4)), RNG.normal(size=4)),
    "elu": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), 0.8),
    "swish": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "maxout": (
        RNG.normal(size=(5, 4)),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=3),
    ),
    "poisson": (
        0.3 * RNG.normal(size=4),
        RNG.normal(size=(6, 4)),
        np.array([1, 0, 2, 1, 3, 0]),
        0.7,
    ),
    "kl": (RNG.normal(size=(5, 4)), RNG.dirichlet(np.ones(4), 5)),
    "contrastive": (
        RNG.normal(size=(6, 3)),
        RNG.normal(size=(6, 3)),
        np.array([1, 0, 1, 0, 0, 1]),
        3.0,
    ),
    "bilinear": (RNG.normal(size=4), 0.4 * RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "mahalanobis": (
        RNG.normal(size=(5, 3)),
        RNG.normal(size=3),
        np.tril(RNG.uniform(0.5, 1.5, (3, 3))),
    ),
    "springs": (np.sort(RNG.normal(size=6)), RNG.uniform(1, 3, 5), RNG.uniform(0.1, 0.5, 5)),
    "average_pool": (RNG.normal(size=(2, 4, 6)), 2),
    "causal": (SIGNAL, RNG.normal(size=3)),
    "highway": (
        RNG.normal(size=(5, 4)),
        RNG.normal(size=(4, 4)),
        RNG.normal(size=4),
        RNG.normal(size=(4, 4)),
    ),
    "smoothed": (RNG.normal(size=(5, 4)), RNG.dirichlet(np.ones(4), 5)),
    "power_mean": (RNG.uniform(0.5, 2, 5), 2.5),
    "prey": (2.0, 1.5, 0.8, 0.4),
    "focal": (RNG.normal(size=6), np.array([1, 0, 1, 1, 0, 0]), 2.0),
    "graph": (
        RNG.uniform(0, 1, (4, 4)),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(3, 5)),
        RNG.normal(size=(5, 2)),
    ),
    "curve": (RNG.normal(size=(6, 1)), RNG.normal(size=4), RNG.uniform(0.5, 1.5, 4)),
    "vae": (
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(3, 5)),
    ),
}

# function, old text, new text, what the mistake may be called
WRONG = [
    ("gru_step", "dz = dout * (c - h)", "dz = dout * (h - c)", "sign"),
    ("gru_step", "dh += dxrh[:, D:] * r", "dh = dxrh[:, D:] * r", "overwritten"),
    ("gru_step", "da = dc * (1 - c**2)", "da = dc * (1 - c)", "local_gradient"),
    ("gru_step", "dxh += dar @ Wr.T", "dxh = dar @ Wr.T", "overwritten"),
    ("gru_step", "daz = dz * z * (1 - z)", "daz = z * (1 - z)", "no_upstream"),
    ("gru_step", "dWz = xh.T @ daz", "dWz = xrh.T @ daz", "wrong_variable"),
    ("gru_step", "    dx += dxh[:, :D]\n", "", "term_missing"),
    ("rmsnorm", "(grad * xn).sum(axis=0)", "(grad * xn).sum(axis=1)", "sum_axis|shape|sum_extra"),
    ("rmsnorm", "/ (2 * rms)", "/ rms", "factor|local_gradient"),
    ("rmsnorm", "-(grad_xn * x)", "(grad_xn * x)", "sign"),
    ("rmsnorm", "2 * x * grad_ms / D", "2 * x * grad_ms", "factor|term_twice|local_gradient"),
    ("rmsnorm", "grad_xn / rms + 2 * x * grad_ms / D", "grad_xn / rms", "term_missing"),
    ("elu", "e + alpha)", "e)", "local_gradient|term_missing"),
    ("elu", "ds = dout * np.where(s > 0, 1.0", "ds = dout * np.where(s < 0, 1.0", "mask"),
    ("elu", "dx = ds @ w.T", "dx = ds @ w", "transposed"),
    ("elu", "dalpha = np.sum(dout * ", "dalpha = np.sum(", "no_upstream"),
    ("swish", "s + a * s * (1 - s)", "s + s * (1 - s)", "local_gradient"),
    ("swish", "s + a * s * (1 - s)", "s", "local_gradient|term_missing"),
    ("swish", "db = da.sum(0)", "db = da", "sum_missing"),
    ("swish", "db = da.sum(0)", "db = da.mean(0)", "factor"),
    ("maxout", "du = dout * (u >= v)", "du = dout * (u > 0)", "mask"),
    ("maxout", "dv = dout * (v > u)", "dv = dout * (u >= v)", "mask|wrong_variable"),
    ("maxout", "dx += dv.dot(w2.T)", "dx = dv.dot(w2.T)", "overwritten"),
    ("maxout", "dw2 = x.T.dot(dv)", "dw2 = x.T.dot(du)", "wrong_variable|other_argument"),
    ("poisson", "    dw += reg * w\n", "", "regularisation_forgotten"),
    ("poisson", "dw += reg * w", "dw += 2 * reg * w", "regularisation_doubled"),
    ("poisson", "(rate - y) / n", "(rate - y)", "factor"),
    ("poisson", "(rate - y) / n", "(rate + y) / n", "sign|local_gradient"),
    ("kl", "dp = dout * (ratio + 1) / n", "dp = dout * ratio * p / n", "local_gradient"),
    ("kl", "dq = -dout", "dq = dout", "sign"),
    (
        "kl",
        "p * (dp - np.sum(dp * p, axis=1, keepdims=True))",
        "p * (1 - p) * dp",
        "local_gradient",
    ),
    ("kl", "dp = dout * (ratio + 1) / n", "dp = (ratio + 1) / n", "no_upstream"),
    ("contrastive", "dd -= dgap * (gap > 0)", "dd += dgap * (gap > 0)", "sign"),
    ("contrastive", "dd -= dgap * (gap > 0)", "dd = -dgap * (gap > 0)", "overwritten"),
    ("contrastive", "    db = -ddiff\n", "    db = ddiff\n", "sign"),
    ("contrastive", "dgap = 2 * (1 - same) * gap", "dgap = 2 * (1 - same)", "local_gradient"),
    ("contrastive", "2 * same * d * dout / N", "same * d * dout / N", "factor"),
    ("bilinear", "dW = np.outer(dwy, y)", "dW = np.outer(y, dwy)", "transposed"),
    ("bilinear", "(1 - out**2) * dout", "(1 - out**2)", "no_upstream"),
    ("bilinear", "dy = W.T @ dwy", "dy = W.T @ dx", "wrong_variable"),
    ("mahalanobis", "    dL -= np.diag(1 / np.diag(L))\n", "", "term_missing"),
    ("mahalanobis", "dmu = -dd.sum(axis=0)", "dmu = dd.sum(axis=0)", "sign"),
    ("mahalanobis", "dL = d.T @ y", "dL = y.T @ d", "transposed"),
    ("mahalanobis", "dd = y @ L.T", "dd = y @ L", "transposed"),
    ("springs", "dpos[:-1] -= dstretch", "dpos[:-1] += dstretch", "sign"),
    ("springs", "dpos[:-1] -= dstretch", "dpos[:-1] = -dstretch", "overwritten|overlapping"),
    ("springs", "9.81 * dout * np.ones_like(pos)", "np.zeros_like(pos)", "term_missing"),
    ("springs", "dk = 0.5 * stretch**2", "dk = stretch**2", "factor"),
    ("average_pool", "/ (size * size)", "/ size", "factor"),
    ("average_pool", "/ (size * size)", "/ 4", "only_this_size"),
    (
        "causal",
        "dx[t - k] += w[k] * dout[t]",
        "dx[t - k] = w[k] * dout[t]",
        "overlapping|overwritten",
    ),
    (
        "causal",
        "dx[t - k] += w[k] * dout[t]",
        "dx[t] += w[k] * dout[t - k]",
        "wrong_variable|local_gradient|unknown",
    ),
    ("causal", "dw[k] += x[t - k] * dout[t]", "dw[k] += x[t - k]", "no_upstream"),
    (
        "causal",
        "range(T):\n        for k in range(min(K, t + 1)):\n            dx",
        "range(1, T):\n        for k in range(min(K, t + 1)):\n            dx",
        "term_missing|local_gradient|unknown",
    ),
    ("highway", "gt = g * (h - x)", "gt = g * h", "local_gradient|term_missing"),
    ("highway", "gx = gx + gpre @ W.T", "gx = gpre @ W.T", "overwritten|term_missing"),
    ("highway", "gpre = gh * (h > 0)", "gpre = gh * (gh > 0)", "mask"),
    ("highway", "gb = gpre.sum(axis=0)", "gb = gpre.sum(axis=1)", "sum_axis|shape|sum_extra"),
    ("highway", "gv = gt * t * (1 - t)", "gv = gt * (1 - t**2)", "local_gradient"),
    (
        "smoothed",
        "p * dlogp.sum(axis=1, keepdims=True)",
        "dlogp.sum(axis=1, keepdims=True)",
        "local_gradient|factor",
    ),
    ("smoothed", "dlogp = -target * dout / len(logp)", "dlogp = -target * dout", "factor"),
    ("smoothed", "dlogp = -target", "dlogp = target", "sign"),
    ("power_mean", "dx = ds * p * x ** (p - 1)", "dx = ds * p * x**p", "local_gradient"),
    ("power_mean", " - m * np.log(s) / p**2", "", "term_missing"),
    ("power_mean", "/ x.size", "/ 5", "only_this_size"),
    ("prey", "dx = dx + dgrow * a", "dx = dgrow * a", "term_missing|overwritten"),
    ("prey", "deaten = 0.1 * dy - 0.1 * dx", "deaten = 0.1 * dy + 0.1 * dx", "sign"),
    ("prey", "da += dgrow * xs[t]", "da = dgrow * xs[t]", "overwritten"),
    ("prey", "0.9 * dy", "dy", "factor|local_gradient|term_twice|term_missing"),
    ("focal", "dpt -= dw * gamma", "dpt += dw * gamma", "sign"),
    ("focal", "(1 - pt) ** (gamma - 1)", "(1 - pt) ** gamma", "local_gradient"),
    ("focal", "np.where(y == 1, dpt, -dpt)", "dpt", "sign|mask"),
    (
        "focal",
        "dgamma = np.sum(dw * w * np.log(1 - pt))",
        "dgamma = dw * w * np.log(1 - pt)",
        "sum_missing",
    ),
    ("graph", "dh[h <= 0] = 0", "dh[h >= 0] = 0", "mask"),
    ("graph", "dh = A.T @ dout @ w2.T", "dh = A @ dout @ w2.T", "transposed"),
    ("graph", "dA += dh", "dA = dh", "overwritten"),
    ("curve", "dt = (dz / s).sum(axis=1, keepdims=True)", "dt = dz / s", "sum_missing"),
    ("curve", "ds = -(dz * z / s)", "ds = -(dz * z / s**2)", "local_gradient"),
    ("curve", "(-2 * z)", "(-2 * t)", "wrong_variable|local_gradient"),
    ("vae", "dmu = dz + mu * dout", "dmu = dz", "term_missing"),
    ("vae", "dlogvar = 0.5 * std * dstd", "dlogvar = std * dstd", "factor|term_twice"),
    (
        "vae",
        "dlogvar += -0.5 * (1 - np.exp(logvar)) * dout",
        "dlogvar += -0.5 * (1 - np.exp(logvar))",
        "no_upstream",
    ),
    ("vae", "(1 - np.exp(logvar))", "(1 + np.exp(logvar))", "sign"),
]

# function, old text, new text: right all the same
RIGHT = [
    ("gru_step", "dh = dout * (1 - z)", "dh = dout - dout * z"),
    ("gru_step", "da = dc * (1 - c**2)", "da = dc - c * c * dc"),
    ("gru_step", "dxh = daz @ Wz.T\n    dxh += dar @ Wr.T", "dxh = np.hstack([daz, dar]) @ np.vstack([Wz.T, Wr.T])"),
    ("gru_step", "dWz = xh.T @ daz", "dWz = np.einsum('nd,nk->dk', xh, daz)"),
    ("rmsnorm", "grad_x = grad_xn / rms + 2 * x * grad_ms / D", "grad_x = (grad_xn - xn * np.mean(grad_xn * xn, axis=1, keepdims=True)) / rms"),
    ("rmsnorm", "(grad * xn).sum(axis=0)", "np.diag(grad.T @ xn)"),
    ("rmsnorm", "grad_rms", "tmp"),
    ("elu", "np.where(s > 0, 1.0, e + alpha)", "np.where(s > 0, 1.0, alpha * np.exp(np.minimum(s, 0)))"),
    ("elu", "ds = dout * np.where(s > 0, 1.0, e + alpha)", "ds = dout.copy()\n    ds[s <= 0] *= (e + alpha)[s <= 0]"),
    ("elu", "dw = x.T @ ds", "dw = (ds.T @ x).T"),
    ("swish", "dout * (s + a * s * (1 - s))", "dout * s * (1 + a * (1 - s))"),
    ("swish", "da = dout * (s + a * s * (1 - s))", "y = a * s\n    da = dout * (y + s * (1 - y))"),
    ("swish", "db = da.sum(0)", "db = np.ones(len(x)) @ da"),
    ("maxout", "dv = dout * (v > u)", "dv = dout - du"),
    ("maxout", "dx = du.dot(w1.T)\n    dx += dv.dot(w2.T)", "dx = np.dot(dv, w2.T)\n    dx = dx + np.dot(du, w1.T)"),
    ("maxout", "du = dout * (u >= v)", "won = u >= v\n    du = np.zeros_like(dout)\n    du[won] = dout[won]"),
    ("maxout", "return dx, dw1, dw2, db", "return dx, dw2, dw1, db"),
    ("poisson", "dw = X.T @ drate\n    dw += reg * w", "dw = reg * w\n    for i in range(n):\n        dw = dw + X[i] * drate[i]"),
    ("poisson", "drate = (rate - y) / n\n    dw = X.T @ drate", "dw = np.mean(X * (rate - y)[:, None], axis=0)"),
    ("kl", "dlogits = p * (dp - np.sum(dp * p, axis=1, keepdims=True))", "mean = np.sum(p * ratio, axis=1, keepdims=True)\n    dlogits = dout / n * p * (ratio - mean)"),
    ("kl", "dq = -dout * p / q / n", "dq = -(p / q) * (dout / n)"),
    ("kl", "(ratio + 1)", "(ratio + 7)"),
    ("contrastive", "ddiff = (dd / d)[:, None] * diff", "unit = diff / d.reshape(-1, 1)\n    ddiff = unit * dd.reshape(-1, 1)"),
    ("contrastive", "dd -= dgap * (gap > 0)", "dd -= dgap"),
    ("contrastive", "return da, db", "return da, -da"),
    ("bilinear", "dW = np.outer(dwy, y)", "dW = dwy[:, None] * y[None, :]"),
    ("bilinear", "dy = W.T @ dwy", "dy = dscore * (x @ W)"),
    ("mahalanobis", "dL -= np.diag(1 / np.diag(L))", "dL -= np.eye(len(L)) / np.diag(L)"),
    ("mahalanobis", "return value, (dx, dmu, dL)", "return value, {'x': dx, 'mu': dmu, 'L': dL}"),
    ("springs", "dpos = 9.81 * dout * np.ones_like(pos)\n    dpos[1:] += dstretch\n    dpos[:-1] -= dstretch", "dpos = dout * 9.81 + np.concatenate([[0], dstretch]) - np.append(dstretch, 0)"),
    ("springs", "return dpos, dk, drest", "return dict(pos=dpos, k=dk, rest=drest)"),
    ("average_pool", "dx = np.zeros_like(x)\n    for i in range(H // size):\n        for j in range(W // size):\n            share = dout[:, i, j] / (size * size)\n            dx[:, i * size : (i + 1) * size, j * size : (j + 1) * size] += share[:, None, None]", "dx = np.zeros_like(x)\n    spread = np.kron(dout, np.ones((1, size, size))) / size**2\n    dx[:, : spread.shape[1], : spread.shape[2]] = spread"),
    ("causal", "for t in range(T):\n        for k in range(min(K, t + 1)):\n            dx[t - k] += w[k] * dout[t]\n            dw[k] += x[t - k] * dout[t]", "for k in range(min(K, T)):\n        dx[: T - k] += w[k] * dout[k:]\n        dw[k] = x[: T - k] @ dout[k:]"),
    ("highway", "gx = g * (1 - t)\n    gpre = gh * (h > 0)", "gx = g - gh\n    gpre = np.where(h > 0, gh, 0)"),
    ("highway", "gv = gt * t * (1 - t)", "gv = gt * (t - t**2)"),
    ("smoothed", "dz = dlogp - p * dlogp.sum(axis=1, keepdims=True)", "total = target.sum(axis=1, keepdims=True)\n    dz = (p * total - target) * dout / p.shape[0]"),
    ("power_mean", "dx = ds * p * x ** (p - 1) / x.size", "dx = m ** (1 - p) * x ** (p - 1) / len(x)"),
    ("prey", "dx = dx + dgrow * a + deaten * b * ys[t]\n        dy = 0.9 * dy + deaten * b * xs[t]", "dx, dy = dx + dgrow * a + deaten * b * ys[t], dy - 0.1 * dy + deaten * b * xs[t]"),
    ("focal", "dpt = -w / pt * dloss\n    dpt -= dw * gamma * (1 - pt) ** (gamma - 1)", "dpt = (gamma * w / (1 - pt) * np.log(pt) - w / pt) * dloss"),
    ("graph", "dh[h <= 0] = 0", "dh = dh * np.sign(h)"),
    ("graph", "dA = dout @ (h @ w2).T", "dA = dout @ w2.T @ h.T"),
    ("curve", "dbell = dy[:, None] * np.ones_like(bell)\n    dz = dbell * bell * (-2 * z)", "dz = -2 * z * bell * dy.reshape(-1, 1)"),
    ("curve", "ds = -(dz * z / s).sum(axis=0)", "ds = np.sum(2 * z**2 * bell / s * dy[:, None], axis=0)"),
    ("vae", "dlogvar = 0.5 * std * dstd\n    dlogvar += -0.5 * (1 - np.exp(logvar)) * dout", "dlogvar = 0.5 * (std * dstd + (std**2 - 1) * dout)"),
]  # fmt: skip


def pair(name: str) -> tuple[object, object]:
    """Return the function and its derivative."""
    space = vars(sys.modules[__name__])
    function = space.get(f"{name}_forward") or space[name]
    ends = ("backward", "grad", "and_grad")
    return function, next(space[f"{name}_{end}"] for end in ends if f"{name}_{end}" in space)


def edited(name: str, old: str, new: str, number: int, kinds: str = "") -> Case:
    """Return a function with an edit, and the first line that it changes."""
    function, derivative = pair(name)
    before = text_of(derivative)
    assert before.count(old) == 1 or not kinds, (name, old)
    text = before.replace(old, new)
    assert text != before, (name, old)
    title = f"{name} {number} {kinds}".strip()
    wrong = made(text, title, vars(sys.modules[__name__]))
    pairs = zip(before.splitlines(), text.splitlines(), strict=False)
    first = next(k for k, (one, two) in enumerate(pairs, 1) if one != two)
    names = frozenset(kinds.split("|"))
    lines = {first}
    if "term_missing" in names or "regularisation_forgotten" in names:
        target = before.splitlines()[first - 1].split("=")[0].strip("+- ").split("[")[0]
        lines |= {k for k, one in enumerate(text.splitlines(), 1) if one.strip().startswith(target)}
    return Case(title, function, wrong, EXAMPLES[name], frozenset(lines), names, text)


def wrong() -> Iterator[Case]:
    """Yield the wrong functions."""
    for number, (name, old, new, kinds) in enumerate(WRONG):
        yield edited(name, old, new, number, kinds)


def right() -> Iterator[Case]:
    """Yield the right ones: those the mistakes were made from, and other forms."""
    for name, args in EXAMPLES.items():
        function, derivative = pair(name)
        yield Case(name, function, derivative, args)
    for number, (name, old, new) in enumerate(RIGHT):
        yield edited(name, old, new, number)

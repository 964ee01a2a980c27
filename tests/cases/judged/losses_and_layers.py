"""Submissions of other losses and layers: mistakes of habit and right ones in odd dress, marked and named as in `students`.

They were judged for the first time when everything else was right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case
from tests.cases.judged.students import marked

RNG = np.random.default_rng(41)


# ---------------------------------------------------------------- batch normalisation step by step
def batchnorm_steps(x, gamma, beta):
    N, D = x.shape
    mu = 1.0 / N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu**2
    var = 1.0 / N * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + 1e-5)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    gammax = gamma * xhat
    out = gammax + beta
    return out, (xhat, gamma, xmu, ivar, sqrtvar, var)


def batchnorm_steps__mean_path(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    dvar = 0.5 / np.sqrt(var + 1e-5) * dsqrtvar
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx = dxmu1 + dxmu2  #! term_missing
    return dx, dgamma, dbeta


def batchnorm_steps__inverse(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = 1.0 / (sqrtvar**2) * divar  #! sign
    dvar = 0.5 / np.sqrt(var + 1e-5) * dsqrtvar
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx1 = dxmu1 + dxmu2
    dmu = -np.sum(dx1, axis=0)
    dx2 = 1.0 / N * np.ones((N, D)) * dmu
    return dx1 + dx2, dgamma, dbeta


def batchnorm_steps__eps(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xmu * -0.5 * ivar**2, axis=0)  #! local_gradient
    dmu = np.sum(-dxhat * ivar, axis=0) + dvar * np.mean(-2.0 * xmu, axis=0)
    dx = dxhat * ivar + dvar * 2 * xmu / N + dmu / N
    return dx, dgamma, dbeta


def batchnorm_steps_right__paper(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    m = dout.shape[0]
    dxhat = dout * gamma
    dvar = (-0.5 * ivar**3 * xmu * dxhat).sum(0)
    dmu = (-ivar * dxhat).sum(0) + dvar * (-2 * xmu).mean(0)
    dx = dxhat * ivar + dvar * 2 * xmu / m + dmu / m
    return dx, (dout * xhat).sum(0), dout.sum(0)


def batchnorm_steps_right__projection(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var = cache
    g = dout * gamma
    c = sqrtvar**-2 * (sqrtvar**2 - 1e-5) / len(dout)
    # xhat is not of unit length because of eps: var / (var + eps)
    dx = ivar * (g - g.mean(0) - xhat * (g * xhat).mean(0))
    return [dx, np.sum(dout * xhat, 0), np.sum(dout, 0)] if c.size else None


# ---------------------------------------------------------------- GELU and SiLU
def gelu(x):
    u = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    t = np.tanh(u)
    return 0.5 * x * (1 + t)


def gelu__one_factor(dout, x):
    k = np.sqrt(2 / np.pi)
    t = np.tanh(k * (x + 0.044715 * x**3))
    du = 0.5 * x * (1 - t**2) * dout
    dx = du * k * (1 + 3 * 0.044715 * x**2)  #! term_missing|local_gradient|unknown
    return dx


def gelu__inner(dout, x):
    k = np.sqrt(2 / np.pi)
    u = k * (x + 0.044715 * x**3)
    t = np.tanh(u)
    du = k * (1 + 0.044715 * x**2)  #! local_gradient|factor
    dx = (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * du) * dout
    return dx


def gelu_right__cosh(dout, x):
    k = (2 / np.pi) ** 0.5
    u = k * x * (1 + 0.044715 * x * x)
    slope = 0.5 + 0.5 * np.tanh(u) + 0.5 * x * k * (1 + 0.134145 * x * x) / np.cosh(u) ** 2
    return slope * dout


def silu(x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    return x * s


def silu__sigmoid_only(dout, x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    dx = dout * x * s * (1 - s)  #! term_missing|local_gradient|unknown
    dbeta = np.sum(dout * x * x * s * (1 - s))
    return dx, dbeta


def silu__beta_shape(dout, x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    ds = dout * x
    dx = dout * s + ds * s * (1 - s) * beta
    dbeta = ds * s * (1 - s) * x  #! sum_missing
    return dx, dbeta


def silu_right__compact(dout, x, beta):
    s = 1 / (1 + np.exp(-beta * x))
    y = x * s
    return dout * (beta * y + s * (1 - beta * y)), (dout * y * (x - y)).sum()


# ---------------------------------------------------------------- cosine similarity and triplets
def cosine(a, b):
    na = np.sqrt(np.sum(a * a))
    nb = np.sqrt(np.sum(b * b))
    c = np.dot(a, b) / (na * nb)
    return c


def cosine__norm_constant(dout, a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    da = dout * b / (na * nb)  #! term_missing|local_gradient|unknown
    db = dout * (a / (na * nb) - np.dot(a, b) / (na * nb) * b / nb**2)
    return da, db


def cosine__squares(dout, a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    c = a @ b / (na * nb)
    da = dout * (b / (na * nb) - c * a / na)  #! local_gradient|term_factors|unknown
    db = dout * (a / (na * nb) - c * b / nb**2)
    return da, db


def cosine_right__unit(dout, a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    u, v = a / na, b / nb
    P = np.eye(len(a)) - np.outer(u, u)
    return dout * P @ v / na, dout * (u - (u @ v) * v) / nb


def triplet(anchor, positive, negative, margin=1.0):
    dp = np.sum((anchor - positive) ** 2, axis=1)
    dn = np.sum((anchor - negative) ** 2, axis=1)
    losses = np.maximum(0, dp - dn + margin)
    return np.mean(losses)


def triplet__anchor(anchor, positive, negative, margin=1.0):
    n = len(anchor)
    dp = np.sum((anchor - positive) ** 2, axis=1)
    dn = np.sum((anchor - negative) ** 2, axis=1)
    active = (dp - dn + margin > 0)[:, None] / n
    danchor = 2 * (anchor - positive) * active  #! term_missing
    dpositive = -2 * (anchor - positive) * active
    dnegative = 2 * (anchor - negative) * active
    return danchor, dpositive, dnegative


def triplet__no_margin(anchor, positive, negative, margin=1.0):
    n = len(anchor)
    dp = np.sum((anchor - positive) ** 2, axis=1)
    dn = np.sum((anchor - negative) ** 2, axis=1)
    active = (dp > dn)[:, None] / n  #! mask|wrong_variable
    danchor = 2 * (negative - positive) * active
    dpositive = 2 * (positive - anchor) * active
    dnegative = 2 * (anchor - negative) * active
    return danchor, dpositive, dnegative


def triplet_right__loop(anchor, positive, negative, margin=1.0):
    grads = {"anchor": 0 * anchor, "positive": 0 * positive, "negative": 0 * negative}
    for k, (a, p, n) in enumerate(zip(anchor, positive, negative)):
        if ((a - p) ** 2).sum() + margin <= ((a - n) ** 2).sum():
            continue
        grads["anchor"][k] += 2 * (n - p) / len(anchor)
        grads["positive"][k] -= 2 * (a - p) / len(anchor)
        grads["negative"][k] += 2 * (a - n) / len(anchor)
    return grads


# ---------------------------------------------------------------- log-softmax, label smoothing, focal loss
def smoothed(scores, y, eps):
    N, C = scores.shape
    logp = scores - scores.max(axis=1, keepdims=True)
    logp = logp - np.log(np.exp(logp).sum(axis=1, keepdims=True))
    target = np.full((N, C), eps / C)
    target[np.arange(N), y] += 1 - eps
    return -np.sum(target * logp) / N


def smoothed__hard(scores, y, eps):
    N, C = scores.shape
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    dscores = p
    dscores[np.arange(N), y] -= 1 - eps  #! wrong_entries|local_gradient|unknown
    return dscores / N


def smoothed__minus_first(scores, y, eps):
    N, C = scores.shape
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    target = np.full((N, C), eps / C)
    target[np.arange(N), y] += 1 - eps
    dscores = (target - p) / N  #! sign
    return dscores


def smoothed_right__eye(scores, y, eps):
    N, C = scores.shape
    e = np.exp(scores)
    return {"dscores": (e / e.sum(1)[:, None] - (1 - eps) * np.eye(C)[y] - eps / C) / N}


def focal(z, t, gamma):
    p = 1 / (1 + np.exp(-z))
    pt = np.where(t == 1, p, 1 - p)
    return np.mean(-((1 - pt) ** gamma) * np.log(pt))


def focal__weight_constant(z, t, gamma):
    p = 1 / (1 + np.exp(-z))
    pt = np.where(t == 1, p, 1 - p)
    dpt = -((1 - pt) ** gamma) / pt / len(z)  #! term_missing|local_gradient|unknown
    dp = np.where(t == 1, dpt, -dpt)
    dz = dp * p * (1 - p)
    return dz


def focal__other_side(z, t, gamma):
    p = 1 / (1 + np.exp(-z))
    pt = np.where(t == 1, p, 1 - p)
    dpt = gamma * (1 - pt) ** (gamma - 1) * np.log(pt) - (1 - pt) ** gamma / pt
    dpt /= len(z)
    dp = dpt  #! mask|local_gradient|sign|unknown
    dz = dp * p * (1 - p)
    return dz


def focal_right__closed(z, t, gamma):
    s = np.where(t == 1, 1.0, -1.0)
    pt = 1 / (1 + np.exp(-s * z))
    return s * (1 - pt) ** gamma * (gamma * pt * np.log(pt) + pt - 1) / z.size


# ---------------------------------------------------------------- linear algebra
def gaussian_nll(mean, L, x):
    d = x - mean
    S = L @ L.T
    q = np.linalg.solve(S, d)
    return 0.5 * d @ q + np.sum(np.log(np.abs(np.diag(L))))


def gaussian_nll__mean_sign(mean, L, x):
    d = x - mean
    q = np.linalg.solve(L @ L.T, d)
    dmean = q  #! sign
    dx = q
    dL = -np.outer(q, q) @ L + np.diag(1 / np.diag(L))
    return dmean, dL, dx


def gaussian_nll__half(mean, L, x):
    d = x - mean
    q = np.linalg.solve(L @ L.T, d)
    dS = -0.5 * np.outer(q, q)
    dL = dS @ L  #! factor|term_missing|local_gradient|unknown|term_factors
    dL += np.diag(1 / np.diag(L))
    return -q, dL, q


def gaussian_nll_right__inverse(mean, L, x):
    W = np.linalg.inv(L)
    e = W @ (x - mean)
    g = W.T @ e
    dL = -np.einsum("i,j->ij", g, e)
    dL[np.diag_indices(len(L))] += 1 / L.diagonal()
    return -g, dL, g


# ---------------------------------------------------------------- pooling, upsampling, group normalisation
def average_pool(x, k, stride):
    H = (len(x) - k) // stride + 1
    out = np.zeros(H)
    for i in range(H):
        out[i] = x[i * stride : i * stride + k].mean()
    return out


def average_pool__overlap(dout, x, k, stride):
    dx = np.zeros_like(x)
    for i in range(len(dout)):
        dx[i * stride : i * stride + k] = dout[i] / k  #! overlapping
    return dx


def average_pool__sum(dout, x, k, stride):
    dx = np.zeros_like(x)
    for i in range(len(dout)):
        dx[i * stride : i * stride + k] += dout[i]  #! factor
    return dx


def average_pool_right__matrix(dout, x, k, stride):
    M = np.zeros((len(dout), len(x)))
    for i in range(len(dout)):
        M[i, i * stride : i * stride + k] = 1 / k
    return M.T @ dout


def group_norm(x, gamma, groups):
    N, C, L = x.shape
    xg = x.reshape(N, groups, -1)
    mu = xg.mean(axis=2, keepdims=True)
    var = xg.var(axis=2, keepdims=True)
    xn = ((xg - mu) / np.sqrt(var + 1e-5)).reshape(N, C, L)
    return xn * gamma[None, :, None]


def group_norm__gamma(dout, x, gamma, groups):
    N, C, L = x.shape
    xg = x.reshape(N, groups, -1)
    std = np.sqrt(xg.var(axis=2, keepdims=True) + 1e-5)
    xn = (xg - xg.mean(axis=2, keepdims=True)) / std
    dgamma = np.sum(dout * xn.reshape(x.shape), axis=(0, 1))  #! sum_axis|shape|sum_extra|raises
    dxn = (dout * gamma[None, :, None]).reshape(xg.shape)
    m = xg.shape[2]
    dxg = dxn - dxn.mean(axis=2, keepdims=True) - xn * (dxn * xn).sum(axis=2, keepdims=True) / m
    dx = (dxg / std).reshape(x.shape)
    return dx, dgamma


def group_norm__channels(dout, x, gamma, groups):
    N, C, L = x.shape
    xg = x.reshape(N, groups, -1)
    std = np.sqrt(xg.var(axis=2, keepdims=True) + 1e-5)
    xn = (xg - xg.mean(axis=2, keepdims=True)) / std
    dgamma = np.sum(dout * xn.reshape(x.shape), axis=(0, 2))
    dxn = (dout * gamma[None, :, None]).reshape(xg.shape)
    m = C  #! factor|wrong_variable|only_this_size|local_gradient
    dxg = dxn - dxn.sum(axis=2, keepdims=True) / m - xn * (dxn * xn).sum(axis=2, keepdims=True) / m
    dx = (dxg / std).reshape(x.shape)
    return dx, dgamma


def group_norm_right__loop(dout, x, gamma, groups):
    dx = np.empty_like(x)
    dgamma = np.zeros_like(gamma)
    size = x.shape[1] // groups
    for n in range(len(x)):
        for g in range(groups):
            s = slice(g * size, (g + 1) * size)
            part = x[n, s]
            std = np.sqrt(part.var() + 1e-5)
            xn = (part - part.mean()) / std
            d = dout[n, s] * gamma[s, None]
            dx[n, s] = (d - d.mean() - xn * (d * xn).mean()) / std
            dgamma[s] += (dout[n, s] * xn).sum(axis=1)
    return dx, dgamma


def upsample(x, w, factor):
    big = np.repeat(np.repeat(x, factor, axis=0), factor, axis=1)
    return big * w


def upsample__first(dout, x, w, factor):
    dbig = dout * w
    dx = dbig[::factor, ::factor]  #! wrong_entries|term_missing|local_gradient|unknown|sum_missing
    dw = dout * np.repeat(np.repeat(x, factor, axis=0), factor, axis=1)
    return dx, dw


def upsample__order(dout, x, w, factor):
    H, W = x.shape
    dbig = dout * w
    dx = dbig.reshape(factor, H, factor, W).sum(axis=(0, 2))  #! axes|wrong_entries
    dw = dout * np.kron(x, np.ones((factor, factor)))
    return dx, dw


def upsample_right__reshape(dout, x, w, factor):
    H, W = x.shape
    dx = (dout * w).reshape(H, factor, W, factor).sum(axis=(1, 3))
    return dx, dout * np.kron(x, np.ones((factor, factor)))


def normal(*shape):
    return RNG.normal(size=shape)


EXAMPLES = {
    "batchnorm_steps": (normal(5, 3), normal(3), normal(3)),
    "gelu": (normal(3, 4),),
    "silu": (normal(3, 4), 1.3),
    "cosine": (normal(4), normal(4)),
    "triplet": (normal(4, 3), normal(4, 3), normal(4, 3)),
    "smoothed": (normal(4, 3), np.array([0, 2, 1, 1]), 0.1),
    "focal": (normal(6), np.array([1, 0, 0, 1, 1, 0]), 2.0),
    "gaussian_nll": (normal(3), np.tril(normal(3, 3)) + 2 * np.eye(3), normal(3)),
    "average_pool": (normal(7), 3, 2),
    "group_norm": (normal(2, 6, 4), normal(6), 3),
    "upsample": (normal(2, 3), normal(4, 6), 2),
}


def wrong() -> Iterator[Case]:
    """Yield the wrong submissions."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = title.partition("__")
        if what and kind in EXAMPLES:
            yield marked(title, space[kind], function, EXAMPLES[kind])


def right() -> Iterator[Case]:
    """Yield the right ones."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = title.partition("_right__")
        if what:
            yield Case(title, space[kind], function, EXAMPLES[kind])

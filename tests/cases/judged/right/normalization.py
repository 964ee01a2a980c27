"""Normalizations, as students write them."""

import numpy as np

RNG = np.random.default_rng(14)


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu**2, axis=0)
    std = np.sqrt(var + eps)
    xhat = xmu / std
    out = gamma * xhat + beta
    return out, (x, gamma, beta, xmu, std, xhat)


def batchnorm_backward(dout, cache):
    x, gamma, beta, xmu, std, xhat = cache
    N = x.shape[0]
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = gamma * dout
    dxmu = dxhat / std
    dstd = np.sum(-xhat / std * dxhat, axis=0)
    dvar = 0.5 / std * dstd
    dxmu += 2 * xmu * dvar / N
    dmu = -np.sum(dxmu, axis=0)
    dx = dxmu + dmu / N
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=1, keepdims=True)
    xmu = x - mu
    var = (xmu**2).mean(axis=1, keepdims=True)
    ivar = 1 / np.sqrt(var + eps)
    xhat = xmu * ivar
    out = gamma * xhat + beta
    return out, (x, gamma, beta, xmu, ivar, xhat)


def layernorm_backward(dout, cache):
    x, gamma, beta, xmu, ivar, xhat = cache
    D = x.shape[1]
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dxmu = dxhat * ivar
    divar = np.sum(dxhat * xmu, axis=1, keepdims=True)
    dvar = -0.5 * ivar**3 * divar
    dxmu += 2 / D * xmu * dvar
    dmu = -np.sum(dxmu, axis=1, keepdims=True)
    dx = dxmu + dmu / D
    return dx, dgamma, dbeta


def unit_rows_forward(x, s):
    sq = np.sum(x**2, axis=1, keepdims=True)
    norm = np.sqrt(sq)
    u = x / norm
    out = u * s
    return out, (x, s, sq, norm, u)


def unit_rows_backward(dout, cache):
    x, s, sq, norm, u = cache
    du = dout * s
    ds = np.sum(dout * u, axis=0)
    dx = du / norm
    dnorm = np.sum(-x / norm**2 * du, axis=1, keepdims=True)
    dsq = 0.5 / norm * dnorm
    dx += 2 * x * dsq
    return dx, ds


def softmax_rows_forward(x, temp):
    z = x / temp
    e = np.exp(z)
    total = np.sum(e, axis=1, keepdims=True)
    p = e / total
    return p, (x, temp, z, e, total, p)


def softmax_rows_backward(dout, cache):
    x, temp, z, e, total, p = cache
    de = dout / total
    dtotal = np.sum(-p / total * dout, axis=1, keepdims=True)
    de += dtotal
    dz = e * de
    dx = dz / temp
    dtemp = -np.sum(z / temp * dz)
    return dx, dtemp


def cosine_forward(a, b):
    dot = np.sum(a * b)
    na = np.sqrt(np.sum(a**2))
    nb = np.sqrt(np.sum(b**2))
    prod = na * nb
    c = dot / prod
    return c, (a, b, dot, na, nb, prod)


def cosine_backward(dout, cache):
    a, b, dot, na, nb, prod = cache
    ddot = dout / prod
    dprod = -dot / prod**2 * dout
    dna = nb * dprod
    dnb = na * dprod
    da = b * ddot
    db = a * ddot
    da += a / na * dna
    db += b / nb * dnb
    return da, db


def centred_forward(x, w):
    mean = x.mean(axis=0)
    c = x - mean
    y = c @ w
    out = y**2
    return out, (x, w, c, y)


def centred_backward(dout, cache):
    x, w, c, y = cache
    dy = 2 * y * dout
    dc = dy @ w.T
    dw = c.T @ dy
    dmean = -dc.sum(axis=0)
    dx = dc + dmean / x.shape[0]
    return dx, dw


EXAMPLES = {
    "batchnorm": (RNG.normal(size=(6, 3)), RNG.normal(size=3), RNG.normal(size=3)),
    "layernorm": (RNG.normal(size=(4, 5)), RNG.normal(size=5), RNG.normal(size=5)),
    "unit_rows": (RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "softmax_rows": (RNG.normal(size=(4, 3)), 1.4),
    "cosine": (RNG.normal(size=5), RNG.normal(size=5)),
    "centred": (RNG.normal(size=(6, 3)), RNG.normal(size=(3, 2))),
}

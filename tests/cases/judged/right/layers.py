"""Layers, as students write them."""

import numpy as np

RNG = np.random.default_rng(12)


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    out = rows.dot(w) + b
    return out, (x, w, b, rows)


def affine_backward(dout, cache):
    x, w, b, rows = cache
    drows = dout.dot(w.T)
    dx = drows.reshape(x.shape)
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x, s):
    a = s * x
    out = np.maximum(0, a)
    return out, (x, s, a)


def relu_backward(dout, cache):
    x, s, a = cache
    da = dout * (a > 0)
    dx = s * da
    ds = np.sum(x * da, axis=0)
    return dx, ds


def leaky_forward(x, b):
    z = x + b
    out = np.where(z > 0, z, 0.1 * z)
    return out, (x, b, z)


def leaky_backward(dout, cache):
    x, b, z = cache
    dz = np.where(z > 0, 1.0, 0.1) * dout
    dx = dz
    db = np.sum(dz, axis=0)
    return dx, db


def sigmoid_layer_forward(x, w, b):
    z = x @ w + b
    a = 1 / (1 + np.exp(-z))
    return a, (x, w, b, a)


def sigmoid_layer_backward(dout, cache):
    x, w, b, a = cache
    dz = a * (1 - a) * dout
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db


def tanh_layer_forward(x, w, b):
    z = x @ w + b
    h = np.tanh(z)
    return h, (x, w, b, h)


def tanh_layer_backward(dout, cache):
    x, w, b, h = cache
    dz = (1 - h**2) * dout
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db


def affine_relu_forward(x, w, b):
    a = x.dot(w) + b
    h = np.maximum(a, 0)
    return h, (x, w, b, a)


def affine_relu_backward(dout, cache):
    x, w, b, a = cache
    da = dout.copy()
    da[a <= 0] = 0
    dx = da.dot(w.T)
    dw = x.T.dot(da)
    db = da.sum(axis=0)
    return dx, dw, db


def dropout_forward(x, w, mask, p):
    h = x @ w
    d = h * mask
    out = d / p
    return out, (x, w, mask, p, h, d)


def dropout_backward(dout, cache):
    x, w, mask, p, h, d = cache
    dd = dout / p
    dh = dd * mask
    dx = dh @ w.T
    dw = x.T @ dh
    dp = -np.sum(d / p**2 * dout)
    return dx, dw, None, dp


def embedding_forward(words, table, scale):
    e = table[words]
    out = e * scale
    return out, (words, table, scale, e)


def embedding_backward(dout, cache):
    words, table, scale, e = cache
    de = dout * scale
    dscale = np.sum(dout * e, axis=(0, 1))
    dtable = np.zeros_like(table)
    np.add.at(dtable, words, de)
    return None, dtable, dscale


def softplus_forward(x, beta):
    t = beta * x
    e = np.exp(t)
    u = np.log(1 + e)
    out = u / beta
    return out, (x, beta, t, e, u)


def softplus_backward(dout, cache):
    x, beta, t, e, u = cache
    du = dout / beta
    dbeta = -np.sum(u / beta**2 * dout, axis=0)
    de = du / (1 + e)
    dt = e * de
    dx = beta * dt
    dbeta += np.sum(x * dt, axis=0)
    return dx, dbeta


def gated_forward(x, wa, wb):
    a = x @ wa
    b = x @ wb
    g = 1 / (1 + np.exp(-b))
    out = a * g
    return out, (x, wa, wb, a, g)


def gated_backward(dout, cache):
    x, wa, wb, a, g = cache
    da = g * dout
    dg = a * dout
    db = g * (1 - g) * dg
    dwa = x.T @ da
    dwb = x.T @ db
    dx = da @ wa.T
    dx += db @ wb.T
    return dx, dwa, dwb


def residual_forward(x, w1, w2):
    h = np.maximum(0, x @ w1)
    y = h @ w2
    out = x + y
    return out, (x, w1, w2, h)


def residual_backward(dout, cache):
    x, w1, w2, h = cache
    dx = dout.copy()
    dy = dout
    dh = dy @ w2.T
    dw2 = h.T @ dy
    dz = dh * (h > 0)
    dw1 = x.T @ dz
    dx += dz @ w1.T
    return dx, dw1, dw2


EXAMPLES = {
    "affine": (RNG.normal(size=(5, 2, 2)), RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "relu": (RNG.normal(size=(5, 4)), RNG.normal(size=4)),
    "leaky": (RNG.normal(size=(5, 4)), RNG.normal(size=4)),
    "sigmoid_layer": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "tanh_layer": (RNG.normal(size=(5, 4)), 0.5 * RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "affine_relu": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=3)),
    "dropout": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.integers(0, 2, (5, 3)), 0.6),
    "embedding": (np.array([[0, 2, 1], [2, 2, 0]]), RNG.normal(size=(4, 5)), RNG.normal(size=5)),
    "softplus": (RNG.normal(size=(5, 4)), RNG.uniform(0.5, 2, 4)),
    "gated": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 3)), RNG.normal(size=(4, 3))),
    "residual": (RNG.normal(size=(5, 4)), RNG.normal(size=(4, 6)), RNG.normal(size=(6, 4))),
}

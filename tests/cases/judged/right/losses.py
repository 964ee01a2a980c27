"""Losses, as students write them: the upstream gradient is that of a number."""

import numpy as np

RNG = np.random.default_rng(13)


def softmax_loss_forward(x, y):
    shifted = x - np.max(x, axis=1, keepdims=True)
    exps = np.exp(shifted)
    probs = exps / np.sum(exps, axis=1, keepdims=True)
    N = x.shape[0]
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    return loss, (x, y, probs)


def softmax_loss_backward(dout, cache):
    x, y, probs = cache
    N = x.shape[0]
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx *= dout / N
    return dx, None


def svm_loss_forward(x, y):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    return loss, (x, y, margins)


def svm_loss_backward(dout, cache):
    x, y, margins = cache
    N = x.shape[0]
    positive = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= positive
    dx *= dout / N
    return dx, None


def ridge_forward(X, t, w, reg):
    pred = X @ w
    diff = pred - t
    data = np.mean(diff**2)
    penalty = reg * np.sum(w * w)
    loss = data + penalty
    return loss, (X, t, w, reg, diff)


def ridge_backward(dout, cache):
    X, t, w, reg, diff = cache
    N = X.shape[0]
    dpred = 2 * diff / N * dout
    dt = -dpred
    dX = np.outer(dpred, w)
    dw = X.T @ dpred
    dw += 2 * reg * w * dout
    dreg = np.sum(w * w) * dout
    return dX, dt, dw, dreg


def logistic_forward(X, y, w, b, reg):
    z = X @ w + b
    p = 1 / (1 + np.exp(-z))
    data = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    loss = data + 0.5 * reg * np.sum(w**2)
    return loss, (X, y, w, b, reg, p)


def logistic_backward(dout, cache):
    X, y, w, b, reg, p = cache
    N = X.shape[0]
    dz = (p - y) / N * dout
    dX = np.outer(dz, w)
    dw = X.T @ dz
    dw += reg * w * dout
    db = np.sum(dz)
    dreg = 0.5 * np.sum(w**2) * dout
    return dX, None, dw, db, dreg


def huber_forward(x, t):
    r = x - t
    a = np.abs(r)
    small = 0.5 * r**2
    large = a - 0.5
    out = np.where(a < 1, small, large)
    return out, (x, t, r, a)


def huber_backward(dout, cache):
    x, t, r, a = cache
    dsmall = dout * (a < 1)
    dlarge = dout * (a >= 1)
    dr = r * dsmall
    dr += np.sign(r) * dlarge
    dx = dr
    dt = -dr
    return dx, dt


def gaussian_forward(x, mu, logsigma):
    sigma = np.exp(logsigma)
    z = (x - mu) / sigma
    energy = 0.5 * z**2
    nll = np.sum(energy + logsigma)
    return nll, (x, mu, logsigma, sigma, z)


def gaussian_backward(dout, cache):
    x, mu, logsigma, sigma, z = cache
    dlogsigma = x.shape[0] * np.ones_like(logsigma) * dout
    denergy = np.ones_like(x) * dout
    dz = z * denergy
    dx = dz / sigma
    dmu = -np.sum(dz / sigma, axis=0)
    dsigma = np.sum(-z / sigma * dz, axis=0)
    dlogsigma += dsigma * sigma
    return dx, dmu, dlogsigma


def triplet_forward(a, p, n):
    dp = a - p
    dn = a - n
    pos = np.sum(dp**2, axis=1)
    neg = np.sum(dn**2, axis=1)
    hinge = np.maximum(0, pos - neg + 1)
    loss = np.mean(hinge)
    return loss, (a, p, n, pos, neg, hinge)


def triplet_backward(dout, cache):
    a, p, n, pos, neg, hinge = cache
    N = a.shape[0]
    dhinge = (hinge > 0) * dout / N
    dpos = dhinge[:, np.newaxis]
    dneg = -dhinge[:, np.newaxis]
    da = 2 * (a - p) * dpos
    da += 2 * (a - n) * dneg
    dp = -2 * (a - p) * dpos
    dn = -2 * (a - n) * dneg
    return da, dp, dn


def two_layer_net_forward(X, y, W1, b1, W2, b2, reg):
    z1 = X.dot(W1) + b1
    h1 = np.maximum(0, z1)
    scores = h1.dot(W2) + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    N = X.shape[0]
    data_loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    reg_loss = reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    loss = data_loss + reg_loss
    return loss, (X, y, W1, b1, W2, b2, reg, z1, h1, probs)


def two_layer_net_backward(dout, cache):
    X, y, W1, b1, W2, b2, reg, z1, h1, probs = cache
    N = X.shape[0]
    dscores = probs.copy()
    dscores[np.arange(N), y] -= 1
    dscores *= dout / N
    dW2 = h1.T.dot(dscores)
    db2 = np.sum(dscores, axis=0)
    dh1 = dscores.dot(W2.T)
    dz1 = dh1 * (z1 > 0)
    dW1 = X.T.dot(dz1)
    db1 = np.sum(dz1, axis=0)
    dX = dz1.dot(W1.T)
    dW1 += 2 * reg * W1 * dout
    dW2 += 2 * reg * W2 * dout
    return {"X": dX, "W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


EXAMPLES = {
    "softmax_loss": (RNG.normal(size=(5, 4)), np.array([1, 0, 3, 2, 1])),
    "svm_loss": (RNG.normal(size=(5, 4)), np.array([1, 0, 3, 2, 1])),
    "ridge": (RNG.normal(size=(6, 3)), RNG.normal(size=6), RNG.normal(size=3), 0.3),
    "logistic": (
        RNG.normal(size=(6, 3)),
        np.array([0, 1, 1, 0, 1, 0]),
        RNG.normal(size=3),
        0.2,
        0.3,
    ),
    "huber": (2 * RNG.normal(size=6), RNG.normal(size=6)),
    "gaussian": (RNG.normal(size=(6, 3)), RNG.normal(size=3), 0.3 * RNG.normal(size=3)),
    "triplet": (RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3))),
    "two_layer_net": (
        RNG.normal(size=(5, 4)),
        np.array([1, 0, 2, 2, 1]),
        RNG.normal(size=(4, 6)),
        0.1 * RNG.normal(size=6),
        RNG.normal(size=(6, 3)),
        0.1 * RNG.normal(size=3),
        0.1,
    ),
}

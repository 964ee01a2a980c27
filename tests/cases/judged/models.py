"""Submissions of statistical models and of layers nobody forgets: mistakes of habit and right ones in odd dress, marked
and named as in `students`. They were judged for the first time when everything else was right.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case
from tests.cases.judged.students import marked

RNG = np.random.default_rng(77)


# ridge closed form
def ridge_fit(X, y, lam):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ y)
    return w


def ridge_fit__one_side(dout, X, y, lam):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ y)
    u = np.linalg.solve(A, dout)
    dy = X @ u
    dA = -np.outer(u, w)
    dX = np.outer(y, u) + X @ dA  #! term_missing|local_gradient|term_factors
    dlam = np.trace(dA)
    return dX, dy, dlam


def ridge_fit_right__resid(dout, X, y, lam):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.inv(A) @ X.T @ y
    u = np.linalg.inv(A) @ dout
    r = y - X @ w
    return np.outer(r, u) - np.outer(X @ u, w), X @ u, -u @ w


# factorization machine
def fm(x, w, V):
    lin = x @ w
    xv = x @ V
    inter = 0.5 * np.sum(xv**2 - (x**2) @ (V**2), axis=1)
    return lin + inter


def fm__square_term(dout, x, w, V):
    xv = x @ V
    dx = dout[:, None] * (
        w + xv @ V.T - x @ (V**2).sum(axis=1)
    )  #! raises|shape|local_gradient|wrong_variable|transposed|sum_missing|sum_axis
    dw = x.T @ dout
    dV = x.T @ (dout[:, None] * xv) - V * ((x**2).T @ dout)[:, None]
    return dx, dw, dV


def fm__dV(dout, x, w, V):
    g = dout[:, np.newaxis]
    xv = x @ V
    dw = np.dot(x.T, dout)
    dx = g * (w + xv @ V.T - x * np.sum(V**2, 1))
    dV = x.T @ (g * xv)  #! term_missing
    return dx, dw, dV


def fm_right__loop(dout, x, w, V):
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    dV = np.zeros_like(V)
    for n, xn in enumerate(x):
        s = xn @ V
        for i in range(len(w)):
            dw[i] += dout[n] * xn[i]
            dx[n, i] += dout[n] * (w[i] + V[i] @ s - xn[i] * V[i] @ V[i])
            dV[i] += dout[n] * (xn[i] * s - V[i] * xn[i] ** 2)
    return {"x": dx, "w": dw, "V": dV}


# capsule squash
def squash(s):
    n2 = np.sum(s**2, axis=-1, keepdims=True)
    n = np.sqrt(n2)
    return n2 / (1 + n2) * s / n


def squash__scalar_only(dout, s):
    n2 = np.sum(s**2, axis=-1, keepdims=True)
    n = np.sqrt(n2)
    c = n / (1 + n2)
    ds = c * dout  #! term_missing|local_gradient
    return ds


def squash__sum_forgotten(dout, s):
    n2 = np.sum(s**2, axis=-1, keepdims=True)
    n = np.sqrt(n2)
    c = n / (1 + n2)
    dc = dout * s
    dn = dc * (1 - n2) / (1 + n2) ** 2  #! sum_missing
    ds = c * dout + dn * s / n
    return ds


def squash_right__proj(dout, s):
    n = np.linalg.norm(s, axis=-1, keepdims=True)
    u = s / n
    a = (u * dout).sum(-1, keepdims=True)
    return n / (1 + n * n) * (dout - a * u) + 2 * n / (1 + n**2) ** 2 * a * u


# cox partial likelihood
def cox(beta, X, event):
    eta = X @ beta
    risk = np.cumsum(np.exp(eta)[::-1])[::-1]
    return -np.sum(event * (eta - np.log(risk)))


def cox_grad__no_reverse(beta, X, event):
    eta = X @ beta
    e = np.exp(eta)
    risk = np.cumsum(e[::-1])[::-1]
    dlog = event / risk
    drisk = np.cumsum(dlog[::-1])[::-1]  #! local_gradient|wrong_entries|backwards
    deta = -event + e * drisk
    return X.T @ deta


def cox_grad__sign(beta, X, event):
    eta = X @ beta
    e = np.exp(eta)
    risk = np.cumsum(e[::-1])[::-1]
    g = np.zeros_like(beta)
    for i in range(len(event)):
        if event[i]:
            xbar = (X[i:] * e[i:, None]).sum(0) / risk[i]
            g += X[i] - xbar  #! sign
    return g


def cox_right__loop(beta, X, event):
    eta = X @ beta
    e = np.exp(eta)
    g = 0
    for i in np.flatnonzero(event):
        p = e[i:] / e[i:].sum()
        g = g - (X[i] - p @ X[i:])
    return g


# euler SIR
def sir(beta, gamma, s0, i0, T, dt):
    s, i = s0, i0
    for t in range(T):
        new = beta * s * i
        rec = gamma * i
        s = s - dt * new
        i = i + dt * (new - rec)
    return s + 2 * i


def sir__overwritten(beta, gamma, s0, i0, T, dt):
    ss, ii = [s0], [i0]
    for t in range(T):
        new = beta * ss[-1] * ii[-1]
        ss.append(ss[-1] - dt * new)
        ii.append(ii[-1] + dt * (new - gamma * ii[-2 + 1]))
    ds, di = 1.0, 2.0
    dbeta = dgamma = 0.0
    for t in reversed(range(T)):
        dnew = dt * (di - ds)
        dgamma += -dt * di * ii[t]
        dbeta += dnew * ss[t] * ii[t]
        ds = ds + dnew * beta * ii[t]
        di = di + dnew * beta * ss[t]  #! term_missing|local_gradient
    return dbeta, dgamma, ds, di


def sir_right__tuple(beta, gamma, s0, i0, T, dt):
    hist = []
    s, i = s0, i0
    for t in range(T):
        hist.append((s, i))
        s, i = s - dt * beta * s * i, i + dt * (beta * s - gamma) * i
    ds, di, db, dg = 1.0, 2.0, 0.0, 0.0
    while hist:
        s, i = hist.pop()
        db, dg = db + dt * s * i * (di - ds), dg - dt * i * di
        ds, di = ds + dt * beta * i * (di - ds), di + dt * beta * s * (di - ds) - dt * gamma * di
    return db, dg, ds, di


# word2vec negative sampling
def sgns(vc, U, o, negs):
    pos = 1 / (1 + np.exp(-U[o] @ vc))
    neg = 1 / (1 + np.exp(U[negs] @ vc))
    return -np.log(pos) - np.sum(np.log(neg))


def sgns__repeated(vc, U, o, negs):
    pos = 1 / (1 + np.exp(-U[o] @ vc))
    neg = 1 / (1 + np.exp(U[negs] @ vc))
    dvc = (pos - 1) * U[o] + (1 - neg) @ U[negs]
    dU = np.zeros_like(U)
    dU[o] += (pos - 1) * vc
    dU[negs] += np.outer(1 - neg, vc)  #! repeated
    return dvc, dU


def sgns__vc(vc, U, o, negs):
    def sig(t):
        return 1 / (1 + np.exp(-t))

    dvc = -(1 - sig(U[o] @ vc)) * U[o]
    dU = np.zeros(U.shape)
    dU[o] -= (1 - sig(U[o] @ vc)) * vc
    for k in negs:
        dvc = dvc + (1 - sig(U[k] @ vc)) * U[k]  #! sign|local_gradient|term_factors
        dU[k] += sig(U[k] @ vc) * vc
    return dvc, dU


def sgns_right__loss_too(vc, U, o, negs):
    idx = [o] + list(negs)
    t = np.array([1.0] + [0.0] * len(negs))
    p = 1 / (1 + np.exp(-U[idx] @ vc))
    g = p - t
    dU = np.zeros_like(U)
    np.add.at(dU, idx, g[:, None] * vc[None, :])
    loss = -np.log(p[0]) - np.log(1 - p[1:]).sum()
    return loss, g @ U[idx], dU


# dilated conv1d
def dilated(x, w, d):
    T = x.shape[0] - d * (len(w) - 1)
    out = np.zeros(T)
    for k in range(len(w)):
        out += w[k] * x[k * d : k * d + T]
    return out


def dilated__assign(dout, x, w, d):
    T = len(dout)
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for k in range(len(w)):
        dw[k] = np.dot(dout, x[k * d : k * d + T])
        dx[k * d : k * d + T] = w[k] * dout  #! overlapping
    return dx, dw


def dilated__offset(dout, x, w, d):
    T = len(dout)
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for k in range(len(w)):
        dw[k] += np.sum(dout * x[k : k + T])  #! wrong_entries|only_this_size|local_gradient
        dx[k * d : k * d + T] += w[k] * dout
    return dx, dw


def dilated_right__convolve(dout, x, w, d):
    big = np.zeros(d * (len(w) - 1) + 1)
    big[::d] = w
    dx = np.convolve(dout, big)
    dw = np.correlate(x, dout, "valid")[::d]
    return dx, dw


# GMM log likelihood
def gmm(x, mu, logs, logits):
    logpi = logits - np.log(np.sum(np.exp(logits)))
    z = (x[:, None] - mu) * np.exp(-logs)
    lp = logpi - logs - 0.5 * z**2
    m = lp.max(axis=1, keepdims=True)
    return -np.mean(m[:, 0] + np.log(np.sum(np.exp(lp - m), axis=1)))


def gmm_grads__pi(x, mu, logs, logits):
    pi = np.exp(logits) / np.exp(logits).sum()
    z = (x[:, None] - mu) * np.exp(-logs)
    lp = np.log(pi) - logs - 0.5 * z**2
    r = np.exp(lp)
    r /= r.sum(1, keepdims=True)
    N = len(x)
    dmu = -(r * z * np.exp(-logs)).sum(0) / N
    dlogs = -(r * (z**2 - 1)).sum(0) / N
    dlogits = pi - r.sum(0)  #! factor|local_gradient|term_factors
    return dmu, dlogs, dlogits


def gmm_grads__mu(x, mu, logs, logits):
    pi = np.exp(logits) / np.exp(logits).sum()
    s = np.exp(logs)
    z = (x[:, None] - mu) / s
    r = pi / s * np.exp(-0.5 * z**2)
    r = r / r.sum(1)[:, None]
    dmu = -np.mean(r * z, axis=0)  #! local_gradient
    dlogs = -np.mean(r * (z**2 - 1), axis=0)
    dlogits = pi - r.mean(0)
    return dict(mu=dmu, logs=dlogs, logits=dlogits)


def gmm_right__x_too(x, mu, logs, logits):
    pi = np.exp(logits) / np.exp(logits).sum()
    s = np.exp(logs)
    z = (x[:, None] - mu) / s
    r = pi / s * np.exp(-0.5 * z**2)
    r = r / r.sum(1)[:, None] / len(x)
    dz = r * z
    return (dz / s).sum(1), -(dz / s).sum(0), (r - dz * z).sum(0), pi - r.sum(0)


# weight norm
def weightnorm(x, v, g, b):
    norm = np.sqrt((v**2).sum(axis=0))
    W = g * v / norm
    out = x @ W + b
    return out, (x, v, g, norm, W)


def weightnorm__constant(dout, cache):
    x, v, g, norm, W = cache
    dx = dout @ W.T
    dW = x.T @ dout
    dg = (dW * v / norm).sum(0)
    dv = dW * g / norm  #! term_missing|local_gradient
    db = dout.sum(0)
    return dx, dv, dg, db


def weightnorm__dg(dout, cache):
    x, v, g, norm, W = cache
    dW = np.matmul(x.T, dout)
    dg = np.sum(dW * W, axis=0)  #! wrong_variable|local_gradient
    dv = g / norm * (dW - v / norm**2 * (dW * v).sum(0))
    return np.matmul(dout, W.T), dv, dg, dout.sum(axis=0)


def weightnorm_right__paper(dout, cache):
    x, v, g, norm, W = cache
    dW = x.T @ dout
    dg = np.einsum("ij,ij->j", dW, v) / norm
    dv = g / norm * dW - g * dg / norm**2 * v
    return dout @ W.T, dv, dg, dout.sum(0)


# quaternion rotate
def rotate(q, v):
    w, u = q[0], q[1:]
    t = 2 * np.cross(u, v)
    return v + w * t + np.cross(u, t)


def rotate__order(dout, q, v):
    w, u = q[0], q[1:]
    t = 2 * np.cross(u, v)
    dw = dout @ t
    dt = w * dout + np.cross(u, dout)  #! sign|term_factors|local_gradient
    du = np.cross(t, dout) + 2 * np.cross(v, dt)
    dv = dout + 2 * np.cross(dt, u)
    return np.concatenate([[dw], du]), dv


def rotate_right__matrix(dout, q, v):
    def R(a):
        return np.array([[0, -a[2], a[1]], [a[2], 0, -a[0]], [-a[1], a[0], 0]])

    w, u = q[0], q[1:]
    J_v = np.eye(3) + 2 * w * R(u) + 2 * R(u) @ R(u)
    J_u = -2 * w * R(v) - 2 * R(np.cross(u, v)) - 2 * R(u) @ R(v)
    dq = np.hstack([2 * np.cross(u, v) @ dout, J_u.T @ dout])
    return dq, J_v.T @ dout


# total variation
def tv(img, noisy, lam):
    dx = img[:, 1:] - img[:, :-1]
    dy = img[1:] - img[:-1]
    return (
        0.5 * np.sum((img - noisy) ** 2)
        + lam * np.sum(np.sqrt(dx**2 + 1e-3))
        + lam * np.sum(np.sqrt(dy**2 + 1e-3))
    )


def tv_grad__one_end(img, noisy, lam):
    dx = img[:, 1:] - img[:, :-1]
    dy = img[1:] - img[:-1]
    g = img - noisy
    gx = lam * dx / np.sqrt(dx**2 + 1e-3)
    gy = lam * dy / np.sqrt(dy**2 + 1e-3)
    g[:, 1:] += gx
    g[:, :-1] -= gx
    g[1:] += gy  #! term_missing|term_factors|overlapping
    return g


def tv_right__pad(img, noisy, lam):
    def f(d):
        return lam * d / np.sqrt(d * d + 1e-3)

    gx = f(np.diff(img, axis=1))
    gy = f(np.diff(img, axis=0))
    return (
        img
        - noisy
        - np.diff(np.pad(gx, ((0, 0), (1, 1))))
        - np.diff(np.pad(gy, ((1, 1), (0, 0))), axis=0)
    )


# PReLU
def prelu(x, a):
    return np.where(x > 0, x, a * x)


def prelu__a(dout, x, a):
    dx = np.where(x > 0, dout, a * dout)
    da = np.sum(dout * np.minimum(x, 0))  #! sum_axis|sum_extra
    return dx, da


def prelu_right__mask(dout, x, a):
    neg = x <= 0
    dx = dout.copy()
    dx[neg] *= np.broadcast_to(a, x.shape)[neg]
    da = np.zeros(a.shape)
    for c in range(len(a)):
        da[c] = dout[:, c][neg[:, c]] @ x[:, c][neg[:, c]]
    return dx, da


# Newton's: Hessian of logistic loss
def logit_loss(w, X, y):
    m = y * (X @ w)
    return np.sum(np.log1p(np.exp(-m)))


def logit_loss_hess__no_slope(w, X, y):
    m = y * (X @ w)
    p = 1 / (1 + np.exp(-m))
    return X.T @ (p[:, None] * X)  #! local_gradient|term_missing


def logit_loss_right__hess(w, X, y):
    p = 1 / (1 + np.exp(-X @ w))
    return X.T @ np.diag(p * (1 - p)) @ X


def logit_loss_right__grad(w, X, y):
    return -(y / (1 + np.exp(y * X.dot(w)))).dot(X)


# bpr
def bpr(U, V, u, i, j, reg):
    x = np.sum(U[u] * (V[i] - V[j]), axis=1)
    return -np.mean(np.log(1 / (1 + np.exp(-x)))) + reg * (np.sum(U**2) + np.sum(V**2))


def bpr__reg(U, V, u, i, j, reg):
    x = np.sum(U[u] * (V[i] - V[j]), axis=1)
    g = -1 / (1 + np.exp(x)) / len(u)
    dU = 2 * reg * U
    dV = np.zeros_like(V)
    np.add.at(dU, u, g[:, None] * (V[i] - V[j]))
    np.add.at(dV, i, g[:, None] * U[u])
    np.add.at(dV, j, -g[:, None] * U[u])  #! regularisation_forgotten
    return dU, dV


def bpr_right__onehot(U, V, u, i, j, reg):
    P = np.eye(len(U))[u]
    Q = np.eye(len(V))[i] - np.eye(len(V))[j]
    x = ((P @ U) * (Q @ V)).sum(1)
    g = -1 / (1 + np.exp(x)) / len(u)
    return P.T @ (g[:, None] * (Q @ V)) + 2 * reg * U, Q.T @ (g[:, None] * (P @ U)) + 2 * reg * V


# instance norm over spatial axes
def instnorm(x, gamma, beta):
    mu = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mu) / np.sqrt(var + 1e-5)
    return gamma[None, :, None, None] * xhat + beta[None, :, None, None]


def instnorm__count(dout, x, gamma, beta):
    mu = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    istd = 1 / np.sqrt(var + 1e-5)
    xhat = (x - mu) * istd
    N, C, H, W = x.shape
    dgamma = (dout * xhat).sum(axis=(0, 2, 3))
    dbeta = dout.sum(axis=(0, 2, 3))
    dxhat = dout * gamma[:, None, None]
    dx = (
        istd
        / (N * H * W)
        * (
            N * H * W * dxhat
            - dxhat.sum(axis=(2, 3), keepdims=True)
            - xhat * (dxhat * xhat).sum(axis=(2, 3), keepdims=True)
        )
    )  #! factor|local_gradient|wrong_variable
    return dx, dgamma, dbeta


def instnorm_right__flat(dout, x, gamma, beta):
    N, C, H, W = x.shape
    r = x.reshape(N * C, -1)
    g = (dout * gamma.reshape(1, C, 1, 1)).reshape(N * C, -1)
    c = r - r.mean(1)[:, None]
    s = np.sqrt((c**2).mean(1) + 1e-5)[:, None]
    h = c / s
    dr = (g - g.mean(1)[:, None] - h * (g * h).mean(1)[:, None]) / s
    h4 = h.reshape(x.shape)
    return dr.reshape(x.shape), np.einsum("nchw,nchw->c", dout, h4), np.einsum("nchw->c", dout)


# LogDet
def gauss_nll(L, mu, X):
    D = X - mu
    Y = np.linalg.solve(L, D.T)
    return len(X) * np.sum(np.log(np.diag(L))) + 0.5 * np.sum(Y**2)


def gauss_nll__diag(L, mu, X):
    D = X - mu
    Y = np.linalg.solve(L, D.T)
    dY = Y
    dDT = np.linalg.solve(L.T, dY)
    dmu = -dDT.sum(axis=1)
    dL = -dDT @ Y.T + np.diag(1 / np.diag(L))  #! factor|term_factors|local_gradient
    return dL, dmu


def gauss_nll_right__inv(L, mu, X):
    P = np.linalg.inv(L @ L.T)
    D = X - mu
    dL = -P @ (D.T @ D) @ np.linalg.inv(L).T
    dL[np.diag_indices_from(L)] += len(X) / np.diag(L)
    return dL, -(D @ P).sum(0), D @ P


# a layer class with a running mean and dict of grads
class Center:
    def __init__(self, n):
        self.params = {"s": np.linspace(0.5, 1.5, n)}
        self.grads = {}
        self.run = np.zeros(n)

    def forward(self, x):
        m = x.mean(0)
        self.run = 0.9 * self.run + 0.1 * m
        self.c = x - m
        return self.params["s"] * self.c**2


class CenterWrong(Center):
    def backward(self, dout):
        self.grads["s"] = (dout * self.c**2).sum(0)
        dc = 2 * dout * self.params["s"] * self.c
        return dc  #! term_missing


class CenterRight(Center):
    def backward(self, dout):
        self.grads["s"] = (dout * self.c**2).sum(0)
        dc = 2 * dout * self.params["s"] * self.c
        return dc - dc.mean(0)


# hinge rank
def rank_hinge(s, rel):
    diff = s[:, None] - s[None, :]
    more = rel[:, None] > rel[None, :]
    return np.sum(more * np.maximum(0, 1 - diff))


def rank_hinge__mask(s, rel):
    diff = s[:, None] - s[None, :]
    more = rel[:, None] > rel[None, :]
    active = more & (diff > 1)  #! mask
    return active.sum(0) * 1.0 - active.sum(1)


def rank_hinge_right__loops(s, rel):
    n = len(s)
    g = np.zeros(n)
    for a in range(n):
        for b in range(n):
            if rel[a] > rel[b] and s[a] - s[b] < 1:
                g[a] -= 1
                g[b] += 1
    return g


# polynomial Horner
def horner(c, x):
    r = 0.0
    for k in reversed(range(len(c))):
        r = r * x + c[k]
    return r


def horner__power(c, x):
    dc = np.array([x**k for k in range(len(c))])
    dx = sum(k * c[k] * x**k for k in range(len(c)))  #! local_gradient|factor
    return dc, dx


def horner_right__poly(c, x):
    return x ** np.arange(len(c)), np.polyval(np.polyder(c[::-1]), x)


# soft-thresholded attention pooling
def attpool(H, a, mask):
    s = H @ a
    e = np.exp(s) * mask
    p = e / e.sum()
    return p @ H


def attpool__pool_path(dout, H, a, mask):
    s = H @ a
    e = np.exp(s) * mask
    p = e / e.sum()
    dp = H @ dout
    ds = p * (dp - np.sum(dp))  #! wrong_variable|local_gradient
    dH = np.outer(p, dout) + np.outer(ds, a)
    da = H.T @ ds
    return dH, da


def attpool__h_twice(dout, H, a, mask):
    s = H @ a
    e = np.exp(s) * mask
    p = e / e.sum()
    dH = np.outer(p, dout)
    dp = H @ dout
    de = dp / e.sum() - (dp * e).sum() / e.sum() ** 2
    ds = e * de
    dH = np.outer(ds, a)  #! overwritten
    da = ds @ H
    return dH, da


def attpool_right__jac(dout, H, a, mask):
    e = np.exp(H @ a) * mask
    p = e / e.sum()
    J = np.diag(p) - p[:, None] * p
    ds = J @ (H @ dout)
    return p[:, None] * dout + ds[:, None] * a, H.T.dot(ds)


def n(*shape):
    return RNG.normal(size=shape)


EXAMPLES = {
    "ridge_fit": (n(6, 3), n(6), 0.3),
    "fm": (n(4, 3), n(3), n(3, 2)),
    "squash": (n(3, 4),),
    "cox": (n(3), n(5, 3), np.array([1, 0, 1, 1, 0])),
    "sir": (0.8, 0.3, 0.9, 0.2, 4, 0.5),
    "sgns": (n(3), n(5, 3), 1, np.array([0, 3, 3])),
    "dilated": (n(9), n(3), 2),
    "gmm": (n(6), n(3), 0.3 * n(3), n(3)),
    "weightnorm": (n(4, 3), n(3, 2), n(2), n(2)),
    "rotate": (n(4), n(3)),
    "tv": (n(4, 5), n(4, 5), 0.4),
    "prelu": (n(5, 3), np.array([0.1, 0.2, 0.3])),
    "logit_loss": (n(3), n(6, 3), np.array([1.0, -1, 1, 1, -1, -1])),
    "bpr": (
        n(3, 2),
        n(5, 2),
        np.array([0, 1, 1, 2]),
        np.array([0, 2, 3, 4]),
        np.array([1, 1, 4, 0]),
        0.1,
    ),
    "instnorm": (n(2, 3, 4, 2), n(3), n(3)),
    "gauss_nll": (np.tril(n(3, 3)) * 0.3 + 2 * np.eye(3), n(3), n(5, 3)),
    "rank_hinge": (n(5), np.array([2, 0, 1, 1, 3])),
    "horner": (n(4), 0.7),
    "attpool": (n(4, 3), n(3), np.array([1.0, 1, 0, 1])),
}


def wrong() -> Iterator[Case]:
    """Yield the wrong submissions."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = re.sub("_(grads?|hess)__", "__", title).partition("__")
        if what and kind in EXAMPLES:
            yield marked(title, space[kind], function, EXAMPLES[kind])
    layer = CenterWrong(3)
    yield marked("CenterWrong", layer.forward, layer.backward, (n(4, 3),))


def right() -> Iterator[Case]:
    """Yield the right ones."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = title.partition("_right__")
        if what:
            yield Case(title, space[kind], function, EXAMPLES[kind])
    layer = CenterRight(3)
    yield Case("CenterRight", layer.forward, layer.backward, (n(4, 3),))

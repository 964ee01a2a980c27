"""Right derivatives written by hand in forms that differ much from the stages of the forward function."""

from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case, functions


def batchnorm__compact(dout, cache):
    x, gamma, beta, xmu, std, xhat = cache
    N = dout.shape[0]
    dgamma, dbeta = (dout * xhat).sum(0), dout.sum(0)
    return gamma / (N * std) * (N * dout - dbeta - xhat * dgamma), dgamma, dbeta


def layernorm__compact(dout, cache):
    x, gamma, beta, xmu, ivar, xhat = cache
    g = dout * gamma
    dx = ivar * (g - g.mean(1, keepdims=True) - xhat * (g * xhat).mean(1, keepdims=True))
    return dx, (dout * xhat).sum(0), dout.sum(0)


def unit_rows__projector(dout, cache):
    x, s, sq, norm, u = cache
    g = dout * s
    rows = [(np.eye(len(u[i])) - np.outer(u[i], u[i])) @ g[i] / norm[i] for i in range(len(x))]
    return np.array(rows), np.einsum("ij,ij->j", dout, u)


def softmax_rows__jacobian(dout, cache):
    x, temp, z, e, total, p = cache
    dz = np.array([(np.diag(row) - np.outer(row, row)) @ d for row, d in zip(p, dout)])
    return dz / temp, -(z * dz).sum() / temp


def softmax_loss__one_hot(dout, cache):
    x, y, probs = cache
    return dout * (probs - np.eye(x.shape[1])[y]) / len(y), None


def svm_loss__loops(dout, cache):
    x, y, margins = cache
    dx = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            if j != y[i] and x[i, j] - x[i, y[i]] + 1 > 0:
                dx[i, j] += dout / x.shape[0]
                dx[i, y[i]] -= dout / x.shape[0]
    return dx, None


def cosine__projection(dout, cache):
    a, b, dot, na, nb, prod = cache
    c = dot / prod
    return dout * (b / nb - c * a / na) / na, dout * (a / na - c * b / nb) / nb


def rnn_step__einsum(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    d = dnext_h - next_h * next_h * dnext_h
    both = np.concatenate([Wx, Wh])
    dboth = np.einsum("nh,kh->nk", d, both)
    D = x.shape[1]
    return (
        dboth[:, :D],
        dboth[:, D:],
        np.einsum("nd,nh->dh", x, d),
        np.einsum("ni,nh->ih", prev_h, d),
        np.ones(len(d)) @ d,
    )


def conv1d__correlate(dout, cache):
    x, w, b = cache
    return np.convolve(dout, w), np.correlate(x, dout, "valid"), dout.sum()


def horner__vandermonde(dout, cache):
    c, x, steps = cache
    n = len(c)
    dc = np.vander(x, n).T @ dout
    powers = np.array([(n - 1 - k) * x ** max(n - 2 - k, 0) for k in range(n)])
    return dc, (c @ powers) * dout


def attention__rows(dout, cache):
    q, k, v, p = cache
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for i in range(len(q)):
        dp = v @ dout[i]
        ds = p[i] * (dp - p[i] @ dp) / q.shape[1] ** 0.5
        dq[i] = ds @ k
        dk += np.outer(ds, q[i])
        dv += np.outer(p[i], dout[i])
    return dq, dk, dv


def quadratic__symmetric_part(dout, cache):
    x, A, y = cache
    return dout * (A + A.T) @ x, dout * x[:, None] * x[None, :]


def hypotenuse__unit(dout, cache):
    x, y, r = cache
    return dout * x / r, dout * y / r


def gated__stacked(dout, cache):
    x, wa, wb, a, g = cache
    d = np.hstack([dout * g, dout * a * g * (1 - g)])
    dw = x.T @ d
    n = wa.shape[1]
    return d @ np.hstack([wa, wb]).T, dw[:, :n].copy(), dw[:, n:].copy()


def cases() -> Iterator[Case]:
    """Yield the derivatives with their functions."""
    kinds = functions()
    for name, function in list(globals().items()):
        kind, _, what = name.partition("__")
        if kind in kinds and what:
            module, args = kinds[kind]
            yield Case(name, getattr(module, f"{kind}_forward"), function, args)

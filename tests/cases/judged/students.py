"""Submissions as students hand them in: whole functions, mistakes of habit rather than edits, and right ones in odd dress.

`#! kind|kind` marks the first wrong line and what its mistake may be called.
A wrong function is called `<kind>__<what>`, a right one `<kind>_right__<what>`; each is judged against `<kind>`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case, lines_of

RNG = np.random.default_rng(231)


# ---------------------------------------------------------------- a residual block
def residual(x, w1, w2):
    a = x @ w1
    h = np.maximum(a, 0)
    b = h @ w2
    return x + b, (x, w1, w2, a, h)


def residual__alias(dout, cache):
    x, w1, w2, a, h = cache
    db = dout
    dx = db
    dh = db @ w2.T
    da = dh * (a > 0)
    dx += da @ w1.T  #! changed_in_place
    dw2 = h.T @ db
    dw1 = x.T @ da
    return dx, dw1, dw2


def residual__skip_forgotten(dout, cache):
    x, w1, w2, a, h = cache
    dh = dout @ w2.T
    da = dh * (a > 0)
    dw1 = x.T @ da
    dw2 = h.T @ dout
    dx = da @ w1.T  #! term_missing
    return dx, dw1, dw2


def residual__update_first(dout, cache):
    x, w1, w2, a, h = cache
    dw2 = h.T @ dout
    w2 = w2 - 0.1 * dw2  #! forward_overwritten
    da = (dout @ w2.T) * (a > 0)
    dw1 = x.T @ da
    return dout + da @ w1.T, dw1, dw2


def residual__order_of_cache(dout, cache):
    x, w1, w2, h, a = cache  #! unpacked
    dh = dout @ w2.T
    da = dh * (a > 0)
    dw2 = h.T @ dout
    dw1 = x.T @ da
    dx = dout + da @ w1.T
    return dx, dw1, dw2


def residual_right__copy(dout, cache):
    x, w1, w2, a, h = cache
    dx = dout.copy()
    da = dout @ w2.T
    da[a <= 0] = 0
    dx += da @ w1.T
    return dx, x.T @ da, h.T @ dout


def residual_right__sign(dout, cache):
    x, w1, w2, a, h = cache
    gate = np.sign(h)
    da = np.einsum("no,ho->nh", dout, w2) * gate
    return {"dx": dout + np.dot(da, w1.T), "dw1": np.dot(x.T, da), "dw2": np.dot(h.T, dout)}


# ---------------------------------------------------------------- an embedding
def embedding(E, idx, w):
    v = E[idx]
    out = v @ w
    return out


def embedding__repeated(dout, E, idx, w):
    dv = dout[:, None] * w
    dw = v_t_dot(E, idx, dout)
    dE = np.zeros_like(E)
    dE[idx] += dv  #! repeated
    return dE, dw


def v_t_dot(E, idx, dout):
    return E[idx].T @ dout


def embedding__one_by_one(dout, E, idx, w):
    dE = np.zeros_like(E)
    dw = np.zeros_like(w)
    for n, i in enumerate(idx):
        dE[i] = dout[n] * w  #! overlapping|overwritten
        dw += dout[n] * E[i]
    return dE, dw


def embedding_right__at(dout, E, idx, w):
    dE = np.zeros_like(E)
    np.add.at(dE, idx, np.outer(dout, w))
    return dE, E[idx].T @ dout


def embedding_right__one_hot(dout, E, idx, w):
    hot = np.eye(len(E))[idx]
    return hot.T @ np.outer(dout, w), (hot @ E).T @ dout


# ---------------------------------------------------------------- softmax and cross entropy
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p


def softmax__diagonal(dout, z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    dz = dout * p * (1 - p)  #! local_gradient|term_missing|unknown
    return dz


def softmax__whole_sum(dout, z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    dz = p * (dout - np.sum(dout * p))  #! sum_axis
    return dz


def softmax_right__loop(dout, z):
    dz = np.empty_like(z)
    for i, row in enumerate(softmax(z)):
        jac = np.diag(row) - np.outer(row, row)
        dz[i] = jac @ dout[i]
    return dz


def softmax_right__minus(dout, z):
    p = softmax(z)
    g = dout * p
    return g - p * g.sum(axis=-1)[:, np.newaxis]


def entropy_loss(scores, y):
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    probs = np.exp(shifted) / np.sum(np.exp(shifted), axis=1, keepdims=True)
    N = scores.shape[0]
    return -np.sum(np.log(probs[np.arange(N), y])) / N


def entropy_loss__columns(scores, y):
    probs = softmax(scores)
    N = scores.shape[0]
    dscores = probs
    dscores[:, y] -= 1  #! wrong_entries
    return dscores / N


def entropy_loss__integers(scores, y):
    probs = softmax(scores)
    onehot = np.zeros_like(probs)
    onehot[np.arange(len(y)), y] = 1
    dscores = (probs - onehot) / scores.shape[1]  #! factor
    return dscores


def entropy_loss_right__value(scores, y):
    probs = softmax(scores)
    rows = np.arange(len(y))
    loss = -np.log(probs[rows, y]).mean()
    probs[rows, y] -= 1
    return loss, probs / len(y)


# ---------------------------------------------------------------- a layer as an object
class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW, self.db = np.zeros_like(W), np.zeros_like(b)

    def forward(self, x):
        self.x = x
        self.z = x @ self.W + self.b
        return np.tanh(self.z)


class Pre(Dense):
    def backward(self, dout):
        dz = dout * (1 - self.z**2)  #! local_gradient|wrong_variable
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.W.T


class Stepped(Dense):
    def backward(self, dout):
        dz = dout * (1 - np.tanh(self.z) ** 2)
        self.dW = self.x.T @ dz
        self.db = dz.sum(axis=0)
        self.W -= 0.01 * self.dW  #! forward_overwritten|changed_in_place
        return dz @ self.W.T


class Summed(Dense):
    def backward(self, dout):
        dz = dout / np.cosh(self.z) ** 2
        self.dW += self.x.T @ dz
        self.db += dz.sum(axis=0)
        return dz @ self.W.T


# ---------------------------------------------------------------- a vjp that is returned
def gated(x, g):
    s = 1 / (1 + np.exp(-g))
    return x * s


def gated__vjp(x, g):
    s = 1 / (1 + np.exp(-g))
    y = x * s

    def vjp(dy):
        dx = dy * s
        dg = dy * x * s  #! local_gradient|term_missing
        return dx, dg

    return y, vjp


def gated_right__vjp(x, g):
    s = 1 / (1 + np.exp(-g))

    def pullback(dy):
        return dy * s, dy * x * s * (1 - s)

    return x * s, pullback


def gated_right__lambda(x, g):
    s = 1 / (1 + np.exp(-g))
    return x * s, lambda dy: (dy * s, dy * x * s * (1 - s))


def gated_right__curried(x, g):
    s = 1 / (1 + np.exp(-g))
    return lambda dy: (dy * s, dy * x * s * (1 - s))


# ---------------------------------------------------------------- no cache, nothing returned
def scaled(x, gamma):
    return gamma * x / np.sqrt(np.mean(x**2) + 1e-5)


def scaled__no_cache(dout, cache):
    x, gamma = cache  #! no_cache
    r = np.sqrt(np.mean(x**2) + 1e-5)
    dgamma = np.sum(dout * x / r)
    dx = gamma * (dout / r - x * np.mean(dout * x) / r**3)
    return dx, dgamma


def scaled__nothing(dout, x, gamma):  #! no_return
    r = np.sqrt(np.mean(x**2) + 1e-5)
    dgamma = np.sum(dout * x / r)
    dx = gamma * (dout / r - x * np.mean(dout * x) / r**3)
    print(dx, dgamma)


def scaled__rms_constant(dout, x, gamma):
    r = np.sqrt(np.mean(x**2) + 1e-5)
    dgamma = np.sum(dout * x / r)
    dx = dout * gamma / r  #! term_missing|local_gradient|unknown
    return dx, dgamma


def scaled__not_summed(dout, x, gamma):
    r = np.sqrt(np.mean(x**2) + 1e-5)
    dgamma = dout * x / r  #! sum_missing
    dx = gamma * (dout / r - x * np.mean(dout * x) / r**3)
    return dx, dgamma


def scaled_right__names(upstream, x, gamma):
    n = x.size
    ms = (x**2).sum() / n + 1e-5
    grads = {}
    grads["gamma"] = (upstream * x).sum() * ms**-0.5
    grads["x"] = gamma * upstream * ms**-0.5
    grads["x"] = grads["x"] - gamma * ms**-1.5 / n * (upstream * x).sum() * x
    return grads


# ---------------------------------------------------------------- recurrences
def cumulative(x, w):
    h = 0.0
    out = np.zeros_like(x)
    for t in range(len(x)):
        h = w * h + x[t]
        out[t] = h
    return out


def cumulative__forwards(dout, x, w):
    dx = np.zeros_like(x)
    dw = 0.0
    dh = 0.0
    hs = cumulative(x, w)
    for t in range(len(x)):  #! backwards
        dh = w * dh + dout[t]
        dx[t] = dh
        if t > 0:
            dw += dh * hs[t - 1]
    return dx, dw


def cumulative__return_inside(dout, x, w):
    hs = cumulative(x, w)
    dx, dw, dh = np.zeros_like(x), 0.0, 0.0
    for t in reversed(range(len(x))):
        dh = dh + dout[t]
        dx[t] = dh
        if t > 0:
            dw += dh * hs[t - 1]
        dh = dh * w
        return dx, dw  #! return_in_loop


def cumulative__no_carry(dout, x, w):
    hs = cumulative(x, w)
    dx, dw = np.zeros_like(x), 0.0
    for t in reversed(range(len(x))):
        dh = dout[t]  #! term_missing|local_gradient|overwritten
        dx[t] = dh
        dw += dh * (hs[t - 1] if t else 0.0)
    return dx, dw


def cumulative_right__matrix(dout, x, w):
    T = len(x)
    lag = np.arange(T)[:, None] - np.arange(T)[None, :]
    M = np.where(lag >= 0, w ** np.abs(lag), 0.0)
    D = np.where(lag >= 1, lag * w ** np.abs(lag - 1.0), 0.0)
    return M.T @ dout, dout @ D @ x


def cumulative_right__list(dout, x, w):
    hs = [0.0, *cumulative(x, w)]
    carry, dw, grads = 0.0, 0.0, []
    for up, h in zip(dout[::-1], hs[-2::-1]):
        carry = up + w * carry
        dw += carry * h
        grads.append(carry)
    return grads[::-1], dw


# ---------------------------------------------------------------- order, sorting, shapes
def sorted_dot(x, w):
    order = np.argsort(x)
    return np.sum(x[order] * w)


def sorted_dot__not_back(x, w):
    order = np.argsort(x)
    dw = x[order]
    dx = w[order]  #! wrong_entries
    return dx, dw


def sorted_dot_right__scatter(x, w):
    order = np.argsort(x)
    dx = np.empty_like(x)
    dx[order] = w
    return dx, x[order]


def sorted_dot_right__ranks(x, w):
    ranks = np.argsort(np.argsort(x))
    return w[ranks], np.sort(x)


def heads(x, w):
    N, T, D = x.shape
    y = x.reshape(N, T, 2, D // 2).transpose(0, 2, 1, 3)
    return y * w


def heads__reshape(dout, x, w):
    N, T, D = x.shape
    y = x.reshape(N, T, 2, D // 2).transpose(0, 2, 1, 3)
    dw = np.sum(dout * y, axis=(0, 1, 2))
    dy = dout * w
    dx = dy.reshape(N, T, D)  #! axes
    return dx, dw


def heads__axes(dout, x, w):
    N, T, D = x.shape
    y = x.reshape(N, T, 2, D // 2).transpose(0, 2, 1, 3)
    dw = np.sum(dout * y, axis=(0, 2, 1))
    dx = (dout * w).transpose(0, 3, 1, 2).reshape(N, T, D)  #! axes
    return dx, dw


def heads_right__moved(dout, x, w):
    dy = np.moveaxis(dout * w, 1, 2)
    split = np.stack([x[..., : x.shape[2] // 2], x[..., x.shape[2] // 2 :]], axis=1)
    return dy.reshape(x.shape), np.einsum("nhtd,nhtd->d", dout, split)


# ---------------------------------------------------------------- statistics
def whitened(x):
    mu = x.mean(axis=0)
    sd = x.std(axis=0, ddof=1)
    return (x - mu) / sd


def whitened__ddof(dout, x):
    N = x.shape[0]
    xc = x - x.mean(axis=0)
    sd = x.std(axis=0, ddof=1)
    dxc = dout / sd
    dsd = -np.sum(dout * xc, axis=0) / sd**2
    dxc = dxc + xc * dsd / sd / N  #! factor
    dx = dxc - dxc.mean(axis=0)
    return dx


def whitened__no_mean(dout, x):
    N = x.shape[0]
    xc = x - x.mean(axis=0)
    sd = x.std(axis=0, ddof=1)
    dsd = -np.sum(dout * xc, axis=0) / sd**2
    dx = dout / sd + xc * dsd / sd / (N - 1)  #! term_missing|local_gradient|unknown
    return dx


def whitened_right__jacobian(dout, x):
    N, D = x.shape
    dx = np.zeros_like(x)
    for j in range(D):
        c = x[:, j] - x[:, j].mean()
        s = np.sqrt(c @ c / (N - 1))
        J = (np.eye(N) - 1 / N) / s - np.outer(c, c) / s**3 / (N - 1)
        dx[:, j] = J.T @ dout[:, j]
    return dx


def whitened_right__compact(dout, x):
    N = len(x)
    sd = np.std(x, axis=0, ddof=1)
    z = (x - np.mean(x, axis=0)) / sd
    return (dout - dout.sum(0) / N - z * (dout * z).sum(0) / (N - 1)) / sd


# ---------------------------------------------------------------- clipping, norms, penalties
def robust(w, X, y, reg):
    r = X @ w - y
    c = np.clip(r, -1.0, 1.0)
    return np.sum(c * (r - 0.5 * c)) + reg * np.sum(np.abs(w))


def robust__sign_of_loss(w, X, y, reg):
    r = X @ w - y
    dr = np.where(np.abs(r) <= 1, r, 1.0)  #! mask|local_gradient|sign|unknown
    dw = X.T @ dr
    dw += reg * np.sign(w)
    return dw


def robust__reg_as_l2(w, X, y, reg):
    r = X @ w - y
    dw = X.T @ np.clip(r, -1.0, 1.0)
    dw += 2 * reg * w  #! local_gradient|regularisation_doubled|unknown
    return dw


def robust__typo(w, X, y, reg):
    r = X @ w - y
    dr = np.clip(r, -1.0, 1.0)
    dw = X.T @ ddr  #! raises
    return dw + reg * np.sign(w)


def robust_right__three(w, X, y, reg):
    r = X.dot(w) - y
    g = np.zeros(len(w))
    for xi, ri in zip(X, r):
        if ri > 1:
            g = g + xi
        elif ri < -1:
            g = g - xi
        else:
            g = g + ri * xi
    return g + reg * w / np.abs(w)


def robust_right__pair(w, X, y, reg):
    r = X @ w - y
    small = np.abs(r) < 1
    loss = np.where(small, r**2 / 2, np.abs(r) - 0.5).sum() + reg * np.linalg.norm(w, 1)
    grad = (np.where(small, r, np.sign(r)) @ X) + reg * ((w > 0).astype(float) - (w < 0))
    return loss, grad


# ---------------------------------------------------------------- a mixture of experts, weights from a softmax
def experts(x, gate, w):
    logits = x @ gate
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    a = e / e.sum(axis=1, keepdims=True)
    y = np.einsum("nd,kd->nk", x, w)
    return np.sum(a * y, axis=1)


def experts__broadcast(dout, x, gate, w):
    a = softmax(x @ gate)
    y = x @ w.T
    dy = dout * a.T
    da = dout[:, None] * y
    dlogits = a * (da - np.sum(a * da, axis=1, keepdims=True))
    dw = dy @ x
    dx = dy.T @ w + dlogits @ gate.T
    return dx, x.T @ dlogits, dw.T  #! transposed


def experts__one_path(dout, x, gate, w):
    a = softmax(x @ gate)
    y = x @ w.T
    dy = dout[:, None] * a
    dw = dy.T @ x
    da = dout[:, None] * y
    dlogits = a * (da - np.sum(a * da, axis=1, keepdims=True))
    dgate = x.T @ dlogits
    dx = dy @ w  #! term_missing
    return dx, dgate, dw


def experts__tanh_habit(dout, x, gate, w):
    a = softmax(x @ gate)
    y = x @ w.T
    dy = dout[:, None] * a
    da = dout[:, None] * y
    dlogits = da * (1 - a**2)  #! local_gradient|unknown|term_missing
    dx = dy @ w + dlogits @ gate.T
    dgate = x.T @ dlogits
    dw = dy.T @ x
    return dx, dgate, dw


def experts_right__rows(dout, x, gate, w):
    dx, dgate, dw = np.zeros_like(x), np.zeros_like(gate), np.zeros_like(w)
    for n in range(x.shape[0]):
        p = softmax(x[n : n + 1] @ gate)[0]
        y = w @ x[n]
        dl = dout[n] * p * (y - p @ y)
        dgate += np.outer(x[n], dl)
        dw += dout[n] * np.outer(p, x[n])
        dx[n] = dout[n] * p @ w + gate @ dl
    return dx, dgate, dw


# ---------------------------------------------------------------- gradients left in lists and dicts
def stack(x, params):
    h = x
    for p in params:
        h = np.tanh(h @ p["W"] + p["b"])
    return np.sum(h)


def stack__first_layer(x, params):
    hs = [x]
    for p in params:
        hs.append(np.tanh(hs[-1] @ p["W"] + p["b"]))
    dh = np.ones_like(hs[-1])
    grads = []
    for p, h, before in zip(params[::-1], hs[::-1], hs):
        da = dh * (1 - h**2)
        grads.insert(0, {"W": before.T @ da, "b": da.sum(axis=0)})  #! unknown
        dh = da @ p["W"].T
    return dh, grads


def stack_right__deque(x, params):
    hs = [x]
    for p in params:
        hs.append(np.tanh(hs[-1] @ p["W"] + p["b"]))
    grads = [None] * len(params)
    dh = np.ones(hs[-1].shape)
    for i in range(len(params) - 1, -1, -1):
        da = dh - dh * hs[i + 1] ** 2
        grads[i] = dict(W=hs[i].T.dot(da), b=da.sum(0))
        dh = da.dot(params[i]["W"].T)
    return {"x": dh, "params": grads}


# ---------------------------------------------------------------- attention with a mask
def causal_attention(q, k, v):
    T = q.shape[0]
    s = q @ k.T / np.sqrt(q.shape[1])
    s = np.where(np.tril(np.ones((T, T))) > 0, s, -1e9)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return p @ v


def causal_attention__axis(dout, q, k, v):
    scale = 1 / np.sqrt(q.shape[1])
    mask = np.tril(np.ones((len(q), len(q)))) > 0
    p = softmax(np.where(mask, q @ k.T * scale, -1e9))
    dv = p.T @ dout
    dp = dout @ v.T
    ds = p * (dp - np.sum(dp * p, axis=0, keepdims=True))  #! sum_axis
    dq = ds @ k * scale
    dk = ds.T @ q * scale
    return dq, dk, dv


def causal_attention__untransposed(dout, q, k, v):
    scale = 1 / np.sqrt(q.shape[1])
    mask = np.tril(np.ones((len(q), len(q)))) > 0
    p = softmax(np.where(mask, q @ k.T * scale, -1e9))
    dv = p @ dout  #! transposed
    dp = dout @ v.T
    ds = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    return ds @ k * scale, ds.T @ q * scale, dv


def causal_attention_right__other_order(dout, q, k, v):
    scale = 1 / np.sqrt(q.shape[1])
    mask = np.tril(np.ones((len(q), len(q)))) > 0
    p = softmax(np.where(mask, q @ k.T * scale, -1e9))
    dv = p.T @ dout
    dp = dout @ v.T
    ds = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    dq = ds @ k * scale
    dk = ds.T @ q * scale
    return dk, dq, dv


def causal_attention_right__row_by_row(dout, q, k, v):
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for t in range(len(q)):
        s = k[: t + 1] @ q[t] / q.shape[1] ** 0.5
        p = softmax(s[None])[0]
        dv[: t + 1] += np.outer(p, dout[t])
        dp = v[: t + 1] @ dout[t]
        ds = p * (dp - p @ dp) / q.shape[1] ** 0.5
        dq[t] = ds @ k[: t + 1]
        dk[: t + 1] += np.outer(ds, q[t])
    return dq, dk, dv


# ---------------------------------------------------------------- physics: a value and its gradient
def spring_energy(pos, k):
    d = pos[1:] - pos[:-1]
    length = np.sqrt(np.sum(d**2, axis=1))
    return 0.5 * k * np.sum((length - 1.0) ** 2)


def spring_energy__newton(pos, k):
    d = pos[1:] - pos[:-1]
    length = np.sqrt(np.sum(d**2, axis=1))
    dlength = k * (length - 1.0)
    dd = dlength[:, None] * d  #! local_gradient|factor
    dpos = np.zeros_like(pos)
    dpos[1:] += dd
    dpos[:-1] -= dd
    dk = 0.5 * np.sum((length - 1.0) ** 2)
    return 0.5 * k * np.sum((length - 1.0) ** 2), (dpos, dk)


def spring_energy__force(pos, k):
    d = pos[1:] - pos[:-1]
    length = np.linalg.norm(d, axis=1)
    f = k * (length - 1.0)[:, None] * d / length[:, None]  #! sign
    dpos = np.zeros_like(pos)
    dpos[1:] -= f
    dpos[:-1] += f
    return dpos, 0.5 * np.sum((length - 1.0) ** 2)


def spring_energy__half(pos, k):
    d = pos[1:] - pos[:-1]
    length = np.linalg.norm(d, axis=1)
    dd = k * (length - 1.0)[:, None] * d / length[:, None]
    dpos = np.zeros_like(pos)
    dpos[1:] = dd
    dpos[:-1] = -dd  #! overwritten|overlapping
    return dpos, 0.5 * np.sum((length - 1.0) ** 2)


def spring_energy_right__diff(pos, k):
    d = np.diff(pos, axis=0)
    length = np.linalg.norm(d, axis=1, keepdims=True)
    f = k * (1 - 1 / length) * d
    pull = np.pad(f, ((1, 0), (0, 0))) - np.pad(f, ((0, 1), (0, 0)))
    return {"k": ((length - 1) ** 2).sum() / 2, "pos": pull}


EXAMPLES = {
    "residual": (RNG.normal(size=(5, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 3))),
    "embedding": (RNG.normal(size=(6, 3)), np.array([1, 4, 1, 0, 1]), RNG.normal(size=3)),
    "softmax": (RNG.normal(size=(4, 5)),),
    "entropy_loss": (RNG.normal(size=(4, 5)), np.array([0, 3, 3, 1])),
    "gated": (RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))),
    "scaled": (RNG.normal(size=6), 1.3),
    "cumulative": (RNG.normal(size=5), 0.7),
    "sorted_dot": (np.array([0.7, -1.2, 2.1, 0.1, -0.4]), RNG.normal(size=5)),
    "heads": (RNG.normal(size=(2, 3, 4)), RNG.normal(size=2)),
    "whitened": (RNG.normal(size=(5, 3)),),
    "experts": (RNG.normal(size=(4, 3)), RNG.normal(size=(3, 2)), RNG.normal(size=(2, 3))),
    "stack": (
        RNG.normal(size=(4, 3)),
        [{"W": RNG.normal(size=(3, 3)), "b": RNG.normal(size=3)} for _ in range(3)],
    ),
    "causal_attention": tuple(RNG.normal(size=(4, 3)) for _ in range(3)),
    "spring_energy": (RNG.normal(size=(4, 2)), 1.7),
    "robust": (RNG.normal(size=3), RNG.normal(size=(6, 3)), RNG.normal(size=6), 0.3),
}
LAYER = (RNG.normal(size=(3, 2)), RNG.normal(size=2))
DATA = RNG.normal(size=(4, 3))


def marked(title: str, forward: object, function: object, args: tuple[object, ...]) -> Case:
    """Return a submission with what its mark says."""
    lines, first = inspect.getsourcelines(function)
    marks = [(k, line.split("#! ")[1]) for k, line in enumerate(lines, first) if "#! " in line]
    ((line, names),) = marks
    kinds = frozenset(names.strip().split("|"))
    return Case(title, forward, function, args, lines_of(function, line), kinds)


def wrong() -> Iterator[Case]:
    """Yield the wrong submissions."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = title.partition("__")
        if what and kind in EXAMPLES:
            yield marked(title, space[kind], function, EXAMPLES[kind])
    for kind in (Pre, Stepped):
        layer = kind(*LAYER)
        yield marked(kind.__name__, layer.forward, layer.backward, (DATA,))


def right() -> Iterator[Case]:
    """Yield the right ones."""
    space = vars(sys.modules[__name__])
    for title, function in list(space.items()):
        kind, _, what = title.partition("_right__")
        if what:
            yield Case(title, space[kind], function, EXAMPLES[kind])
    layer = Summed(*LAYER)
    yield Case("Summed", layer.forward, layer.backward, (DATA,))

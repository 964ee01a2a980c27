"""Submissions of the second half of the course: im2col, one-hot softmax, closed forms of normalisation, LSTM, attention, `dx` in place.

Marked and named as in `students`. They were judged for the first time when everything else was right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from tests.cases.judged.mutants import Case
from tests.cases.judged.students import marked

RNG = np.random.default_rng(1606)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# ---------------------------------------------------------------- convolution by im2col
def col_indices(shape, HH, WW, pad, stride):
    N, C, H, W = shape
    out_h = (H + 2 * pad - HH) // stride + 1
    out_w = (W + 2 * pad - WW) // stride + 1
    i0 = np.tile(np.repeat(np.arange(HH), WW), C)
    i1 = stride * np.repeat(np.arange(out_h), out_w)
    j0 = np.tile(np.arange(WW), HH * C)
    j1 = stride * np.tile(np.arange(out_w), out_h)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), HH * WW).reshape(-1, 1)
    return k, i, j


def im2col(x, HH, WW, pad, stride):
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    k, i, j = col_indices(x.shape, HH, WW, pad, stride)
    cols = xp[:, k, i, j]
    return cols.transpose(1, 2, 0).reshape(HH * WW * x.shape[1], -1)


def col2im(cols, shape, HH, WW, pad, stride):
    N, C, H, W = shape
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    k, i, j = col_indices(shape, HH, WW, pad, stride)
    parts = cols.reshape(C * HH * WW, -1, N).transpose(2, 0, 1)
    np.add.at(xp, (slice(None), k, i, j), parts)
    return xp[:, :, pad : pad + H, pad : pad + W]


def conv(x, w, b, pad, stride):
    F, C, HH, WW = w.shape
    N, C, H, W = x.shape
    out_h = (H + 2 * pad - HH) // stride + 1
    out_w = (W + 2 * pad - WW) // stride + 1
    cols = im2col(x, HH, WW, pad, stride)
    res = w.reshape(F, -1).dot(cols) + b.reshape(-1, 1)
    out = res.reshape(F, out_h, out_w, N).transpose(3, 0, 1, 2)
    return out, (x, w, b, pad, stride, cols)


def conv__axes(dout, cache):
    x, w, b, pad, stride, cols = cache
    F, C, HH, WW = w.shape
    db = np.sum(dout, axis=(0, 2, 3))
    dres = dout.transpose(1, 0, 2, 3).reshape(F, -1)  #! axes
    dw = dres.dot(cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T.dot(dres)
    dx = col2im(dcols, x.shape, HH, WW, pad, stride)
    return dx, dw, db


def conv__bias(dout, cache):
    x, w, b, pad, stride, cols = cache
    F, C, HH, WW = w.shape
    dres = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    db = np.mean(dres, axis=1)  #! factor
    dw = dres.dot(cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T.dot(dres)
    dx = col2im(dcols, x.shape, HH, WW, pad, stride)
    return dx, dw, db


def conv__plus_equals(dout, cache):
    x, w, b, pad, stride, cols = cache
    F, C, HH, WW = w.shape
    N, C, H, W = x.shape
    dres = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    db = dres.sum(axis=1)
    dw = dres.dot(cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T.dot(dres)
    dxp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    k, i, j = col_indices(x.shape, HH, WW, pad, stride)
    dxp[:, k, i, j] += dcols.reshape(C * HH * WW, -1, N).transpose(2, 0, 1)  #! repeated|overlapping
    dx = dxp[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


def conv__pad(dout, cache):
    x, w, b, pad, stride, cols = cache
    F, C, HH, WW = w.shape
    N, C, H, W = x.shape
    dxp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dw = np.zeros_like(w)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            rows = slice(r * stride, r * stride + HH)
            columns = slice(c * stride, c * stride + WW)
            window = xp[:, :, rows, columns]
            g = dout[:, :, r, c]
            dw += np.tensordot(g, window, axes=([0], [0]))
            dxp[:, :, rows, columns] += np.tensordot(g, w, axes=([1], [0]))
    db = dout.sum(axis=(0, 2, 3))
    return dxp[:, :, pad:-pad, pad:-pad], dw, db  #! pad_zero


def conv_right__im2col(dout, cache):
    x, w, b, pad, stride, cols = cache
    F, C, HH, WW = w.shape
    dres = dout.transpose(1, 2, 3, 0).reshape(F, -1)
    db = dres.sum(axis=1)
    dw = dres.dot(cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T.dot(dres)
    dx = col2im(dcols, x.shape, HH, WW, pad, stride)
    return dx, dw, db


def conv_right__strides(dout, cache):
    x, w, b, pad, stride, _ = cache
    _, _, HH, WW = w.shape
    H, W = x.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    view = np.lib.stride_tricks.sliding_window_view(xp, (HH, WW), axis=(2, 3))[
        :, :, ::stride, ::stride
    ]
    dw = np.einsum("nfij,ncijhw->fchw", dout, view)
    dxp = np.zeros(xp.shape)
    for h in range(HH):
        for v in range(WW):
            part = np.einsum("nfij,fc->ncij", dout, w[:, :, h, v])
            rows = slice(h, h + stride * dout.shape[2], stride)
            dxp[:, :, rows, v : v + stride * dout.shape[3] : stride] += part
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum(axis=(0, 2, 3))


# ---------------------------------------------------------------- softmax loss with one-hot labels
def softmax_reg(W, X, y, reg):
    N = X.shape[0]
    scores = X.dot(W)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.sum(np.log(p[np.arange(N), y])) / N
    return loss + reg * np.sum(W * W)


def softmax_reg__one_hot_sign(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    onehot = np.zeros((N, C))
    onehot[np.arange(N), y] = 1
    loss = -np.sum(onehot * np.log(p)) / N + reg * np.sum(W * W)
    dscores = (onehot - p) / N  #! sign
    dW = X.T.dot(dscores) + 2 * reg * W
    return loss, dW


def softmax_reg__all_columns(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    scores = X.dot(W)
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = -np.sum(np.log(p[range(N), y])) / N + reg * np.sum(W * W)
    dscores = p
    dscores[:, y] -= 1  #! wrong_entries
    dscores /= N
    dW = np.dot(X.T, dscores)
    dW += 2 * reg * W
    return loss, dW


def softmax_reg__not_averaged(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    f = X.dot(W)
    f -= np.max(f, axis=1, keepdims=True)
    p = np.exp(f) / np.sum(np.exp(f), axis=1, keepdims=True)
    loss = np.mean(-np.log(p[np.arange(N), y])) + reg * np.sum(W * W)
    dW = X.T.dot(p - np.eye(C)[y]) + 2 * reg * W  #! factor|term_factors|local_gradient|unknown
    return loss, dW


def softmax_reg_right__eye(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    f = X @ W
    m = f.max(1)
    logz = m + np.log(np.exp(f - m[:, None]).sum(1))
    loss = (logz - f[range(N), y]).mean() + reg * (W**2).sum()
    dW = X.T @ ((np.exp(f - logz[:, None]) - np.eye(C)[y]) / N) + 2 * reg * W
    return loss, dW


def softmax_reg_right__loops(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    num_train, num_classes = X.shape[0], W.shape[1]
    for i in range(num_train):
        s = X[i].dot(W)
        s -= np.max(s)
        e = np.exp(s)
        loss += -np.log(e[y[i]] / np.sum(e))
        for c in range(num_classes):
            dW[:, c] += e[c] / np.sum(e) * X[i]
            if c == y[i]:
                dW[:, c] -= X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + reg * 2 * W
    return loss, dW


# ---------------------------------------------------------------- layer normalisation, closed form
def layernorm(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=1, keepdims=True)
    xc = x - mu
    var = (xc**2).mean(axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = xc / std
    out = gamma * xhat + beta
    return out, (xhat, gamma, std)


def layernorm__batch_axis(dout, cache):
    xhat, gamma, std = cache
    N, D = dout.shape
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    g = dout * gamma
    s, t = g.sum(axis=0), (g * xhat).sum(axis=0)
    dx = (N * g - s - xhat * t) / (N * std)  #! sum_axis|unknown|local_gradient|only_this_size
    return dx, dgamma, dbeta


def layernorm__count(dout, cache):
    xhat, gamma, std = cache
    N, D = dout.shape
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    s1 = dxhat.sum(axis=1, keepdims=True)
    s2 = (dxhat * xhat).sum(axis=1, keepdims=True)
    dx = (1 / (N * std)) * (N * dxhat - s1 - xhat * s2)  #! factor|unknown|wrong_variable
    return dx, dgamma, dbeta


def layernorm__second_sum(dout, cache):
    xhat, gamma, std = cache
    D = dout.shape[1]
    dgamma = (dout * xhat).sum(0)
    dbeta = dout.sum(0)
    dxhat = dout * gamma
    dx = dxhat - dxhat.mean(1, keepdims=True)
    dx -= xhat * dxhat.mean(1, keepdims=True)  #! unknown|local_gradient|term_missing|wrong_variable
    dx /= std
    return dx, dgamma, dbeta


def layernorm__gamma_late(dout, cache):
    xhat, gamma, std = cache
    dgamma = (dout * xhat).sum(0)
    dbeta = dout.sum(0)
    t = (dout * xhat).mean(1, keepdims=True)
    dx = dout - dout.mean(1, keepdims=True) - xhat * t  #! local_gradient|unknown|wrong_variable
    dx = gamma * dx / std
    return dx, dgamma, dbeta


def layernorm_right__closed(dout, cache):
    xhat, gamma, std = cache
    D = dout.shape[1]
    g = dout * gamma
    dx = (D * g - g.sum(axis=1, keepdims=True) - xhat * (g * xhat).sum(axis=1, keepdims=True)) / (
        D * std
    )
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def layernorm_right__transposed(dout, cache):
    xhat, gamma, std = cache
    g, h, s = (dout * gamma).T, xhat.T, std.T
    D = len(g)
    dxT = g.copy()
    dxT -= g.sum(0) / D
    dxT -= h * np.sum(g * h, 0) / D
    dxT /= s
    return dxT.T, np.einsum("nd,nd->d", dout, xhat), np.ones(len(dout)) @ dout


# ---------------------------------------------------------------- one step of an LSTM
def lstm_step(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c)


def lstm_step__cell_lost(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    do = dnext_h * np.tanh(next_c)
    dnext_c = dnext_h * o * (1 - np.tanh(next_c) ** 2)  #! overwritten|term_missing
    df = dnext_c * prev_c
    dprev_c = dnext_c * f
    di = dnext_c * g
    dg = dnext_c * i
    da = np.hstack((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)))
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_step__in_place(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    do = dnext_h * t
    dnext_c += dnext_h * o * (1 - t * t)  #! changed_in_place
    df = dnext_c * prev_c
    dprev_c = dnext_c * f
    di = dnext_c * g
    dg = dnext_c * i
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)], 1)
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_step__gate_order(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    do = dnext_h * t
    dc = dnext_c + dnext_h * o * (1 - t * t)
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g * g)
    da = np.hstack((dai, daf, dag, dao))  #! wrong_entries
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_step__tanh_of_g(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    do = dnext_h * t
    dc = dnext_c + dnext_h * o * (1 - t * t)
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * g * (1 - g)  #! local_gradient
    da = np.hstack((dai, daf, dao, dag))
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_step_right__filled(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, next_c = cache
    N, H = prev_h.shape
    t = np.tanh(next_c)
    dc = dnext_h * o * (1 - t**2)
    dc = dc + dnext_c
    da = np.empty((N, 4 * H))
    da[:, :H] = dc * g * i * (1 - i)
    da[:, H : 2 * H] = dc * prev_c * f * (1 - f)
    da[:, 2 * H : 3 * H] = dnext_h * t * o * (1 - o)
    da[:, 3 * H :] = dc * i * (1 - g**2)
    dx = np.dot(da, Wx.T)
    dprev_h = np.dot(da, Wh.T)
    dWx = np.dot(x.T, da)
    dWh = np.dot(prev_h.T, da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dc * f, dWx, dWh, db


# ---------------------------------------------------------------- attention with several heads
def attention(x, Wq, Wk, Wv, Wo, heads):
    T, D = x.shape
    d = D // heads
    q = (x @ Wq).reshape(T, heads, d).transpose(1, 0, 2)
    k = (x @ Wk).reshape(T, heads, d).transpose(1, 0, 2)
    v = (x @ Wv).reshape(T, heads, d).transpose(1, 0, 2)
    s = q @ k.transpose(0, 2, 1) / np.sqrt(d)
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    a = e / e.sum(axis=-1, keepdims=True)
    z = (a @ v).transpose(1, 0, 2).reshape(T, D)
    out = z @ Wo
    return out, (x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z)


def split_heads(m, heads):
    return m.reshape(m.shape[0], heads, -1).transpose(1, 0, 2)


def merge_heads(m):
    return m.transpose(1, 0, 2).reshape(m.shape[1], -1)


def attention__no_scale(dout, cache):
    x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z = cache
    dWo = z.T @ dout
    dz = split_heads(dout @ Wo.T, heads)
    da = dz @ v.transpose(0, 2, 1)
    dv = a.transpose(0, 2, 1) @ dz
    ds = a * (da - (da * a).sum(axis=-1, keepdims=True))
    dq = ds @ k  #! factor
    dk = ds.transpose(0, 2, 1) @ q
    dq, dk, dv = merge_heads(dq), merge_heads(dk), merge_heads(dv)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv, dWo


def attention__keys(dout, cache):
    x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z = cache
    d = q.shape[-1]
    dWo = z.T @ dout
    dz = split_heads(dout @ Wo.T, heads)
    da = dz @ v.transpose(0, 2, 1)
    dv = a.transpose(0, 2, 1) @ dz
    ds = a * (da - (da * a).sum(axis=-1, keepdims=True)) / np.sqrt(d)
    dq = ds @ k
    dk = ds @ q  #! transposed
    dq, dk, dv = merge_heads(dq), merge_heads(dk), merge_heads(dv)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv, dWo


def attention__merge(dout, cache):
    x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z = cache
    T, D = x.shape
    d = q.shape[-1]
    dWo = z.T @ dout
    dz = (dout @ Wo.T).reshape(heads, T, d)  #! axes
    da = dz @ v.transpose(0, 2, 1)
    dv = a.transpose(0, 2, 1) @ dz
    ds = a * (da - (da * a).sum(axis=-1, keepdims=True)) / np.sqrt(d)
    dq = merge_heads(ds @ k)
    dk = merge_heads(ds.transpose(0, 2, 1) @ q)
    dv = merge_heads(dv)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T
    return dx, x.T @ dq, x.T @ dk, x.T @ dv, dWo


def attention__two_paths(dout, cache):
    x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z = cache
    d = q.shape[-1]
    dWo = z.T @ dout
    dz = split_heads(dout @ Wo.T, heads)
    da = dz @ v.transpose(0, 2, 1)
    dv = a.transpose(0, 2, 1) @ dz
    ds = a * (da - (da * a).sum(axis=-1, keepdims=True)) / np.sqrt(d)
    dq = merge_heads(ds @ k)
    dk = merge_heads(ds.transpose(0, 2, 1) @ q)
    dv = merge_heads(dv)
    dx = dq @ Wq.T
    dx += dk @ Wk.T  #! term_missing
    return dx, x.T @ dq, x.T @ dk, x.T @ dv, dWo


def attention_right__per_head(dout, cache):
    x, Wq, Wk, Wv, Wo, heads, q, k, v, a, z = cache
    dWo = z.T.dot(dout)
    dz = dout.dot(Wo.T)
    d = q.shape[-1]
    dWq, dWk, dWv, dx = (np.zeros_like(m) for m in (Wq, Wk, Wv, x))
    for h in range(heads):
        cols = slice(h * d, (h + 1) * d)
        g = dz[:, cols]
        da = g @ v[h].T
        ds = a[h] * da
        ds -= a[h] * ds.sum(1, keepdims=True)
        ds /= d**0.5
        for W, dW, grad in (
            (Wq, dWq, ds @ k[h]),
            (Wk, dWk, ds.T @ q[h]),
            (Wv, dWv, a[h].T @ g),
        ):
            dW[:, cols] = x.T @ grad
            dx += grad @ W[:, cols].T
    return dx, dWq, dWk, dWv, dWo


# ---------------------------------------------------------------- two layers, gradients in a dict
def two_layers(X, params, y, reg):
    N = X.shape[0]
    h = np.maximum(0, X @ params["W1"] + params["b1"])
    s = h @ params["W2"] + params["b2"]
    s = s - s.max(axis=1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    data = -logp[np.arange(N), y].mean()
    return data + 0.5 * reg * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2))


def two_layers__mask_of_scores(X, params, y, reg):
    N = X.shape[0]
    h = np.maximum(0, X @ params["W1"] + params["b1"])
    s = h @ params["W2"] + params["b2"]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ds = p.copy()
    ds[np.arange(N), y] -= 1
    ds /= N
    grads = {}
    grads["W2"] = h.T @ ds + reg * params["W2"]
    grads["b2"] = ds.sum(axis=0)
    dh = ds @ params["W2"].T
    dh[X @ params["W1"] <= 0] = 0  #! mask
    grads["W1"] = X.T @ dh + reg * params["W1"]
    grads["b1"] = dh.sum(axis=0)
    return grads


def two_layers__reg_twice(X, params, y, reg):
    N = X.shape[0]
    h = np.maximum(0, X @ params["W1"] + params["b1"])
    s = h @ params["W2"] + params["b2"]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ds = p.copy()
    ds[np.arange(N), y] -= 1
    ds /= N
    grads = {"W2": h.T @ ds, "b2": ds.sum(axis=0)}
    dh = ds @ params["W2"].T
    dh[h <= 0] = 0
    grads["W1"] = X.T @ dh
    grads["b1"] = dh.sum(axis=0)
    for name in ("W1", "W2"):
        grads[name] += 2 * reg * params[name]  #! regularisation_doubled|factor
    return grads


def two_layers__bias_shape(X, params, y, reg):
    N = X.shape[0]
    h = np.maximum(0, X @ params["W1"] + params["b1"])
    s = h @ params["W2"] + params["b2"]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    ds = (p - np.eye(s.shape[1])[y]) / N
    dW2 = h.T @ ds + reg * params["W2"]
    db2 = ds.sum(axis=1)  #! sum_axis|shape|sum_extra
    dh = ds @ params["W2"].T * (h > 0)
    dW1 = X.T @ dh + reg * params["W1"]
    db1 = dh.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def two_layers_right__in_place(X, params, y, reg):
    N = X.shape[0]
    a = X @ params["W1"] + params["b1"]
    h = a * (a > 0)
    p = h @ params["W2"] + params["b2"]
    p -= p.max(axis=1, keepdims=True)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(N), y] -= 1
    p /= N
    dh = p @ params["W2"].T
    np.multiply(dh, a > 0, out=dh)
    return {
        "b1": dh.sum(0),
        "W1": X.T @ dh + reg * params["W1"],
        "b2": p.sum(0),
        "W2": h.T @ p + reg * params["W2"],
    }


def two_layers_right__with_input(X, params, y, reg):
    hot = np.eye(params["b2"].size)[y]
    a = X.dot(params["W1"]) + params["b1"]
    h = a.clip(min=0)
    s = h.dot(params["W2"]) + params["b2"]
    z = np.exp(s)
    ds = (z / z.sum(1)[:, None] - hot) / len(X)
    da = np.where(a > 0, ds.dot(params["W2"].T), 0.0)
    dX = da.dot(params["W1"].T)
    dp = {"W1": a.T.dot(X).T * 0, "b1": da.sum(0), "W2": h.T.dot(ds), "b2": ds.sum(0)}
    dp["W1"] = X.T.dot(da)
    for name in ("W1", "W2"):
        dp[name] = dp[name] + reg * params[name]
    return dX, dp


# ---------------------------------------------------------------- max pooling, reshaped and in windows
def max_pool(x, size):
    N, C, H, W = x.shape
    xr = x.reshape(N, C, H // size, size, W // size, size)
    out = xr.max(axis=3).max(axis=4)
    return out


def max_pool__no_mask(dout, x, size):
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for r in range(H // size):
        for c in range(W // size):
            window = x[:, :, r * size : (r + 1) * size, c * size : (c + 1) * size]
            m = window.max(axis=(2, 3), keepdims=True)
            up = dout[:, :, r, c][:, :, None, None]
            g = up * m  #! mask|local_gradient|wrong_variable|unknown
            rows, columns = slice(r * size, (r + 1) * size), slice(c * size, (c + 1) * size)
            dx[:, :, rows, columns] = g
    return dx


def max_pool__repeat(dout, x, size):
    up = dout.repeat(size, axis=2).repeat(size, axis=3)
    out = max_pool(x, size)
    dx = up * (x >= out.max())  #! mask|wrong_variable
    return dx


def max_pool_right__repeat(dout, x, size):
    out = max_pool(x, size)
    big = out.repeat(size, axis=2).repeat(size, axis=3)
    return (x == big) * dout.repeat(size, axis=2).repeat(size, axis=3)


def max_pool_right__argmax(dout, x, size):
    N, C, H, W = x.shape
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for r in range(H // size):
                for s in range(W // size):
                    win = x[n, c, r * size : (r + 1) * size, s * size : (s + 1) * size]
                    u, v = np.unravel_index(np.argmax(win), win.shape)
                    dx[n, c, r * size + u, s * size + v] += dout[n, c, r, s]
    return dx


# ---------------------------------------------------------------- relu and dropout with dx written in place
def leaky(x, slope):
    return np.where(x > 0, x, slope * x)


def leaky__of_dout(dout, x, slope):
    dx = dout
    dx[x <= 0] *= slope  #! changed_in_place
    return dx


def leaky__mask_order(dout, x, slope):
    dx = dout.copy()
    x[x <= 0] = slope  #! changed_in_place|forward_overwritten
    x[x > 0] = 1
    return dx * x


def leaky_right__in_place(dout, x, slope):
    dx = np.array(dout)
    dx[x <= 0] *= slope
    return dx


def leaky_right__out(dout, x, slope):
    d = np.full_like(x, slope)
    np.putmask(d, x > 0, 1)
    np.multiply(d, dout, out=d)
    return d


# ---------------------------------------------------------------- a sequence, backwards through time
def rnn(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, b.size))
    prev = h0
    for t in range(T):
        prev = np.tanh(x[:, t] @ Wx + prev @ Wh + b)
        h[:, t] = prev
    return h, (x, h0, Wx, Wh, b, h)


def rnn__forwards(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    N, T, D = x.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev = np.zeros_like(h0)
    for t in range(T):  #! backwards
        prev = h[:, t - 1] if t > 0 else h0
        da = (dh[:, t] + dprev) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += prev.T @ da
        db += da.sum(axis=0)
        dprev = da @ Wh.T
    return dx, dprev, dWx, dWh, db


def rnn__last_state(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    N, T, D = x.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev = np.zeros_like(h0)
    for t in reversed(range(T)):
        da = (dh[:, t] + dprev) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += h[:, t - 1].T @ da  #! wraps_around
        db += da.sum(axis=0)
        dprev = da @ Wh.T
    return dx, dprev, dWx, dWh, db


def rnn__weights_of_last(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    N, T, D = x.shape
    dx = np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev = 0
    for t in range(T - 1, -1, -1):
        prev = h0 if t == 0 else h[:, t - 1]
        da = (dh[:, t] + dprev) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx = x[:, t].T @ da  #! overwritten|overlapping
        dWh += prev.T @ da
        db += da.sum(axis=0)
        dprev = da @ Wh.T
    return dx, dprev, dWx, dWh, db


def rnn_right__stacked(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    N, T, D = x.shape
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    das = []
    carry = np.zeros_like(h0)
    for t in range(T)[::-1]:
        das.insert(0, (dh[:, t] + carry) * (1 - h[:, t] * h[:, t]))
        carry = das[0].dot(Wh.T)
    da = np.stack(das, axis=1)
    flat = da.reshape(N * T, -1)
    return (
        da @ Wx.T,
        carry,
        x.reshape(N * T, D).T @ flat,
        before.reshape(N * T, -1).T @ flat,
        flat.sum(axis=0),
    )


def normal(*shape):
    return RNG.normal(size=shape)


EXAMPLES = {
    "conv": (normal(2, 3, 5, 4), normal(2, 3, 3, 3), normal(2), 1, 1),
    "softmax_reg": (normal(4, 3), normal(5, 4), np.array([0, 2, 2, 1, 0]), 0.3),
    "layernorm": (normal(4, 5), normal(5), normal(5)),
    "lstm_step": (normal(3, 4), normal(3, 2), normal(3, 2), normal(4, 8), normal(2, 8), normal(8)),
    "attention": (normal(5, 4), *(normal(4, 4) for _ in range(4)), 2),
    "two_layers": (
        normal(5, 4),
        {"W1": normal(4, 6), "b1": normal(6), "W2": normal(6, 3), "b2": normal(3)},
        np.array([0, 2, 1, 1, 0]),
        0.4,
    ),
    "max_pool": (normal(2, 2, 4, 6), 2),
    "leaky": (normal(3, 4), 0.1),
    "rnn": (normal(2, 3, 4), normal(2, 3), normal(4, 3), normal(3, 3), normal(3)),
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

"""Steps, loops and windows, as students write them."""

import numpy as np

RNG = np.random.default_rng(15)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    z = x @ Wx + prev_h @ Wh + b
    next_h = np.tanh(z)
    return next_h, (x, prev_h, Wx, Wh, b, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b, next_h = cache
    dz = (1 - next_h**2) * dnext_h
    dx = dz @ Wx.T
    dprev_h = dz @ Wh.T
    dWx = x.T @ dz
    dWh = prev_h.T @ dz
    db = dz.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    hs = np.zeros((N, T, h0.shape[1]))
    h = h0
    for t in range(T):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        hs[:, t] = h
    return hs, (x, h0, Wx, Wh, b, hs)


def rnn_backward(dhs, cache):
    x, h0, Wx, Wh, b, hs = cache
    N, T, D = x.shape
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dh_next = np.zeros_like(h0)
    for t in reversed(range(T)):
        prev = hs[:, t - 1] if t > 0 else h0
        dh = dhs[:, t] + dh_next
        dz = (1 - hs[:, t] ** 2) * dh
        dx[:, t] = dz @ Wx.T
        dWx += x[:, t].T @ dz
        dWh += prev.T @ dz
        db += dz.sum(axis=0)
        dh_next = dz @ Wh.T
    return dx, dh_next, dWx, dWh, db


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    i = 1 / (1 + np.exp(-a[:, :H]))
    f = 1 / (1 + np.exp(-a[:, H : 2 * H]))
    o = 1 / (1 + np.exp(-a[:, 2 * H : 3 * H]))
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, tc)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b, i, f, o, g, tc = cache
    do = dnext_h * tc
    dtc = dnext_h * o
    dc = dnext_c + dtc * (1 - tc**2)
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    dai = i * (1 - i) * di
    daf = f * (1 - f) * df
    dao = o * (1 - o) * do
    dag = (1 - g**2) * dg
    da = np.hstack((dai, daf, dao, dag))
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def smoother_forward(x, alpha):
    T = x.shape[0]
    s = np.zeros_like(x)
    s[0] = x[0]
    for t in range(1, T):
        s[t] = alpha * x[t] + (1 - alpha) * s[t - 1]
    return s, (x, alpha, s)


def smoother_backward(dout, cache):
    x, alpha, s = cache
    T = x.shape[0]
    dx = np.zeros_like(x)
    dalpha = 0.0
    ds = dout.copy()
    for t in reversed(range(1, T)):
        dx[t] += alpha * ds[t]
        dalpha += np.sum((x[t] - s[t - 1]) * ds[t])
        ds[t - 1] += (1 - alpha) * ds[t]
    dx[0] += ds[0]
    return dx, dalpha


def horner_forward(c, x):
    y = np.zeros_like(x)
    steps = []
    for k in range(len(c)):
        steps.append(y)
        y = y * x + c[k]
    return y, (c, x, steps)


def horner_backward(dout, cache):
    c, x, steps = cache
    dc = np.zeros_like(c)
    dx = np.zeros_like(x)
    dy = dout
    for k in reversed(range(len(c))):
        dc[k] = np.sum(dy)
        dx += steps[k] * dy
        dy = dy * x
    return dc, dx


def conv1d_forward(x, w, b):
    K = w.shape[0]
    L = x.shape[0] - K + 1
    out = np.zeros(L)
    for i in range(L):
        out[i] = np.sum(x[i : i + K] * w) + b
    return out, (x, w, b)


def conv1d_backward(dout, cache):
    x, w, b = cache
    K = w.shape[0]
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    for i in range(dout.shape[0]):
        dx[i : i + K] += w * dout[i]
        dw += x[i : i + K] * dout[i]
    db = np.sum(dout)
    return dx, dw, db


def conv_forward(x, w, b, pad):
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xpad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = H + 2 * pad - HH + 1, W + 2 * pad - WW + 1
    out = np.zeros((N, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            win = xpad[:, :, i : i + HH, j : j + WW]
            out[:, :, i, j] = np.tensordot(win, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, pad, xpad)


def conv_backward(dout, cache):
    x, w, b, pad, xpad = cache
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    dxpad = np.zeros_like(xpad)
    dw = np.zeros_like(w)
    db = dout.sum(axis=(0, 2, 3))
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            d = dout[:, :, i, j]
            win = xpad[:, :, i : i + HH, j : j + WW]
            dw += np.tensordot(d.T, win, axes=1)
            dxpad[:, :, i : i + HH, j : j + WW] += np.tensordot(d, w, axes=1)
    dx = dxpad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


def max_pool_forward(x, size):
    H, W = x.shape
    out = np.zeros((H - size + 1, W - size + 1))
    for i in range(H - size + 1):
        for j in range(W - size + 1):
            out[i, j] = np.max(x[i : i + size, j : j + size])
    return out, (x, size)


def max_pool_backward(dout, cache):
    x, size = cache
    dx = np.zeros_like(x)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            window = x[i : i + size, j : j + size]
            mask = window == np.max(window)
            dx[i : i + size, j : j + size] += mask * dout[i, j]
    return dx


def attention_forward(q, k, v):
    D = q.shape[1]
    scores = q @ k.T / np.sqrt(D)
    e = np.exp(scores)
    p = e / np.sum(e, axis=1, keepdims=True)
    out = p @ v
    return out, (q, k, v, p)


def attention_backward(dout, cache):
    q, k, v, p = cache
    D = q.shape[1]
    dv = p.T @ dout
    dp = dout @ v.T
    dscores = p * (dp - np.sum(dp * p, axis=1, keepdims=True))
    dq = dscores @ k / np.sqrt(D)
    dk = dscores.T @ q / np.sqrt(D)
    return dq, dk, dv


def quadratic_forward(x, A):
    y = A @ x
    f = x @ y
    return f, (x, A, y)


def quadratic_backward(dout, cache):
    x, A, y = cache
    dx = y * dout
    dy = x * dout
    dA = np.outer(dy, x)
    dx += A.T @ dy
    return dx, dA


def kernel_forward(x, c, gamma):
    diff = x - c
    d2 = np.sum(diff**2, axis=1)
    k = np.exp(-gamma * d2)
    return k, (x, c, gamma, diff, d2, k)


def kernel_backward(dout, cache):
    x, c, gamma, diff, d2, k = cache
    dd2 = -gamma * k * dout
    dgamma = -np.sum(d2 * k * dout)
    ddiff = 2 * diff * dd2[:, np.newaxis]
    dx = ddiff
    dc = -np.sum(ddiff, axis=0)
    return dx, dc, dgamma


def decay_forward(t, y, a, k):
    e = np.exp(-k * t)
    m = a * e
    r = m - y
    sse = np.sum(r**2)
    return sse, (t, y, a, k, e, m, r)


def decay_backward(dout, cache):
    t, y, a, k, e, m, r = cache
    dr = 2 * r * dout
    dm = dr
    dy = -dr
    da = np.sum(e * dm)
    de = a * dm
    dk = np.sum(-t * e * de)
    dt = -k * e * de
    return dt, dy, da, dk


EXAMPLES = {
    "rnn_step": (
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 5)),
        0.5 * RNG.normal(size=(3, 5)),
        0.5 * RNG.normal(size=(5, 5)),
        RNG.normal(size=5),
    ),
    "rnn": (
        RNG.normal(size=(2, 4, 3)),
        RNG.normal(size=(2, 5)),
        0.5 * RNG.normal(size=(3, 5)),
        0.5 * RNG.normal(size=(5, 5)),
        RNG.normal(size=5),
    ),
    "lstm_step": (
        RNG.normal(size=(3, 2)),
        RNG.normal(size=(3, 4)),
        RNG.normal(size=(3, 4)),
        0.5 * RNG.normal(size=(2, 16)),
        0.5 * RNG.normal(size=(4, 16)),
        RNG.normal(size=16),
    ),
    "smoother": (RNG.normal(size=(5, 3)), 0.3),
    "horner": (RNG.normal(size=4), RNG.normal(size=3)),
    "conv1d": (RNG.normal(size=7), RNG.normal(size=3), 0.4),
    "conv": (RNG.normal(size=(2, 1, 3, 4)), RNG.normal(size=(3, 1, 3, 2)), RNG.normal(size=3), 1),
    "max_pool": (RNG.normal(size=(4, 5)), 2),
    "attention": (RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3)), RNG.normal(size=(5, 2))),
    "quadratic": (RNG.normal(size=4), RNG.normal(size=(4, 4))),
    "kernel": (RNG.normal(size=(5, 3)), RNG.normal(size=3), 0.4),
    "decay": (np.linspace(0.1, 2, 6), RNG.normal(size=6), 1.3, 0.8),
}

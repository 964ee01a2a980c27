import numpy as np


def inputs(r, N):
    return r((N, 5, 4)), r((N, 5)), r((4, 5)), r((5, 5)), r(5)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    prev_h = h0
    for t in range(T):
        h[:, t, :], step_cache = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        prev_h = h[:, t, :]
        cache.append(step_cache)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x, prev_h, Wx, Wh, next_h = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(H)
    dprev_h = np.zeros_like(prev_h)
    for t in reversed(range(T)):
        # backprop prev_h = h[:, t, :] and h[:, t, :] = next_h
        dnext_h = dh[:, t, :] + dprev_h
        # backprop next_h = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dnext_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    # backprop prev_h = h0
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db

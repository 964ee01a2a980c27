import numpy as np


def inputs(r, N):
    return r((N, 4)), r((N, 5)), r((N, 5)), r((4, 20)), r((5, 20)), r(20)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    _, H = prev_h.shape
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)
    return next_h, next_c, cache


def lstm_step_backward(dout, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dnext_h, dnext_c = dout
    H = prev_h.shape[1]

    # backprop next_h = o * tanh_c
    do = tanh_c * dnext_h
    dtanh_c = o * dnext_h
    # backprop tanh_c = np.tanh(next_c)
    dnext_c = dnext_c + (1 - tanh_c**2) * dtanh_c
    # backprop next_c = f * prev_c + i * g
    df = prev_c * dnext_c
    dprev_c = f * dnext_c
    di = g * dnext_c
    dg = i * dnext_c
    # the four gates
    da = np.empty((len(x), 4 * H))
    da[:, 3 * H :] = (1 - g**2) * dg
    da[:, 2 * H : 3 * H] = (1 - o) * o * do
    da[:, H : 2 * H] = (1 - f) * f * df
    da[:, :H] = (1 - i) * i * di
    # backprop a = x.dot(Wx) + prev_h.dot(Wh) + b
    dx = da.dot(Wx.T)
    dWx = x.T.dot(da)
    dprev_h = da.dot(Wh.T)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db

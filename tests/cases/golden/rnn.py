import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    prev_h = h0
    steps = []  # what the backward pass needs of each step
    for t in range(T):
        a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        next_h = np.tanh(a)
        h[:, t] = next_h
        steps.append((prev_h, next_h))
        prev_h = next_h

    cache = (x, h0, Wx, Wh, b, T, steps)
    return h, cache


def rnn_backward(dout, cache):
    x, h0, Wx, Wh, b, T, steps = cache

    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dprev_h = np.zeros_like(h0)
    for t in reversed(range(T)):
        prev_h, next_h = steps[t]

        # backprop prev_h = next_h and h[:, t] = next_h
        dnext_h = dprev_h + dout[:, t]
        # backprop next_h = np.tanh(a)
        da = (1 - next_h**2) * dnext_h
        # backprop a = x[:, t].dot(Wx) + prev_h.dot(Wh) + b
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dprev_h = da.dot(Wh.T)
        dWh += prev_h.T.dot(da)
        db += np.sum(da, axis=0)
    # backprop prev_h = h0
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db

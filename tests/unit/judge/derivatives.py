"""A small function, and hand-written derivatives of it with one mistake each."""

import numpy as np

X, W = np.array([0.5, -1.0]), np.array([2.0, 0.3])


def bent_forward(x, w):
    s = x * w
    out = np.tanh(s) + s
    cache = (x, w, s)
    return out, cache


def of_wrong_sign(dout, cache):
    x, w, s = cache
    ds = -(2 - np.tanh(s) ** 2) * dout
    dx = ds * w
    dw = ds * x
    return dx, dw


def without_a_term(dout, cache):
    x, w, s = cache
    ds = (1 - np.tanh(s) ** 2) * dout
    dx = ds * w
    dw = ds * x
    return dx, dw


def wrong_in_the_last_line(dout, cache):
    x, w, s = cache
    ds = (2 - np.tanh(s) ** 2) * dout
    dx = ds * w
    dw = ds * w
    return dx, dw


def unpacked_in_another_order(dout, cache):
    w, x, s = cache
    ds = (2 - np.tanh(s) ** 2) * dout
    dx = ds * w
    dw = ds * x
    return dx, dw


def changed_in_place(dout, cache):
    x, w, s = cache
    dout *= 2 - np.tanh(s) ** 2
    return dout * w, dout * x


def folded_forward(x, w):
    h = x
    kept = []
    for k in range(3):
        kept.append(h)
        h = np.sin(h * w[k])
    return h, (kept, w)


def folded_forwards(dout, cache):
    kept, w = cache
    dh = dout
    dw = np.zeros(3)
    for k in range(3):
        dz = dh * np.cos(kept[k] * w[k])
        dw[k] = np.sum(dz * kept[k])
        dh = dz * w[k]
    return dh, dw


def returned_in_the_loop(dout, cache):
    kept, w = cache
    dh = dout
    dw = np.zeros(3)
    for k in reversed(range(3)):
        dz = dh * np.cos(kept[k] * w[k])
        dw[k] = np.sum(dz * kept[k])
        dh = dz * w[k]
        return dh, dw


def spread_forward(x, w):
    sample_var = np.var(x, axis=0)
    out = w / np.sqrt(sample_var + 1e-5)
    return out, (x, sample_var, w)


def of_wrong_sign_under_another_name(dout, cache):
    x, var, w = cache
    dw = dout / np.sqrt(var + 1e-5)
    dvar = 0.5 * dout * w * (var + 1e-5) ** -1.5
    dx = dvar * 2 * (x - np.mean(x, axis=0)) / x.shape[0]
    return dx, dw

import numpy as np


def inputs(r, N):
    return r((N, 3, 4)), r((4, 5)), r(5)


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    cache = x, w
    return out, cache


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    dout_flat = dout.reshape(N * T, -1)
    dx = dout_flat.dot(w.T).reshape(x.shape)
    dw = x.reshape(N * T, D).T.dot(dout_flat)
    db = np.sum(dout, axis=(0, 1))
    return dx, dw, db

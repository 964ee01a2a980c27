import numpy as np


def inputs(r, N):
    return r((N, 2, 3)), r((6, 5)), r(5)


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    out = rows.dot(w) + b
    cache = (x, w, rows)
    return out, cache


def relu_forward(x):
    out = np.maximum(0, x)
    cache = (out,)
    return out, cache


def affine_relu_forward(x, w, b):
    a, fc_cache = affine_forward(x, w, b)
    out, relu_cache = relu_forward(a)
    cache = (fc_cache, relu_cache)
    return out, cache


def affine_backward(dout, cache):
    x, w, rows = cache

    # backprop out = rows.dot(w) + b
    drows = dout.dot(w.T)
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=0)
    # backprop rows = x.reshape(x.shape[0], -1)
    dx = drows.reshape(x.shape)
    return dx, dw, db


def relu_backward(dout, cache):
    (out,) = cache

    # backprop out = np.maximum(0, x)
    dx = (out > 0) * dout
    return dx


def affine_relu_backward(dout, cache):
    fc_cache, relu_cache = cache

    # backprop out = relu_forward(a)
    da = relu_backward(dout, relu_cache)
    # backprop a = affine_forward(x, w, b)
    dx, dw, db = affine_backward(da, fc_cache)
    return dx, dw, db

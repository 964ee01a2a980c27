import numpy as np


def inputs(r, N):
    return r((N, 2, 5, 5)), {"pool_height": 3, "pool_width": 3, "stride": 2}


def max_pool_forward_naive(x, pool_param):
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    H_out = (H - pool_height) // stride + 1
    W_out = (W - pool_width) // stride + 1
    out = np.zeros((N, C, H_out, W_out))
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x[n, c, hs : hs + pool_height, ws : ws + pool_width]
                    out[n, c, i, j] = np.max(window)
    cache = (x, pool_param)
    return out, cache


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    pool_height, pool_width = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H_out, W_out = dout.shape

    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    hs, ws = i * stride, j * stride
                    window = x[n, c, hs : hs + pool_height, ws : ws + pool_width]
                    # backprop out[n, c, i, j] = np.max(window)
                    dwindow = (window == np.max(window)) * dout[n, c, i, j]
                    # backprop window = x[n, c, hs : hs + pool_height, ws : ws + pool_width]
                    dx[n, c, hs : hs + pool_height, ws : ws + pool_width] += dwindow
    return dx

"""Convolution and pooling layers with naive loops."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(
    x=randn((2, 3, 5, 5)),
    w=randn((2, 3, 3, 3)),
    b=randn(2),
    conv_param={"stride": 1, "pad": 1},
)
def conv_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride

    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top : top + HH, left : left + WW]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out


@example(x=randn((2, 3, 5, 5)), pool_param={"pool_height": 3, "pool_width": 3, "stride": 2})
def max_pool_naive(x, pool_param):
    HH, WW = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    N, C, H, W = x.shape
    H_out = 1 + (H - HH) // stride
    W_out = 1 + (W - WW) // stride

    out = np.zeros((N, C, H_out, W_out))
    for n in range(N):
        for c in range(C):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    # windows overlap where the stride is smaller than the window
                    window = x[n, c, top : top + HH, left : left + WW]
                    out[n, c, i, j] = np.max(window)
    return out


def relu(x):
    out = np.maximum(0, x)
    return out


@example(
    x=randn((2, 3, 4, 4)),
    w=randn((2, 3, 3, 3)),
    b=randn(2),
    conv_param={"stride": 1, "pad": 1},
    pool_param={"pool_height": 2, "pool_width": 2, "stride": 2},
)
def conv_relu_pool(x, w, b, conv_param, pool_param):
    a = conv_naive(x, w, b, conv_param)
    s = relu(a)
    out = max_pool_naive(s, pool_param)
    return out

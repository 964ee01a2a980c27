import numpy as np


def conv_naive_forward(x, w, b, conv_param):
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

    cache = (w, b, stride, pad, N, H, W, F, HH, WW, H_out, W_out, x_pad)
    return out, cache


def conv_naive_backward(dout, cache):
    w, b, stride, pad, N, H, W, F, HH, WW, H_out, W_out, x_pad = cache

    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    top, left = i * stride, j * stride
                    window = x_pad[n, :, top : top + HH, left : left + WW]

                    # backprop out[n, f, i, j] = np.sum(window * w[f]) + b[f]
                    dwindow = w[f] * dout[n, f, i, j]
                    dw[f] += window * dout[n, f, i, j]
                    db[f] += dout[n, f, i, j]
                    # backprop window = x_pad[n, :, top : top + HH, left : left + WW]
                    dx_pad[n, :, top : top + HH, left : left + WW] += dwindow
    # backprop x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db

import numpy as np


def inputs(r, N):
    return r((N, 3)), {"mode": "train", "p": 0.6, "seed": 1}


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])
    mask = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    else:
        out = x
    cache = (mode, mask)
    return out, cache


def dropout_backward(dout, cache):
    mode, mask = cache

    if mode == "train":
        # backprop out = x * mask
        dx = mask * dout
    else:
        # backprop out = x
        dx = dout.copy()
    return dx

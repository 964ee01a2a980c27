import numpy as np


def inputs(r, N):
    return r((N, 6, 3, 2)), r((1, 6, 1, 1)), r((1, 6, 1, 1)), 3, {}


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    x_group = x.reshape(N, G, C // G, H, W)
    mean = x_group.mean(axis=(2, 3, 4), keepdims=True)
    var = x_group.var(axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(var + eps)
    x_norm = ((x_group - mean) / std).reshape(N, C, H, W)
    out = gamma * x_norm + beta
    cache = (x_norm, std, gamma, G)
    return out, cache


def spatial_groupnorm_backward(dout, cache):
    x_norm, std, gamma, G = cache
    N, C, H, W = dout.shape
    M = C // G * H * W

    # backprop out = gamma * x_norm + beta
    dgamma = np.sum(dout * x_norm, axis=(0, 2, 3), keepdims=True)
    dbeta = np.sum(dout, axis=(0, 2, 3), keepdims=True)
    dxhat = (dout * gamma).reshape(N, G, C // G, H, W)
    # backprop xhat = (x_group - mean) / std
    xhat = x_norm.reshape(N, G, C // G, H, W)
    dnum = dxhat / std
    dstd = -np.sum(dxhat * xhat, axis=(2, 3, 4), keepdims=True) / std
    # the variance and the mean
    dvar = 0.5 / std * dstd
    dmean = -np.sum(dnum, axis=(2, 3, 4), keepdims=True)
    dx_group = dnum + 2 / M * xhat * std * dvar + dmean / M
    dx = dx_group.reshape(N, C, H, W)
    return dx, dgamma, dbeta

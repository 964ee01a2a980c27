import numpy as np


def batchnorm_forward(x, gamma, beta):
    eps = 1e-5
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu**2, axis=0)
    std = np.sqrt(var + eps)
    xhat = xmu / std
    out = gamma * xhat + beta

    cache = (gamma, xmu, std, xhat)
    return out, cache


def batchnorm_backward(dout, cache):
    gamma, xmu, std, xhat = cache
    N = dout.shape[0]

    # backprop out = gamma * xhat + beta
    dgamma = np.sum(xhat * dout, axis=0)  # gamma and beta were broadcast over the batch
    dbeta = np.sum(dout, axis=0)
    dxhat = gamma * dout
    # backprop xhat = xmu / std
    dxmu = dxhat / std
    dstd = np.sum(-xhat / std * dxhat, axis=0)
    # backprop std = np.sqrt(var + eps)
    dvar = 0.5 / std * dstd
    # backprop var = np.mean(xmu**2, axis=0)
    dxmu += 2 * xmu * dvar / N  # += : xmu forks
    # backprop xmu = x - mu
    dx = dxmu
    dmu = -np.sum(dxmu, axis=0)
    # backprop mu = np.mean(x, axis=0)
    dx += dmu / N  # += : x forks
    return dx, dgamma, dbeta

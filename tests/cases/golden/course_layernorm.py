import numpy as np


def inputs(r, N):
    return r((N, 3)), r(3), r(3), {}


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    xmu = x - mu
    std = np.sqrt(var + eps)
    xhat = xmu / std
    out = gamma * xhat + beta
    cache = (gamma, xmu, std, xhat)
    return out, cache


def layernorm_backward(dout, cache):
    gamma, xmu, std, xhat = cache
    D = dout.shape[1]

    # backprop out = gamma * xhat + beta
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = gamma * dout
    # backprop xhat = xmu / std
    dxmu = dxhat / std
    dstd = -np.sum(xhat * dxhat, axis=1, keepdims=True) / std
    # backprop std = np.sqrt(var + eps)
    dvar = 0.5 / std * dstd
    # backprop xmu = x - mu
    dx = dxmu
    dmu = -np.sum(dxmu, axis=1, keepdims=True)
    # backprop var = np.var(x, axis=1, keepdims=True)
    dx += 2 * xmu * dvar / D  # += : x forks
    # backprop mu = np.mean(x, axis=1, keepdims=True)
    dx += dmu / D
    return dx, dgamma, dbeta

import numpy as np


def inputs(r, N):
    return r((N, 3)), r(3), r(3), {"mode": "train"}


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    N, D = x.shape
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    if mode == "train":
        mu = np.mean(x, axis=0)
        xmu = x - mu
        var = np.mean(xmu**2, axis=0)
        std = np.sqrt(var + eps)
        xhat = xmu / std
        out = gamma * xhat + beta
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    elif mode == "test":
        std = np.sqrt(running_var + eps)
        xmu = x - running_mean
        xhat = xmu / std
        out = gamma * xhat + beta
    else:
        raise ValueError(f"unknown mode {mode}")

    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    cache = (mode, gamma, xmu, std, xhat)
    return out, cache


def batchnorm_backward(dout, cache):
    mode, gamma, xmu, std, xhat = cache
    N = dout.shape[0]

    if mode == "train":
        # backprop out = gamma * xhat + beta
        dgamma = np.sum(xhat * dout, axis=0)
        dbeta = np.sum(dout, axis=0)
        dxhat = gamma * dout
        # backprop xhat = xmu / std
        dxmu = dxhat / std
        dstd = -np.sum(xhat * dxhat, axis=0) / std
        # backprop std = np.sqrt(var + eps)
        dvar = 0.5 / std * dstd
        # backprop var = np.mean(xmu**2, axis=0)
        dxmu += 2 * xmu * dvar / N  # += : xmu forks
        # backprop xmu = x - mu
        dx = dxmu
        dmu = -np.sum(dxmu, axis=0)
        # backprop mu = np.mean(x, axis=0)
        dx += dmu / N  # += : x forks
    else:
        # backprop out = gamma * xhat + beta
        dgamma = np.sum(xhat * dout, axis=0)
        dbeta = np.sum(dout, axis=0)
        dxhat = gamma * dout
        # backprop xhat = xmu / std
        dxmu = dxhat / std
        # backprop xmu = x - running_mean
        dx = dxmu
    return dx, dgamma, dbeta

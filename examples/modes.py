"""Layers that behave differently at training and at test time."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


def bn_inputs():
    """Returns x, gamma, beta and the parameters of batch normalization at training time."""
    bn_param = {"mode": "train", "running_mean": randn(5), "running_var": 1 + randn(5) ** 2}
    return 5 * randn((4, 5)) + 12, randn(5), randn(5), bn_param


@example(bn_inputs)
def batchnorm_modes(x, gamma, beta, bn_param):
    eps, momentum = 1e-5, 0.9
    running_mean, running_var = bn_param["running_mean"], bn_param["running_var"]
    if bn_param["mode"] == "train":
        mu = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        running_mean = momentum * running_mean + (1 - momentum) * mu
        running_var = momentum * running_var + (1 - momentum) * var
    else:
        mu = running_mean
        var = running_var
    xhat = (x - mu) / np.sqrt(var + eps)
    out = gamma * xhat + beta
    return out, running_mean, running_var


@example(4 * randn((2, 6, 3, 3)) + 10, randn((1, 6, 1, 1)), randn((1, 6, 1, 1)), 2)
def spatial_groupnorm(x, gamma, beta, G):
    eps = 1e-5
    N, C, H, W = x.shape
    groups = x.reshape(N * G, -1)  # one row per example and group
    mu = np.mean(groups, axis=1, keepdims=True)
    var = np.var(groups, axis=1, keepdims=True)
    xhat = ((groups - mu) / np.sqrt(var + eps)).reshape(N, C, H, W)
    out = gamma * xhat + beta
    return out


@example(randn((3, 4)), {"mode": "train", "p": 0.5, "seed": 123})
def dropout_modes(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if mode == "train":
        rng = np.random.default_rng(dropout_param["seed"])
        mask = (rng.random(x.shape) < p) / p
        out = x * mask
    else:
        out = x
    return out

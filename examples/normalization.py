"""Normalization layers in training mode."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=5 * randn((4, 5)) + 12, gamma=randn(5), beta=randn(5))
def batchnorm(x, gamma, beta):
    eps = 1e-5
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu**2, axis=0)
    std = np.sqrt(var + eps)
    xhat = xmu / std
    out = gamma * xhat + beta
    return out


@example(x=5 * randn((4, 5)) + 12, gamma=randn(5), beta=randn(5))
def batchnorm_compact(x, gamma, beta):
    xhat = (x - np.mean(x, axis=0)) / np.sqrt(np.var(x, axis=0) + 1e-5)
    return gamma * xhat + beta


@example(x=5 * randn((4, 3)) + 12, gamma=randn(3), beta=randn(3))
def layernorm(x, gamma, beta):
    eps = 1e-5
    mu = np.mean(x, axis=1, keepdims=True)
    xmu = x - mu
    var = np.mean(xmu**2, axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = xmu / std
    out = gamma * xhat + beta
    return out


@example(x=4 * randn((2, 3, 4, 5)) + 10, gamma=randn(3), beta=randn(3))
def spatial_batchnorm(x, gamma, beta):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(N * H * W, C)  # one row per pixel
    normalized = batchnorm(rows, gamma, beta)
    out = normalized.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out

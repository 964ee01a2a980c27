"""The layers of a fully connected net."""

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=randn((10, 2, 3)), w=randn((6, 5)), b=randn(5))
def affine(x, w, b):
    N = x.shape[0]
    rows = x.reshape(N, -1)  # one row per example
    out = rows.dot(w) + b
    return out


@example(x=randn((10, 5)))
def relu(x):
    out = np.maximum(0, x)
    return out


@example(x=randn((10, 2, 3)), w=randn((6, 5)), b=randn(5))
def affine_relu(x, w, b):
    a = affine(x, w, b)
    out = relu(a)
    return out


@example(x=randn((10, 5)))
def sigmoid(x):
    out = 1.0 / (1 + np.exp(-x))
    return out


@example(x=randn((10, 5)), mask=randn((10, 5)) < 0.5, p=0.7)
def dropout(x, mask, p):
    out = x * mask / p  # inverted dropout: nothing to do at test time
    return out


@example(x=randn((2, 3, 4)), w=randn((4, 5)), b=randn(5))
def temporal_affine(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    return out

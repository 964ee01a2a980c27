"""A module of ordinary functions and constants, imported by the functions of `calls.py`."""

import math

import numpy as np

SCALE = 0.5
SHIFT = np.array([0.1, -0.2, 0.3])


def sigmoid(z):
    """The sigmoid, in one line."""
    return 1.0 / (1 + np.exp(-z))


def scalar_sigmoid(z):
    return 1.0 / (1 + math.exp(-z))


def relu(x):
    return np.maximum(0, x)


def affine(x, w, b):
    out = x.dot(w) + b
    return out


def normalized(x, eps=1e-5):
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** 2, axis=0)
    return (x - mu) / np.sqrt(var + eps)


def scaled(x):
    return x * SCALE + SHIFT


def pair(x, y):
    h = x * y
    return h, h + x


def deep(x):
    return sigmoid(normalized(x)) * scaled(x)

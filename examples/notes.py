"""The functions and the gates of the backprop notes."""

import math

import numpy as np

from codegen import example

randn = np.random.default_rng(231).standard_normal


@example(x=-2.0, y=5.0, z=-4.0)
def compound(x, y, z):
    q = x + y
    f = q * z
    return f


@example(w=[2.0, -3.0, -3.0], x=[-1.0, -2.0])
def sigmoid_neuron(w, x):
    dot = w[0] * x[0] + w[1] * x[1] + w[2]
    f = 1.0 / (1 + math.exp(-dot))  # sigmoid function
    return f


@example(x=3.0, y=-4.0)
def staged(x, y):
    sigy = 1.0 / (1 + math.exp(-y))  # sigmoid in numerator
    num = x + sigy  # numerator
    sigx = 1.0 / (1 + math.exp(-x))  # sigmoid in denominator
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr  # denominator
    invden = 1.0 / den
    f = num * invden  # done!
    return f


def sigmoid(x):
    return 1.0 / (1 + math.exp(-x))


@example(x=3.0, y=-4.0)
def staged_compact(x, y):
    return (x + sigmoid(y)) / (sigmoid(x) + (x + y) ** 2)


@example(x=3.0, y=-4.0, z=2.0, w=-1.0)
def patterns(x, y, z, w):
    return 2 * (x * y + max(z, w))


@example(W=randn((5, 10)), X=randn((10, 3)))
def matrix_multiply(W, X):
    D = W.dot(X)
    return D


@example(x=4.0, y=-3.0)
def add(x, y):
    return x + y


@example(x=4.0, y=-3.0)
def multiply(x, y):
    return x * y


@example(x=4.0, y=2.0)
def maximum(x, y):
    return max(x, y)


@example(x=2.0)
def reciprocal(x):
    return 1 / x


@example(x=-2.0)
def shift(x):
    c = 3
    return c + x


@example(x=1.0)
def exp(x):
    return math.exp(x)


@example(x=-2.0)
def scale(x):
    a = -1
    return a * x

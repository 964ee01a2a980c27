"""Networks that hold their parameters twice, in a dict and in their layers: what a method does not read has sizes of its own."""

import numpy as np

from tests.cases import case, normal

r = normal(37)


def softmax(x):
    if x.ndim == 2:
        x = x - np.max(x, axis=1, keepdims=True)
        return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))


def cross_entropy(y, t):
    # the side of a single row is reached by force alone, where rows of labels repeat
    if y.ndim == 1:
        t = t.reshape(1, t.size)
        y = y.reshape(1, y.size)
    if t.size == y.size:
        t = t.argmax(axis=1)
    batch_size = y.shape[0]
    return -np.sum(np.log(y[np.arange(batch_size), t] + 1e-7)) / batch_size


class Affine:
    def __init__(self, W, b):
        self.W, self.b, self.x = W, b, None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out


class SoftmaxWithLoss:
    def __init__(self):
        self.y, self.t = None, None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        return cross_entropy(self.y, self.t)


class Net:
    def __init__(self, inside, hidden, outside):
        self.params = {"W1": r(inside, hidden), "b1": r(hidden)}
        self.params |= {"W2": r(hidden, outside), "b2": r(outside)}
        self.layers = {
            "first": Affine(self.params["W1"], self.params["b1"]),
            "between": Sigmoid(),
            "last": Affine(self.params["W2"], self.params["b2"]),
        }
        self.last_layer = SoftmaxWithLoss()

    def loss(self, x, t):
        for layer in self.layers.values():
            x = layer.forward(x)
        return self.last_layer.forward(x, t)


case(Net(4, 5, 3).loss, (r(2, 4), np.array([0, 2])), other=[(r(5, 4), np.array([0, 2, 1, 1, 0]))])

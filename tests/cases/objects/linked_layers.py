"""Layers that know the one before them; the object that a loop leaves behind in its variable."""

import numpy as np

from tests.cases import case, uniform

u = uniform(977)


class Given:
    """The first layer: it has no attributes before it is called."""

    def forward(self, x):
        self.output = x


class Dense:
    def __init__(self, n, m):
        self.W, self.b = u(n, m) - 0.5, u(m)

    def forward(self, x):
        self.inputs = x
        self.output = x @ self.W + self.b


class ReLU:
    def forward(self, x):
        self.output = np.maximum(0, x)


class Net:
    def __init__(self, *layers):
        self.given, self.layers = Given(), list(layers)
        for k, layer in enumerate(layers):
            layer.previous = layers[k - 1] if k else self.given
        self.last = layers[-1]
        self.trained = [layer for layer in layers if hasattr(layer, "W")]

    def forward(self, x):
        self.given.forward(x)
        for layer in self.layers:
            layer.forward(layer.previous.output)
        return layer.output

    def loss(self, x):
        out = self.forward(x)
        decay = 0.0
        for layer in self.trained:
            decay += np.sum(layer.W * layer.W)
        return np.mean((out - self.last.output / 2) ** 2) + 0.1 * decay


def linked(net, x):
    return net.forward(x)


def decayed(net, x):
    return net.loss(x)


weights = ("net.layers[0].W", "net.layers[2].W", "x")
case(linked, (Net(Dense(3, 4), ReLU(), Dense(4, 2)), u(5, 3)), wrt=weights)
case(decayed, (Net(Dense(3, 4), ReLU(), Dense(4, 2)), u(5, 3)), wrt=weights)


def counted(net, x):
    for k, layer in enumerate(net.layers):
        layer.forward(x)
        x = layer.output
    return layer.output * k


def backwards(net, x):
    for layer in reversed(net.layers):
        x = x * np.sum(layer.W)
    y = x * layer.b[0]
    for layer in net.layers:
        y = y + np.sum(layer.b)
    return y * layer.b[-1]


def asked_behind(net, x):
    for layer in net.layers:
        layer.forward(x)
        x = layer.output
    if np.sum(layer.b) > 0:
        x = x * layer.b
    return x


two = ("net.layers[0].W", "net.layers[0].b", "net.layers[1].b", "x")
case(counted, (Net(Dense(3, 4), ReLU()), u(5, 3)), wrt=("net.layers[0].W", "x"))
case(backwards, (Net(Dense(3, 4), Dense(4, 2)), 1.5), wrt=two)
case(asked_behind, (Net(Dense(3, 4), Dense(4, 2)), u(5, 3)), wrt=two)

"""Methods that hand out objects which their owner holds, as `parameters` of small libraries of networks do."""

import functools

import numpy as np

from tests.cases import case, normal

r = normal(4711)


class Parameter:
    def __init__(self, value):
        self.value = value


class Linear:
    def __init__(self, size, out):
        self.W, self.b = Parameter(r(size, out)), Parameter(r(out))

    def __call__(self, x):
        return x @ self.W.value + self.b.value

    def parameters(self):
        """The matrix and the vector."""
        return [self.W, self.b]


class Relu:
    def __call__(self, x):
        return np.maximum(x, 0)

    def parameters(self):
        return []


def squares(parameters):
    return sum(np.sum(p.value**2) for p in parameters) / len(parameters)


def shrunk(parameters, factor):
    for p in parameters:
        p.value = p.value * factor
    return parameters[0].value


def one_more(parameters, other):
    parameters.append(other)
    return sum(np.sum(p.value) for p in parameters)


class Network:
    def __init__(self):
        self.layers, self.scale = [Linear(3, 4), Relu(), Linear(4, 2)], Parameter(2.0)

    def parameters(self):
        found = []
        for layer in self.layers:
            found += layer.parameters()
        found.append(self.scale)
        return found

    def each(self):
        for layer in self.layers:
            yield from layer.parameters()

    def loss(self, x, y, reg):
        for layer in self.layers:
            x = layer(x)
        penalty = 0.0
        for p in self.parameters():
            penalty += np.sum(p.value**2)
        return np.mean((x * self.scale.value - y) ** 2) + reg * penalty

    def size(self):
        squares = sum(np.sum(p.value**2) for layer in self.layers for p in layer.parameters())
        return np.sqrt(squares) + sum(np.max(p.value) for p in self.each())

    def step(self, rate, top):
        norm = np.sqrt(sum(np.sum(p.value**2) for p in self.parameters()))
        for p in self.parameters():
            p.value = p.value - rate * p.value * np.minimum(1.0, top / norm)

    def rebound(self, x, trips):
        self.scale = Parameter(x)
        for _ in range(trips):
            for i, p in enumerate(self.parameters()):
                x = x + np.sum(p.value) * (i + 1)
        return x

    def turned(self, x):
        self.layers = self.layers[::-1]
        for i, p in enumerate(self.parameters()):
            x = x + (i + 1) * np.sum(p.value)
        return x

    def by_place(self, rates):
        found = self.parameters()
        for i in range(len(found)):
            found[i].value = found[i].value - rates[i] * found[i].value ** 2
        return np.sum(found[0].value) * found[-1].value + sum(np.sum(p.value) for p in found[1:])

    def put_together(self, x):
        named = {"scale": self.scale}
        found = []
        for layer in self.layers:
            for p in layer.parameters():
                found.append(p)
        found += [self.scale]
        firsts = [layer.W for layer in (self.layers[0], self.layers[2])]
        x = sum(np.sum(p.value**2) for p in found) * x + len(found)
        return x * np.sum(firsts[1].value) + named["scale"].value

    def handed_on(self, x):
        found = [self.layers[0].W, self.scale]
        return squares(self.parameters()) * x + squares(found) + shrunk([self.scale], x)

    def grown_there(self, x):
        return x * one_more([self.layers[0].W], self.scale)

    def reduced(self, x):
        return functools.reduce(lambda h, layer: layer(h), self.layers, x)

    def renewed(self, x):
        found = [self.layers[0].W, self.scale]
        self.scale = Parameter(x)
        return np.sum(found[0].value) * found[1].value * self.scale.value


case(Network().by_place, (r(5),), other=[(r(5),)])
case(Network().put_together, (2.0,), other=[(3.0,)])
case(Network().handed_on, (2.0,), other=[(3.0,)])
case(Network().grown_there, (2.0,), refused="the object self is used as a whole")
case(Network().reduced, (r(5, 3),), other=[(r(2, 3),)])
case(Network().renewed, (2.0,), other=[(-0.7,)])
case(Network().turned, (2.0,), refused="the object self is used as a whole")
case(Network().loss, (r(5, 3), r(5, 2), 0.1), other=[(r(2, 3), r(2, 2), 0.3)])
case(Network().size)
case(Network().step, (0.1, 1.0), other=[(0.2, 100.0)])
case(Network().rebound, (0.5, 2), other=[(0.3, 0), (1.5, 3)])


class Bare(Network):
    def parameters(self):
        return [self.scale]


def penalized(x, network, reg):
    """What an object of another class hands out is read there, where the object has no gradient."""
    return np.sum(x**2) + reg * sum(np.sum(p.value**2) for p in network.parameters())


case(penalized, (r(3), Network(), 0.1), other=[(r(2), Bare(), 0.3)])

"""Networks of single neurons and of parts that hold parts, as small courses write them."""

import functools
import math

import numpy as np

from tests.cases import case, uniform

u = uniform(431)


class Neuron:
    def __init__(self, count, seed):
        rng = np.random.default_rng(seed)
        self.w = list(rng.uniform(-1, 1, count))
        self.b = 0.2

    def __call__(self, x):
        return math.tanh(sum(wi * xi for wi, xi in zip(self.w, x)) + self.b)


class Layer:
    def __init__(self, count, width):
        self.neurons = [Neuron(count, k) for k in range(width)]

    def __call__(self, x):
        outs = [n(x) for n in self.neurons]
        return outs[0] if len(outs) == 1 else outs


class Perceptron:
    def __init__(self):
        self.layers = [Layer(2, 3), Layer(3, 1)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


case(Perceptron().__call__, ([0.3, -0.4],), other=[([0.1, 0.8],)], name="perceptron")


class Value:
    def __init__(self, data):
        self.data = data

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data)

    __radd__ = __add__

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data)

    def tanh(self):
        return Value(math.tanh(self.data))


def of_values(w, x, b):
    act = sum((Value(wi) * xi for wi, xi in zip(w, x)), start=Value(b))
    return act.tanh().data


case(of_values, ([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], 0.1), other=[([0.1, 0.2], [0.4, 0.5], 0.3)])


class Block:
    def __init__(self, size, gain=1.0):
        self.A, self.gain = np.eye(size) + 0.1, gain

    def __call__(self, x):
        return np.tanh(x @ self.A) * self.gain


class Stack:
    def __init__(self, *parts):
        self.parts = list(parts)

    def __getitem__(self, k):
        return self.parts[k]

    def __len__(self):
        return len(self.parts)

    def __iter__(self):
        """Give the parts one by one."""
        return iter(self.parts)

    def forward(self, x):
        h = x
        for k, part in enumerate(self):
            h = part(h)
            if k == len(self) - 2:
                h = h + x
        return h * self[0].gain


case(Stack(Block(3, 1.2), Block(3), Block(3)).forward, (u(2, 3),), other=[(u(4, 3),)], name="stack")


def counted(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        self.calls += 1
        return method(self, *args, **kwargs)

    return wrapper


class Head:
    def __init__(self):
        self.calls, self.W = 0, u(3, 2)

    @counted
    def forward(self, x, *, temperature=1.0):
        return np.tanh(x @ self.W / temperature)


case(Head().forward, (u(4, 3),), other=[(u(2, 3),)], name="counted_head")

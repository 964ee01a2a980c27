"""Objects, dataclasses, randomness, sets and mutable defaults."""

import random
from dataclasses import dataclass, field

import numpy as np

from tests.cases import Call, case, normal, uniform

r, u = normal(57), uniform(57)


@dataclass
class Layer:
    """A layer with weights."""

    W: np.ndarray
    b: np.ndarray
    name: str = "layer"
    sizes: list = field(default_factory=list)

    def __call__(self, x):
        return np.tanh(x @ self.W + self.b)

    def loss(self, x, y):
        h = self(x)
        return np.sum((h - y) ** 2)


def dataclass_argument(layer, x):
    return x @ layer.W + layer.b


LAYER = Layer(r(3, 2), r(2))
case(dataclass_argument, (LAYER, r(2, 3)), wrt=("x",))
case(dataclass_argument, (LAYER, r(2, 3)), wrt=("layer.W", "x"), name="attributes")


def calls_object(layer, x):
    return layer(x) * 2


case(calls_object, (LAYER, r(2, 3)), wrt=("x",))


def method_of_object(layer, x, y):
    return layer.loss(x, y)


case(method_of_object, (LAYER, r(2, 3), r(2, 2)), wrt=("x", "y"))
case(LAYER.loss, (r(2, 3), r(2, 2)), name="bound_method")


class Net:
    """A net of the kind assignments ask for."""

    def __init__(self, seed):
        draw = np.random.default_rng(seed)
        self.params = {"W1": draw.standard_normal((3, 4)), "W2": draw.standard_normal((4, 2))}
        self.reg = 0.1

    def loss(self, X):
        W1, W2 = self.params["W1"], self.params["W2"]
        h = np.maximum(0, X @ W1)
        return np.sum((h @ W2) ** 2) + self.reg * np.sum(W1 * W1)


def net_loss(net, X):
    return net.loss(X)


case(net_loss, (Net(0), r(2, 3)), wrt=("X",))


class Vector:
    """An array behind operators of its own."""

    def __init__(self, data):
        self.data = data

    def __mul__(self, other):
        return Vector(self.data * other.data)


def operator_overloading(x, y):
    return (Vector(x) * Vector(y)).data


case(operator_overloading, (r(3), r(3)))


def object_made_inside(x, w, b):
    layer = Layer(w, b)
    return layer(x)


case(object_made_inside, (r(2, 3), r(3, 2), r(2)))


def attribute_written(x, y):
    v = Vector(x)
    v.data = v.data * y
    return v.data * v.data


case(attribute_written, (r(3), r(3)))


def dropout_seeded(x, p, seed):
    rng = np.random.default_rng(seed)
    mask = (rng.random(x.shape) < p) / p
    return x * mask


case(dropout_seeded, (r(3, 4), 0.5, 3), wrt=("x",), other=[(r(2, 2), 0.7, 4)])


def dropout_global(x):
    mask = (np.random.rand(*x.shape) < 0.5) / 0.5
    return x * mask


case(dropout_global, (r(3, 4),), other=[(r(2, 2),)])


def noise_with_seed(x):
    np.random.seed(7)
    return x * np.random.randn(*x.shape)


case(noise_with_seed, (r(3),), other=[(r(2, 2),)])


def noise_reparametrised(mu, log_sigma, rng):
    eps = rng.standard_normal(mu.shape)
    return mu + np.exp(log_sigma) * eps


case(
    noise_reparametrised,
    (r(3), r(3), np.random.default_rng(3)),
    other=[(r(2), r(2), np.random.default_rng(4))],
)


def random_branch(x):
    if random.random() < 0.5:
        return x * 2
    return x * x


case(random_branch, (r(3),))


def unordered(x, y, z):
    total = 0.0
    for v in {1, 2, 3}:
        total = total + v * x * y
    return total * z


case(unordered, (0.5, 1.5, 2.0))


def keyword_spread(x, **options):
    settings = {"scale": 2.0, **options}
    return x * settings["scale"]


case(keyword_spread, (r(3),), {"scale": 3.0}, wrt=("x",), other=[Call(r(2), scale=1.0)])


def mutable_default(x, seen=[]):  # noqa: B006
    seen.append(1)
    return x * len(seen) / len(seen)


case(mutable_default, (r(3),))


@dataclass
class Weights:
    """Weights alone."""

    W: np.ndarray
    b: np.ndarray
    scale: float = 2.0


def dataclass_gradient(weights, x):
    h = np.tanh(x @ weights.W + weights.b)
    return h * weights.scale


case(
    dataclass_gradient, (Weights(r(3, 2), r(2)), r(2, 3)), other=[(Weights(r(2, 4), r(4)), r(3, 2))]
)


@dataclass
class TwoLayers:
    """Layers inside a dataclass."""

    first: Weights
    second: Weights


def nested_dataclass(net, x):
    h = np.tanh(x @ net.first.W + net.first.b)
    return h @ net.second.W * net.first.scale


case(nested_dataclass, (TwoLayers(Weights(r(3, 2), r(2)), Weights(r(2, 4), r(4))), r(2, 3)))


class Linear:
    """A linear layer."""

    def __init__(self, n, m, seed=0):
        draw = np.random.default_rng(seed)
        self.W = draw.standard_normal((n, m))
        self.b = np.zeros(m)
        self.n = n

    def forward(self, x):
        assert x.shape[1] == self.n
        return x @ self.W + self.b

    __call__ = forward


class MLP:
    """A net of layers."""

    def __init__(self):
        self.fc1 = Linear(3, 4, 1)
        self.fc2 = Linear(4, 2, 2)
        self.act = np.tanh

    def hidden(self, x):
        return self.act(self.fc1(x))

    def forward(self, x):
        h = self.hidden(x)
        return self.fc2.forward(h)


def mlp_input(net, x):
    return net.forward(x)


case(mlp_input, (MLP(), r(2, 3)))
case(
    mlp_input,
    (MLP(), r(2, 3)),
    name="mlp_weights",
    wrt=("net.fc1.W", "net.fc1.b", "net.fc2.W", "x"),
)


def layer_weights(layer, x):
    return layer.forward(x) ** 2


case(layer_weights, (Linear(3, 2), r(2, 3)), wrt=("layer.W", "layer.b"))
case(MLP().forward, (r(2, 3),), name="bound_forward", other=[(r(4, 3),)])


def params_of_object(net, X):
    return net.loss(X)


case(params_of_object, (Net(0), r(2, 3)), wrt=("net.params", "X"))


def integers_only(layer, n):
    return np.sum(layer.W**2) * n + layer.b[0]


case(integers_only, (Linear(3, 2), 2), other=[(Linear(2, 4), 3)])


class Counter:
    """An object that keeps what it has seen."""

    def __init__(self, momentum):
        self.momentum = momentum
        self.running = np.zeros(3)
        self.x = None

    def forward(self, x):
        self.x = x
        self.running = self.momentum * self.running + (1 - self.momentum) * x.mean(axis=0)
        return self.x - self.running


def keeps_state(counter, x):
    return counter.forward(x) * x


case(keeps_state, (Counter(0.9), r(2, 3)))


class Complex2:
    """A pair of arrays with methods that return new ones."""

    def __init__(self, re, im):
        self.re, self.im = re, im

    def times(self, other):
        re = self.re * other.re - self.im * other.im
        im = self.re * other.im + self.im * other.re
        return Complex2(re, im)

    def size(self):
        return np.sqrt(self.re**2 + self.im**2)


def value_objects(x, y):
    a = Complex2(x, y)
    b = a.times(a)
    return b.times(a).size()


case(value_objects, (r(3), r(3)))


class Base:
    """A class to inherit from."""

    def __init__(self, w):
        self.w = w

    def scaled(self, x):
        return x * self.w


class Derived(Base):
    """A class that inherits."""

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def forward(self, x):
        return super().scaled(x) + self.b


def inherited(x, w, b):
    return Derived(w, b).forward(x)


case(inherited, (r(3), r(3), r(3)))


def dataclass_made_inside(x, w):
    layer = Weights(w, b=x[0])
    return x @ layer.W * layer.scale + layer.b


case(dataclass_made_inside, (r(2, 3), r(3, 3)))

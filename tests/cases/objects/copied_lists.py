"""Lists and tuples that are made of lists of objects: `list(layers)`, `layers[:-1]`, `[*layers, last]`, also by an object that keeps one."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(613)


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def parameters(self):
        return [self.W, self.b]


class ReLU:
    def forward(self, x):
        return np.maximum(x, 0)

    def parameters(self):
        return []


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]


class Stack(Sequential):
    def __init__(self, layers):
        self.layers = list(layers)
        self.depth = len(layers)

    def add(self, layer):
        self.layers.append(layer)


class Frozen(Sequential):
    def __init__(self, layers):
        self.layers = tuple(layers)


class Copied(Sequential):
    def __init__(self, layers):
        self.layers = layers[:]


class Starred(Sequential):
    def __init__(self, layers):
        self.layers = [*layers]


def given(*names):
    return [Linear(r(3, 3), r(3)) if n else ReLU() for n in names or (1, 0, 1)]


def behind_a_star(x, W, b):
    return np.sum(Sequential(Linear(W, b), ReLU(), Linear(W.T, b))(x) ** 2)


def as_a_list(x, W, b):
    net = Stack([Linear(W, b), ReLU()])
    return net(x) * net.depth


def as_a_tuple(x, W, b):
    return Frozen((Linear(W, b), ReLU()))(x)


def as_a_slice(x, W, b):
    return Copied([Linear(W, b), ReLU()])(x)


def as_a_display(x, W, b):
    return Starred([Linear(W, b), ReLU()])(x)


def made_longer(x, W, b):
    net = Stack([Linear(W, b)])
    net.add(ReLU())
    return net(x)


def made_before(x, W, b):
    layers = [Linear(W, b)]
    layers.append(ReLU())
    return Stack(layers)(x)


def made_for_each(x, W, b):
    net = Stack([Linear(w, b) for w in (W, W.T)])
    return net(x)


def with_penalty(x, W, b):
    net = Sequential(Linear(W, b), ReLU(), Linear(W.T, b))
    return np.sum(net(x) ** 2) + 0.1 * sum(np.sum(p**2) for p in net.parameters())


for f in (behind_a_star, as_a_list, as_a_tuple, as_a_slice, as_a_display):
    case(f, (r(4, 3), r(3, 3), r(3)), other=[(r(2, 3), r(3, 3), r(3))])
for f in (made_longer, made_before, made_for_each, with_penalty):
    case(f, (r(4, 3), r(3, 3), r(3)), other=[(r(2, 3), r(3, 3), r(3))])


def kept_as_given(x, layers):
    return np.sum(Stack(layers)(x) ** 2)


def two_halves(x, layers):
    encode, decode = Stack(layers[:1]), Stack(layers[1:])
    return np.mean((decode(encode(x)) - x) ** 2)


def under_its_own_name(x, layers):
    layers = list(layers)
    for layer in layers:
        x = layer.forward(x)
    return np.sum(x**2)


def all_but_the_last(x, layers):
    hidden, last = list(layers[:-1]), layers[-1]
    for layer in hidden:
        x = np.tanh(layer.forward(x))
    return last.forward(x)


def numbered_backwards(x, layers):
    turned = layers[::-1]
    for k, layer in enumerate(turned):
        x = layer.forward(x) * (k + 1)
    return x


def one_twice(x, layers):
    layers = [*layers, layers[0]]
    for layer in layers:
        x = layer.forward(x)
    return x


def changed_through_the_copy(x, layers):
    net = Stack(layers)
    net.layers[0].W = net.layers[2].W * 2
    for layer in layers:
        x = layer.forward(x)
    return x


for f in (
    kept_as_given,
    two_halves,
    under_its_own_name,
    all_but_the_last,
    numbered_backwards,
    one_twice,
):
    case(
        f,
        (r(4, 3), given()),
        other=[(r(2, 3), given())],
        wrt=("x", "layers[0].W", "layers[2].b"),
        guarded=[raises("layers", r(4, 3), given(1, 1))],
    )
case(changed_through_the_copy, (r(4, 3), given()), wrt=("x", "layers[2].W"))


def with_a_new_one(x, layers, W, b):
    longer = [*layers, Linear(W, b)]
    for layer in longer:
        x = layer.forward(x)
    return x


def with_one_behind(x, layers, W, b):
    longer = layers + [Linear(W, b)]
    for layer in longer:
        x = layer.forward(x)
    return x


for f in (with_a_new_one, with_one_behind):
    case(
        f,
        (r(4, 3), given(), r(3, 3), r(3)),
        other=[(r(2, 3), given(), r(3, 3), r(3))],
        wrt=("x", "layers[0].W", "W", "b"),
    )


class Model:
    def __init__(self, *layers):
        self.layers = list(layers)

    def loss(self, x, y):
        hidden = self.layers[:-1]
        for layer in hidden:
            x = np.tanh(layer.forward(x))
        return np.mean((self.layers[-1].forward(x) - y) ** 2)

    def extended(self, x, W, b):
        return np.sum(Sequential(*self.layers, Linear(W, b))(x) ** 2)

    def turned(self, x):
        before = tuple(self.layers)
        self.layers.reverse()
        for layer in before:
            x = layer.forward(x)
        return x


case(Model(*given()).loss, (r(4, 3), r(4, 3)), other=[(r(2, 3), r(2, 3))])
case(Model(*given()).extended, (r(4, 3), r(3, 3), r(3)))
case(Model(*given(1, 1)).turned, (r(4, 3),), refused="several objects")


def replaced_after(x, layers):
    before = list(layers)
    layers[0] = layers[2]
    for layer in before:
        x = layer.forward(x)
    return x


def replaced_in_what_keeps(x, layers):
    net = Stack(layers)
    net.layers[0] = layers[2]
    return net(x)


for f in (replaced_after, replaced_in_what_keeps):
    case(f, (r(4, 3), given()), wrt=("x", "layers[0].W"), refused="used as a whole")

"""Objects that are made of others: lists and named tuples of layers, of which some hold no floats, and methods to call."""

from collections import namedtuple

import numpy as np

from tests.cases import case, normal, raises

r = normal(77)


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b


class ReLU:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask


class Sigmoid:
    def forward(self, x):
        return 1 / (1 + np.exp(-x))


class Net:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


class Chain(Net):
    def __init__(self, *layers):
        self.layers = layers


class Grown(Net):
    def __init__(self):
        self.layers = []

    def add(self, layer):
        self.layers.append(layer)


class Residual:
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        return x + self.inner.forward(x)


def in_a_list(x, W, b, V, c):
    net = Net([Linear(W, b), ReLU(), Linear(V, c), Sigmoid()])
    return net.forward(x)


def behind_a_star(x, W, b, V, c):
    return Chain(Linear(W, b), ReLU(), Linear(V, c), Sigmoid()).forward(x)


def added_one_by_one(x, W, b, V, c):
    net = Grown()
    net.add(Linear(W, b))
    net.add(ReLU())
    net.add(Linear(V, c))
    return net.forward(x)


def in_a_list_with_a_name(x, W, b, V, c):
    layers = [ReLU(), Linear(W, b)]
    layers.append(Sigmoid())
    layers.append(Linear(V, c))
    return Net(layers).forward(x)


def nets_in_nets(x, W, b, V, c):
    return Net([Net([Linear(W, b), ReLU()]), Linear(V, c)]).forward(x)


def with_a_penalty(x, W, b, V, c):
    net = Net([Linear(W, b), ReLU(), Linear(V, c)])
    out = net.forward(x)
    for layer in net.layers:
        if isinstance(layer, Linear):
            out = out + 0.1 * np.sum(layer.b**2)
    return out + sum(np.sum(one.W**2) for one in net.layers if hasattr(one, "W"))


def seen_before(x, W, b, V, c):
    layers = [Linear(W, b), ReLU(), Linear(V, c)]
    for layer in reversed(layers):
        layer.seen = 1
    return Net(layers).forward(x)


def at_places(x, W, b, V, c):
    net = Net([Linear(W, b), ReLU(), Linear(V, c)])
    return net.forward(x) * net.layers[0].W[0, 0] + net.layers[-1].b


Model = namedtuple("Model", "first second")


def applied(model, x):
    return model.second.forward(model[0].forward(x))


def in_a_named_tuple(x, W, b, V, c):
    model = Model(Linear(W, b), second=Linear(V, c))
    return applied(model, x) + model.first.b[0]


def from_a_named_tuple(x, W, b, V, c):
    first, second = Model(first=Linear(W, b), second=Linear(V, c))
    return second.forward(first.forward(x))


def net(n, d, h, o):
    return r(n, d), r(d, h), r(h), r(h, o), r(o)


for function in (in_a_list, behind_a_star, added_one_by_one, in_a_list_with_a_name, nets_in_nets):
    case(function, net(4, 3, 2, 2), other=[net(2, 2, 5, 1)])
for function in (with_a_penalty, seen_before, at_places, in_a_named_tuple, from_a_named_tuple):
    case(function, net(4, 3, 2, 2), other=[net(2, 2, 5, 1)])


def around_others(x, W, b):
    return Residual(Net([Linear(W, b), ReLU()])).forward(x)


case(around_others, (r(4, 3), r(3, 3), r(3)), other=[(r(2, 5), r(5, 5), r(5))])


class Body:
    def __init__(self, x, v, m):
        self.x, self.v, self.m = x, v, m


class System:
    def __init__(self, bodies):
        self.bodies = bodies

    def step(self, dt):
        for body in self.bodies:
            body.v = body.v - dt * body.x / body.m
            body.x = body.x + dt * body.v


def moved(x, v, m, trips):
    system = System([Body(x[i], v[i], m) for i in range(3)])
    for _ in range(trips):
        system.step(0.1)
    return sum(body.x for body in system.bodies)


def moved_by_name(x, v, m, trips):
    bodies = [Body(x[i], v[i], m) for i in range(3)]
    system = System(bodies)
    for _ in range(trips):
        system.step(0.1)
    return sum(body.x for body in bodies)


for function in (moved, moved_by_name):
    case(function, (r(3), r(3), 0.4, 2), other=[(r(4), r(5), 0.6, 0)])


def of_each(x, vs):
    return System([Body(x, v, 1.5) for v in vs]).bodies[0].v * x


case(of_each, (0.3, [0.5, 0.7]), guarded=[raises("vs had 2 items", 0.3, [0.5])])


class Stepper:
    def __init__(self, f, dt):
        self.f, self.dt = f, dt

    def step(self, y):
        half = self.f(y)
        return y + self.dt * self.f(y + self.dt / 2 * half)


class Spring:
    def __init__(self, k, m):
        self.k, self.m = k, m
        self.forces = [self.pull, self.drag]

    def pull(self, y):
        return -self.k * y

    def drag(self, y):
        return -self.m * y**3

    def rate(self, y):
        return sum(force(y) for force in self.forces)

    def one_step(self, y):
        return Stepper(self.pull, 0.1).step(y)

    def stepped(self, y, trips):
        stepper = Stepper(self.rate, 0.1)
        for _ in range(trips):
            y = stepper.step(y)
        return y


case(Spring.one_step, (Spring(0.5, 1.5), 0.7), other=[(Spring(1.5, 0.2), 1.3)])
case(Spring.stepped, (Spring(0.5, 1.5), 0.7, 2), other=[(Spring(1.5, 0.2), 1.3, 0)])


def of_one_made_here(k, m, y):
    spring = Spring(k, m)
    return Stepper(spring.pull, 0.1).step(y) + spring.rate(y)


def of_a_lambda(k, m, y):
    spring = Spring(k, m)
    stepper = Stepper(lambda z: spring.pull(z) + 1.0, 0.1)
    return stepper.step(y)


for function in (of_one_made_here, of_a_lambda):
    case(function, (0.5, 1.5, 0.7), other=[(1.5, 0.2, 1.3)])


class Scaled:
    def __init__(self, c):
        self.c = c

    def __call__(self, x):
        return self.c * np.outer(x, x)


class Near:
    def __init__(self, length):
        self.length = length

    def __call__(self, x):
        return np.exp(-((x[:, None] - x) ** 2) / self.length)


class Sum:
    def __init__(self, *kernels):
        self.kernels = kernels

    def __call__(self, x):
        return sum(kernel(x) for kernel in self.kernels)


class Process:
    def __init__(self, kernel, noise):
        self.kernel, self.noise = kernel, noise

    def covariance(self, x):
        return self.kernel(x) + self.noise * np.eye(len(x))


def sums_of_kernels(x, length, c, noise):
    return Process(Sum(Near(length), Scaled(c)), noise).covariance(x)


case(sums_of_kernels, (r(3), 0.7, 0.4, 0.3), other=[(r(2), 0.3, 0.9, 0.1)])

"""Values that get a second name on their way through objects and their methods, and what happens to either later."""

import numpy as np

from tests.cases import case, raises

r = np.random.default_rng(23).standard_normal


class Vec:

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, s):
        return Vec(self.x * s, self.y * s)

    def turned(self):
        return Vec(-self.y, self.x)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


def line_of_vectors(a, b, c, d, s):
    out = Vec(a, b) * s + Vec(c, d)
    return out.x * out.y


case(line_of_vectors, (1.0, 2.0, 3.0, 4.0, 0.5), other=[(0.3, -1.0, 2.0, 0.1, 2.0)])


def orbit(x, y, dt, n):
    p, v = Vec(x, y), Vec(x, y).turned()
    for _ in range(n):
        old = p
        p = p + v * dt
        v = v + old * (-dt)
    return p.dot(v) + p.x


case(orbit, (1.0, 2.0, 0.3, 3), other=[(0.5, -1.0, 0.1, 1), (0.5, -1.0, 0.1, 0)])


def turned_in_turn(x, y, n):
    p = Vec(x, y)
    for k in range(n):
        p = p.turned()
        if k == 1:
            p = p * x
    return p.x * 2.0 + p.y


case(turned_in_turn, (1.5, 0.5, 4), other=[(0.5, -1.0, 1), (0.5, -1.0, 5)])


class Cell:

    def __init__(self, h):
        self.h = h
        self.before = None

    def step(self, x):
        old = self.h
        h = np.tanh(self.h * x)
        self.h = h
        self.before = old
        h = h * 2.0
        return h + old

    def until(self, x, limit):
        for k in range(5):
            h = self.h
            if k == limit:
                break
            h = h * x
            self.h = h
        return self.h + h


def stepped(c, xs):
    out = 0.0
    for x in xs:
        out = out + np.sum(c.step(x))
    return out + np.sum(c.h * c.before)


case(stepped, (Cell(r(3)), r((4, 3))), other=[(Cell(r(2)), r((1, 2)))])
case(stepped, (Cell(r(3)), r((4, 3))), wrt=("c.h", "xs"), name="stepped_by_the_state")


def until_a_limit(c, x, limit):
    return np.sum(c.until(x, limit) * x)


case(
    until_a_limit,
    (Cell(r(3)), r(3), 2),
    wrt=("c.h", "x"),
    other=[(Cell(r(2)), r(2), 0), (Cell(r(2)), r(2), 7)],
)


class Kept:

    def __init__(self, w):
        self.w = w
        self.x = None
        self.shape = None

    def forward(self, x):
        self.shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        out = self.middle(x)
        return out.reshape(*self.shape)

    def middle(self, x):
        out = np.tanh(x * self.w)
        return out

    def changed(self, x):
        y = x * self.w
        self.x = y
        y += 1.0
        y[0] = 0.0
        return self.x * y

    def counted(self, x):
        s = np.sum(x)
        self.x = s
        s += 1.0
        return self.x * s


def kept_on_the_way(layer, x):
    return layer.forward(x)


case(kept_on_the_way, (Kept(0.5), r((2, 3, 2))), other=[(Kept(0.5), r((4, 1, 3)))])
case(kept_on_the_way, (Kept(0.5), r((2, 3, 2))), wrt=("layer.w", "x"), name="kept_by_weight")


def changed_in_place(layer, x):
    return layer.changed(x)


case(changed_in_place, (Kept(0.5), r(4)), other=[(Kept(1.5), r(2))])


def counted(layer, x):
    return layer.counted(x) * layer.x


case(counted, (Kept(0.5), r(4)), other=[(Kept(1.5), r(2))])


class Network:

    def __init__(self, biases, weights):
        self.biases, self.weights = biases, weights

    def feedforward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = np.tanh(w @ a + b)
        return a


def network(sizes):
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    return Network([r(n) for n in sizes[1:]], [r((n, m)) for m, n in pairs])


def fed(net, a):
    return net.feedforward(a)


case(
    fed, (network([3, 4, 2]), r(3)), other=[(network([2, 2]), r(2)), (network([2, 3, 4, 1]), r(2))]
)
case(
    fed,
    (network([3, 4, 2]), r(3)),
    wrt=("net.biases", "net.weights", "a"),
    other=[(network([2, 3, 4, 1]), r(2))],
    name="fed_by_weights",
)


def negated(q):
    return (-q[0], -q[1], -q[2], q[3])


case(negated, (r(4),))


def several_outputs(q, x):
    return q * x, x * 2.0, -q, x


case(several_outputs, (r(3), r(3)), other=[(r(2), r(2))])


def repeated(x, n):
    if n == 1:
        return x
    return np.repeat(x, n, axis=2)


class KeysOfBefore:

    def __init__(self, heads):
        self.W, self.heads, self.k = r((3, 3)), heads, np.zeros((2, 4, 3))

    def forward(self, x, start):
        end = start + x.shape[1]
        self.k[:, start:end] = x @ self.W
        keys = self.k[:, :end]
        return repeated(keys, self.heads) * 2.0


case(
    KeysOfBefore.forward,
    (KeysOfBefore(2), r((2, 2, 3)), 1),
    other=[(KeysOfBefore(3), r((2, 1, 3)), 0), (KeysOfBefore(1), r((2, 2, 3)), 2)],
    wrt=["self.W", "self.k", "x"],
    name="keys_of_before",
)


class Framed:
    """A buffer that the call makes, keeps on the object, and fills through a row of it."""

    def forward(self, x):
        self.frame = np.zeros((len(x) + 1, x.shape[1]))
        first = self.frame[0]
        first[:] = x[0] ** 2
        self.frame[1:] = x
        return self.frame * x[-1]


case(Framed().forward, (r((2, 3)),), other=[(r((4, 2)),)])


class Registered:
    """Points that start as the points they are moved from: two attributes hold one array."""

    def __init__(self, y):
        self.y = self.moved = y

    def solved(self):
        return np.linalg.solve(np.sum(self.y**2) * np.eye(2), self.moved.T)


case(Registered(r((3, 2))).solved, (), name="one_array_in_two_attributes")


class Dense:
    """A layer; what it belongs to, it may know."""

    def __init__(self, net=None):
        self.w, self.net = r((3, 3)), net

    def forward(self, x):
        return np.tanh(x @ self.w)

    def scaled(self, x):
        return self.forward(x) * self.net.scale


class Net:
    """Layers that stand in attributes and in a list, some of them twice."""

    def __init__(self, is_tied=True):
        self.scale = 1.5
        self.first, self.second = Dense(self), Dense(self)
        self.last = self.first if is_tied else Dense()
        self.layers = [self.first, self.second]
        self.steps = [self.twice, self.penalised]

    def through_the_list(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def penalised(self, x):
        z = self.second.forward(self.first.forward(x))
        return np.sum(z) + sum(np.sum(layer.w**2) for layer in self.layers)

    def twice(self, x):
        return self.last.forward(self.first.forward(x))

    def of_the_whole(self, x):
        return self.first.scaled(x) * self.scale

    def by_steps(self, x):
        for step in self.steps:
            x = step(x)
        return x


class Repeated:
    """One layer that stands twice in a list."""

    def __init__(self):
        self.layer = Dense()
        self.layers = [self.layer, self.layer]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def twice(net, x):
    return net.twice(x)


x = r((2, 3))
case(Net().through_the_list, (x,), other=[(r((4, 3)),)])
case(Net().penalised, (x,), other=[(r((4, 3)),)])
case(Net().twice, (x,), name="tied_layers")
case(
    twice,
    (Net(), x),
    wrt=["net.first.w", "x"],
    guarded=[raises("net.last was net.first", Net(False), x)],
)
case(twice, (Net(), x), wrt=["net.last.w", "x"], name="named_by_the_second")
case(Net().of_the_whole, (x,))
case(Net().by_steps, (x,))
case(Repeated().forward, (x,), name="one_layer_twice")


class Steps:
    """Makes new weights of the layers in a list that it shares with what it trains."""

    def __init__(self, layers):
        self.layers, self.rate = layers, 0.1

    def take(self, gradients):
        for layer, gradient in zip(self.layers, gradients):
            layer.w = layer.w - self.rate * gradient


class Trained:
    def __init__(self):
        self.first, self.second = Dense(), Dense()
        self.layers = [self.first, self.second]
        self.steps = Steps(self.layers)

    def loss(self, x):
        h = self.second.forward(self.first.forward(x))
        self.steps.take([self.first.w * 0.5, np.cos(self.second.w)])
        return np.sum(self.second.forward(self.first.forward(h)))


case(Trained().loss, (x,), other=[(r((4, 3)),)], name="list_shared_with_an_optimizer")


class Weights:
    def __init__(self, w):
        self.w = w


class Descent:
    def __init__(self, net, lr):
        self.net, self.lr = net, lr

    def step(self, g):
        self.net.w = self.net.w - self.lr * g


def trained_by_an_optimizer(net, opt, x):
    y = net.w @ x
    opt.step(y * x)
    return net.w @ x


NET, TWIN = Weights(r(2)), Weights(r(3))
case(
    trained_by_an_optimizer,
    (NET, Descent(NET, 0.1), r(2)),
    other=[(TWIN, Descent(TWIN, 0.2), r(3))],
    guarded=[raises("opt.net was net", NET, Descent(TWIN, 0.1), r(2))],
)


class Embedding:
    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]
        self.idx = None

    def forward(self, idx):
        (W,) = self.params
        self.idx = idx
        return W[idx]


class Dotted:
    """Its lists are those of the layer in it."""

    def __init__(self, W):
        self.embed = Embedding(W)
        self.params, self.grads = self.embed.params, self.embed.grads
        self.cache = None

    def rows_times(self, h, idx):
        rows = self.embed.forward(idx)
        self.cache = (h, rows)
        return np.sum(rows * h, axis=1)


def dotted(layer, h, idx):
    return layer.rows_times(h, idx)


case(
    Dotted(r((5, 3))).rows_times,
    (r((2, 3)), np.array([1, 4])),
    other=[(r((3, 3)), np.array([1, 1, 4]))],
)
case(
    dotted,
    (Dotted(r((5, 3))), r((2, 3)), np.array([1, 4])),
    other=[(Dotted(r((4, 2))), r((3, 2)), np.array([1, 1, 3]))],
)


class Turned:
    """Its part gets a second name that an attribute gets as well."""

    def __init__(self):
        self.part, self.last = Dotted(r((5, 3))), None
        self.part.scale = 1.5

    def both_at_once(self, x):
        part = self.last = self.part
        part.scale = part.scale * x
        return self.last.scale * 2.0


case(Turned().both_at_once, (0.7,), refused="is used as a whole")

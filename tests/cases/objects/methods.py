"""Methods: weights, state and layers of an object."""

import numpy as np

from tests.cases import case, normal, uniform

r, u = normal(71), uniform(71)


class Private:
    """A weight with a private name."""

    def __init__(self, w):
        self.__w = w

    def __scaled(self, x):
        return x * self.__w

    def value(self, x):
        return np.sum(self.__scaled(x) ** 2) + np.sum(self.__w)


case(Private(r(3)).value, (r(3),), name="private_names")


class Normalised:
    """A layer that sets an attribute on one side of a branch, on first use and for good."""

    def __init__(self):
        self.g = np.ones(3)
        self.running = np.zeros(3)

    def on_one_side(self, x, train=True):
        if train:
            self.m = x.mean(axis=0)
            z = x - self.m
        else:
            z = x
        return z * self.g

    def on_first_use(self, x):
        if not hasattr(self, "count"):
            self.count = 0
        self.count += 1
        return x * self.g

    def for_good(self, x):
        mu = x.mean(axis=0)
        self.running = 0.9 * self.running + 0.1 * mu
        return (x - mu) * self.g


case(Normalised().on_one_side, (r(4, 3),), other=[(r(2, 3), False)])
case(Normalised().on_first_use, (r(4, 3),))
case(Normalised().for_good, (r(4, 3),), other=[(r(2, 3),)])


class Linear:
    """A layer with weights."""

    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        return x @ self.w + self.b


class Tanh:
    """A layer without weights."""

    def forward(self, x):
        return np.tanh(x)


class Scale:
    """A layer that is called."""

    def __init__(self, a):
        self.a = a

    def __call__(self, x):
        return x * self.a


class Base:
    """A class with a method that another one inherits."""

    def __init__(self, w):
        self.w = w

    def body(self, x):
        return np.sin(x * self.w)


class Derived(Base):
    """A class with a base in this file."""

    def body(self, x):
        return super().body(x) + self.w

    def loss(self, x):
        return np.sum(self.body(x))


case(Derived(r(3)).loss, (r(3),), name="super")


class Net:
    """Layers in a list, in a dict, and one by one."""

    def __init__(self):
        self.layers = [Linear(r(3, 4), r(4)), Tanh(), Linear(r(4, 2), r(2))]
        self.same = [Linear(r(3, 3), r(3)), Linear(r(3, 3), r(3))]
        self.named = {"first": Scale(2.0), "second": Scale(r(3))}
        self.head = Scale(r(3))

    def through(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return np.sum(x**2)

    def equal(self, x):
        for layer in self.same:
            x = np.tanh(layer.forward(x))
        return x

    def by_key(self, x):
        return self.named["second"](np.cos(self.named["first"](x)))

    def in_object(self, x):
        return self.head(x) * self.head.a

    @property
    def gain(self):
        return np.sum(self.head.a)

    def with_property(self, x):
        return x * self.gain


for method in ("through", "equal", "by_key", "in_object", "with_property"):
    case(getattr(Net(), method), (r(2, 3),), name=method)
case(Net().through, (r(2, 3),), wrt=("self.layers[0].w", "x"), name="one_weight")


def layers_as_argument(x, layers):
    for layer in layers:
        x = layer.forward(x)
    return x


def of_layers():
    return [Linear(r(3, 3), r(3)), Linear(r(3, 3), r(3))]


case(layers_as_argument, (r(2, 3), of_layers()), wrt=("x",))
case(
    layers_as_argument,
    (r(2, 3), of_layers()),
    wrt=("layers[0].w", "layers[1].b"),
    name="weights_in_a_list",
)


class Vec:
    """A small vector with operators."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vec(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vec(self.x - other.x, self.y - other.y)

    def __mul__(self, k):
        return Vec(self.x * k, self.y * k)

    def __rmul__(self, k):
        return self * k

    def __neg__(self):
        return Vec(-self.x, -self.y)

    def dot(self, other):
        return self.x * other.x + self.y * other.y

    def norm(self):
        return np.sqrt(self.dot(self))


def both_sides(a, b, k):
    c = k * a + b
    return c.dot(a - b)


def negated(a, k):
    c = -a
    return (c * k).norm()


def in_a_loop(a, b, n):
    p = Vec(0.0, 0.0)
    for _ in range(n):
        p = p + a * 0.5 - b
    return p.norm()


def swapped(x, y):
    p = Vec(x, y)
    p = Vec(p.y, p.x * 2.0)
    return p.x * 3.0 + p.y * p.x


def on_both_sides(x, y, flip):
    p = Vec(x, y)
    if flip:
        q = p * 2.0
    else:
        q = p + p * x
    return q.x * q.y


def in_place(x, y):
    p = Vec(x, y)
    p += Vec(y, x)
    return p.x * p.y


def second_name(a, b, t):
    p = a
    p = p + b * t
    return p.dot(p)


def parameters_anew(p, v, dt, n):
    for _ in range(n):
        p = p + v * dt
        v = v - p * dt
    return p.x**2 + v.y


A, B = Vec(1.0, 2.0), Vec(0.5, -1.0)
case(both_sides, (A, B, 2.0), wrt=("a.x", "a.y", "b.x", "k"))
case(negated, (A, 3.0), wrt=("a.x", "a.y", "k"))
case(in_a_loop, (A, B, 3), other=[(A, B, 1), (B, A, 5)])
case(swapped, (1.0, 2.0))
case(on_both_sides, (1.0, 2.0, True), other=[(1.0, 2.0, False)])
case(in_place, (1.0, 2.0))
case(second_name, (A, B, 0.3), wrt=("a.x", "b.y", "t"))
case(parameters_anew, (A, B, 0.1, 3), wrt=("p.x", "v.y", "dt"), other=[(B, A, 0.2, 2)])


class Filter:
    """A filter whose methods only update it."""

    def __init__(self):
        self.x, self.P = r(2), np.eye(2)

    def predict(self, F, Q):
        self.x = F @ self.x
        self.P = F @ self.P @ F.T + Q

    def update(self, z, H, R):
        y = z - H @ self.x
        S = H @ self.P @ H.T + R
        K = self.P @ H.T @ np.linalg.inv(S)
        self.x = self.x + K @ y
        self.P = self.P - K @ H @ self.P


class Descent:
    """A step that changes an array in place."""

    def __init__(self):
        self.w, self.v = r(3), np.zeros(3)

    def step(self, g, lr=0.1, mu=0.9):
        self.v = mu * self.v - lr * g
        self.w += self.v


class Scaled:
    """A choice on one line, of what is stored."""

    def __init__(self, affine):
        self.affine, self.gamma, self.mean = affine, u(3), np.zeros(3)

    def forward(self, x):
        self.mean += 0.1 * (np.nanmean(x, axis=(0, 2)) - self.mean)
        y = x / (np.nanvar(x, axis=(0, 2), ddof=1) + 0.1)[:, None]
        self.out = self.gamma[:, None] * y if self.affine else y


case(Scaled(True).forward, (r(2, 3, 4),), other=[(r(3, 3, 2),)])
case(Scaled(False).forward, (r(2, 3, 4),), name="scaled_by_nothing")

ROTATION = np.array([[1.1, 0.1], [0.2, 0.9]])
case(Filter().predict, (ROTATION, np.eye(2)))
case(Filter().update, (r(2), ROTATION, np.eye(2)))
case(Descent().step, (r(3),))


SHARED = Linear(r(3, 3), r(3))
case(
    layers_as_argument,
    (r(2, 3), [SHARED, SHARED]),
    wrt=("layers[0].w", "layers[0].b"),
    name="one_layer_twice",
)


class Repeated:
    """A method of several steps, which gets a pair of its own, of an object that is made inside."""

    def __init__(self, times):
        self.times = times

    def apply(self, x):
        y = x * 1.0
        for _ in range(self.times):
            y = np.tanh(y) * x
        return y


def repeated_twice(x):
    inner = Repeated(2)
    return np.sum(inner.apply(x) * inner.apply(2 * x))


case(repeated_twice, (r(3),), other=[(r(4),)])


class Camera:
    def __init__(self, f, R, t):
        self.f, self.R, self.t = f, R, t

    def projected(self, points):
        p = points @ self.R.T + self.t
        return self.f * p[:, :2] / p[:, 2:]


case(Camera(2.0, np.eye(3), np.array([0.1, 0.2, 5.0])).projected, (r(4, 3),), other=[(r(1, 3),)])

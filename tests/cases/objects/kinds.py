"""Networks, layers, springs, options, vectors, numbers with parts: as classes, the way they are written everywhere."""

from dataclasses import dataclass

import numpy as np

from tests.cases import case, normal

r = normal(83)


class Dense:

    def __init__(self, n, m):
        self.W, self.b = (r(n, m), np.zeros(m))

    def __call__(self, x):
        return x @ self.W + self.b


class ReLU:

    def __call__(self, x):
        return np.maximum(0, x)


class Sequential:

    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def loss(self, x, y):
        return np.mean((self(x) - y) ** 2)


class Model:

    def __init__(self):
        self.net = Sequential(Dense(3, 4), ReLU(), Dense(4, 1))
        self.reg = 0.1

    def loss(self, x, y):
        p = self.net(x)
        return np.sum((p - y) ** 2) + self.reg * np.sum(self.net.layers[0].W ** 2)


class RNNCell:

    def __init__(self):
        self.Wx, self.Wh, self.b = (r(2, 3), r(3, 3), r(3))

    def step(self, x, h):
        return np.tanh(x @ self.Wx + h @ self.Wh + self.b)

    def run(self, xs, h):
        out = []
        for x in xs:
            h = self.step(x, h)
            out.append(h)
        return np.sum(np.array(out))

    def last(self, xs):
        h = np.zeros(3)
        for t in range(xs.shape[0]):
            h = self.step(xs[t], h)
        return h


class BatchNorm:
    momentum = 0.9

    def __init__(self, n):
        self.gamma, self.beta = (np.ones(n), np.zeros(n))
        self.mean, self.var = (np.zeros(n), np.ones(n))
        self.training = True

    def forward(self, x):
        if self.training:
            mu, var = (x.mean(axis=0), x.var(axis=0))
            self.mean = self.momentum * self.mean + (1 - self.momentum) * mu
            self.var = self.momentum * self.var + (1 - self.momentum) * var
        else:
            mu, var = (self.mean, self.var)
        return self.gamma * (x - mu) / np.sqrt(var + 1e-05) + self.beta


class Spring:

    def __init__(self, k, m):
        self.k, self.m = (k, m)
        self.pos, self.vel = (1.0, 0.0)

    def force(self):
        return -self.k * self.pos

    def step(self, dt):
        a = self.force() / self.m
        self.vel += a * dt
        self.pos += self.vel * dt

    def simulate(self, dt, n):
        for _ in range(n):
            self.step(dt)
        return self.pos

    def energy(self):
        return 0.5 * self.k * self.pos**2 + 0.5 * self.m * self.vel**2


class Option:

    def __init__(self, S, K, sigma, T):
        self.S, self.K, self.sigma, self.T = (S, K, sigma, T)

    @property
    def d1(self):
        return (np.log(self.S / self.K) + 0.5 * self.sigma**2 * self.T) / (
            self.sigma * np.sqrt(self.T)
        )

    @property
    def d2(self):
        return self.d1 - self.sigma * np.sqrt(self.T)

    def gap(self):
        return self.d1 * self.S - self.d2 * self.K


class Vec3:

    def __init__(self, x, y, z):
        self.x, self.y, self.z = (x, y, z)

    def __add__(self, o):
        return Vec3(self.x + o.x, self.y + o.y, self.z + o.z)

    def __sub__(self, o):
        return Vec3(self.x - o.x, self.y - o.y, self.z - o.z)

    def __mul__(self, s):
        return Vec3(self.x * s, self.y * s, self.z * s)

    __rmul__ = __mul__

    def dot(self, o):
        return self.x * o.x + self.y * o.y + self.z * o.z

    def cross(self, o):
        return Vec3(
            self.y * o.z - self.z * o.y, self.z * o.x - self.x * o.z, self.x * o.y - self.y * o.x
        )

    def length(self):
        return np.sqrt(self.dot(self))

    def unit(self):
        return self * (1.0 / self.length())


def area(a, b, c):
    return 0.5 * (b - a).cross(c - a).length()


def shade(n, l, k):
    return k * max(0.0, n.unit().dot(l.unit()))


class Ray:

    def __init__(self, o, d):
        self.o, self.d = (o, d)

    def at(self, t):
        return self.o + self.d * t


def hit(ray, c, rad):
    oc = ray.o - c
    b = oc.dot(ray.d)
    q = oc.dot(oc) - rad * rad
    t = -b - np.sqrt(b * b - q)
    return ray.at(t).length()


@dataclass
class Params:
    w: np.ndarray
    b: float
    name: str = "p"


def with_params(p, x):
    return np.sum(np.tanh(x * p.w + p.b))


def list_of_params(ps, x):
    for p in ps:
        x = np.tanh(x * p.w + p.b)
    return np.sum(x)


class Complex:

    def __init__(self, re, im):
        self.re, self.im = (re, im)

    def __mul__(self, o):
        return Complex(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)

    def __add__(self, o):
        return Complex(self.re + o.re, self.im + o.im)

    def abs2(self):
        return self.re**2 + self.im**2


def mandel(x, y, n):
    z, c = (Complex(0.0, 0.0), Complex(x, y))
    for _ in range(n):
        z = z * z + c
    return z.abs2()


class Dual:

    def __init__(self, v, d):
        self.v, self.d = (v, d)

    def __mul__(self, o):
        if isinstance(o, Dual):
            return Dual(self.v * o.v, self.v * o.d + self.d * o.v)
        return Dual(self.v * o, self.d * o)

    def __add__(self, o):
        return Dual(self.v + o.v, self.d + o.d)


def dual(x):
    a = Dual(x, 1.0)
    b = a * a + a * 3.0
    return b.d


class Animal:
    factor = 2.0

    def __init__(self, w):
        self.w = w

    def scale(self, x):
        return x * self.w * self.factor


class Dog(Animal):
    factor = 3.0

    def __init__(self, w, b):
        super().__init__(w)
        self.b = b

    def scale(self, x):
        return super().scale(x) + self.b


def zoo(x, w, b):
    d = Dog(w, b)
    return d.scale(x) ** 2


class Lazy:

    def __init__(self):
        self.w = r(3)
        self.cache = None

    def f(self, x):
        if self.cache is None:
            self.cache = np.zeros(3)
        h = self.cache * 0.5 + x * self.w
        self.cache = h
        return np.sum(h**2)


class History:

    def __init__(self):
        self.w = 2.0
        self.seen = []

    def f(self, x):
        z = x * self.w
        self.seen.append(z)
        return z * z


class ByName:

    def __init__(self):
        self.params = {"W": r(3, 2), "b": r(2)}
        self.act = {"h": ReLU()}

    def f(self, x):
        return self.act["h"](x @ self.params["W"] + self.params["b"])


class Momentum:

    def __init__(self):
        self.x, self.v, self.lr = (r(2), np.zeros(2), 0.1)

    def update(self, g):
        self.v = 0.9 * self.v - self.lr * g
        self.x = self.x + self.v
        return self.x


class Temp:

    def __init__(self):
        self.__k = 1.5
        self._c = 2.0

    def __inner(self, t):
        return self.__k * t

    def f(self, t):
        return self.__inner(t) + self._c


def two_layers(x, l1, l2):
    return l2(np.tanh(l1(x)))


class Poly:

    def __init__(self, c):
        self.c = c

    def __call__(self, x):
        t = 0.0
        for a in self.c:
            t = t * x + a
        return t

    def __getitem__(self, k):
        return self.c[k]


def poly(p, x):
    return p(x) * p[0]


class Enc:

    def __init__(self):
        self.d = [Dense(3, 3) for _ in range(2)]
        self.scale = 0.5

    def f(self, x):
        for i, d in enumerate(self.d):
            x = x + self.scale * np.tanh(d(x)) * (i + 1)
        return x


class Stat:

    def __init__(self):
        self.w = r(3)

    @staticmethod
    def act(z):
        return np.tanh(z)

    @classmethod
    def two(cls):
        return 2.0

    def f(self, x):
        return Stat.act(x * self.w) * self.two()


case(Sequential(Dense(3, 4), ReLU(), Dense(4, 1)).loss, (r(5, 3), r(5, 1)), name="seq")
case(Model().loss, (r(5, 3), r(5, 1)), name="model")
case(RNNCell().run, (r(4, 2), r(3)), name="rnn_run")
case(RNNCell().last, (r(4, 2),), name="rnn_last")
case(BatchNorm(3).forward, (r(5, 3),), name="bn")
case(Spring(2.0, 1.0).simulate, (0.1, 3), name="spring_sim")
case(Spring(2.0, 1.0).step, (0.1,), name="spring_step")
case(Spring(2.0, 1.0).energy, (), name="spring_energy")
case(Option(100.0, 90.0, 0.2, 1.0).gap, (), name="option")
case(area, (Vec3(0.0, 0.0, 0.0), Vec3(1.0, 0.5, 0.0), Vec3(0.0, 1.0, 2.0)), name="area")
case(shade, (Vec3(1.0, 2.0, 3.0), Vec3(0.5, 1.0, 1.0), 2.0), name="shade")
case(hit, (Ray(Vec3(0.0, 0.0, -5.0), Vec3(0.0, 0.1, 1.0)), Vec3(0.0, 0.0, 0.0), 2.0), name="hit")
case(with_params, (Params(r(3), 0.5), r(3)), name="params")
case(
    list_of_params,
    ([Params(r(3), 0.5), Params(r(3), 0.1)], r(3)),
    wrt=("ps[0].w", "x"),
    name="list_params",
)
case(mandel, (0.1, 0.2, 4), name="mandel")
case(dual, (2.0,), name="dual")
case(zoo, (1.0, 2.0, 3.0), name="zoo")
case(Dog(2.0, 1.0).scale, (1.5,), name="dog")
case(Lazy().f, (r(3),), name="lazy")
case(History().f, (1.5,), name="history")
case(ByName().f, (r(4, 3),), name="byname")
case(Momentum().update, (r(2),), name="momentum")
case(Temp().f, (2.0,), name="private")
case(two_layers, (r(2, 3), Dense(3, 4), Dense(4, 2)), wrt=("x", "l1.W", "l2.b"), name="two_layers")
case(Poly(r(3)).__call__, (0.7,), name="poly_call")
case(poly, (Poly(r(3)), 0.7), wrt=("p.c", "x"), name="poly")
case(Enc().f, (r(2, 3),), name="enc")
case(Stat().f, (r(3),), name="stat")

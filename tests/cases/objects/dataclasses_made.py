"""Dataclasses that a function makes and returns, changes and returns, or is given in lists and dicts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from tests.cases import case, normal, raises

r = normal(521)


@dataclass
class State:
    x: np.ndarray
    v: np.ndarray
    t: float = 0.0


def state(n=2):
    return State(r(n), r(n), 0.3)


def step(s, dt):
    a = -s.x
    return State(s.x + dt * s.v, s.v + dt * a, s.t + dt)


case(step, (state(), 0.1), other=[(state(3), 0.2)])


def step_by_keyword(s, dt):
    v = s.v - dt * s.x
    new = State(x=s.x + dt * v, v=v, t=s.t + dt)
    return new


case(step_by_keyword, (state(), 0.1), other=[(state(3), 0.2)])


def simulate(s, dt, n):
    for _ in range(n):
        s = step(s, dt)
    return s


case(simulate, (state(), 0.1, 3), other=[(state(3), 0.2, 2)])


def trajectory(s, dt, n):
    xs = []
    for _ in range(n):
        s = step(s, dt)
        xs.append(s.x)
    return np.array(xs), s


case(trajectory, (state(), 0.1, 3), other=[(state(3), 0.2, 2)])


def slope(s):
    return State(s.v, -s.x * np.abs(s.x), 1.0)


def moved(s, k, h):
    return State(s.x + h * k.x, s.v + h * k.v, s.t + h * k.t)


def runge_kutta(s, h):
    k1 = slope(s)
    k2 = slope(moved(s, k1, h / 2))
    k3 = slope(moved(s, k2, h / 2))
    k4 = slope(moved(s, k3, h))
    return State(
        s.x + h / 6 * (k1.x + 2 * k2.x + 2 * k3.x + k4.x),
        s.v + h / 6 * (k1.v + 2 * k2.v + 2 * k3.v + k4.v),
        s.t + h,
    )


case(runge_kutta, (state(), 0.1), other=[(state(3), 0.2)])


@dataclass
class Layer:
    W: np.ndarray
    b: np.ndarray
    name: str = "affine"
    units: int = 3

    def __call__(self, x):
        return x @ self.W + self.b


def layer(n=2, m=3):
    return Layer(r(n, m), r(m))


def descent(p, g, lr):
    return Layer(p.W - lr * g.W, p.b - lr * g.b)


case(descent, (layer(), layer(), 0.1), other=[(layer(4, 5), layer(4, 5), 0.2)])


def descent_in_place(p, g, lr):
    p.W = p.W - lr * g.W
    p.b -= lr * g.b
    return p


case(descent_in_place, (layer(), layer(), 0.1), other=[(layer(4, 5), layer(4, 5), 0.2)])


@dataclass
class Encoded:
    mean: np.ndarray
    logvar: np.ndarray
    z: np.ndarray


def encode(x, w1, w2):
    m = x @ w1
    lv = np.tanh(x @ w2)
    return Encoded(mean=m, logvar=lv, z=m + np.exp(0.5 * lv)), x.sum()


case(encode, (r(2, 3), r(3, 2), r(3, 2)))


@dataclass
class Net:
    first: Layer
    second: Layer


def net_descent(n, g):
    return Net(
        Layer(n.first.W - 0.1 * g.first.W, n.first.b - 0.1 * g.first.b),
        Layer(n.second.W - 0.1 * g.second.W, n.second.b),
    )


case(net_descent, (Net(layer(), layer(3, 2)), Net(layer(), layer(3, 2))))


def layers_in_a_list(ps, x):
    for p in ps:
        x = np.tanh(x @ p.W + p.b)
    return x


case(
    layers_in_a_list,
    ([layer(), layer(3, 4)], r(5, 2)),
    other=[([layer(3, 4), layer(4, 2)], r(6, 3))],
    guarded=[
        raises("ps had 2 items", [layer()], r(5, 2)),
        raises("ps had 2 items", [layer(), layer(3, 3), layer(3, 1)], r(5, 2)),
    ],
)


def layers_in_a_dict(ps, x):
    h = np.tanh(ps["in"](x))
    return ps["out"](h)


case(layers_in_a_dict, ({"in": layer(), "out": layer(3, 4)}, r(5, 2)))


def layers_in_a_tuple(ps, x):
    first, second = ps
    return second(np.tanh(first(x)))


case(layers_in_a_tuple, ((layer(), layer(3, 4)), r(5, 2)))


def energy(s):
    return 0.5 * np.sum(s.v**2) + 0.5 * np.sum(s.x**2)


def energies(states):
    total = 0.0
    for s in states:
        total = total + energy(s) * s.t
    return total


case(energies, ([state(), state()],), guarded=[raises("states had 2 items", [state()])])


@dataclass
class Body:
    pos: np.ndarray
    vel: np.ndarray
    mass: float


def body():
    return Body(r(2), r(2), abs(r()) + 0.5)


def pulled(bodies, dt):
    acc = []
    for i, bi in enumerate(bodies):
        a = np.zeros(2)
        for j, bj in enumerate(bodies):
            if i != j:
                d = bj.pos - bi.pos
                a += bj.mass * d / (np.dot(d, d) + 0.01) ** 1.5
        acc.append(a)
    e = 0.0
    for b, a in zip(bodies, acc):
        v = b.vel + dt * a
        p = b.pos + dt * v
        e += 0.5 * b.mass * np.dot(v, v) + p.sum()
    return e


case(pulled, ([body(), body(), body()], 0.01))


def pulled_by_index(bodies, dt, g=1.0):
    n = len(bodies)
    acc = [np.zeros(2) for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            d = bodies[j].pos - bodies[i].pos
            acc[i] = acc[i] + g * bodies[j].mass * d / (np.sum(d**2) + 0.01) ** 1.5
    for i in range(n):
        bodies[i].vel = bodies[i].vel + dt * acc[i]
        bodies[i].pos = bodies[i].pos + dt * bodies[i].vel
    return sum(np.sum(b.pos**2) for b in bodies)


case(pulled_by_index, ([body(), body(), body()], 0.01))


def potential(bodies):
    e = 0.0
    for i in range(len(bodies)):
        b = bodies[i]
        e += 0.5 * b.mass * np.dot(b.vel, b.vel)
        for j in range(i + 1, len(bodies)):
            far = np.linalg.norm(bodies[i].pos - bodies[j].pos)
            e -= b.mass * bodies[j].mass / far
    return e


case(
    potential,
    ([body(), body(), body()],),
    guarded=[raises("bodies had 3 items", [body(), body()])],
)


class Planet:
    def __init__(self):
        self.pos, self.vel, self.mass = r(2), r(2), abs(r()) + 0.5

    def kinetic(self):
        return 0.5 * self.mass * np.sum(self.vel**2)


class System:
    def __init__(self, planets):
        self.planets = planets

    def step(self, dt):
        for a in self.planets:
            acc = np.zeros(2)
            for b in self.planets:
                if a is b:
                    continue
                d = b.pos - a.pos
                acc += d * b.mass / (d @ d + 0.01) ** 1.5
            a.vel = a.vel + acc * dt
        for a in self.planets:
            a.pos = a.pos + a.vel * dt
        return sum(b.kinetic() for b in self.planets)

    def other(self, dt):
        total = 0.0
        for a in self.planets:
            for b in self.planets:
                if a != b:
                    total += a.mass * b.mass / np.linalg.norm(a.pos - b.pos) * dt
        return total


case(System([Planet(), Planet(), Planet()]).step, (0.05,), name="planets_step")
case(System([Planet(), Planet(), Planet()]).other, (0.05,), name="planets_not_equal")


class Moved:
    def __init__(self, planets):
        self.planets = planets

    def step(self, dt):
        for p in self.planets:
            p.vel -= dt * p.pos
            p.pos += p.vel * dt

    def step_by_index(self, dt):
        for i in range(len(self.planets)):
            self.planets[i].pos = self.planets[i].pos + dt * self.planets[i].vel


case(Moved([Planet(), Planet()]).step, (0.05,), name="only_updates_objects_in_a_list")
case(Moved([Planet(), Planet()]).step_by_index, (0.05,), name="only_updates_by_index")


def advance(s, dt):
    s.v = s.v - dt * s.x
    s.x = s.x + dt * s.v


case(advance, (state(3), 0.1), name="only_updates_an_argument", other=[(state(2), 0.2)])


class Holder:
    def __init__(self):
        self.s, self.k = state(), 0.5

    def tick(self, dt):
        self.s.v = self.s.v - self.k * dt * self.s.x
        self.s.x = self.s.x + dt * self.s.v


case(Holder().tick, (0.1,), name="only_updates_an_object_inside")


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y


def plain_object(a, b):
    return Vector(a * b, a + b)


case(plain_object, (1.0, 2.0), other=[(0.5, -1.5)])


@dataclass(frozen=True)
class Checked:
    x: float
    y: float

    def __post_init__(self):
        if self.x < -9:
            raise ValueError("too small")


def checked(a, b):
    p = Checked(a, b)
    return p.x * p.y


case(checked, (1.0, 2.0), other=[(0.3, 0.7)])


class Scaled:
    def __init__(self):
        self.x = None

    @staticmethod
    def act(z):
        return np.tanh(z)

    @classmethod
    def make(cls, w):
        o = cls()
        o.w = w
        return o

    def f(self, x):
        return self.act(x * self.w)


def by_a_factory(w, x):
    s = Scaled.make(w)
    return s.f(x)


case(by_a_factory, (r(3), r(3)))


class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b

    @classmethod
    def make(cls, w):
        return cls(w, w * 2)

    @staticmethod
    def both(u, v):
        return Pair(u.a + v.a, u.b * v.b)

    def f(self, x):
        return x * self.a + self.b


def joined(w, x):
    return Pair.both(Pair.make(w), Pair.make(x)).f(x)


case(joined, (r(3), r(3)))


@dataclass
class Positive:
    w: float

    def __post_init__(self):
        if self.w <= 0:
            raise ValueError("w must be positive")


@dataclass
class Both:
    inner: Positive
    scale: float


def gradient_out_of_range(p, x):
    return p.w * x


case(gradient_out_of_range, (Positive(0.5), np.ones(3)), other=[(Positive(1.5), np.ones(2))])


def one_in_another(both, x):
    return both.inner.w * x * both.scale


case(one_in_another, (Both(Positive(0.5), 2.0), np.ones(3)))


def several_in_a_list(ps, x):
    return sum(p.w for p in ps) * x


case(several_in_a_list, ([Positive(0.5), Positive(1.0)], np.ones(3)))


@dataclass
class Rectangle:
    """A field that is set behind the others, a default that depends on another, and a list that begins with one."""

    w: float
    h: float = None
    seen: list = field(default_factory=list)
    area: float = field(init=False)

    def __post_init__(self):
        if self.h is None:
            self.h = self.w * 2
        self.area = self.w * self.h
        self.seen.append(self.w)


def behind_the_fields(a, b):
    one, other = Rectangle(a * b), Rectangle(a, b)
    return one.area * other.area + one.seen[0]


case(behind_the_fields, (1.5, 0.3), other=[(0.2, 0.7)])


def several_of_them(xs, k):
    return sum(one.area for one in [Rectangle(x, k * x) for x in xs])


case(several_of_them, ([0.3, 0.4], 0.5), other=[([0.2, 0.7], 0.4)])


def returned_with_more(a, b):
    return Rectangle(a, a * b)


case(returned_with_more, (1.5, 0.3), refused="which does more than hold its fields, is returned")


@dataclass(frozen=True)
class Frozen:
    a: float
    b: float = 1.0

    def __post_init__(self):
        if self.a == 0:
            raise ValueError("a is zero")
        object.__setattr__(self, "product", self.a * self.b)


def of_frozen_ones(a, b):
    return Frozen(a, b * b).product * a


case(of_frozen_ones, (1.5, 0.3), other=[(0.2, 0.7)])


def replaced_in_a_loop(a, b, n):
    one = Frozen(a, b)
    for _ in range(n):
        one = replace(one, a=one.a * b)
    return one.product + one.a


case(replaced_in_a_loop, (1.5, 0.3, 2), other=[(0.2, 0.7, 0)])

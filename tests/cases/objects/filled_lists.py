"""Lists and dicts of objects that the function makes and fills itself, read again from there; objects in lists of others."""

import numpy as np

from tests.cases import case, normal, raises

r = normal(211)


class Particle:
    def __init__(self, x, v, m=1.0):
        self.x, self.v, self.m, self.f = x, v, m, 0.0

    def step(self, dt):
        self.v += self.f / self.m * dt
        self.x += self.v * dt


class Spring:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def pull(self):
        d = self.b.x - self.a.x
        self.a.f += d
        self.b.f -= d


class Cell:
    def __init__(self):
        self.h = 0.0

    def step(self, x, w):
        self.h = np.tanh(w * self.h + x)
        return self.h


class Layer:
    def __init__(self, W):
        self.W, self.x = W, None

    def forward(self, x):
        self.x = x
        return np.tanh(x @ self.W)


class Net:
    def __init__(self, ws):
        self.layers = [Layer(w) for w in ws]
        self.last = self.layers[-1]

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def energy(ps):
    e = 0.0
    for p in ps:
        e += 0.5 * p.m * p.x**2
    return e


def put_first(ps, v):
    ps[0] = Particle(v, v)


calls = (r(3), 0.3), [(r(3), 0.7)]


def by_a_comprehension(xs, vs, dt, n):
    ps = [Particle(x, v) for x, v in zip(xs, vs)]  # noqa: B905  # as users write it
    for _ in range(n):
        for p in ps:
            p.f = -p.x
        for p in ps:
            p.step(dt)
    return sum(p.x**2 for p in ps)


case(
    by_a_comprehension,
    (r(3), r(3), 0.1, 2),
    other=[(r(3), r(3), 0.2, 4)],
    guarded=[raises("xs had 3 items", r(4), r(4), 0.1, 2)],
)


def by_a_loop(xs, dt):
    ps = []
    for i in range(len(xs)):
        ps.append(Particle(xs[i], dt))
        if i > 0:
            ps[i].f = ps[i - 1].x
    for p in ps:
        p.step(dt)
    return np.array([p.x for p in ps])


def as_it_grows(x, v, dt):
    ps = [Particle(x, v)]
    ps.append(Particle(v, x))
    ps[-1].step(dt)
    ps.append(Particle(ps[-1].x, ps[0].x))
    for p in ps:
        p.step(dt)
    return sum(p.x * p.v for p in ps) * len(ps)


case(as_it_grows, (r(), r(), r()), other=[(r(), r(), r())])


def one_of_each_trip(xs, dt):
    ps = []
    for x in xs:
        p = Particle(x, dt)
        ps.append(p)
    p.step(dt)
    return ps[-1].x ** 2 + ps[0].x


def one_name_for_two(xs, dt):
    ps = []
    p = Particle(xs[0], dt)
    ps.append(p)
    p = Particle(xs[1], dt)
    ps.append(p)
    p.step(dt)
    return ps[0].x ** 2 + ps[1].x * 3


def one_object_twice(xs, dt):
    ps = []
    p = Particle(xs[0], dt)
    ps.append(p)
    ps.append(p)
    for q in ps:
        q.step(dt)
    return p.x * ps[0].v


def of_pairs(xs, dt):
    ps = [Particle(x, dt) for x in xs]
    springs = [Spring(ps[i], ps[i + 1]) for i in range(len(ps) - 1)]
    for spring in springs:
        spring.pull()
    for p in ps:
        p.step(dt)
    return sum(p.x**2 for p in ps)


def taken_off_and_replaced(xs, dt):
    ps = [Particle(x, dt) for x in xs]
    q = ps.pop()
    old = ps[0]
    ps[0] = Particle(old.x * 2, dt)
    old.x *= 3
    q.step(dt)
    return ps[0].x * q.x + ps[1].x ** 2 + old.x


def neighbours(xs, dt):
    ps = [Particle(x, dt) for x in xs]
    for a, b in zip(ps[:-1], ps[1:]):  # noqa: B905  # as users write it
        a.f += b.x - a.x
        b.f -= b.x - a.x
    for p in reversed(ps):
        p.step(dt)
    return sum(p.x**2 for p in ps)


def handed_on(xs, dt):
    ps = [Particle(x, 1.0) for x in xs]
    return energy(ps) * dt


def by_key(xs, dt):
    d = {}
    for k, x in zip(["a", "b", "c"], xs):  # noqa: B905  # as users write it
        d[k] = Particle(x, dt)
    d["a"].step(dt)
    for k in d:
        d[k].step(dt)
    for p in d.values():
        p.x *= 2
    return d["a"].x * d["b"].x + sum(p.v for p in d.values())


def that_change_later(x, w):
    cells = [Cell() for _ in range(3)]
    out = 0.0
    for v in x:
        for c in cells:
            v = c.step(v, w)
        out += v
    return out


case(that_change_later, (r(5), 0.5), other=[(r(2), 0.3)])


def anew_in_each_trip(x, v, dt, n):
    s = 0.0
    for _ in range(n):
        ps = [Particle(x * c, v) for c in (1.0, 2.0)]
        for p in ps:
            p.step(dt)
        s += ps[0].x * ps[1].x
    return s


case(anew_in_each_trip, (r(), r(), r(), 2), other=[(r(), r(), r(), 3)])


def of_another(x, ws):
    net = Net(ws)
    return net.forward(x) * net.last.W[0, 0]


case(of_another, (r(3, 4), [r(4, 4), r(4, 2)]), other=[(r(2, 3), [r(3, 4), r(4, 5)])])

for function in (
    by_a_loop,
    one_of_each_trip,
    one_name_for_two,
    one_object_twice,
    of_pairs,
    taken_off_and_replaced,
    neighbours,
    handed_on,
    by_key,
):
    case(function, calls[0], other=calls[1])


def replaced_by_a_helper(xs, dt):
    ps = [Particle(x, dt) for x in xs]
    put_first(ps, dt)
    ps[0].step(dt)
    return ps[0].x * 3 + ps[1].x ** 2 + ps[2].x


def longer_under_another_name(xs, dt):
    ps = [Particle(x, dt) for x in xs]
    qs = ps
    qs.append(Particle(dt, dt))
    for p in ps:
        p.step(dt)
    return sum(p.x**2 for p in ps)


case(replaced_by_a_helper, calls[0], refused="is used as a whole while its attributes are traced")
case(longer_under_another_name, calls[0], refused="is one of several objects that are made here")


class Gain:
    def __init__(self, k=2.0):
        self.k, self.n = k, 0

    def at(self, x):
        self.n += 1
        return np.sin(self.k * x)


class Lazy:
    def __init__(self, k):
        self.k, self.gain = k, None

    def made_by_default(self, x):
        if self.gain is None:
            self.gain = Gain()
        return self.gain.at(x) * 2

    def made_of_its_own(self, x):
        if self.gain is None:
            self.gain = Gain(self.k)
        y = self.gain.at(x)
        return self.gain.at(y)


def used(k):
    one = Lazy(k)
    one.gain = Gain(k)
    return one


case(
    Lazy.made_by_default,
    (Lazy(1.5), r(3)),
    other=[(Lazy(0.5), r(5))],
    guarded=[raises("self.gain was None", used(1.5), r(3))],
)
case(
    Lazy.made_of_its_own,
    (Lazy(1.5), r(3)),
    other=[(Lazy(0.5), r(5))],
    guarded=[raises("self.gain was None", used(1.5), r(3))],
)

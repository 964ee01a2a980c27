"""Objects in objects that are made here: dataclasses in others, vectors that take each other's place in an attribute."""

from dataclasses import dataclass, replace

from tests.cases import case


@dataclass(frozen=True)
class V:
    x: float
    y: float

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y)

    def __mul__(self, k):
        return V(self.x * k, self.y * k)

    def dot(self, o):
        return self.x * o.x + self.y * o.y


@dataclass
class Body:
    pos: V
    vel: V
    m: float = 1.0

    def energy(self):
        return 0.5 * self.m * self.vel.dot(self.vel) + self.pos.y

    def step(self, dt):
        self.pos = self.pos + self.vel * dt


class Planet:
    def __init__(self, pos, vel):
        self.pos, self.vel = pos, vel

    def kick(self, a, dt):
        self.vel = self.vel + a * dt
        self.pos = self.pos + self.vel * dt


@dataclass
class Gain:
    b: float


@dataclass
class Stage:
    w: float
    gain: Gain

    def go(self, x):
        return self.w * x**2 + self.gain.b * x


@dataclass
class Chain:
    stage: Stage
    k: float = 2.0

    def go(self, x):
        return self.stage.go(x) * self.k


ORIGIN = V(1.0, 2.0)
calls = (2.0, 1.0, 1.5), [(3.0, 1.5, 2.5)]


def made_inside(w, b, x):
    q = Stage(w, Gain(b))
    return q.go(x)


def three_deep(w, b, x):
    return Chain(Stage(w, Gain(b))).go(x)


def changed_inside(w, b, x):
    gain = Gain(b)
    q, p = Stage(w, gain), Stage(b, gain)
    q.gain.b = q.gain.b * x
    return q.go(x) + p.go(x) * gain.b


def put_in_its_place(w, b, x):
    q = Stage(w, Gain(b))
    p = Stage(w * 2, q.gain)
    p.gain = Gain(x)
    return q.go(x) * p.go(x)


def stepped(a, b, dt):
    q = Body(V(a, b), V(b, a))
    before = q.pos
    for _ in range(3):
        q.step(dt)
    return q.energy() + q.pos.x**2 * before.x


def stepped_and_returned(a, b, dt):
    q = Body(V(a, b), V(b, a))
    q.step(dt)
    return q, q.pos


def with_a_constructor(a, b, x):
    q = Planet(V(a, b), V(b, a))
    for _ in range(3):
        q.kick(q.pos * (-x), 0.1)
    return q.pos.x * q.vel.y


def several(a, b, x):
    ps = [Planet(V(a, b), V(b, a)), Planet(V(x, b), V(x, a))]
    for _ in range(2):
        for p in ps:
            p.kick(V(a, x), 0.1)
    return ps[0].pos.x * ps[1].pos.y


def one_of_the_module(a, b, x):
    q = Body(V(a, b), V(b, a))
    if x > 2:
        q.pos = V(x, x)
    else:
        q.pos = ORIGIN
    q.step(a)
    return q.energy() + q.pos.x**2


def none_at_first(a, b, x):
    q = Body(None, V(b, a))
    q.pos = V(a, x)
    q.step(x)
    return q.energy() + q.pos.x**2


def replaced(a, b, x):
    q = Body(V(a, b), V(b, a))
    p = replace(q, pos=V(x, x))
    p.step(a)
    return q.energy() + q.pos.x**2 * p.pos.x


for function in (
    made_inside,
    three_deep,
    changed_inside,
    put_in_its_place,
    stepped,
    stepped_and_returned,
    with_a_constructor,
    several,
    one_of_the_module,
    none_at_first,
    replaced,
):
    case(function, calls[0], other=calls[1])


def exchanged(a, b, x):
    q = Body(V(a, b), V(b, a))
    q.pos, q.vel = q.vel, q.pos
    return q.pos.x * 3 + q.vel.x * x


case(exchanged, calls[0], other=calls[1])


def exchanged_as_told(a, b, x):
    q = Body(V(a, b), V(b, a))
    pos = V(q.vel.x, q.vel.y)
    q.vel = V(q.pos.x, q.pos.y)
    q.pos = pos
    return q.pos.x * 3 + q.vel.x * x


case(exchanged_as_told, calls[0], other=calls[1])


def asked_which(a, b, x):
    q = Planet(None, V(b, a))
    for _ in range(2):
        if q.pos is None:
            q.pos = V(a, x)
        q.kick(q.vel, x)
    return q.pos.x * q.vel.y


case(asked_which, calls[0], refused="q.pos is used as a whole while its attributes are traced")

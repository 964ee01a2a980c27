"""Lists of objects that the function makes itself: each is its attributes, and loops over them are written out."""

from dataclasses import dataclass

from tests.cases import case, raises


class Particle:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def step(self, dt):
        self.x = self.x + dt * self.v


calls = [(0.5, 1.0, 0.1, 0), (0.5, 1.0, 0.1, 3)]


def items_by_their_places(x, v, y, n):
    ps = [Particle(x, v), Particle(y, -v)]
    return ps[0].x * ps[1].v * n


case(items_by_their_places, (1.0, -3.0, 2.0, 2), other=calls)


def stepped_in_a_loop(x, v, y, n):
    ps = [Particle(x, v), Particle(y, -v), Particle(v, x)]
    for _ in range(n):
        for i, p in enumerate(ps):
            p.step(0.1 * i)
    return sum(p.x for p in ps) / len(ps)


case(stepped_in_a_loop, (1.0, -3.0, 2.0, 2), other=calls)


def pairs_of_objects(x, v, y, n):
    ps = [Particle(x, v), Particle(y, -v), Particle(v, x)]
    e = 0.0
    for i in range(len(ps)):
        for j in range(i + 1, len(ps)):
            e += ps[i].x * ps[j].v
    return e * n


case(pairs_of_objects, (1.0, -3.0, 2.0, 2), other=calls)


def made_in_each_trip(x, v, y, n):
    s = 0.0
    for k in range(n):
        ps = [Particle(x * k, v), Particle(y, -v)]
        for p in ps:
            p.step(0.1)
            s += p.x * p.v
    return s


case(made_in_each_trip, (1.0, -3.0, 2.0, 2), other=calls)


def one_object_twice(x, v, y, n):
    a = Particle(x, v)
    ps = [a, a]
    for p in ps:
        p.x += p.v * y
    return a.x * n


case(one_object_twice, (1.0, -3.0, 2.0, 2), other=calls)


def named_before_they_are_listed(x, v, y, n):
    a, b = Particle(x, v), Particle(y, -v)
    ps = (a, b)
    a.x = a.x * 2
    s = 0.0
    for p in ps:
        p.step(0.1 * n)
        s += p.x * p.v
    return s + b.x


case(named_before_they_are_listed, (1.0, -3.0, 2.0, 2), other=calls)


def longer_by_a_loop(x, v, y, n):
    ps = [Particle(x, v)]
    for k in range(n):
        ps.append(Particle(y * k, v))
    return sum(p.x for p in ps)


case(
    longer_by_a_loop,
    (1.0, -3.0, 2.0, 2),
    other=[(0.5, 1.0, 0.1, 2)],
    guarded=[raises("n was 2", 0.5, 1.0, 0.1, 3)],
)


@dataclass
class Sample:
    t: float
    x: float


class Simulation:
    """Keeps a record of each step, and one that asks how many there are calls the step itself."""

    def __init__(self):
        self.x, self.k, self.t = 1.0, 0.5, 0.0
        self.history = []

    def step(self, dt):
        self.x += -self.k * self.x * dt
        self.t += dt
        self.history.append(Sample(self.t, self.x))
        return self.x

    def run(self, dt, steps):
        for _ in range(steps):
            self.step(dt)
        return sum(one.x for one in self.history)


case(Simulation().step, (0.1,), other=[(0.3,)])
case(
    Simulation().run,
    (0.1, 2),
    other=[(0.3, 2)],
    guarded=[raises("steps was 2 when this code was made", 0.1, 3)],
)


def gone_over_before_it_is_full(x, v, y):
    own = []
    own.append(Particle(x, v))
    own.append(Particle(y, x))
    for one in own:
        y = one.x * y
    own.append(Particle(x * v, y))
    for one in own:
        y = one.v * y
    return y


case(gone_over_before_it_is_full, (0.5, 1.5, 0.3), other=[(-0.7, 0.2, 1.1)])

"""Objects that are replaced by others where not all of their floats are asked for, by the function or what it calls."""

from tests.cases import case


class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)


class Body:
    def __init__(self, a=0.1):
        self.pos, self.vel = Vector(a, 0.2), Vector(0, 0)
        self.mass, self.label, self.last = 1.3 + a, "body", None

    def push(self, force, dt):
        self.vel = self.vel + force * (dt / self.mass)

    def move(self, dt):
        self.pos += self.vel * dt

    def kept(self, dt):
        self.last = self.pos
        self.pos = self.pos * dt
        return self.last.x * self.pos.y


class Gravity:
    def __init__(self, g=1.3):
        self.pull = Vector(0.0, -g)

    def apply(self, body, dt):
        body.push(self.pull, dt)


class World:
    def __init__(self, a=0.1):
        self.bodies, self.gravity = [Body(a), Body(a + 0.3)], Gravity()
        self.first = self.bodies[0]

    def step(self, dt):
        for body in self.bodies:
            self.gravity.apply(body, dt)
            body.move(dt)

    def pushed(self, force, dt):
        self.first.push(force, dt)
        self.first.move(dt)
        return self.first.pos.x


def force(x):
    return Vector(x, 0.2)


case(
    Body.push,
    (Body(), force(0.3), 0.1),
    wrt=["self.mass", "force.x"],
    other=[(Body(0.5), force(0.2), 0.4)],
)
case(World.step, (World(), 0.1), other=[(World(0.4), 0.3)])
case(
    World.pushed,
    (World(), force(0.3), 0.1),
    wrt=["self.first.mass", "force.x", "dt"],
    other=[(World(0.4), force(0.2), 0.3)],
)


def replaced_here(body, k):
    body.pos = body.pos * k
    return body.pos


def replaced_by_a_helper(gravity, body, dt):
    gravity.apply(body, dt)
    return body.vel.y * dt


def replaced_in_a_loop(gravity, bodies, dt):
    for body in bodies:
        gravity.apply(body, dt)
        body.move(dt)


case(replaced_here, (Body(), 0.3), wrt=["k"], other=[(Body(0.4), 0.7)])
case(
    replaced_by_a_helper,
    (Gravity(), Body(), 0.3),
    wrt=["gravity.pull.y", "body.mass"],
    other=[(Gravity(0.7), Body(0.4), 0.7)],
)
case(
    replaced_in_a_loop,
    (Gravity(), [Body(), Body(0.4)], 0.3),
    wrt=["gravity.pull.y", "dt"],
    other=[(Gravity(0.7), [Body(0.5), Body(0.2)], 0.7)],
)


def beside_one_without_a_gradient(body, k):
    body.pos.y = body.pos.y * k
    return body.pos.x + body.pos.y


case(
    beside_one_without_a_gradient,
    (Body(), 0.3),
    wrt=["body.pos.y", "k"],
    other=[(Body(0.4), 0.7)],
)


def read_where_it_was_put(body, k):
    body.last = body.pos
    body.pos = body.pos * k
    return body.last.x * body.pos.y


def returned_from_where_it_was_put(body, k):
    body.last = body.pos
    body.pos = body.pos * k
    return body.last


case(read_where_it_was_put, (Body(), 0.3), wrt=["body.pos.x", "k"], other=[(Body(0.4), 0.7)])
case(
    returned_from_where_it_was_put,
    (Body(), 0.3),
    wrt=["body.pos.x", "k"],
    other=[(Body(0.4), 0.7)],
)
case(Body.kept, (Body(), 0.3), other=[(Body(0.4), 0.7)])

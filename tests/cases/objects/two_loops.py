"""Lists of objects that are gone over more than once under one name, and unpacked; objects that change each other."""

from tests.cases import case, normal

r = normal(441)


class Body:
    def __init__(self, m, pos, vel):
        self.m, self.pos, self.vel = m, pos, vel


class System:
    def __init__(self, bodies, G=1.0):
        self.bodies, self.G = bodies, G

    def s_names(self, dt):
        for b in self.bodies:
            b.vel = b.vel + dt * b.m
        for c in self.bodies:
            c.pos = c.pos + dt * c.vel
        return sum(b.m * b.pos @ b.pos for b in self.bodies)

    def s_one(self, dt):
        for b in self.bodies:
            b.vel = b.vel + dt * b.m
        return sum(b.m * b.vel @ b.vel for b in self.bodies)

    def s_aug(self, dt):
        for b in self.bodies:
            b.vel += dt * b.m
        return sum(b.m * b.vel @ b.vel for b in self.bodies)

    def s_noret(self, dt):
        for b in self.bodies:
            b.vel = b.vel + dt * b.m
        return self.bodies[0].vel * self.bodies[1].vel

    def s_read(self, dt):
        t = 0.0
        for b in self.bodies:
            t = t + dt * b.m
        for b in self.bodies:
            t = t * b.m
        return t

    def s_two(self):
        a, b = self.bodies
        return a.m * b.m

    def s_two_w(self, dt):
        a, b = self.bodies
        a.vel = a.vel + dt * b.m
        return a.vel * b.vel


def system(k):
    return System([Body(1.0 + i, r(2), r(2)) for i in range(k)])


s = system(2)
for n in ("s_names", "s_one", "s_aug", "s_noret"):
    case(getattr(s, n), (0.1,), name=n)
case(s.s_read, (0.1,), name="s_read")
case(s.s_two, (), name="s_two")
case(s.s_two_w, (0.1,), name="s_two_w")


class Particle:
    def __init__(self, x, v, m=1.0):
        self.x, self.v, self.m = x, v, m

    def kick(self, f, dt):
        self.v = self.v + f / self.m * dt

    def drift(self, dt):
        self.x = self.x + self.v * dt


class Spring:
    def __init__(self, ps, k):
        self.ps, self.k = ps, k

    def step(self, dt):
        a, b = self.ps
        f = self.k * (b.x - a.x)
        a.kick(f, dt)
        b.kick(-f, dt)
        for p in self.ps:
            p.drift(dt)
        return a.x * b.x


sp = Spring([Particle(0.1, 0.2), Particle(1.1, -0.2, 2.0)], 3.0)
case(sp.step, (0.1,), name="spring")


class Pushed:
    def __init__(self, p, v):
        self.p, self.v = p, v

    def push(self, force, dt):
        self.v = self.v + force * dt
        self.p = self.p + self.v * dt


class Pushing:
    def __init__(self, bodies):
        self.bodies = bodies

    def step(self, force, dt):
        for body in self.bodies:
            body.push(force, dt)


case(Pushing([Pushed(1.0, 2.0), Pushed(0.5, -1.0)]).step, (0.7, 0.1), other=[(0.2, 0.3)])

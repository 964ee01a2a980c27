"""Methods of parts whose lambdas, local functions and comprehensions read `self`; methods that are handed on."""

import numpy as np

from tests.cases import case, uniform

u = uniform(978)


class Scaled:
    def __init__(self):
        self.w, self.k = u(3), 2.0

    def by_lambda(self, x):
        act = lambda v: np.tanh(v * self.k)  # noqa: E731 - as people write it
        return act(x * self.w)

    def by_function(self, x):
        def act(v):
            return np.tanh(v * self.k) * self.w

        return act(x) + act(x * x)

    def by_comprehension(self, x):
        parts = [np.split(t, self.times, axis=-1) for t in np.split(x, 2)]
        return np.concatenate(
            [p * q * self.k for p, q in zip(*parts)]
        )  # noqa: B905 - as people write it

    times = 2

    def rate(self, t, x):
        return -self.k * x * self.w + t


class Whole:
    def __init__(self):
        self.part, self.parts, self.dt = Scaled(), [Scaled(), Scaled()], 0.1

    def lambdas(self, x):
        return self.part.by_lambda(x) + x

    def functions(self, x):
        for part in self.parts:
            x = part.by_function(x)
        return x

    def comprehensions(self, x):
        return self.part.by_comprehension(x)

    def step(self, x, t):
        return runge_kutta(self.part.rate, t, x, self.dt)

    def steps(self, x):
        for n in range(2):
            x = self.step(x, n * self.dt)
        return x

    def forced(self, x):
        for n in range(2):
            y0 = x
            rate = lambda t, y: self.part.rate(t, y) - y0  # noqa: B023, E731 - called at once
            x = runge_kutta(rate, n * self.dt, x, self.dt)
        return x


def runge_kutta(f, t, x, dt):
    k1 = f(t, x)
    k2 = f(t + dt / 2, x + dt / 2 * k1)
    return x + dt * k2


def lambdas(net, x):
    return net.lambdas(x)


def functions(net, x):
    return net.functions(x)


def comprehensions(net, x):
    return net.comprehensions(x)


def steps(net, x):
    return net.steps(x)


def forced(net, x):
    return net.forced(x)


part = ("net.part.w", "net.part.k", "x")
case(lambdas, (Whole(), u(3)), wrt=part)
case(functions, (Whole(), u(3)), wrt=("net.parts[0].w", "net.parts[1].k", "x"))
case(comprehensions, (Whole(), u(2, 4)), wrt=("net.part.k", "x"))
case(steps, (Whole(), u(3)), wrt=("net.part.w", "net.part.k", "net.dt", "x"))
case(forced, (Whole(), u(3)), wrt=("net.part.w", "net.part.k", "net.dt", "x"))
